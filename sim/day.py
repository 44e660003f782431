"""Days of a scenario, drawn from a seed: as columns, and as the visits and orders of the exact world."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, repeat
from typing import NamedTuple

from engine.core import calendar
from engine.core.events import Millis
from engine.core.plan import MINUTE_MS, SECOND_MS, HallPlan
from sim.chance import key_of
from sim.conduct_recipe import conduct_recipe_of
from sim.course_draws import draw_courses
from sim.draws import draw_visits
from sim.in_turn import draw_in_turn, generator_of
from sim.kernel.shapes import NEVER, CourseColumns, VisitColumns
from sim.recipe import day_factors, recipe_of
from sim.scenario import Scenario
from sim.visits import Course, Habits, Order, Visit


class Day(NamedTuple):
    """One day: who comes, in order of arrival, and what else is asked of the hall, in order of time.

    `planned` are those who come and those who only booked to, in the order in which they would arrive.
    """

    visits: list[Visit]
    orders: list[Order]
    planned: list[Visit]


class Days:
    """`count` successive days from `first` on; each comes out the same whichever were drawn before.

    The first of them has the number `begins`, which with the seed decides what is drawn.
    """

    def __init__(
        self, scenario: Scenario, plan: HallPlan, seed: int, first: date, count: int, *, begins: int = 0
    ) -> None:
        self._scenario, self._plan, self._seed, self._first = scenario, plan, seed, first
        self._numbers = range(begins, begins + count)
        self._factors = day_factors(scenario, first, range(count))
        self._key = key_of(seed)
        self._recipe = recipe_of(scenario, plan)
        self._conduct = None if scenario.conduct.is_plain else conduct_recipe_of(scenario, plan)

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Day]:
        for place in range(len(self)):
            yield self.day(place)

    def columns(self, place: int) -> tuple[VisitColumns, CourseColumns | None]:
        """A day, counted from 0, as columns; with courses when people do anything beside waiting and being served."""
        number, factor = self._numbers[place], self._factors[place]
        if self._scenario.scenario.draws == "in-turn":
            generator = generator_of(self._seed, number)
            return draw_in_turn(self._scenario, self._plan, factor, generator), None
        visits = draw_visits(self._recipe, self._key, number, factor)
        if self._conduct is None:
            return visits, None
        return visits, draw_courses(self._conduct, self._key, number, visits)

    def day(self, place: int) -> Day:
        """A day, counted from 0."""
        # Who needs columns only need not know what is asked of a hall.
        from sim.courses import orders_of

        columns, courses = self.columns(place)
        day = (self._first + timedelta(days=place)).strftime("%Y%m%d")
        if courses is None:
            visits = visits_of(columns, self._scenario, self._plan, day)
            return Day(visits, [], visits)
        planned = visits_of(columns, self._scenario, self._plan, day, courses)
        orders = orders_of(planned, self._scenario, self._plan, day, self._key, self._numbers[place])
        return Day([visit for visit in planned if visit.comes], orders, planned)

    def visits(self) -> Iterator[Visit]:
        """The visits of all days in order of arrival."""
        return chain.from_iterable(day.visits for day in self)

    def planned(self) -> Iterator[Visit]:
        """The visits of all days, and those that were only booked, in order of arrival: what a trace tells."""
        return chain.from_iterable(day.planned for day in self)


def visits_of(
    columns: VisitColumns, scenario: Scenario, plan: HallPlan, day: str, courses: CourseColumns | None = None
) -> list[Visit]:
    """The visitors of columns on `day` (eight digits), in the same order.

    Moments count from the opening: clocks change at night, and the opening follows them.
    """
    from sim.courses import courses_of

    opens = scenario.scenario.opens
    midnight_ms: Millis = calendar.moment(plan, day, opens) - opens * MINUTE_MS
    services = [service.service_id for service in plan.services]
    lanes = [lane.lane_id for lane in plan.lanes]
    windows = [window.window_id for window in plan.windows]
    channels = list(scenario.channels)
    each_course: Iterator[tuple[Course | None, Millis | None]] = (
        repeat((None, None)) if courses is None else courses_of(courses, scenario, plan, day, midnight_ms)
    )
    return [
        Visit(
            midnight_ms + arrived_ms,
            services[service],
            lanes[lane],
            service_ms,
            None if patience_ms == NEVER else patience_ms,
            None if window < 0 else windows[window],
            channels[channel],
            bool(absent),
            "",
            appointment_ms,
            course,
            pause_ms,
        )
        for (arrived_ms, service, lane, service_ms, patience_ms, absent, channel, window, pause_ms), (
            course,
            appointment_ms,
        ) in zip(zip(*(column.tolist() for column in columns), strict=True), each_course, strict=False)
    ]


def habits_of(scenario: Scenario) -> Habits:
    """How this scenario's people behave at the windows."""
    clerks = scenario.clerks
    return Habits(
        walk_ms=round(clerks.walk_seconds * SECOND_MS),
        gap_ms=round(clerks.gap_seconds * SECOND_MS),
        absent_ms=round(scenario.no_show.wait_seconds * SECOND_MS),
        call_ms=round(clerks.call_seconds * SECOND_MS),
        loudspeakers=tuple(sorted(scenario.audio.items())),
    )
