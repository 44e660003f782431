"""Orders about a ticket, from the number drawn to the end of the visit."""

from dataclasses import dataclass

from engine.core.events import HoldKind, Place, VisitItem
from engine.core.plan import Mode


@dataclass(frozen=True, slots=True)
class IssueTicket:
    """Draw a number.

    `evidence` is the kind of paper shown for a priority lane, never its content; `person` is a keyed hash. `items` are
    what the visit is for, in sequence; the first one's service is `service_id`. `return_of` names the ticket whose
    right to come back is used, `stage_id` the stage whose result is collected.
    """

    service_id: str
    lane_id: str | None = None
    channel: str = "kiosk"
    evidence: str | None = None
    on_behalf: bool = False
    person: str | None = None
    mode: Mode | None = None
    items: tuple[VisitItem, ...] = ()
    form_filled: bool = False
    return_of: str | None = None
    stage_id: str | None = None


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
    """The visit is over; a visit that was never begun begins and ends at once.

    `outcome` is `done`, `told-missing` (may come back), `papers-follow` (容缺), `accepted` (goes on in the back
    office), `turned-away` or `cannot` (opens a case), the last two with a `reason`. A visit of several items goes on
    with its next one: elsewhere, or here when the clerk says `stays`. `waits` says that the visitor stays in the hall
    for the result.
    """

    window_id: str
    outcome: str = "done"
    reason: str | None = None
    stays: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class RecordNoShow:
    """The called visitor did not come (过号)."""

    window_id: str


@dataclass(frozen=True, slots=True)
class ReinstateTicket:
    """Let a missed ticket wait again; with the place `after`, behind `after` others."""

    ticket_id: str
    place: Place = "original"
    after: int = 0


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
    """Send a visit to another service, to one window, or to a person; it keeps its number.

    With the place `after` it waits behind `after` others.
    """

    ticket_id: str
    service_id: str | None = None
    window_id: str | None = None
    place: Place = "original"
    clerk_id: str | None = None
    after: int = 0


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
class ExpireCalls:
    """Record every call whose visitor did not come in time."""
