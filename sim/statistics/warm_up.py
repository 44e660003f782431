"""The warm-up of a hall in which it is always the same hour: how much of each day to leave out, because it began empty.

A hall with hours, or with busy hours and quiet ones, begins each day empty in earnest: nothing is left out of it.

MSER (K. P. White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69, 1997), on
the mean wait by half hour over all days: leave out the d half hours for which the rest has the smallest variance over
its number, (sum of (x - mean) ** 2) / (n - d) ** 2; never more than half of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.statistics import batch as b
from sim.statistics.experiment import Experiment
from sim.statistics.observed import Observed
from sim.statistics.part import Part


@dataclass(frozen=True, slots=True)
class WarmUp:
    """The first half hours of each day that are left out, and what is left."""

    left_out: int
    rest: Part


def has_warm_up(experiment: Experiment) -> bool:
    """Whether people come at one rate all day, to a hall without hours."""
    day = experiment.scenario.scenario
    return not experiment.plan.hours and not experiment.scenario.pulse and len(set(day.shape)) == 1


def warm_up(observed: Observed) -> WarmUp | None:
    """What to leave out; None when nobody was served in any half hour."""
    slots = [part.place for part in observed.parts_of("slot")]
    total = observed.counts(Part("from")).sum(axis=0)
    if not total[b.SERVED]:
        return None
    waits = np.array([_mean_wait(observed, slot) for slot in range(slots[0], slots[-1] + 1)])
    left_out = mser(waits)
    return WarmUp(left_out, Part("from", slots[0] + left_out))


def mser(series: NDArray[np.float64]) -> int:
    """How many of the first numbers to leave out.

    >>> mser(np.array([9.0, 4.0, 1.0, 1.2, 0.9, 1.1, 1.0, 1.0]))
    2
    """
    most = len(series) // 2
    return int(np.argmin([series[out:].var() / (len(series) - out) for out in range(most + 1)]))


def _mean_wait(observed: Observed, slot: int) -> float:
    total = observed.counts(Part("slot", slot)).sum(axis=0)
    return float(total[b.WAIT_MS] / total[b.SERVED]) if total[b.SERVED] else 0.0
