"""Who of a set of shifts sits where at which half hour: everybody where they sat before, as far as the need allows."""

from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from sim.staffing.grid import Grid, Staff
from sim.staffing.patterns import Pattern
from sim.staffing.result import Seat, Shift
from sim.staffing.shifts import Cover

# What a seat costs a clerk in the assignment of one half hour: a needed seat must be filled before any other is, then
# clerks stay where they are, and whoever is left over takes a spare window rather than none.
_NEEDED: Final = -1_000.0
_SAME: Final = -10.0
_FORBIDDEN: Final = 1e6


def seated(cover: Cover, need: Staff, grid: Grid) -> tuple[tuple[Shift, ...], Staff]:
    """The shifts with their seats, earliest first, and how many sit where, by group and slot.

    A clerk for whom no window is left sits nowhere for that half hour.
    """
    clerks = sorted(cover.clerks, key=lambda clerk: (clerk[0].start, clerk[0].end, clerk[1]))
    coverage = np.where(grid.is_planned[:, None], 0, grid.most)
    places: list[list[int | None]] = [[None] * len(grid.slots) for _ in clerks]
    for slot in range(len(grid.slots)):
        working = [place for place, (pattern, _) in enumerate(clerks) if pattern.works[slot]]
        before = [places[place][slot - 1] if slot else None for place in working]
        groups = _assigned([clerks[place][1] for place in working], before, need[:, slot], grid.most[:, slot])
        for place, group in zip(working, groups, strict=True):
            places[place][slot] = group
            if group is not None:
                coverage[group, slot] += 1
    shifts = tuple(
        _shift(f"c{number:02d}", pattern, seats, grid)
        for number, ((pattern, _), seats) in enumerate(zip(clerks, places, strict=True), 1)
    )
    return shifts, coverage


def _assigned(
    allowed: list[tuple[int, ...]],
    before: list[int | None],
    need: np.ndarray[tuple[int], np.dtype[np.int64]],
    most: Staff,
) -> list[int | None]:
    """A group for each clerk at work in a half hour; None when no window is left for them."""
    seats = [(g, place < need[g]) for g in range(len(most)) for place in range(int(most[g]))]
    if not allowed or not seats:
        return [None] * len(allowed)
    costs = np.full((len(allowed), len(seats) + len(allowed)), 0.0)
    for clerk, groups in enumerate(allowed):
        for seat, (group, is_needed) in enumerate(seats):
            same = _SAME if group == before[clerk] else -1.0
            costs[clerk, seat] = same + _NEEDED * is_needed if group in groups else _FORBIDDEN
    _, chosen = linear_sum_assignment(costs)
    return [seats[seat][0] if seat < len(seats) else None for seat in chosen.tolist()]


def _shift(clerk: str, pattern: Pattern, places: list[int | None], grid: Grid) -> Shift:
    seats: list[Seat] = []
    for slot, group in zip(grid.slots, places, strict=True):
        if group is None:
            continue
        if seats and seats[-1].group == group and seats[-1].to_minute == slot.start_minute:
            seats[-1] = Seat(group, seats[-1].from_minute, slot.end_minute)
        else:
            seats.append(Seat(group, slot.start_minute, slot.end_minute))
    return Shift(
        clerk, pattern.contract, pattern.start, pattern.end, pattern.breaks, tuple(seats), pattern.paid_minutes
    )
