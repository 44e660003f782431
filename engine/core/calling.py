"""The calling rule: which ticket next, and why, as plain numeric functions.

The plain rule (`choose`): among the queues a window may serve, the lowest tier that has somebody waiting; in it the
largest `credit + rate × minutes waited`; ties go to whoever came first. Only the head of a queue can win, because
inside a queue everybody has the same credit and rate.

A policy (`choose_by_policy`) has ordered rules in place of the points. Tiers come before all of its rules, but a queue
of a later tier whose head has waited for the window's help limit counts as tier 0.

These functions take whole numbers and sequences of whole numbers and nothing else, so a compiler can take them as they
are. An urgency is `credit × 60,000 + rate × milliseconds waited` with credit and rate in thousandths: it stays far
inside 64 bits (30 points and a year of waiting at 100 points a minute is 3.2e15).
"""

from collections.abc import Sequence

MINUTE_MS = 60_000
EMPTY = -1
NO_LIMIT = 2**62

CEILING, ABSOLUTE, RATIO, POINTS, LONGEST = 0, 1, 2, 3, 4
"""The kinds of a policy's rules, as numbers."""


def urgency(credit: int, rate: int, waited_ms: int) -> int:
    """How urgent a ticket is; `credit` and `rate` in thousandths of a point, per minute for the rate.

    >>> urgency(30_000, 2_000, 60_000) == urgency(0, 1_000, 32 * 60_000)
    True
    """
    return credit * MINUTE_MS + rate * waited_ms


def points(value: int) -> float:
    """An urgency in points, for people.

    >>> points(urgency(30_000, 2_000, 90_000))
    33.0
    """
    return value / (MINUTE_MS * 1_000)


def choose(
    candidates: Sequence[int],
    tiers: Sequence[int],
    credits: Sequence[int],
    rates: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    now_ms: int,
) -> tuple[int, int, int, int]:
    """The place in `candidates` of the winner and of the runner-up, each with its urgency; -1 for nobody.

    `candidates` are queue numbers, `tiers` runs beside it in rising order; `credits`, `rates`, `head_order` (-1: empty)
    and `head_since` (when the head's waiting began) are indexed by queue number. The runner-up is whom the rule would
    take if the winner were not there and its queue empty behind it.
    """
    winner = EMPTY
    winner_tier = 0
    winner_urgency = 0
    winner_order = 0
    runner_up = EMPTY
    runner_up_tier = 0
    runner_up_urgency = 0
    runner_up_order = 0
    for place, queue in enumerate(candidates):
        order = head_order[queue]
        if order == EMPTY:
            continue
        tier = tiers[place]
        value = credits[queue] * MINUTE_MS + rates[queue] * (now_ms - head_since[queue])
        if winner == EMPTY or (
            tier == winner_tier and (value > winner_urgency or (value == winner_urgency and order < winner_order))
        ):
            runner_up, runner_up_tier = winner, winner_tier
            runner_up_urgency, runner_up_order = winner_urgency, winner_order
            winner, winner_tier, winner_urgency, winner_order = place, tier, value, order
        elif runner_up == EMPTY or (
            tier == runner_up_tier
            and (value > runner_up_urgency or (value == runner_up_urgency and order < runner_up_order))
        ):
            runner_up, runner_up_tier, runner_up_urgency, runner_up_order = place, tier, value, order
    return winner, winner_urgency, runner_up, runner_up_urgency


