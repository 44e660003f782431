"""The rules of drawing a number, and of its form and paper.

Somebody who was promised a place is asked less: an appointment, a right to return and a result to be collected pass the
channels, appointment-only hours, quotas and the forecast, and use up no quota. Nobody passes the cap, and the hours
only whoever checks in early for the first appointment of a day.
"""

from typing import Final

from engine.core import calendar, numbering
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.estimates import Outlook, surely_begins_within
from engine.core.events import Event, Millis, VisitItem
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED, PHASE_OPEN, Ticket
from engine.core.plan import HallPlan, Lane, Mode, Name, Service
from engine.core.refusals import catalogue as no_item
from engine.core.refusals import issuing as no_number
from engine.core.rules.table import Rules
from engine.core.transitions import CANCELLED, FINISHED, TERMINAL, may

ITEMS_MAX: Final = 8
REPRINTS_MAX: Final = 5
REASON_CHARACTERS_MAX: Final = 200
STAGE_CHANNEL: Final = "stage"
"""How the number of a visitor is drawn who stayed in the hall for a result: they were let in already."""

CHANNELS: Final = {
    "kiosk": Name("取号机", "a kiosk"),
    "guide": Name("导办员", "a guide"),
    "phone": Name("手机", "a phone"),
    "web": Name("网上", "the web"),
    "window": Name("窗口", "a window"),
    "self-service": Name("自助终端", "a self-service machine"),
    "appointment": Name("预约", "an appointment"),
}
"""What people call the channels; a hall may have others of its own."""


# --- drawing ---


def _issue(hall: Hall, command: c.IssueTicket, now_ms: Millis) -> tuple[Event, ...]:
    service = hall.open_to_all.get(command.service_id)
    if service is not None and hall.phase == PHASE_OPEN:
        lane = hall.lanes.get(command.lane_id)
        if lane is not None and not (command.items or command.person or command.return_of or command.stage_id):
            # Almost everybody in a hall without rules for it: nothing else to look at.
            assert hall.day is not None
            return (ticket_issued(hall, hall.day, service, lane, command, now_ms),)
    if command.return_of is not None:
        _require_right(hall, command, command.return_of, now_ms)
    if command.stage_id is not None:
        _require_result(hall, command, command.stage_id)
    return draw(hall, command, now_ms)


def _require_right(hall: Hall, command: c.IssueTicket, ticket_id: str, now_ms: Millis) -> None:
    """The right is for its own service alone, or it would lead to the front of any queue."""
    right = hall.visits.may_return(ticket_id, now_ms)
    earlier = hall.tickets.get(ticket_id)
    if earlier is not None and earlier.state not in TERMINAL:
        # The visit that gave the right still goes on with its next item.
        raise no_number.OpenTicketExists(ticket=earlier.number)
    if right is None or command.items or right.service_id != command.service_id:
        raise no_number.ReturnNotGranted(ticket=numbering.number_of(ticket_id) or "—")


def _require_result(hall: Hall, command: c.IssueTicket, stage_id: str) -> None:
    """There is something to collect, here, and nobody is waiting to collect it already."""
    stage = hall.visits.stage(stage_id)
    if stage is None or not stage.is_collectable or command.items or stage.collect_service_id != command.service_id:
        raise no_number.NothingToCollect(stage=stage_id)
    ticket = hall.tickets.get(stage.collect_ticket_id or "")
    if ticket is not None and ticket.state not in TERMINAL:
        raise no_number.OpenTicketExists(ticket=ticket.number)


def draw(hall: Hall, command: c.IssueTicket, now_ms: Millis) -> tuple[Event, ...]:
    """The facts of a number drawn; raises the `Refusal` that says why there is none.

    Another rule draws numbers too, for whoever stayed for a result: what the command says of a return or a stage was
    made sure of before.
    """
    plan, day = hall.plan, hall.day
    if plan is None or day is None or hall.phase != PHASE_OPEN:
        raise _why_no_day(hall)
    items = _items(hall, day, command.items) if command.items else ()
    service_id = items[0].service_id if items else command.service_id
    service = hall.services.get(service_id) or look.service_of(hall, service_id)
    lane = hall.lanes.get(command.lane_id) or look.lane_of(hall, command.lane_id)
    is_promised = command.return_of is not None or command.stage_id is not None
    refusal = why_not(hall, service, command.channel, now_ms, lane.lane_id, is_promised=is_promised)
    if refusal is not None:
        raise refusal
    if command.person is not None and hall.admission.held_by(command.person):
        require_no_open_ticket(hall, command.person, service, items)
    issued = ticket_issued(hall, day, service, lane, command, now_ms, items)
    if command.return_of is not None:
        # Without queueing anew: before everybody who waits for the service.
        return (issued, e.TicketTransferred(issued.ticket_id, None, service.service_id, None, "front", now_ms))
    return (issued, *form_pending(hall, issued)) if items or service.form == "required" else (issued,)


