"""The general loop: a day in a hall with every rule it may have, event by event, in the order of `sim.world`.

What happens is merged from four sources that are each in order: the changes of who is staffed and the ends of the day,
the busy windows, the agenda of what else people and offices do, and the visitors of the day. Of the same millisecond
they come in that order. Nobody is woken to leave: whoever has left is passed over when somebody looks, until the day
waits for its last visitors to go.
"""

from typing import Any, Final

import numpy as np

from sim.kernel.admission import AdmissionTables
from sim.kernel.compiled import compiled, inlined, lowest_bit, uncounted
from sim.kernel.diary import (
    ACT_BITS,
    COLLECTS,
    FORM,
    LEAVES,
    RESULT,
    RESUMES,
    RETURNS,
    STAYS,
    TIME_BITS,
    WINDOW_BITS,
    let_leave,
    next_key,
    note,
    note_window,
    reach,
)
from sim.kernel.drawing import book, call_to_collect, draw, draw_again
from sim.kernel.general_room import (
    CALLED,
    CLOSED,
    COMES,
    ENDING,
    FINISHED,
    FREE,
    GONE,
    LUNCH,
    MISSED,
    OPEN,
    PAUSES,
    PREPARING,
    REST,
    SERVES,
    WAITING,
    Desk,
    Room,
)
from sim.kernel.general_rule import choose, pick
from sim.kernel.general_staff import BREAKS, CLOSES, OPENS, Shifts
from sim.kernel.general_tables import ORIGINAL, GeneralTables
from sim.kernel.heap import LAST, pop
from sim.kernel.lines import MOMENT_BITS, SEQUENCE_BITS, has_somebody, join, leave, take_out
from sim.kernel.parts import AGAIN, HERE, begin, end, lasts_ms, queue_of, wait_again
from sim.kernel.shapes import DAY_CLOSED, NEVER, NOBODY, CourseColumns, VisitColumns
from sim.kernel.tables import WORD
from sim.kernel.teams import first_able, put, take

COLLECTED_AFTER_MS: Final = 30 * 60_000
STAFF, DEADLINE, AT_WINDOW, AGENDA, ARRIVAL = range(5)


@compiled
def live(
    general: GeneralTables, admission: AdmissionTables, staff: Shifts, visits: VisitColumns,
    courses: CourseColumns, count: int, room: Room, desk: Desk, is_workday: bool,
) -> None:  # fmt: skip
    """Let a day happen; what comes of it is in `room`."""
    general, admission, staff, visits = uncounted(general), uncounted(admission), uncounted(staff), uncounted(visits)
    courses, room, desk = uncounted(courses), uncounted(room), uncounted(desk)
    settings, day, heap = general.settings[0], room.day[0], room.heap
    _begin(room, desk)
    if count == 0:
        return
    for item in range(len(courses.item_ms)):
        room.items[item].service, room.items[item].lasts_ms = courses.item_service[item], courses.item_ms[item]
    first_ms = visits.arrived_ms[0]
    if book(general, visits, courses, count, desk, is_workday):
        first_ms = min(first_ms, settings.opens_ms)
    if settings.has_hours:
        first_ms = min(first_ms, settings.opens_ms)
    change, visit = 0, 0
    now_ms = last_ms = np.int64(first_ms)
    while True:
        while visit < count and courses.missed[visit]:
            visit += 1
        if visit == count and not settings.has_hours:
            if not day.wakes:
                _wake_leavers(room)
            if day.alive == 0:
                now_ms = last_ms
                break
        now_ms, what = _next_of_the_day(settings, staff.at_ms, change, first_ms, day.phase)
        if heap[0] >> TIME_BITS < now_ms:
            now_ms, what = heap[0] >> TIME_BITS, AT_WINDOW
        if room.agenda[0] >> MOMENT_BITS < now_ms:
            now_ms, what = room.agenda[0] >> MOMENT_BITS, AGENDA
        if visit < count and visits.arrived_ms[visit] < now_ms:
            now_ms, what = np.int64(visits.arrived_ms[visit]), ARRIVAL
        caller, offered = NOBODY, NOBODY
        if what == AT_WINDOW:
            reach(room, now_ms, 0)
            day.is_spent = 1
            caller, offered = _at_window(general, room, heap[0] & ((1 << WINDOW_BITS) - 1), now_ms)
        elif what == ARRIVAL:
            reach(room, now_ms, 1)
            ticket = draw(general, admission, visits, courses, room, desk, visit, now_ms)
            if ticket == NOBODY:
                _turn_away(room, visit, visits.service[visit], now_ms)
            else:
                caller = _window_for(general, room, ticket)
                if caller == NOBODY and visits.patience_ms[visit] != NEVER:
                    let_leave(room, ticket, now_ms + visits.patience_ms[visit])
            visit += 1
        elif what == AGENDA:
            caller, offered = _do(general, visits.lane, room, now_ms)
        else:
            reach(room, now_ms, 0)
            if what == STAFF:
                caller = _change(general, room, staff.window[change], staff.act[change], now_ms)
                change += 1
            elif day.phase == OPEN:
                day.phase = ENDING
                if not day.wakes:
                    _wake_leavers(room)
            else:
                break
        while caller != NOBODY or offered != NOBODY:
            if caller != NOBODY:
                _call(general, room, caller, now_ms)
                caller = NOBODY
            elif room.tickets[offered].state == WAITING:
                caller, offered = _window_for(general, room, offered), NOBODY
            else:
                offered = NOBODY
        if day.is_spent:
            pop(heap, day.busy)
            day.busy -= 1
            day.is_spent = 0
        if what != ARRIVAL:
            last_ms = now_ms
            if day.phase == ENDING and day.alive == 0:
                break
    _close(room, now_ms)
    for late in range(visit, count):
        if not courses.missed[late]:
            _turn_away(room, late, visits.service[late], visits.arrived_ms[late])


