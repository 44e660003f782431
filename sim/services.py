"""What visitors come for, how long it takes, and which lane they wait in."""

from collections.abc import Mapping, Sequence
from math import log, sqrt

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.scenario_tables import ServiceTable

Indices = NDArray[np.intp]


def draw_choices(count: int, shares: Sequence[float], generator: Generator) -> Indices:
    """`count` places in `shares`, each as likely as its share."""
    weights = np.array(shares)
    return generator.choice(len(weights), count, p=weights / weights.sum())


def draw_lanes(count: int, shares: Sequence[float], lanes: Generator) -> Indices:
    """`count` places in `shares`: one uniform each, the last lane taking the lowest of them."""
    ceilings = np.cumsum(shares[::-1])[:-1]
    return len(shares) - 1 - np.searchsorted(ceilings, lanes.random(count), side="right")


def draw_durations(chosen: Indices, services: Mapping[str, ServiceTable], durations: Generator) -> NDArray[np.float64]:
    """Minutes at the window, for each place in `services` that was chosen."""
    tables = list(services.values())
    means = np.array([table.mean_minutes for table in tables])
    spreads = np.array([sqrt(log(1 + table.cv**2)) for table in tables])[chosen]
    minutes = means[chosen] * np.exp(spreads * durations.standard_normal(len(chosen)) - spreads**2 / 2)
    for place, table in enumerate(tables):
        is_chosen = chosen == place
        if table.distribution == "gamma":
            shape = table.cv**-2
            minutes[is_chosen] = durations.gamma(shape, table.mean_minutes / shape, np.count_nonzero(is_chosen))
        elif table.distribution == "exponential":
            minutes[is_chosen] = durations.exponential(table.mean_minutes, np.count_nonzero(is_chosen))
    return minutes
