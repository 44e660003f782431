"""The quick loop: a day in a hall where every window calls by the plain rule and serves all its services alike.

What happens is merged from three sources that are each in order: the changes of who is staffed, the busy windows, and
the visitors of the day. Of the same millisecond staff comes first, then windows, then leaving, then who arrives;
windows in the order in which the end of their visit was noted, as in `sim.agenda`. A busy window is one number in a
tournament: when it calls again, the order of noting, and which window it is. That this order is the one of the calls
holds unless some come and some do not while coming takes time, or clerks pause: such days are for `sim.kernel.general`.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from engine.core import calling
from sim.kernel.compiled import Number, inlined_inner, inner, lowest_bit, uncounted
from sim.kernel.queues import (
    ARRIVES,
    FACTS,
    FOLLOWING,
    LASTS,
    LEAVES,
    NO_QUEUE,
    QUEUES_MAX,
    Queues,
    Visitors,
    fact,
    join,
    move_up,
    queues_for,
    visitors_for,
)
from sim.kernel.shapes import NEVER, NOBODY, Flags, VisitColumns, Whole
from sim.kernel.staff import StaffTables
from sim.kernel.tables import Bits, HallTables, Long, Places
from sim.kernel.teams import Free, free_for, put, take
from sim.kernel.tournament import NONE, TOP, enter, tournament_for

choose: Any = inlined_inner(calling.choose)

WINDOW_BITS: Final = 13
NOTED_BITS: Final = 22
TIME_BITS: Final = WINDOW_BITS + NOTED_BITS
WINDOWS_MAX: Final = 1 << WINDOW_BITS
NOTED_MAX: Final = 1 << NOTED_BITS
LATEST: Final = (1 << 28) - 1
"""Later than any day closes; what ends later ends here."""


class Spans(NamedTuple):
    """The spans in which windows were open, in order of closing; `to_ms` is `NEVER`: until the day closes."""

    window: Whole
    from_ms: Whole
    to_ms: Whole


class Room(NamedTuple):
    """Where the loop works; a thread has one and uses it for one day after the other.

    `called_ms` (`NEVER`: not called) and `window` of each visitor and `spans` are what comes out. Bits: `masks` has for
    each window those of the queues it may call from, `able` for each queue those of the teams that serve it,
    `lane_bits` for each lane those of its queues. `tiers` is all zeros; `open_from` tells since when a window is open
    (`NEVER`: closed).
    """

    visitors: Visitors
    queues: Queues
    free: Free
    spans: Spans
    busy: Long
    masks: Bits
    able: Bits
    lane_bits: Bits
    candidates: Places
    tiers: Whole
    is_staffed: Flags
    open_from: Whole
    called_ms: Whole
    window: Whole


def room_for(hall: HallTables, visitors: int, changes: int) -> Room:
    """Room for days of at most so many visitors, with so many changes of staff."""
    windows = hall.windows
    return Room(
        visitors=visitors_for(visitors),
        queues=queues_for(),
        free=free_for(windows, hall.able.shape[1]),
        spans=Spans(*(np.empty(changes + windows, np.int32) for _ in Spans._fields)),
        busy=tournament_for(windows),
        masks=np.ascontiguousarray(hall.masks[hall.kind_of, 0, 0]),
        able=np.repeat(hall.able[:, 0], hall.lanes),
        lane_bits=np.array(
            [sum(1 << queue for queue in range(lane, QUEUES_MAX, hall.lanes)) for lane in range(hall.lanes)], np.uint64
        ),
        candidates=np.empty(QUEUES_MAX, np.uint32),
        tiers=np.zeros(QUEUES_MAX, np.int32),
        is_staffed=np.empty(windows, np.uint8),
        open_from=np.empty(windows, np.int32),
        called_ms=np.empty(visitors, np.int32),
        window=np.empty(visitors, np.int32),
    )


@inner
def receive(hall: HallTables, visits: VisitColumns, turned_away: Flags, count: Number, visitors: Visitors) -> None:
    """Bring together what the loop looks at of each visitor."""
    hall, visits, visitors = uncounted(hall), uncounted(visits), uncounted(visitors)
    facts, queues = visitors.facts, visitors.queue
    for visit in range(count):
        arrives_ms = np.int64(visits.arrived_ms[visit])
        lasts_ms = hall.absent_ms if visits.absent[visit] else hall.walk_ms + visits.service_ms[visit]
        begins = FACTS * visit
        facts[begins + ARRIVES] = arrives_ms
        facts[begins + LEAVES] = min(arrives_ms + visits.patience_ms[visit], NEVER)
        facts[begins + LASTS] = min(lasts_ms + hall.gap_ms, LATEST)
        facts[begins + FOLLOWING] = NOBODY
    for visit in range(count):
        queue = hall.line_of[np.uint32(visits.service[visit])] * hall.lanes + visits.lane[visit]
        queues[visit] = NO_QUEUE if turned_away[visit] else queue


@inner
def serve(hall: HallTables, staff: StaffTables, count: Number, room: Room) -> Number:
    """Let a day happen to the visitors who were received; how many spans there are is the answer."""
    hall, staff, room = uncounted(hall), uncounted(staff), uncounted(room)
    queues, free, busy, facts, queue_of = room.queues, room.free, room.busy, room.visitors.facts, room.visitors.queue
    called_ms, window_of, is_staffed = room.called_ms, room.window, room.is_staffed
    masks = room.masks
    _begin(room, count)
    waiting, noted, change, spans = np.uint64(0), 0, 0, 0
    closes_ms = np.int64(hall.closes_ms)
    begins_ms = day_begins_ms(hall, facts)
    changes_ms = _next_change_ms(staff, 0, begins_ms)
    for visit in range(count + 1):
        # Whatever happens before the day closes; who is staffed changes before it closes in the same millisecond.
        arrives_ms = min(np.int64(facts[fact(visit, ARRIVES)]), closes_ms) if visit < count else closes_ms
        before_all = min(arrives_ms + 1, closes_ms)
        while True:
            until = min(before_all, changes_ms) << TIME_BITS
            while busy[TOP] < until:
                now_ms, window = busy[TOP] >> TIME_BITS, np.uint32(busy[TOP] & (WINDOWS_MAX - 1))
                place = NOBODY
                if is_staffed[window]:
                    place, waiting = _next(
                        queues, waiting, facts, masks[window], room.lane_bits, hall.credits, hall.rates,
                        room.candidates, room.tiers, now_ms,
                    )  # fmt: skip
                if place == NOBODY:
                    enter(busy, window, NONE)
                    spans = _rest(hall, room, window, now_ms, spans)
                    continue
                queue = room.candidates[np.uint32(place)]
                visitor = np.uint32(queues.head[queue])
                waiting = move_up(queues, waiting, facts, queue)
                called_ms[visitor] = now_ms
                window_of[visitor] = window
                enter(busy, window, _key(now_ms + facts[fact(visitor, LASTS)], noted, window))
                noted += 1
            if changes_ms > arrives_ms:
                break
            change, noted, spans, waiting = _change(hall, staff, room, change, changes_ms, noted, spans, waiting)
            changes_ms = _next_change_ms(staff, change, begins_ms)
        if visit == count:
            break
        queue = np.uint32(queue_of[visit])
        if queue == NO_QUEUE:
            continue
        teams = free.teams[0] & room.able[queue]
        if not teams:
            waiting = join(queues, waiting, facts, queue, visit)
            continue
        window = np.uint32(free.first[lowest_bit(teams)])
        take(free, hall.team_of[window], window)
        called_ms[visit] = arrives_ms
        window_of[visit] = window
        enter(busy, window, _key(arrives_ms + facts[fact(visit, LASTS)], noted, window))
        noted += 1
    for open_window in range(hall.windows):
        if room.open_from[open_window] != NEVER:
            spans = _closed(room, open_window, NEVER, spans)
    return spans


@inner
def _begin(room: Room, count: Number) -> None:
    room.called_ms[:count] = NEVER
    room.queues.head[:] = NOBODY
    room.free.teams[:] = 0
    room.free.first[:] = NOBODY
    room.free.last[:] = NOBODY
    room.free.is_free[:] = 0
    room.is_staffed[:] = 0
    room.open_from[:] = NEVER
    room.busy[:] = NONE


@inlined_inner
def day_begins_ms(hall: HallTables, facts: Whole) -> Number:
    """When a day begins: at the hall's first hour, or with the first visitor. No window opens before."""
    return min(np.int64(facts[fact(0, ARRIVES)]), np.int64(hall.opens_ms))