@compiled
def _begin(room: Room, desk: Desk) -> None:
    room = uncounted(room)
    day, windows, free = room.day[0], room.windows, room.free
    room.heap[: day.busy] = LAST
    room.agenda[: day.agenda] = LAST
    day.frontier = day.noted = day.busy = day.planned = day.agenda = day.tickets = day.turned_away = 0
    day.calls = day.spans = day.alive = day.wakes = day.is_spent = 0
    day.phase, day.closed_ms = OPEN, NEVER
    room.speakers[:] = 0
    for window in range(len(windows)):
        each = windows[window]
        each.is_staffed = each.is_break = each.is_resting = each.paused = each.turn = 0
        each.step, each.ticket = FREE, NOBODY
        each.open_from = each.taken_from = NEVER
    room.waiting[:] = 0
    room.head[:] = NOBODY
    free.teams[:] = 0
    free.first[:] = NOBODY
    free.last[:] = NOBODY
    free.is_free[:] = 0
    room.handled[:] = 0
    desk.drawn[:] = 0


@inlined
def _next_of_the_day(settings: Any, at_ms: Any, change: int, first_ms: int, phase: int) -> tuple[int, int]:
    """The next change of staff, or end of issuing or of the day."""
    due_ms = np.int64(settings.issuing_ends_ms if phase == OPEN else settings.closes_ms)
    if change < len(at_ms):
        change_ms = np.int64(max(at_ms[change], first_ms))
        if change_ms <= due_ms:
            return change_ms, STAFF
    return due_ms, DEADLINE


# --- visitors ---


@inlined
def _turn_away(room: Room, visit: int, service: int, now_ms: int) -> None:
    day = room.day[0]
    each = room.refused[day.turned_away]
    each.visit, each.service, each.at_ms = visit, service, now_ms
    day.turned_away += 1


@inlined
def _window_for(general: GeneralTables, room: Room, ticket: int) -> int:
    """The window to which whoever waits now walks up, no longer free; -1 for none."""
    each, free = room.tickets[ticket], room.free
    window = np.int64(each.pinned)
    if window == NOBODY:
        window = np.int64(first_able(free, general.able, each.service))
    elif not free.is_free[window]:
        window = np.int64(NOBODY)
    if window != NOBODY:
        take(free, general.desks[window].team, window)
    return window  # type: ignore[return-value]


