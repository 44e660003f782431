"""The general loop: a day in a hall with every rule it may have, event by event, in the order of `sim.world`.

What happens is merged from four sources that are each in order: the changes of who is staffed and the ends of the day,
the busy windows, the agenda of what else people and offices do, and the visitors of the day. Of the same millisecond
they come in that order. Nobody is woken to leave: whoever has left is passed over when somebody looks, until the day
waits for its last visitors to go.
"""

from typing import Any, Final

import numpy as np

from sim.kernel.admission import AdmissionTables
from sim.kernel.compiled import Number, compiled, inlined_inner, inner, uncounted
from sim.kernel.counters import at_window, call, change, log_call, shut, window_for
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
    plan,
    reach,
)
from sim.kernel.drawing import book, call_to_collect, draw, draw_again
from sim.kernel.general_room import (
    CLOSED,
    ENDING,
    FINISHED,
    FREE,
    GONE,
    MISSED,
    OPEN,
    PREPARING,
    WAITING,
    Choice,
    Desk,
    Log,
    Room,
    Scene,
    seat,
)
from sim.kernel.general_staff import FOLLOWS, OPENS, Shifts
from sim.kernel.general_tables import ORIGINAL, ForecastTables, GeneralTables, RuleTables, Tables
from sim.kernel.heap import LAST, pop
from sim.kernel.lines import MOMENT_BITS, SEQUENCE_BITS, join, leave, take_out
from sim.kernel.parts import queue_of, wait_again
from sim.kernel.shapes import DAY_CLOSED, NEVER, NOBODY, CourseColumns, VisitColumns, Whole
from sim.kernel.teams import Free, put

COLLECTED_AFTER_MS: Final = 30 * 60_000
STAFF, DEADLINE, AT_WINDOW, AGENDA, ARRIVAL = range(5)


def live(
    tables: Tables, admission: AdmissionTables, shifts: Shifts, visits: VisitColumns, courses: CourseColumns,
    count: int, room: Room, desk: Desk, is_workday: bool,
) -> None:  # fmt: skip
    """Let a day of `count` visitors happen; what comes of it is in `room`."""
    seat(visits, courses, room, desk)
    _live(
        tables.hall, tables.rule, tables.forecast, admission, shifts, count, room.scene, room.free, room.choice,
        room.log, room.speakers, desk, is_workday,
    )  # fmt: skip


@compiled
def _live(
    general: GeneralTables, rule: RuleTables, forecast: ForecastTables, admission: AdmissionTables, shifts: Shifts,
    count: Number, scene: Scene,
    free: Free, choice: Choice, log: Log, speakers: Whole, desk: Desk, is_workday: bool,
) -> None:  # fmt: skip
    general, rule, admission, shifts = uncounted(general), uncounted(rule), uncounted(admission), uncounted(shifts)
    forecast = uncounted(forecast)
    scene, free, choice, log, desk = (
        uncounted(scene), uncounted(free), uncounted(choice), uncounted(log), uncounted(desk),
    )  # fmt: skip
    settings, day, heap, people = general.settings[0], scene.day[0], scene.heap, desk.people
    _begin(scene, free, speakers, desk.drawn)
    for service in range(len(forecast.mean_ms)):
        day.longest_ms = max(day.longest_ms, forecast.mean_ms[service])
    if count == 0:
        return
    first_ms = people[0].arrived_ms
    if book(general, people, desk.taken, count, is_workday) or settings.has_hours:
        first_ms = min(first_ms, settings.opens_ms)
    changes, visit = _open(general, scene, free, shifts, first_ms), 0
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
        now_ms, what = _next_of_the_day(settings, shifts.at_ms, changes, day.phase)
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
            caller, offered = at_window(general, scene, log, heap[0] & ((1 << WINDOW_BITS) - 1), now_ms)
        elif what == ARRIVAL:
            reach(scene, now_ms, 1)
            ticket = draw(general, rule, forecast, admission, scene, desk, visit, now_ms)
            if ticket == NOBODY:
                _turn_away(scene, log, visit, people[visit].service, now_ms)
            else:
                caller = window_for(general, scene, free, ticket)
                if caller == NOBODY and people[visit].patience_ms != NEVER:
                    let_leave(scene, ticket, now_ms + people[visit].patience_ms)
            visit += 1
        elif what == AGENDA:
            drawn, offered = _do(general, scene, log, people, now_ms)
            if drawn != NOBODY:
                caller = window_for(general, scene, free, drawn)
        else:
            reach(scene, now_ms, 0)
            if what == STAFF:
                caller = change(general, scene, free, log, shifts.window[changes], shifts.act[changes], now_ms)
                changes += 1
            elif day.phase == OPEN:
                day.phase = ENDING
                if not day.wakes:
                    _wake_leavers(scene)
            else:
                break
        while caller != NOBODY or offered != NOBODY:
            if caller != NOBODY:
                call(general, rule, scene, free, choice, log, speakers, caller, now_ms)
                caller = NOBODY
            elif scene.tickets[offered].state == WAITING:
                caller, offered = window_for(general, scene, free, offered), NOBODY
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


