"""Who gets which number in the general loop: newcomers, appointments, and those who were promised a place."""

from typing import Any, Final

import numpy as np

from engine.core.plan import MINUTE_MS
from sim.kernel.admission import AdmissionTables, is_admitted
from sim.kernel.compiled import Number, inlined_inner, inner, uncounted
from sim.kernel.diary import FORM, STAYS, plan
from sim.kernel.forecast import is_too_late
from sim.kernel.general_room import OPEN, PREPARING, WAITING, Desk, Scene
from sim.kernel.general_tables import CLOSED, LATE, ORIGINAL, SLOT, ForecastTables, GeneralTables, RuleTables
from sim.kernel.lines import join, let_all_leave, wait_in_front
from sim.kernel.parts import queue_of, wait_again
from sim.kernel.shapes import NEVER, NOBODY, Whole

MINUTES: Final = 24 * 60


@inner
def book(general: GeneralTables, people: Any, taken: Whole, count: Number, is_workday: bool) -> bool:
    """Book the appointments of a day as its hall opens, in the order of arrival; whether anybody tried to.

    A slot that has begun by then, that is full, or that does not exist is not given.
    """
    settings = general.settings[0]
    has_tried = False
    for visit in range(count):
        person = people[visit]
        person.is_booked = 0
        if person.appointment_ms == NEVER:
            continue
        if not has_tried:
            taken[:] = 0
            has_tried = True
        minute = person.appointment_ms // MINUTE_MS
        per_slot, slot = general.services[person.service].per_slot, person.service * MINUTES + minute
        if (
            is_workday
            and per_slot > 0
            and general.minutes[person.service, minute] & SLOT
            and person.appointment_ms > min(settings.opens_ms, people[0].arrived_ms)
            and taken[slot] < per_slot
        ):
            taken[slot] += 1
            person.is_booked = 1
    return has_tried


@inlined_inner
def draw(
    general: GeneralTables, rule: RuleTables, forecast: ForecastTables, admission: AdmissionTables, scene: Scene,
    desk: Desk, visit: Number, now_ms: Number,
) -> Number:  # fmt: skip
    """A visitor of the day draws a number, or checks in; the ticket, -1 when there is none."""
    person = desk.people[visit]
    lane = person.lane
    if scene.day[0].phase != OPEN or (general.settings[0].occupancy_max and not _has_room(general, scene)):
        return NOBODY
    if person.is_booked:
        lane = np.int32(_lane_kept(general, person.service, person.appointment_ms, now_ms))
        if lane == NOBODY:
            return NOBODY
    elif (
        len(forecast.mean_ms) and is_too_late(general, rule, forecast, scene, person.service, lane, now_ms)
    ) or not is_admitted(admission, desk.drawn, person.service, person.channel, now_ms):
        return NOBODY
    ticket = _issue(scene, visit, person.service, lane, person.service_ms, now_ms)
    each = scene.tickets[ticket]
    each.is_absent, each.pause_ms = person.absent, person.pause_ms
    each.sent_to = each.pinned = person.window
    if _has_more_to_it(person):
        _expect(general, scene, desk.people, ticket, now_ms)
    else:
        join(scene, queue_of(general, scene, ticket), ticket)
    return ticket


@inlined_inner
def _has_more_to_it(person: Any) -> bool:
    """Whether anything happens on a visit that the loop must know of, but waiting and being served."""
    return bool(
        person.hold_ms != NEVER
        or person.transfer_to != NOBODY
        or person.item_from != person.item_to
        or person.returns_ms != NEVER
        or person.stage_ms != NEVER
        or person.form_ms != NEVER
    )


@inner
def _expect(general: GeneralTables, scene: Scene, people: Any, ticket: Number, now_ms: Number) -> None:
    """Let a ticket know what is to happen on its visit, and wait, unless a form is to be filled in before that.

    An appointment is for one thing.
    """
    general, scene = uncounted(general), uncounted(scene)
    each = scene.tickets[ticket]
    person = people[each.visit]
    each.is_plain = 0
    each.hold_after_ms, each.hold_ms = person.hold_after_ms, person.hold_ms
    each.transfer_to = person.transfer_to
    each.next_item, each.item_to = person.item_from, person.item_to
    each.has_items = each.next_item < each.item_to and not person.is_booked
    each.stays, each.ends_as = person.stays, person.outcome
    each.returns_ms, each.stage_ms = person.returns_ms, person.stage_ms
    each.waits, each.collect_ms = person.waits, person.collect_ms
    queue = queue_of(general, scene, ticket)
    if person.form_ms != NEVER:
        plan(scene, now_ms + person.form_ms, 0, FORM, ticket)
        if _needs_form(general, scene, ticket):
            each.state = PREPARING
            queue = general.settings[0].queues
    join(scene, queue, ticket)