def form_pending(hall: Hall, issued: e.TicketIssued) -> tuple[Event, ...]:
    """What follows a number drawn for something with a form that is not filled in yet; nothing otherwise."""
    if issued.form_filled or issued.stage_id is not None:
        return ()
    is_needed = hall.services[issued.service_id].form == "required"
    if not is_needed and issued.items:
        is_needed = any(hall.services[item.service_id].form == "required" for item in issued.items)
    return (e.FormPending(issued.ticket_id, issued.at_ms),) if is_needed else ()


def require_room(hall: Hall) -> None:
    """Raises `HallFull` when as many people are in the hall as may be."""
    refusal = _why_no_room(hall, look.plan_of(hall))
    if refusal is not None:
        raise refusal


def ticket_issued(
    hall: Hall,
    day: str,
    service: Service,
    lane: Lane,
    command: c.IssueTicket,
    now_ms: Millis,
    items: tuple[VisitItem, ...] = (),
    appointment_id: str | None = None,
) -> e.TicketIssued:
    """The next number of a service, as `command` asks for it; whether it may be drawn was asked before."""
    assert hall.plan is not None
    rules = hall.plan.rules
    count = hall.counters.get(service.prefix, rules.first_number - 1) + 1
    number = numbering.ticket_number(service.prefix, count, rules.number_digits)
    return e.TicketIssued(
        numbering.ticket_id(day, number),
        number,
        hall.order + 1,
        service.service_id,
        lane.lane_id,
        command.channel,
        command.evidence,
        command.on_behalf,
        now_ms,
        command.person,
        command.mode or (_usual_mode(hall, day, service, items) if items else service.mode),
        items,
        command.form_filled,
        appointment_id,
        command.return_of,
        command.stage_id,
    )


def _items(hall: Hall, day: str, asked: tuple[VisitItem, ...]) -> tuple[VisitItem, ...]:
    """What a visit is for, each thing under the service it is queued under today: the catalogue says which."""
    if len(asked) > ITEMS_MAX:
        raise no_number.TooManyItems(limit=ITEMS_MAX)
    return tuple(_item(hall, day, each) for each in asked)


def _item(hall: Hall, day: str, asked: VisitItem) -> VisitItem:
    if asked.item_id is None:
        return VisitItem(look.service_of(hall, asked.service_id).service_id)
    found = hall.catalogue.item(asked.item_id, day)
    if found is None:
        raise no_item.ItemUnknown(item=asked.item_id)
    return VisitItem(found.service_id, found.item_id)


def _usual_mode(hall: Hall, day: str, service: Service, items: tuple[VisitItem, ...]) -> Mode:
    """How the first thing a visit is for is handled: as its item says, else as its service does."""
    if items[0].item_id is not None:
        item = hall.catalogue.item(items[0].item_id, day)
        if item is not None and item.mode is not None:
            return item.mode
    return service.mode


def require_no_open_ticket(hall: Hall, person: str, service: Service, items: tuple[VisitItem, ...] = ()) -> None:
    """Raises `OpenTicketExists` when this person holds a number for the same thing, where one is enough.

    A missed ticket does not stand in the way: whoever missed a call may draw again.
    """
    held = hall.admission.held_by(person)
    if not held:
        return
    wanted = {service.service_id, *(item.service_id for item in items)}
    strict = {service_id for service_id in wanted if hall.services[service_id].one_per_person}
    if not strict:
        return
    for ticket_id in held:
        ticket = hall.tickets[ticket_id]
        if ticket.state not in TERMINAL and not strict.isdisjoint(_services_ahead(ticket)):
            raise no_number.OpenTicketExists(ticket=ticket.number)


