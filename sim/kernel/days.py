"""Days one after the other in the quick loops: drawn, let happen and counted without leaving compiled code."""

from typing import NamedTuple

import numpy as np

from sim.chance import Word
from sim.draws import DAY_MS, draw_count, fill_visits
from sim.kernel.admission import AdmissionTables, admit
from sim.kernel.alike import AT_HAND, live
from sim.kernel.compiled import Number, compiled, inner
from sim.kernel.plain import LATEST, Room, receive, room_for, serve
from sim.kernel.pooled import serve_pooled
from sim.kernel.shapes import Flags, VisitColumns, Whole, blank_visits
from sim.kernel.staff import StaffTables
from sim.kernel.tables import HallTables, Long
from sim.kernel.tally import FIGURES, Counts, count_plain
from sim.recipe import FOR_EVER, Floats, Recipe


class QuickHall(NamedTuple):
    """What the quick loops know of a hall and its staff; `is_pooled` says that one queue feeds windows all alike."""

    hall: HallTables
    staff: StaffTables
    admission: AdmissionTables
    is_pooled: bool


class QuickRoom(NamedTuple):
    """Where a thread lets days happen."""

    room: Room
    visits: VisitColumns
    turned_away: Flags
    drawn: Whole


def quick_room_for(quick: QuickHall, visitors: int) -> QuickRoom:
    """Room for days of at most so many visitors."""
    return QuickRoom(
        room=room_for(quick.hall, visitors, len(quick.staff.at_ms)),
        visits=blank_visits(visitors),
        turned_away=np.empty(visitors, np.uint8),
        drawn=np.empty(len(quick.admission.quota_count), np.int32),
    )


@compiled
def counts_of(recipe: Recipe, key: Word, first: Number, factors: Floats) -> Long:
    """How many come on each of the days from the one with the number `first` on."""
    return np.array([draw_count(recipe, key, first + place, factors[place]) for place in range(len(factors))])


@compiled
def let_happen(quick: QuickHall, visits: VisitColumns, count: Number, here: QuickRoom) -> Number:
    """A day of the first `count` visitors; what came of it is in the room, and the answer is the number of spans."""
    admit(quick.admission, visits, count, here.drawn, here.turned_away)
    receive(quick.hall, visits, here.turned_away, count, here.room.visitors)
    if quick.is_pooled:
        return serve_pooled(quick.hall, quick.staff, count, here.room)
    return serve(quick.hall, quick.staff, count, here.room)


@compiled
def run_days(
    quick: QuickHall, recipe: Recipe, key: Word, first: Number, visitors: Long, here: QuickRoom, counts: Counts,
    until: Long, is_given: bool,
) -> None:  # fmt: skip
    """Draw, let happen and count the days from the one with the number `first` on, on which so many visitors come.

    `until` is told how many waits there are after each. A day that `is_given` stands in the room already.
    """
    waits, cells = 0, counts.slots * counts.services * counts.lanes * FIGURES
    is_alike = not is_given and are_alike(quick, recipe)
    for place in range(len(visitors)):
        count = visitors[place]
        if count and is_alike:
            visits = _what_differs(recipe, here.visits, count)
            fill_visits(recipe, key, first + place, visits)
            waits = live(quick.hall, quick.staff, visits, count, counts, place * cells, waits)
        elif count:
            drawn = here.visits
            visits = VisitColumns(
                drawn.arrived_ms[:count], drawn.service[:count], drawn.lane[:count], drawn.service_ms[:count],
                drawn.patience_ms[:count], drawn.absent[:count], drawn.channel[:count], drawn.window[:count],
                drawn.pause_ms[:count],
            )  # fmt: skip
            if not is_given:
                fill_visits(recipe, key, first + place, visits)
            spans = let_happen(quick, visits, count, here)
            waits = count_plain(
                quick.hall, visits, here.turned_away, count, here.room, spans, counts, place * cells, waits
            )
        until[place] = waits


@inner
def are_alike(quick: QuickHall, recipe: Recipe) -> bool:
    """Whether `sim.kernel.alike` has all that days need: few windows that are all alike, one service and one lane."""
    return bool(
        quick.is_pooled
        and len(quick.staff.at_ms) <= AT_HAND
        and quick.admission.is_open
        and len(quick.hall.line_of) == 1
        and len(recipe.services.edges) == 1
        and recipe.absent <= 0.0
        # Whatever begins before the close also ends early enough to be told apart.
        and quick.hall.closes_ms + DAY_MS + quick.hall.walk_ms + quick.hall.gap_ms <= LATEST
    )


@inner
def _what_differs(recipe: Recipe, drawn: VisitColumns, count: Number) -> VisitColumns:
    """Room for so many visitors who differ in nothing but these columns."""
    patience_ms = drawn.patience_ms[: 0 if recipe.patience_ms.kinds[0] == FOR_EVER else count]
    return VisitColumns(
        drawn.arrived_ms[:count], drawn.service[:0], drawn.lane[:0], drawn.service_ms[:count], patience_ms,
        drawn.absent[:0], drawn.channel[:0], drawn.window[:0], drawn.pause_ms[:0],
    )  # fmt: skip
