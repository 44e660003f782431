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
        # Of who got a ticket and who got none, nobody waits twice.
        counting = Counting(plan, self._slots, len(days), 2 * tickets, limit_ms)
        for place, (day, (visits, courses)) in enumerate(zip(days, people, strict=True)):
            on = (self._drawn.first + timedelta(days=day)).strftime("%Y%m%d")
            is_workday = calendar.is_workday(plan, on)
            live(
                self._general, self._admission, shifts, visits, courses, len(visits.arrived_ms), room, desk, is_workday
            )
            count_general(room, visits.lane, counting.day(place))
        return counting.figures()

    def _room(self, *wanted: int) -> tuple[Room, Desk]:
        """This thread's room for so many tickets, further items and changes of staff, made larger when need be."""
        here: tuple[Room, Desk] | None = getattr(self._threads, "here", None)
        if here is None or any(want > has for want, has in zip(wanted, self._threads.sizes, strict=True)):
            sizes = self._threads.sizes = [want + want // 4 for want in wanted]
            desk = desk_for(self._general, sizes[0], len(self._admission.quota_count))
            here = self._threads.here = (room_for(self._general, *sizes), desk)
        return here
