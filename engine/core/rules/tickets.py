"""The rules of tickets on their way: reinstated, resumed, sent elsewhere, given up."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.events import Event, Millis, Place
from engine.core.hall import Hall
from engine.core.refusals import visits as no_visit
from engine.core.rules import no_shows
from engine.core.rules.issuing import require_no_open_ticket
from engine.core.rules.table import Rules
from engine.core.transitions import AT_WINDOW, CALLED, PREPARING, SERVING, may


def _reinstate(hall: Hall, command: c.ReinstateTicket, now_ms: Millis) -> tuple[Event, ...]:
    look.require_day(hall)
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketReinstated, ticket.state):
        raise no.NotMissed(ticket=look.shown(ticket))
    service = look.service_of(hall, ticket.service_id)
    look.lane_of(hall, ticket.lane_id)
    if ticket.person is not None:
        # Whoever missed a call may have drawn anew meanwhile.
        require_no_open_ticket(hall, ticket.person, service, ticket.items[ticket.step :])
    no_shows.require_return(hall, ticket)
    return (e.TicketReinstated(ticket.ticket_id, command.place, now_ms, _after(command.place, command.after)),)


def _resume_ticket(hall: Hall, command: c.ResumeTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketResumed, ticket.state):
        raise no.NotHeld(ticket=look.shown(ticket))
    return (e.TicketResumed(ticket.ticket_id, now_ms),)


def _transfer(hall: Hall, command: c.TransferTicket, now_ms: Millis) -> tuple[Event, ...]:
    if [command.service_id, command.window_id, command.clerk_id].count(None) != 2:
        raise no.DestinationUnclear()
    ticket = look.ticket_of(hall, command.ticket_id)
    if ticket.state == PREPARING:
        raise no.NotWaiting(ticket=look.shown(ticket), state=ticket.state)
    if not may(e.TicketTransferred, ticket.state):
        raise no.TicketOver(ticket=look.shown(ticket), state=ticket.state)
    look.require_number(ticket)
    service_id = look.service_of(hall, command.service_id).service_id if command.service_id else ticket.service_id
    return (
        e.TicketTransferred(
            ticket.ticket_id,
            ticket.window_id if ticket.state in AT_WINDOW else None,
            service_id,
            _window_of(hall, command),
            command.place,
            now_ms,
            _after(command.place, command.after),
            command.clerk_id,
        ),
    )


def _window_of(hall: Hall, command: c.TransferTicket) -> str | None:
    """The window a visit is sent to: named, or where the person it is sent to sits now."""
    if command.clerk_id is not None:
        clerk = look.clerk_of(hall, command.clerk_id)
        window_id = look.window_of_clerk(hall, clerk.clerk_id)
        if window_id is None:
            raise no_visit.ClerkAbsent(clerk=clerk.name)
        return window_id
    if command.window_id is not None:
        look.window_of(hall, command.window_id)
    return command.window_id


def _after(place: Place, after: int) -> int:
    """How many go first; it means something only for the place `after`."""
    return max(0, after) if place == "after" else 0


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
