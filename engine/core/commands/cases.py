"""Orders about cases (办不成事)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Accept a case (受理), from a visit or without one."""

    subject: str
    ticket_id: str | None = None
    service_id: str | None = None


@dataclass(frozen=True, slots=True)
class InformCase:
    """The visitor was told what will happen (告知)."""

    case_id: str


@dataclass(frozen=True, slots=True)
class GiveCaseTask:
    """Give a department its part (协调)."""

    case_id: str
    department_id: str
    is_lead: bool = False
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class FinishCaseTask:
    """A department did its part."""

    case_id: str
    task: int
    result: str = "done"


@dataclass(frozen=True, slots=True)
class CallBackCase:
    """The visitor was called back (回访)."""

    case_id: str
    is_reached: bool
    is_satisfied: bool | None = None


@dataclass(frozen=True, slots=True)
class CloseCase:
    """End a case."""

    case_id: str
    result: str = "solved"


@dataclass(frozen=True, slots=True)
class EscalateCases:
    """Take every overdue case one level up (督办)."""
