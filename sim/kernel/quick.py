"""The quick loops behind one face: a hall, its people and its staff made ready, and a room for each thread."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from threading import local
from time import thread_time
from typing import Any, Final, Self

import numpy as np

from engine.core.plan import HallPlan
from sim.chance import key_of
from sim.day import Days
from sim.kernel.admission import admission_tables
from sim.kernel.days import QuickHall, QuickRoom, counts_of, quick_room_for, run_days
from sim.kernel.limits import is_pooled
from sim.kernel.shapes import (
    DAY_CLOSED,
    LEFT,
    NEVER,
    NO_SHOW,
    NOBODY,
    SERVED,
    TURNED_AWAY,
    Calls,
    CourseColumns,
    Roster,
    VisitColumns,
)
from sim.kernel.staff import hours_roster, staff_tables
from sim.kernel.tables import HallTables, Long
from sim.kernel.tally import Counts, Slots, Tally, counts_for, merged, tally_of
from sim.recipe import Lengths, Recipe, choice_of, day_factors, recipe_of
from sim.scenario import Scenario

_ANY: Final = choice_of([1.0], [0])
_NONE: Final = Lengths(np.zeros(1, np.uint8), np.zeros(1), np.zeros(1), np.zeros(0))
NO_RECIPE: Final = Recipe(
    0.0, True, 0.0, np.zeros(2), np.zeros(2), 0.0, 1, _ANY, _ANY, _ANY, _NONE, _NONE, 0.0, 0.0, 0.0
)  # fmt: skip
"""In place of a recipe where days are given and none is drawn."""


class Quick:
    """Days in the quick loops; threads may use one at the same time."""

    def __init__(
        self, plan: HallPlan, hall: HallTables, channels: Sequence[str], slots: Slots, scenario: Scenario | None = None
    ) -> None:
        self._plan, self._slots, self._scenario = plan, slots, scenario
        self._recipe = recipe_of(scenario, plan) if scenario is not None else NO_RECIPE
        staff = staff_tables(hours_roster(plan))
        self._quick = QuickHall(hall, staff, admission_tables(plan, list(channels)), is_pooled(hall, staff))
        self._threads = local()

    def under(self, roster: Roster | None) -> Self:
        """The same with who is staffed; rooms are shared, so that many rosters may be tried."""
        staff = staff_tables(roster if roster is not None else hours_roster(self._plan))
        hall = self._quick.hall
        changed = copy(self)
        changed._quick = QuickHall(hall, staff, self._quick.admission, is_pooled(hall, staff))
        return changed

    def part(self, seed: int, days: range, first: date, target_ms: int) -> Tally:
        """What came of these days of the scenario, which follow each other."""
        assert self._scenario is not None, "days are drawn from a scenario"
        began_s, scenario = thread_time(), self._scenario
        if scenario.scenario.draws == "in-turn":
            drawn = Days(scenario, self._plan, seed, first + timedelta(days=days.start), len(days), begins=days.start)
            parts = [self.count(drawn.columns(place)[0], target_ms) for place in range(len(days))]
            return replace(merged(parts), user_s=thread_time() - began_s)
        key = key_of(seed)
        visitors = counts_of(self._recipe, key, days.start, day_factors(scenario, first, days))
        counts = counts_for(self._plan, self._slots, len(days), int(visitors.sum()), target_ms)
        until = np.zeros(len(days), np.int64)
        room = self._room(int(visitors.max()))
        run_days(self._quick, self._recipe, key, days.start, visitors, room, counts, until, False)
        return tally_of(counts, until, thread_time() - began_s)

    def count(self, visits: VisitColumns, target_ms: int) -> Tally:
        """What came of a day of these visitors, who do nothing beside waiting and being served."""
        began_s = thread_time()
        counts, until, _ = self._given(visits, target_ms)
        return tally_of(counts, until, thread_time() - began_s)

    def calls(self, visits: VisitColumns, courses: CourseColumns | None, day: date) -> Calls:
        """A day of these visitors, who do nothing beside waiting and being served, ticket by ticket."""
        assert courses is None, f"what is to happen on the visits of {day} is for the general loop"
        _, _, here = self._given(visits, target_ms=0)
        return _calls_of(self._quick.hall, visits, here)

    def _given(self, visits: VisitColumns, target_ms: int) -> tuple[Counts, Long, QuickRoom]:
        """Let a day of these visitors happen, and count it."""
        count = len(visits.arrived_ms)
        here = self._room(count)
        columns: Any = zip(here.visits, visits, strict=True)
        for room, column in columns:
            room[:count] = column
        counts = counts_for(self._plan, self._slots, 1, count, target_ms)
        until = np.zeros(1, np.int64)
        run_days(self._quick, self._recipe, key_of(0), 0, np.array([count]), here, counts, until, True)
        return counts, until, here

    def _room(self, visitors: int) -> QuickRoom:
        """This thread's room, made larger when a day needs it."""
        here: QuickRoom | None = getattr(self._threads, "here", None)
        spans = len(self._quick.staff.at_ms) + self._quick.hall.windows
        if here is None or len(here.turned_away) < visitors or len(here.room.spans.window) < spans:
            here = self._threads.here = quick_room_for(self._quick, visitors + visitors // 4)
        return here


def _calls_of(hall: HallTables, visits: VisitColumns, here: QuickRoom) -> Calls:
    count = len(visits.arrived_ms)
    is_turned_away = here.turned_away[:count] != 0
    called_ms = here.room.called_ms[:count].astype(np.int64)
    is_called = called_ms != NEVER
    is_absent = visits.absent != 0
    sits_ms = called_ms + hall.walk_ms
    ends_ms = np.where(is_absent, called_ms + hall.absent_ms, sits_ms + visits.service_ms)
    ends_ms = np.where(is_called, ends_ms, visits.arrived_ms.astype(np.int64) + visits.patience_ms)
    is_over = ends_ms < hall.closes_ms
    outcome = np.where(is_called, np.where(is_absent, NO_SHOW, SERVED), LEFT)
    outcome = np.where(is_turned_away, TURNED_AWAY, np.where(is_over, outcome, DAY_CLOSED))
    # Whoever is called as the day closes and sits there already has begun.
    has_begun = is_called & ~is_absent & ((sits_ms < hall.closes_ms) | (hall.walk_ms == 0))
    finished_ms = np.where(is_over, ends_ms, hall.closes_ms)
    # Whoever did not appear has no end.
    finished_ms = np.where(is_turned_away | (outcome == NO_SHOW), NEVER, finished_ms)
    rows = Calls(
        visit=np.arange(count, dtype=np.int32),
        service=visits.service,
        lane=visits.lane,
        issued_ms=visits.arrived_ms,
        window=np.where(is_called, here.room.window[:count], NOBODY).astype(np.int32),
        first_called_ms=called_ms.astype(np.int32),
        called_ms=called_ms.astype(np.int32),
        began_ms=np.where(has_begun, sits_ms, NEVER).astype(np.int32),
        finished_ms=finished_ms.astype(np.int32),
        outcome=outcome.astype(np.uint8),
        rule=np.where(is_called, 0, NOBODY).astype(np.int32),
    )
    order = np.argsort(is_turned_away, kind="stable")
    columns: Any = (column[order] for column in rows)
    return Calls(*columns)
