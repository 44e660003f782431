"""The quick loop: a day in a hall where every window calls by the plain rule, visitor by visitor.

What happens is merged from three sources that are each in order: the changes of who is staffed, the busy windows, and
the visitors of the day. Nobody is woken to leave: who is past their patience is passed over when their turn comes. Of
the same millisecond staff comes first, then windows, then leaving, then who arrives; windows in the order in which the
end of their visit was noted, as in `sim.agenda`.

A busy window is one number in a heap: when it is done, the order of noting, and which window it is. Where that order
does not follow from the call (`steps`: some come and some do not while coming takes time, or clerks pause), a window
stands in the heap for one step of its visit after the other.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from engine.core import calling
from sim.kernel.compiled import compiled, inlined, lowest_bit, uncounted
from sim.kernel.heap import LAST, pop, push, replace
from sim.kernel.shapes import NEVER, NOBODY, Flags, VisitColumns, Whole
from sim.kernel.staff import StaffTables
from sim.kernel.tables import WORD, Bits, HallTables, Long

choose: Any = inlined(calling.choose)

WINDOW_BITS: Final = 13
NOTED_BITS: Final = 22
TIME_BITS: Final = WINDOW_BITS + NOTED_BITS
WINDOWS_MAX: Final = 1 << WINDOW_BITS
NOTES_MAX: Final = 1 << NOTED_BITS
LATEST: Final = (1 << 28) - 1
"""Later than any day closes; what ends later ends here."""

FREE, COMES, SERVES = range(3)
"""What a window in the heap waits for: to call, a visitor on the way, the end of a visit."""


class Room(NamedTuple):
    """Where the loop works; a thread has one and uses it for one day after the other.

    `called_ms` (`NEVER`: not called) and `window` of each visitor are what comes out, beside the spans in which windows
    were open: `span_window`, `span_from` and `span_to` (`NEVER`: until the day closes).
    """

    called_ms: Whole
    window: Whole
    following: Whole
    turned_away: Flags
    drawn: Whole
    waiting: Bits
    head: Whole
    tail: Whole
    head_since: Whole
    head_leaves: Long
    candidates: Whole
    tiers: Whole
    free_teams: Bits
    first_free: Whole
    last_free: Whole
    next_free: Whole
    free_before: Whole
    is_free: Flags
    is_staffed: Flags
    open_from: Whole
    step: Flags
    served: Whole
    heap: Long
    span_window: Whole
    span_from: Whole
    span_to: Whole


def room_for(hall: HallTables, visitors: int, changes: int, quotas: int) -> Room:
    """Room for days of at most so many visitors, with so many changes of staff."""
    queues, windows, words = len(hall.credits), hall.windows, hall.masks.shape[2]

    def whole(count: int) -> Whole:
        return np.empty(count, np.int32)

    return Room(
        called_ms=whole(visitors),
        window=whole(visitors),
        following=whole(visitors),
        turned_away=np.empty(visitors, np.uint8),
        drawn=whole(quotas),
        waiting=np.empty(words, np.uint64),
        head=whole(queues),
        tail=whole(queues),
        head_since=whole(queues),
        head_leaves=np.empty(queues, np.int64),
        candidates=whole(queues),
        tiers=whole(queues),
        free_teams=np.empty(hall.able.shape[1], np.uint64),
        first_free=whole(windows),
        last_free=whole(windows),
        next_free=whole(windows),
        free_before=whole(windows),
        is_free=np.empty(windows, np.uint8),
        is_staffed=np.empty(windows, np.uint8),
        open_from=whole(windows),
        step=np.empty(windows, np.uint8),
        served=whole(windows),
        heap=np.empty(4 * windows + 4, np.int64),
        span_window=whole(changes + windows),
        span_from=whole(changes + windows),
        span_to=whole(changes + windows),
    )


@compiled
def serve(hall: HallTables, staff: StaffTables, visits: VisitColumns, count: int, room: Room, steps: bool) -> int:
    """Let a day happen; what comes of it is in `room`, and how many spans windows were open is the answer."""
    hall, staff, visits, room = uncounted(hall), uncounted(staff), uncounted(visits), uncounted(room)
    _begin(room, count)
    arrived_ms, service_ms, pause_ms = visits.arrived_ms, visits.service_ms, visits.pause_ms
    services, pinned = visits.service, visits.window
    turned_away, called_ms, window_of = room.turned_away, room.called_ms, room.window
    heap, step, served = room.heap, room.step, room.served
    changes, changes_at = len(staff.at_ms), staff.at_ms
    busy = noted = change = spans = 0
    before_ms = -1
    for visit in range(count + 1):
        # After the last visitor, whatever happens before the day closes.
        arrives_ms = arrived_ms[visit] if visit < count else hall.closes_ms - 1
        while True:
            changes_ms = NEVER
            if change < changes:
                changes_ms = max(changes_at[change], arrived_ms[0]) if changes_at[change] < 0 else changes_at[change]
            until = (min(arrives_ms, changes_ms - 1) + 1) << TIME_BITS
            while heap[0] < until:
                now_ms, window = heap[0] >> TIME_BITS, heap[0] & (WINDOWS_MAX - 1)
                if steps and step[window] != FREE:
                    visitor = served[window]
                    if step[window] == COMES:
                        step[window] = SERVES
                        lasts_ms = service_ms[visitor]
                    else:
                        step[window] = FREE
                        lasts_ms = hall.gap_ms + pause_ms[visitor]
                    if lasts_ms or step[window] != FREE:
                        replace(heap, busy, _key(now_ms + lasts_ms, noted, window))
                        noted += 1
                        continue
                visitor = NOBODY
                if room.is_staffed[window]:
                    # Whoever arrived in this millisecond was told before: of those who came earlier, who would leave
                    # now has left.
                    visitor = _next(hall, visits, room, window, now_ms, now_ms + (before_ms == now_ms))
                if visitor == NOBODY:
                    pop(heap, busy)
                    busy -= 1
                    spans = _rest(hall, room, window, now_ms, spans)
                    continue
                called_ms[visitor], window_of[visitor] = now_ms, window
                lasts_ms = _first_step(hall, visits, room, window, visitor, steps)
                replace(heap, busy, _key(now_ms + lasts_ms, noted, window))
                noted += 1
            if changes_ms > arrives_ms:
                break
            change, busy, noted, spans = _change(
                hall, staff, visits, room, change, changes_ms, busy, noted, spans, steps
            )
        if visit == count or turned_away[visit]:
            continue
        before_ms = arrives_ms
        window = _free_window(hall, room, services[visit], pinned[visit])
        if window == NOBODY:
            _wait(hall, visits, room, visit)
            continue
        called_ms[visit], window_of[visit] = arrives_ms, window
        lasts_ms = _first_step(hall, visits, room, window, visit, steps)
        push(heap, busy, _key(arrives_ms + lasts_ms, noted, window))
        busy += 1
        noted += 1
    for window in range(hall.windows):
        if room.open_from[window] != NEVER:
            spans = _closed(room, window, NEVER, spans)
    return spans


@inlined
def _key(at_ms: int, noted: int, window: int) -> int:
    return min(at_ms, LATEST) << TIME_BITS | noted << WINDOW_BITS | window


@inlined
def _first_step(hall: HallTables, visits: VisitColumns, room: Room, window: int, visitor: int, steps: bool) -> int:
    """How long the window stands in the heap after a call: until it calls again, or for the first step."""
    if not steps:
        lasts_ms = hall.absent_ms if visits.absent[visitor] else hall.walk_ms + visits.service_ms[visitor]
        return lasts_ms + hall.gap_ms
    room.served[window] = visitor
    if visits.absent[visitor] or not hall.walk_ms:
        room.step[window] = SERVES
        return hall.absent_ms if visits.absent[visitor] else visits.service_ms[visitor]
    room.step[window] = COMES
    return hall.walk_ms


@compiled
def _begin(room: Room, count: int) -> None:
    room.called_ms[:count] = NEVER
    room.waiting[:] = 0
    room.head[:] = NOBODY
    room.free_teams[:] = 0
    room.first_free[:] = NOBODY
    room.last_free[:] = NOBODY
    room.is_free[:] = 0
    room.is_staffed[:] = 0
    room.step[:] = FREE
    room.open_from[:] = NEVER
    room.heap[:] = LAST


# --- queues ---


@inlined
def _wait(hall: HallTables, visits: VisitColumns, room: Room, visit: int) -> None:
    """Join the end of a queue."""
    queue = visits.service[visit] * hall.lanes + visits.lane[visit]
    if visits.window[visit] != NOBODY:
        queue = (hall.services + visits.window[visit]) * hall.lanes + visits.lane[visit]
    room.following[visit] = NOBODY
    if room.head[queue] == NOBODY:
        _stands_first(hall, visits, room, queue, visit)
    else:
        room.following[room.tail[queue]] = visit
    room.tail[queue] = visit


@inlined
def _stands_first(hall: HallTables, visits: VisitColumns, room: Room, queue: int, visit: int) -> None:
    """A queue has another head, or none."""
    room.head[queue] = visit
    if visit != NOBODY:
        room.head_since[queue] = visits.arrived_ms[visit]
        room.head_leaves[queue] = np.int64(visits.arrived_ms[visit]) + visits.patience_ms[visit]
    if queue < hall.services * hall.lanes:
        bit = np.uint64(1) << np.uint64(queue % WORD)
        if visit != NOBODY:
            room.waiting[queue // WORD] |= bit
        else:
            room.waiting[queue // WORD] &= ~bit


@inlined
def _has_somebody(hall: HallTables, visits: VisitColumns, room: Room, queue: int, leaves_from: int) -> bool:
    """Whether anybody is left in a queue of those who leave at `leaves_from` or later."""
    while room.head[queue] != NOBODY and room.head_leaves[queue] < leaves_from:
        _stands_first(hall, visits, room, queue, room.following[room.head[queue]])
    return room.head[queue] != NOBODY


@inlined
def _next(hall: HallTables, visits: VisitColumns, room: Room, window: int, now_ms: int, leaves_from: int) -> int:
    """The visitor whom the rule names for a window, taken out of the queue; -1 for nobody."""
    candidates, tiers, masks, kind = room.candidates, room.tiers, hall.masks, hall.kind_of[window]
    count = 0
    for lane in range(hall.lanes):
        queue = (hall.services + window) * hall.lanes + lane
        if _has_somebody(hall, visits, room, queue, leaves_from):
            candidates[count], tiers[count] = queue, 0
            count += 1
    for tier in range(masks.shape[1]):
        for word in range(masks.shape[2]):
            rest = room.waiting[word] & masks[kind, tier, word]
            while rest:
                queue = WORD * word + lowest_bit(rest)
                rest &= rest - np.uint64(1)
                if _has_somebody(hall, visits, room, queue, leaves_from):
                    candidates[count], tiers[count] = queue, tier
                    count += 1
    place, _, _, _ = choose(
        candidates[:count], tiers[:count], hall.credits, hall.rates, room.head, room.head_since, now_ms
    )
    if place == NOBODY:
        return NOBODY
    queue = candidates[place]
    visitor = room.head[queue]
    _stands_first(hall, visits, room, queue, room.following[visitor])
    return visitor


# --- free windows ---


@inlined
def _free_window(hall: HallTables, room: Room, service: int, pinned: int) -> int:
    """The window that a newcomer walks up to, no longer counted as free; -1 for none."""
    if pinned != NOBODY:
        if not room.is_free[pinned]:
            return NOBODY
        _take(hall, room, pinned)
        return pinned
    for word in range(hall.able.shape[1]):
        teams = room.free_teams[word] & hall.able[service, word]
        if teams:
            window = room.first_free[WORD * word + lowest_bit(teams)]
            _take(hall, room, window)
            return window
    return NOBODY


@inlined
def _take(hall: HallTables, room: Room, window: int) -> None:
    """A window is free no more."""
    team, before, after = hall.team_of[window], room.free_before[window], room.next_free[window]
    room.is_free[window] = 0
    if before == NOBODY:
        room.first_free[team] = after
    else:
        room.next_free[before] = after
    if after == NOBODY:
        room.last_free[team] = before
    else:
        room.free_before[after] = before
    if room.first_free[team] == NOBODY:
        room.free_teams[team // WORD] &= ~(np.uint64(1) << np.uint64(team % WORD))


@inlined
def _rest(hall: HallTables, room: Room, window: int, now_ms: int, spans: int) -> int:
    """Nobody is there to be called: a window is free, the last of its team to be so, or closes when it is not staffed.
    The number of spans that windows were open."""
    if not room.is_staffed[window]:
        return _closed(room, window, now_ms, spans)
    team = hall.team_of[window]
    last = room.last_free[team]
    room.is_free[window] = 1
    room.free_before[window], room.next_free[window] = last, NOBODY
    room.last_free[team] = window
    if last == NOBODY:
        room.first_free[team] = window
        room.free_teams[team // WORD] |= np.uint64(1) << np.uint64(team % WORD)
    else:
        room.next_free[last] = window
    return spans


@inlined
def _closed(room: Room, window: int, now_ms: int, spans: int) -> int:
    """Note the span in which a window was open."""
    room.span_window[spans], room.span_from[spans], room.span_to[spans] = window, room.open_from[window], now_ms
    room.open_from[window] = NEVER
    return spans + 1


@compiled
def _change(
    hall: HallTables, staff: StaffTables, visits: VisitColumns, room: Room, change: int, now_ms: int, busy: int,
    noted: int, spans: int, steps: bool,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Let everything change that changes now: windows close, windows open, and these call in the plan's order."""
    hall, staff, visits, room = uncounted(hall), uncounted(staff), uncounted(visits), uncounted(room)
    first = change
    while change < len(staff.at_ms) and staff.at_ms[change] <= now_ms:
        window = staff.window[change]
        room.is_staffed[window] = staff.opens[change]
        if not staff.opens[change] and room.is_free[window]:
            _take(hall, room, window)
            spans = _closed(room, window, now_ms, spans)
        change += 1
    for each in range(first, change):
        window = staff.window[each]
        if not staff.opens[each] or room.open_from[window] != NEVER:
            continue
        room.open_from[window] = now_ms
        visitor = _next(hall, visits, room, window, now_ms, now_ms)
        if visitor == NOBODY:
            spans = _rest(hall, room, window, now_ms, spans)
            continue
        room.called_ms[visitor], room.window[visitor] = now_ms, window
        lasts_ms = _first_step(hall, visits, room, window, visitor, steps)
        push(room.heap, busy, _key(now_ms + lasts_ms, noted, window))
        busy += 1
        noted += 1
    return change, busy, noted, spans
