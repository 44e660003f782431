"""Tallies in a grid's half hours, and tallies of what is known call by call only (the exact world)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import MINUTE_MS
from sim.kernel import shapes
from sim.kernel.shapes import NEVER, NOBODY, Calls
from sim.kernel.tally import FIGURE_OF, FIGURES, SLOT_MS, VISITORS, WAIT_MS, WITHIN, Tally
from sim.staffing.grid import Grid, Staff

Whole = NDArray[np.int64]


def in_grid(tally: Tally, grid: Grid) -> Tally:
    """The tally in the slots of this grid; what lies outside of them counts in the nearest."""
    slots = tally.counts.shape[1]
    if (tally.first_slot, slots) == (grid.first_slot, len(grid.slots)):
        return tally
    of_grid = np.clip(np.arange(slots) + tally.first_slot - grid.first_slot, 0, len(grid.slots) - 1)
    cells = tally.counts.shape[2] * tally.counts.shape[3]
    # A wait's cell by the one it has in the tally: there are millions of waits, and few cells.
    of_cell = (of_grid[:, None] * cells + np.arange(cells)).astype(np.int32).ravel()
    return replace(
        tally,
        first_slot=grid.first_slot,
        counts=_gathered(tally.counts, tally, grid),
        busy_ms=_gathered(tally.busy_ms[None], tally, grid)[0],
        open_ms=_gathered(tally.open_ms[None], tally, grid)[0],
        wait_cell=of_cell[tally.wait_cell],
    )


def _gathered(rows: Whole, tally: Tally, grid: Grid) -> Whole:
    """Rows of slots (the second axis) in the slots of a grid."""
    first, count = grid.first_slot - tally.first_slot, len(grid.slots)
    inside = slice(max(first, 0), max(first + count, 0))
    kept = rows[:, inside]
    gathered = np.zeros((len(rows), count, *rows.shape[2:]), dtype=np.int64)
    gathered[:, inside.start - first : inside.start - first + kept.shape[1]] = kept
    gathered[:, 0] += rows[:, : inside.start].sum(axis=1)
    gathered[:, -1] += rows[:, inside.stop :].sum(axis=1)
    return gathered


def tally_of(days: Sequence[Calls], grid: Grid, staff: Staff, limit_ms: int) -> Tally:
    """What came of days of which every call is known; windows were open as the plan says."""
    counts = np.array([_counts(calls, grid, limit_ms) for calls in days])
    waits = [_waits(calls, grid) for calls in days]
    windows = len(grid.plan.windows)
    busy_ms = np.zeros((len(grid.slots), windows), dtype=np.int64)
    for calls in days:
        taken = (calls.window != NOBODY) & (calls.called_ms != NEVER) & (calls.finished_ms != NEVER)
        from_ms, to_ms = calls.called_ms[taken].astype(np.int64), calls.finished_ms[taken].astype(np.int64)
        for place, slot in enumerate(grid.slots):
            start_ms = slot.start_minute * MINUTE_MS
            inside = np.maximum(np.minimum(to_ms, start_ms + SLOT_MS) - np.maximum(from_ms, start_ms), 0)
            np.add.at(busy_ms[place], calls.window[taken], inside)
    return Tally(
        first_slot=grid.first_slot,
        counts=counts,
        busy_ms=busy_ms,
        open_ms=_open_ms(grid, staff) * len(days),
        wait_ms=np.concatenate([wait for wait, _ in waits]).astype(np.int32),
        wait_cell=np.concatenate([cell for _, cell in waits]).astype(np.int32),
        waits_until=np.cumsum([len(wait) for wait, _ in waits]),
        lasting=None,
        user_s=0.0,
    )


def _open_ms(grid: Grid, staff: Staff) -> Whole:
    """How long each window is staffed on a day, by slot and window."""
    open_ms = np.zeros((len(grid.slots), len(grid.plan.windows)), dtype=np.int64)
    for window, spans in enumerate(grid.open_minutes(staff)):
        for place, slot in enumerate(grid.slots):
            minutes = (min(until, slot.end_minute) - max(since, slot.start_minute) for since, until in spans)
            open_ms[place, window] = sum(max(0, each) for each in minutes) * MINUTE_MS
    return open_ms


def _slots(calls: Calls, grid: Grid) -> Whole:
    slots = calls.issued_ms.astype(np.int64) // SLOT_MS - grid.first_slot
    return np.clip(slots, 0, len(grid.slots) - 1)


def _counts(calls: Calls, grid: Grid, limit_ms: int) -> Whole:
    """By slot of issue, service, lane and figure."""
    counts = np.zeros((len(grid.slots), len(grid.plan.services), len(grid.plan.lanes), FIGURES), dtype=np.int64)
    slots, served = _slots(calls, grid), calls.outcome == shapes.SERVED
    waits_ms = np.where(served, calls.first_called_ms.astype(np.int64) - calls.issued_ms, 0)
    np.add.at(counts[..., VISITORS], (slots, calls.service, calls.lane), 1)
    np.add.at(counts, (slots, calls.service, calls.lane, FIGURE_OF[calls.outcome]), 1)
    np.add.at(counts[..., WITHIN], (slots, calls.service, calls.lane), served & (waits_ms <= limit_ms))
    np.add.at(counts[..., WAIT_MS], (slots, calls.service, calls.lane), waits_ms)
    return counts


def _waits(calls: Calls, grid: Grid) -> tuple[Whole, Whole]:
    """The waits of the served, and their cells."""
    served = calls.outcome == shapes.SERVED
    cells = (_slots(calls, grid) * len(grid.plan.services) + calls.service) * len(grid.plan.lanes) + calls.lane
    return (calls.first_called_ms.astype(np.int64) - calls.issued_ms)[served], cells[served]
