"""When windows open, rest and close in the general loop: the changes of a day in order, as `sim.hours` has them."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.core.plan import MINUTE_MS, HallPlan
from sim.kernel.shapes import NEVER, Flags, Roster, Whole
from sim.kernel.staff import AS_FIRST_COMES

CLOSES, OPENS, FOLLOWS, BREAKS, RESUMES = range(5)
"""Nobody is at a window any more, somebody is, somebody is as long as the hall is open; its break begins, and ends."""


class Shifts(NamedTuple):
    """The changes of a day: at `at_ms` something happens at a window. What would be before the day opens is then."""

    at_ms: Whole
    window: Whole
    act: Flags


Change = tuple[int, int, int, int]


def shifts_of(plan: HallPlan, roster: Roster | None) -> Shifts:
    """The changes that a roster asks for, or the hall's hours and those of its partners.

    At one moment windows with spans of their own come first: who closes, then who opens; then those that follow the
    hall's hours. Each time they keep the plan's order.
    """
    changes: list[Change] = []
    for place, _ in enumerate(plan.windows):
        spans = _spans_of(plan, roster, place)
        if spans is None:
            opens_ms = min((span.start * MINUTE_MS for span in plan.hours), default=AS_FIRST_COMES)
            changes.append((opens_ms, FOLLOWS, place, FOLLOWS))
        for from_ms, to_ms in spans or ():
            changes.append((from_ms, OPENS, place, OPENS))
            if to_ms != NEVER:
                changes.append((to_ms, CLOSES, place, CLOSES))
        if roster is None:
            changes += _breaks(plan, place)
    changes.sort()
    at_ms, _, window, act = zip(*changes, strict=True) if changes else ((), (), (), ())
    return Shifts(np.array(at_ms, np.int32), np.array(window, np.int32), np.array(act, np.uint8))


def _breaks(plan: HallPlan, place: int) -> list[Change]:
    spans = sorted((span.start * MINUTE_MS, span.end * MINUTE_MS) for span in plan.hours)
    return [
        change
        for (_, pauses_ms), (resumes_ms, _) in pairwise(spans)
        for change in ((pauses_ms, FOLLOWS, place, BREAKS), (resumes_ms, FOLLOWS, place, RESUMES))
    ]


def _spans_of(plan: HallPlan, roster: Roster | None, place: int) -> tuple[tuple[int, int], ...] | None:
    """When a window is staffed, since midnight; None: as long as the hall is open."""
    remote = plan.windows[place].remote
    hours = remote.hours if remote is not None else ()
    partner = tuple(sorted((span.start * MINUTE_MS, span.end * MINUTE_MS) for span in hours))
    if roster is None:
        return partner or None
    if not partner:
        return roster.spans[place]
    parts = (
        (max(begins, opens), min(ends, closes)) for begins, ends in roster.spans[place] for opens, closes in partner
    )
    return tuple((begins, ends) for begins, ends in parts if begins < ends)