def choose_by_policy(
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    kinds: Sequence[int],
    masks: Sequence[int],
    after_ms: Sequence[int],
    starts: Sequence[int],
    pattern: Sequence[int],
    lane_count: int,
    credits: Sequence[int],
    rates: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    turn: int,
    now_ms: int,
) -> tuple[int, int, int, int, int, int]:
    """The winner's place in `candidates`, its rule and urgency, the runner-up's place and urgency, and the turn.

    -1 is nobody; the rule is its index; the turn is where the pattern goes on after this call, -1 when no ratio chose.
    The runner-up is whom the policy would take if the winner's queue were empty. Both are whom `pick` finds, in the way
    that is quickest where nothing is compiled. Beside what `choose` takes: `help_after` runs beside `candidates` (-1:
    no limit); `kinds`, `masks` (a bit per lane) and `after_ms` have an entry for each rule, whose lanes in order are
    `pattern[starts[rule] : starts[rule + 1]]`. A queue's lane is its number modulo the number of lanes, of which there
    are at most 62.
    """
    heads, taken = _lowest_tier(candidates, tiers, help_after, head_order, head_since, now_ms)
    if not heads:
        return EMPTY, EMPTY, 0, EMPTY, 0, EMPTY
    every_lane = (1 << lane_count) - 1
    for rule, kind in enumerate(kinds):
        mask, turn_after = masks[rule], EMPTY
        line = heads if mask == every_lane else [head for head in heads if mask >> head[3] % lane_count & 1]
        if not line:
            continue
        if kind == CEILING:
            since_max = now_ms - after_ms[rule]
            # At most moments nobody at all has waited so long.
            if line[0][0] > since_max:
                continue
            line = [head for head in line if head[0] <= since_max]
        elif kind == POINTS:
            line = [
                (-credits[queue] * MINUTE_MS - rates[queue] * (now_ms - since), order, place, queue)
                for since, order, place, queue in line
            ]
            line.sort()
        elif kind != LONGEST:
            lanes = pattern[starts[rule] : starts[rule + 1]]
            step = turn % len(lanes) if kind == RATIO else 0
            while not (found := [head for head in line if head[3] % lane_count == lanes[step]]):
                step = (step + 1) % len(lanes)
            line, turn_after = found, (step + 1) % len(lanes) if kind == RATIO else EMPTY
        break
    else:
        return EMPTY, EMPTY, 0, EMPTY, 0, EMPTY
    _, _, winner, queue = line[0]
    mine = credits[queue] * MINUTE_MS + rates[queue] * (now_ms - head_since[queue])
    runner_up = EMPTY
    if len(line) > 1:
        # Without the winner an earlier rule finds nobody either, and this one looks at the same tier and lanes as long
        # as anybody is left there.
        runner_up = line[1][2]
    elif taken > 1:
        runner_up, _, _ = pick(
            candidates, tiers, help_after, kinds, masks, after_ms, starts, pattern, lane_count, credits, rates,
            head_order, head_since, turn, now_ms, winner,
        )  # fmt: skip
    if runner_up == EMPTY:
        return winner, rule, mine, EMPTY, 0, turn_after
    queue = candidates[runner_up]
    theirs = credits[queue] * MINUTE_MS + rates[queue] * (now_ms - head_since[queue])
    return winner, rule, mine, runner_up, theirs, turn_after


def _lowest_tier(
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    now_ms: int,
) -> tuple[list[tuple[int, int, int, int]], int]:
    """The heads of the lowest tier that has somebody waiting, and how many queues have a head at all.

    Of each head since when it waits, its order, its place in `candidates` and its queue: sorted, longest wait first.
    """
    heads: list[tuple[int, int, int, int]] = []
    lowest, taken = NO_LIMIT, 0
    for place, queue in enumerate(candidates):
        order = head_order[queue]
        if order == EMPTY:
            continue
        taken += 1
        since = head_since[queue]
        # As `tier_now`, without another call.
        tier = 0 if 0 <= help_after[place] <= now_ms - since else tiers[place]
        if tier < lowest:
            lowest, heads = tier, []
        if tier == lowest:
            heads.append((since, order, place, queue))
    heads.sort()
    return heads, taken


def pick(
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    kinds: Sequence[int],
    masks: Sequence[int],
    after_ms: Sequence[int],
    starts: Sequence[int],
    pattern: Sequence[int],
    lane_count: int,
    credits: Sequence[int],
    rates: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    turn: int,
    now_ms: int,
    skip: int,
) -> tuple[int, int, int]:
    """The place of whom the first rule that finds somebody takes, the rule, and the turn after it; as above.

    The queue at the place `skip` counts as empty.
    """
    place, rule, turn_after, _, _, _ = pick_among(
        candidates, tiers, help_after, kinds, masks, after_ms, starts, pattern, lane_count, credits, rates,
        head_order, head_since, turn, now_ms, skip,
    )  # fmt: skip
    return place, rule, turn_after


def pick_among(
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    kinds: Sequence[int],
    masks: Sequence[int],
    after_ms: Sequence[int],
    starts: Sequence[int],
    pattern: Sequence[int],
    lane_count: int,
    credits: Sequence[int],
    rates: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    turn: int,
    now_ms: int,
    skip: int,
) -> tuple[int, int, int, int, int, int]:
    """As `pick`, and among whom the rule chose: their tier, a bit for each of their lanes, and since when they wait at
    the latest."""
    tier, present, oldest = first_tier(candidates, tiers, help_after, lane_count, head_order, head_since, now_ms, skip)
    for rule, kind in enumerate(kinds):
        mask = masks[rule] & present
        if mask == 0:
            continue
        turn_after = EMPTY
        since_max = NO_LIMIT
        if kind == CEILING:
            since_max = now_ms - after_ms[rule]
            # At most moments nobody at all has waited so long.
            if oldest > since_max:
                continue
        elif kind in (ABSOLUTE, RATIO):
            first = starts[rule]
            length = starts[rule + 1] - first
            step = turn % length if kind == RATIO else 0
            while not mask >> pattern[first + step] & 1:
                step = (step + 1) % length
            mask = 1 << pattern[first + step]
            turn_after = (step + 1) % length if kind == RATIO else EMPTY
        place = head_by(
            kind, candidates, tiers, help_after, lane_count, credits, rates, head_order, head_since, now_ms, skip,
            tier, mask, since_max,
        )  # fmt: skip
        if place != EMPTY:
            return place, rule, turn_after, tier, mask, since_max
    return EMPTY, EMPTY, EMPTY, EMPTY, 0, NO_LIMIT


