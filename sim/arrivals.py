"""When visitors come: how many on a day, and at which moments."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.scenario import Scenario
from sim.scenario_tables import DayTable, PulseTable

QUARTER_MINUTES = 15.0


def draw_count(day: DayTable, level: Generator) -> int:
    """How many visitors a day has: as many as it says, or Poisson around a gamma-distributed level of mean 1."""
    if day.arrivals == "exact":
        return day.visits_per_day
    variance = level_variance(day)
    factor = level.gamma(1 / variance, variance) if variance else 1.0
    return int(level.poisson(day.visits_per_day * factor))


def level_variance(day: DayTable) -> float:
    """The variance of the day's level that gives 15-minute counts the wanted variance over mean.

    A count with mean m, Poisson given the level, has the variance m + m² v: the ratio is 1 + m v, with m the mean of a
    quarter of an hour in which anybody comes at all.
    """
    busy_minutes = day.slot_minutes * sum(intensity > 0 for intensity in day.shape)
    mean = day.visits_per_day * QUARTER_MINUTES / busy_minutes
    return (day.over_dispersion - 1) / mean


def draw_moments(scenario: Scenario, count: int, arrivals: Generator) -> NDArray[np.float64]:
    """`count` moments in minutes from midnight, in order: sorted uniforms mapped through the cumulative shape."""
    shares, minutes = _cumulative(scenario.scenario, scenario.pulse)
    return np.interp(np.sort(arrivals.random(count)), shares, minutes)


def _cumulative(day: DayTable, pulses: list[PulseTable]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The corners of the line from the share of visitors who have come (0 to 1) to the minute of the day.

    A pulse is a step in it: the share grows while the minute stands still.
    """
    edges = day.opens + day.slot_minutes * np.arange(len(day.shape) + 1.0)
    steady = np.concatenate(([0.0], np.cumsum(day.shape))) / np.sum(day.shape)
    pulse_at = np.array([pulse.at for pulse in pulses], dtype=float)
    pulse_share = np.array([pulse.share for pulse in pulses], dtype=float)
    minutes = np.unique(np.concatenate((edges, pulse_at)))
    spread = np.interp(minutes, edges, steady) * (1 - pulse_share.sum())
    before = spread + [pulse_share[pulse_at < minute].sum() for minute in minutes]
    after = spread + [pulse_share[pulse_at <= minute].sum() for minute in minutes]
    return np.column_stack((before, after)).ravel(), np.repeat(minutes, 2)
