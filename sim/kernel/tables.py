"""A hall plan as arrays: queues, whom each window may call, and which windows take a newcomer first.

Queues and teams are bits of 64-bit words, so that who waits meets who may be called in one operation.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core import calendar
from engine.core.plan import MINUTE_MS, HallPlan
from engine.core.policy import PolicyArrays, compiled
from sim.kernel.shapes import Whole
from sim.visits import Habits

Long = NDArray[np.int64]
Bits = NDArray[np.uint64]
Places = NDArray[np.uint32]
"""Places in arrays: compiled code needs not ask of an unsigned number whether it counts from the end."""
Tiers = tuple[tuple[str, ...], ...]

WORD_BITS: Final = 6
WORD: Final = 1 << WORD_BITS
NO_HOURS: Final = -1
"""When a hall without hours opens: as the first visitor of the day comes."""


class HallTables(NamedTuple):
    """What the loops know of a hall.

    Services that the same windows serve in the same tiers share a line (`line_of`), which has a queue for each lane:
    its head has waited longest of them all, so the rule chooses as it would among their own queues. Queues of lines
    come first (`line × lanes + lane`), then those of windows. `credits` and `rates` have an entry a queue. Windows of
    one kind (`kind_of`) call from the same lines in the same tiers: `masks[kind, tier]` has a bit for each queue.
    Windows of one team (`team_of`) serve the same services; teams are numbered as newcomers prefer them, and
    `able[line]` has a bit for each that serves it. Times are since midnight; without hours a hall opens as the first
    visitor comes.
    """

    lines: int
    lanes: int
    windows: int
    line_of: Places
    credits: Long
    rates: Long
    kind_of: Places
    masks: Bits
    team_of: Places
    able: Bits
    walk_ms: int
    gap_ms: int
    absent_ms: int
    has_hours: bool
    opens_ms: int
    issuing_ends_ms: int
    closes_ms: int


class PolicyTables(NamedTuple):
    """How each window calls, for windows that do not all call by plain points.

    The candidates of window `w` are `candidates[candidate_from[w] : candidate_from[w + 1]]` in the plan's order, with
    their tiers and help limits beside them (-1: none). The rules of policy `policy_of[w]` (-1: plain points, and no
    help) are `kinds[rule_from[p] : rule_from[p + 1]]` with masks and ceilings beside them; `starts[start_from[p] :]`
    and `pattern[pattern_from[p] :]` are as `engine.core.calling` takes them. Policies that differ in help limits alone
    are one.
    """

    candidate_from: Whole
    candidates: Whole
    tiers: Whole
    help_after: Long
    policy_of: Whole
    rule_from: Whole
    kinds: Long
    masks: Long
    after_ms: Long
    start_from: Whole
    starts: Whole
    pattern_from: Whole
    pattern: Whole


def hall_tables(plan: HallPlan, habits: Habits) -> HallTables:
    """The tables of a hall whose people have these habits."""
    kinds = list(dict.fromkeys(window.tiers for window in plan.windows))
    teams = sorted(dict.fromkeys(_skills(window.tiers) for window in plan.windows), key=len)
    lines = list(dict.fromkeys(_tiers_of(service.service_id, kinds) for service in plan.services))
    line_of = [lines.index(_tiers_of(service.service_id, kinds)) for service in plan.services]
    team_of = {skills: place for place, skills in enumerate(teams)}
    served_by = [{line_of[place] for place, service in enumerate(plan.services) if service.service_id in skills}
                 for skills in teams]  # fmt: skip
    queues = len(lines) + len(plan.windows)
    issuing_ends_ms = max((span.end for span in plan.hours), default=calendar.MIDNIGHT) * MINUTE_MS
    return HallTables(
        lines=len(lines),
        lanes=len(plan.lanes),
        windows=len(plan.windows),
        line_of=np.array(line_of, np.uint32),
        credits=np.array([lane.credit for lane in plan.lanes] * queues, np.int64),
        rates=np.array([lane.rate for lane in plan.lanes] * queues, np.int64),
        kind_of=np.array([kinds.index(window.tiers) for window in plan.windows], np.uint32),
        masks=_masks(lines, len(kinds), len(plan.lanes)),
        team_of=np.array([team_of[_skills(window.tiers)] for window in plan.windows], np.uint32),
        able=_bits([[team for team, served in enumerate(served_by) if line in served] for line in range(len(lines))],
                   len(teams)),
        walk_ms=habits.walk_ms,
        gap_ms=habits.gap_ms,
        absent_ms=habits.absent_ms,
        has_hours=bool(plan.hours),
        opens_ms=min((span.start for span in plan.hours), default=calendar.MIDNIGHT) * MINUTE_MS,
        issuing_ends_ms=issuing_ends_ms,
        closes_ms=issuing_ends_ms + plan.rules.overtime_ms,
    )  # fmt: skip


def policy_tables(plan: HallPlan) -> PolicyTables:
    """How the windows of a hall call, each by its own policy."""
    lanes = len(plan.lanes)
    services = {service.service_id: place for place, service in enumerate(plan.services)}
    policies: dict[tuple[tuple[int, ...], ...], int] = {}
    candidates: list[int] = []
    tiers: list[int] = []
    help_after: list[int] = []
    policy_of: list[int] = []
    candidate_from = [0]
    for place, window in enumerate(plan.windows):
        queues = [(len(services) + place) * lanes + lane for lane in range(lanes)]
        tier_of = [0] * lanes
        service_of: list[str | None] = [None] * lanes
        for tier, service_ids in enumerate(window.tiers):
            for service_id in service_ids:
                queues += [services[service_id] * lanes + lane for lane in range(lanes)]
                tier_of += [tier] * lanes
                service_of += [service_id] * lanes
        policy = compiled(plan, window, service_of)
        policy_of.append(-1 if policy is None else policies.setdefault(_rules(policy), len(policies)))
        candidates += queues
        tiers += tier_of
        help_after += policy.help_after if policy is not None else [-1] * len(queues)
        candidate_from.append(len(candidates))
    columns = [[rules[part] for rules in policies] for part in range(5)]
    kinds, masks, after_ms, starts, pattern = columns
    return PolicyTables(
        candidate_from=np.array(candidate_from, np.int32),
        candidates=np.array(candidates, np.int32),
        tiers=np.array(tiers, np.int32),
        help_after=np.array(help_after, np.int64),
        policy_of=np.array(policy_of, np.int32),
        rule_from=_froms(kinds),
        kinds=_flat(kinds, np.int64),
        masks=_flat(masks, np.int64),
        after_ms=_flat(after_ms, np.int64),
        start_from=_froms(starts),
        starts=_flat(starts, np.int32),
        pattern_from=_froms(pattern),
        pattern=_flat(pattern, np.int32),
    )


def _skills(tiers: Tiers) -> frozenset[str]:
    return frozenset(service_id for tier in tiers for service_id in tier)


def _tiers_of(service_id: str, kinds: list[Tiers]) -> tuple[int, ...]:
    """The tier in which each kind of windows serves a service; -1 where it does not."""
    return tuple(next((tier for tier, ids in enumerate(kind) if service_id in ids), -1) for kind in kinds)


def _masks(lines: list[tuple[int, ...]], kinds: int, lanes: int) -> Bits:
    tiers = 1 + max(tier for line in lines for tier in line)
    queues = [
        [line * lanes + lane for line, tier_at in enumerate(lines) if tier_at[kind] == tier for lane in range(lanes)]
        for kind in range(kinds)
        for tier in range(tiers)
    ]
    return _bits(queues, len(lines) * lanes).reshape(kinds, tiers, -1)


def _bits(places: list[list[int]], count: int) -> Bits:
    """A row of words for each list of places below `count`, with these bits set."""
    rows = np.zeros((len(places), -(-count // WORD)), np.uint64)
    for row, listed in enumerate(places):
        for place in listed:
            rows[row, place // WORD] |= np.uint64(1) << np.uint64(place % WORD)
    return rows


def _rules(policy: PolicyArrays) -> tuple[tuple[int, ...], ...]:
    parts = (policy.kinds, policy.masks, policy.after_ms, policy.starts, policy.pattern)
    return tuple(tuple(part) for part in parts)


def _froms(lists: list[tuple[int, ...]]) -> Whole:
    return np.cumsum([0, *map(len, lists)]).astype(np.int32)


def _flat(lists: list[tuple[int, ...]], kind: type[np.int32] | type[np.int64]) -> NDArray[Any]:
    return np.array([value for each in lists for value in each], kind)