@inner
def _begin(scene: Scene, free: Free, speakers: Whole, drawn: Whole) -> None:
    scene, free = uncounted(scene), uncounted(free)
    day, windows = scene.day[0], scene.windows
    scene.heap[: day.busy] = LAST
    scene.agenda[: day.agenda] = LAST
    day.frontier = day.noted = day.busy = day.planned = day.agenda = day.tickets = day.turned_away = 0
    day.calls = day.spans = day.alive = day.wakes = day.is_spent = day.longest_ms = 0
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


@inlined_inner
def _next_of_the_day(settings: Any, at_ms: Whole, change: Number, phase: Number) -> tuple[Number, Number]:
    """The next change of staff, or end of issuing or of the day."""
    due_ms = np.int64(settings.issuing_ends_ms if phase == OPEN else settings.closes_ms)
    if change < len(at_ms):
        change_ms = np.int64(at_ms[change])
        if change_ms <= due_ms:
            return change_ms, STAFF
    return due_ms, DEADLINE


# --- visitors ---


@inlined_inner
def _turn_away(scene: Scene, log: Log, visit: Number, service: Number, now_ms: Number) -> None:
    day = scene.day[0]
    each = log.refused[day.turned_away]
    each.visit, each.service, each.at_ms = visit, service, now_ms
    day.turned_away += 1


@inner
def _do(general: GeneralTables, scene: Scene, log: Log, people: Any, now_ms: Number) -> tuple[Number, Number]:
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


@inlined_inner
def _leave_or_stand(general: GeneralTables, scene: Scene, ticket: Number, is_form: bool) -> Number:
    """Somebody who waits leaves, or has filled in their form and is offered to a window."""
    each = scene.tickets[ticket]
    if each.state in (WAITING, PREPARING) and each.leaves < scene.day[0].frontier:
        leave(scene, ticket)
    if is_form and each.state == PREPARING:
        take_out(scene, ticket)
        each.state = WAITING
        join(scene, queue_of(general, scene, ticket), ticket)
    return ticket if is_form else NOBODY


@inlined_inner
def _result(general: GeneralTables, scene: Scene, ticket: Number, now_ms: Number) -> Number:
    """An office is done; the ticket of whoever stayed for the result, -1 when they come for it later."""
    each = scene.tickets[ticket]
    if general.services[each.service].collect == NOBODY:
        return NOBODY
    if each.waits:
        return call_to_collect(general, scene, ticket, now_ms)
    plan(scene, now_ms + COLLECTED_AFTER_MS, 0, COLLECTS, ticket)
    return NOBODY


# --- the day ---


@inner
def _open(general: GeneralTables, scene: Scene, free: Free, shifts: Shifts, now_ms: Number) -> Number:
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


@inner
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


@inner
def _close(scene: Scene, log: Log, now_ms: Number) -> None:
    """The day closes: whoever is still in the hall goes, windows are shut."""
    scene, log = uncounted(scene), uncounted(log)
    day = scene.day[0]
    day.phase, day.closed_ms = CLOSED, now_ms
    for window in range(len(scene.windows)):
        here = scene.windows[window]
        if here.ticket != NOBODY:
            log_call(scene, log, window, now_ms)
        if here.open_from != NEVER:
            shut(scene, log, window, now_ms)
    for ticket in range(day.tickets):
        each = scene.tickets[ticket]
        if each.state not in (MISSED, FINISHED, GONE):
            each.finished_ms = now_ms
            each.outcome = DAY_CLOSED
