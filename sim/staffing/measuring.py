"""What a plan reaches: each target's figure with its interval, and how it varies from day to day.

The interval of a quantile is that of the share at the target's limit, read off the distribution of the waits: it lies
on the right side of the limit exactly when the share's does (R. Woodruff, "Confidence intervals for medians and other
position measures", Journal of the American Statistical Association 47, 1952).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import SECOND_MS
from sim.kernel.tally import Tally
from sim.staffing.bench import Bench
from sim.staffing.grid import Staff
from sim.staffing.promises import Z_95, DayCounts, Floats, Promise, Standing, counts_for, standing
from sim.staffing.result import DaySpread, Reached, Target

# What a quantile is called of which nobody knows how long it is: nobody was served.
_FOR_EVER_S = 86_400.0

Waits = NDArray[np.int32]


@dataclass(frozen=True)
class Measured:
    """A plan on some days: their tallies by limit, and how much each day counts."""

    promises: Sequence[Promise]
    tallies: Mapping[int, Tally]
    weights: Floats

    @property
    def tally(self) -> Tally:
        """What is the same whatever the limit."""
        return next(iter(self.tallies.values()))

    @cached_property
    def reached(self) -> tuple[Reached, ...]:
        """One for each target; of a target by half hour, its worst."""
        by_target: dict[Target, list[tuple[float, Reached]]] = {}
        for promise in self.promises:
            by_target.setdefault(promise.target, []).append(self._reached(promise))
        return tuple(min(each, key=lambda pair: pair[0])[1] for each in by_target.values())

    def spread(self) -> tuple[DaySpread, ...]:
        """How each target's figure (the one of the named half hour) varies between days on which anybody came."""
        return tuple(self._spread(self._promise(each)) for each in self.reached)

    def just_kept(self, unnoticed: float) -> list[Promise]:
        """In place of each promise the same about the figure reached, or worse by so many standard errors."""
        return [self._just_kept(promise, unnoticed) for promise in self.promises]

    def _just_kept(self, promise: Promise, unnoticed: float) -> Promise:
        target, (value, error) = promise.target, ratio_with_error(*self._ratio(promise), self.weights)
        if target.measure == "wait":
            limit_s = self._reached(promise)[1].value
            return replace(promise, target=replace(target, limit_s=limit_s, share=target.share - unnoticed * error))
        leeway = unnoticed * error if target.measure == "abandoned" else -unnoticed * error
        return replace(promise, target=replace(target, share=value + leeway))

    def waits_by_day(self, inside: NDArray[np.bool_] | slice) -> list[Waits]:
        """The single waits of each day, in milliseconds; those `inside` only."""
        until = self.tally.waits_until[:-1]
        days = np.split(self.tally.wait_ms, until)
        if isinstance(inside, slice):
            return days
        return [day[kept] for day, kept in zip(days, np.split(inside, until), strict=True)]

    @cached_property
    def cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The slot of issue, the service and the lane of each single wait."""
        _, slots, services, lanes, _ = self.tally.counts.shape
        slot, service, lane = np.unravel_index(self.tally.wait_cell, (slots, services, lanes))
        return slot, service, lane

    def first(self, waits: int) -> "Measured":
        """The same on the first days only, on as many as have about so many waits, and on one at least."""
        days = max(1, int(np.searchsorted(self.tally.waits_until, waits, side="right")))
        kept = int(self.tally.waits_until[days - 1])
        first = replace(
            self.tally,
            counts=self.tally.counts[:days],
            wait_ms=self.tally.wait_ms[:kept],
            wait_cell=self.tally.wait_cell[:kept],
            waits_until=self.tally.waits_until[:days],
        )
        return Measured(self.promises, dict.fromkeys(self.tallies, first), self.weights[:days])

    def _of(self, promise: Promise) -> NDArray[np.bool_] | slice:
        """Which single waits a promise is about."""
        if promise.is_about_all:
            return slice(None)
        slot, service, lane = self.cells
        inside = _in(service, promise.services) & _in(lane, promise.lanes)
        return inside if promise.slot is None else inside & (slot == promise.slot)

    def _promise(self, reached: Reached) -> Promise:
        return next(p for p in self.promises if p.target == reached.target and p.slot == reached.slot)

    def standing(self) -> Standing:
        """How the plan stands by each promise."""
        return standing(self.promises, self._counts, self.weights)

    @property
    def _counts(self) -> dict[int, DayCounts]:
        return {limit: tally.counts for limit, tally in self.tallies.items()}

    def _ratio(self, promise: Promise) -> tuple[Floats, Floats]:
        return promise.ratio(counts_for(promise, self._counts))

    def _reached(self, promise: Promise) -> tuple[float, Reached]:
        """How many standard errors a target is kept by, and what is reached of it."""
        target = promise.target
        counted, base = self._ratio(promise)
        value, error = ratio_with_error(counted, base, self.weights)
        by = target.share - value if target.measure == "abandoned" else value - target.share
        held = bool(base.sum() > 0 and by >= Z_95 * error)
        score = by / error if error > 0 else float(np.copysign(np.inf, by))
        low, high = max(0.0, value - Z_95 * error), min(1.0, value + Z_95 * error)
        if target.measure == "wait":
            # Single waits have no weights: the share they have at the limit is moved to what the weights say.
            unweighted = float(counted.sum() / base.sum()) if base.sum() else value
            places = [target.share + unweighted - value + each for each in (-Z_95 * error, 0.0, Z_95 * error)]
            low, value, high = _quantiles_s(self.tally.wait_ms[self._of(promise)], places)
        return score, Reached(target, value, low, high, held, promise.slot)

    def _spread(self, promise: Promise) -> DaySpread:
        counted, base = self._ratio(promise)
        has_any = base > 0
        daily, target = counted[has_any] / base[has_any], promise.target
        kept = daily <= target.share if target.measure == "abandoned" else daily >= target.share
        if target.measure == "wait":
            days = self.waits_by_day(self._of(promise))
            daily = np.array([_quantiles_s(day, [target.share])[0] for day in days if len(day)])
        if not len(daily):
            return DaySpread(target, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        p10, p50, p90 = np.quantile(daily, (0.1, 0.5, 0.9)).tolist()
        return DaySpread(target, float(daily.mean()), float(daily.std()), p10, p50, p90, float(kept.mean()))


def measure(bench: Bench, staff: Staff, *, days: int, seed: int) -> Measured:
    """Let the first days of a seed happen."""
    return Measured(bench.promises, bench.confirmed(staff, range(days), seed), bench.confirm.weights(range(days), seed))


def ratio_with_error(counted: Floats, base: Floats, weights: Floats) -> tuple[float, float]:
    """A ratio of two sums over days, and how far it strays on other so many days (one standard deviation)."""
    total, days = float((base * weights).sum()), len(base)
    if total <= 0:
        return 0.0, 0.0
    ratio = float((counted * weights).sum()) / total
    squares = (counted - ratio * base) ** 2 * np.maximum(weights, 0)
    return ratio, float(np.sqrt(squares.sum() / (days * (days - 1))) / (total / days))


def _in(places: NDArray[np.int64], scope: slice) -> NDArray[np.bool_]:
    return np.ones(len(places), dtype=bool) if scope == slice(None) else places == scope.start


def _quantiles_s(waits_ms: Waits, shares: Sequence[float]) -> list[float]:
    """For each share the smallest wait that at least this share do not exceed, in seconds.

    >>> _quantiles_s(np.array([4_000, 1_000, 3_000, 2_000], dtype=np.int32), [0.5, 1.0])
    [2.0, 4.0]
    """
    if not len(waits_ms):
        return [_FOR_EVER_S] * len(shares)
    # A share of whole people may come out a hair above them.
    counts = [int(np.ceil(min(max(share, 0.0), 1.0) * len(waits_ms) - 1e-6)) for share in shares]
    places = [max(0, count - 1) for count in counts]
    ordered = np.partition(waits_ms, sorted(set(places)))
    return [float(ordered[place]) / SECOND_MS for place in places]
