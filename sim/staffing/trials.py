"""Trials: days let happen in the kernel's loops under one plan after the other, counted, and nothing else told.

The figures are those of `sim.kernel.kernel.Kernel`. Days are drawn once for all plans, single waits and windows are not
told, and all runs on the thread that asks: a search tries hundreds of plans on few days each.
"""

from threading import local
from typing import Final, Protocol

import numpy as np

from engine.core.plan import HallPlan
from sim.chance import key_of
from sim.day import habits_of
from sim.kernel.admission import admission_tables
from sim.kernel.days import QuickHall, QuickRoom, quick_room_for, run_days
from sim.kernel.limits import is_pooled, is_quick_day, is_quick_hall
from sim.kernel.quick import NO_RECIPE
from sim.kernel.shapes import Roster
from sim.kernel.staff import staff_tables
from sim.kernel.tables import HallTables, hall_tables
from sim.kernel.tally import (
    ABANDONED,
    FIGURES,
    NO_SHOW,
    SERVED,
    TURNED_AWAY,
    UNSERVED,
    VISITORS,
    Counts,
    Slots,
    counts_for,
)
from sim.staffing.drawn import DrawnDays
from sim.staffing.promises import DayCounts

_NO_KEY: Final = key_of(0)


class Trials(Protocol):
    """A hall and its days made ready; threads may use one at the same time."""

    def counts(self, roster: Roster, seed: int, days: range, limit_ms: int) -> DayCounts:
        """What came of these days, which follow each other, in numbers."""
        ...


def trials_of(drawn: DrawnDays, slots: Slots) -> Trials:
    """Trials in the quickest loop that has all that is needed; what lies outside the slots counts in the nearest."""
    plan, scenario = drawn.plan, drawn.scenario
    habits = habits_of(scenario)
    hall = hall_tables(plan, habits)
    is_quick = is_quick_hall(plan, hall) and is_quick_day(
        plan, habits, some_absent=scenario.no_show.share > 0, some_pause=scenario.clerks.pauses.share > 0,
        some_pinned=False, has_courses=not scenario.conduct.is_plain, is_rostered=True,
    )  # fmt: skip
    if is_quick:
        return _QuickTrials(drawn, slots, hall)
    # Compiled code that is not needed is not read either.
    from sim.staffing.general_trials import GeneralTrials

    return GeneralTrials(drawn, slots)


class _QuickTrials:
    """Trials in the quick loops."""

    def __init__(self, drawn: DrawnDays, slots: Slots, hall: HallTables) -> None:
        self._drawn, self._slots, self._hall = drawn, slots, hall
        self._admission = admission_tables(drawn.plan, list(drawn.scenario.channels))
        self._threads = local()

    def counts(self, roster: Roster, seed: int, days: range, limit_ms: int) -> DayCounts:
        """What came of these days."""
        staff, columns = staff_tables(roster), self._drawn.columns(seed, days)
        quick = QuickHall(self._hall, staff, self._admission, is_pooled(self._hall, staff))
        most = max(len(visits.arrived_ms) for visits, _ in columns)
        counting = Counting(self._drawn.plan, self._slots, len(days), most, limit_ms)
        room, until = self._room(quick, most), np.zeros(1, np.int64)
        for place, (visits, _) in enumerate(columns):
            run_days(
                quick, NO_RECIPE, _NO_KEY, 0, np.array([len(visits.arrived_ms)]), room._replace(visits=visits),
                counting.day(place), until, True,
            )  # fmt: skip
        return counting.figures()

    def _room(self, quick: QuickHall, visitors: int) -> QuickRoom:
        """This thread's room, made larger when a day needs it."""
        here: QuickRoom | None = getattr(self._threads, "here", None)
        spans = len(quick.staff.at_ms) + self._hall.windows
        if here is None or len(here.turned_away) < visitors or len(here.room.spans.window) < spans:
            here = self._threads.here = quick_room_for(quick, visitors + visitors // 4)
        return here


class Counting:
    """Where the days of a trial are counted, each by itself; there may be so many waits on a day."""

    def __init__(self, plan: HallPlan, slots: Slots, days: int, waits: int, limit_ms: int) -> None:
        self._days = days
        self._counts = counts_for(plan, slots, days, waits, limit_ms)
        self._cells = slots.number * len(plan.services) * len(plan.lanes) * FIGURES

    def day(self, place: int) -> Counts:
        """Where a day is counted as if it were the first."""
        begins = place * self._cells
        return self._counts._replace(visitors=self._counts.visitors[begins : begins + self._cells])

    def figures(self) -> DayCounts:
        """What was counted; who came is the sum of those who ended in any way."""
        counts = self._counts
        figures = counts.visitors.reshape(self._days, counts.slots, counts.services, counts.lanes, FIGURES)
        figures[..., VISITORS] = sum(figures[..., each] for each in (SERVED, ABANDONED, NO_SHOW, TURNED_AWAY, UNSERVED))
        return figures
