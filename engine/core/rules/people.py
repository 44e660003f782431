"""The rules of the people who work in the hall."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED
from engine.core.refusals import people as no
from engine.core.rules.table import Rules


def _sign_in(hall: Hall, command: c.SignIn, now_ms: Millis) -> tuple[Event, ...]:
    # Also before the day opens: clerks come earlier than visitors.
    clerk = look.clerk_of(hall, command.clerk_id)
    if clerk.clerk_id in hall.people.present:
        raise no.AlreadySignedIn()
    return (e.ClerkSignedIn(clerk.clerk_id, now_ms),)


def _sign_out(hall: Hall, command: c.SignOut, now_ms: Millis) -> tuple[Event, ...]:
    clerk = look.clerk_of(hall, command.clerk_id)
    for window in hall.windows.values():
        if window.clerk_id == clerk.clerk_id and window.state != CLOSED:
            raise no.ClerkAtWindow(window=window.plan.number)
    if clerk.clerk_id not in hall.people.present:
        raise no.NotSignedIn()
    return (e.ClerkSignedOut(clerk.clerk_id, now_ms),)


def _begin_substitution(hall: Hall, command: c.BeginSubstitution, now_ms: Millis) -> tuple[Event, ...]:
    clerk = look.clerk_of(hall, command.clerk_id)
    deputy_id = command.deputy_id or clerk.deputy_id
    if deputy_id is None:
        raise no.DeputyMissing(clerk=clerk.name)
    deputy = look.clerk_of(hall, deputy_id)
    if deputy_id == clerk.clerk_id:
        raise no.OwnDeputy()
    if deputy_id != clerk.deputy_id and not command.by_supervisor:
        raise no.NotTheDeputy(clerk=clerk.name, deputy=deputy.name)
    substitutions = hall.people.substitutions
    if clerk.clerk_id in substitutions:
        present = look.clerk_of(hall, substitutions[clerk.clerk_id].deputy_id)
        raise no.AlreadySubstituted(clerk=clerk.name, deputy=present.name)
    # Were the deputy away too, two could stand in for each other and nobody would be there.
    if deputy_id in substitutions:
        raise no.DeputyAway(deputy=deputy.name)
    return (e.SubstitutionBegan(clerk.clerk_id, deputy_id, now_ms),)


def _end_substitution(hall: Hall, command: c.EndSubstitution, now_ms: Millis) -> tuple[Event, ...]:
    clerk = look.clerk_of(hall, command.clerk_id)
    if clerk.clerk_id not in hall.people.substitutions:
        raise no.NotSubstituted(clerk=clerk.name)
    return (e.SubstitutionEnded(clerk.clerk_id, now_ms),)


RULES: Final[Rules] = {
    c.SignIn: _sign_in,
    c.SignOut: _sign_out,
    c.BeginSubstitution: _begin_substitution,
    c.EndSubstitution: _end_substitution,
}