@inlined_inner
def _next_change_ms(staff: StaffTables, change: Number, begins_ms: Number) -> Number:
    return max(np.int64(staff.at_ms[change]), begins_ms) if change < len(staff.at_ms) else np.int64(NEVER)


@inlined_inner
def _key(at_ms: Number, noted: Number, window: Number) -> Number:
    return min(at_ms, LATEST) << TIME_BITS | noted << WINDOW_BITS | window


@inlined_inner
def _next(
    queues: Queues, waiting: np.uint64, facts: Whole, mask: np.uint64, lane_bits: Bits, credits: Long, rates: Long,
    candidates: Places, tiers: Whole, now_ms: Number,
) -> tuple[Number, np.uint64]:  # fmt: skip
    """The place in `candidates` of the queue whose head the rule names, -1 for nobody; and which queues have somebody.

    The rule is asked about the queues in which somebody is left who leaves now or later; of those of one lane, whose
    waiting weighs the same, about the one whose head came first. One alone needs no rule.
    """
    count = np.uint32(0)
    for lane in range(len(lane_bits)):
        rest = waiting & mask & lane_bits[lane]
        first, first_queue = NEVER, np.uint32(0)
        while rest:
            queue = lowest_bit(rest)
            rest &= rest - np.uint64(1)
            while queues.leaves_ms[queue] < now_ms and queues.head[queue] != NOBODY:
                waiting = move_up(queues, waiting, facts, queue)
            head = queues.head[queue] if queues.head[queue] != NOBODY else NEVER
            first_queue = queue if head < first else first_queue
            first = min(head, first)
        if first != NEVER:
            candidates[count] = first_queue
            count = np.uint32(count + 1)
    if count < 2:
        return np.int64(count) - 1, waiting
    place, _, _, _ = choose(candidates[:count], tiers, credits, rates, queues.head, queues.since_ms, now_ms)
    return place, waiting


