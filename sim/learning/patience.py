"""How long people wait before they leave, from those who left and from those who were called first.

Whoever was called would have waited longer than they had to, nobody knows how much: such waits are censored. Kaplan and
Meier's curve uses both; so does the likelihood by which a family is fitted. Times are seconds, by whole seconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from typing import Final, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import optimize, special

from sim.learning.families import ROUNDS, TESTED_MAX

PatienceFamily = Literal["exponential", "weibull", "lognormal"]
Floats = NDArray[np.floating]
Whole = NDArray[np.signedinteger]

SHAPES_FROM: Final = 100
"""So many must have left before anything but the exponential is tried, which has one parameter."""
AT_RISK_LEAST: Final = 20
"""Where fewer still wait, Kaplan and Meier's curve is not compared."""
AIC_LEAST: Final = 4.0
"""By so much must a family with a shape be better than the exponential: chance alone makes it so once in seventy."""
_MIDDLE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long people wait: `left` of `count` were seen to leave; mean in minutes, `shape` a Weibull's, `cv` else.

    `ks` is the largest distance of the fit from Kaplan and Meier's curve, `ks_p` how often chance alone makes it so
    large. `curve` is that curve: minutes and the share who would still wait.
    """

    family: PatienceFamily
    mean: float
    cv: float
    shape: float
    count: int
    left: int
    aic: float
    ks: float
    ks_p: float
    tested: int
    curve: tuple[list[float], list[float]]


def learn_patience(left_s: Whole, stayed_s: Whole, chance: Generator) -> Patience | None:
    """The patience of a hall; None when nobody was seen to leave."""
    left = int(left_s.sum())
    if not left:
        return None
    families: tuple[PatienceFamily, ...] = ("exponential",)
    if left >= SHAPES_FROM:
        families = ("exponential", "weibull", "lognormal")
    fits = {family: _fit(family, left_s, stayed_s) for family in families}
    family = min(fits, key=lambda each: fits[each][1] + AIC_LEAST * (each != "exponential"))
    parameters, aic = fits[family]
    thin_left, thin_stayed = _thinned(left_s, stayed_s, chance)
    ks = _distance(family, parameters, thin_left, thin_stayed)
    worse = sum(_again(family, parameters, thin_left, thin_stayed, chance) >= ks for _ in range(ROUNDS))
    mean, cv, shape = _moments(family, parameters)
    total = left + int(stayed_s.sum())
    tested = int(thin_left.sum() + thin_stayed.sum())
    p = (1 + worse) / (1 + ROUNDS)
    return Patience(family, mean / 60, cv, shape, total, left, aic, ks, p, tested, _curve(left_s, stayed_s))


def surviving(patience: Patience, minutes: Floats) -> Floats:
    """The share who would still wait after so many minutes, by the fit."""
    return 1 - _cdf(patience.family, _parameters(patience), minutes * 60)


def kaplan_meier(left: Whole, stayed: Whole) -> tuple[Floats, Whole]:
    """The share who would still wait after each second, and how many were still waiting as it began."""
    gone = left + stayed
    at_risk: Whole = gone[::-1].cumsum()[::-1]
    steps = np.where(at_risk > 0, 1 - left / np.maximum(at_risk, 1), 1.0)
    return np.asarray(np.cumprod(steps), np.float64), at_risk


# --- families, by the parameters (scale, shape) in logarithms ---


def _fit(family: PatienceFamily, left: Whole, stayed: Whole) -> tuple[Floats, float]:
    """The maximum likelihood estimate and Akaike's criterion."""
    seconds = np.flatnonzero(left + stayed)
    times, gone, still = seconds + _MIDDLE, left[seconds], stayed[seconds]
    rate_log = log(float((times * (gone + still)).sum()) / gone.sum())
    if family == "exponential":
        parameters = np.array([rate_log, 0.0])
        return parameters, 2 - 2 * _likelihood(family, parameters, times, gone, still)
    found = optimize.minimize(
        lambda each: -_likelihood(family, each, times, gone, still),
        np.array([rate_log, 0.0]),
        method="Nelder-Mead",
        options={"xatol": 1e-5, "fatol": 1e-6, "maxiter": 500},
    )
    return found.x, 4 + 2 * float(found.fun)


def _likelihood(family: PatienceFamily, parameters: Floats, times: Floats, gone: Whole, still: Whole) -> float:
    scale, shape = parameters
    if family == "lognormal":
        z = (np.log(times) - scale) / exp(shape)
        of_left = -z * z / 2 - shape - np.log(times) - log(2 * np.pi) / 2
        return float((gone * of_left + still * special.log_ndtr(-z)).sum())
    k = exp(shape)
    log_times = np.log(times) - scale
    hazard = np.exp(np.minimum(k * log_times, 700))
    of_left = shape - scale + (k - 1) * log_times - hazard
    return float((gone * of_left - still * hazard).sum())


