"""What a plan reaches: each target's figure with its interval, and how it varies from day to day.

Shares come from the counts of all days. Quantiles need single waits, which are kept for a sample of the days only; the
sample's distribution is moved so that at the target's limit it says what all days say, so that a quantile's interval is
on the right side of the limit exactly when the share's is (R. Woodruff, "Confidence intervals for medians and other
position measures", JASA 47, 1952).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import SECOND_MS
from sim.kernel.shapes import SERVED, Calls
from sim.staffing.bench import Bench
from sim.staffing.grid import Grid, Staff
from sim.staffing.load import SLOT_MS
from sim.staffing.promises import Z_95, DayCounts, Floats, Promise, counts_for
from sim.staffing.result import DaySpread, Reached, Target

# What a quantile is called of which nobody knows how long it is: nobody was served.
_FOR_EVER_S = 86_400.0


@dataclass(frozen=True)
class Waits:
    """The served of one day: their slot of issue, service and lane, and how long they waited, in milliseconds."""

    slot: NDArray[np.int64]
    service: NDArray[np.int64]
    lane: NDArray[np.int64]
    wait_ms: NDArray[np.int64]

    def of(self, promise: Promise) -> NDArray[np.int64]:
        """The waits that a promise is about."""
        inside = _in(self.service, promise.services) & _in(self.lane, promise.lanes)
        if promise.slot is not None:
            inside &= self.slot == promise.slot
        return self.wait_ms[inside]


@dataclass(frozen=True)
class Measured:
    """A plan on some days: the counts of all of them by limit, and the calls of the first few."""

    grid: Grid
    promises: Sequence[Promise]
    counts: Mapping[int, DayCounts]
    calls: Sequence[Calls]

    def waits(self) -> list[Waits]:
        """The waits of each day of the sample."""
        return [_waits(calls, self.grid) for calls in self.calls]

    def reached(self) -> tuple[Reached, ...]:
        """One for each target; of a target by half hour, its worst."""
        waits = self.waits()
        by_target: dict[Target, list[tuple[float, Reached]]] = {}
        for promise in self.promises:
            score, reached = self._reached(promise, waits)
            by_target.setdefault(promise.target, []).append((score, reached))
        return tuple(min(each, key=lambda pair: pair[0])[1] for each in by_target.values())

    def spread(self, reached: Sequence[Reached]) -> tuple[DaySpread, ...]:
        """How each target's figure (the one of the named half hour) varies between days on which anybody came."""
        waits = self.waits()
        return tuple(self._spread(self._promise(each), waits) for each in reached)

    def _promise(self, reached: Reached) -> Promise:
        return next(p for p in self.promises if p.target == reached.target and p.slot == reached.slot)

    def _reached(self, promise: Promise, waits: list[Waits]) -> tuple[float, Reached]:
        target = promise.target
        counted, base = promise.ratio(counts_for(promise, self.counts))
        value, error = ratio_with_error(counted, base)
        is_cap = target.measure == "abandoned"
        by = (target.share - value) if is_cap else (value - target.share)
        held = bool(base.sum() > 0 and by >= Z_95 * error)
        score = by / error if error > 0 else np.copysign(np.inf, by)
        low, high = max(0.0, value - Z_95 * error), min(1.0, value + Z_95 * error)
        if target.measure == "wait":
            pooled = np.sort(np.concatenate([day.of(promise) for day in waits]))
            at_limit = np.searchsorted(pooled, promise.limit_ms, side="right") / max(1, len(pooled))
            place = target.share + at_limit - value
            low, value, high = (_quantile_s(pooled, place + by) for by in (-Z_95 * error, 0.0, Z_95 * error))
        return float(score), Reached(target, value, low, high, held, promise.slot)

    def _spread(self, promise: Promise, waits: list[Waits]) -> DaySpread:
        counted, base = promise.ratio(counts_for(promise, self.counts))
        has_any = base > 0
        daily = counted[has_any] / base[has_any]
        kept = daily <= promise.target.share if promise.target.measure == "abandoned" else daily >= promise.target.share
        if promise.target.measure == "wait":
            each = [np.sort(day.of(promise)) for day in waits]
            daily = np.array([_quantile_s(day, promise.target.share) for day in each if len(day)])
        if not len(daily):
            return DaySpread(promise.target, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        p10, p50, p90 = np.quantile(daily, (0.1, 0.5, 0.9)).tolist()
        return DaySpread(promise.target, float(daily.mean()), float(daily.std()), p10, p50, p90, float(kept.mean()))


def measure(bench: Bench, grid: Grid, staff: Staff, *, days: int, sample: int, seed: int) -> Measured:
    """Let the first `days` of a seed happen, and look at the calls of the first `sample` of them."""
    counts = bench.counts(staff, range(days), seed)
    calls = [bench.evaluator.calls(staff, day, seed) for day in range(min(sample, days))]
    return Measured(grid, bench.promises, counts, calls)


def ratio_with_error(counted: Floats, base: Floats) -> tuple[float, float]:
    """A ratio of two sums over days and its standard error, from the days' deviations from it."""
    total, days = float(base.sum()), len(base)
    if total == 0:
        return 0.0, 0.0
    ratio = float(counted.sum()) / total
    deviations = counted - ratio * base
    return ratio, float(np.sqrt((deviations**2).sum() / (days * (days - 1))) / (total / days))


def _waits(calls: Calls, grid: Grid) -> Waits:
    served = calls.outcome == SERVED
    issued_ms = calls.issued_ms[served].astype(np.int64)
    slots = (issued_ms - grid.slots[0].start_minute * 60 * SECOND_MS) // SLOT_MS
    return Waits(
        np.clip(slots, 0, len(grid.slots) - 1),
        calls.service[served].astype(np.int64),
        calls.lane[served].astype(np.int64),
        calls.first_called_ms[served] - issued_ms,
    )


def _in(places: NDArray[np.int64], scope: slice) -> NDArray[np.bool_]:
    return np.ones(len(places), dtype=bool) if scope == slice(None) else places == scope.start


def _quantile_s(ordered_ms: NDArray[np.int64], share: float) -> float:
    """The smallest wait that at least this share do not exceed, in seconds."""
    if not len(ordered_ms):
        return _FOR_EVER_S
    place = int(np.ceil(np.clip(share, 0.0, 1.0) * len(ordered_ms) - 1e-9)) - 1
    return float(ordered_ms[max(0, place)]) / SECOND_MS
