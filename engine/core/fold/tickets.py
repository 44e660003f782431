"""What the facts of a ticket change."""

from typing import TYPE_CHECKING, Final

from engine.core import calendar
from engine.core import events as e
from engine.core.events import Millis
from engine.core.fold.ratings import item_finished
from engine.core.fold.table import Folds
from engine.core.handling import mean_ms
from engine.core.ledgers.ledger import AT_ONCE
from engine.core.model import IDLE, Ticket, Window
from engine.core.transitions import CALLED, CANCELLED, FINISHED, HELD, MISSED, PREPARING, SERVING, WAITING
from engine.core.watch import watched
from engine.core.watched_queues import is_low

if TYPE_CHECKING:
    from engine.core.hall import Hall

EXTENDED: Final = "extended"
"""The mode of a visit served after issuing has ended (延时办)."""


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
    ticket.mode = event.mode
    ticket.items = event.items
    ticket.form_filled = event.form_filled
    hall.tickets[event.ticket_id] = ticket
    hall.queues.put(ticket)
    if event.person is not None:
        ticket.person = event.person
        hall.admission.hold(event.person, event.ticket_id)
    if event.appointment_id is None and event.return_of is None and event.stage_id is None:
        assert hall.plan is not None
        hall.admission.count(event.service_id, event.channel, calendar.minute_of_day(hall.plan.timezone, at_ms))
    else:
        _promised(hall, ticket, event)


def _promised(hall: "Hall", ticket: Ticket, event: e.TicketIssued) -> None:
    """Remember what a number was drawn for whose place was promised before; no quota counts it."""
    ticket.appointment_id = event.appointment_id
    ticket.return_of = event.return_of
    ticket.stage_id = event.stage_id
    if event.return_of is not None:
        hall.visits.use(event.return_of)
    if event.stage_id is not None:
        hall.visits.collect(event.stage_id, event.ticket_id)


def _form_pending(hall: "Hall", event: e.FormPending) -> None:
    ticket = hall.tickets[event.ticket_id]
    hall.queues.take(ticket)
    ticket.state = PREPARING


def _form_filled(hall: "Hall", event: e.FormFilled) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.form_filled = True
    if ticket.state == PREPARING:
        # Where it would stand had it waited all along: the time with the form was waiting too.
        ticket.state = WAITING
        hall.queues.put(ticket)


def _ticket_printed(hall: "Hall", event: e.TicketPrinted) -> None:
    hall.tickets[event.ticket_id].printed = True


def _ticket_not_printed(hall: "Hall", event: e.TicketNotPrinted) -> None:
    ticket = hall.tickets[event.ticket_id]
    # A copy that failed does not take back the paper that came out before.
    ticket.printed = bool(ticket.printed)


def _ticket_reprinted(hall: "Hall", event: e.TicketReprinted) -> None:
    hall.tickets[event.ticket_id].copies = event.copy


def _ticket_called(hall: "Hall", event: e.TicketCalled) -> None:
    ticket_id, window_id, at_ms = event.ticket_id, event.window_id, event.at_ms
    ticket = hall.tickets[ticket_id]
    if ticket.state == WAITING:
        hall.queues.take(ticket)
    else:
        del hall.aside[ticket_id]
    ticket.state = CALLED
    ticket.called_ms = at_ms
    if ticket.first_called_ms is None:
        ticket.first_called_ms = at_ms
    ticket.window_id = window_id
    ticket.recalls = 0
    ticket.hold_kind = None
    reason = event.reason
    ticket.reason = reason
    window = hall.windows[window_id]
    if reason.turn >= 0:
        window.turn = reason.turn
    window.state = CALLED
    hall.idle.pop(window_id, None)
    window.ticket = ticket
    window.since_ms = at_ms
    window.expires_ms = event.expires_ms
    window.reason = reason
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
    if at_ms >= hall.issuing_ends_ms:
        ticket.mode = EXTENDED
    window = hall.windows[event.window_id]
    window.state = SERVING
    window.since_ms = at_ms
    window.expires_ms = None
    window.changed_at = hall.position


def _item_finished(hall: "Hall", event: e.ItemFinished) -> None:
    ticket = hall.tickets[event.ticket_id]
    _handled(hall, ticket, event.at_ms)
    item_finished(hall, ticket, event.window_id, event.outcome, event.at_ms)
    window = hall.windows[event.window_id]
    window.served += 1
    window.changed_at = hall.position


def _item_began(hall: "Hall", event: e.ItemBegan) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.step = event.step
    ticket.service_id = event.service_id
    # Nobody was called: the window goes on, and its clock begins anew for this item.
    ticket.called_ms = ticket.began_ms = event.at_ms
    window = hall.windows[event.window_id]
    window.since_ms = event.at_ms
    window.changed_at = hall.position


def _service_finished(hall: "Hall", event: e.ServiceFinished) -> None:
    at_ms = event.at_ms
    ticket = hall.tickets[event.ticket_id]
    ticket.state = FINISHED
    ticket.finished_ms = at_ms
    ticket.outcome = event.outcome
    hall.alive -= 1
    _handled(hall, ticket, at_ms)
    # Whoever was cut off by the close of the day has nothing to rate yet.
    if event.outcome != "day-closed":
        item_finished(hall, ticket, event.window_id, event.outcome, at_ms)
    if ticket.stage_id is not None and event.outcome == "done":
        hall.visits.collected(ticket.stage_id)
    _free(hall, event.window_id, at_ms).served += 1


def _ticket_missed(hall: "Hall", event: e.TicketMissed) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.state = MISSED
    ticket.misses += 1
    hall.aside[ticket.ticket_id] = ticket
    hall.alive -= 1
    _free(hall, event.window_id, event.at_ms)


