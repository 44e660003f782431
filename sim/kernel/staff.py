"""When windows open and close, as a list of changes in order of time."""

from typing import NamedTuple

import numpy as np

from engine.core.plan import MINUTE_MS, HallPlan
from sim.kernel.shapes import NEVER, Flags, Roster, Whole

AS_FIRST_COMES = -1
"""A moment before every other: as the first visitor of the day comes."""


class StaffTables(NamedTuple):
    """The changes of a day: at `at_ms` window `window` opens, or closes. At one moment who closes comes before who
    opens, and both keep the plan's order."""

    at_ms: Whole
    window: Whole
    opens: Flags


def staff_tables(roster: Roster) -> StaffTables:
    """The changes that a roster asks for."""
    changes = [
        (at_ms, opens, window)
        for window, spans in enumerate(roster.spans)
        for from_ms, to_ms in spans
        for at_ms, opens in ((from_ms, 1), (to_ms, 0))
        if at_ms != NEVER
    ]
    changes.sort()
    at_ms, opens, window = zip(*changes, strict=True) if changes else ((), (), ())
    return StaffTables(np.array(at_ms, np.int32), np.array(window, np.int32), np.array(opens, np.uint8))


def hours_roster(plan: HallPlan) -> Roster:
    """Every window throughout the hall's hours: it rests between them, and after the last of them stays open until
    nobody is left. Without hours windows open as the first visitor comes."""
    spans = sorted((span.start * MINUTE_MS, span.end * MINUTE_MS) for span in plan.hours)
    if not spans:
        every: tuple[tuple[int, int], ...] = ((AS_FIRST_COMES, NEVER),)
    else:
        last_from, _ = spans[-1]
        every = (*spans[:-1], (last_from, NEVER))
    return Roster((every,) * len(plan.windows))


def is_one_span(staff: StaffTables) -> bool:
    """Whether all windows open at one moment and none closes before the day does."""
    return bool(staff.opens.all()) and len(set(staff.at_ms.tolist())) == 1
