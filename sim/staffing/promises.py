"""Targets as arithmetic on the counts of days: gaps, which are at least 0 on average when a target is kept.

A target about a share is a ratio of two sums over days: of those served, how many waited no longer than the limit. It
is kept when the sum of gaps is not negative, a gap being what a day adds: (within − share × served), or
(share × visitors − those who went away unserved). Gaps of days are independent of each other, so their mean has the
usual interval; a gap's mean divided by the mean of the denominator is by how much the ratio beats the target (the
linearised ratio estimator, Cochran, Sampling Techniques, 1977, chapter 6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.core.plan import SECOND_MS, HallPlan
from sim.kernel.tally import ABANDONED, SERVED, TURNED_AWAY, UNSERVED, VISITORS, WITHIN
from sim.staffing.result import Target

# Of the normal distribution: an interval at 95% reaches so many standard errors to both sides.
Z_95: Final = 1.959964
# Of a half hour in which fewer come on a day, a thousand days would not say whether it keeps a target.
VISITORS_MIN: Final = 1.0

DayCounts = NDArray[np.int64]
"""By day, slot, service, lane and figure, the figures of `sim.kernel.tally`."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Promise:
    """A target in the places of a hall: all day, or in one half hour, when the target is by half hour."""

    target: Target
    lanes: slice
    services: slice
    slot: int | None

    @property
    def limit_ms(self) -> int:
        """The wait that counts as within; 0 for a target about going away."""
        return round(self.target.limit_s * SECOND_MS)

    @property
    def is_about_all(self) -> bool:
        """Whether it is about everybody, all day."""
        return self.lanes == self.services == slice(None) and self.slot is None

    def ratio(self, counts: DayCounts) -> tuple[Floats, Floats]:
        """By day: how many the target counts, and out of how many."""
        counted, base = (each if self.slot is None else each[:, [self.slot]] for each in self._figures(counts))
        return counted.sum(axis=(1, 2)), base.sum(axis=(1, 2))

    def gaps(self, counts: DayCounts) -> Floats:
        """By day, slot and service: how many visitors better than promised (below 0: worse); of all half hours."""
        counted, base = self._figures(counts)
        gaps: Floats = self.target.share * base - counted
        return gaps if self.target.measure == "abandoned" else -gaps

    def _figures(self, counts: DayCounts) -> tuple[Floats, Floats]:
        """By day, slot and service; of services outside the scope nobody counts."""
        is_cap = self.target.measure == "abandoned"
        counted, base = ((ABANDONED, TURNED_AWAY, UNSERVED), VISITORS) if is_cap else ((WITHIN,), SERVED)
        inside = np.zeros(counts.shape[2])
        inside[self.services] = 1.0
        by_lane = counts[:, :, :, self.lanes]
        totals = [by_lane[..., figure].sum(axis=3) for figure in (base, *counted)]
        return np.sum(totals[1:], axis=0) * inside, totals[0] * inside


def promises_of(targets: Sequence[Target], plan: HallPlan, visitors: Floats) -> tuple[Promise, ...]:
    """One for each target, or for each half hour of it; `visitors` come on a day, by slot."""
    lanes = [lane.lane_id for lane in plan.lanes]
    services = [service.service_id for service in plan.services]
    busy = [slot for slot, count in enumerate(visitors.tolist()) if count >= VISITORS_MIN]
    return tuple(
        Promise(target, _place(target.lane, lanes), _place(target.service, services), slot)
        for target in targets
        for slot in (busy if target.per_slot else [None])
    )


def _place(name: str | None, names: list[str]) -> slice:
    return slice(None) if name is None else slice(names.index(name), names.index(name) + 1)


@dataclass(frozen=True)
class Standing:
    """How a plan does by each promise over some days, each of which counts by its weight (1 on average).

    `cells` are the mean gaps a day by promise, slot and service; `by_day` the gaps by promise and day, `mean` and `sd`
    their mean and standard deviation.
    """

    cells: Floats
    by_day: Floats
    weights: Floats

    @cached_property
    def mean(self) -> Floats:
        return np.asarray((self.by_day * self.weights).mean(axis=1))

    @cached_property
    def sd(self) -> Floats:
        squares = (self.by_day - self.mean[:, None]) ** 2 * np.maximum(self.weights, 0)
        return np.asarray(np.sqrt(squares.sum(axis=1) / (len(self.weights) - 1)))

    def scores(self, days: int) -> Floats:
        """By promise: how many standard errors of so many days the mean gap is above 0.

        Where no day differs from another there is no error, and the score is plus or minus infinity.
        """
        certain = np.where(self.mean >= 0, np.inf, -np.inf)
        scores: Floats = np.divide(self.mean, self.sd / np.sqrt(days), out=certain, where=self.sd > 0)
        return scores


def standing(promises: Sequence[Promise], counts: Mapping[int, DayCounts], weights: Floats) -> Standing:
    """`counts` by limit, each over the same days, which have these weights."""
    of_target: dict[Target, tuple[Floats, Floats]] = {}
    cells, by_day = [], []
    for promise in promises:
        if promise.target not in of_target:
            gaps = promise.gaps(counts_for(promise, counts))
            of_target[promise.target] = gaps, np.tensordot(weights, gaps, axes=1) / len(weights)
        gaps, mean = of_target[promise.target]
        if promise.slot is None:
            cells.append(mean)
            by_day.append(gaps.sum(axis=(1, 2)))
        else:
            alone = np.zeros_like(mean)
            alone[promise.slot] = mean[promise.slot]
            cells.append(alone)
            by_day.append(gaps[:, promise.slot].sum(axis=1))
    return Standing(np.array(cells), np.array(by_day), weights)


def representative(judged: Standing, count: int) -> range:
    """Of all so many successive days of the judged ones, those most like all of them, from the hardest to the easiest.

    For each promise the days' gaps, in order of size, are held against the quantiles of all days' gaps.
    """
    count = min(count, len(judged.weights))
    gaps = judged.by_day / np.where(judged.sd > 0, judged.sd, 1.0)[:, None]
    blocks = np.sort(sliding_window_view(gaps, count, axis=1), axis=2)
    wanted = np.array([_weighted_quantiles(row, judged.weights, count) for row in gaps])
    mean = (gaps * judged.weights).mean(axis=1)
    unlikeness = np.abs(blocks - wanted[:, None, :]).sum(axis=(0, 2))
    unlikeness += count * np.abs(blocks.mean(axis=2) - mean[:, None]).sum(axis=0)
    first = int(unlikeness.argmin())
    return range(first, first + count)


def _weighted_quantiles(values: Floats, weights: Floats, count: int) -> Floats:
    """So many evenly spaced quantiles of figures that count by their weights."""
    order = np.argsort(values, kind="stable")
    passed = np.maximum.accumulate(np.cumsum(weights[order])) - weights[order] / 2
    quantiles: Floats = np.interp((np.arange(count) + 0.5) / count * len(values), passed, values[order])
    return quantiles


def limits_of(promises: Sequence[Promise]) -> tuple[int, ...]:
    """The waits, in milliseconds, for which a simulation must count who waited no longer; at least one."""
    return tuple(sorted({promise.limit_ms for promise in promises if promise.limit_ms})) or (0,)


def counts_for(promise: Promise, counts: Mapping[int, DayCounts]) -> DayCounts:
    """Of counts by limit, those that tell about this promise."""
    return counts[promise.limit_ms] if promise.limit_ms else next(iter(counts.values()))
