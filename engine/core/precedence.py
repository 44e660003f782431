"""Who would be called before a ticket at windows of one kind, queue by queue, if all were called at this moment.

Each count asks of one other ticket at a time whether it goes first, so somebody leaving never raises it.
"""

from dataclasses import dataclass

from engine.core.calling import ABSOLUTE, CEILING, EMPTY, POINTS, RATIO, tier_now
from engine.core.capacity import Kind, Place
from engine.core.events import Millis
from engine.core.policy import PolicyArrays
from engine.core.queues import Queues


@dataclass(frozen=True, slots=True)
class Claim:
    """What a ticket brings to the rules: its lane's index, since when it waits, its order, and how urgent it is now."""

    lane: int
    since_ms: Millis
    order: int
    urgency: int


class Precedence:
    """One ticket against the queues that compete with it at one kind of windows, at one moment."""

    __slots__ = ("_claim", "_now_ms", "_policy", "_queues", "_rule", "_tier", "_windows")

    def __init__(self, queues: Queues, kind: Kind, claim: Claim, now_ms: Millis) -> None:
        self._queues = queues
        self._claim = claim
        self._now_ms = now_ms
        self._policy = kind.policy
        self._windows = kind.windows
        self._tier = tier_now(kind.tier, kind.help_ms, now_ms - claim.since_ms)
        self._rule = _rule_of(kind.policy, claim, now_ms) if kind.policy is not None else EMPTY

    def count(self, queue: int, place: Place) -> tuple[int, int]:
        """How many of a queue go first for certain, and how many more take turns with the ticket's lane (N:M)."""
        waiting = self._queues.length(queue)
        if place.tier < self._tier:
            return waiting, 0
        if place.tier == self._tier == 0 or place.help_ms == EMPTY:
            return self._in_tier(queue) if place.tier == self._tier else (0, 0)
        helped = self._queues.older(queue, self._now_ms - place.help_ms + 1, 0)
        if self._tier > 0:
            # Those who are helped count as of tier 0, and so go first.
            sure, turns = self._in_tier(queue) if place.tier == self._tier else (0, 0)
            sure = max(sure, helped)
            return sure, min(turns, waiting - sure)
        sure, turns = self._in_tier(queue)
        return min(sure, helped), min(turns, max(0, helped - sure))

    def turns(self, lane: int, before: int) -> int:
        """How many calls of another lane of the ratio come first, with `before` of the ticket's own lane first too.

        At whichever of the windows comes to the ticket's lane soonest.
        """
        policy, mine = self._policy, self._claim.lane
        assert policy is not None
        pattern = policy.pattern[policy.starts[self._rule] : policy.starts[self._rule + 1]]
        rounds, rest = divmod(before, pattern.count(mine))
        return rounds * pattern.count(lane) + min(
            _count_until(pattern, window.turn, lane, mine, rest) for window in self._windows
        )

    def _in_tier(self, queue: int) -> tuple[int, int]:
        """The counts among those of the ticket's own tier."""
        queues, claim, policy = self._queues, self._claim, self._policy
        if policy is None:
            return queues.more_urgent(queue, claim.urgency, self._now_ms), 0
        waiting, bit, above = queues.length(queue), 1 << queue % policy.lane_count, 0
        if self._rule == EMPTY:
            return waiting, 0
        for rule in range(self._rule):
            if policy.masks[rule] & bit:
                if policy.kinds[rule] != CEILING:
                    return waiting, 0
                above = max(above, queues.older(queue, self._now_ms - policy.after_ms[rule] + 1, 0))
        if not policy.masks[self._rule] & bit:
            return above, 0
        sure, turns = self._by_rule(queue, policy)
        return max(above, sure), max(0, turns - above)

    def _by_rule(self, queue: int, policy: PolicyArrays) -> tuple[int, int]:
        """The counts under the rule that would take the ticket."""
        queues, claim, rule = self._queues, self._claim, self._rule
        lane, kind = queue % policy.lane_count, policy.kinds[rule]
        if kind == POINTS:
            return queues.more_urgent(queue, claim.urgency, self._now_ms), 0
        if lane != claim.lane and kind == RATIO:
            return 0, queues.length(queue)
        if lane != claim.lane and kind == ABSOLUTE:
            order = policy.pattern[policy.starts[rule] : policy.starts[rule + 1]]
            return (queues.length(queue) if order.index(lane) < order.index(claim.lane) else 0), 0
        return queues.older(queue, claim.since_ms, claim.order), 0


def _count_until(pattern: list[int], turn: int, lane: int, mine: int, passed: int) -> int:
    """How often `lane` comes in the pattern from this turn on before `mine` that comes after `passed` others of it.

    >>> _count_until([1, 1, 0], 0, 1, 0, 0), _count_until([1, 1, 0], 2, 1, 0, 0), _count_until([1, 1, 0], 1, 0, 1, 1)
    (2, 0, 1)
    """
    count = 0
    while True:
        here = pattern[turn % len(pattern)]
        if here == mine:
            if passed == 0:
                return count
            passed -= 1
        count += here == lane
        turn += 1


def _rule_of(policy: PolicyArrays, claim: Claim, now_ms: Millis) -> int:
    """The first rule that would take the ticket now if it were alone; -1 when none would."""
    for rule, kind in enumerate(policy.kinds):
        if policy.masks[rule] >> claim.lane & 1 and (
            kind != CEILING or now_ms - claim.since_ms >= policy.after_ms[rule]
        ):
            return rule
    return EMPTY
