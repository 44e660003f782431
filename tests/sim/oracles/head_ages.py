"""Credit and rate solved as an equation: two lanes, exponential services, the ages of the heads of both on a grid.

What will be called next depends on the queues only through how long their heads have waited, and behind a head of age
a the arrivals of the last a minutes are Poisson whatever happened before. So the two ages are a Markov chain, also with
head starts, for which there is no closed formula. On a grid of steps the error shrinks with the step; two steps are
drawn out to none (Richardson).
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from sim.oracles.erlang import erlang_c

Grid = NDArray[np.float64]
Pair = tuple[float, float]

STEPS = (0.2, 0.1)
AGE_MAX = 24.0
ROUNDS_MAX = 400
PASSES = 50
SETTLED = 1e-5
NOTHING = 1e-25


@cache
def waits(rates: Pair, service_rate: float, servers: int, credits: Pair, slopes: Pair) -> list[float]:
    """The mean wait of everybody in each of two lanes, where a ticket has `credit + slope × wait` points.

    Times in units in which the whole station ends one visit in about one: the ages reach to `AGE_MAX`.
    """
    full_rate = servers * service_rate
    coarse, fine = (_while_busy(rates, full_rate, credits, slopes, step) for step in STEPS)
    waiting_share = erlang_c(servers, sum(rates) / service_rate)
    ratio = STEPS[0] / STEPS[1]
    # Calls per unit of time while all are busy, times age, is the waiting of those who wait.
    return [
        waiting_share * (ratio * b - a) / (ratio - 1) / rate for a, b, rate in zip(coarse, fine, rates, strict=True)
    ]


def _while_busy(rates: Pair, full_rate: float, credits: Pair, slopes: Pair, step: float) -> Grid:
    """For each lane the calls per unit of time, each times the age of the called, while all windows are busy."""
    ages = (np.arange(round(AGE_MAX / step) + 1) - 0.5) * step
    nobody = np.arange(len(ages)) == 0
    chances = [rate * step for rate in rates]
    first, second = (full_rate * step * share for share in _winners(ages, nobody, credits, slopes))
    stays = 1 - first - second
    state = np.zeros_like(first)
    state[0, 0] = 1.0
    waited = np.zeros(2)
    for _ in range(ROUNDS_MAX):
        before = waited
        for _ in range(PASSES):
            called = first * state, second * state
            moved = stays * state + _next_head(called[0], chances[0]) + _next_head(called[1].T, chances[1]).T
            state = _older(_older(moved, chances[0]).T, chances[1]).T
            # Numbers below the smallest normal ones would make the processor crawl.
            state[state < NOTHING] = 0.0
        waited = np.array([ages @ (first * state).sum(axis=1), (second * state).sum(axis=0) @ ages]) / step
        if np.allclose(waited, before, rtol=SETTLED, atol=0):
            return waited
    raise AssertionError("the chain has not settled")


def _winners(ages: Grid, nobody: NDArray[np.bool_], credits: Pair, slopes: Pair) -> tuple[Grid, Grid]:
    """The share of calls that go to each lane, by the ages of the heads; a tie within a step goes to either."""
    points = [np.where(nobody, -1e9, credit + slope * ages) for credit, slope in zip(credits, slopes, strict=True)]
    lead = points[0][:, None] - points[1][None, :]
    first = np.where(np.isclose(lead, 0), 0.5, lead > 0)
    first[0, 0] = 0.0
    second = 1.0 - first
    second[0, 0] = 0.0
    return first, second


def _next_head(called: Grid, chance: float) -> Grid:
    """Behind a head of age k the next one is younger by a geometric number of steps, or there is none."""
    behind = np.zeros_like(called)
    behind[:-1] = lfilter([1.0], [1.0, -(1 - chance)], called[:0:-1], axis=0)[::-1]
    none = behind[0].copy()
    behind *= chance
    behind[0] = none
    return behind


def _older(state: Grid, chance: float) -> Grid:
    """Every head ages by a step, and where there is none one may come; who is too old for the grid stays at its end."""
    older = np.empty_like(state)
    older[0] = (1 - chance) * state[0]
    older[1] = chance * state[0]
    older[2:] = state[1:-1]
    older[-1] += state[-1]
    return older
