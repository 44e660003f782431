"""Series over the day for plots: who comes, how long they wait, how busy the windows are, how late it gets."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.core.plan import MINUTE_MS, SECOND_MS
from sim.kernel.shapes import NEVER, NOBODY, Calls
from sim.staffing.grid import Grid, Staff
from sim.staffing.load import SLOT_MS
from sim.staffing.measuring import Waits
from sim.staffing.promises import ABANDONED, NO_SHOW, SERVED, TURNED_AWAY, UNSERVED, VISITORS, DayCounts, Floats
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


def slot_waits(days: Sequence[Waits], slots: int) -> tuple[SlotWaits, ...]:
    """Waits of the served by slot of issue, each day's own mean and quantiles put into a band."""
    return tuple(_slot_waits([day.wait_ms[day.slot == slot] / SECOND_MS for day in days]) for slot in range(slots))


def _slot_waits(days: list[Floats]) -> SlotWaits:
    busy = [day for day in days if len(day)]
    if not busy:
        return SlotWaits(None, None, None)
    means = np.array([day.mean() for day in busy])
    p50, p90 = (np.array([np.quantile(day, share) for day in busy]) for share in (0.5, 0.9))
    return SlotWaits(band(means), band(p50), band(p90))


def utilisation(days: Sequence[Calls], grid: Grid, staff: Staff) -> tuple[tuple[float | None, ...], ...]:
    """The part of its staffed time that a window is taken, from call to end, by group and slot; None where none is."""
    group_of = _groups_of_windows(grid)
    busy_ms = np.zeros(staff.shape)
    for calls in days:
        taken = (calls.window != NOBODY) & (calls.called_ms != NEVER) & (calls.finished_ms != NEVER)
        groups = group_of[calls.window[taken]]
        from_ms, to_ms = calls.called_ms[taken].astype(np.int64), calls.finished_ms[taken].astype(np.int64)
        for place, slot in enumerate(grid.slots):
            start_ms = slot.start_minute * MINUTE_MS
            inside = np.minimum(to_ms, start_ms + SLOT_MS) - np.maximum(from_ms, start_ms)
            busy_ms[:, place] += np.bincount(groups, np.maximum(inside, 0), len(grid.groups))
    open_ms = staff * grid.weights * SLOT_MS * len(days)
    return tuple(
        tuple(min(1.0, float(busy / there)) if there > 0 else None for busy, there in zip(*row, strict=True))
        for row in zip(busy_ms, open_ms, strict=True)
    )


def _groups_of_windows(grid: Grid) -> Floats:
    group_of: Mapping[str, int] = {window: g for g, group in enumerate(grid.groups) for window in group.windows}
    return np.array([group_of[window.window_id] for window in grid.plan.windows])


def overtime_minutes(days: Sequence[Calls], grid: Grid) -> Band:
    """How long after closing the last visitor is done."""
    closes_ms = grid.hours[-1][1] * MINUTE_MS
    late = [_last_ms(calls) - closes_ms for calls in days]
    return band(np.maximum(np.array(late, dtype=np.float64), 0.0) / MINUTE_MS)


def _last_ms(calls: Calls) -> int:
    done = calls.finished_ms[calls.finished_ms != NEVER]
    return int(done.max()) if len(done) else 0
