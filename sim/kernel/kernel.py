"""The kernel: days of a scenario in a hall, let happen by compiled code on several threads, and added up.

Figures do not depend on the number of threads: every day has its own chance, whole numbers add up in any order, and
what must stand in order is put in the order of days.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Final, Protocol, Self

from engine.core import calendar
from engine.core.plan import HallPlan
from sim.day import Days, habits_of
from sim.kernel.columns import course_columns, visit_columns
from sim.kernel.limits import HOLDS_DIFFER, Inexpressible, is_quick_day, is_quick_hall, require_expressible
from sim.kernel.quick import Quick
from sim.kernel.shapes import NOBODY, Calls, CourseColumns, Roster, VisitColumns
from sim.kernel.tables import hall_tables
from sim.kernel.tally import Slots, Tally, merged, slots_of
from sim.roster import roster_of
from sim.scenario import Scenario
from sim.visits import Habits, Visit

TARGET_MS: Final = 15 * 60_000
PAPERS: Final = "papers"
"""The kind of hold in which the papers of a visit stay at their window."""
VISITORS_PER_PART: Final = 100_000
"""A thread takes days of about so many visitors at a time."""
DAYS_PER_PART: Final = 64
"""But no more than so many, so that a small hall's days are shared out too."""

Stop = Callable[[Tally], bool]


class Loop(Protocol):
    """A way to let days happen; several threads may use one at the same time."""

    def under(self, roster: Roster | None) -> Self:
        """The same with who is staffed; None: as long as the hall is open."""
        ...

    def part(self, seed: int, days: range, first: date, target_ms: int) -> Tally:
        """What came of these days of the scenario, which follow each other."""
        ...

    def calls(self, visits: VisitColumns, courses: CourseColumns | None, day: date) -> Calls:
        """A day of these visitors, ticket by ticket."""
        ...


class Kernel:
    """A hall and a scenario made ready; raises `Inexpressible` when only the exact world can let them happen."""

    def __init__(self, plan: HallPlan, scenario: Scenario) -> None:
        self._plan, self._scenario = plan, scenario
        self._roster = roster_of(scenario, plan)
        self._habits = habits_of(scenario)
        self._loops: dict[bool, Loop] = {}
        """By whether there is a roster."""
        require_expressible(plan)

    def run(
        self,
        seed: int,
        days: range,
        *,
        first: date,
        roster: Roster | None = None,
        threads: int | None = None,
        target_ms: int = TARGET_MS,
        stop: Stop | None = None,
    ) -> Tally:
        """What came of these days of the scenario, of which the one with the number 0 is on `first`.

        `roster` says who is staffed (None: as the scenario says, or the hall's hours). After every few days, which does
        not depend on the threads, `stop` is asked whether what has come of all days so far is enough.
        """
        loop = self._loop(roster if roster is not None else self._roster)
        parts: list[Tally] = []
        for part in self._parts(loop, seed, days, first, target_ms, threads or os.cpu_count() or 1):
            parts.append(part)
            if stop is not None and stop(merged(parts)):
                break
        return merged(parts)

    def day(self, seed: int, day: int, *, first: date, roster: Roster | None = None) -> Calls:
        """The day with this number, ticket by ticket; the one with the number 0 is on `first`."""
        on = first + timedelta(days=day)
        columns = Days(self._scenario, self._plan, seed, on, 1, begins=day).columns(0)
        return self._loop(roster if roster is not None else self._roster).calls(*columns, on)

    def _loop(self, roster: Roster | None) -> Loop:
        """The quickest loop for days of the scenario under a roster."""
        is_rostered = roster is not None
        if is_rostered not in self._loops:
            scenario = self._scenario
            self._loops[is_rostered] = loop_for(
                self._plan, self._habits, list(scenario.channels), slots_of(self._plan, scenario), scenario,
                some_absent=scenario.no_show.share > 0, some_pause=scenario.clerks.pauses.share > 0,
                has_courses=not scenario.conduct.is_plain, holds_here=scenario.conduct.holds.kind == PAPERS,
                is_rostered=is_rostered,
            )  # fmt: skip
        return self._loops[is_rostered].under(roster)

    def _parts(self, loop: Loop, seed: int, days: range, first: date, target_ms: int, threads: int) -> Iterator[Tally]:
        """What came of a few days after the other, in order; a few more than are asked for are under way."""
        size = min(max(VISITORS_PER_PART // self._scenario.scenario.visits_per_day, 1), DAYS_PER_PART)
        ranges = deque(days[start : start + size] for start in range(0, len(days), size))
        with ThreadPoolExecutor(threads) as pool:
            ahead: deque[Future[Tally]] = deque()
            try:
                while ranges or ahead:
                    while ranges and len(ahead) < 2 * threads:
                        ahead.append(pool.submit(loop.part, seed, ranges.popleft(), first, target_ms))
                    yield ahead.popleft().result()
            finally:
                for future in ahead:
                    future.cancel()


def calls_of_trace(plan: HallPlan, visits: Sequence[Visit], habits: Habits, roster: Roster | None = None) -> Calls:
    """A day of a trace, ticket by ticket; raises `Inexpressible`. The visits stand in order of arrival."""
    require_expressible(plan)
    if not visits:
        raise ValueError("a day needs a visitor")
    on = calendar.local(plan.timezone, visits[0].arrived_ms).date()
    midnight_ms = calendar.at_minute(plan.timezone, visits[0].arrived_ms, 0)
    channels = list(dict.fromkeys(visit.channel for visit in visits))
    columns = visit_columns(visits, plan, channels, midnight_ms)
    has_courses = any(visit.course is not None for visit in visits)
    loop = loop_for(
        plan, habits, channels, Slots(0, 1), None,
        some_absent=bool(columns.absent.any()), some_pause=bool(columns.pause_ms.any()),
        some_pinned=bool((columns.window != NOBODY).any()), has_courses=has_courses, holds_here=_holds_here(visits),
        is_rostered=roster is not None,
    ).under(roster)  # fmt: skip
    return loop.calls(columns, course_columns(visits, plan, midnight_ms) if has_courses else None, on)


def _holds_here(visits: Sequence[Visit]) -> bool:
    """Whether visits on hold wait for their own window; raises `Inexpressible` when some do and some do not."""
    kinds = {visit.course.hold.kind == PAPERS for visit in visits if visit.course and visit.course.hold}
    if len(kinds) > 1:
        raise Inexpressible((HOLDS_DIFFER,))
    return True in kinds


def loop_for(
    plan: HallPlan, habits: Habits, channels: Sequence[str], slots: Slots, scenario: Scenario | None, *,
    some_absent: bool, some_pause: bool, some_pinned: bool = False, has_courses: bool = False,
    holds_here: bool = False, is_rostered: bool = False,
) -> Loop:  # fmt: skip
    """The quickest loop that has all that is needed, for days of a scenario or (None) of a trace."""
    hall = hall_tables(plan, habits)
    is_quick = is_quick_hall(plan, hall) and is_quick_day(
        plan, habits, some_absent=some_absent, some_pause=some_pause, some_pinned=some_pinned,
        has_courses=has_courses, is_rostered=is_rostered,
    )  # fmt: skip
    if is_quick:
        return Quick(plan, hall, channels, slots, scenario)
    # Compiled code that is not needed is not read either.
    from sim.kernel.general_loop import General

    return General(plan, habits, channels, slots, scenario, holds_here=holds_here)
