"""Figures over independent days, and between which ends they lie if there were very many days.

Days are drawn independently of each other, visitors of one day are not: they stand in one queue. So every interval
counts days, not visitors. docs/explanation/statistics.md has each formula with its source.
"""

from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.generic]

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


class Pulled(NamedTuple):
    """A figure of all days together, and how far each day (or each section of equally many) pulls it away: the mean
    square of the pulls over their number is the variance of the figure. A section that says nothing pulls by NaN."""

    value: float
    pulls: Floats


def pulled_mean(values: Numbers) -> Pulled:
    """The mean of a figure that each day has one of."""
    each = values.astype(np.float64)
    value = float(each.mean())
    return Pulled(value, each - value)


def pulled_ratio(counted: Numbers, base: Numbers) -> Pulled | None:
    """A ratio of two sums over days: all waits over all who were served, those in time over those served.

    A busy day counts for more than a quiet one; its pull is what it adds to the linearised ratio. None when the base is
    0 on all days.

    >>> pulled_ratio(np.array([1, 5]), np.array([2, 4]))
    Pulled(value=1.0, pulls=array([-0.33333333,  0.33333333]))
    """
    over, under = counted.astype(np.float64), base.astype(np.float64)
    if not under.any():
        return None
    value = float(over.sum() / under.sum())
    return Pulled(value, (over - value * under) / float(under.mean()))


def pulled_sections(pooled: float, sections: Floats) -> Pulled:
    """A figure that no day adds up to, a quantile, whose spread is seen from the same figure of each section."""
    return Pulled(pooled, sections - pooled)


def around(figure: Pulled | None, confidence: float) -> Interval | None:
    """A figure with its interval by Student's t; None for fewer than two days or sections.

    >>> around(pulled_mean(np.array([1.0, 3.0])), 0.5)
    Interval(value=2.0, low=1.0, high=3.0)
    """
    if figure is None:
        return None
    pulls = figure.pulls[np.isfinite(figure.pulls)]
    count = len(pulls)
    if count < DAYS_MIN:
        return None
    reach = student(confidence, count - 1) * sqrt(float((pulls**2).sum()) / (count - 1) / count)
    return Interval(figure.value, figure.value - reach, figure.value + reach)


def around_share(figure: Pulled | None, confidence: float) -> Interval | None:
    """The same for a share, which lies between 0 and 1.

    When it is 0 on all days (or 1), their differences say nothing, and how many days there are says all: had the rare
    thing happened on more than a share u of days, so many days without it would be less likely than the interval
    allows, for (1 - u) ** days = (1 - confidence) / 2.
    """
    found = around(figure, confidence)
    if found is None or figure is None:
        return None
    rare = 1 - ((1 - confidence) / 2) ** (1 / len(figure.pulls))
    if found.value == 0:
        return Interval(0.0, 0.0, rare)
    if found.value == 1:
        return Interval(1.0, 1 - rare, 1.0)
    return Interval(found.value, max(0.0, found.low), min(1.0, found.high))


def difference(figure: Pulled, other: Pulled) -> Pulled:
    """One figure less another of the same days, day by day."""
    return Pulled(figure.value - other.value, figure.pulls - other.pulls)


@cache
def student(confidence: float, freedom: int) -> float:
    """How many standard errors an interval reaches to both sides, with so many degrees of freedom.

    >>> round(student(0.95, 9), 3)
    2.262
    """
    # It takes longer to import than a small hall's day takes to happen, and one day has no interval.
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))
