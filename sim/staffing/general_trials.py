"""Trials in the kernel's general loop, for halls with rules and visits that the quick ones do not have."""

from datetime import timedelta
from threading import local

from engine.core import calendar
from sim.day import habits_of
from sim.kernel.admission import admission_tables
from sim.kernel.general import live
from sim.kernel.general_loop import count_general
from sim.kernel.general_room import Desk, Room, desk_for, room_for, tickets_max
from sim.kernel.general_staff import shifts_of
from sim.kernel.general_tables import general_tables
from sim.kernel.kernel import PAPERS
from sim.kernel.shapes import Roster, blank_courses
from sim.kernel.tally import Slots
from sim.staffing.drawn import DrawnDays
from sim.staffing.promises import DayCounts
from sim.staffing.trials import Counting


class GeneralTrials:
    """Trials in the general loop."""

    def __init__(self, drawn: DrawnDays, slots: Slots) -> None:
        plan, scenario = drawn.plan, drawn.scenario
        self._drawn, self._slots = drawn, slots
        self._general = general_tables(plan, habits_of(scenario), holds_here=scenario.conduct.holds.kind == PAPERS)
        self._admission = admission_tables(plan, list(scenario.channels))
        self._workdays: dict[int, bool] = {}
        self._threads = local()

    def counts(self, roster: Roster, seed: int, days: range, limit_ms: int) -> DayCounts:
        """What came of these days."""
        plan, shifts = self._drawn.plan, shifts_of(self._drawn.plan, roster)
        people = [
            (visits, courses if courses is not None else blank_courses(len(visits.arrived_ms)))
            for visits, courses in self._drawn.columns(seed, days)
        ]
        tickets = max(tickets_max(visits, courses) for visits, courses in people)
        room, desk = self._room(tickets, max(len(courses.item_ms) for _, courses in people), len(shifts.at_ms))
        counting = Counting(plan, self._slots, len(days), tickets, limit_ms)
        for place, (day, (visits, courses)) in enumerate(zip(days, people, strict=True)):
            count, is_workday = len(visits.arrived_ms), self._is_workday(day)
            live(self._general, self._admission, shifts, visits, courses, count, room, desk, is_workday)
            count_general(room, visits.lane, counting.day(place))
        return counting.figures()

    def _is_workday(self, day: int) -> bool:
        """Whether the hall opens on a day; the same few are asked for again and again."""
        if day not in self._workdays:
            on = self._drawn.first + timedelta(days=day)
            self._workdays[day] = calendar.is_workday(self._drawn.plan, on.strftime("%Y%m%d"))
        return self._workdays[day]

    def _room(self, *wanted: int) -> tuple[Room, Desk]:
        """This thread's room for so many tickets, further items and changes of staff, made larger when need be."""
        here: tuple[Room, Desk] | None = getattr(self._threads, "here", None)
        if here is None or any(want > has for want, has in zip(wanted, self._threads.sizes, strict=True)):
            sizes = self._threads.sizes = [want + want // 4 for want in wanted]
            desk = desk_for(self._general, sizes[0], len(self._admission.quota_count))
            here = self._threads.here = (room_for(self._general, *sizes), desk)
        return here
