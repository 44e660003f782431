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
    note,
    note_window,
    plan,
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
    Choice,
    Desk,
    Log,
    Room,
    Scene,
    seat,
)
from sim.kernel.general_rule import choose, pick
from sim.kernel.general_staff import BREAKS, CLOSES, FOLLOWS, OPENS, Shifts
from sim.kernel.general_tables import ORIGINAL, GeneralTables, RuleTables, Tables
from sim.kernel.heap import LAST, pop
from sim.kernel.lines import MOMENT_BITS, SEQUENCE_BITS, has_somebody, join, leave, take_out
from sim.kernel.parts import AGAIN, HERE, begin, end, lasts_ms, queue_of, wait_again
from sim.kernel.shapes import DAY_CLOSED, NEVER, NOBODY, CourseColumns, VisitColumns, Whole
from sim.kernel.tables import WORD
from sim.kernel.teams import Free, first_able, put, take

COLLECTED_AFTER_MS: Final = 30 * 60_000
STAFF, DEADLINE, AT_WINDOW, AGENDA, ARRIVAL = range(5)


def live(
    tables: Tables, admission: AdmissionTables, shifts: Shifts, visits: VisitColumns, courses: CourseColumns,
    count: int, room: Room, desk: Desk, is_workday: bool,
) -> None:  # fmt: skip
    """Let a day of `count` visitors happen; what comes of it is in `room`."""
    seat(visits, courses, room, desk)
    _live(
        tables.hall, tables.rule, admission, shifts, count, room.scene, room.free, room.choice, room.log,
        room.speakers, desk, is_workday,
    )  # fmt: skip


@compiled
def _live(
    general: GeneralTables, rule: RuleTables, admission: AdmissionTables, shifts: Shifts, count: int, scene: Scene,
    free: Free, choice: Choice, log: Log, speakers: Whole, desk: Desk, is_workday: bool,
) -> None:  # fmt: skip
    general, rule, admission, shifts = uncounted(general), uncounted(rule), uncounted(admission), uncounted(shifts)
    scene, free, choice, log, desk = (
        uncounted(scene), uncounted(free), uncounted(choice), uncounted(log), uncounted(desk),
    )  # fmt: skip
    settings, day, heap, people = general.settings[0], scene.day[0], scene.heap, desk.people
    _begin(scene, free, speakers, desk.drawn)
    if count == 0:
        return
    first_ms = people[0].arrived_ms
    if book(general, people, desk.taken, count, is_workday) or settings.has_hours:
        first_ms = min(first_ms, settings.opens_ms)
    change, visit = _open(general, scene, free, shifts, first_ms), 0
    now_ms = last_ms = np.int64(first_ms)
    while True:
        while visit < count and people[visit].missed:
            visit += 1
        if visit == count and not settings.has_hours:
            if not day.wakes:
                _wake_leavers(scene)
            if day.alive == 0:
                now_ms = last_ms
                break
        now_ms, what = _next_of_the_day(settings, shifts.at_ms, change, day.phase)
        if heap[0] >> TIME_BITS < now_ms:
            now_ms, what = heap[0] >> TIME_BITS, AT_WINDOW
        if scene.agenda[0] >> MOMENT_BITS < now_ms:
            now_ms, what = scene.agenda[0] >> MOMENT_BITS, AGENDA
        if visit < count and people[visit].arrived_ms < now_ms:
            now_ms, what = np.int64(people[visit].arrived_ms), ARRIVAL
        # Who calls, and whose ticket is then offered to whoever is still free.
        caller, offered = NOBODY, NOBODY
        if what == AT_WINDOW:
            reach(scene, now_ms, 0)
            day.is_spent = 1
            caller, offered = _at_window(general, scene, log, heap[0] & ((1 << WINDOW_BITS) - 1), now_ms)
        elif what == ARRIVAL:
            reach(scene, now_ms, 1)
            ticket = draw(general, admission, scene, desk, visit, now_ms)
            if ticket == NOBODY:
                _turn_away(scene, log, visit, people[visit].service, now_ms)
            else:
                caller = _window_for(general, scene, free, ticket)
                if caller == NOBODY and people[visit].patience_ms != NEVER:
                    let_leave(scene, ticket, now_ms + people[visit].patience_ms)
            visit += 1
        elif what == AGENDA:
            drawn, offered = _do(general, scene, log, people, now_ms)
            if drawn != NOBODY:
                caller = _window_for(general, scene, free, drawn)
        else:
            reach(scene, now_ms, 0)
            if what == STAFF:
                caller = _change(general, scene, free, log, shifts.window[change], shifts.act[change], now_ms)
                change += 1
            elif day.phase == OPEN:
                day.phase = ENDING
                if not day.wakes:
                    _wake_leavers(scene)
            else:
                break
        while caller != NOBODY or offered != NOBODY:
            if caller != NOBODY:
                _call(general, rule, scene, free, choice, log, speakers, caller, now_ms)
                caller = NOBODY
            elif scene.tickets[offered].state == WAITING:
                caller, offered = _window_for(general, scene, free, offered), NOBODY
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
    _close(scene, log, now_ms)
    for late in range(visit, count):
        if not people[late].missed:
            _turn_away(scene, log, late, people[late].service, people[late].arrived_ms)