@inlined_inner
def _needs_form(general: GeneralTables, scene: Scene, ticket: Number) -> bool:
    each = scene.tickets[ticket]
    needs_form = general.services[each.service].needs_form
    if each.has_items:
        for item in range(each.next_item, each.item_to):
            needs_form |= general.services[scene.items[item].service].needs_form
    return bool(needs_form)


@inlined_inner
def _issue(scene: Scene, visit: Number, service: Number, lane: Number, service_ms: Number, now_ms: Number) -> Number:
    """The next ticket, which stands nowhere yet and has nothing to it but being served."""
    day = scene.day[0]
    ticket = day.tickets
    day.tickets += 1
    day.alive += 1
    each = scene.tickets[ticket]
    each.visit, each.service, each.lane, each.service_ms = visit, service, lane, service_ms
    each.state = WAITING
    each.leaves, each.worked_ms = STAYS, 0
    each.issued_ms = each.since_ms = each.rank = now_ms
    each.behind = each.pinned = each.sent_to = each.window = each.rule = NOBODY
    each.first_called_ms = each.called_ms = each.began_ms = each.finished_ms = NEVER
    each.seat = each.is_absent = each.returns = each.pause_ms = 0
    each.is_plain = 1
    return ticket


@inlined_inner
def _lane_kept(general: GeneralTables, service: Number, slot_ms: Number, now_ms: Number) -> Number:
    """The lane in which whoever checks in for a slot waits; -1 for who is too early, or so late that nobody is let in.

    Whoever is late waits as if there were no appointment.
    """
    rules = general.services[service]
    if now_ms < max(0, slot_ms - rules.early_ms):
        return NOBODY
    if now_ms <= np.int64(slot_ms) + rules.late_ms:
        return rules.lane
    return 0 if general.minutes[service, now_ms // MINUTE_MS] & LATE else NOBODY


@inner
def _has_room(general: GeneralTables, scene: Scene) -> bool:
    """Whether fewer people are in the hall than may be; who has left is looked for only when it seems full."""
    general, scene = uncounted(general), uncounted(scene)
    day, most = scene.day[0], general.settings[0].occupancy_max
    if day.alive >= most:
        let_all_leave(scene)
    return bool(day.alive < most)


# --- those who were promised a place ---


@inner
def draw_again(
    general: GeneralTables, scene: Scene, before: Number, lane: Number, is_return: bool, now_ms: Number
) -> Number:
    """Whoever was told what is missing is back, or comes for a result; the ticket, -1 when there is none."""
    general, scene = uncounted(general), uncounted(scene)
    if general.settings[0].occupancy_max and not _has_room(general, scene):
        return NOBODY
    return _promised(general, scene, before, lane, is_return, now_ms)


@inner
def _promised(
    general: GeneralTables, scene: Scene, before: Number, lane: Number, is_return: bool, now_ms: Number
) -> Number:
    general, scene = uncounted(general), uncounted(scene)
    told = scene.tickets[before]
    service = told.service if is_return else general.services[told.service].collect
    if scene.day[0].phase != OPEN or general.minutes[service, now_ms // MINUTE_MS] & CLOSED:
        return NOBODY
    lasts_ms = told.service_ms if is_return else told.collect_ms
    ticket = _issue(scene, told.visit, service, lane, lasts_ms, now_ms)
    each = scene.tickets[ticket]
    if is_return:
        each.sent_to = each.pinned = told.sent_to
    if is_return and each.pinned == NOBODY:
        # Without queueing anew.
        wait_in_front(scene, queue_of(general, scene, ticket), ticket)
    else:
        wait_again(general, scene, ticket, ORIGINAL, 0, now_ms)
    return ticket


@inner
def call_to_collect(general: GeneralTables, scene: Scene, before: Number, now_ms: Number) -> Number:
    """A number for whoever stayed in the hall for a result, and was let in already; -1 when there is none."""
    return _promised(general, scene, before, scene.tickets[before].lane, False, now_ms)
