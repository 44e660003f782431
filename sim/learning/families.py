"""Families of distributions for times at a window: fitted, compared by AIC, and tested by a parametric bootstrap.

The mean of a fit is the mean of the sample, whatever the family: it is the load that a staffing plan is made for. What
shapes it is the maximum likelihood estimate, and its `cv` follows. Lengths are minutes.
"""

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Final, Literal

import numpy as np
from numpy.random import Generator
from scipy import optimize, special, stats

from sim.learning.sample import Floats

FamilyName = Literal["lognormal", "gamma", "exponential", "empirical"]
PARAMETRIC: Final[tuple[FamilyName, ...]] = ("lognormal", "gamma", "exponential")

ROUNDS: Final = 199
TESTED_MAX: Final = 2_000
"""A test of more lengths refuses every family, for no hall is a formula; of more so many are chosen by chance."""
TINY: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Fit:
    """A family with its mean and coefficient of variation, and how well it goes with the lengths it was fitted to.

    `ks` and `ad` are the distances of Kolmogorov–Smirnov and Anderson–Darling; their p-values say how often a sample of
    the fitted family itself, fitted anew, is at least as far from its fit.
    """

    family: FamilyName
    mean: float
    cv: float
    aic: float
    ks: float
    ad: float
    ks_p: float
    ad_p: float
    tested: int


def fitted(family: FamilyName, lengths: Floats) -> tuple[float, float]:
    """Mean and cv of a family for these lengths, all of them above 0."""
    mean = float(lengths.mean())
    if family == "exponential":
        return mean, 1.0
    logs = np.log(lengths)
    if family == "lognormal":
        return mean, sqrt(max(TINY, exp(min(float(logs.var()), 50.0)) - 1))
    return mean, 1 / sqrt(_gamma_shape(log(mean) - float(logs.mean())))


def _gamma_shape(skew: float) -> float:
    """The maximum likelihood estimate of a gamma's shape: log(k) - digamma(k) = log(mean) - mean(log)."""
    if skew < 1e-9:
        return 1e9

    def miss(log_shape: float) -> float:
        shape = exp(log_shape)
        return float(log(shape) - special.digamma(shape) - skew)

    return exp(optimize.brentq(miss, log(1e-3), log(1e9)))


def cdf(family: FamilyName, mean: float, cv: float, lengths: Floats) -> Floats:
    """The share of visits that take no longer."""
    if family == "exponential":
        return np.asarray(-np.expm1(-lengths / mean))
    if family == "gamma":
        return np.asarray(special.gammainc(cv**-2, lengths / (mean * cv**2)))
    spread = sqrt(log(1 + cv**2))
    return np.asarray(special.ndtr((np.log(lengths) - log(mean)) / spread + spread / 2))


def density(family: FamilyName, mean: float, cv: float, lengths: Floats) -> Floats:
    """The density at these lengths, per minute."""
    if family == "exponential":
        return np.asarray(np.exp(-lengths / mean) / mean)
    if family == "gamma":
        return np.asarray(stats.gamma.pdf(lengths, cv**-2, scale=mean * cv**2))
    spread = sqrt(log(1 + cv**2))
    return np.asarray(stats.lognorm.pdf(lengths, spread, scale=mean * exp(-(spread**2) / 2)))


def drawn(family: FamilyName, mean: float, cv: float, count: int, chance: Generator) -> Floats:
    """Lengths of this distribution."""
    if family == "exponential":
        return chance.exponential(mean, count)
    if family == "gamma":
        return chance.gamma(cv**-2, mean * cv**2, count)
    spread = sqrt(log(1 + cv**2))
    return mean * np.exp(spread * chance.standard_normal(count) - spread**2 / 2)


def aic(family: FamilyName, mean: float, cv: float, lengths: Floats) -> float:
    """Akaike's criterion: the family that loses least of what the lengths say has the lowest."""
    parameters = 1 if family == "exponential" else 2
    return float(2 * parameters - 2 * np.log(np.maximum(density(family, mean, cv, lengths), 1e-300)).sum())


def distances(shares: Floats) -> tuple[float, float]:
    """Kolmogorov–Smirnov and Anderson–Darling distance of a sample's shares under a distribution, in order."""
    count = len(shares)
    places = np.arange(1, count + 1)
    ks = max(float((places / count - shares).max()), float((shares - (places - 1) / count).max()))
    safe = np.clip(shares, TINY, 1 - TINY)
    ad = -count - float(((2 * places - 1) * (np.log(safe) + np.log1p(-safe[::-1]))).sum()) / count
    return ks, ad


def best(lengths: Floats, grain: float, chance: Generator) -> Fit:
    """The parametric family with the lowest AIC, tested; `lengths` stand in order and are multiples of `grain`."""
    tested = np.sort(chance.choice(lengths, min(len(lengths), TESTED_MAX), replace=False))
    smooth = spread_ties(lengths, grain)
    fits = {family: fitted(family, smooth) for family in PARAMETRIC}
    criteria = {family: aic(family, *fit, smooth) for family, fit in fits.items()}
    family = min(PARAMETRIC, key=criteria.__getitem__)
    return tried(family, tested, grain, chance, aic_value=criteria[family], fit=fits[family])


def tried(
    family: FamilyName, lengths: Floats, grain: float, chance: Generator, *, aic_value: float, fit: tuple[float, float]
) -> Fit:
    """A fit with its distances from these lengths, and how often chance alone makes them as large."""
    mean, cv = fit
    ks, ad = _distances_of_fit(family, spread_ties(lengths, grain))
    worse_ks = worse_ad = 0
    for _ in range(ROUNDS):
        again = np.sort(drawn(family, mean, cv, len(lengths), chance))
        ks_again, ad_again = _distances_of_fit(family, spread_ties(rounded(again, grain), grain))
        worse_ks += ks_again >= ks
        worse_ad += ad_again >= ad
    p = [(1 + worse) / (1 + ROUNDS) for worse in (worse_ks, worse_ad)]
    return Fit(family, mean, cv, aic_value, ks, ad, p[0], p[1], len(lengths))


def _distances_of_fit(family: FamilyName, lengths: Floats) -> tuple[float, float]:
    return distances(cdf(family, *fitted(family, lengths), lengths))


def rounded(lengths: Floats, grain: float) -> Floats:
    """Lengths as a log with this grain would tell them; what is rounded to nothing is told as one grain."""
    return np.maximum(np.rint(lengths / grain), 1) * grain if grain > 0 else lengths


def spread_ties(lengths: Floats, grain: float) -> Floats:
    """Lengths in order, of which equal ones are spread evenly over the grain they were rounded to.

    >>> spread_ties(np.array([1.0, 2.0, 2.0]), 1.0).tolist()
    [1.0, 1.75, 2.25]
    """
    if grain <= 0 or not len(lengths):
        return lengths
    _, first, counts = np.unique(lengths, return_index=True, return_counts=True)
    place = np.arange(len(lengths)) - np.repeat(first, counts)
    offset = (place + 0.5) / np.repeat(counts, counts) - 0.5
    return np.asarray(lengths + offset * grain)


def quantiles(lengths: Floats, count: int) -> Floats:
    """`count` evenly spaced quantiles, from the shortest length to the longest."""
    return np.asarray(np.quantile(lengths, np.linspace(0, 1, count)))
