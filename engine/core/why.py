"""Why a ticket was called, or is not called yet: who goes first at which windows, and by which rule.

For a ticket that was called the reason is the one in the stored fact; for one that waits, what each window that may
call it would do now. Nothing here concerns another visitor but a ticket's number, how long it waits and its points.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from engine.core import calling, choice
from engine.core import lookups as look
from engine.core.calling import EMPTY
from engine.core.estimates import estimate
from engine.core.events import CallReason, Millis, RuleKind
from engine.core.hall import Hall
from engine.core.model import CLOSED, PAUSED, Ticket, Window
from engine.core.refusals import Refusal
from engine.core.transitions import WAITING

PLACES_MAX = 50
"""How far down a window's line a place is looked for."""

Because = Literal["next", "behind", "tier", "uncalled"] | RuleKind
"""Why a window calls somebody else first: an earlier one of the same queue, the services of an earlier tier, the rule
that chose; `uncalled` when none of its rules takes this ticket now, `next` when it is this ticket's turn."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What the rules see of a waiting ticket at a window."""

    ticket: Ticket
    urgency: int
    waited_ms: Millis
    tier: int


@dataclass(frozen=True, slots=True)
class Here:
    """How a waiting ticket stands at one window that may call it.

    `first` is whom the window would call now; `place` counts from 1 and is None far down the line. `help_in_ms` is when
    the ticket counts among the window's own, None when it does already or never will. `barred` is why the window may
    call nobody now, if it may not.
    """

    window: Window
    because: Because
    mine: Stand
    first: Stand | None
    place: int | None
    help_in_ms: Millis | None
    barred: Refusal | None


@dataclass(frozen=True, slots=True)
class Called:
    """That a ticket was called: when, where to, and the stored reason."""

    at_ms: Millis
    window: Window | None
    reason: CallReason


@dataclass(frozen=True, slots=True)
class Why:
    """The answer about one ticket: its last call if it has one, and while it waits each window that may call it.

    `ahead` are those of its service, or for its window, who go first. Open windows come first, the nearest before all.
    """

    ticket: Ticket
    called: Called | None
    ahead: int
    windows: tuple[Here, ...]


def why(hall: Hall, ticket: Ticket, now_ms: Millis) -> Why:
    """The answer about a ticket of today."""
    if ticket.state != WAITING:
        return Why(ticket, called(hall, ticket), 0, ())
    outlook = estimate(hall, ticket, now_ms)
    assert outlook is not None
    here = sorted(_windows(hall, ticket, now_ms), key=_nearness)
    return Why(ticket, None, outlook.ahead, tuple(here))


def called(hall: Hall, ticket: Ticket) -> Called | None:
    """The last call of a ticket, None when it was never called."""
    reason = ticket.reason
    if reason is None:
        return None
    window = hall.windows.get(ticket.window_id) if ticket.window_id else None
    return Called(ticket.since_ms + reason.waited_ms, window, reason)


def may_call(window: Window, ticket: Ticket) -> bool:
    """Whether a window serves a ticket: it was sent there, or to none in particular and is for one of its services."""
    return ticket.window_id == window.window_id if ticket.pinned else ticket.service_id in window.services


def _windows(hall: Hall, ticket: Ticket, now_ms: Millis) -> Iterator[Here]:
    for window in hall.windows.values():
        if may_call(window, ticket) and (ticket.pinned or window.state != CLOSED):
            yield _here(hall, window, ticket, now_ms)


def _nearness(here: Here) -> tuple[bool, int]:
    is_shut = here.window.state in (CLOSED, PAUSED) or here.barred is not None
    return is_shut, here.place or PLACES_MAX + 1


def _here(hall: Hall, window: Window, ticket: Ticket, now_ms: Millis) -> Here:
    line = list(islice(choice.in_turn(hall, window, now_ms), PLACES_MAX))
    place = line.index(ticket) + 1 if ticket in line else None
    mine = _stand(hall, window, ticket, now_ms)
    due = choice.next_call(hall, window, now_ms)
    first = _stand(hall, window, due[0], now_ms) if due is not None else None
    at = window.candidates.index(ticket.queue)
    limit_ms = window.policy.help_after[at] if window.policy is not None else EMPTY
    help_in_ms = limit_ms - mine.waited_ms if mine.tier > 0 and limit_ms != EMPTY else None
    is_called = place is not None or len(line) == PLACES_MAX
    because = _because(mine, first, due[1]) if first is not None and due is not None and is_called else "uncalled"
    return Here(window, because, mine, first, place, help_in_ms, _barred(hall, window, now_ms))


def _barred(hall: Hall, window: Window, now_ms: Millis) -> Refusal | None:
    try:
        look.require_may_call(hall, window, now_ms)
    except Refusal as refusal:
        return refusal
    return None


def _because(mine: Stand, first: Stand, reason: CallReason) -> Because:
    if first.ticket is mine.ticket:
        return "next"
    if first.ticket.queue == mine.ticket.queue:
        return "behind"
    if first.tier < mine.tier:
        return "tier"
    return reason.rule


def _stand(hall: Hall, window: Window, ticket: Ticket, now_ms: Millis) -> Stand:
    queue = ticket.queue
    at = window.candidates.index(queue)
    waited_ms = now_ms - ticket.since_ms
    limit_ms = window.policy.help_after[at] if window.policy is not None else EMPTY
    return Stand(
        ticket,
        calling.urgency(hall.queues.credits[queue], hall.queues.rates[queue], waited_ms),
        waited_ms,
        calling.tier_now(window.tiers[at], limit_ms, waited_ms),
    )