@compiled
def _begin(scene: Scene, free: Free, speakers: Whole, drawn: Whole) -> None:
    scene, free = uncounted(scene), uncounted(free)
    day, windows = scene.day[0], scene.windows
    scene.heap[: day.busy] = LAST
    scene.agenda[: day.agenda] = LAST
    day.frontier = day.noted = day.busy = day.planned = day.agenda = day.tickets = day.turned_away = 0
    day.calls = day.spans = day.alive = day.wakes = day.is_spent = 0
    day.phase, day.closed_ms = OPEN, NEVER
    speakers[:] = 0
    for window in range(len(windows)):
        each = windows[window]
        each.is_staffed = each.is_break = each.is_resting = each.paused = each.turn = 0
        each.step, each.ticket = FREE, NOBODY
        each.open_from = each.taken_from = NEVER
    scene.waiting[:] = 0
    for queue in range(len(scene.queues)):
        scene.queues[queue].head = NOBODY
    free.teams[:] = 0
    free.first[:] = NOBODY
    free.last[:] = NOBODY
    free.is_free[:] = 0
    scene.handled[:] = 0
    drawn[:] = 0


@inlined
def _next_of_the_day(settings: Any, at_ms: Whole, change: int, phase: int) -> tuple[int, int]:
    """The next change of staff, or end of issuing or of the day."""
    due_ms = np.int64(settings.issuing_ends_ms if phase == OPEN else settings.closes_ms)
    if change < len(at_ms):
        change_ms = np.int64(at_ms[change])
        if change_ms <= due_ms:
            return change_ms, STAFF
    return due_ms, DEADLINE


# --- visitors ---


@inlined
def _turn_away(scene: Scene, log: Log, visit: int, service: int, now_ms: int) -> None:
    day = scene.day[0]
    each = log.refused[day.turned_away]
    each.visit, each.service, each.at_ms = visit, service, now_ms
    day.turned_away += 1


@inlined
def _window_for(general: GeneralTables, scene: Scene, free: Free, ticket: int) -> int:
    """The window to which whoever waits now walks up, no longer free; -1 for none."""
    each = scene.tickets[ticket]
    window = np.int64(each.pinned)
    if window == NOBODY:
        window = np.int64(first_able(free, general.able, each.service))
    elif not free.is_free[window]:
        window = np.int64(NOBODY)
    if window != NOBODY:
        take(free, general.desks[window].team, window)
    return window  # type: ignore[return-value]


@compiled
def _do(general: GeneralTables, scene: Scene, log: Log, people: Any, now_ms: int) -> tuple[int, int]:
    """What the agenda has next; the ticket that was drawn, and the one that is offered to whoever is free."""
    general, scene = uncounted(general), uncounted(scene)
    day = scene.day[0]
    key = scene.agenda[0]
    pop(scene.agenda, day.agenda)
    day.agenda -= 1
    day.frontier = max(day.frontier, key + 1)
    noted = scene.acts[key & ((1 << SEQUENCE_BITS) - 1)]
    act, ticket = noted & ((1 << ACT_BITS) - 1), noted >> ACT_BITS
    each = scene.tickets[ticket]
    if act in (LEAVES, FORM):
        return NOBODY, _leave_or_stand(general, scene, ticket, act == FORM)
    if act == RESUMES:
        wait_again(general, scene, ticket, ORIGINAL, 0, now_ms)
        return NOBODY, ticket
    if act == RESULT:
        return NOBODY, _result(general, scene, ticket, now_ms)
    if act == COLLECTS and day.phase != OPEN:
        return NOBODY, NOBODY
    drawn = draw_again(general, scene, ticket, people[each.visit].lane, act == RETURNS, now_ms)
    if drawn != NOBODY:
        return drawn, NOBODY
    service = each.service if act == RETURNS else general.services[each.service].collect
    _turn_away(scene, log, each.visit, service, now_ms)
    return NOBODY, NOBODY


