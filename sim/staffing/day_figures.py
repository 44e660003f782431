"""Series over the day for plots: who comes, how long they wait, how busy the windows are, how late it gets."""

from collections.abc import Sequence

import numpy as np

from engine.core.plan import MINUTE_MS, SECOND_MS
from sim.kernel.shapes import NEVER, Calls
from sim.kernel.tally import ABANDONED, NO_SHOW, SERVED, TURNED_AWAY, UNSERVED, VISITORS, Tally
from sim.staffing.grid import Grid, Staff
from sim.staffing.measuring import Measured
from sim.staffing.promises import DayCounts, Floats
from sim.staffing.result import Band, Outcomes, SlotWaits

_LOW, _HIGH = 0.1, 0.9


def band(daily: Floats) -> Band:
    """A figure of each day as its mean and where eight days of ten lie."""
    low, high = np.quantile(daily, (_LOW, _HIGH)).tolist()
    return Band(float(daily.mean()), low, high)


def outcomes(counts: DayCounts) -> Outcomes:
    """What became of everybody who came."""
    total = counts.sum(axis=(0, 1, 2, 3))
    everybody = max(1, int(total[VISITORS]))
    return Outcomes(*(float(total[place]) / everybody for place in (SERVED, ABANDONED, NO_SHOW, TURNED_AWAY, UNSERVED)))


def visitors(counts: DayCounts) -> Band:
    """How many come on a day."""
    return band(counts[..., VISITORS].sum(axis=(1, 2, 3)).astype(np.float64))


def arrivals(counts: DayCounts) -> tuple[Band, ...]:
    """How many come on a day, by slot."""
    by_slot = counts[..., VISITORS].sum(axis=(2, 3)).astype(np.float64)
    return tuple(band(by_slot[:, slot]) for slot in range(by_slot.shape[1]))


def slot_waits(measured: Measured) -> tuple[SlotWaits, ...]:
    """Waits of the served by slot of issue, each day's own mean and quantiles put into a band."""
    slot_of, _, _ = measured.cells
    slots = measured.tally.counts.shape[1]
    return tuple(
        _slot_waits([day / SECOND_MS for day in measured.waits_by_day(slot_of == slot)]) for slot in range(slots)
    )


def _slot_waits(days: list[Floats]) -> SlotWaits:
    busy = [day for day in days if len(day)]
    if not busy:
        return SlotWaits(None, None, None)
    means = np.array([day.mean() for day in busy])
    p50, p90 = np.array([np.quantile(day, (0.5, 0.9)) for day in busy]).T
    return SlotWaits(band(means), band(p50), band(p90))


def utilisation(tally: Tally, grid: Grid, staff: Staff) -> tuple[tuple[float | None, ...], ...]:
    """The part of its staffed time that a window is taken, by group and slot; None where none is staffed."""
    group_of = {window: g for g, group in enumerate(grid.groups) for window in group.windows}
    groups = np.array([group_of[window.window_id] for window in grid.plan.windows])
    busy_ms, open_ms = np.zeros(staff.shape), np.zeros(staff.shape)
    np.add.at(busy_ms, groups, tally.busy_ms.T)
    np.add.at(open_ms, groups, tally.open_ms.T)
    return tuple(
        tuple(
            min(1.0, float(busy / there)) if count and there > 0 else None
            for busy, there, count in zip(*row, strict=True)
        )
        for row in zip(busy_ms, open_ms, staff, strict=True)
    )


def overtime_minutes(days: Sequence[Calls], grid: Grid) -> Band:
    """How long after closing the last visitor is done."""
    closes_ms = grid.hours[-1][1] * MINUTE_MS
    late_ms = [_last_ms(calls) - closes_ms for calls in days]
    return band(np.maximum(np.array(late_ms, dtype=np.float64), 0.0) / MINUTE_MS)


def _last_ms(calls: Calls) -> int:
    done = calls.finished_ms[calls.finished_ms != NEVER]
    return int(done.max()) if len(done) else 0
