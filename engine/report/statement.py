"""The statement: a tally's figures as one plain JSON-able object, from which every form is made."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from engine.core import calendar
from engine.report.book import Cell
from engine.report.figures import FIGURES, figures_of
from engine.report.period import dashed

if TYPE_CHECKING:
    from engine.report.desks import Reasons
    from engine.report.tally import Tally

BREAKDOWNS: Final = ("month", "day", "weekday", "hour", "service", "window", "clerk", "channel", "mode", "lane")
_SECTIONS: Final = {
    "appointments": ("booked", "kept", "late", "missed", "cancelled"),
    "stages": ("opened", "papers_opened", "finished", "overdue"),
    "cases": ("opened", "informed", "escalated", "called_back", "closed"),
    "follow_ups": ("opened", "called_back", "closed", "open", "overdue"),
    "home_visits": ("requested", "assigned", "finished"),
}
_TARGETS: Final = {"target_wait_s": "target_wait_ms", "hold_max_s": "hold_ms_max"}


def statement(tally: "Tally") -> dict[str, Any]:
    """Everything about the period; durations in seconds, shares from 0 to 1, None where there is nothing to say."""
    plan, rules = tally.names.plan, tally.names.rules
    book = tally.book
    return {
        "hall": {"id": plan.hall_id, "region": plan.region, "name": _both(plan.name)} if plan else None,
        "period": {
            "kind": tally.period.kind,
            "text": tally.period.text,
            "days": [dashed(day) for day in tally.days],
            "is_complete": not tally.is_day_open,
            "until": calendar.iso(tally.names.timezone, tally.last_ms),
        },
        "rules": {
            **{key: getattr(rules, name) // 1_000 for key, name in _TARGETS.items()},
            "bad_stars": rules.bad_stars,
        },
        "total": figures_of(book.total, "total"),
        **{
            f"by_{dimension}": _lines(tally, dimension, book.lines[dimension])
            for dimension in BREAKDOWNS
            if dimension in book.lines
        },
        "by_outcome": _outcomes(book.total),
        "pauses": _reasons((tally.desks.pauses,), with_time=True),
        "turned_away_reasons": _reasons((tally.around.turned_away, tally.visits.turned_away)),
        **_sections(tally),
        "warnings": [
            {"kind": kind, "raised": raised, "cleared": cleared}
            for kind, (raised, cleared) in sorted(tally.around.warnings.items())
        ],
        "has_forecasts": tally.has_forecasts,
    }


def _lines(tally: "Tally", dimension: str, cells: dict[int | str | None, Cell]) -> list[dict[str, Any]]:
    """The lines of a breakdown in the order of the plan or of time; what belongs nowhere comes last."""
    order = _order(tally, dimension)
    parts = sorted(cells, key=lambda part: (part is None, order.get(part, len(order)), str(part).zfill(2)))
    lines = []
    for part in parts:
        figures = figures_of(cells[part], dimension)
        if any(figures.values()):
            lines.append({"id": _shown(dimension, part), **_named(tally, dimension, part), **figures})
    return lines


def _order(tally: "Tally", dimension: str) -> dict[int | str | None, int]:
    plan = tally.names.plan
    if plan is None:
        return {}
    ids: Iterable[str] = {
        "service": [service.service_id for service in plan.services],
        "window": [window.window_id for window in sorted(plan.windows, key=lambda window: window.number)],
        "lane": [lane.lane_id for lane in plan.lanes],
        "clerk": [clerk.clerk_id for clerk in plan.clerks],
        "mode": ["instant", "promised", "appointment", "extended", "self-service"],
    }.get(dimension, ())
    return {part: place for place, part in enumerate(ids)}


def _shown(dimension: str, part: int | str | None) -> int | str | None:
    return dashed(str(part)) if dimension in ("day", "month") else part


def _named(tally: "Tally", dimension: str, part: int | str | None) -> dict[str, Any]:
    if dimension in ("service", "window", "lane", "clerk") and isinstance(part, str):
        return tally.names.of(dimension, part)
    return {}


def _outcomes(total: Cell) -> list[dict[str, Any]]:
    items = figures_of(total, "total")
    keys = [key for key in FIGURES if key.startswith("outcome_")]
    return [
        {"id": key.removeprefix("outcome_").replace("_", "-"), "items": items[key], "share": _share(items[key], items)}
        for key in keys
    ]


def _share(count: int | float | None, figures: dict[str, int | float | None]) -> float | None:
    return round((count or 0) / figures["items"], 4) if figures["items"] else None


def _reasons(sources: "Iterable[Reasons]", *, with_time: bool = False) -> list[dict[str, Any]]:
    """Reasons, the most frequent first."""
    sums: dict[str, list[int]] = {}
    for source in sources:
        for words, (times, ms) in source.of.items():
            total = sums.setdefault(words, [0, 0])
            total[0] += times
            total[1] += ms
    ordered = sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
    return [
        {"reason": words, "count": times, **({"s": round(ms / 1_000, 1)} if with_time else {})}
        for words, (times, ms) in ordered
    ]


def _sections(tally: "Tally") -> dict[str, dict[str, int]]:
    around = tally.around
    known = {
        "stages.opened": around.stages.opened,
        "stages.finished": around.stages.finished,
        "stages.overdue": around.stages.overdue,
        "follow_ups.opened": around.follow_ups.opened,
        "follow_ups.closed": around.follow_ups.finished,
        "follow_ups.open": around.follow_ups.still_open,
        "follow_ups.overdue": around.follow_ups.overdue,
    }
    return {
        section: {key: known.get(f"{section}.{key}", around.counts[f"{section}.{key}"]) for key in keys}
        for section, keys in _SECTIONS.items()
    }


def _both(name: Any) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
