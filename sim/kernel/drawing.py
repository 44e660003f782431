"""Who gets which number in the general loop: newcomers, appointments, and those who were promised a place."""

from typing import Final

import numpy as np

from engine.core.plan import MINUTE_MS
from sim.kernel.admission import AdmissionTables, is_admitted
from sim.kernel.compiled import compiled, inlined, uncounted
from sim.kernel.diary import FORM, STAYS, next_key, note
from sim.kernel.general_room import OPEN, PREPARING, WAITING, Desk, Room
from sim.kernel.general_tables import CLOSED, LATE, ORIGINAL, SLOT, GeneralTables
from sim.kernel.lines import join, sweep, wait_in_front
from sim.kernel.parts import queue_of, wait_again
from sim.kernel.shapes import NEVER, NOBODY, CourseColumns, VisitColumns

MINUTES: Final = 24 * 60


@compiled
def book(
    general: GeneralTables, visits: VisitColumns, courses: CourseColumns, count: int, desk: Desk, is_workday: bool
) -> bool:
    """Book the appointments of a day as its hall opens, in the order of arrival; whether anybody tried to.

    A slot that has begun by then, that is full, or that does not exist is not given.
    """
    settings, taken = general.settings[0], desk.taken
    desk.is_booked[:count] = 0
    has_tried = False
    for visit in range(count):
        slot_ms = courses.appointment_ms[visit]
        if slot_ms == NEVER:
            continue
        if not has_tried:
            taken[:] = 0
            has_tried = True
        place, minute = visits.service[visit], slot_ms // MINUTE_MS
        per_slot, slot = general.services[place].per_slot, place * MINUTES + minute
        if (
            is_workday
            and per_slot > 0
            and general.minutes[place, minute] & SLOT
            and slot_ms > min(settings.opens_ms, visits.arrived_ms[0])
            and taken[slot] < per_slot
        ):
            taken[slot] += 1
            desk.is_booked[visit] = 1
    return has_tried


@inlined
def draw(
    general: GeneralTables, admission: AdmissionTables, visits: VisitColumns, courses: CourseColumns, room: Room,
    desk: Desk, visit: int, now_ms: int,
) -> int:  # fmt: skip
    """A visitor of the day draws a number, or checks in; the ticket, -1 when there is none."""
    service, lane = visits.service[visit], visits.lane[visit]
    is_kept = desk.is_booked[visit]
    if room.day[0].phase != OPEN or (general.settings[0].occupancy_max and not _has_room(general, room)):
        return NOBODY
    if is_kept:
        lane = _lane_kept(general, service, courses.appointment_ms[visit], now_ms)
        if lane == NOBODY:
            return NOBODY
    elif not is_admitted(admission, desk.drawn, service, visits.channel[visit], now_ms):
        return NOBODY
    ticket = _issue(room, visit, service, lane, visits.service_ms[visit], now_ms)
    each = room.tickets[ticket]
    each.is_absent, each.pause_ms = visits.absent[visit], visits.pause_ms[visit]
    each.sent_to = each.pinned = visits.window[visit]
    if _has_more_to_it(courses, visit):
        _expect(courses, room, ticket, visit, is_kept)
        if courses.form_ms[visit] != NEVER:
            _fill_in(general, room, ticket, courses.form_ms[visit], now_ms)
            return ticket
    join(room, queue_of(general, room, ticket), ticket)
    return ticket


@inlined
def _issue(room: Room, visit: int, service: int, lane: int, service_ms: int, now_ms: int) -> int:
    """The next ticket, which stands nowhere yet and has nothing to it but being served."""
    day = room.day[0]
    ticket = day.tickets
    day.tickets += 1
    day.alive += 1
    each = room.tickets[ticket]
    each.visit, each.service, each.lane, each.service_ms = visit, service, lane, service_ms
    each.state = WAITING
    each.leaves, each.worked_ms = STAYS, 0
    each.issued_ms = each.since_ms = each.rank = now_ms
    each.behind = each.pinned = each.sent_to = each.window = each.rule = NOBODY
    each.first_called_ms = each.called_ms = each.began_ms = each.finished_ms = NEVER
    each.seat = each.is_absent = each.returns = each.pause_ms = 0
    each.is_plain = 1
    return ticket  # type: ignore[no-any-return]


@inlined
def _has_more_to_it(courses: CourseColumns, visit: int) -> bool:
    """Whether anything happens on a visit that the loop must know of, but waiting and being served."""
    return (
        courses.hold_ms[visit] != NEVER
        or courses.transfer_to[visit] != NOBODY
        or courses.item_from[visit] != courses.item_from[visit + 1]
        or courses.returns_ms[visit] != NEVER
        or courses.stage_ms[visit] != NEVER
        or courses.form_ms[visit] != NEVER
    )


