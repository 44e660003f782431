"""The rules of tickets on their way: reinstated, resumed, sent elsewhere, given up."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.rules.table import Rules
from engine.core.transitions import AT_WINDOW, CALLED, SERVING, may


def _reinstate(hall: Hall, command: c.ReinstateTicket, now_ms: Millis) -> tuple[Event, ...]:
    look.require_day(hall)
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketReinstated, ticket.state):
        raise no.NotMissed(ticket=look.shown(ticket))
    look.service_of(hall, ticket.service_id)
    look.lane_of(hall, ticket.lane_id)
    return (e.TicketReinstated(ticket.ticket_id, command.place, now_ms),)


def _resume_ticket(hall: Hall, command: c.ResumeTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketResumed, ticket.state):
        raise no.NotHeld(ticket=look.shown(ticket))
    return (e.TicketResumed(ticket.ticket_id, now_ms),)


def _transfer(hall: Hall, command: c.TransferTicket, now_ms: Millis) -> tuple[Event, ...]:
    if (command.service_id is None) == (command.window_id is None):
        raise no.DestinationUnclear()
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketTransferred, ticket.state):
        raise no.TicketOver(ticket=look.shown(ticket), state=ticket.state)
    look.require_number(ticket)
    service_id = look.service_of(hall, command.service_id).service_id if command.service_id else ticket.service_id
    if command.window_id is not None:
        look.window_of(hall, command.window_id)
    from_window_id = ticket.window_id if ticket.state in AT_WINDOW else None
    return (
        e.TicketTransferred(ticket.ticket_id, from_window_id, service_id, command.window_id, command.place, now_ms),
    )


def _cancel(hall: Hall, command: c.CancelTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_of(hall, command.ticket_id)
    if ticket.state == SERVING:
        raise no.AlreadyServing(ticket=look.shown(ticket))
    if not may(e.TicketCancelled, ticket.state):
        raise no.TicketOver(ticket=look.shown(ticket), state=ticket.state)
    window_id = ticket.window_id if ticket.state == CALLED else None
    return (e.TicketCancelled(ticket.ticket_id, window_id, command.reason, now_ms),)


RULES: Final[Rules] = {
    c.ReinstateTicket: _reinstate,
    c.ResumeTicket: _resume_ticket,
    c.TransferTicket: _transfer,
    c.CancelTicket: _cancel,
}
