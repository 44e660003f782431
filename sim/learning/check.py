"""The check on days that were not learnt from: does the learnt scenario make people wait as long as they did?

Each day is simulated with as many visitors as it had. How many come is chance, and learnt as chance; whether the waits
that follow from them are those of the log is the question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final

from scipy import stats

from engine.core.hall import Hall
from engine.core.plan import HallPlan
from sim.day import Days, habits_of
from sim.learning.gathered import Gathered, Waits
from sim.result import SERVED, outcome_of
from sim.roster import roster_of
from sim.scenario import Scenario
from sim.scenario_tables import MONTHS, WEEKDAYS
from sim.world import World

EVERY: Final = 3
"""Every third day is held out, when there are so many that the rest can still teach something."""
DAYS_LEAST: Final = 6
TIMES: Final = 5
VISITS_MOST: Final = 100_000
SEED: Final = 20_260
SURE: Final = 0.99
"""How sure the intervals of all rows are together (Bonferroni)."""
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Compared:
    """Waits of those served, in seconds, in the log and in the simulation of the same days.

    `margin_s` is half the width of an interval around the difference of the means, as it varies from day to day, wide
    enough to be right for all rows together in 99 of 100 logs; None when there are too few days. `agrees` says whether
    the interval has 0 in it.
    """

    name: str
    served: int
    simulated: int
    mean_s: float
    mean_simulated_s: float | None
    p90_s: float | None
    p90_simulated_s: float | None
    margin_s: float | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Check:
    """The comparison; `is_held_out` says whether the days compared with were kept from learning, each simulated
    `times`."""

    is_held_out: bool
    days: int
    times: int
    rows: list[Compared]


def is_kept_out(place: int) -> bool:
    """Whether the day at this place of a log is for checking."""
    return place % EVERY == EVERY - 1


def check(scenario: Scenario, plan: HallPlan, gathered: Gathered, *, is_held_out: bool) -> Check | None:
    """Simulate the days that were gathered and compare; None when the log tells no waits.

    Of very many visits some days are left out, evenly.
    """
    told = {name: gathered.waits[name] for name in scenario.services if name in gathered.waits}
    if not told:
        return None
    sizes = {
        day: int(counts.sum()) for day, counts in zip(gathered.arrivals.days, gathered.arrivals.quarters, strict=True)
    }
    days = list(sizes)[:: -(-sum(sizes.values()) // VISITS_MOST)]
    times = max(1, min(TIMES, VISITS_MOST // sum(sizes[day] for day in days)))
    simulated = _simulated(scenario, plan, {day: sizes[day] for day in days}, times)
    pairs = {ALL: (_together(told), _together(simulated))}
    pairs |= {name: (each, simulated.get(name, Waits())) for name, each in told.items()}
    doubt = (1 - SURE) / len(pairs)
    return Check(is_held_out, len(days), times, [_compared(name, *both, days, doubt) for name, both in pairs.items()])


def _simulated(scenario: Scenario, plan: HallPlan, sizes: Mapping[date, int], times: int) -> dict[str, Waits]:
    """Waits of so many visitors on each of these days, each day so many times, by service."""
    waits: dict[str, Waits] = {}
    roster = roster_of(scenario, plan)
    for day, scenario_of_day in _days(scenario, sizes):
        collect = _Collector(day, waits)
        for again in range(times):
            world = World(plan, habits=habits_of(scenario), day_over=collect.take, roster=roster)
            drawn = next(iter(Days(scenario_of_day, plan, SEED, day, 1, begins=day.toordinal() * TIMES + again)))
            world.run(drawn.visits, drawn.orders)
    return waits


def _days(scenario: Scenario, sizes: Mapping[date, int]) -> Iterator[tuple[date, Scenario]]:
    for day, size in sizes.items():
        usual = {"weekdays": [1.0] * WEEKDAYS, "months": [1.0] * MONTHS}
        exactly = scenario.scenario.model_copy(update={"arrivals": "exact", "visits_per_day": size, **usual})
        yield day, scenario.model_copy(update={"scenario": exactly})


class _Collector:
    """Takes the waits of a simulated day as those of a day of the log."""

    def __init__(self, day: date, waits: dict[str, Waits]) -> None:
        self._day, self._waits = day, waits

    def take(self, hall: Hall) -> None:
        for ticket in hall.tickets.values():
            if outcome_of(ticket) == SERVED and ticket.first_called_ms is not None:
                waited_ms = ticket.first_called_ms - ticket.issued_ms
                self._waits.setdefault(ticket.service_id, Waits()).add(self._day, waited_ms)


def _together(waits: Mapping[str, Waits]) -> Waits:
    """The waits of all services; every service gives of what it kept as much as it is often."""
    everybody = Waits()
    for each in waits.values():
        everybody.all.merge(each.all)
        for day, (total, count) in each.by_day.items():
            sums = everybody.by_day.setdefault(day, [0, 0])
            sums[0] += total
            sums[1] += count
    return everybody


def _compared(name: str, seen: Waits, simulated: Waits, days: list[date], doubt: float) -> Compared:
    expected_s, margin_s = _expected(seen, simulated, days, doubt)
    mean_s = sum(seen.by_day[day][0] for day in days if day in seen.by_day) / 1_000
    served = sum(seen.by_day[day][1] for day in days if day in seen.by_day)
    mean_s = mean_s / served if served else 0.0
    agrees = None
    if margin_s is not None and expected_s is not None:
        agrees = abs(expected_s - mean_s) <= margin_s
    return Compared(
        name,
        served,
        simulated.all.count,
        round(mean_s, 1),
        None if expected_s is None else round(expected_s, 1),
        seen.all.quantile_s(0.9),
        simulated.all.quantile_s(0.9),
        None if margin_s is None else round(margin_s, 1),
        agrees,
    )


def _expected(seen: Waits, simulated: Waits, days: list[date], doubt: float) -> tuple[float | None, float | None]:
    """The mean wait if each day's were the simulated one, and the margin of its difference from the mean seen.

    Days are compared one by one, so that what makes a whole day slow or quick in both does not widen the interval.
    """
    pairs = [
        (*seen.by_day[day], simulated.by_day[day][0] / simulated.by_day[day][1])
        for day in days
        if day in seen.by_day and day in simulated.by_day
    ]
    served = sum(count for _, count, _ in pairs)
    if not served:
        return None, None
    expected_s = sum(count * mean_ms for _, count, mean_ms in pairs) / served / 1_000
    if len(pairs) < 2:
        return expected_s, None
    misses = [total - count * mean_ms for total, count, mean_ms in pairs]
    mean_miss = sum(misses) / served
    squares = sum((miss - count * mean_miss) ** 2 for miss, (_, count, _) in zip(misses, pairs, strict=True))
    error_ms = sqrt(squares * len(pairs) / (len(pairs) - 1)) / served
    return expected_s, float(stats.t.isf(doubt / 2, len(pairs) - 1)) * error_ms / 1_000