def _ticket_reinstated(hall: "Hall", event: e.TicketReinstated) -> None:
    ticket = hall.tickets[event.ticket_id]
    hall.alive += 1
    ticket.returns += 1
    ticket.pinned = False
    ticket.window_id = None
    ticket.for_clerk_id = None
    _wait_again(hall, ticket, event.place, event.at_ms, event.after)


def _ticket_held(hall: "Hall", event: e.TicketHeld) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.state = HELD
    ticket.hold_kind = event.kind
    ticket.holds += 1
    ticket.held_ms = event.at_ms
    ticket.worked_ms = _worked_ms(ticket, event.at_ms)
    ticket.pinned = event.kind == "papers"
    # Papers stay where they are, and without them any window will do.
    ticket.for_clerk_id = None
    hall.aside[ticket.ticket_id] = ticket
    _free(hall, event.window_id, event.at_ms)


def _ticket_resumed(hall: "Hall", event: e.TicketResumed) -> None:
    ticket = hall.tickets[event.ticket_id]
    ticket.hold_kind = None
    if not ticket.pinned:
        ticket.window_id = None
    _wait_again(hall, ticket, "original", event.at_ms, 0)


def _ticket_transferred(hall: "Hall", event: e.TicketTransferred) -> None:
    ticket = hall.tickets[event.ticket_id]
    if ticket.state == WAITING:
        hall.queues.take(ticket)
    if event.from_window_id is not None:
        _free(hall, event.from_window_id, event.at_ms)
    if event.step is not None:
        ticket.step = event.step
    elif event.service_id != ticket.service_id:
        ticket.worked_ms = 0
    elif event.from_window_id is not None:
        ticket.worked_ms = _worked_ms(ticket, event.at_ms)
    ticket.service_id = event.service_id
    ticket.window_id = event.window_id
    ticket.pinned = event.window_id is not None
    ticket.for_clerk_id = event.clerk_id
    ticket.hold_kind = None
    _wait_again(hall, ticket, event.place, event.at_ms, event.after)


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
    ticket.mode = EXTENDED if at_ms >= hall.issuing_ends_ms else hall.services[event.service_id].mode
    ticket.since_ms = ticket.rank = ticket.first_called_ms = ticket.called_ms = ticket.began_ms = at_ms
    ticket.window_id = event.window_id
    hall.tickets[event.ticket_id] = ticket
    window = hall.windows[event.window_id]
    window.state = SERVING
    hall.idle.pop(event.window_id, None)
    window.ticket = ticket
    window.since_ms = at_ms
    window.changed_at = hall.position


def _wait_again(hall: "Hall", ticket: Ticket, place: e.Place, at_ms: Millis, after: int) -> None:
    ticket.state = WAITING
    hall.aside.pop(ticket.ticket_id, None)
    ticket.behind = ticket.seat = 0
    ticket.since_ms = ticket.rank = at_ms if place in ("back", "after") else ticket.issued_ms
    if place == "front":
        hall.queues.put_first(ticket)
    elif place == "after":
        hall.queues.put_after(ticket, after)
    else:
        hall.queues.put(ticket)


def _handled(hall: "Hall", ticket: Ticket, at_ms: Millis) -> None:
    """One visit more, or one item of it, is done, and took windows so long; what was on hold counts for nobody."""
    service_id = ticket.service_id
    worked_ms = _worked_ms(ticket, at_ms)
    ticket.worked_ms = 0
    count, total_ms = hall.handled.get(service_id, (0, 0))
    count, total_ms = hall.handled[service_id] = (count + 1, total_ms + worked_ms)
    # A mean is raised by nothing but a visit that took longer.
    if worked_ms > hall.longest_ms:
        hall.longest_ms = max(hall.longest_ms, mean_ms(hall.services[service_id].mean_ms, count, total_ms))


def _worked_ms(ticket: Ticket, at_ms: Millis) -> Millis:
    """How long windows have been taken by the present item, the one where it is now included."""
    assert ticket.called_ms is not None
    # A clock set back during a visit must not make the mean time a visit takes negative.
    return ticket.worked_ms + (at_ms - ticket.called_ms if at_ms > ticket.called_ms else 0)


def _free(hall: "Hall", window_id: str, at_ms: Millis) -> Window:
    window = hall.windows[window_id]
    window.state = IDLE
    hall.idle[window_id] = None
    window.ticket = None
    window.since_ms = at_ms
    window.expires_ms = None
    window.reason = None
    window.changed_at = hall.position
    if window.plan.tide is not None and is_low(window, watched(hall)):
        # The tide has fallen while it was busy.
        hall.warnings.look_from(AT_ONCE)
    return window


FOLDS: Final[Folds] = {
    e.TicketIssued: _ticket_issued,
    e.FormPending: _form_pending,
    e.FormFilled: _form_filled,
    e.TicketPrinted: _ticket_printed,
    e.TicketNotPrinted: _ticket_not_printed,
    e.TicketReprinted: _ticket_reprinted,
    e.TicketCalled: _ticket_called,
    e.TicketRecalled: _ticket_recalled,
    e.ServiceBegan: _service_began,
    e.ItemFinished: _item_finished,
    e.ItemBegan: _item_began,
    e.ServiceFinished: _service_finished,
    e.TicketMissed: _ticket_missed,
    e.TicketReinstated: _ticket_reinstated,
    e.TicketHeld: _ticket_held,
    e.TicketResumed: _ticket_resumed,
    e.TicketTransferred: _ticket_transferred,
    e.TicketCancelled: _ticket_cancelled,
    e.WalkInBegan: _walk_in_began,
}
