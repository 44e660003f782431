"""Calling policies: a window's rules as the arrays the calling functions read, who could wait for ever, and the bounds.

Tiers come before every rule of a policy: its rules choose among those of the lowest tier that has somebody waiting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from engine.core.events import Millis, RuleKind
from engine.core.plan import MINUTE_MS, HallPlan, Lane, Policy, PolicyRule, WindowPlan

KINDS: Final[tuple[RuleKind, ...]] = ("ceiling", "absolute", "ratio", "points", "longest")
"""The names of the kinds, by their numbers in `engine.core.calling`."""

PLAIN: Final = (PolicyRule("points"),)


@dataclass(frozen=True, slots=True)
class PolicyArrays:
    """A window's policy as `calling.choose_by_policy` takes it; `help_after` runs beside the window's candidates."""

    help_after: list[int]
    kinds: list[int]
    masks: list[int]
    after_ms: list[int]
    starts: list[int]
    pattern: list[int]
    lane_count: int


@dataclass(frozen=True, slots=True)
class Bound:
    """What may pass a ticket of a lane; see `bound`."""

    reach_ms: Millis | None
    others: int = 0
    own: int = 1

    def calls(self, before: int) -> int:
        """The most tickets of other lanes that one window calls first, when `before` of the own lane come first."""
        return -(-(before + 1) // self.own) * self.others


def policy_of(plan: HallPlan, window: WindowPlan) -> Policy | None:
    """The policy by which a window calls: its own, or the hall's; None is the plain rule."""
    policy_id = window.policy_id or plan.rules.policy_id
    return next(policy for policy in plan.policies if policy.policy_id == policy_id) if policy_id else None


def compiled(plan: HallPlan, window: WindowPlan, service_of_candidate: Sequence[str | None]) -> PolicyArrays | None:
    """A window's policy as arrays; None when it calls by plain points and helps nobody, so that `choose` will do.

    `service_of_candidate` names the service of each of the window's queues, None for those of the window itself.
    """
    policy = policy_of(plan, window)
    rules = policy.rules if policy is not None else PLAIN
    limits = {each.service_id: each.after_ms for each in window.help_after_ms}
    helped = {service_id for tier in window.tiers[1:] for service_id in tier} & limits.keys()
    if rules == PLAIN and not helped:
        return None
    help_after = [limits[each] if each in helped else -1 for each in service_of_candidate]
    place = {lane.lane_id: index for index, lane in enumerate(plan.lanes)}
    patterns = [[place[lane_id] for lane_id in _pattern(rule)] for rule in rules]
    starts = [0]
    for pattern in patterns:
        starts.append(starts[-1] + len(pattern))
    return PolicyArrays(
        help_after,
        [KINDS.index(rule.kind) for rule in rules],
        [sum(1 << place[lane_id] for lane_id in lanes_of(rule, plan.lanes)) for rule in rules],
        [rule.after_ms for rule in rules],
        starts,
        [lane for pattern in patterns for lane in pattern],
        len(plan.lanes),
    )


def lanes_of(rule: PolicyRule, lanes: Iterable[Lane]) -> tuple[str, ...]:
    """The lanes a rule chooses among, each once: those it names, or all."""
    if not rule.lane_ids:
        return tuple(lane.lane_id for lane in lanes)
    named = zip(rule.lane_ids, rule.takes, strict=True) if rule.kind == "ratio" else ((x, 1) for x in rule.lane_ids)
    return tuple(dict.fromkeys(lane_id for lane_id, takes in named if takes))


def turns(lane_ids: Sequence[str], takes: Sequence[int]) -> list[str]:
    """The round of a ratio, as even as it can be: each lane's k-th turn of n is due at k / n, ties as listed.

    >>> "".join(turns("PO", (2, 1))), "".join(turns("PO", (5, 2))), "".join(turns("PQO", (1, 1, 1)))
    ('PPO', 'PPOPPPO', 'PQO')
    """
    due = [(Fraction(turn, count), place) for place, count in enumerate(takes) for turn in range(1, count + 1)]
    return [lane_ids[place] for _, place in sorted(due)]


def _pattern(rule: PolicyRule) -> Sequence[str]:
    """The lanes of a rule in the order in which it looks at them; none when the order plays no part."""
    if rule.kind == "ratio":
        return turns(rule.lane_ids, rule.takes)
    return rule.lane_ids if rule.kind == "absolute" else ()


