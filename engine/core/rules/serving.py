"""The rules of a visit at its window."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import numbering
from engine.core import refusals as no
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED, Ticket
from engine.core.rules import no_shows, outcomes
from engine.core.rules.table import Rules
from engine.core.transitions import CALLED, SERVING


def _begin(hall: Hall, command: c.BeginService, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    if ticket.state == SERVING:
        raise no.AlreadyServing(ticket=look.shown(ticket))
    return _began(hall, ticket, command.window_id, now_ms)


def _finish(hall: Hall, command: c.FinishService, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    is_plain = not ticket.items and ticket.return_of is None and ticket.state == SERVING
    if is_plain and command.outcome == "done" and command.reason is None:
        # Almost every visit: nothing follows.
        return (e.ServiceFinished(ticket.ticket_id, command.window_id, "done", now_ms),)
    reason = outcomes.reason_of(command.outcome, command.reason)
    began = _began(hall, ticket, command.window_id, now_ms) if ticket.state == CALLED else ()
    brought = outcomes.consequences(hall, ticket, command, now_ms)
    if ticket.step + 1 >= len(ticket.items):
        end = e.ServiceFinished(ticket.ticket_id, command.window_id, command.outcome, now_ms, reason)
        return (*began, end, *brought)
    item = e.ItemFinished(ticket.ticket_id, command.window_id, ticket.step, command.outcome, reason, now_ms)
    return (*began, item, *brought, _next_item(hall, ticket, command, now_ms))


def _next_item(hall: Hall, ticket: Ticket, command: c.FinishService, now_ms: Millis) -> Event:
    """How a combined visit goes on: at this window at once, or wherever its next item is served."""
    step = ticket.step + 1
    service_id = ticket.items[step].service_id
    if not command.stays:
        place = look.plan_of(hall).rules.next_item_place
        return e.TicketTransferred(ticket.ticket_id, command.window_id, service_id, None, place, now_ms, step=step)
    if service_id not in hall.windows[command.window_id].services:
        raise no.NotServedHere(service=service_id)
    return e.ItemBegan(ticket.ticket_id, command.window_id, step, service_id, now_ms)


def _began(hall: Hall, ticket: Ticket, window_id: str, now_ms: Millis) -> tuple[Event, ...]:
    began = e.ServiceBegan(ticket.ticket_id, window_id, now_ms)
    clerk_id = hall.windows[window_id].clerk_id
    if clerk_id is None or ticket.owner_id is not None or not look.plan_of(hall).rules.names_owner:
        return (began,)
    # Whoever first deals with a visit answers for it to its end (首问负责), where the hall wants that.
    return (began, e.OwnerNamed(ticket.ticket_id, clerk_id, now_ms))


def _no_show(hall: Hall, command: c.RecordNoShow, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.called_ticket(hall, command.window_id)
    return no_shows.missed(hall, ticket, command.window_id, False, now_ms)


def _hold(hall: Hall, command: c.HoldTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    look.require_number(ticket)
    return (e.TicketHeld(ticket.ticket_id, command.window_id, command.kind, now_ms),)


def _walk_direct(hall: Hall, command: c.WalkDirect, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    window = look.free_window(hall, command.window_id)
    look.require_may_call(hall, window, now_ms)
    if hall.phase == PHASE_CLOSED or hall.day is None:
        raise no.DayNotOpen()
    service = look.service_of(hall, command.service_id or window.plan.tiers[0][0])
    if service.service_id not in window.services:
        raise no.NotServedHere(service=service.service_id)
    order = hall.order + 1
    ticket_id = numbering.walk_in_id(hall.day, order)
    began = e.WalkInBegan(ticket_id, order, service.service_id, plan.lanes[0].lane_id, window.window_id, now_ms)
    if window.clerk_id is None or not plan.rules.names_owner:
        return (began,)
    return (began, e.OwnerNamed(ticket_id, window.clerk_id, now_ms))


RULES: Final[Rules] = {
    c.BeginService: _begin,
    c.FinishService: _finish,
    c.RecordNoShow: _no_show,
    c.HoldTicket: _hold,
    c.WalkDirect: _walk_direct,
}
