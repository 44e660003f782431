"""What happens by itself: the next moment at which the hall must be told to do something, as data."""

from typing import Final

from engine.core import calendar
from engine.core.commands import (
    CloseDay,
    Command,
    EndIssuing,
    EscalateCases,
    ExpireCalls,
    KeepWatch,
    LapseAppointments,
    OpenDay,
)
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.ledgers.ledger import FOREVER
from engine.core.model import PHASE_CLOSED, PHASE_OPEN

_LAPSE: Final[Command] = LapseAppointments()
_ESCALATE: Final[Command] = EscalateCases()
_KEEP_WATCH: Final[Command] = KeepWatch()


def next_deadline(hall: Hall, until_ms: Millis = FOREVER) -> tuple[Millis, Command] | None:
    """When to send which command next; in the past when it is overdue, None when nothing is due until then.

    A hall that never had a day opens at once, so that a fresh hall works at whatever hour somebody starts it. To ask
    only for what is due by now costs less than to ask for the moment.
    """
    if hall.plan is None:
        return None
    if hall.phase == PHASE_CLOSED:
        opens_ms = calendar.next_opening(hall.plan, hall.day) if hall.day else 0
        first: tuple[Millis, Command] = (opens_ms, OpenDay())
    else:
        expiry, first = _first_expiry(hall), _day_end(hall)
        if expiry is not None and expiry[0] <= first[0]:
            first = expiry
    due = due_in_ledgers(hall, min(until_ms, first[0] - 1)) or first
    return due if due[0] <= until_ms else None


def due_in_ledgers(hall: Hall, until_ms: Millis = FOREVER) -> tuple[Millis, Command] | None:
    """What falls due by itself until then beside calls and the day: appointments, cases, warnings; or None."""
    due_ms, command = hall.appointments.next_ms, _LAPSE
    if hall.cases.next_ms < due_ms:
        due_ms, command = hall.cases.next_ms, _ESCALATE
    warnings = hall.warnings
    if warnings.not_before_ms < due_ms and warnings.not_before_ms <= until_ms:
        assert warnings.watch is not None
        if (watch_ms := warnings.watch.next_ms(hall)) < due_ms:
            due_ms, command = watch_ms, _KEEP_WATCH
    return None if due_ms > until_ms or due_ms == FOREVER else (due_ms, command)


def _first_expiry(hall: Hall) -> tuple[Millis, Command] | None:
    times = [window.expires_ms for window in hall.windows.values() if window.expires_ms is not None]
    return (min(times), ExpireCalls()) if times else None


def _day_end(hall: Hall) -> tuple[Millis, Command]:
    if hall.phase == PHASE_OPEN:
        return hall.issuing_ends_ms, EndIssuing()
    # Whoever holds a ticket is served (延时); the day ends when nobody is left, or when overtime is used up.
    return (hall.issuing_ends_ms if hall.alive == 0 else hall.closes_ms), CloseDay()