@compiled
def _do(general: GeneralTables, lanes: Any, room: Room, now_ms: int) -> tuple[int, int]:
    """What the agenda has next; the window that calls then, and the ticket that is offered to one."""
    general, room = uncounted(general), uncounted(room)
    day = room.day[0]
    key = room.agenda[0]
    pop(room.agenda, day.agenda)
    day.agenda -= 1
    day.frontier = max(day.frontier, key + 1)
    noted = room.acts[key & ((1 << SEQUENCE_BITS) - 1)]
    act, ticket = noted & ((1 << ACT_BITS) - 1), noted >> ACT_BITS
    each = room.tickets[ticket]
    if act in (LEAVES, FORM):
        return NOBODY, _leave_or_stand(general, room, ticket, act == FORM)
    if act == RESUMES:
        wait_again(general, room, ticket, ORIGINAL, 0, now_ms)
        return NOBODY, ticket
    if act == RESULT:
        return NOBODY, _result(general, room, ticket, now_ms)
    if act == COLLECTS and day.phase != OPEN:
        return NOBODY, NOBODY
    drawn = draw_again(general, room, ticket, lanes[each.visit], act == RETURNS, now_ms)
    if drawn != NOBODY:
        return _window_for(general, room, drawn), NOBODY
    service = each.service if act == RETURNS else general.services[each.service].collect
    _turn_away(room, each.visit, service, now_ms)
    return NOBODY, NOBODY


@inlined
def _leave_or_stand(general: GeneralTables, room: Room, ticket: int, is_form: bool) -> int:
    """Somebody who waits leaves, or has filled in their form and is offered to a window."""
    each = room.tickets[ticket]
    if each.state in (WAITING, PREPARING) and each.leaves < room.day[0].frontier:
        leave(room, ticket)
    if is_form and each.state == PREPARING:
        take_out(room, ticket)
        each.state = WAITING
        join(room, queue_of(general, room, ticket), ticket)
    return ticket if is_form else NOBODY


@inlined
def _result(general: GeneralTables, room: Room, ticket: int, now_ms: int) -> int:
    """An office is done; the ticket of whoever stayed for the result, -1 when they come for it later."""
    each = room.tickets[ticket]
    if general.services[each.service].collect == NOBODY:
        return NOBODY
    if each.waits:
        return call_to_collect(general, room, ticket, now_ms)
    note(room, next_key(room, now_ms + COLLECTED_AFTER_MS, 0), COLLECTS, ticket)
    return NOBODY


# --- windows ---


@inlined
def _at_window(general: GeneralTables, room: Room, window: int, now_ms: int) -> tuple[int, int]:
    """The present step of a visit at a window ends; the window that calls then, and the ticket that waits again."""
    here = room.windows[window]
    ticket = here.ticket
    if here.step in (FREE, PAUSES):
        return _end_rest(general, room, window, now_ms), NOBODY
    if here.step == COMES:
        here.step = SERVES
        note_window(room, now_ms + begin(room, ticket, now_ms), window)
        return NOBODY, NOBODY
    ends = end(general, room, ticket, window, now_ms)
    if ends == HERE:
        note_window(room, now_ms + lasts_ms(room, ticket), window)
        return NOBODY, NOBODY
    _log_call(room, window, now_ms)
    here.step, here.ticket = FREE, NOBODY
    offered = ticket if ends == AGAIN else NOBODY
    if not here.is_staffed:
        _shut(room, window, now_ms)
    pause_ms = room.tickets[ticket].pause_ms
    if not pause_ms and not general.settings[0].gap_ms:
        return window, offered
    here.is_resting = 1
    if pause_ms:
        room.tickets[ticket].pause_ms = 0
        here.step = PAUSES
        if here.is_staffed:
            _shut(room, window, now_ms)
            here.paused = REST
        note_window(room, now_ms + pause_ms, window)
    else:
        note_window(room, now_ms + general.settings[0].gap_ms, window)
    return NOBODY, offered