@compiled
def _expect(courses: CourseColumns, room: Room, ticket: int, visit: int, is_kept: bool) -> None:
    """Let a ticket know what is to happen on its visit; an appointment is for one thing."""
    each = room.tickets[ticket]
    each.is_plain = 0
    each.hold_after_ms, each.hold_ms = courses.hold_after_ms[visit], courses.hold_ms[visit]
    each.transfer_to = courses.transfer_to[visit]
    each.item, each.item_to = courses.item_from[visit], courses.item_from[visit + 1]
    each.has_items = each.item < each.item_to and not is_kept
    each.stays, each.ends_as = courses.stays[visit], courses.outcome[visit]
    each.returns_ms, each.stage_ms = courses.returns_ms[visit], courses.stage_ms[visit]
    each.waits, each.collect_ms = courses.waits[visit], courses.collect_ms[visit]


@compiled
def _fill_in(general: GeneralTables, room: Room, ticket: int, form_ms: int, now_ms: int) -> None:
    """Fill in a form: before standing anywhere where one must, else while waiting."""
    general, room = uncounted(general), uncounted(room)
    each = room.tickets[ticket]
    is_needed = general.services[each.service].needs_form
    if each.has_items:
        for item in range(each.item, each.item_to):
            is_needed |= general.services[room.items[item].service].needs_form
    if is_needed:
        each.state = PREPARING
        join(room, general.settings[0].queues, ticket)
    else:
        join(room, queue_of(general, room, ticket), ticket)
    note(room, next_key(room, now_ms + form_ms, 0), FORM, ticket)


@inlined
def _lane_kept(general: GeneralTables, service: int, slot_ms: int, now_ms: int) -> int:
    """The lane in which whoever checks in for a slot waits; -1 for who is too early, or so late that nobody is let in.

    Whoever is late waits as if there were no appointment.
    """
    rules = general.services[service]
    if now_ms < max(0, slot_ms - rules.early_ms):
        return NOBODY
    if now_ms <= np.int64(slot_ms) + rules.late_ms:
        return rules.lane  # type: ignore[no-any-return]
    return 0 if general.minutes[service, now_ms // MINUTE_MS] & LATE else NOBODY


@compiled
def _has_room(general: GeneralTables, room: Room) -> bool:
    """Whether fewer people are in the hall than may be; who has left is looked for only when it seems full."""
    general, room = uncounted(general), uncounted(room)
    day, most = room.day[0], general.settings[0].occupancy_max
    if day.alive >= most:
        let_all_leave(general, room)
    return bool(day.alive < most)


@compiled
def let_all_leave(general: GeneralTables, room: Room) -> None:
    """Let everybody be gone who has left by now."""
    general, room = uncounted(general), uncounted(room)
    for queue in range(general.settings[0].queues + 1):
        sweep(room, queue)


# --- those who were promised a place ---


@compiled
def draw_again(general: GeneralTables, room: Room, before: int, lane: int, is_return: bool, now_ms: int) -> int:
    """Whoever was told what is missing is back, or comes for a result; the ticket, -1 when there is none."""
    general, room = uncounted(general), uncounted(room)
    if general.settings[0].occupancy_max and not _has_room(general, room):
        return NOBODY
    return _promised(general, room, before, lane, is_return, now_ms)


@compiled
def _promised(general: GeneralTables, room: Room, before: int, lane: int, is_return: bool, now_ms: int) -> int:
    general, room = uncounted(general), uncounted(room)
    told = room.tickets[before]
    service = told.service if is_return else general.services[told.service].collect
    if room.day[0].phase != OPEN or general.minutes[service, now_ms // MINUTE_MS] & CLOSED:
        return NOBODY
    lasts_ms = told.service_ms if is_return else told.collect_ms
    ticket = _issue(room, told.visit, service, lane, lasts_ms, now_ms)
    each = room.tickets[ticket]
    if is_return:
        each.sent_to = each.pinned = told.sent_to
    if is_return and each.pinned == NOBODY:
        # Without queueing anew.
        wait_in_front(room, queue_of(general, room, ticket), ticket)
    else:
        wait_again(general, room, ticket, ORIGINAL, 0, now_ms)
    return ticket  # type: ignore[no-any-return]


@compiled
def call_to_collect(general: GeneralTables, room: Room, before: int, now_ms: int) -> int:
    """A number for whoever stayed in the hall for a result, and was let in already; -1 when there is none."""
    return _promised(general, room, before, room.tickets[before].lane, False, now_ms)
