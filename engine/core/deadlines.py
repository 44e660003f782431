"""What happens by itself: the next moment at which the hall must be told to do something, as data."""

from engine.core import calendar
from engine.core.commands import CloseDay, Command, EndIssuing, ExpireCalls, OpenDay
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED, PHASE_OPEN


def next_deadline(hall: Hall) -> tuple[Millis, Command] | None:
    """When to send which command next; in the past when it is overdue, None when nothing is due.

    A hall that never had a day opens at once, so that a fresh hall works at whatever hour somebody starts it.
    """
    if hall.plan is None:
        return None
    if hall.phase == PHASE_CLOSED:
        opens_ms = calendar.next_opening(hall.plan, hall.day) if hall.day else 0
        return opens_ms, OpenDay()
    expiry = _first_expiry(hall)
    day_end = _day_end(hall)
    return expiry if expiry is not None and expiry[0] <= day_end[0] else day_end


def _first_expiry(hall: Hall) -> tuple[Millis, Command] | None:
    times = [window.expires_ms for window in hall.windows.values() if window.expires_ms is not None]
    return (min(times), ExpireCalls()) if times else None


def _day_end(hall: Hall) -> tuple[Millis, Command]:
    if hall.phase == PHASE_OPEN:
        return hall.issuing_ends_ms, EndIssuing()
    # Whoever holds a ticket is served (延时); the day ends when nobody is left, or when overtime is used up.
    return (hall.issuing_ends_ms if hall.alive == 0 else hall.closes_ms), CloseDay()
