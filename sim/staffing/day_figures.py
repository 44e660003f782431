"""Series over the day for plots: who comes, how long they wait, how busy the windows are, how late it gets."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import MINUTE_MS, SECOND_MS
from sim.kernel.shapes import NEVER, Calls
from sim.kernel.tally import ABANDONED, NO_SHOW, SERVED, TURNED_AWAY, UNSERVED, VISITORS, Tally
from sim.staffing.grid import Grid, Staff
from sim.staffing.measuring import Measured
from sim.staffing.promises import DayCounts, Floats
from sim.staffing.result import Band, Outcomes, SlotWaits

_LOW, _HIGH = 0.1, 0.9
_WAIT_BITS = 31


def band(daily: Floats, weights: Floats | None = None) -> Band:
    """A figure of each day as its mean, in which days count by their weights, and where eight days of ten lie."""
    low, high = np.quantile(daily, (_LOW, _HIGH)).tolist()
    return Band(float(daily.mean() if weights is None else (daily * weights).mean()), low, high)


def outcomes(counts: DayCounts, weights: Floats) -> Outcomes:
    """What became of everybody who came."""
    total = counts.sum(axis=(1, 2, 3)).T @ weights
    everybody = max(1.0, float(total[VISITORS]))
    return Outcomes(*(float(total[place]) / everybody for place in (SERVED, ABANDONED, NO_SHOW, TURNED_AWAY, UNSERVED)))


def visitors(counts: DayCounts, weights: Floats) -> Band:
    """How many come on a day."""
    return band(counts[..., VISITORS].sum(axis=(1, 2, 3)).astype(np.float64), weights)


def arrivals(counts: DayCounts, weights: Floats) -> tuple[Band, ...]:
    """How many come on a day, by slot."""
    by_slot = counts[..., VISITORS].sum(axis=(2, 3)).astype(np.float64)
    return tuple(band(by_slot[:, slot], weights) for slot in range(by_slot.shape[1]))


def abandoned(counts: DayCounts) -> tuple[Band | None, ...]:
    """The share of those who came in a half hour that went away unserved, by slot; None where nobody ever came."""
    by_slot = counts.sum(axis=(2, 3))
    gone = by_slot[..., [ABANDONED, TURNED_AWAY, UNSERVED]].sum(axis=2)
    return tuple(_share_band(gone[:, slot], by_slot[:, slot, VISITORS]) for slot in range(by_slot.shape[1]))


def _share_band(part: NDArray[np.int64], whole: NDArray[np.int64]) -> Band | None:
    has_any = whole > 0
    return band(part[has_any] / whole[has_any]) if has_any.any() else None


def slot_waits(measured: Measured) -> tuple[SlotWaits, ...]:
    """Waits of the served by slot of issue, each day's own mean and quantiles put into a band."""
    tally = measured.tally
    days, slots = tally.counts.shape[:2]
    slot_of, _, _ = measured.cells
    day_of = np.repeat(np.arange(days), np.diff(tally.waits_until, prepend=0))
    group = slot_of * days + day_of
    # By group, and within it by wait: the order of whole numbers of which the wait is the lower half.
    waits_s = (np.sort(group << _WAIT_BITS | tally.wait_ms) & ((1 << _WAIT_BITS) - 1)) / SECOND_MS
    counts = np.bincount(group, minlength=slots * days)
    sums = np.bincount(group, tally.wait_ms / SECOND_MS, slots * days)
    starts = np.cumsum(counts) - counts
    figures = [_quantiles(waits_s, starts, counts, share) for share in (0.5, 0.9)]
    means = np.divide(sums, counts, out=np.zeros(len(sums)), where=counts > 0)
    return tuple(
        _slot_waits(counts[place : place + days] > 0, *(each[place : place + days] for each in (means, *figures)))
        for place in range(0, slots * days, days)
    )


def _quantiles(ordered: Floats, starts: NDArray[np.int64], counts: NDArray[np.int64], share: float) -> Floats:
    """Of each stretch of ordered figures its quantile, on the line between two neighbours; 0 of none."""
    place = share * np.maximum(counts - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(counts - 1, 0))
    last = max(len(ordered) - 1, 0)
    low, high = (np.append(ordered, 0.0)[np.minimum(starts + each, last)] for each in (below, above))
    quantiles: Floats = np.where(counts > 0, low + (place - below) * (high - low), 0.0)
    return quantiles


def _slot_waits(has_any: NDArray[np.bool_], means: Floats, p50: Floats, p90: Floats) -> SlotWaits:
    if not has_any.any():
        return SlotWaits(None, None, None)
    return SlotWaits(*(band(each[has_any]) for each in (means, p50, p90)))


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
