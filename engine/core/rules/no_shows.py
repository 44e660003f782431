"""The rules of no-shows (过号): what becomes of a ticket whose visitor did not come, by its service's setting."""

from engine.core import events as e
from engine.core import lookups as look
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import Ticket
from engine.core.refusals import visits as no


def missed(hall: Hall, ticket: Ticket, window_id: str, is_expired: bool, now_ms: Millis) -> tuple[Event, ...]:
    """The facts of a no-show: the ticket stays missed, or waits again by itself as often as its service allows."""
    miss = e.TicketMissed(ticket.ticket_id, window_id, is_expired, now_ms)
    service = look.service_of(hall, ticket.service_id)
    if service.no_show not in ("back", "after") or ticket.returns >= service.returns_max:
        return (miss,)
    after = service.no_show_after if service.no_show == "after" else 0
    return (miss, e.TicketReinstated(ticket.ticket_id, service.no_show, now_ms, after, True))


def require_return(hall: Hall, ticket: Ticket) -> None:
    """Whether staff may bring a missed ticket back; where the service leaves it to them, they may always."""
    service = look.service_of(hall, ticket.service_id)
    if service.no_show == "void":
        raise no.NoShowVoid(ticket=look.shown(ticket))
    if service.no_show != "guide" and ticket.returns >= service.returns_max:
        raise no.ReturnsUsedUp(ticket=look.shown(ticket), limit=service.returns_max)