def _cdf(family: PatienceFamily, parameters: Floats, times: Floats) -> Floats:
    scale, shape = parameters
    logs = np.log(np.maximum(times, 1e-9)) - scale
    if family == "lognormal":
        return np.asarray(special.ndtr(logs / exp(shape)))
    return np.asarray(-np.expm1(-np.exp(np.minimum(exp(shape) * logs, 700))))


def _drawn(family: PatienceFamily, parameters: Floats, count: int, chance: Generator) -> Floats:
    scale, shape = parameters
    if family == "lognormal":
        return np.asarray(np.exp(scale + exp(shape) * chance.standard_normal(count)))
    return np.asarray(exp(scale) * chance.exponential(size=count) ** exp(-shape))


def _moments(family: PatienceFamily, parameters: Floats) -> tuple[float, float, float]:
    """Mean in seconds, cv, and the shape of a Weibull."""
    scale, shape = parameters
    if family == "lognormal":
        variance = exp(2 * shape)
        return exp(scale + variance / 2), sqrt(exp(min(variance, 50.0)) - 1), 1.0
    k = exp(shape)
    mean = exp(scale + lgamma(1 + 1 / k))
    return mean, sqrt(max(0.0, exp(lgamma(1 + 2 / k) - 2 * lgamma(1 + 1 / k)) - 1)), k


def _parameters(patience: Patience) -> Floats:
    if patience.family == "lognormal":
        variance = log(1 + patience.cv**2)
        return np.array([log(patience.mean * 60) - variance / 2, log(variance) / 2])
    return np.array([log(patience.mean * 60) - lgamma(1 + 1 / patience.shape), log(patience.shape)])


# --- how good it is ---


def _thinned(left: Whole, stayed: Whole, chance: Generator) -> tuple[Whole, Whole]:
    """Those seen, or of very many as many as are worth testing, chosen by chance."""
    seen = np.concatenate((left, stayed))
    if seen.sum() <= TESTED_MAX:
        return left, stayed
    places = chance.choice(np.repeat(np.arange(len(seen)), seen), TESTED_MAX, replace=False)
    chosen = np.bincount(places, minlength=len(seen))
    return chosen[: len(left)], chosen[len(left) :]


def _distance(family: PatienceFamily, parameters: Floats, left: Whole, stayed: Whole) -> float:
    survival, at_risk = kaplan_meier(left, stayed)
    seconds = np.flatnonzero((left > 0) & (at_risk >= AT_RISK_LEAST))
    if not len(seconds):
        return 0.0
    fitted = 1 - _cdf(family, parameters, seconds + _MIDDLE)
    before = np.concatenate(([1.0], survival))[seconds]
    return float(np.maximum(np.abs(survival[seconds] - fitted), np.abs(before - fitted)).max())


def _again(family: PatienceFamily, parameters: Floats, left: Whole, stayed: Whole, chance: Generator) -> float:
    """The distance of a fit from people drawn from the fit, who are called when those seen were."""
    count = int(left.sum() + stayed.sum())
    calls = _calls(left, stayed)
    patience = _drawn(family, parameters, count, chance)
    called = calls(chance.random(count))
    most = len(left) - 1
    has_left = patience < called
    times = np.minimum(np.minimum(patience, called), most).astype(np.int64)
    left_again = np.bincount(times[has_left], minlength=len(left))
    stayed_again = np.bincount(times[~has_left], minlength=len(left))
    if not left_again.any():
        return 0.0
    fit, _ = _fit(family, left_again, stayed_again)
    return _distance(family, fit, left_again, stayed_again)


def _calls(left: Whole, stayed: Whole) -> Callable[[Floats], Floats]:
    """When somebody would have been called, by Kaplan and Meier with the parts exchanged; never, for some."""
    survival, _ = kaplan_meier(stayed, left)
    called = 1 - survival

    def at(shares: Floats) -> Floats:
        place = np.searchsorted(called, shares)
        return np.where(place < len(called), place + _MIDDLE, np.inf)

    return at


def _curve(left: Whole, stayed: Whole) -> tuple[list[float], list[float]]:
    """Kaplan and Meier's curve at no more than two hundred moments at which somebody left."""
    survival, at_risk = kaplan_meier(left, stayed)
    seconds = np.flatnonzero((left > 0) & (at_risk >= AT_RISK_LEAST))
    if len(seconds) > 200:
        seconds = seconds[np.linspace(0, len(seconds) - 1, 200).astype(int)]
    return [round(float(each) / 60, 3) for each in seconds], [round(float(each), 5) for each in survival[seconds]]