# --- staff ---


@inlined_inner
def _rest(hall: HallTables, room: Room, window: Number, now_ms: Number, spans: Number) -> Number:
    """Nobody is there to be called: a window is free, or closes when it is not staffed; the number of spans."""
    if room.is_staffed[window]:
        put(room.free, hall.team_of[window], window)
        return spans
    return _closed(room, window, now_ms, spans)


@inlined_inner
def _closed(room: Room, window: Number, now_ms: Number, spans: Number) -> Number:
    """Note the span in which a window was open."""
    room.spans.window[spans] = window
    room.spans.from_ms[spans] = room.open_from[window]
    room.spans.to_ms[spans] = now_ms
    room.open_from[window] = NEVER
    return spans + 1


@inner
def _change(
    hall: HallTables, staff: StaffTables, room: Room, change: Number, now_ms: Number, noted: Number,
    spans: Number, waiting: np.uint64,
) -> tuple[Number, Number, Number, np.uint64]:  # fmt: skip
    """Let everything change that changes now: windows close, windows open, and these call in the plan's order."""
    hall, staff, room = uncounted(hall), uncounted(staff), uncounted(room)
    facts, queues = room.visitors.facts, room.queues
    while change < len(staff.at_ms) and staff.at_ms[change] <= now_ms:
        changing = staff.window[change]
        room.is_staffed[changing] = staff.opens[change]
        if not staff.opens[change] and room.free.is_free[changing]:
            take(room.free, hall.team_of[changing], changing)
            spans = _closed(room, changing, now_ms, spans)
        change += 1
    for window in range(hall.windows):
        if not room.is_staffed[window] or room.open_from[window] != NEVER:
            continue
        room.open_from[window] = now_ms
        place, waiting = _next(
            queues, waiting, facts, room.masks[window], room.lane_bits, hall.credits, hall.rates,
            room.candidates, room.tiers, now_ms,
        )  # fmt: skip
        if place == NOBODY:
            spans = _rest(hall, room, window, now_ms, spans)
            continue
        queue = room.candidates[place]
        visitor = queues.head[queue]
        waiting = move_up(queues, waiting, facts, queue)
        room.called_ms[visitor] = now_ms
        room.window[visitor] = window
        enter(room.busy, window, _key(now_ms + facts[fact(visitor, LASTS)], noted, window))
        noted += 1
    return change, noted, spans, waiting
