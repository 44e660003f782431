"""What is told of observed days: the figures of the contract, and the interval of each figure that has one."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from engine.core.calendar import clock_text
from engine.core.plan import SECOND_MS, HallPlan
from sim.result import DAY_CLOSED, LEFT, NO_SHOW, TURNED_AWAY, share_of, visit_figures
from sim.result import SERVED as WAS_SERVED
from sim.statistics import batch as b
from sim.statistics.intervals import Interval, Pulled, around, around_share, pulled_mean, pulled_ratio, pulled_sections
from sim.statistics.observed import Observed
from sim.statistics.part import ALL, Kind, Part

ENDS: Final = {
    WAS_SERVED: b.SERVED,
    LEFT: b.ABANDONED,
    NO_SHOW: b.NO_SHOW,
    DAY_CLOSED: b.UNSERVED,
    TURNED_AWAY: b.TURNED_AWAY,
}
SHARES: Final = {
    "within_target": (b.WITHIN, b.SERVED),
    "abandoned_share": (b.ABANDONED, b.VISITORS),
    "no_show_share": (b.NO_SHOW, b.VISITORS),
    "turned_away_share": (b.TURNED_AWAY, b.VISITORS),
    "unserved_share": (b.UNSERVED, b.VISITORS),
}
"""Which figure counts what, out of how many."""
WAIT_QUANTILES: Final = ("wait_p50_s", "wait_p90_s")
SECOND_DIGITS, SHARE_DIGITS = 3, 6
UTILISATION: Final = "window_utilisation"
FIGURES: Final = ("wait_mean_s", *WAIT_QUANTILES, *SHARES, "visitors_per_day")
"""What each part of the visits has an interval of."""


def figures_of(observed: Observed, target_ms: int) -> dict[str, Any]:
    """Counts, waits in seconds and shares, of everybody, by lane, by service, and of the windows."""
    of_part = partial(part_figures, observed)
    busy_ms, open_ms = (each.tolist() for each in observed.windows())
    window_ids = [window.window_id for window in observed.plan.windows]
    return {
        **part_figures(observed, ALL),
        "target_s": target_ms / SECOND_MS,
        "by_lane": _named(observed, "lane", of_part),
        "by_service": _named(observed, "service", of_part),
        "by_slot": _named(observed, "slot", of_part),
        "window_utilisation": share_of(sum(busy_ms), sum(open_ms)),
        "by_window": {each: share_of(*times) for each, *times in zip(window_ids, busy_ms, open_ms, strict=True)},
        "days": observed.days,
    }


def part_figures(observed: Observed, part: Part) -> dict[str, Any]:
    """The figures of some of the visits."""
    total = observed.counts(part).sum(axis=0).tolist()
    ends = {end: total[place] for end, place in ENDS.items()}
    return visit_figures(ends, total[b.WAIT_MS], total[b.WITHIN], observed.waits.quantiles_ms(part))


def intervals_of(observed: Observed, confidence: float) -> dict[str, Any]:
    """The intervals of all figures: of everybody, by lane, service, half hour, and of the windows."""

    def of_part(part: Part) -> dict[str, Any]:
        found = {name: interval(observed, part, name, confidence) for name in FIGURES}
        return {name: as_json(each, digits_of(name)) for name, each in found.items()}

    def of_windows(window: int | None = None) -> dict[str, float] | None:
        places = slice(None) if window is None else slice(window, window + 1)
        return as_json(around_share(_pulled_windows(observed, places), confidence), SHARE_DIGITS)

    return {
        "confidence": confidence,
        "all": {**of_part(ALL), "window_utilisation": of_windows()},
        "by_lane": _named(observed, "lane", of_part),
        "by_service": _named(observed, "service", of_part),
        "by_slot": _named(observed, "slot", of_part),
        "by_window": {window.window_id: of_windows(place) for place, window in enumerate(observed.plan.windows)},
    }


def interval(observed: Observed, part: Part, figure: str, confidence: float) -> Interval | None:
    """A figure of some of the visits with its interval; None when too few days, or nobody it is about, were seen."""
    found = pulled(observed, part, figure)
    if figure in SHARES or figure == UTILISATION:
        return around_share(found, confidence)
    known = around(found, confidence)
    return known and Interval(known.value, max(0.0, known.low), known.high)


def pulled(observed: Observed, part: Part, figure: str) -> Pulled | None:
    """A figure of some of the visits, and how far each day or section pulls at it; None when there is nothing to tell.

    Windows are taken by everybody: their utilisation has no parts.
    """
    if figure == UTILISATION:
        return _pulled_windows(observed)
    if figure in WAIT_QUANTILES:
        return _pulled_quantile(observed, part, WAIT_QUANTILES.index(figure))
    counts = observed.counts(part)
    if figure == "visitors_per_day":
        return pulled_mean(counts[:, b.VISITORS])
    if figure == "wait_mean_s":
        return pulled_ratio(counts[:, b.WAIT_MS] / SECOND_MS, counts[:, b.SERVED])
    counted, base = SHARES[figure]
    return pulled_ratio(counts[:, counted], counts[:, base])


def _pulled_windows(observed: Observed, places: slice = slice(None)) -> Pulled | None:
    busy_ms, open_ms = observed.window_sections()
    return pulled_ratio(busy_ms[:, places].sum(axis=1), open_ms[:, places].sum(axis=1))


def _pulled_quantile(observed: Observed, part: Part, place: int) -> Pulled | None:
    pooled = observed.waits.quantiles_ms(part)
    if pooled is None:
        return None
    sections = observed.waits.sections_ms(part)
    return pulled_sections(pooled[place] / SECOND_MS, sections[:, place] / SECOND_MS)


Tell = Callable[[Part], dict[str, Any]]


def _named(observed: Observed, kind: Kind, tell: Tell) -> dict[str, Any]:
    """What is told of each lane, service or half hour in which anybody came, by name, in order."""
    return dict(sorted((name_of(observed.plan, part), tell(part)) for part in observed.parts_of(kind)))


def name_of(plan: HallPlan, part: Part) -> str:
    """The id of a lane or a service; when a half hour begins; "" for all visits."""
    match part.kind:
        case "lane":
            return plan.lanes[part.place].lane_id
        case "service":
            return plan.services[part.place].service_id
        case "all":
            return ""
        case "slot" | "from":
            return clock_text(part.place * b.SLOT_MINUTES)


def as_json(interval: Interval | None, digits: int) -> dict[str, float] | None:
    """An interval as numbers of so many digits."""
    if interval is None:
        return None
    return {each: round(getattr(interval, each), digits) for each in ("value", "low", "high")}


def digits_of(figure: str) -> int:
    """How exactly a figure is told: seconds and visitors to the thousandth, shares to the millionth."""
    return SECOND_DIGITS if figure.startswith(("wait_", "visitors_")) else SHARE_DIGITS
