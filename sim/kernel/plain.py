"""The quick loop: a day in a hall where every window calls by the plain rule, visitor by visitor.

What happens is merged from three sources that are each in order: the changes of who is staffed, the busy windows, and
the visitors of the day. Of the same millisecond staff comes first, then windows, then leaving, then who arrives;
windows in the order in which the end of their visit was noted, as in `sim.agenda`.

A busy window is one number in a heap: when it is done, the order of noting, and which window it is. Where that order
does not follow from the call (`steps`: some come and some do not while coming takes time, or clerks pause), a window
stands in the heap for one step of its visit after the other.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from engine.core import calling
from sim.kernel.compiled import compiled, inlined, lowest_bit, uncounted
from sim.kernel.heap import LAST, pop, push, replace
from sim.kernel.queues import Queues, has_somebody, join, move_up, queues_for
from sim.kernel.shapes import NEVER, NOBODY, Flags, VisitColumns, Whole
from sim.kernel.staff import StaffTables
from sim.kernel.tables import WORD, Bits, HallTables, Long
from sim.kernel.teams import Free, first_able, free_for, put, take

choose: Any = inlined(calling.choose)

WINDOW_BITS: Final = 13
NOTED_BITS: Final = 22
TIME_BITS: Final = WINDOW_BITS + NOTED_BITS
WINDOWS_MAX: Final = 1 << WINDOW_BITS
NOTED_MAX: Final = 1 << NOTED_BITS
LATEST: Final = (1 << 28) - 1
"""Later than any day closes; what ends later ends here."""

FREE, COMES, SERVES = range(3)
"""What a window in the heap waits for: to call, a visitor on the way, the end of a visit."""


class Windows(NamedTuple):
    """The windows of a day: who is staffed, open since when (`NEVER`: closed), at which step of a visit with whom; the
    heap of the busy ones; and the spans in which they were open (`span_to` is `NEVER`: until the day closes)."""

    is_staffed: Flags
    open_from: Whole
    step: Flags
    served: Whole
    heap: Long
    span_window: Whole
    span_from: Whole
    span_to: Whole


class Room(NamedTuple):
    """Where the loop works; a thread has one and uses it for one day after the other.

    `called_ms` (`NEVER`: not called) and `window` of each visitor are what comes out.
    """

    queues: Queues
    free: Free
    windows: Windows
    candidates: Whole
    tiers: Whole
    turned_away: Flags
    drawn: Whole
    called_ms: Whole
    window: Whole


def room_for(hall: HallTables, visitors: int, changes: int, quotas: int) -> Room:
    """Room for days of at most so many visitors, with so many changes of staff."""
    queues = len(hall.credits)
    return Room(
        queues=queues_for(queues, visitors),
        free=free_for(hall.windows, hall.able.shape[1]),
        windows=_windows_for(hall.windows, changes + hall.windows),
        candidates=np.empty(queues, np.int32),
        tiers=np.empty(queues, np.int32),
        turned_away=np.empty(visitors, np.uint8),
        drawn=np.empty(quotas, np.int32),
        called_ms=np.empty(visitors, np.int32),
        window=np.empty(visitors, np.int32),
    )


def _windows_for(count: int, spans: int) -> Windows:
    return Windows(
        is_staffed=np.empty(count, np.uint8),
        open_from=np.empty(count, np.int32),
        step=np.empty(count, np.uint8),
        served=np.empty(count, np.int32),
        heap=np.empty(4 * count + 4, np.int64),
        span_window=np.empty(spans, np.int32),
        span_from=np.empty(spans, np.int32),
        span_to=np.empty(spans, np.int32),
    )


@compiled
def serve(
    hall: HallTables, staff: StaffTables, visits: VisitColumns, count: int, room: Room, steps: bool, pins: bool
) -> int:
    """Let a day happen; what comes of it is in `room`, and how many spans windows were open is the answer.

    `pins` says that some must go to one window.
    """
    hall, staff, visits, room = uncounted(hall), uncounted(staff), uncounted(visits), uncounted(room)
    queues, free, windows = room.queues, room.free, room.windows
    arrived_ms, service_ms, patience_ms, absent = (
        visits.arrived_ms,
        visits.service_ms,
        visits.patience_ms,
        visits.absent,
    )
    called_ms, window_of, heap, step = room.called_ms, room.window, windows.heap, windows.step
    _begin(queues, free, windows, called_ms, count)
    busy, noted, change, spans = 0, 0, 0, 0
    before_ms = -1
    for visit in range(count + 1):
        # After the last visitor, whatever happens before the day closes.
        arrives_ms = arrived_ms[visit] if visit < count else hall.closes_ms - 1
        while True:
            changes_ms = _next_change_ms(staff.at_ms, change, arrived_ms[0])
            until = (min(arrives_ms, changes_ms - 1) + 1) << TIME_BITS
            while heap[0] < until:
                now_ms, window = heap[0] >> TIME_BITS, heap[0] & (WINDOWS_MAX - 1)
                if steps and step[window] != FREE:
                    lasts_ms = _next_step(windows, window, service_ms, visits.pause_ms, hall.gap_ms)
                    if lasts_ms or step[window] != FREE:
                        replace(heap, busy, _key(now_ms + lasts_ms, noted, window))
                        noted += 1
                        continue
                # Whoever arrived in this millisecond came after those who leave in it had left.
                leaves_from = now_ms + (before_ms == now_ms)
                visitor = NOBODY
                if windows.is_staffed[window]:
                    visitor = _next(
                        queues, hall.masks, hall.credits, hall.rates, room.candidates, room.tiers, arrived_ms,
                        patience_ms, hall.kind_of[window], (hall.lines + window) * hall.lanes if pins else NOBODY,
                        hall.lanes, now_ms, leaves_from,
                    )  # fmt: skip
                if visitor == NOBODY:
                    pop(heap, busy)
                    busy -= 1
                    spans = _rest(windows, free, hall.team_of[window], window, now_ms, spans)
                    continue
                called_ms[visitor] = now_ms
                window_of[visitor] = window
                lasts_ms = _lasts_ms(hall, absent[visitor], service_ms[visitor])
                if steps:
                    lasts_ms = _first_step(hall, windows, window, visitor, absent[visitor], service_ms[visitor])
                replace(heap, busy, _key(now_ms + lasts_ms, noted, window))
                noted += 1
            if changes_ms > arrives_ms:
                break
            change, busy, noted, spans = _change(
                hall, staff, visits, room, change, changes_ms, busy, noted, spans, steps, pins
            )
        if visit == count or room.turned_away[visit]:
            continue
        before_ms = arrives_ms
        line = hall.line_of[visits.service[visit]]
        pinned = visits.window[visit] if pins else NOBODY
        if pinned != NOBODY:
            window = pinned if free.is_free[pinned] else NOBODY
        else:
            window = first_able(free, hall.able, line)
        if window == NOBODY:
            place = hall.lines + pinned if pinned != NOBODY else line
            join(queues, place * hall.lanes + visits.lane[visit], visit, arrived_ms, patience_ms)
            continue
        take(free, hall.team_of[window], window)
        called_ms[visit] = arrives_ms
        window_of[visit] = window
        lasts_ms = _lasts_ms(hall, absent[visit], service_ms[visit])
        if steps:
            lasts_ms = _first_step(hall, windows, window, visit, absent[visit], service_ms[visit])
        push(heap, busy, _key(arrives_ms + lasts_ms, noted, window))
        busy += 1
        noted += 1
    for window in range(hall.windows):
        if windows.open_from[window] != NEVER:
            spans = _closed(windows, window, NEVER, spans)
    return spans


@compiled
def _begin(queues: Queues, free: Free, windows: Windows, called_ms: Whole, count: int) -> None:
    called_ms[:count] = NEVER
    queues.waiting[:] = 0
    queues.head[:] = NOBODY
    free.teams[:] = 0
    free.first[:] = NOBODY
    free.last[:] = NOBODY
    free.is_free[:] = 0
    windows.is_staffed[:] = 0
    windows.step[:] = FREE
    windows.open_from[:] = NEVER
    windows.heap[:] = LAST


@inlined
def _next_change_ms(at_ms: Whole, change: int, first_ms: int) -> int:
    """When staff changes next; what comes before all else comes with the first visitor."""
    if change == len(at_ms):
        return NEVER
    return at_ms[change] if at_ms[change] >= 0 else first_ms


@inlined
def _key(at_ms: int, noted: int, window: int) -> int:
    return min(at_ms, LATEST) << TIME_BITS | noted << WINDOW_BITS | window


@inlined
def _next(
    queues: Queues, masks: Bits, credits: Long, rates: Long, candidates: Whole, tiers: Whole, arrived_ms: Whole,
    patience_ms: Whole, kind: int, own: int, lanes: int, now_ms: int, leaves_from: int,
) -> int:  # fmt: skip
    """The visitor whom the rule names for a window of a kind, taken out of the queue; -1 for nobody.

    `own` is the first of the window's own queues, -1 when nobody waits in any. The rule is asked about the queues that
    have somebody in them.
    """
    count = 0
    if own != NOBODY:
        for queue in range(own, own + lanes):
            if queues.head[queue] != NOBODY and has_somebody(queues, queue, leaves_from, arrived_ms, patience_ms):
                candidates[count] = queue
                tiers[count] = 0
                count += 1
    for tier in range(masks.shape[1]):
        for word in range(masks.shape[2]):
            rest = queues.waiting[word] & masks[kind, tier, word]
            while rest:
                queue = WORD * word + lowest_bit(rest)
                rest &= rest - np.uint64(1)
                if has_somebody(queues, queue, leaves_from, arrived_ms, patience_ms):
                    candidates[count] = queue
                    tiers[count] = tier
                    count += 1
    place, _, _, _ = choose(candidates[:count], tiers[:count], credits, rates, queues.head, queues.since_ms, now_ms)
    if place == NOBODY:
        return NOBODY
    queue = candidates[place]
    visitor = queues.head[queue]
    move_up(queues, queue, arrived_ms, patience_ms)
    return visitor


# --- how long ---


@inlined
def _lasts_ms(hall: HallTables, is_absent: int, service_ms: int) -> int:
    """From a call to the next."""
    return (hall.absent_ms if is_absent else hall.walk_ms + service_ms) + hall.gap_ms


@inlined
def _first_step(hall: HallTables, windows: Windows, window: int, visitor: int, is_absent: int, service_ms: int) -> int:
    """How long the first step after a call takes."""
    windows.served[window] = visitor
    if is_absent or not hall.walk_ms:
        windows.step[window] = SERVES
        return hall.absent_ms if is_absent else service_ms
    windows.step[window] = COMES
    return hall.walk_ms


@inlined
def _next_step(windows: Windows, window: int, service_ms: Whole, pause_ms: Whole, gap_ms: int) -> int:
    """How long the step takes that follows the one which has ended."""
    visitor = windows.served[window]
    if windows.step[window] == COMES:
        windows.step[window] = SERVES
        return service_ms[visitor]
    windows.step[window] = FREE
    return gap_ms + pause_ms[visitor]


# --- staff ---


@inlined
def _rest(windows: Windows, free: Free, team: int, window: int, now_ms: int, spans: int) -> int:
    """Nobody is there to be called: a window is free, or closes when it is not staffed; the number of spans."""
    if windows.is_staffed[window]:
        put(free, team, window)
        return spans
    return _closed(windows, window, now_ms, spans)


@inlined
def _closed(windows: Windows, window: int, now_ms: int, spans: int) -> int:
    """Note the span in which a window was open."""
    windows.span_window[spans] = window
    windows.span_from[spans] = windows.open_from[window]
    windows.span_to[spans] = now_ms
    windows.open_from[window] = NEVER
    return spans + 1


@compiled
def _change(
    hall: HallTables, staff: StaffTables, visits: VisitColumns, room: Room, change: int, now_ms: int, busy: int,
    noted: int, spans: int, steps: bool, pins: bool,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Let everything change that changes now: windows close, windows open, and these call in the plan's order."""
    hall, staff, visits, room = uncounted(hall), uncounted(staff), uncounted(visits), uncounted(room)
    queues, free, windows = room.queues, room.free, room.windows
    first = change
    while change < len(staff.at_ms) and staff.at_ms[change] <= now_ms:
        window = staff.window[change]
        windows.is_staffed[window] = staff.opens[change]
        if not staff.opens[change] and free.is_free[window]:
            take(free, hall.team_of[window], window)
            spans = _closed(windows, window, now_ms, spans)
        change += 1
    for each in range(first, change):
        window = staff.window[each]
        if not staff.opens[each] or windows.open_from[window] != NEVER:
            continue
        windows.open_from[window] = now_ms
        visitor = _next(
            queues, hall.masks, hall.credits, hall.rates, room.candidates, room.tiers, visits.arrived_ms,
            visits.patience_ms, hall.kind_of[window], (hall.lines + window) * hall.lanes if pins else NOBODY,
            hall.lanes, now_ms, now_ms,
        )  # fmt: skip
        if visitor == NOBODY:
            spans = _rest(windows, free, hall.team_of[window], window, now_ms, spans)
            continue
        room.called_ms[visitor] = now_ms
        room.window[visitor] = window
        lasts_ms = _lasts_ms(hall, visits.absent[visitor], visits.service_ms[visitor])
        if steps:
            lasts_ms = _first_step(hall, windows, window, visitor, visits.absent[visitor], visits.service_ms[visitor])
        push(windows.heap, busy, _key(now_ms + lasts_ms, noted, window))
        busy += 1
        noted += 1
    return change, busy, noted, spans
