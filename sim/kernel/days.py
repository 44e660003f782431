"""Days one after the other in the quick loops: drawn, let happen and counted without leaving compiled code."""

from typing import NamedTuple

import numpy as np

from sim.chance import Word
from sim.draws import draw_count, fill_visits
from sim.kernel.admission import AdmissionTables, admit
from sim.kernel.compiled import Number, compiled
from sim.kernel.plain import Room, receive, room_for, serve
from sim.kernel.pooled import serve_pooled
from sim.kernel.shapes import Flags, VisitColumns, Whole, blank_visits
from sim.kernel.staff import StaffTables
from sim.kernel.tables import HallTables, Long
from sim.kernel.tally import FIGURES, Counts, count_plain
from sim.recipe import Floats, Recipe


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
    for place in range(len(visitors)):
        count = visitors[place]
        if count:
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
