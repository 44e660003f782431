"""How long each service takes at the window: its own distribution where visits are many, a common one where not."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from numpy.random import Generator, default_rng

from sim.learning.families import ROUNDS, Fit, best, quantiles
from sim.learning.sample import Floats, Sample

OWN_FAMILY_FROM: Final = 30
"""With fewer visits a service has its own mean, and the variation that services with more have on average."""
OWN_MEAN_FROM: Final = 5
"""With fewer still it has the mean of all visits too."""
EMPIRICAL_FROM: Final = 200
REFUSED: Final = 1 / (1 + ROUNDS)
"""A family from which none of the samples drawn is as far as the lengths gives way to the lengths themselves."""
QUANTILES: Final = 101
CV_DEFAULT: Final = 1.0
CV_LEAST, CV_MOST = 0.01, 10.0
MEAN_LEAST: Final = 0.02

OWN, POOLED_CV, POOLED, EMPIRICAL = "own", "pooled-cv", "pooled", "empirical"


@dataclass(frozen=True, slots=True)
class Handling:
    """What is written for a service: `basis` says how it was come by, `fit` is there when a family was fitted to it.

    `mean` (minutes) and `cv` are what is written; `observed_mean` and `observed_cv` what was seen of `count` visits,
    None for none. `minutes` are the quantiles of an empirical time.
    """

    service_id: str
    basis: str
    family: str
    mean: float
    cv: float
    count: int
    observed_mean: float | None
    observed_cv: float | None
    fit: Fit | None
    minutes: tuple[float, ...] = ()


def learn_handling(samples: Mapping[str, Sample], services: list[str], seed: int) -> dict[str, Handling] | None:
    """The time of each of these services; None when no visit shows how long it took."""
    seen = {service_id: sample for service_id in services if (sample := samples.get(service_id)) and sample.count}
    if not seen:
        return None
    count = sum(sample.count for sample in seen.values())
    mean = sum(sample.mean_ms * sample.count for sample in seen.values()) / count / 60_000
    cv = _pooled_cv(seen)
    return {
        service_id: _own(service_id, seen[service_id], default_rng([seed, place]))
        if service_id in seen and seen[service_id].count >= OWN_FAMILY_FROM
        else _pooled(service_id, seen.get(service_id), mean, cv)
        for place, service_id in enumerate(services)
    }


def _pooled_cv(samples: Mapping[str, Sample]) -> float:
    """The variation within services, over those with enough visits, each as heavy as it is often."""
    rich = [sample for sample in samples.values() if sample.count >= OWN_FAMILY_FROM]
    if not rich:
        return CV_DEFAULT
    squares = sum(sample.count * sample.cv**2 for sample in rich) / sum(sample.count for sample in rich)
    return _bounded(sqrt(squares))


def _pooled(service_id: str, sample: Sample | None, mean: float, cv: float) -> Handling:
    count = sample.count if sample else 0
    observed = sample.mean_ms / 60_000 if sample and count else None
    has_mean = observed is not None and count >= OWN_MEAN_FROM
    return Handling(
        service_id,
        POOLED_CV if has_mean else POOLED,
        "lognormal",
        max(MEAN_LEAST, observed if has_mean and observed is not None else mean),
        cv,
        count,
        observed,
        sample.cv if sample and count else None,
        None,
    )


def _own(service_id: str, sample: Sample, chance: Generator) -> Handling:
    """A family by AIC; the lengths themselves where Anderson and Darling's test refuses it and they are many."""
    lengths, grain = sample.minutes(), _grain(sample)
    fit = best(lengths, grain, chance)
    observed, cv = sample.mean_ms / 60_000, sample.cv
    if fit.ad_p <= REFUSED and sample.count >= EMPIRICAL_FROM:
        minutes = _quantiles(lengths, observed)
        return Handling(service_id, EMPIRICAL, "empirical", observed, cv, sample.count, observed, cv, fit, minutes)
    mean = max(MEAN_LEAST, observed)
    return Handling(service_id, OWN, fit.family, mean, _bounded(fit.cv), sample.count, observed, cv, fit)


def _quantiles(lengths: Floats, mean: float) -> tuple[float, ...]:
    """Quantiles whose straight lines have the mean of the lengths: lines overstate a long tail a little."""
    minutes = quantiles(lengths, QUANTILES)
    lines = float((minutes[:-1] + minutes[1:]).mean()) / 2
    return tuple(round(float(each) * mean / lines, 3) for each in minutes)


def _grain(sample: Sample) -> float:
    """The unit of the log in minutes; 0 where it is too small to matter."""
    grain = sample.grain_ms / 60_000
    return grain if grain * 1_000 > sample.mean_ms / 60_000 else 0.0


def _bounded(cv: float) -> float:
    return min(CV_MOST, max(CV_LEAST, cv))