def _services_ahead(ticket: Ticket) -> set[str]:
    """What a visit is at, and what it still goes on to."""
    return {ticket.service_id, *(item.service_id for item in ticket.items[ticket.step :])}


# --- why not ---


def why_not(
    hall: Hall,
    service: Service,
    channel: str,
    now_ms: Millis,
    lane_id: str | None = None,
    *,
    is_promised: bool = False,
) -> no.Refusal | None:
    """Why nobody may draw a number of a service by this channel now; None when anybody may.

    Kiosks show it before somebody asks, and the rule says it to whoever asks all the same. What a hall has not set
    costs nothing. `lane_id` None is the plan's first lane, `is_promised` somebody who was promised a place.
    """
    plan = hall.plan
    if plan is None or hall.phase != PHASE_OPEN:
        return _why_no_day(hall)
    rules = plan.rules
    if service.hours and not calendar.within(service.hours, calendar.minute_of_day(plan.timezone, now_ms)):
        return no.ServiceClosed(service=service.name, hours=calendar.hours_text(service.hours))
    if not rules.draws_in_break and _is_break(plan, now_ms):
        return no.ServiceClosed(service=service.name, hours=calendar.hours_text(plan.hours))
    if rules.occupancy_max and hall.alive >= rules.occupancy_max and channel != STAGE_CHANNEL:
        refusal = _why_no_room(hall, plan)
        if refusal is not None:
            return refusal
    if is_promised:
        return None
    if service.channels and channel not in service.channels:
        return no_number.ChannelNotTaken(service=service.name, channels=_channels_text(service.channels))
    service_id = service.service_id
    # No quota is used up while fewer numbers were drawn in all than the smallest allows.
    if service.appointment_only or (
        service.quotas and hall.admission.in_all.get(service_id, 0) >= hall.smallest_quotas[service_id]
    ):
        refusal = _why_not_this_minute(hall, plan, service, channel, now_ms)
        if refusal is not None:
            return refusal
    if rules.stops_by_forecast:
        return _why_too_late(hall, plan, service, lane_id, now_ms)
    return None


def _why_no_day(hall: Hall) -> no.Refusal:
    if hall.plan is None:
        return no.HallUnplanned()
    return no.DayNotOpen() if hall.day is None or hall.phase == PHASE_CLOSED else no.IssuingOver()


def _is_break(plan: HallPlan, now_ms: Millis) -> bool:
    """Whether the hall rests between two of its own hours."""
    minute = calendar.minute_of_day(plan.timezone, now_ms)
    starts, ends = [span.start for span in plan.hours], [span.end for span in plan.hours]
    return len(starts) > 1 and min(starts) <= minute < max(ends) and not calendar.within(plan.hours, minute)


def _why_no_room(hall: Hall, plan: HallPlan) -> no.Refusal | None:
    """The people in a hall are those whose visits go on; whoever missed a call may have left, and is not counted."""
    if plan.rules.occupancy_max and hall.alive >= plan.rules.occupancy_max:
        return no_number.HallFull(count=hall.alive)
    return None


def _why_not_this_minute(
    hall: Hall, plan: HallPlan, service: Service, channel: str, now_ms: Millis
) -> no.Refusal | None:
    minute = calendar.minute_of_day(plan.timezone, now_ms)
    if service.appointment_only and calendar.within(service.appointment_only, minute):
        return no_number.AppointmentsOnly(service=service.name, hours=calendar.hours_text(service.appointment_only))
    if _has_room(hall, service, channel, minute):
        return None
    opens = _more_from(hall, plan, service, channel, minute, now_ms)
    opens_text = None if opens is None else calendar.clock_text(opens)
    others = _channels_with_room(hall, service, channel, minute)
    elsewhere = _channels_text(others) if others else None
    return no_number.QuotaUsedUp(service.name, opens_text, plan.rules.asks_at, elsewhere)


def _has_room(hall: Hall, service: Service, channel: str, minute: int) -> bool:
    """Whether no quota that counts this channel at this minute is used up."""
    drawn = hall.admission.drawn
    for quota in service.quotas:
        if quota.channel is not None and quota.channel != channel:
            continue
        if quota.span is not None and not quota.span.start <= minute < quota.span.end:
            continue
        if drawn(service.service_id, quota.channel, quota.span) >= quota.count:
            return False
    return True


