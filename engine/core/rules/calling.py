"""The rules of calling a ticket."""

from typing import Final

from engine.core import calling, choice
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.rules import no_shows
from engine.core.rules.table import Rules
from engine.core.transitions import may

REASON_CHARACTERS_MAX: Final = 200


def _call_next(hall: Hall, command: c.CallNext, now_ms: Millis) -> tuple[Event, ...]:
    window = look.free_window(hall, command.window_id)
    if window.plan.remote is not None:
        look.require_may_call(hall, window, now_ms)
    due = choice.next_call(hall, window, now_ms)
    if due is None:
        raise no.NobodyWaiting()
    ticket, reason = due
    return (e.TicketCalled(ticket.ticket_id, command.window_id, reason, now_ms + hall.call_expiry_ms, now_ms),)


def _call_ticket(hall: Hall, command: c.CallTicket, now_ms: Millis) -> tuple[Event, ...]:
    window = look.free_window(hall, command.window_id)
    look.require_may_call(hall, window, now_ms)
    ticket = look.ticket_of(hall, command.ticket_id)
    words = command.reason.strip()[:REASON_CHARACTERS_MAX]
    if not words:
        raise no.ReasonMissing()
    if not may(e.TicketCalled, ticket.state):
        raise no.NotWaiting(ticket=look.shown(ticket), state=ticket.state)
    if ticket.pinned and ticket.window_id != window.window_id:
        assert ticket.window_id is not None
        raise no.HeldElsewhere(window=hall.windows[ticket.window_id].plan.number)
    if not ticket.pinned and ticket.service_id not in window.services:
        raise no.NotServedHere(service=ticket.service_id)
    due = choice.next_call(hall, window, now_ms)
    passed_over = due if due is not None and due[0] is not ticket else None
    lane = look.lane_of(hall, ticket.lane_id)
    waited_ms = now_ms - ticket.since_ms
    reason = e.CallReason(
        "chosen",
        0,
        calling.urgency(lane.credit, lane.rate, waited_ms),
        waited_ms,
        passed_over[0].ticket_id if passed_over else None,
        passed_over[1].urgency if passed_over else None,
        words,
    )
    return (e.TicketCalled(ticket.ticket_id, window.window_id, reason, now_ms + hall.call_expiry_ms, now_ms),)


def _recall(hall: Hall, command: c.RecallTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.called_ticket(hall, command.window_id)
    rules = look.plan_of(hall).rules
    if ticket.recalls >= rules.recall_limit:
        raise no.RecallLimit(limit=rules.recall_limit)
    count = ticket.recalls + 1
    # After the last recall nothing more is said, so the visitor has only the grace to appear.
    wait_ms = rules.last_call_grace_ms if count == rules.recall_limit else rules.call_expiry_ms
    return (e.TicketRecalled(ticket.ticket_id, command.window_id, count, now_ms + wait_ms, now_ms),)


def _expire(hall: Hall, command: c.ExpireCalls, now_ms: Millis) -> tuple[Event, ...]:
    return tuple(
        fact
        for window_id, window in hall.windows.items()
        if window.ticket is not None and window.expires_ms is not None and window.expires_ms <= now_ms
        for fact in no_shows.missed(hall, window.ticket, window_id, True, now_ms)
    )


RULES: Final[Rules] = {
    c.CallNext: _call_next,
    c.CallTicket: _call_ticket,
    c.RecallTicket: _recall,
    c.ExpireCalls: _expire,
}
