"""Figures over independent days, and between which ends they lie if there were very many days.

Days are drawn independently of each other, visitors of one day are not: they stand in one queue. So every interval
counts days, not visitors. docs/explanation/statistics.md has each formula with its source.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Floats = NDArray[np.float64]

DAYS_MIN: Final = 2
"""From fewer days nothing can be said of how much they differ."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, and the ends of its confidence interval."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return max(self.high - self.value, self.value - self.low)


def student(confidence: float, freedom: int) -> float:
    """How many standard errors an interval reaches to both sides, with so many degrees of freedom.

    >>> round(student(0.95, 9), 3)
    2.262
    """
    return float(stdtrit(freedom, (1 + confidence) / 2))


def of_mean(values: NDArray[np.generic], confidence: float) -> Interval | None:
    """The mean of a figure that each day has one of; None for fewer than two days.

    >>> of_mean(np.array([1.0, 3.0]), 0.5)
    Interval(value=2.0, low=1.0, high=3.0)
    """
    days = len(values)
    if days < DAYS_MIN:
        return None
    return _around(float(values.mean()), float(values.std(ddof=1)) / sqrt(days), student(confidence, days - 1))


def of_ratio(counted: NDArray[np.generic], base: NDArray[np.generic], confidence: float) -> Interval | None:
    """A ratio of two sums over days: all waits over all who were served, those in time over those served.

    A busy day counts for more than a quiet one. None for fewer than two days, or when the base is 0 on all of them.
    """
    days = len(base)
    if days < DAYS_MIN or not base.any():
        return None
    ratio, deviations = linearised(counted, base)
    return _around(ratio, float(deviations.std(ddof=1)) / sqrt(days), student(confidence, days - 1))


def of_share(counted: NDArray[np.generic], base: NDArray[np.generic], confidence: float) -> Interval | None:
    """The same for a share, which lies between 0 and 1.

    When it is 0 on all days (or 1), their differences say nothing, and how many days there are says all: had the rare
    thing happened on more than a share u of days, so many days without it would be less likely than the interval
    allows, for (1 - u) ** days = (1 - confidence) / 2.
    """
    interval = of_ratio(counted, base, confidence)
    if interval is None:
        return None
    rare = 1 - ((1 - confidence) / 2) ** (1 / len(base))
    if interval.value == 0:
        return Interval(0.0, 0.0, rare)
    if interval.value == 1:
        return Interval(1.0, 1 - rare, 1.0)
    return Interval(interval.value, max(0.0, interval.low), min(1.0, interval.high))


def of_sections(pooled: float, sections: Floats, confidence: float) -> Interval | None:
    """A figure of all days together, whose spread is seen from the same figure of sections of equally many days.

    For quantiles, which no day adds up to. None for fewer than two sections.
    """
    count = len(sections)
    if count < DAYS_MIN:
        return None
    error = sqrt(float(((sections - pooled) ** 2).sum()) / (count - 1) / count)
    return _around(pooled, error, student(confidence, count - 1))


def of_difference(values: Interval, others: Interval, deviations: Floats, confidence: float) -> Interval | None:
    """The difference of two figures of the same days, from how much each day adds to it; None for fewer than two."""
    days = len(deviations)
    if days < DAYS_MIN:
        return None
    error = float(deviations.std(ddof=1)) / sqrt(days)
    return _around(values.value - others.value, error, student(confidence, days - 1))


def linearised(counted: NDArray[np.generic], base: NDArray[np.generic]) -> tuple[float, Floats]:
    """A ratio of sums over days, and by how much each day pulls at it; the pulls add up to 0."""
    over, under = counted.astype(np.float64), base.astype(np.float64)
    ratio = float(over.sum() / under.sum())
    pulls: Floats = (over - ratio * under) / float(under.mean())
    return ratio, pulls


def _around(value: float, error: float, errors: float) -> Interval:
    return Interval(value, value - errors * error, value + errors * error)
