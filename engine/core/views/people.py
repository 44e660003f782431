"""What staff may see of the people who work in the hall; the public sees none of it."""

from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.lookups import clerk_of, plan_of
from engine.core.plan import Clerk
from engine.core.views.halls import name
from engine.core.views.table import Replies, View


def people_view(hall: Hall) -> View:
    """Who is here, where, and who stands in for whom, in the order of the plan."""
    return {"people": [person_view(hall, clerk) for clerk in plan_of(hall).clerks], "position": hall.position}


def person_view(hall: Hall, clerk: Clerk) -> View:
    """One clerk; `window` is where they sit themselves, `works_for` whose work comes to them, their own included."""
    people, timezone = hall.people, plan_of(hall).timezone
    substitution = people.substitutions.get(clerk.clerk_id)
    since_ms = people.present.get(clerk.clerk_id)
    return {
        "id": clerk.clerk_id,
        "name": name(clerk.name),
        "department": clerk.department_id,
        "since": None if since_ms is None else calendar.iso(timezone, since_ms),
        "window": people.seat_of(hall.windows, clerk.clerk_id),
        "deputy": clerk.deputy_id,
        "substitution": {
            "deputy": substitution.deputy_id,
            "since": calendar.iso(timezone, substitution.since_ms),
        }
        if substitution
        else None,
        "works_for": sorted(people.works_for(clerk.clerk_id)),
    }


def _reply(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    (event,) = events
    assert isinstance(event, e.ClerkSignedIn | e.ClerkSignedOut | e.SubstitutionBegan | e.SubstitutionEnded)
    return {"person": person_view(hall, clerk_of(hall, event.clerk_id)), "position": hall.position}


REPLIES: Final[Replies] = {
    c.SignIn: _reply,
    c.SignOut: _reply,
    c.BeginSubstitution: _reply,
    c.EndSubstitution: _reply,
}
