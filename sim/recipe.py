"""A scenario as numbers: what `sim.draws` needs to draw any of its days, without knowing a name."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import MINUTE_MS, HallPlan
from sim.elementary import exp, log, log_gamma
from sim.scenario import Scenario
from sim.scenario_tables import DayTable, LanePatienceTable, PulseTable, ServiceTable

Floats = NDArray[np.float64]
Whole = NDArray[np.int32]

FOR_EVER, EXPONENTIAL, LOGNORMAL, GAMMA, WEIBULL, EMPIRICAL = range(6)
"""Kinds of lengths of time."""
QUARTER_MINUTES: Final = 15
CELLS_PER_CHOICE: Final = 8
KEPT: Final = 256
"""So many results of exact sums are kept: whoever tries one scenario again and again makes its recipe as often."""


class Choice(NamedTuple):
    """Places with shares: place i is chosen when a uniform number lies below `edges[i]` and not below the one before.

    `guide[g]` is the first place that a number from g / len(guide) on can choose; `named` are places in the hall plan.
    """

    edges: Floats
    guide: Whole
    named: Whole


class Lengths(NamedTuple):
    """Distributions of lengths in milliseconds, each of a kind with two numbers.

    Exponential: the mean. Lognormal: mean and standard deviation of the logarithm. Gamma: shape and scale. Weibull: one
    over the shape, and the scale. Empirical: the first of its `quantiles`, and how many there are.
    """

    kinds: NDArray[np.uint8]
    first: Floats
    second: Floats
    quantiles: Floats


class Recipe(NamedTuple):
    """What is drawn on each day. A share of 0 is never drawn.

    The share of visitors who have come rises from `corner_shares[i]` to the next between the moments `corner_ms[i]` and
    the next. `group_starts` is the share of parties that are groups.
    """

    visits_per_day: float
    is_exact: bool
    level_variance: float
    corner_shares: Floats
    corner_ms: Floats
    group_starts: float
    group_size: int
    services: Choice
    lanes: Choice
    channels: Choice
    service_ms: Lengths
    patience_ms: Lengths
    absent: float
    pauses: float
    pause_ms: float


def recipe_of(scenario: Scenario, plan: HallPlan) -> Recipe:
    """The numbers of a scenario for a hall that has its services and lanes."""
    day, groups, pauses = scenario.scenario, scenario.groups, scenario.clerks.pauses
    service_places = {service.service_id: place for place, service in enumerate(plan.services)}
    lane_places = {lane.lane_id: place for place, lane in enumerate(plan.lanes)}
    shares, minutes = corners(day, scenario.pulse)
    patience = [scenario.patience.lanes.get(lane_id, scenario.patience) for lane_id in scenario.lanes]
    return Recipe(
        visits_per_day=float(day.visits_per_day),
        is_exact=day.arrivals == "exact",
        level_variance=level_variance(day),
        corner_shares=np.array(shares),
        corner_ms=np.array(minutes) * MINUTE_MS,
        group_starts=groups.share / (groups.size - groups.share * (groups.size - 1)),
        group_size=groups.size,
        services=choice_of(
            [table.share for table in scenario.services.values()], [service_places[each] for each in scenario.services]
        ),
        lanes=choice_of(list(scenario.lanes.values()), [lane_places[each] for each in scenario.lanes]),
        channels=choice_of(list(scenario.channels.values()), range(len(scenario.channels))),
        service_ms=_lengths([_time_of(table) for table in scenario.services.values()]),
        patience_ms=_lengths([_patience_of(table) for table in patience]),
        absent=scenario.no_show.share,
        pauses=pauses.share,
        pause_ms=pauses.minutes * MINUTE_MS,
    )


def day_factors(scenario: Scenario, first: date, days: range) -> Floats:
    """By how much each of these days, counted from `first`, is busier than an ordinary one."""
    table = scenario.scenario
    dates = (first + timedelta(days=place) for place in days)
    return np.array([table.weekdays[day.weekday()] * table.months[day.month - 1] for day in dates])


def level_variance(day: DayTable) -> float:
    """The variance of the day's level that gives 15-minute counts the wanted variance over mean.

    A count with mean m, Poisson given the level, has the variance m + m² v: the ratio is 1 + m v, with m the mean of a
    quarter of an hour in which anybody comes at all.
    """
    busy_minutes = day.slot_minutes * sum(intensity > 0 for intensity in day.shape)
    mean = day.visits_per_day * QUARTER_MINUTES / busy_minutes
    return (day.over_dispersion - 1) / mean


def corners(day: DayTable, pulses: Sequence[PulseTable]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The corners of the line from the share of visitors who have come (0 to 1) to the minute of the day.

    A pulse is a step in it: the share grows while the minute stands still. Sums are exact, so that they are the same
    on every machine.
    """
    edges = tuple(day.opens + day.slot_minutes * place for place in range(len(day.shape) + 1))
    return _corners(edges, tuple(day.shape), tuple((pulse.at, pulse.share) for pulse in pulses))


