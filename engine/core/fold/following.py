"""Tickets that were sent to a clerk wait where that clerk sits, or whoever stands in for them."""

from typing import TYPE_CHECKING

from engine.core.transitions import WAITING

if TYPE_CHECKING:
    from engine.core.hall import Hall


def follow(hall: "Hall", clerk_ids: set[str]) -> None:
    """Let tickets sent to these clerks wait where they, or who stands in for them, sit now; stay where nobody does."""
    for ticket in hall.tickets.values():
        if ticket.for_clerk_id not in clerk_ids or ticket.state != WAITING or not ticket.pinned:
            continue
        window_id = hall.people.window_of(hall.windows, ticket.for_clerk_id)
        if window_id is not None and window_id != ticket.window_id:
            hall.queues.take(ticket)
            ticket.window_id = window_id
            hall.queues.put(ticket)
