"""The rules of a visit at its window."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import numbering
from engine.core import refusals as no
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED
from engine.core.rules.table import Rules
from engine.core.transitions import CALLED, SERVING


def _begin(hall: Hall, command: c.BeginService, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    if ticket.state == SERVING:
        raise no.AlreadyServing(ticket=look.shown(ticket))
    return (e.ServiceBegan(ticket.ticket_id, command.window_id, now_ms),)


def _finish(hall: Hall, command: c.FinishService, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    finished = e.ServiceFinished(ticket.ticket_id, command.window_id, command.outcome, now_ms)
    if ticket.state == CALLED:
        return (e.ServiceBegan(ticket.ticket_id, command.window_id, now_ms), finished)
    return (finished,)


def _no_show(hall: Hall, command: c.RecordNoShow, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.called_ticket(hall, command.window_id)
    return (e.TicketMissed(ticket.ticket_id, command.window_id, False, now_ms),)


def _hold(hall: Hall, command: c.HoldTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    look.require_number(ticket)
    return (e.TicketHeld(ticket.ticket_id, command.window_id, command.kind, now_ms),)


def _walk_direct(hall: Hall, command: c.WalkDirect, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    window = look.free_window(hall, command.window_id)
    if hall.phase == PHASE_CLOSED or hall.day is None:
        raise no.DayNotOpen()
    service = look.service_of(hall, command.service_id or window.plan.tiers[0][0])
    if service.service_id not in window.services:
        raise no.NotServedHere(service=service.service_id)
    order = hall.order + 1
    ticket_id = numbering.walk_in_id(hall.day, order)
    return (e.WalkInBegan(ticket_id, order, service.service_id, plan.lanes[0].lane_id, window.window_id, now_ms),)


RULES: Final[Rules] = {
    c.BeginService: _begin,
    c.FinishService: _finish,
    c.RecordNoShow: _no_show,
    c.HoldTicket: _hold,
    c.WalkDirect: _walk_direct,
}
