"""What the facts of a ticket change."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.events import Millis
from engine.core.fold.table import Folds
from engine.core.model import IDLE, Ticket, Window
from engine.core.transitions import CALLED, CANCELLED, FINISHED, HELD, MISSED, SERVING, WAITING

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _ticket_issued(hall: "Hall", event: e.TicketIssued) -> None:
    prefix = hall.services[event.service_id].prefix
    hall.counters[prefix] = int(event.number[len(prefix) :])
    hall.order = event.order
    hall.alive += 1
    at_ms = event.at_ms
    ticket = Ticket(
        event.ticket_id,
        event.number,
        event.order,
        event.service_id,
        event.lane_id,
        at_ms,
        event.channel,
        event.evidence,
        event.on_behalf,
        WAITING,
        at_ms,
        at_ms,
    )
    ticket.person = event.person
    ticket.mode = event.mode
    ticket.items = event.items
    ticket.form_filled = event.form_filled
    ticket.appointment_id = event.appointment_id
    ticket.return_of = event.return_of
    ticket.stage_id = event.stage_id
    hall.tickets[event.ticket_id] = ticket
    hall.queues.put(ticket)
    if event.return_of is not None:
        hall.visits.use(event.return_of)
    if event.stage_id is not None:
        hall.visits.collect(event.stage_id, event.ticket_id)


def _ticket_called(hall: "Hall", event: e.TicketCalled) -> None:
    ticket_id, window_id, at_ms = event.ticket_id, event.window_id, event.at_ms
    ticket = hall.tickets[ticket_id]
    if ticket.state == WAITING:
        hall.queues.take(ticket)
    else:
        del hall.aside[ticket_id]
    ticket.state = CALLED
    ticket.called_ms = at_ms
    ticket.window_id = window_id
    ticket.recalls = 0
    ticket.hold_kind = None
    window = hall.windows[window_id]
    window.state = CALLED
    window.ticket = ticket
    window.since_ms = at_ms
    window.expires_ms = event.expires_ms
    window.reason = event.reason
    window.changed_at = hall.position
    hall.recent_rows.appendleft((ticket_id, window_id, at_ms, hall.position, 0))


def _ticket_recalled(hall: "Hall", event: e.TicketRecalled) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.recalls = event.count
    window = hall.windows[event.window_id]
    window.expires_ms = event.expires_ms
    window.changed_at = hall.position
    hall.recent_rows.appendleft((event.ticket_id, event.window_id, event.at_ms, hall.position, event.count))


def _service_began(hall: "Hall", event: e.ServiceBegan) -> None:
    at_ms = event.at_ms
    ticket = hall.tickets[event.ticket_id]
    ticket.state = SERVING
    ticket.began_ms = at_ms
    window = hall.windows[event.window_id]
    window.state = SERVING
    window.since_ms = at_ms
    window.expires_ms = None
    window.changed_at = hall.position


def _service_finished(hall: "Hall", event: e.ServiceFinished) -> None:
    at_ms = event.at_ms
    ticket = hall.tickets[event.ticket_id]
    ticket.state = FINISHED
    ticket.finished_ms = at_ms
    ticket.outcome = event.outcome
    hall.alive -= 1
    assert ticket.called_ms is not None
    count, total_ms = hall.handled.get(ticket.service_id, (0, 0))
    # A clock set back during a visit must not make the mean time a visit takes negative.
    if at_ms > ticket.called_ms:
        total_ms += at_ms - ticket.called_ms
    hall.handled[ticket.service_id] = (count + 1, total_ms)
    _free(hall, event.window_id, at_ms).served += 1


def _ticket_missed(hall: "Hall", event: e.TicketMissed) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.state = MISSED
    hall.aside[ticket.ticket_id] = ticket
    hall.alive -= 1
    _free(hall, event.window_id, event.at_ms)


def _ticket_reinstated(hall: "Hall", event: e.TicketReinstated) -> None:
    ticket = hall.tickets[event.ticket_id]
    hall.alive += 1
    ticket.pinned = False
    ticket.window_id = None
    _wait_again(hall, ticket, event.place, event.at_ms)


def _ticket_held(hall: "Hall", event: e.TicketHeld) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.state = HELD
    ticket.hold_kind = event.kind
    ticket.pinned = event.kind == "papers"
    hall.aside[ticket.ticket_id] = ticket
    _free(hall, event.window_id, event.at_ms)


def _ticket_resumed(hall: "Hall", event: e.TicketResumed) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.hold_kind = None
    if not ticket.pinned:
        ticket.window_id = None
    _wait_again(hall, ticket, "original", event.at_ms)


def _ticket_transferred(hall: "Hall", event: e.TicketTransferred) -> None:
    ticket = hall.tickets[event.ticket_id]
    if ticket.state == WAITING:
        hall.queues.take(ticket)
    if event.from_window_id is not None:
        _free(hall, event.from_window_id, event.at_ms)
    ticket.service_id = event.service_id
    ticket.window_id = event.window_id
    ticket.pinned = event.window_id is not None
    ticket.hold_kind = None
    _wait_again(hall, ticket, event.place, event.at_ms)


def _ticket_cancelled(hall: "Hall", event: e.TicketCancelled) -> None:
    ticket = hall.tickets[event.ticket_id]
    if ticket.state == WAITING:
        hall.queues.take(ticket)
    if ticket.state != MISSED:
        hall.alive -= 1
    hall.aside.pop(ticket.ticket_id, None)
    if event.window_id is not None:
        _free(hall, event.window_id, event.at_ms)
    ticket.state = CANCELLED
    ticket.finished_ms = event.at_ms
    ticket.outcome = event.reason


def _walk_in_began(hall: "Hall", event: e.WalkInBegan) -> None:
    hall.order = event.order
    hall.alive += 1
    at_ms = event.at_ms
    ticket = Ticket(event.ticket_id, "", event.order, event.service_id, event.lane_id, at_ms, "walk-in")
    ticket.state = SERVING
    ticket.since_ms = ticket.rank = ticket.called_ms = ticket.began_ms = at_ms
    ticket.window_id = event.window_id
    hall.tickets[event.ticket_id] = ticket
    window = hall.windows[event.window_id]
    window.state = SERVING
    window.ticket = ticket
    window.since_ms = at_ms
    window.changed_at = hall.position


def _wait_again(hall: "Hall", ticket: Ticket, place: e.Place, at_ms: Millis) -> None:
    ticket.state = WAITING
    hall.aside.pop(ticket.ticket_id, None)
    ticket.since_ms = ticket.rank = at_ms if place == "back" else ticket.issued_ms
    if place == "front":
        hall.queues.put_first(ticket)
    else:
        hall.queues.put(ticket)


def _free(hall: "Hall", window_id: str, at_ms: Millis) -> Window:
    window = hall.windows[window_id]
    window.state = IDLE
    window.ticket = None
    window.since_ms = at_ms
    window.expires_ms = None
    window.reason = None
    window.changed_at = hall.position
    return window


FOLDS: Final[Folds] = {
    e.TicketIssued: _ticket_issued,
    e.TicketCalled: _ticket_called,
    e.TicketRecalled: _ticket_recalled,
    e.ServiceBegan: _service_began,
    e.ServiceFinished: _service_finished,
    e.TicketMissed: _ticket_missed,
    e.TicketReinstated: _ticket_reinstated,
    e.TicketHeld: _ticket_held,
    e.TicketResumed: _ticket_resumed,
    e.TicketTransferred: _ticket_transferred,
    e.TicketCancelled: _ticket_cancelled,
    e.WalkInBegan: _walk_in_began,
}