@inlined
def _end_rest(general: GeneralTables, room: Room, window: int, now_ms: int) -> int:
    """A pause or a gap ends; the window that calls then, -1 for none."""
    here, gap_ms = room.windows[window], general.settings[0].gap_ms
    if here.step == PAUSES:
        here.step = FREE
        if here.paused == REST:
            here.paused, here.open_from = 0, now_ms
        if gap_ms:
            note_window(room, now_ms + gap_ms, window)
            return NOBODY
    here.is_resting = 0
    return window


@inlined
def _log_call(room: Room, window: int, now_ms: int) -> None:
    """Note a call that is over."""
    day, here = room.day[0], room.windows[window]
    call = room.calls[day.calls]
    call.ticket, call.window, call.from_ms, call.to_ms = here.ticket, window, here.taken_from, now_ms
    day.calls += 1


@inlined
def _call(general: GeneralTables, room: Room, window: int, now_ms: int) -> None:
    """Call whom the rule names; a window for which nobody waits is free, and in the hall's break nobody calls."""
    here, settings = room.windows[window], general.settings[0]
    if here.open_from == NEVER or here.is_resting:
        return
    if here.is_break:
        _shut(room, window, now_ms)
        here.paused = LUNCH
        return
    ticket, rule, turn = _choose(general, room, window, now_ms)
    if ticket == NOBODY:
        put(room.free, general.desks[window].team, window)
        return
    take_out(room, ticket)
    each = room.tickets[ticket]
    each.state = CALLED
    each.called_ms = now_ms
    if each.first_called_ms == NEVER:
        each.first_called_ms = now_ms
    each.window, each.rule = window, rule
    if turn != NOBODY:
        here.turn = turn
    here.ticket, here.taken_from = ticket, now_ms
    here.step = SERVES
    if settings.call_ms:
        lasting_ms = np.int64(_speak(general, room, window, now_ms))
    elif each.is_absent:
        lasting_ms = np.int64(settings.absent_ms)
    elif settings.walk_ms:
        here.step = COMES
        lasting_ms = np.int64(settings.walk_ms)
    else:
        lasting_ms = np.int64(begin(room, ticket, now_ms))
    note_window(room, now_ms + lasting_ms, window)


@compiled
def _speak(general: GeneralTables, room: Room, window: int, now_ms: int) -> int:
    """Speak a call; how long until the visitor is there, or is given up.

    The visitor sets out when the call has been spoken; whoever cannot be there in time is as good as absent.
    """
    general, room = uncounted(general), uncounted(room)
    here, desk, settings = room.windows[window], general.desks[window], general.settings[0]
    each = room.tickets[here.ticket]
    spoken_ms = settings.call_ms
    if desk.speaker < desk.speakers:
        first = desk.speaker
        for speaker in range(desk.speaker, desk.speakers):
            first = speaker if room.speakers[speaker] < room.speakers[first] else first
        spoken_ms += max(0, room.speakers[first] - now_ms)
        room.speakers[first] = now_ms + spoken_ms
    if each.is_absent:
        return min(spoken_ms + settings.absent_ms, settings.expiry_ms - 1)
    if spoken_ms + settings.walk_ms >= settings.expiry_ms:
        each.is_absent = 1
        return settings.expiry_ms - 1  # type: ignore[no-any-return]
    here.step = COMES
    return spoken_ms + settings.walk_ms  # type: ignore[no-any-return]


@inlined
def _choose(general: GeneralTables, room: Room, window: int, now_ms: int) -> tuple[int, int, int]:
    """The ticket that the rule names for a window, the place of the rule, and where the pattern goes on."""
    candidates, tiers, masks = room.candidates, room.tiers, general.masks
    desk, settings = general.desks[window], general.settings[0]
    own = settings.own_queues + window * settings.lanes
    count = 0
    for queue in range(own, own + settings.lanes):
        if room.head[queue] != NOBODY and has_somebody(room, queue):
            candidates[count] = queue
            tiers[count] = 0
            count += 1
    for tier in range(masks.shape[1]):
        for word in range(masks.shape[2]):
            rest = room.waiting[word] & masks[desk.kind, tier, word]
            while rest:
                queue = WORD * word + np.int64(lowest_bit(rest))
                rest &= rest - np.uint64(1)
                if has_somebody(room, queue):
                    candidates[count] = queue
                    tiers[count] = tier
                    count += 1
    if count == 0:
        return NOBODY, NOBODY, NOBODY
    if desk.policy != NOBODY:
        return _choose_by_policy(general, room, window, count, now_ms)
    place, _, _, _ = choose(
        candidates[:count], tiers[:count], general.credits, general.rates, room.head, room.since_ms, now_ms
    )
    return room.head[candidates[place]], 0, NOBODY