@lru_cache(KEPT)
def _corners(
    edges: tuple[int, ...], shape: tuple[float, ...], pulses: tuple[tuple[int, float], ...]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    risen = [Fraction(0), *accumulate(map(Fraction, shape))]
    pulsed = sum((Fraction(share) for _, share in pulses), Fraction())
    shares: list[float] = []
    minutes: list[float] = []
    for minute in sorted({*edges, *(at for at, _ in pulses)}):
        spread = _risen_at(minute, edges, risen) / risen[-1] * (1 - pulsed)
        shares.append(float(spread + sum(Fraction(share) for at, share in pulses if at < minute)))
        shares.append(float(spread + sum(Fraction(share) for at, share in pulses if at <= minute)))
        minutes += [float(minute)] * 2
    return tuple(shares), tuple(minutes)


def _risen_at(minute: int, edges: Sequence[int], risen: Sequence[Fraction]) -> Fraction:
    """The line through `risen` at `edges`, level before and after."""
    place = bisect_right(edges, minute)
    if place in (0, len(edges)):
        return risen[0] if place == 0 else risen[-1]
    part = Fraction(minute - edges[place - 1], edges[place] - edges[place - 1])
    return risen[place - 1] + (risen[place] - risen[place - 1]) * part


def choice_of(shares: Sequence[float], named: Iterable[int]) -> Choice:
    """Places chosen by these shares, which need not add up to 1; sums are exact."""
    edges = _edges(tuple(shares))
    cells = CELLS_PER_CHOICE
    while cells < CELLS_PER_CHOICE * len(edges):
        cells *= 2
    guide = [bisect_right(edges, cell / cells) for cell in range(cells)]
    return Choice(np.array(edges), np.array(guide, np.int32), np.array(list(named), np.int32))


@lru_cache(KEPT)
def _edges(shares: tuple[float, ...]) -> tuple[float, ...]:
    total = sum(map(Fraction, shares), Fraction())
    return tuple(float(sum_ / total) for sum_ in accumulate(map(Fraction, shares)))


Law = tuple[int, float, float, list[float]]


def _lengths(laws: Sequence[Law]) -> Lengths:
    quantiles: list[float] = []
    firsts: list[float] = []
    for kind, first, _, of_law in laws:
        firsts.append(len(quantiles) if kind == EMPIRICAL else first)
        quantiles += of_law
    return Lengths(
        np.array([law[0] for law in laws], np.uint8),
        np.array(firsts, np.float64),
        np.array([law[2] for law in laws], np.float64),
        np.array(quantiles, np.float64),
    )


def _time_of(table: ServiceTable) -> Law:
    mean_ms = table.mean_minutes * MINUTE_MS
    if table.distribution == "empirical":
        return EMPIRICAL, 0.0, float(len(table.minutes)), [minutes * MINUTE_MS for minutes in table.minutes]
    if table.distribution == "exponential":
        return EXPONENTIAL, mean_ms, 0.0, []
    if table.distribution == "gamma":
        return GAMMA, 1 / (table.cv * table.cv), mean_ms * (table.cv * table.cv), []
    return _lognormal(mean_ms, table.cv)


def _patience_of(table: LanePatienceTable) -> Law:
    if table.distribution == "none" or table.mean_minutes is None:
        return FOR_EVER, 0.0, 0.0, []
    mean_ms = table.mean_minutes * MINUTE_MS
    if table.distribution == "lognormal":
        return _lognormal(mean_ms, table.cv)
    if table.distribution == "weibull":
        return WEIBULL, 1 / table.shape, mean_ms / exp(log_gamma(1 + 1 / table.shape)), []
    return EXPONENTIAL, mean_ms, 0.0, []


def _lognormal(mean_ms: float, cv: float) -> Law:
    variance = log(1 + cv * cv)
    return LOGNORMAL, log(mean_ms) - variance / 2, sqrt(variance), []
