"""Orders: what somebody, or a deadline, asks of a hall. `engine.core.decide` answers each with facts or a refusal."""

from dataclasses import dataclass

from engine.core.events import HoldKind, Place
from engine.core.plan import HallPlan


@dataclass(frozen=True, slots=True)
class ConfigureHall:
    """Take this plan; refused while people wait for what it no longer offers."""

    plan: HallPlan


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Begin the service day of the hall's local date, or go on with it."""


@dataclass(frozen=True, slots=True)
class EndIssuing:
    """Issue no more tickets today."""


@dataclass(frozen=True, slots=True)
class CloseDay:
    """End the service day; whoever still waits is cancelled with the reason `day-closed`."""


@dataclass(frozen=True, slots=True)
class IssueTicket:
    """Draw a number. `evidence` is the kind of paper shown for a priority lane, never its content."""

    service_id: str
    lane_id: str | None = None
    channel: str = "kiosk"
    evidence: str | None = None
    on_behalf: bool = False


@dataclass(frozen=True, slots=True)
class CallNext:
    """Call whom the rule names."""

    window_id: str


@dataclass(frozen=True, slots=True)
class CallTicket:
    """Call this waiting or held ticket, out of order, for a stated reason."""

    window_id: str
    ticket_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecallTicket:
    """Call the same ticket again."""

    window_id: str


@dataclass(frozen=True, slots=True)
class BeginService:
    """The visitor has come."""

    window_id: str


@dataclass(frozen=True, slots=True)
class FinishService:
    """The visit is over; a visit that was never begun begins and ends at once."""

    window_id: str
    outcome: str = "done"


@dataclass(frozen=True, slots=True)
class RecordNoShow:
    """The called visitor did not come (过号)."""

    window_id: str


@dataclass(frozen=True, slots=True)
class ReinstateTicket:
    """Let a missed ticket wait again."""

    ticket_id: str
    place: Place = "original"


@dataclass(frozen=True, slots=True)
class HoldTicket:
    """Suspend the visit: `no-papers` any window later, `papers` this window only, `step` something elsewhere first."""

    window_id: str
    kind: HoldKind = "no-papers"


@dataclass(frozen=True, slots=True)
class ResumeTicket:
    """Let a held ticket wait again."""

    ticket_id: str


@dataclass(frozen=True, slots=True)
class TransferTicket:
    """Send a visit to another service or to one window; it keeps its number."""

    ticket_id: str
    service_id: str | None = None
    window_id: str | None = None
    place: Place = "original"


@dataclass(frozen=True, slots=True)
class CancelTicket:
    """Give a ticket up."""

    ticket_id: str
    reason: str = "visitor"


@dataclass(frozen=True, slots=True)
class WalkDirect:
    """Serve somebody who has no ticket."""

    window_id: str
    service_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenWindow:
    window_id: str
    clerk_id: str | None = None


@dataclass(frozen=True, slots=True)
class CloseWindow:
    window_id: str


@dataclass(frozen=True, slots=True)
class PauseWindow:
    window_id: str
    reason: str = "break"


@dataclass(frozen=True, slots=True)
class ResumeWindow:
    window_id: str


@dataclass(frozen=True, slots=True)
class ExpireCalls:
    """Record every call whose visitor did not come in time."""


Command = (
    ConfigureHall
    | OpenDay
    | EndIssuing
    | CloseDay
    | IssueTicket
    | CallNext
    | CallTicket
    | RecallTicket
    | BeginService
    | FinishService
    | RecordNoShow
    | ReinstateTicket
    | HoldTicket
    | ResumeTicket
    | TransferTicket
    | CancelTicket
    | WalkDirect
    | OpenWindow
    | CloseWindow
    | PauseWindow
    | ResumeWindow
    | ExpireCalls
)