@compiled
def _choose_by_policy(general: GeneralTables, room: Room, window: int, count: int, now_ms: int) -> tuple[int, int, int]:
    general, room = uncounted(general), uncounted(room)
    candidates, helps, desk = room.candidates, room.helps, general.desks[window]
    for place in range(count):
        helps[place] = general.help_ms[desk.kind, candidates[place]]
    policy = general.policies[desk.policy]
    rules = slice(policy.rule, policy.rules)
    place, rule, turn = pick(
        candidates[:count], room.tiers[:count], helps[:count], general.kinds[rules], general.rule_masks[rules],
        general.after_ms[rules], general.starts[policy.start : policy.starts],
        general.pattern[policy.pattern : policy.patterns], general.settings[0].lanes, general.credits, general.rates,
        room.head, room.since_ms, room.windows[window].turn, now_ms, NOBODY,
    )  # fmt: skip
    if place == NOBODY:
        return NOBODY, NOBODY, NOBODY
    return room.head[candidates[place]], rule, turn


# --- the day ---


@inlined
def _change(general: GeneralTables, room: Room, window: int, act: int, now_ms: int) -> int:
    """A window is staffed or not from now on, or the hall's break begins or ends; the window that calls then, or -1."""
    here, free = room.windows[window], room.free
    if act in (CLOSES, BREAKS):
        if free.is_free[window]:
            take(free, general.desks[window].team, window)
            _shut(room, window, now_ms)
            here.paused = LUNCH if act == BREAKS else 0
        if act == BREAKS:
            here.is_break = 1
            return NOBODY
        here.is_staffed = 0
        if here.ticket == NOBODY:
            here.paused = 0
            if here.open_from != NEVER:
                _shut(room, window, now_ms)
        return NOBODY
    if act == OPENS:
        here.is_staffed = 1
        if here.open_from != NEVER or here.paused:
            return NOBODY
    else:
        here.is_break = 0
        if here.paused != LUNCH:
            return NOBODY
        here.paused = 0
    here.open_from = now_ms
    return window


@inlined
def _shut(room: Room, window: int, now_ms: int) -> None:
    """Note the span in which a window was open."""
    day, here = room.day[0], room.windows[window]
    span = room.spans[day.spans]
    span.window, span.from_ms, span.to_ms = window, here.open_from, now_ms
    day.spans += 1
    here.open_from = NEVER


@compiled
def _wake_leavers(room: Room) -> None:
    """Let everybody who may leave stand in the agenda: the day closes when the last of them has gone."""
    room = uncounted(room)
    day = room.day[0]
    day.wakes = 1
    for ticket in range(day.tickets):
        each = room.tickets[ticket]
        if each.state in (MISSED, FINISHED, GONE):
            continue
        if each.leaves >= day.frontier and each.leaves < STAYS:
            note(room, each.leaves, LEAVES, ticket)
        elif each.state in (WAITING, PREPARING) and each.leaves < day.frontier:
            leave(room, ticket)


@compiled
def _close(room: Room, now_ms: int) -> None:
    """The day closes: whoever is still in the hall goes, windows are shut."""
    room = uncounted(room)
    day = room.day[0]
    day.phase, day.closed_ms = CLOSED, now_ms
    for window in range(len(room.windows)):
        here = room.windows[window]
        if here.ticket != NOBODY:
            _log_call(room, window, now_ms)
        if here.open_from != NEVER:
            _shut(room, window, now_ms)
    for ticket in range(day.tickets):
        each = room.tickets[ticket]
        if each.state not in (MISSED, FINISHED, GONE):
            each.finished_ms = now_ms
            each.outcome = DAY_CLOSED
