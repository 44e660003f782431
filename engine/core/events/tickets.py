"""Facts of a ticket: drawn, called, served, and all that may come between."""

from typing import Literal

from engine.core.events.base import HoldKind, Millis, Place
from engine.core.fact import fact

RuleKind = Literal["points", "ceiling", "absolute", "ratio", "longest", "chosen"]
"""Which rule of the policy chose: see `engine.core.plan.PolicyRule`; `chosen` is a clerk's own choice."""


@fact
class VisitItem:
    """One of the things somebody came for: queued under a service, named by an item of the catalogue if it has one."""

    service_id: str
    item_id: str | None = None


@fact
class CallReason:
    """Why this ticket and no other was called.

    `urgency` is in thousandths of a point times milliseconds per minute (see `engine.core.calling`); the runner-up is
    the ticket the rule would have taken otherwise, None when nobody else waited. `words` is what a person gave as the
    reason for passing over the rule. `turn` is where the window's N:M pattern goes on after this call, -1 when the rule
    was another one.
    """

    rule: RuleKind
    tier: int
    urgency: int
    waited_ms: Millis
    runner_up: str | None
    runner_up_urgency: int | None
    words: str | None = None
    turn: int = -1


@fact
class TicketIssued:
    """A visitor took a number. `order` counts the day's visits from 1 and breaks every tie.

    `person` is a keyed hash whose key dies with the day; `items` are what the visit is for, in sequence, empty when it
    is for the service alone. `return_of` is the earlier ticket whose right to come back was used, `stage_id` the stage
    whose result is to be collected.
    """

    ticket_id: str
    number: str
    order: int
    service_id: str
    lane_id: str
    channel: str
    evidence: str | None
    on_behalf: bool
    at_ms: Millis
    person: str | None = None
    mode: str = "instant"
    items: tuple[VisitItem, ...] = ()
    form_filled: bool = False
    appointment_id: str | None = None
    return_of: str | None = None
    stage_id: str | None = None


@fact
class TicketCalled:
    """A window called a ticket; the visitor has until the deadline to appear."""

    ticket_id: str
    window_id: str
    reason: CallReason
    expires_ms: Millis
    at_ms: Millis


@fact
class TicketRecalled:
    """The window called the same ticket once more; `count` is 1 for the first recall."""

    ticket_id: str
    window_id: str
    count: int
    expires_ms: Millis
    at_ms: Millis


@fact
class ServiceBegan:
    """The visitor is at the window."""

    ticket_id: str
    window_id: str
    at_ms: Millis


@fact
class ServiceFinished:
    """The visit ended at this window; `reason` says why it was turned away or cannot be done."""

    ticket_id: str
    window_id: str
    outcome: str
    at_ms: Millis
    reason: str | None = None


@fact
class TicketMissed:
    """Nobody came (过号). `expired` says that the deadline passed and no clerk said so."""

    ticket_id: str
    window_id: str
    expired: bool
    at_ms: Millis


@fact
class TicketReinstated:
    """A missed ticket waits again; with the place `after`, behind so many who wait now. Nobody asked for it when it is
    `automatic`, the service's rule for no-shows did."""

    ticket_id: str
    place: Place
    at_ms: Millis
    after: int = 0
    automatic: bool = False


@fact
class TicketHeld:
    """The visit was suspended (挂起) and the window is free; with `papers` only the same window takes it up again."""

    ticket_id: str
    window_id: str
    kind: HoldKind
    at_ms: Millis


@fact
class TicketResumed:
    """A held ticket waits again, in its original place."""

    ticket_id: str
    at_ms: Millis


@fact
class TicketTransferred:
    """The visit goes on elsewhere under the same number; `from_window_id` is None when it was not at a window.

    `clerk_id` is the person it was sent to: the ticket follows them to whatever window they sit at. `step` is the item
    of a combined visit it goes on with.
    """

    ticket_id: str
    from_window_id: str | None
    service_id: str
    window_id: str | None
    place: Place
    at_ms: Millis
    after: int = 0
    clerk_id: str | None = None
    step: int | None = None


@fact
class TicketCancelled:
    """The ticket was given up: by the visitor, by staff, or by the close of the day."""

    ticket_id: str
    window_id: str | None
    reason: str
    at_ms: Millis


@fact
class WalkInBegan:
    """Somebody is served without a ticket, and still counted."""

    ticket_id: str
    order: int
    service_id: str
    lane_id: str
    window_id: str
    at_ms: Millis
