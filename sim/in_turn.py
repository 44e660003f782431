"""Days whose attributes are drawn in turn from one generator of numpy's: the order of the yardstick `hall1`.

It has no place for what came later, such as groups and pauses: `sim.scenario_sense` refuses such a scenario.
"""

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
from numpy.random import Generator, SeedSequence, default_rng
from numpy.typing import NDArray

from engine.core.plan import MINUTE_MS, HallPlan
from sim.kernel.shapes import NEVER, VisitColumns, blank_visits
from sim.recipe import corners, level_variance
from sim.scenario import Scenario
from sim.scenario_tables import DayTable, PatienceTable, ServiceTable

Places = NDArray[np.intp]
Floats = NDArray[np.float64]


def generator_of(seed: int, day: int) -> Generator:
    """What a day is drawn from; for day 0 it is `default_rng(seed)`."""
    return default_rng(SeedSequence(seed, spawn_key=(day,)) if day else seed)


def draw_in_turn(scenario: Scenario, plan: HallPlan, factor: float, generator: Generator) -> VisitColumns:
    """Who comes on a day: how many, arrivals, services, lanes, times at the window, patience, absence, channels."""
    services = {service.service_id: place for place, service in enumerate(plan.services)}
    lanes = {lane.lane_id: place for place, lane in enumerate(plan.lanes)}
    count = _count(scenario.scenario, factor, generator)
    columns = blank_visits(count)
    shares, minutes = corners(scenario.scenario, scenario.pulse)
    columns.arrived_ms[:] = _whole_ms(np.interp(np.sort(generator.random(count)), shares, minutes))
    service = _places(count, [table.share for table in scenario.services.values()], generator)
    lane = _lanes(count, list(scenario.lanes.values()), generator)
    columns.service[:] = np.array([services[each] for each in scenario.services])[service]
    columns.lane[:] = np.array([lanes[each] for each in scenario.lanes])[lane]
    columns.service_ms[:] = _whole_ms(_durations(service, list(scenario.services.values()), generator))
    columns.patience_ms[:] = _patience_ms(count, scenario.patience, generator)
    columns.absent[:] = generator.random(count) < scenario.no_show.share
    columns.channel[:] = _places(count, list(scenario.channels.values()), generator)
    return columns


def _count(day: DayTable, factor: float, generator: Generator) -> int:
    mean = day.visits_per_day * factor
    if day.arrivals == "exact":
        return round(mean)
    variance = level_variance(day)
    return int(generator.poisson(mean * (generator.gamma(1 / variance, variance) if variance else 1.0)))


def _places(count: int, shares: Sequence[float], generator: Generator) -> Places:
    """`count` places in `shares`, each as likely as its share."""
    weights = np.array(shares)
    return generator.choice(len(weights), count, p=weights / weights.sum())


def _lanes(count: int, shares: Sequence[float], generator: Generator) -> Places:
    """`count` places in `shares`: one uniform each, the last lane taking the lowest of them."""
    ceilings = np.cumsum(shares[::-1])[:-1]
    return len(shares) - 1 - np.searchsorted(ceilings, generator.random(count), side="right")


def _durations(chosen: Places, tables: Sequence[ServiceTable], generator: Generator) -> Floats:
    """Minutes at the window: a normal number for everybody, and then those that are no lognormal by service."""
    means = np.array([table.mean_minutes for table in tables])
    spreads = np.array([sqrt(log(1 + table.cv**2)) for table in tables])[chosen]
    minutes = means[chosen] * np.exp(spreads * generator.standard_normal(len(chosen)) - spreads**2 / 2)
    for place, table in enumerate(tables):
        is_chosen = chosen == place
        if table.distribution == "gamma":
            shape = table.cv**-2
            minutes[is_chosen] = generator.gamma(shape, table.mean_minutes / shape, np.count_nonzero(is_chosen))
        elif table.distribution == "exponential":
            minutes[is_chosen] = generator.exponential(table.mean_minutes, np.count_nonzero(is_chosen))
    return minutes


def _patience_ms(count: int, patience: PatienceTable, generator: Generator) -> Floats:
    if patience.mean_minutes is None or patience.distribution == "none":
        return np.full(count, float(NEVER))
    return _whole_ms(generator.exponential(patience.mean_minutes, count))


def _whole_ms(minutes: Floats) -> Floats:
    return np.minimum(np.rint(minutes * MINUTE_MS), NEVER)
