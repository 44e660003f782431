"""Shares and lengths of what people do beside waiting and being served, from their sums."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.core.plan import HallPlan
from sim.learning.conduct_sums import OUTCOMES, ConductSums

STARS: Final = (1, 2, 3, 4, 5)
ITEMS_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """One key of a table: its value as TOML has it, and of how many it was taken (None: of none in particular)."""

    key: str
    value: str
    count: int | None = None


Tables = dict[str, list[Figure]]
"""The tables below `[conduct]` that say anything, by name."""


def learn_conduct(sums: ConductSums, beside: dict[str, int], plan: HallPlan, days: int, visits: int) -> Tables:
    """What was seen; what nobody did is left out, as a scenario leaves it out."""
    tables = {
        "combined": list(_combined(sums, beside)),
        "outcomes": list(_outcomes(sums)),
        "back_office": list(_back_office(sums, plan)),
        "holds": list(_holds(sums)),
        "transfers": list(_transfers(sums)),
        "forms": list(_forms(sums, plan)),
        "appointments": list(_appointments(sums, beside, plan)),
        "ratings": list(_ratings(sums)),
        "beside": list(_beside(sums, beside, days, visits)),
    }
    return {name: figures for name, figures in tables.items() if figures}


def _combined(sums: ConductSums, beside: dict[str, int]) -> Iterator[Figure]:
    """Whether a clerk goes on shows only where the window serves the next item too; a trace has the wish itself."""
    combined = sums.counts["combined"]
    if combined:
        yield _share("share", combined, sums.counts["served"])
        yield Figure("items", str(min(ITEMS_MOST, max(2, round(sums.counts["items"] / combined)))), combined)
        if might := beside.get("may_stay", combined):
            yield _share("stays", sums.counts["stays"], might)


def _outcomes(sums: ConductSums) -> Iterator[Figure]:
    for outcome in OUTCOMES:
        if sums.counts[outcome]:
            yield _share(outcome.replace("-", "_"), sums.counts[outcome], sums.counts["served"])
    if sums.counts["returns"]:
        yield _share("returns", sums.counts["returns"], sums.counts["told-missing"])
        yield from _minutes(sums, "returns", "returns_minutes")


def _back_office(sums: ConductSums, plan: HallPlan) -> Iterator[Figure]:
    able = {service.service_id for service in plan.services if service.back_office is not None}
    accepted = _of(sums, "accepted", able)
    if accepted:
        yield _share("share", accepted, accepted + _of(sums, "done", able))
        yield _share("same_day", sums.counts["same_day"], accepted)
        yield from _minutes(sums, "back_office", "minutes")
        if sums.counts["same_day"]:
            yield _share("waits", sums.counts["waits"], sums.counts["same_day"])
        yield from _minutes(sums, "collect", "collect_minutes")


def _holds(sums: ConductSums) -> Iterator[Figure]:
    if sums.counts["holds"]:
        yield _share("share", sums.counts["holds"], sums.counts["served"])
        yield from _minutes(sums, "holds", "minutes")
        kind, count = sums.hold_kinds.most_common(1)[0]
        yield Figure("kind", f'"{kind}"', count)


def _transfers(sums: ConductSums) -> Iterator[Figure]:
    """Of those who might: whoever has several items, or goes on in an office, is not sent elsewhere."""
    transfers = sums.counts["transfers"]
    if transfers:
        accepted = sum(count for (what, _), count in sums.by_service.items() if what == "accepted")
        yield _share("share", transfers, sums.counts["served"] - sums.counts["combined"] - accepted)


def _forms(sums: ConductSums, plan: HallPlan) -> Iterator[Figure]:
    able = {service.service_id for service in plan.services if service.form != "none"}
    forms = _of(sums, "forms", able)
    if forms:
        yield _share("share", forms, _of(sums, "visits", able))
        yield from _minutes(sums, "forms", "minutes")


def _appointments(sums: ConductSums, beside: dict[str, int], plan: HallPlan) -> Iterator[Figure]:
    """Whoever missed an appointment never came, and is counted beside those who did."""
    able = {service.service_id for service in plan.services if service.booking is not None}
    kept, missed = _of(sums, "booked", able), beside.get("missed", 0)
    if kept + missed:
        yield _share("share", kept + missed, _of(sums, "visits", able) + missed)
        yield _share("missed", missed, kept + missed)


def _ratings(sums: ConductSums) -> Iterator[Figure]:
    rated = sum(sums.stars.values())
    if rated:
        yield _share("share", rated, sums.counts["served"])
        yield Figure("stars", f"[{', '.join(map(_text, shares_of([sums.stars[each] for each in STARS])))}]", rated)


def _beside(sums: ConductSums, beside: dict[str, int], days: int, visits: int) -> Iterator[Figure]:
    for key in ("on_behalf", "not_printed"):
        if sums.counts[key]:
            yield _share(key, sums.counts[key], visits)
    for key in ("self_service", "turned_away", "home_visits"):
        if per_day := round(beside.get(key, 0) / days):
            yield Figure(key, str(per_day), beside[key])


def _of(sums: ConductSums, what: str, services: set[str]) -> int:
    return sum(sums.by_service[what, service_id] for service_id in services)


def _share(key: str, part: int, whole: int) -> Figure:
    return Figure(key, _text(min(1.0, part / whole)), whole)


def _minutes(sums: ConductSums, name: str, key: str) -> Iterator[Figure]:
    sample = sums.lengths.get(name)
    if sample is not None:
        yield Figure(key, _text(max(0.01, sample.mean_ms / 60_000), places=2), sample.count)


def shares_of(counts: list[int], places: int = 4) -> list[float]:
    """Counts as shares of so many places that add up to 1 exactly: the largest takes what rounding leaves.

    >>> shares_of([1, 1, 1])
    [0.3334, 0.3333, 0.3333]
    """
    unit = 10**places
    whole = sum(counts)
    rounded = [round(count * unit / whole) for count in counts]
    rounded[counts.index(max(counts))] += unit - sum(rounded)
    return [each / unit for each in rounded]


def _text(value: float, places: int = 4) -> str:
    return f"{value:.{places}f}".rstrip("0").rstrip(".")
