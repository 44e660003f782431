"""Facts around a visit: its items, its paper, its stages, and visits that need no window."""

from typing import Literal

from engine.core.events.base import Millis
from engine.core.fact import fact

StageKind = Literal["back-office", "papers"]
"""What goes on without the visitor: work in a back office, or papers that are still to follow (容缺)."""


@fact
class FormPending:
    """The form is not filled in yet: the ticket keeps its place and is not called."""

    ticket_id: str
    at_ms: Millis


@fact
class FormFilled:
    """The form is filled in; the ticket waits like any other."""

    ticket_id: str
    at_ms: Millis


@fact
class TicketPrinted:
    """A printer gave the paper out; `copy` is 0 for the first one."""

    ticket_id: str
    device_id: str
    copy: int
    at_ms: Millis


@fact
class TicketNotPrinted:
    """The paper never came out; the number is known as not printed until it is."""

    ticket_id: str
    device_id: str
    reason: str
    at_ms: Millis


@fact
class TicketReprinted:
    """Somebody asked for the paper again; `copy` is 1 for the first reprint."""

    ticket_id: str
    copy: int
    at_ms: Millis


@fact
class ItemFinished:
    """One item of a combined visit is done and the visit goes on; `step` counts the items from 0."""

    ticket_id: str
    window_id: str
    step: int
    outcome: str
    reason: str | None
    at_ms: Millis


@fact
class ItemBegan:
    """The next item was begun at the same window, without queueing."""

    ticket_id: str
    window_id: str
    step: int
    service_id: str
    at_ms: Millis


@fact
class ReturnGranted:
    """The visitor was told what is missing and may come back until then without queueing anew."""

    ticket_id: str
    service_id: str
    window_id: str | None
    until_ms: Millis
    at_ms: Millis


@fact
class StageOpened:
    """The visit goes on without the visitor until `due_ms`; `waits` says that they stay in the hall for the result."""

    stage_id: str
    ticket_id: str
    kind: StageKind
    service_id: str
    department_id: str | None
    due_ms: Millis
    waits: bool
    at_ms: Millis


@fact
class StageFinished:
    """The result is there (or the papers came); `collect_service_id` is where it can be collected."""

    stage_id: str
    result: str
    collect_service_id: str | None
    at_ms: Millis


@fact
class VisitorTurnedAway:
    """Somebody was turned away before a number was drawn (劝阻), with the reason."""

    service_id: str | None
    reason: str
    channel: str
    at_ms: Millis


@fact
class SelfServiceCounted:
    """A self-service machine handled this many visits."""

    service_id: str
    device_id: str
    count: int
    at_ms: Millis


@fact
class HomeVisitRequested:
    """Somebody is to be visited at home; where and whom is kept outside, under `reference`."""

    request_id: str
    service_id: str
    reference: str
    due_ms: Millis
    at_ms: Millis


@fact
class HomeVisitAssigned:
    """A clerk goes there."""

    request_id: str
    clerk_id: str
    at_ms: Millis


@fact
class HomeVisitFinished:
    """The home visit is over."""

    request_id: str
    outcome: str
    at_ms: Millis