@inlined
def _leave_or_stand(general: GeneralTables, scene: Scene, ticket: int, is_form: bool) -> int:
    """Somebody who waits leaves, or has filled in their form and is offered to a window."""
    each = scene.tickets[ticket]
    if each.state in (WAITING, PREPARING) and each.leaves < scene.day[0].frontier:
        leave(scene, ticket)
    if is_form and each.state == PREPARING:
        take_out(scene, ticket)
        each.state = WAITING
        join(scene, queue_of(general, scene, ticket), ticket)
    return ticket if is_form else NOBODY


@inlined
def _result(general: GeneralTables, scene: Scene, ticket: int, now_ms: int) -> int:
    """An office is done; the ticket of whoever stayed for the result, -1 when they come for it later."""
    each = scene.tickets[ticket]
    if general.services[each.service].collect == NOBODY:
        return NOBODY
    if each.waits:
        return call_to_collect(general, scene, ticket, now_ms)
    plan(scene, now_ms + COLLECTED_AFTER_MS, 0, COLLECTS, ticket)
    return NOBODY


# --- windows ---


@inlined
def _at_window(general: GeneralTables, scene: Scene, log: Log, window: int, now_ms: int) -> tuple[int, int]:
    """The present step of a visit at a window ends; the window that calls then, and the ticket that waits again."""
    here = scene.windows[window]
    ticket = here.ticket
    if here.step in (FREE, PAUSES):
        return _end_rest(general, scene, window, now_ms), NOBODY
    if here.step == COMES:
        here.step = SERVES
        note_window(scene, now_ms + begin(scene, ticket, now_ms), window)
        return NOBODY, NOBODY
    ends = end(general, scene, ticket, window, now_ms)
    if ends == HERE:
        note_window(scene, now_ms + lasts_ms(scene, ticket), window)
        return NOBODY, NOBODY
    _log_call(scene, log, window, now_ms)
    here.step, here.ticket = FREE, NOBODY
    offered = ticket if ends == AGAIN else NOBODY
    if not here.is_staffed:
        _shut(scene, log, window, now_ms)
    pause_ms = scene.tickets[ticket].pause_ms
    if not pause_ms and not general.settings[0].gap_ms:
        return window, offered
    here.is_resting = 1
    if pause_ms:
        scene.tickets[ticket].pause_ms = 0
        here.step = PAUSES
        if here.is_staffed:
            _shut(scene, log, window, now_ms)
            here.paused = REST
        note_window(scene, now_ms + pause_ms, window)
    else:
        note_window(scene, now_ms + general.settings[0].gap_ms, window)
    return NOBODY, offered


@inlined
def _end_rest(general: GeneralTables, scene: Scene, window: int, now_ms: int) -> int:
    """A pause or a gap ends; the window that calls then, -1 for none."""
    here, gap_ms = scene.windows[window], general.settings[0].gap_ms
    if here.step == PAUSES:
        here.step = FREE
        if here.paused == REST:
            here.paused, here.open_from = 0, now_ms
        if gap_ms:
            note_window(scene, now_ms + gap_ms, window)
            return NOBODY
    here.is_resting = 0
    return window


@inlined
def _log_call(scene: Scene, log: Log, window: int, now_ms: int) -> None:
    """Note a call that is over."""
    day, here = scene.day[0], scene.windows[window]
    call = log.calls[day.calls]
    call.ticket, call.window, call.from_ms, call.to_ms = here.ticket, window, here.taken_from, now_ms
    day.calls += 1


