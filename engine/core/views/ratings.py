"""What people may see of ratings: figures, always with how many were asked; and what is being looked into."""

from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.ratings import STARS_MAX, FollowUp, Tally
from engine.core.scores import PARTS, SATISFIED_MIN, STARS
from engine.core.views.halls import name
from engine.core.views.table import Replies, View


def scale_view() -> View:
    """The words of a rating, best first."""
    return {
        "stars": [{"stars": stars, "name": name(words)} for stars, words in STARS.items()],
        "parts": [{"id": part, "name": name(words)} for part, words in PARTS.items()],
    }


def ratings_view(hall: Hall) -> View:
    """The figures of the days that may still be rated: of all, by window and by clerk."""
    rating_days = look.plan_of(hall).rules.rating_days
    everybody = _nothing()
    by_window: dict[str, Tally] = {}
    by_clerk: dict[str, Tally] = {}
    for (window_id, clerk_id), tally in hall.ratings.tallies(rating_days):
        _add(everybody, tally)
        _add(by_window.setdefault(window_id, _nothing()), tally)
        if clerk_id is not None:
            _add(by_clerk.setdefault(clerk_id, _nothing()), tally)
    return {
        "days": [calendar.day_text(day) for day in sorted(hall.ratings.rateable_days(rating_days))],
        "all": _figures(everybody),
        "windows": [{"window": window_id, **_figures(tally)} for window_id, tally in sorted(by_window.items())],
        "clerks": [{"clerk": clerk_id, **_figures(tally)} for clerk_id, tally in sorted(by_clerk.items())],
        "open_follow_ups": len(hall.ratings.open_follow_ups()),
        "position": hall.position,
    }


def own_ratings_view(hall: Hall, window_id: str) -> View:
    """The figures of whoever sits at this window now; of the window itself when nobody said who does.

    Sums only: which visitor gave which stars is for supervisors.
    """
    clerk_id = look.window_of(hall, window_id).clerk_id
    own = _nothing()
    for place, tally in hall.ratings.tallies(look.plan_of(hall).rules.rating_days):
        if place[0] == window_id if clerk_id is None else place[1] == clerk_id:
            _add(own, tally)
    return {"window": window_id, "clerk": clerk_id, **_figures(own), "position": hall.position}


def follow_up_view(hall: Hall, follow_up: FollowUp, now_ms: Millis) -> View:
    """A bad rating that is being looked into."""
    plan = look.plan_of(hall)
    return {
        "ticket_id": follow_up.ticket_id,
        "step": follow_up.step,
        "stars": follow_up.stars,
        "window": follow_up.window_id,
        "clerk": follow_up.clerk_id,
        "opened_at": calendar.iso(plan.timezone, follow_up.opened_ms),
        "due_at": calendar.iso(plan.timezone, follow_up.due_ms),
        "is_overdue": follow_up.due_ms <= now_ms,
        "call_backs": follow_up.call_backs.attempts,
        "is_reached": follow_up.call_backs.is_reached,
        "is_satisfied": follow_up.call_backs.is_satisfied,
    }


def _nothing() -> Tally:
    return [0] * (STARS_MAX + 1)


def _add(total: Tally, tally: Tally) -> None:
    for stars, count in enumerate(tally):
        total[stars] += count


def _figures(tally: Tally) -> View:
    """How many items could be rated and were, and what was said; a share is of 1, None when it is of nothing."""
    counts = {stars: tally[stars] for stars in STARS}
    rated = sum(counts.values())
    satisfied = sum(count for stars, count in counts.items() if stars >= SATISFIED_MIN)
    return {
        "items": sum(tally),
        "rated": rated,
        "rate": _share(rated, sum(tally)),
        "mean": _share(sum(stars * count for stars, count in counts.items()), rated),
        "satisfied": _share(satisfied, rated),
        "stars": {str(stars): count for stars, count in counts.items()},
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rated(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    rated = events[0]
    assert isinstance(rated, e.TicketRated)
    return {"stars": rated.stars, "name": name(STARS[rated.stars]), "step": rated.step, "position": hall.position}


def _followed_up(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    fact = events[0]
    assert isinstance(fact, e.FollowUpCalledBack | e.FollowUpClosed)
    follow_up = hall.ratings.follow_up(fact.ticket_id, fact.step)
    shown = follow_up_view(hall, follow_up, now_ms) if follow_up else None
    return {"follow_up": shown, "position": hall.position}


REPLIES: Final[Replies] = {
    c.RateTicket: _rated,
    c.CallBackFollowUp: _followed_up,
    c.CloseFollowUp: _followed_up,
}
