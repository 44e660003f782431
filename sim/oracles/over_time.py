"""How many are in a hall whose arrivals change over the day, where everybody stays as if there were windows for all."""

from collections.abc import Callable, Sequence
from math import erf, exp, log, sqrt

Limited = Callable[[float], float]
"""E[min(S, x)] of a stay S, for x ≥ 0."""


def present_mean(at: float, edges: Sequence[float], rates: Sequence[float], limited: Limited) -> float:
    """m(t) = ∫ λ(u) P(S > t − u) du = E[λ(t − S_e)] E[S], arrivals at `rates[k]` from `edges[k]` to `edges[k + 1]`.

    The number present at `at` is a Poisson number of this mean (Eick, Massey, Whitt 1993). That holds exactly with few
    windows too, when services are exponential and people leave the queue at the rate at which visits end: then whether
    somebody waits or is served makes no difference to how long they stay.

    >>> round(present_mean(1e6, [0, 1e6], [3.0], exponential(2.0)), 6)  # long after: λ E[S]
    6.0
    """
    total = 0.0
    for begins, ends, rate in zip(edges[:-1], edges[1:], rates, strict=True):
        total += rate * (limited(max(at - begins, 0.0)) - limited(max(at - ends, 0.0)))
    return total


def exponential(mean: float) -> Limited:
    """Exponential stays: E[min(S, x)] = E[S] (1 − exp(−x / E[S]))."""
    return lambda longest: mean * (1 - exp(-longest / mean))


def lognormal(mean: float, cv: float) -> Limited:
    """Lognormal stays of this mean and coefficient of variation.

    E[min(S, x)] = E[S] Φ(z − σ) + x (1 − Φ(z)), z = (ln x − μ) / σ.

    >>> round(lognormal(2.0, 0.8)(1e9), 6)
    2.0
    """
    sigma = sqrt(log(1 + cv * cv))
    location = log(mean) - sigma * sigma / 2

    def limited(longest: float) -> float:
        if longest == 0:
            return 0.0
        z = (log(longest) - location) / sigma
        return mean * _below(z - sigma) + longest * (1 - _below(z))

    return limited


def _below(z: float) -> float:
    return (1 + erf(z / sqrt(2))) / 2
