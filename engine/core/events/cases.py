"""Facts of cases: what could not be done at a window (办不成事), from acceptance to the call back."""

from engine.core.events.base import Millis
from engine.core.fact import fact


@fact
class CaseOpened:
    """A case was accepted (受理); `ticket_id` is the visit it came from."""

    case_id: str
    ticket_id: str | None
    service_id: str | None
    subject: str
    due_ms: Millis
    at_ms: Millis


@fact
class CaseInformed:
    """The visitor was told what will happen (告知)."""

    case_id: str
    at_ms: Millis


@fact
class CaseTaskGiven:
    """A department was given its part (协调); one task of a case leads."""

    case_id: str
    task: int
    department_id: str
    is_lead: bool
    due_ms: Millis
    at_ms: Millis


@fact
class CaseTaskFinished:
    """A department did its part."""

    case_id: str
    task: int
    result: str
    at_ms: Millis


@fact
class CaseEscalated:
    """The case is overdue and goes one level up (督办); `level` is 1 for the first time."""

    case_id: str
    level: int
    due_ms: Millis
    at_ms: Millis


@fact
class CaseCalledBack:
    """The visitor was called back (回访)."""

    case_id: str
    is_reached: bool
    is_satisfied: bool | None
    at_ms: Millis


@fact
class CaseClosed:
    """The case is over."""

    case_id: str
    result: str
    at_ms: Millis