def head_by(
    kind: int,
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    lane_count: int,
    credits: Sequence[int],
    rates: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    now_ms: int,
    skip: int,
    tier: int,
    mask: int,
    since_max: int,
) -> int:
    """The place of the head that a rule of this kind prefers in this tier and these lanes."""
    if kind == POINTS:
        return most_points(
            candidates, tiers, help_after, lane_count, credits, rates, head_order, head_since, now_ms, skip, tier, mask
        )
    return longest(
        candidates, tiers, help_after, lane_count, head_order, head_since, now_ms, skip, tier, mask, since_max
    )


def tier_now(tier: int, help_after_ms: int, waited_ms: int) -> int:
    """The tier in which a queue counts whose head has waited so long; a help limit of -1 is none.

    >>> tier_now(1, 600_000, 599_999), tier_now(1, 600_000, 600_000), tier_now(1, -1, 600_000)
    (1, 0, 1)
    """
    return 0 if 0 <= help_after_ms <= waited_ms else tier


def first_tier(
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    lane_count: int,
    head_order: Sequence[int],
    head_since: Sequence[int],
    now_ms: int,
    skip: int,
) -> tuple[int, int, int]:
    """The lowest tier that has somebody waiting, a bit for each lane that waits in it, and since when somebody has; of
    nobody -1, 0 and no time that was."""
    lowest = EMPTY
    present = 0
    oldest = NO_LIMIT
    for place, queue in enumerate(candidates):
        if head_order[queue] == EMPTY or place == skip:
            continue
        since = head_since[queue]
        # As `tier_now`, without another call: this is looked at for every queue of every call.
        tier = 0 if 0 <= help_after[place] <= now_ms - since else tiers[place]
        if lowest == EMPTY or tier < lowest:
            lowest = tier
            present = 0
            oldest = since
        if tier == lowest:
            present |= 1 << queue % lane_count
            if since < oldest:
                oldest = since
    return lowest, present, oldest


def longest(
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    lane_count: int,
    head_order: Sequence[int],
    head_since: Sequence[int],
    now_ms: int,
    skip: int,
    tier: int,
    mask: int,
    since_max: int,
) -> int:
    """The place of the head that has waited longest, of this tier and these lanes, waiting since `since_max` or before;
    of those who wait equally long, of the one who came first."""
    best = EMPTY
    best_since = 0
    best_order = 0
    for place, queue in enumerate(candidates):
        order = head_order[queue]
        since = head_since[queue]
        if order == EMPTY or place == skip or since > since_max or not mask >> queue % lane_count & 1:
            continue
        if (0 if 0 <= help_after[place] <= now_ms - since else tiers[place]) != tier:
            continue
        if best == EMPTY or since < best_since or (since == best_since and order < best_order):
            best = place
            best_since = since
            best_order = order
    return best


def most_points(
    candidates: Sequence[int],
    tiers: Sequence[int],
    help_after: Sequence[int],
    lane_count: int,
    credits: Sequence[int],
    rates: Sequence[int],
    head_order: Sequence[int],
    head_since: Sequence[int],
    now_ms: int,
    skip: int,
    tier: int,
    mask: int,
) -> int:
    """The place of the most urgent head of this tier and these lanes; of equals, of the one who came first."""
    best = EMPTY
    best_urgency = 0
    best_order = 0
    for place, queue in enumerate(candidates):
        order = head_order[queue]
        if order == EMPTY or place == skip or not mask >> queue % lane_count & 1:
            continue
        waited_ms = now_ms - head_since[queue]
        if (0 if 0 <= help_after[place] <= waited_ms else tiers[place]) != tier:
            continue
        value = credits[queue] * MINUTE_MS + rates[queue] * waited_ms
        if best == EMPTY or value > best_urgency or (value == best_urgency and order < best_order):
            best = place
            best_urgency = value
            best_order = order
    return best