@inlined
def _call(
    general: GeneralTables, rule: RuleTables, scene: Scene, free: Free, choice: Choice, log: Log, speakers: Whole,
    window: int, now_ms: int,
) -> None:  # fmt: skip
    """Call whom the rule names; a window for which nobody waits is free, and in the hall's break nobody calls."""
    here, settings = scene.windows[window], general.settings[0]
    if here.open_from == NEVER or here.is_resting:
        return
    if here.is_break:
        _shut(scene, log, window, now_ms)
        here.paused = LUNCH
        return
    ticket, chosen_by, turn = _choose(general, rule, scene, choice, window, now_ms)
    if ticket == NOBODY:
        put(free, general.desks[window].team, window)
        return
    take_out(scene, ticket)
    each = scene.tickets[ticket]
    each.state = CALLED
    each.called_ms = now_ms
    if each.first_called_ms == NEVER:
        each.first_called_ms = now_ms
    each.window, each.rule = window, chosen_by
    if turn != NOBODY:
        here.turn = turn
    here.ticket, here.taken_from = ticket, now_ms
    here.step = SERVES
    if settings.call_ms:
        lasting_ms = np.int64(_speak(general, scene, speakers, window, now_ms))
    elif each.is_absent:
        lasting_ms = np.int64(settings.absent_ms)
    elif settings.walk_ms:
        here.step = COMES
        lasting_ms = np.int64(settings.walk_ms)
    else:
        lasting_ms = np.int64(begin(scene, ticket, now_ms))
    note_window(scene, now_ms + lasting_ms, window)


@compiled
def _speak(general: GeneralTables, scene: Scene, speakers: Whole, window: int, now_ms: int) -> int:
    """Speak a call; how long until the visitor is there, or is given up.

    The visitor sets out when the call has been spoken; whoever cannot be there in time is as good as absent.
    """
    general, scene = uncounted(general), uncounted(scene)
    here, desk, settings = scene.windows[window], general.desks[window], general.settings[0]
    each = scene.tickets[here.ticket]
    spoken_ms = settings.call_ms
    if desk.speaker < desk.speakers:
        first = desk.speaker
        for speaker in range(desk.speaker, desk.speakers):
            first = speaker if speakers[speaker] < speakers[first] else first
        spoken_ms += max(0, speakers[first] - now_ms)
        speakers[first] = now_ms + spoken_ms
    if each.is_absent:
        return min(spoken_ms + settings.absent_ms, settings.expiry_ms - 1)
    if spoken_ms + settings.walk_ms >= settings.expiry_ms:
        each.is_absent = 1
        return settings.expiry_ms - 1  # type: ignore[no-any-return]
    here.step = COMES
    return spoken_ms + settings.walk_ms  # type: ignore[no-any-return]


@inlined
def _choose(
    general: GeneralTables, rule: RuleTables, scene: Scene, choice: Choice, window: int, now_ms: int
) -> tuple[int, int, int]:
    """The ticket that the rule names for a window, the place of the rule, and where the pattern goes on."""
    candidates, tiers, masks = choice.candidates, choice.tiers, general.masks
    desk, settings = general.desks[window], general.settings[0]
    own = settings.own_queues + window * settings.lanes
    count = 0
    for queue in range(own, own + settings.lanes):
        if scene.queues[queue].head != NOBODY and has_somebody(scene, queue):
            candidates[count] = queue
            tiers[count] = 0
            count += 1
    for tier in range(masks.shape[1]):
        for word in range(masks.shape[2]):
            rest = scene.waiting[word] & masks[desk.kind, tier, word]
            while rest:
                queue = WORD * word + np.int64(lowest_bit(rest))
                rest &= rest - np.uint64(1)
                if has_somebody(scene, queue):
                    candidates[count] = queue
                    tiers[count] = tier
                    count += 1
    if count == 0:
        return NOBODY, NOBODY, NOBODY
    if desk.policy != NOBODY:
        return _choose_by_policy(
            rule, choice, desk.kind, desk.policy, settings.lanes, scene.windows[window].turn, count, now_ms
        )
    place, _, _, _ = choose(
        candidates[:count], tiers[:count], rule.credits, rule.rates, choice.head_order, choice.head_since, now_ms
    )
    return choice.head_order[candidates[place]], 0, NOBODY


