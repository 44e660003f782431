"""What the facts of ratings change, and how a finished item becomes one that may be rated."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.events import Millis
from engine.core.fold.table import Folds
from engine.core.model import Ticket

if TYPE_CHECKING:
    from engine.core.hall import Hall


def item_finished(hall: "Hall", ticket: Ticket, window_id: str, outcome: str, at_ms: Millis) -> None:
    """The item of this visit that is under way was finished at this window, by whoever sits there."""
    assert hall.plan is not None
    item_id = ticket.items[ticket.step].item_id if ticket.items else None
    clerk_id = hall.windows[window_id].clerk_id
    parts = (ticket.ticket_id, ticket.step, window_id, clerk_id, ticket.service_id, item_id, outcome, at_ms, 0)
    hall.ratings.finish(parts, hall.plan.rules.rating_days)


def _rated(hall: "Hall", event: e.TicketRated) -> None:
    hall.ratings.rate((event.ticket_id, event.step), event.stars)


def _follow_up_opened(hall: "Hall", event: e.FollowUpOpened) -> None:
    hall.ratings.open_follow_up((event.ticket_id, event.step), event.due_ms, event.at_ms)


def _follow_up_called_back(hall: "Hall", event: e.FollowUpCalledBack) -> None:
    follow_up = hall.ratings.follow_up(event.ticket_id, event.step)
    assert follow_up is not None
    follow_up.call_backs.note(event.is_reached, event.is_satisfied)


def _follow_up_closed(hall: "Hall", event: e.FollowUpClosed) -> None:
    hall.ratings.close_follow_up((event.ticket_id, event.step))


FOLDS: Final[Folds] = {
    e.TicketRated: _rated,
    e.FollowUpOpened: _follow_up_opened,
    e.FollowUpCalledBack: _follow_up_called_back,
    e.FollowUpClosed: _follow_up_closed,
}
