"""Orders around a visit: its form, its paper, its stages, and visits that need no window."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The form of this ticket is filled in."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class RecordPrint:
    """A printer says whether the paper came out; `reason` when it did not."""

    ticket_id: str
    device_id: str
    is_printed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReprintTicket:
    """Give the paper out again."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class FinishStage:
    """The result is there, or the papers came."""

    stage_id: str
    result: str = "done"


@dataclass(frozen=True, slots=True)
class TurnAway:
    """Turn somebody away before a number is drawn, with the reason."""

    reason: str
    service_id: str | None = None
    channel: str = "guide"


@dataclass(frozen=True, slots=True)
class CountSelfService:
    """A self-service machine handled visits."""

    service_id: str
    device_id: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class RequestHomeVisit:
    """Ask for a visit at home; `reference` leads to where and whom, which are kept outside."""

    service_id: str
    reference: str
    due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AssignHomeVisit:
    """Send a clerk."""

    request_id: str
    clerk_id: str


@dataclass(frozen=True, slots=True)
class FinishHomeVisit:
    """The home visit is over."""

    request_id: str
    outcome: str = "done"