def _channels_with_room(hall: Hall, service: Service, channel: str, minute: int) -> tuple[str, ...]:
    """How else a visitor may draw a number now: of the channels of the service, or of those every hall has."""
    others = service.channels or ("kiosk", "guide", "phone")
    return tuple(
        each for each in others if each in CHANNELS and each != channel and _has_room(hall, service, each, minute)
    )


def _more_from(hall: Hall, plan: HallPlan, service: Service, channel: str, minute: int, now_ms: Millis) -> int | None:
    """The next minute of today at which a number may be drawn, were nobody else to draw one; None: not today."""
    spans = [*service.hours, *service.appointment_only, *(quota.span for quota in service.quotas if quota.span)]
    for edge in sorted({edge for span in spans for edge in (span.start, span.end)}):
        if edge <= minute or calendar.at_minute(plan.timezone, now_ms, edge) >= hall.issuing_ends_ms:
            continue
        is_kept = bool(service.appointment_only) and calendar.within(service.appointment_only, edge)
        if calendar.within(service.hours, edge) and not is_kept and _has_room(hall, service, channel, edge):
            return edge
    return None


def _why_too_late(
    hall: Hall, plan: HallPlan, service: Service, lane_id: str | None, now_ms: Millis
) -> no.Refusal | None:
    """Whoever draws now would be called after closing, in one case of two; those who hold a number are served."""
    closes_ms = hall.issuing_ends_ms
    if service.hours:
        last = max(span.end for span in service.hours)
        closes_ms = min(closes_ms, calendar.at_minute(plan.timezone, now_ms, last))
    if surely_begins_within(hall, service.service_id, closes_ms - now_ms):
        return None
    outlook = Outlook(hall, now_ms).of_newcomer(service.service_id, lane_id or plan.lanes[0].lane_id)
    if now_ms + outlook.p50_ms <= closes_ms:
        return None
    # Midnight belongs to the day it ends.
    closes = calendar.minute_of_day(plan.timezone, closes_ms) or calendar.MIDNIGHT
    return no_number.TooLateToday(closes=calendar.clock_text(closes))


def _channels_text(channels: tuple[str, ...]) -> Name:
    names = [CHANNELS.get(channel, Name(channel, channel)) for channel in channels]
    *others, last = (each.en for each in names)
    return Name("、".join(each.zh for each in names), f"{', '.join(others)} or {last}" if others else last)


# --- form and paper ---


def _record_form(hall: Hall, command: c.RecordForm, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.FormFilled, ticket.state):
        raise no.NotWaiting(ticket=look.shown(ticket), state=ticket.state)
    if ticket.form_filled:
        raise no_number.FormFilledAlready(ticket=look.shown(ticket))
    return (e.FormFilled(ticket.ticket_id, now_ms),)


def _record_print(hall: Hall, command: c.RecordPrint, now_ms: Millis) -> tuple[Event, ...]:
    """A printer may be late: what it says counts for a ticket that is over too."""
    ticket = look.ticket_of(hall, command.ticket_id)
    look.require_number(ticket)
    if command.is_printed:
        return (e.TicketPrinted(ticket.ticket_id, command.device_id, ticket.copies, now_ms),)
    reason = command.reason.strip()[:REASON_CHARACTERS_MAX]
    return (e.TicketNotPrinted(ticket.ticket_id, command.device_id, reason, now_ms),)


def _reprint(hall: Hall, command: c.ReprintTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_of(hall, command.ticket_id)
    look.require_number(ticket)
    if ticket.state in (FINISHED, CANCELLED):
        raise no.TicketOver(ticket=look.shown(ticket), state=ticket.state)
    if ticket.copies >= REPRINTS_MAX:
        raise no_number.ReprintLimit(ticket=look.shown(ticket), limit=REPRINTS_MAX)
    return (e.TicketReprinted(ticket.ticket_id, ticket.copies + 1, now_ms),)


RULES: Final[Rules] = {
    c.IssueTicket: _issue,
    c.RecordForm: _record_form,
    c.RecordPrint: _record_print,
    c.ReprintTicket: _reprint,
}
