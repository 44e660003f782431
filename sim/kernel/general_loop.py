"""The general loop behind the face that the quick ones have: a hall made ready, and a room for each thread."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from threading import local
from time import thread_time
from typing import Self

import numpy as np

from engine.core import calendar
from engine.core.plan import HallPlan
from sim.day import Days
from sim.kernel import shapes
from sim.kernel.admission import admission_tables
from sim.kernel.compiled import compiled, uncounted
from sim.kernel.general import live
from sim.kernel.general_calls import calls_of
from sim.kernel.general_room import Desk, Room, desk_for, room_for, tickets_max
from sim.kernel.general_staff import shifts_of
from sim.kernel.general_tables import general_tables
from sim.kernel.shapes import Calls, CourseColumns, Roster, VisitColumns, Whole, blank_courses
from sim.kernel.tally import Counts, Slots, Tally, count_span, count_visitor, counts_for, merged, tally_of
from sim.scenario import Scenario
from sim.visits import Habits


class General:
    """Days in the general loop; threads may use one at the same time."""

    def __init__(
        self, plan: HallPlan, habits: Habits, channels: Sequence[str], slots: Slots,
        scenario: Scenario | None = None, *, holds_here: bool = False,
    ) -> None:  # fmt: skip
        """`holds_here` says that a visit on hold waits for the window that has its papers."""
        self._plan, self._slots, self._scenario = plan, slots, scenario
        self._general = general_tables(plan, habits, holds_here=holds_here)
        self._admission = admission_tables(plan, list(channels))
        self._shifts = shifts_of(plan, None)
        self._threads = local()

    def under(self, roster: Roster | None) -> Self:
        """The same with who is staffed; rooms are shared, so that many rosters may be tried."""
        changed = copy(self)
        changed._shifts = shifts_of(self._plan, roster)
        return changed

    def part(self, seed: int, days: range, first: date, target_ms: int) -> Tally:
        """What came of these days of the scenario, which follow each other."""
        assert self._scenario is not None, "days are drawn from a scenario"
        began_s, dates = thread_time(), [first + timedelta(days=number) for number in days]
        drawn = Days(self._scenario, self._plan, seed, dates[0], len(days), begins=days.start)
        parts = [self.count(*drawn.columns(place), each, target_ms) for place, each in enumerate(dates)]
        return replace(merged(parts), user_s=thread_time() - began_s)

    def count(self, visits: VisitColumns, courses: CourseColumns | None, day: date, target_ms: int) -> Tally:
        """What came of a day of these visitors."""
        began_s = thread_time()
        room = self._live(visits, courses, day)
        tickets = int(room.day[0]["tickets"] + room.day[0]["turned_away"])
        counts = counts_for(self._plan, self._slots, 1, tickets, target_ms)
        waits = count_general(room, visits.lane, counts)
        return tally_of(counts, np.array([waits]), thread_time() - began_s)

    def calls(self, visits: VisitColumns, courses: CourseColumns | None, day: date) -> Calls:
        """A day of these visitors, ticket by ticket."""
        return calls_of(self._live(visits, courses, day), visits)

    def _live(self, visits: VisitColumns, courses: CourseColumns | None, day: date) -> Room:
        count = len(visits.arrived_ms)
        given = courses if courses is not None else blank_courses(count)
        room, desk = self._room(tickets_max(visits, given), len(given.item_ms))
        is_workday = calendar.is_workday(self._plan, day.strftime("%Y%m%d"))
        live(self._general, self._admission, self._shifts, visits, given, count, room, desk, is_workday)
        return room

    def _room(self, tickets: int, items: int) -> tuple[Room, Desk]:
        """This thread's room, made larger when a day needs it."""
        wanted = (tickets, items, len(self._shifts.at_ms))
        here: tuple[Room, Desk] | None = getattr(self._threads, "here", None)
        if here is None or any(want > has for want, has in zip(wanted, self._threads.sizes, strict=True)):
            sizes = self._threads.sizes = [want + want // 4 for want in wanted]
            desk = desk_for(self._general, sizes[0], len(self._admission.quota_count))
            here = self._threads.here = (room_for(self._general, *sizes), desk)
        return here


@compiled
def count_general(room: Room, lanes: Whole, counts: Counts) -> int:
    """Count a day of the general loop; the answer is how many waits there are. `lanes` are those of the visits."""
    room, counts = uncounted(room), uncounted(counts)
    day, tickets, waits = room.scene.day[0], room.scene.tickets, 0
    for ticket in range(day.tickets):
        each = tickets[ticket]
        wait_ms = each.first_called_ms - each.issued_ms
        waits = count_visitor(counts, 0, waits, each.issued_ms, each.service, each.lane, each.outcome, wait_ms)
    for refused in range(day.turned_away):
        gone = room.log.refused[refused]
        waits = count_visitor(counts, 0, waits, gone.at_ms, gone.service, lanes[gone.visit], shapes.TURNED_AWAY, 0)
    for call in range(day.calls):
        taken = room.log.calls[call]
        count_span(counts, counts.busy_ms, taken.window, taken.from_ms, taken.to_ms)
    for span in range(day.spans):
        staffed = room.log.spans[span]
        count_span(counts, counts.open_ms, staffed.window, staffed.from_ms, staffed.to_ms)
    return waits
