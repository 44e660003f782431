"""Every shift that a contract allows in a hall: when it begins and ends, its break, and which half hours it works."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.core.plan import Name
from sim.staffing.contracts import ContractTable
from sim.staffing.grid import Grid
from sim.staffing.result import SLOT_MINUTES

_HOUR = 60


class Pattern(NamedTuple):
    """A shift; times in minutes from midnight, `works` by slot of the grid."""

    contract: Name
    start: int
    end: int
    breaks: tuple[tuple[int, int], ...]
    paid_minutes: int
    works: tuple[bool, ...]


def patterns_of(contract: ContractTable, grid: Grid) -> list[Pattern]:
    """The shifts of a contract that work at least one half hour, earliest first."""
    first, last = contract.hours.start, contract.hours.end
    found = [
        pattern
        for start in range(first, last, SLOT_MINUTES)
        for end in range(start + SLOT_MINUTES, last + 1, SLOT_MINUTES)
        for pattern in _with_breaks(contract, grid, start, end)
    ]
    hours = (contract.shortest_hours, contract.longest_hours)
    return [each for each in found if any(each.works) and hours[0] <= each.paid_minutes / _HOUR <= hours[1]]


def _with_breaks(contract: ContractTable, grid: Grid, start: int, end: int) -> Iterator[Pattern]:
    """A shift from `start` to `end` with its break in every place it may have; none when the hall shuts for as long."""
    shut = _shut(grid, start, end)
    longest = max((until - since for since, until in shut), default=0)
    if longest >= contract.break_minutes:
        yield _pattern(contract, grid, start, end, shut)
        return
    within = contract.break_within or contract.hours
    since = max(start + SLOT_MINUTES, within.start)
    until = min(end - SLOT_MINUTES, within.end) - contract.break_minutes
    for begins in range(since, until + 1, SLOT_MINUTES):
        yield _pattern(contract, grid, start, end, (*shut, (begins, begins + contract.break_minutes)))


def _shut(grid: Grid, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """When the hall is shut between its hours, as far as it lies in a shift."""
    closes = [until for _, until in grid.hours[:-1]]
    opens = [since for since, _ in grid.hours[1:]]
    spans = [(max(a, start), min(b, end)) for a, b in zip(closes, opens, strict=True)]
    return tuple((a, b) for a, b in spans if a < b)


def _pattern(contract: ContractTable, grid: Grid, start: int, end: int, breaks: tuple[tuple[int, int], ...]) -> Pattern:
    works = tuple(
        slot.open_minutes > 0
        and start <= slot.start_minute < end
        and not any(since <= slot.start_minute and slot.end_minute <= until for since, until in breaks)
        for slot in grid.slots
    )
    paid = end - start - sum(until - since for since, until in breaks)
    return Pattern(contract.name.planned(), start, end, tuple(sorted(breaks)), paid, works)
