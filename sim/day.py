"""Days of a scenario, drawn from a seed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from engine.core.events import Millis
from engine.core.plan import MINUTE_MS, SECOND_MS, HallPlan
from sim.arrivals import draw_count, draw_moments
from sim.courses import Courses
from sim.patience import draw_absence, draw_patience
from sim.scenario import Scenario
from sim.services import draw_choices, draw_durations, draw_lanes
from sim.streams import Streams
from sim.visits import Habits, Order, Visit


class Day(NamedTuple):
    """One day: who comes, in order of arrival, and what else is asked of the hall, in order of time.

    `planned` are those who come and those who only booked to, in the order in which they would arrive.
    """

    visits: list[Visit]
    orders: list[Order]
    planned: list[Visit]


def draw_day(scenario: Scenario, plan: HallPlan, day: date, streams: Streams) -> Day:
    """A day of a scenario.

    Drawn in this order, which matters when the streams are one: how many, arrivals, services, lanes, durations,
    patience, absence, channels, conduct.
    """
    count = draw_count(scenario.scenario, streams.level)
    arrived_ms = _moments_ms(scenario.scenario.opens, plan, day, draw_moments(scenario, count, streams.arrivals))
    service_ids, lane_ids, channels = list(scenario.services), list(scenario.lanes), list(scenario.channels)
    services = draw_choices(count, [table.share for table in scenario.services.values()], streams.services)
    lanes = draw_lanes(count, list(scenario.lanes.values()), streams.lanes)
    service_ms = _whole_ms(draw_durations(services, scenario.services, streams.durations))
    patience = draw_patience(count, scenario.patience, streams.patience)
    patience_ms = [None] * count if patience is None else _whole_ms(patience)
    absent = draw_absence(count, scenario.no_show.share, streams.absence).tolist()
    channel = draw_choices(count, list(scenario.channels.values()), streams.channels)
    visits = [
        Visit(
            arrived_ms[place],
            service_ids[services[place]],
            lane_ids[lanes[place]],
            service_ms[place],
            patience_ms[place],
            None,
            channels[channel[place]],
            absent[place],
        )
        for place in range(count)
    ]
    if scenario.conduct.is_plain:
        return Day(visits, [], visits)
    courses = Courses(scenario, plan, day, streams.conduct)
    planned = courses.of(visits)
    return Day([visit for visit in planned if visit.comes], courses.orders, planned)


class Days:
    """`count` successive days; each comes out the same whichever were drawn before, and however often."""

    def __init__(self, scenario: Scenario, plan: HallPlan, seed: int, first: date, count: int) -> None:
        self._scenario, self._plan, self._seed, self._first, self._count = scenario, plan, seed, first, count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Day]:
        streams = Streams.in_turn if self._scenario.scenario.draws == "in-turn" else Streams.apart
        for place in range(self._count):
            day = self._first + timedelta(days=place)
            yield draw_day(self._scenario, self._plan, day, streams(self._seed, place))

    def planned(self) -> Iterator[Visit]:
        """The visits of all days, and those that were only booked, in order of arrival: what a trace tells."""
        return chain.from_iterable(day.planned for day in self)

    def visits(self) -> Iterator[Visit]:
        """The visits of all days in order of arrival."""
        return (visit for visit in self.planned() if visit.comes)


def habits_of(scenario: Scenario) -> Habits:
    """How this scenario's people behave at the windows."""
    clerks = scenario.clerks
    return Habits(
        walk_ms=round(clerks.walk_seconds * SECOND_MS),
        gap_ms=round(clerks.gap_seconds * SECOND_MS),
        absent_ms=round(scenario.no_show.wait_seconds * SECOND_MS),
    )


def _moments_ms(opens: int, plan: HallPlan, day: date, minutes: NDArray[np.float64]) -> list[Millis]:
    """Minutes from midnight as moments, counted from the opening: clocks change at night, and opening follows them."""
    opens_at = datetime(day.year, day.month, day.day, opens // 60, opens % 60, tzinfo=ZoneInfo(plan.timezone))
    opens_ms = round(opens_at.timestamp() * 1_000)
    return [opens_ms + after_ms for after_ms in _whole_ms(minutes - opens)]


def _whole_ms(minutes: NDArray[np.float64]) -> list[Millis]:
    whole: list[Millis] = np.rint(minutes * MINUTE_MS).astype(np.int64).tolist()
    return whole
