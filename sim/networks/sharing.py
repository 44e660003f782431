"""How a total is shared out over sites: in whole numbers that add up exactly, large sites and small ones as stated."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from sim.elementary import exp, log


def sizes(count: int, spread: float) -> list[float]:
    """How large each of so many sites is, the largest first: the middles of equal parts of a lognormal distribution.

    `spread` is its coefficient of variation; with 0 all are alike.

    >>> sizes(2, 0.0)
    [1.0, 1.0]
    """
    sigma = sqrt(log(1.0 + spread * spread))
    normal = NormalDist()
    return [float(exp(sigma * normal.inv_cdf((count - place - 0.5) / count))) for place in range(count)]


def share_out(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """`total` in proportion to weights of which some is above 0, each part at least `least`, by largest remainder.

    Equal remainders are served in order. There must be enough for the least: `total >= least * len(weights)`.

    >>> share_out(10, [1, 1, 1])
    [4, 3, 3]
    >>> share_out(10, [8, 1, 1], least=2)
    [5, 3, 2]
    """
    rest = total - least * len(weights)
    assert rest >= 0, "there is less than the least for each"
    exact = [Fraction(weight) for weight in weights]
    whole = sum(exact)
    wanted = [rest * weight / whole for weight in exact]
    parts = [int(each) for each in wanted]
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - wanted[place])
    for place in by_remainder[: rest - sum(parts)]:
        parts[place] += 1
    return [least + part for part in parts]
