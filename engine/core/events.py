"""Facts: what has happened in a hall, frozen, in the order of the journal.

A fact is enough to change a hall (`Hall.apply`) and to tell a device about it; it never refers to a clock or a setting.
Every fact ends with `at_ms`, whole milliseconds since 1970 in UTC.
"""

from typing import Literal

from engine.core.fact import fact
from engine.core.plan import HallPlan

Millis = int
Place = Literal["original", "front", "back"]
HoldKind = Literal["no-papers", "papers", "step"]


@fact
class CallReason:
    """Why this ticket and no other was called.

    `urgency` is in thousandths of a point times milliseconds per minute (see `engine.core.calling`); the runner-up is
    the ticket the rule would have taken otherwise, None when nobody else waited. `words` is what a person gave as the
    reason for passing over the rule.
    """

    rule: Literal["points", "chosen"]
    tier: int
    urgency: int
    waited_ms: Millis
    runner_up: str | None
    runner_up_urgency: int | None
    words: str | None = None


@fact
class HallConfigured:
    """The hall has this plan from now on."""

    plan: HallPlan
    at_ms: Millis


@fact
class DayOpened:
    """The service day began; numbers start afresh unless the same day is opened again."""

    day: str
    issuing_ends_ms: Millis
    closes_ms: Millis
    at_ms: Millis


@fact
class IssuingEnded:
    """No more tickets today; whoever holds one is served (延时)."""

    at_ms: Millis


@fact
class DayClosed:
    """The service day is over and nobody waits any more."""

    at_ms: Millis


@fact
class TicketIssued:
    """A visitor took a number. `order` counts the day's visits from 1 and breaks every tie."""

    ticket_id: str
    number: str
    order: int
    service_id: str
    lane_id: str
    channel: str
    evidence: str | None
    on_behalf: bool
    at_ms: Millis


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
    """The visit ended at this window."""

    ticket_id: str
    window_id: str
    outcome: str
    at_ms: Millis


@fact
class TicketMissed:
    """Nobody came (过号). `expired` says that the deadline passed and no clerk said so."""

    ticket_id: str
    window_id: str
    expired: bool
    at_ms: Millis


@fact
class TicketReinstated:
    """A missed ticket waits again."""

    ticket_id: str
    place: Place
    at_ms: Millis


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
    """The visit goes on elsewhere under the same number; `from_window_id` is None when it was not at a window."""

    ticket_id: str
    from_window_id: str | None
    service_id: str
    window_id: str | None
    place: Place
    at_ms: Millis


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


@fact
class WindowOpened:
    window_id: str
    clerk_id: str | None
    at_ms: Millis


@fact
class WindowClosed:
    window_id: str
    at_ms: Millis


@fact
class WindowPaused:
    window_id: str
    reason: str
    at_ms: Millis


@fact
class WindowResumed:
    window_id: str
    at_ms: Millis


Event = (
    HallConfigured
    | DayOpened
    | IssuingEnded
    | DayClosed
    | TicketIssued
    | TicketCalled
    | TicketRecalled
    | ServiceBegan
    | ServiceFinished
    | TicketMissed
    | TicketReinstated
    | TicketHeld
    | TicketResumed
    | TicketTransferred
    | TicketCancelled
    | WalkInBegan
    | WindowOpened
    | WindowClosed
    | WindowPaused
    | WindowResumed
)
