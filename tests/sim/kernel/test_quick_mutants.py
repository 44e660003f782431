"""Mistakes that the quick loop might make: for each there is a small day that shows it."""

from collections.abc import Sequence
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from engine.core.plan import HallPlan
from sim.kernel.admission import admission_tables
from sim.kernel.columns import visit_columns
from sim.kernel.shapes import NEVER, NOBODY, Roster
from sim.kernel.staff import hours_roster, staff_tables
from sim.visits import Habits, Visit
from tests.sim.kernel.interpreted import QUICK, interpreted
from tests.sim.kernel.quick_days import CHANNELS, MIDNIGHT, days, in_exact_world

Day = tuple[HallPlan, Habits, list[Visit], Roster | None]

MISTAKES = {
    "of two windows the one that is done later calls": {"if other < number": "if other > number"},
    "windows that are done together call in the plan's order": {"noted << WINDOW_BITS | window": "window"},
    "whoever would leave just now has left": {"leaves_ms[queue] < now_ms": "leaves_ms[queue] <= now_ms"},
    "whoever has left is called": {"leaves_ms[queue] < now_ms": "leaves_ms[queue] < 0"},
    "newcomers walk up to the most flexible team": {"plan.windows), key=len)": "plan.windows), key=len, reverse=True)"},
    "newcomers walk up to the window that was free last": {"free.first[lowest_bit": "free.last[lowest_bit"},
    "windows call before staff changes": {"min(before_all, changes_ms)": "min(before_all, changes_ms + 1)"},
    "a minute weighs the same in every lane": {"lane.rate for lane": "1_000 for lane"},
    "nobody has a head start": {"lane.credit for lane": "0 for lane"},
    "of one lane the last to come is called": {"head < first else": "head > first or first == NEVER else"},
    "a window that is not staffed calls": {"if is_staffed[window]:": "if True:"},
    "a clerk waits for the absent as for a visit": {"hall.absent_ms if visits.absent[visit] else ": ""},
    "clerks call without a gap": {"lasts_ms + hall.gap_ms": "lasts_ms"},
    "somebody is called as the day closes": {"min(arrives_ms + 1, closes_ms)": "min(arrives_ms, closes_ms) + 1"},
    "services share a line though other windows serve them": {"for kind in kinds)\n": "for kind in kinds[:1])\n"},
}


def calls_in(loop: SimpleNamespace, day: Day) -> list[tuple[Any, ...]]:
    """When each visitor who got a number was called, and to which window."""
    hall, habits, visits, roster = day
    columns, count = visit_columns(visits, hall, CHANNELS, MIDNIGHT), len(visits)
    tables = loop.tables.hall_tables(hall, habits)
    staff = staff_tables(roster if roster is not None else hours_roster(hall))
    turned_away, admission = np.zeros(count, np.uint8), admission_tables(hall, CHANNELS)
    loop.admission.admit(admission, columns, count, np.zeros(0, np.int32), turned_away)
    room = loop.plain.room_for(tables, count, len(staff.at_ms))
    with np.errstate(over="ignore"):
        loop.plain.receive(tables, columns, turned_away, count, room.visitors)
        loop.plain.serve(tables, staff, count, room)
    called = room.called_ms.tolist(), room.window.tolist()
    return [
        (at_ms, NOBODY if at_ms == NEVER else window)
        for at_ms, window, is_out in zip(*called, turned_away, strict=True)
        if not is_out
    ]


def exact_calls(day: Day) -> list[tuple[Any, ...]]:
    return [(called_ms, window) for _, called_ms, _, _, window, _ in in_exact_world(*day).tickets]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days())
def test_interpreted_loop_is_the_one_that_is_compiled(day: Day) -> None:
    assert calls_in(interpreted(QUICK), day) == exact_calls(day)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_seen_within_some_days(mistake: dict[str, str]) -> None:
    loop = interpreted(QUICK, mistake)

    def is_wrong(day: Day) -> bool:
        try:
            return calls_in(loop, day) != exact_calls(day)
        except IndexError:
            return True

    searching = settings(max_examples=1_500, phases=[Phase.generate], database=None, deadline=None)
    day: Sequence[Any] = find(days(), is_wrong, settings=searching, random=Random(1))

    assert is_wrong(day)