# --- who could wait for ever ---


def starving(policy: Policy, lanes: Sequence[Lane]) -> tuple[str, ...]:
    """The lanes that could wait for ever under a policy and are not marked `may_starve`, in the hall's order.

    A lane is safe when the policy's first rule, before which there is none, serves it in turn with the others: a
    ceiling, a ratio or the longest wait that names it, points of a rate above 0, or the first place of an absolute
    order. Otherwise that rule may find others for ever: an absolute order those before it, a ceiling those above it
    when the hall is overloaded, points those whose waiting weighs more than nothing.
    """
    return tuple(
        lane.lane_id
        for lane in lanes
        if lane.lane_id not in policy.may_starve and not _is_served(policy.rules[0], lane, lanes)
    )


def never_own(windows: Iterable[WindowPlan], service_ids: Iterable[str]) -> tuple[str, ...]:
    """The services no window serves, or only in later tiers without a help limit, so that others go first for ever."""
    own: set[str] = set()
    for window in windows:
        later = {service_id for tier in window.tiers[1:] for service_id in tier}
        own.update(*window.tiers[:1], later & {each.service_id for each in window.help_after_ms})
    return tuple(service_id for service_id in service_ids if service_id not in own)


def _is_served(rule: PolicyRule, lane: Lane, lanes: Sequence[Lane]) -> bool:
    served = lanes_of(rule, lanes)
    if lane.lane_id not in served:
        return False
    if rule.kind == "absolute":
        return served[0] == lane.lane_id
    if rule.kind == "points" and lane.rate == 0:
        rivals = [other for other in lanes if other.lane_id in served]
        return all(other.rate == 0 and other.credit <= lane.credit for other in rivals)
    return True


def bound(policy: Policy, lanes: Sequence[Lane], lane_id: str, longest_ms: Millis) -> Bound | None:
    """How far a ticket of this lane can be passed; None when it could wait for ever.

    Say ticket T of the lane came at a, and ticket X of the same tier that came at p is called at t > a although T
    waits. `longest_ms` is the longest wait V of anybody called meanwhile. Then by the policy's first rule:

    - ceiling: from a + after_ms on T itself is above it, and only who came before T is called first; until then X came
      before it was called, so p - a < after_ms. `reach_ms` = after_ms.
    - longest, or the first lane of an absolute order: X came before T. `reach_ms` = 0.
    - points: with credits c of T and C of X, rates r and R, and v = t - p <= V, X is preferred when
      C + R v >= c + r (v + p - a), that is p - a <= (C - c + (R - r) v) / r, which is linear in v: `reach_ms` is the
      larger of its values at v = 0 and v = V, the largest over the other lanes.
    - ratio: the pattern gives T's lane n turns in each round of n + N, so the (b + 1)-th call from the lane comes
      within ceil((b + 1) / n) rounds, each with at most N calls of others. `calls(b)` = ceil((b + 1) / n) × N for each
      window, where b of T's own lane come first; a ceiling behind the ratio never chooses while T waits.

    With `reach_ms` the number of calls is bounded by the number of people: those before T and those who come within
    `reach_ms` after it.
    """
    first = policy.rules[0]
    lane = next(lane for lane in lanes if lane.lane_id == lane_id)
    if not _is_served(first, lane, lanes):
        return None
    if first.kind == "ratio":
        round_ = dict(zip(first.lane_ids, first.takes, strict=True))
        return Bound(None, sum(round_.values()) - round_[lane_id], round_[lane_id])
    if first.kind == "points":
        served = lanes_of(first, lanes)
        reaches = [_reach_ms(lane, each, longest_ms) for each in lanes if each.lane_id in served]
        return Bound(max(0, *reaches))
    return Bound(first.after_ms if first.kind == "ceiling" else 0)


def _reach_ms(lane: Lane, other: Lane, longest_ms: Millis) -> Millis:
    if lane.rate == 0:
        # Served all the same: nobody's waiting weighs anything, so nobody who comes later is preferred.
        return 0
    head_start = (other.credit - lane.credit) * MINUTE_MS
    return max(head_start, head_start + (other.rate - lane.rate) * longest_ms) // lane.rate
