"""What a command is answered with, once its facts are applied."""

from typing import Any, Final

from engine.core import commands as c
from engine.core import views
from engine.core.commands import Command
from engine.core.events import Event, Millis, TicketIssued
from engine.core.hall import Hall
from engine.core.views import appointments, cases, catalogue, people, ratings, visits, warnings
from engine.core.views.table import Replies


def reply_to(hall: Hall, command: Command, events: tuple[Event, ...], now_ms: Millis) -> dict[str, Any]:
    """The answer to `command`, JSON-able; it carries the position of the command's last fact."""
    special = _REPLIES.get(type(command))
    if special is not None:
        return special(hall, events, now_ms)
    if isinstance(command, c.IssueTicket):
        issued = events[0]
        assert isinstance(issued, TicketIssued)
        return views.issued_view(hall, hall.tickets[issued.ticket_id], now_ms)
    ticket_ids = (getattr(event, "ticket_id", None) for event in events)
    ticket = next((hall.tickets[ticket_id] for ticket_id in ticket_ids if ticket_id in hall.tickets), None)
    window_id = getattr(command, "window_id", None)
    if window_id is not None and not isinstance(command, c.TransferTicket):
        return views.verb_view(hall, hall.windows[window_id], ticket, events, now_ms)
    if ticket is not None and hasattr(command, "ticket_id"):
        return {"ticket": views.ticket_view(hall, ticket, now_ms), "position": hall.position}
    return {"day": hall.day, "phase": hall.phase, "position": hall.position}


_REPLIES: Final[Replies] = {
    **visits.REPLIES,
    **appointments.REPLIES,
    **people.REPLIES,
    **cases.REPLIES,
    **ratings.REPLIES,
    **warnings.REPLIES,
    **catalogue.REPLIES,
}
