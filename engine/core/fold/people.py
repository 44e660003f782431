"""What the facts of the people who work in the hall change."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.fold.following import follow
from engine.core.fold.table import Folds
from engine.core.ledgers.people import Substitution

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _signed_in(hall: "Hall", event: e.ClerkSignedIn) -> None:
    hall.people.present[event.clerk_id] = event.at_ms


def _signed_out(hall: "Hall", event: e.ClerkSignedOut) -> None:
    del hall.people.present[event.clerk_id]


def _substitution_began(hall: "Hall", event: e.SubstitutionBegan) -> None:
    hall.people.substitutions[event.clerk_id] = Substitution(event.deputy_id, event.at_ms)
    _let_work_follow(hall, event.deputy_id)


def _substitution_ended(hall: "Hall", event: e.SubstitutionEnded) -> None:
    del hall.people.substitutions[event.clerk_id]
    _let_work_follow(hall, event.clerk_id)


def _let_work_follow(hall: "Hall", clerk_id: str) -> None:
    """Send what waits for this clerk, and for all whose work comes to them, to whoever does it now."""
    people = hall.people
    follow(hall, people.works_for(people.stand_in(clerk_id)))


def _owner_named(hall: "Hall", event: e.OwnerNamed) -> None:
    hall.tickets[event.ticket_id].owner_id = event.clerk_id


FOLDS: Final[Folds] = {
    e.ClerkSignedIn: _signed_in,
    e.ClerkSignedOut: _signed_out,
    e.SubstitutionBegan: _substitution_began,
    e.SubstitutionEnded: _substitution_ended,
    e.OwnerNamed: _owner_named,
}