@compiled
def _choose_by_policy(
    rule: RuleTables, choice: Choice, kind: int, policy: int, lanes: int, turn: int, count: int, now_ms: int
) -> tuple[int, int, int]:
    rule, choice = uncounted(rule), uncounted(choice)
    candidates, helps, chosen = choice.candidates, choice.helps, rule.policies[policy]
    for place in range(count):
        helps[place] = rule.help_ms[kind, candidates[place]]
    rules = slice(chosen.rule, chosen.rules)
    place, chosen_by, turn_after = pick(
        candidates[:count], choice.tiers[:count], helps[:count], rule.kinds[rules], rule.masks[rules],
        rule.after_ms[rules], rule.starts[chosen.start : chosen.starts],
        rule.pattern[chosen.pattern : chosen.patterns], lanes, rule.credits, rule.rates, choice.head_order,
        choice.head_since, turn, now_ms, NOBODY,
    )  # fmt: skip
    if place == NOBODY:
        return NOBODY, NOBODY, NOBODY
    return choice.head_order[candidates[place]], chosen_by, turn_after


# --- the day ---


@compiled
def _open(general: GeneralTables, scene: Scene, free: Free, shifts: Shifts, now_ms: int) -> int:
    """The day begins: who is staffed by then opens, in the plan's order, those that follow the hall's hours last; how
    many of the changes are over."""
    general, scene, free, shifts = uncounted(general), uncounted(scene), uncounted(free), uncounted(shifts)
    change = 0
    while change < len(shifts.at_ms) and shifts.at_ms[change] <= now_ms:
        scene.windows[shifts.window[change]].is_staffed = shifts.act[change]
        change += 1
    for act in (OPENS, FOLLOWS):
        for window in range(len(scene.windows)):
            here = scene.windows[window]
            if here.is_staffed == act:
                here.open_from = now_ms
                put(free, general.desks[window].team, window)
    return change


@inlined
def _change(general: GeneralTables, scene: Scene, free: Free, log: Log, window: int, act: int, now_ms: int) -> int:
    """A window is staffed or not from now on, or the hall's break begins or ends; the window that calls then, or -1."""
    here = scene.windows[window]
    if act in (CLOSES, BREAKS):
        if free.is_free[window]:
            take(free, general.desks[window].team, window)
            _shut(scene, log, window, now_ms)
            here.paused = LUNCH if act == BREAKS else 0
        if act == BREAKS:
            here.is_break = 1
            return NOBODY
        here.is_staffed = 0
        if here.ticket == NOBODY:
            here.paused = 0
            if here.open_from != NEVER:
                _shut(scene, log, window, now_ms)
        return NOBODY
    if act in (OPENS, FOLLOWS):
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
def _shut(scene: Scene, log: Log, window: int, now_ms: int) -> None:
    """Note the span in which a window was open."""
    day, here = scene.day[0], scene.windows[window]
    span = log.spans[day.spans]
    span.window, span.from_ms, span.to_ms = window, here.open_from, now_ms
    day.spans += 1
    here.open_from = NEVER


@compiled
def _wake_leavers(scene: Scene) -> None:
    """Let everybody who may leave stand in the agenda: the day closes when the last of them has gone."""
    scene = uncounted(scene)
    day = scene.day[0]
    day.wakes = 1
    for ticket in range(day.tickets):
        each = scene.tickets[ticket]
        if each.state in (MISSED, FINISHED, GONE):
            continue
        if each.leaves >= day.frontier and each.leaves < STAYS:
            note(scene, each.leaves, LEAVES, ticket)
        elif each.state in (WAITING, PREPARING) and each.leaves < day.frontier:
            leave(scene, ticket)


@compiled
def _close(scene: Scene, log: Log, now_ms: int) -> None:
    """The day closes: whoever is still in the hall goes, windows are shut."""
    scene, log = uncounted(scene), uncounted(log)
    day = scene.day[0]
    day.phase, day.closed_ms = CLOSED, now_ms
    for window in range(len(scene.windows)):
        here = scene.windows[window]
        if here.ticket != NOBODY:
            _log_call(scene, log, window, now_ms)
        if here.open_from != NEVER:
            _shut(scene, log, window, now_ms)
    for ticket in range(day.tickets):
        each = scene.tickets[ticket]
        if each.state not in (MISSED, FINISHED, GONE):
            each.finished_ms = now_ms
            each.outcome = DAY_CLOSED
