"""Random days under calling policies, and whom each call is due by a second reading of the rules, in plain lists.

Slow and obvious on purpose: whoever waits is sorted anew for every call.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from random import Random

from engine.core import choice
from engine.core import commands as c
from engine.core import events as e
from engine.core.estimates import estimate
from engine.core.model import Ticket
from engine.core.plan import HallPlan, Lane, Policy, PolicyRule, WindowPlan
from engine.core.policy import bound
from engine.core.refusals import Refusal
from tests.builders import MINUTE, NINE, PLAN, Driver, both, helping, plan, service, window

LANES = (
    Lane("o", both("o"), 0, 1_000),
    Lane("p", both("p"), 30_000, 2_000),
    Lane("q", both("q"), 5_000, 1_000),
)


@dataclass(frozen=True, slots=True)
class Called:
    """One call: the window, who waited for it a moment before and as they were then, who was called, and the fact."""

    window_id: str
    waiting: tuple[Ticket, ...]
    ticket: Ticket
    fact: e.TicketCalled


# --- plans ---


def seeded_rule(random: Random, kind: str) -> PolicyRule:
    """A rule of this kind over some of the lanes."""
    some = tuple(random.sample([lane.lane_id for lane in LANES], random.randint(1, len(LANES))))
    if kind == "ceiling":
        return PolicyRule("ceiling", random.choice(((), some)), after_ms=random.choice((0, 5, 20)) * MINUTE)
    if kind == "absolute":
        return PolicyRule("absolute", some)
    if kind == "ratio":
        return PolicyRule("ratio", some, takes=tuple(random.randint(1, 3) for _ in some))
    return PolicyRule("points" if kind == "points" else "longest", random.choice(((), (), some)))


def seeded_plan(random: Random) -> HallPlan:
    """Three services and lanes, windows in tiers, some with help, each under one of two policies or the plain rule."""
    services = [service("s1", "A"), service("s2", "B"), service("s3", "C")]
    policies = [Policy(f"p{i}", _seeded_rules(random)) for i in range(2)]
    windows = [_window(number, random) for number in range(1, random.randint(2, 4))]
    made = plan(lanes=LANES, services=services, windows=windows)
    return replace(
        made, policies=tuple(policies), rules=replace(made.rules, policy_id=random.choice((None, "p0", "p1")))
    )


def _seeded_rules(random: Random) -> tuple[PolicyRule, ...]:
    """Up to three rules, of which at most one is a ratio: a window has one place in one pattern."""
    kinds = [random.choice(("ceiling", "absolute", "ratio", "longest")) for _ in range(random.randint(0, 2))]
    return tuple(seeded_rule(random, kind) for kind in (*dict.fromkeys(kinds), "points"))


def _window(number: int, random: Random) -> WindowPlan:
    order = ["s1", "s2", "s3"]
    random.shuffle(order)
    cut = random.randint(1, 3)
    tiers = [tier for tier in (order[:cut], order[cut:]) if tier]
    made = replace(window(f"w{number:02d}", *tiers), policy_id=random.choice((None, "p0", "p1")))
    for service_id in order[cut:]:
        if random.random() < 0.5:
            made = helping(made, service_id, after_minutes=random.choice((0, 4, 15)))
    return made


def fair_plan(random: Random, policy: Policy) -> HallPlan:
    """Windows of one tier under this policy."""
    services = [service("s1", "A"), service("s2", "B")]
    windows = [window(f"w{number:02d}", ["s1", "s2"]) for number in range(1, random.randint(2, 3))]
    made = plan(lanes=LANES, services=services, windows=windows)
    return replace(made, policies=(policy,), rules=replace(made.rules, policy_id=policy.policy_id))


# --- days ---


def seeded_day(
    hall_plan: HallPlan,
    random: Random,
    *,
    visitors: int = 40,
    is_orderly: bool = False,
    idle: frozenset[str] = frozenset(),
) -> list[Called]:
    """A day on which people wait; unless it is orderly, some give up, and some are sent to one window. Every window
    calls as soon as it is free. Nobody comes for services that are `idle`, and windows that are do not call."""
    driver = Driver.opened(hall_plan)
    services = [each.service_id for each in hall_plan.services if each.service_id not in idle]
    free_ms = {each.window_id: NINE for each in hall_plan.windows if each.window_id not in idle}
    window_ids = list(free_ms)
    calls: list[Called] = []
    left = visitors
    next_ms = NINE
    while free_ms:
        if left and next_ms <= min(free_ms.values()):
            driver.now_ms = max(driver.now_ms, next_ms)
            driver.issue(random.choice(services), random.choice(LANES).lane_id)
            left -= 1
            next_ms += random.choice((0, 1, 1, 2, 8)) * MINUTE // len(window_ids)
            if not is_orderly:
                _now_and_then(driver, random, window_ids)
            continue
        window_id = min(free_ms, key=lambda each: free_ms[each])
        driver.now_ms = max(driver.now_ms, free_ms[window_id])
        called = call(driver, window_id)
        if called is not None:
            calls.append(called)
            driver.do(c.FinishService(window_id))
            free_ms[window_id] = driver.now_ms + random.choice((1, 2, 5)) * MINUTE
        elif not left:
            # Whoever still waits is for another window, or no rule ever takes them.
            del free_ms[window_id]
        else:
            free_ms[window_id] = max(next_ms, driver.now_ms) + 1
    return calls


def call(driver: Driver, window_id: str) -> Called | None:
    """Let a window call; None when it finds nobody."""
    hall, window_now = driver.hall, driver.window(window_id)
    waiting = tuple(
        copy(ticket)
        for ticket in hall.tickets.values()
        if ticket.state == "waiting" and tier_of(ticket, window_now.plan, driver.now_ms) is not None
    )
    try:
        (fact,) = driver.do(c.CallNext(window_id))
    except Refusal:
        return None
    assert isinstance(fact, e.TicketCalled)
    called = next(ticket for ticket in waiting if ticket.ticket_id == fact.ticket_id)
    return Called(window_id, waiting, called, fact)


def _now_and_then(driver: Driver, random: Random, window_ids: Sequence[str]) -> None:
    waiting = [ticket for ticket in driver.hall.tickets.values() if ticket.state == "waiting"]
    chance = random.random()
    if not waiting or chance > 0.1:
        return
    ticket = random.choice(waiting)
    if chance < 0.05:
        driver.do(c.CancelTicket(ticket.ticket_id))
    else:
        driver.do(c.TransferTicket(ticket.ticket_id, window_id=random.choice(window_ids)))


# --- the rules, read a second time ---


def policy_at(hall_plan: HallPlan, window_id: str) -> Policy:
    """The policy by which a window calls."""
    own = next(each for each in hall_plan.windows if each.window_id == window_id).policy_id
    named = own or hall_plan.rules.policy_id
    return next((p for p in hall_plan.policies if p.policy_id == named), Policy("plain", (PolicyRule("points"),)))


def tier_of(ticket: Ticket, window_plan: WindowPlan, now_ms: int) -> int | None:
    """The tier in which a ticket counts at a window; None when it is not for this window."""
    if ticket.pinned:
        return 0 if ticket.window_id == window_plan.window_id else None
    tier = next((place for place, ids in enumerate(window_plan.tiers) if ticket.service_id in ids), None)
    for limit in window_plan.help_after_ms:
        if tier and limit.service_id == ticket.service_id and now_ms - ticket.since_ms >= limit.after_ms:
            return 0
    return tier


def due(
    hall_plan: HallPlan, window_id: str, waiting: Sequence[Ticket], turn: int, now_ms: int
) -> tuple[Ticket | None, str, int]:
    """Who is due, by which kind of rule, and where the pattern goes on."""
    window_plan = next(each for each in hall_plan.windows if each.window_id == window_id)
    heads: dict[object, Ticket] = {}
    for ticket in sorted(waiting, key=lambda each: (each.rank, each.order)):
        heads.setdefault(_queue(ticket), ticket)
    tiers = {head.ticket_id: tier_of(head, window_plan, now_ms) for head in heads.values()}
    first = [
        head for head in heads.values() if tiers[head.ticket_id] == min(t for t in tiers.values() if t is not None)
    ]
    for rule in policy_at(hall_plan, window_id).rules:
        found = _found(rule, hall_plan, first, turn, now_ms)
        if found is not None:
            return found[0], rule.kind, found[1]
    return None, "", -1


def _queue(ticket: Ticket) -> tuple[str, str]:
    return ("" if ticket.pinned else ticket.service_id, ticket.lane_id)


def _found(
    rule: PolicyRule, hall_plan: HallPlan, heads: Sequence[Ticket], turn: int, now_ms: int
) -> tuple[Ticket, int] | None:
    mine = [head for head in heads if not rule.lane_ids or head.lane_id in rule.lane_ids]
    lanes = {lane.lane_id: lane for lane in hall_plan.lanes}

    def points(head: Ticket) -> int:
        lane = lanes[head.lane_id]
        return lane.credit * MINUTE + lane.rate * (now_ms - head.since_ms)

    if rule.kind == "ceiling":
        mine = [head for head in mine if now_ms - head.since_ms >= rule.after_ms]
    if not mine:
        return None
    if rule.kind == "points":
        return min(mine, key=lambda head: (-points(head), head.order)), -1
    if rule.kind == "absolute":
        return min(mine, key=lambda head: (rule.lane_ids.index(head.lane_id), head.since_ms, head.order)), -1
    if rule.kind == "ratio":
        pattern = round_of(rule)
        for step in range(len(pattern)):
            place = (turn + step) % len(pattern)
            of_lane = [head for head in mine if head.lane_id == pattern[place]]
            if of_lane:
                return min(of_lane, key=lambda head: (head.since_ms, head.order)), (place + 1) % len(pattern)
    return min(mine, key=lambda head: (head.since_ms, head.order)), -1


def round_of(rule: PolicyRule) -> list[str]:
    """The round of a ratio: whichever lane has had the smallest part of its turns, counting the next one, is next."""
    had = [0] * len(rule.takes)
    lanes = []
    for _ in range(sum(rule.takes)):
        place = min(range(len(had)), key=lambda each: ((had[each] + 1) / rule.takes[each], each))
        had[place] += 1
        lanes.append(rule.lane_ids[place])
    return lanes


# --- what holds on every day ---


def calls_are_due(hall_plan: HallPlan, calls: Sequence[Called]) -> None:
    """Each call is the one the rules name, for the reason they name, and so is whom it would have been otherwise."""
    at: dict[str, int] = {}
    for each in calls:
        reason, now_ms, before = each.fact.reason, each.fact.at_ms, at.get(each.window_id, 0)
        ticket, kind, turn = due(hall_plan, each.window_id, each.waiting, before, now_ms)
        assert ticket is each.ticket, f"{each.ticket.number} was called where {ticket and ticket.number} was due"
        assert (reason.rule, reason.turn) == (kind, turn)
        rest = [other for other in each.waiting if _queue(other) != _queue(ticket)]
        other = due(hall_plan, each.window_id, rest, before, now_ms)[0] if rest else None
        assert reason.runner_up == (other.ticket_id if other else None)
        if turn >= 0:
            at[each.window_id] = turn


def bounds_hold(hall_plan: HallPlan, calls: Sequence[Called]) -> None:
    """Nobody of a lane that cannot starve is passed further than the bound says; for windows of one tier."""
    longest_ms = max((each.fact.reason.waited_ms for each in calls), default=0)
    passed: dict[tuple[str, str], int] = {}
    before: dict[tuple[str, str], int] = {}
    for each in calls:
        policy = policy_at(hall_plan, each.window_id)
        bounds = {lane.lane_id: bound(policy, hall_plan.lanes, lane.lane_id, longest_ms) for lane in hall_plan.lanes}
        for ticket in each.waiting:
            limit = bounds[ticket.lane_id]
            if ticket is each.ticket or limit is None:
                continue
            if limit.reach_ms is not None:
                assert each.ticket.since_ms - ticket.since_ms <= limit.reach_ms
            elif each.ticket.lane_id != ticket.lane_id:
                here = (each.window_id, ticket.ticket_id)
                passed[here] = passed.get(here, 0) + 1
                before.setdefault(here, _before(ticket, each.waiting))
                assert passed[here] <= limit.calls(before[here])


def _before(ticket: Ticket, waiting: Sequence[Ticket]) -> int:
    """How many of its own lane wait longer."""
    mine = [each for each in waiting if each.lane_id == ticket.lane_id]
    return sum((each.since_ms, each.order) < (ticket.since_ms, ticket.order) for each in mine)


def turns_are_exact(hall_plan: HallPlan, calls: Sequence[Called]) -> None:
    """In every round of a window's ratio during which each of its lanes waits, each lane gets exactly its turns."""
    for window_plan in hall_plan.windows:
        for rule in policy_at(hall_plan, window_plan.window_id).rules:
            if rule.kind != "ratio":
                continue
            length = sum(rule.takes)
            run: list[str] = []
            for each in calls:
                if each.window_id != window_plan.window_id or each.fact.reason.rule != "ratio":
                    continue
                now_ms = each.fact.at_ms
                tier = tier_of(each.ticket, window_plan, now_ms)
                waiting = {t.lane_id for t in each.waiting if tier_of(t, window_plan, now_ms) == tier}
                run = [*run, each.ticket.lane_id] if waiting >= set(rule.lane_ids) else []
                if len(run) >= length:
                    last = run[-length:]
                    assert [last.count(lane_id) for lane_id in rule.lane_ids] == list(rule.takes)


def estimates_are_the_line(hall_plan: HallPlan, random: Random) -> None:
    """At the only window, under rules without turns, the wait is that of all whom it would call first."""
    only = replace(hall_plan.windows[0], policy_id="line")
    rules = tuple(rule for rule in policy_at(hall_plan, only.window_id).rules if rule.kind != "ratio")
    policies = (Policy("line", (*rules, PolicyRule("points"))),)
    driver = Driver.opened(replace(hall_plan, windows=(only,), policies=policies, rules=PLAN.rules))
    services = [service_id for tier in only.tiers for service_id in tier]
    for _ in range(15):
        driver.issue(random.choice(services), random.choice(LANES).lane_id)
        # No two have the same points: ties are broken by the rule, and looked over by an estimate.
        driver.now_ms += random.randint(1, 200_000)
    driver.serve(only.window_id)
    line = list(choice.in_turn(driver.hall, driver.window(only.window_id), driver.now_ms))
    for place, ticket in enumerate(line, start=1):
        found = estimate(driver.hall, ticket, driver.now_ms)
        assert found is not None and found.p50_ms == place * hall_plan.services[0].mean_ms
