"""Whom a window calls next, and why: the one place where a hall's queues meet the calling rule.

`rules.calling` decides by it, `engine.verify` replays it, pages show it.
"""

from collections.abc import Iterator
from heapq import merge

from engine.core import calling
from engine.core.calling import EMPTY
from engine.core.events import CallReason, Millis
from engine.core.hall import Hall
from engine.core.model import Ticket, Window
from engine.core.policy import KINDS, PolicyArrays


def next_call(hall: Hall, window: Window, now_ms: Millis) -> tuple[Ticket, CallReason] | None:
    """The ticket due at a window and the reason for it; None when nobody waits."""
    if window.policy is not None:
        return _by_policy(hall, window, window.policy, now_ms)
    queues, candidates, tiers = hall.queues, window.candidates, window.tiers
    winner, urgency, runner_up, runner_up_urgency = calling.choose(
        candidates, tiers, queues.credits, queues.rates, queues.head_order, queues.head_since, now_ms
    )
    if winner < 0:
        return None
    ticket = queues.head(candidates[winner])
    if runner_up < 0:
        return ticket, CallReason("points", tiers[winner], urgency, now_ms - ticket.since_ms, None, None)
    other = queues.head(candidates[runner_up]).ticket_id
    return ticket, CallReason("points", tiers[winner], urgency, now_ms - ticket.since_ms, other, runner_up_urgency)


def _by_policy(hall: Hall, window: Window, policy: PolicyArrays, now_ms: Millis) -> tuple[Ticket, CallReason] | None:
    queues, candidates = hall.queues, window.candidates
    winner, rule, urgency, runner_up, runner_up_urgency, turn = calling.choose_by_policy(
        candidates, window.tiers, policy.help_after, policy.kinds, policy.masks, policy.after_ms, policy.starts,
        policy.pattern, policy.lane_count, queues.credits, queues.rates, queues.head_order, queues.head_since,
        window.turn, now_ms,
    )  # fmt: skip
    if winner == EMPTY:
        return None
    ticket, tier = queues.head(candidates[winner]), window.tiers[winner]
    waited_ms = now_ms - ticket.since_ms
    reason = CallReason(
        KINDS[policy.kinds[rule]],
        calling.tier_now(tier, policy.help_after[winner], waited_ms) if tier else 0,
        urgency,
        waited_ms,
        queues.head(candidates[runner_up]).ticket_id if runner_up != EMPTY else None,
        runner_up_urgency if runner_up != EMPTY else None,
        None,
        turn,
    )
    return ticket, reason


def in_turn(hall: Hall, window: Window, now_ms: Millis) -> Iterator[Ticket]:
    """Everybody this window would call, one after the other, if it called them all at this moment."""
    if window.policy is not None:
        return _in_turn_by_policy(hall, window, window.policy, now_ms)
    queues = hall.queues
    tier_of = dict(zip(window.candidates, window.tiers, strict=True))

    def precedence(ticket: Ticket) -> tuple[int, int, int]:
        queue = ticket.queue
        value = calling.urgency(queues.credits[queue], queues.rates[queue], now_ms - ticket.since_ms)
        return (tier_of[queue], -value, ticket.order)

    # Like the rule, a merge compares the heads of the queues and leaves each queue in its own order.
    return merge(*(queues.tickets(queue) for queue in window.candidates), key=precedence)


def _in_turn_by_policy(hall: Hall, window: Window, policy: PolicyArrays, now_ms: Millis) -> Iterator[Ticket]:
    """Calls without calling: the heads move on in a copy, the pattern goes on, the clock stands still."""
    queues, candidates, turn = hall.queues, window.candidates, window.turn
    head_order, head_since = list(queues.head_order), list(queues.head_since)
    lines = {queue: queues.tickets(queue) for queue in candidates}
    heads = {queue: next(line, None) for queue, line in lines.items()}
    while True:
        winner, _, turn_after = calling.pick(
            candidates, window.tiers, policy.help_after, policy.kinds, policy.masks, policy.after_ms, policy.starts,
            policy.pattern, policy.lane_count, queues.credits, queues.rates, head_order, head_since, turn, now_ms,
            EMPTY,
        )  # fmt: skip
        if winner == EMPTY:
            return
        turn = turn if turn_after == EMPTY else turn_after
        queue = candidates[winner]
        ticket = heads[queue]
        assert ticket is not None
        yield ticket
        behind = heads[queue] = next(lines[queue], None)
        head_order[queue] = behind.order if behind is not None else EMPTY
        head_since[queue] = behind.since_ms if behind is not None else 0
