"""Facts of ratings (好差评) and what follows a bad one."""

from engine.core.events.base import Millis
from engine.core.fact import fact


@fact
class TicketRated:
    """A visitor rated one item of a visit, once: 5 (very satisfied) to 1; sub-scores None when not given.

    What was rated stands here too, for it may be told long after the hall has forgotten the visit.
    """

    ticket_id: str
    step: int
    stars: int
    efficiency: int | None
    skill: int | None
    attitude: int | None
    channel: str
    window_id: str | None
    clerk_id: str | None
    at_ms: Millis
    service_id: str = ""
    item_id: str | None = None
    outcome: str = "done"
    finished_ms: Millis = 0


@fact
class FollowUpOpened:
    """A bad rating must be looked into by then."""

    ticket_id: str
    step: int
    due_ms: Millis
    at_ms: Millis


@fact
class FollowUpCalledBack:
    """Whoever rated badly was called back."""

    ticket_id: str
    step: int
    is_reached: bool
    is_satisfied: bool | None
    at_ms: Millis


@fact
class FollowUpClosed:
    """The bad rating was looked into."""

    ticket_id: str
    step: int
    result: str
    at_ms: Millis
