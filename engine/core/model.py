"""What a hall owns and changes: tickets and windows."""

from dataclasses import dataclass, field
from typing import Final

from engine.core.events import CallReason, Millis, VisitItem
from engine.core.plan import WindowPlan
from engine.core.policy import PolicyArrays
from engine.core.transitions import WAITING

NO_QUEUE = -1

PHASE_CLOSED: Final = "closed"
PHASE_OPEN: Final = "open"
PHASE_ENDING: Final = "ending"

CLOSED = "closed"
IDLE = "idle"
PAUSED = "paused"


@dataclass(slots=True, eq=False)
class Ticket:
    """One visit today.

    `order` counts the day's visits and breaks ties; `since_ms` is when the waiting that counts began; `rank` is the
    place inside its queue (equal to `since_ms` but for tickets put in front). A ticket put behind another one shares
    its rank, and stands `seat` places after the one whose order is `behind` (0: its own order counts). `window_id` is
    where the ticket is, was held, or must wait. Times are None until they happened. `step` counts the items of a
    combined visit; `owner_id` is the clerk who answers for the visit, `for_clerk_id` the one it was sent to.
    `worked_ms` is how long windows were taken by the present item before it left them for a while. `printed` is None
    until a printer said whether the paper came out.
    """

    ticket_id: str
    number: str
    order: int
    service_id: str
    lane_id: str
    issued_ms: Millis
    channel: str = "kiosk"
    evidence: str | None = None
    on_behalf: bool = False
    state: str = WAITING
    since_ms: Millis = 0
    rank: int = 0
    behind: int = 0
    seat: int = 0
    queue: int = NO_QUEUE
    window_id: str | None = None
    pinned: bool = False
    first_called_ms: Millis | None = None
    called_ms: Millis | None = None
    began_ms: Millis | None = None
    finished_ms: Millis | None = None
    recalls: int = 0
    hold_kind: str | None = None
    outcome: str | None = None
    person: str | None = None
    mode: str = "instant"
    items: tuple[VisitItem, ...] = ()
    step: int = 0
    form_filled: bool = False
    appointment_id: str | None = None
    return_of: str | None = None
    stage_id: str | None = None
    owner_id: str | None = None
    for_clerk_id: str | None = None
    misses: int = 0
    returns: int = 0
    holds: int = 0
    held_ms: Millis | None = None
    worked_ms: Millis = 0
    printed: bool | None = None
    copies: int = 0
    reason: CallReason | None = None
    """Why it was called, the last time it was."""


@dataclass(slots=True, eq=False)
class Window:
    """One window today. `candidates` are the queues it may serve, `tiers` beside them in rising order; `policy` is None
    when it calls by plain points and helps nobody."""

    plan: WindowPlan
    candidates: list[int]
    tiers: list[int]
    services: frozenset[str]
    policy: PolicyArrays | None = None
    state: str = CLOSED
    ticket: Ticket | None = None
    clerk_id: str | None = None
    since_ms: Millis = 0
    expires_ms: Millis | None = None
    pause_reason: str | None = None
    reason: CallReason | None = None
    """Why the ticket at this window was called; None for a walk-in."""
    served: int = 0
    turn: int = 0
    """Where the N:M pattern of this window's policy goes on."""
    changed_at: int = field(default=0)
    """The position of the last fact that changed this window."""

    @property
    def window_id(self) -> str:
        return self.plan.window_id


WINDOW_ROW: Final = ("state", "clerk_id", "since_ms", "expires_ms", "pause_reason", "served", "turn", "changed_at")
"""What a window remembers beside its ticket and the reason for it, in the order of a snapshot."""
WINDOW_STATE: Final = (*WINDOW_ROW, "ticket", "reason")
