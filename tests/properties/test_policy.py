"""Calling policies on every day: as the rules say, fair where they are said to be, and the same under other names."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import choice
from engine.core import commands as c
from engine.core import events as e
from engine.core.calling import EMPTY, MINUTE_MS, choose, choose_by_policy, pick, urgency
from engine.core.plan import HallPlan, Policy, PolicyRule, WindowPlan
from engine.core.policy import KINDS, compiled, starving, turns
from tests.builders import Driver, calling_by, helping, plan, service, window
from tests.properties import policy_days as days
from tests.properties.policy_days import LANES

SEEDS = st.integers(0, 2**32)
EXAMPLES = settings(max_examples=40)

FAIR = (
    (PolicyRule("points"),),
    (PolicyRule("longest"),),
    (PolicyRule("ratio", ("p", "o", "q"), takes=(2, 1, 1)), PolicyRule("points")),
    (PolicyRule("ratio", ("q", "p", "o"), takes=(3, 5, 2)), PolicyRule("longest")),
    (PolicyRule("ceiling", after_ms=20 * MINUTE_MS), PolicyRule("absolute", ("p", "q")), PolicyRule("points")),
    (
        PolicyRule("ceiling", after_ms=9 * MINUTE_MS),
        PolicyRule("ratio", ("p", "o"), takes=(4, 1)),
        PolicyRule("points"),
    ),
)


# --- whole days ---


@EXAMPLES
@given(SEEDS)
def test_every_call_is_the_one_the_rules_name(seed: int) -> None:
    random = Random(seed)
    hall_plan = days.seeded_plan(random)

    days.calls_are_due(hall_plan, days.seeded_day(hall_plan, random))


@EXAMPLES
@given(SEEDS, st.sampled_from(FAIR))
def test_nobody_starves_under_a_fair_policy(seed: int, rules: tuple[PolicyRule, ...]) -> None:
    """L1 for every policy: each is passed no further than its bound, which `engine.core.policy.bound` derives."""
    random = Random(seed)
    policy = Policy("fair", rules)
    hall_plan = days.fair_plan(random, policy)
    assert starving(policy, LANES) == ()

    calls = days.seeded_day(hall_plan, random, is_orderly=True)

    days.bounds_hold(hall_plan, calls)
    assert len(calls) == 40


@EXAMPLES
@given(SEEDS)
def test_turns_are_exact_while_every_lane_waits(seed: int) -> None:
    random = Random(seed)
    policy = Policy("turns", (days.seeded_rule(random, "ratio"), PolicyRule("points")))
    hall_plan = days.fair_plan(random, policy)

    days.turns_are_exact(hall_plan, days.seeded_day(hall_plan, random))


@EXAMPLES
@given(SEEDS)
def test_window_shows_its_line_in_the_order_of_its_calls(seed: int) -> None:
    random = Random(seed)
    hall_plan = days.seeded_plan(random)
    driver = _some_wait(hall_plan, random)

    for each in driver.hall.windows.values():
        shown = [ticket.number for ticket in choice.in_turn(driver.hall, each, driver.now_ms)]
        assert shown == driver.in_line(each.window_id)


# --- other names, idle company ---


@EXAMPLES
@given(SEEDS)
def test_other_names_of_services_and_windows_change_no_call(seed: int) -> None:
    hall_plan = days.seeded_plan(Random(seed))

    assert _told(_renamed(hall_plan), seed) == _told(hall_plan, seed)


@EXAMPLES
@given(SEEDS, st.booleans())
def test_an_idle_service_changes_no_call(seed: int, is_first: bool) -> None:
    hall_plan = days.seeded_plan(Random(seed))
    idle = service("idle", "Z")
    services = (idle, *hall_plan.services) if is_first else (*hall_plan.services, idle)
    windows = tuple(_serving_too(each, "idle", is_first) for each in hall_plan.windows)
    more = replace(hall_plan, services=services, windows=windows)

    assert _told(more, seed, "idle") == _told(hall_plan, seed)


@EXAMPLES
@given(SEEDS, st.booleans())
def test_an_idle_window_changes_no_call(seed: int, is_first: bool) -> None:
    hall_plan = days.seeded_plan(Random(seed))
    idle = window("w99", "idle")
    windows = (idle, *hall_plan.windows) if is_first else (*hall_plan.windows, idle)
    nobody = service("idle", "Z")
    more = replace(hall_plan, services=(*hall_plan.services, nobody), windows=windows)

    assert _told(more, seed, "idle", "w99") == _told(hall_plan, seed)


# --- the numeric rule ---


class Heads(NamedTuple):
    """The arguments of `choose_by_policy`."""

    candidates: list[int]
    tiers: list[int]
    help_after: list[int]
    kinds: list[int]
    masks: list[int]
    after_ms: list[int]
    starts: list[int]
    pattern: list[int]
    lane_count: int
    credits: list[int]
    rates: list[int]
    head_order: list[int]
    head_since: list[int]
    turn: int
    now_ms: int


@st.composite
def heads(draw: st.DrawFn) -> Heads:
    """Up to four services of three lanes, some empty, with many ties, under a random policy."""
    random = Random(draw(SEEDS))
    rules = tuple(days.seeded_rule(random, random.choice(KINDS)) for _ in range(draw(st.integers(1, 4))))
    count = draw(st.integers(1, 4)) * len(LANES)
    candidates = draw(st.permutations(range(count)))[: draw(st.integers(0, count))]
    tiers = sorted(draw(st.lists(st.integers(0, 2), min_size=len(candidates), max_size=len(candidates))))
    orders = draw(st.permutations(range(1, count + 1)))
    now_ms = draw(st.sampled_from([10_000_000, 1_900_000_000_000]))
    return Heads(
        candidates,
        tiers,
        [draw(st.sampled_from([-1, -1, 0, 600_000])) for _ in candidates],
        *_arrays(rules),
        [LANES[queue % len(LANES)].credit for queue in range(count)],
        [LANES[queue % len(LANES)].rate for queue in range(count)],
        [draw(st.sampled_from([EMPTY, order, order])) for order in orders],
        [now_ms - draw(st.sampled_from([0, 60_000, 600_000, 3_600_001, -5])) for _ in range(count)],
        draw(st.integers(0, 9)),
        now_ms,
    )


def _arrays(rules: tuple[PolicyRule, ...]) -> tuple[list[int], list[int], list[int], list[int], list[int], int]:
    """The rules as numbers; a window that helps has them even when they are the plain ones."""
    helper = helping(window("w01", "s1", "s2"), "s2", after_minutes=0)
    made = compiled(calling_by(*rules, hall_plan=plan(lanes=LANES)), helper, [])
    assert made is not None
    return made.kinds, made.masks, made.after_ms, made.starts, made.pattern, made.lane_count


@given(heads())
def test_choice_is_the_same_from_tuples_and_from_arrays_of_64_bits(case: Heads) -> None:
    expected = choose_by_policy(*case)

    assert choose_by_policy(*_held(case, tuple)) == expected
    assert tuple(int(each) for each in choose_by_policy(*_held(case, _int64))) == expected


@given(heads())
def test_choice_and_runner_up_are_whom_pick_finds(case: Heads) -> None:
    winner, rule, turn = pick(*case, EMPTY)
    runner_up, _, _ = pick(*case, winner) if winner != EMPTY else (EMPTY, EMPTY, EMPTY)

    expected = winner, rule, _urgency(case, winner), runner_up, _urgency(case, runner_up), turn
    assert choose_by_policy(*case) == expected


@given(heads())
def test_choice_changes_nothing_it_is_given(case: Heads) -> None:
    before = [list(each) if isinstance(each, list) else each for each in case]

    choose_by_policy(*case)

    assert list(case) == before


@given(heads())
def test_points_alone_without_help_are_the_plain_rule(case: Heads) -> None:
    plain = case._replace(help_after=[-1] * len(case.candidates))._replace(
        **dict(zip(("kinds", "masks", "after_ms", "starts", "pattern"), _arrays((PolicyRule("points"),)), strict=False))
    )
    winner, _, mine, runner_up, theirs, turn = choose_by_policy(*plain)

    assert (winner, mine, runner_up, theirs) == choose(
        case.candidates, case.tiers, case.credits, case.rates, case.head_order, case.head_since, case.now_ms
    )
    assert turn == EMPTY


@given(st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_round_of_a_ratio_is_even_at_every_point(takes: list[int]) -> None:
    """After k turns of a round each lane has had its part of them, give or take one turn of each other lane."""
    lane_ids = [lane.lane_id for lane in LANES][: len(takes)]
    made = turns(lane_ids, takes)

    assert made == days.round_of(PolicyRule("ratio", tuple(lane_ids), takes=tuple(takes)))
    for length in range(len(made) + 1):
        for lane_id, count in zip(lane_ids, takes, strict=True):
            assert abs(made[:length].count(lane_id) - length * count / len(made)) <= len(takes) - 1


def _urgency(case: Heads, place: int) -> int:
    """How urgent the head at this place is; 0 of nobody."""
    if place == EMPTY:
        return 0
    queue = case.candidates[place]
    return urgency(case.credits[queue], case.rates[queue], case.now_ms - case.head_since[queue])


def _held(case: Heads, hold: Callable[[list[int]], Any]) -> Sequence[Any]:
    """The same numbers held in another way."""
    return [hold(each) if isinstance(each, list) else each for each in case]


def _int64(numbers: list[int]) -> Any:
    return np.array(numbers, dtype=np.int64)


def _some_wait(hall_plan: HallPlan, random: Random) -> Driver:
    """A hall of a few calls and some who wait, some of them for one window."""
    driver = Driver.opened(hall_plan)
    for _ in range(random.randint(0, 25)):
        driver.issue(random.choice(hall_plan.services).service_id, random.choice(LANES).lane_id)
        driver.now_ms += random.choice((0, 30_000, 120_000))
        if random.random() < 0.3:
            window_id = random.choice(hall_plan.windows).window_id
            if days.call(driver, window_id) is not None:
                driver.do(c.FinishService(window_id))
    return driver


def _told(hall_plan: HallPlan, seed: int, *idle: str) -> list[tuple[int, str, e.CallReason]]:
    """Each call of a day: the window's number, the ticket's number, the reason."""
    calls = days.seeded_day(hall_plan, Random(seed), idle=frozenset(idle))
    numbers = {each.window_id: each.number for each in hall_plan.windows}
    return [(numbers[each.window_id], each.ticket.number, each.fact.reason) for each in calls]


def _renamed(hall_plan: HallPlan) -> HallPlan:
    """The same hall under names whose alphabetical order is the other way round."""
    names = {each.service_id: f"z{9 - place}" for place, each in enumerate(hall_plan.services)}

    def under(each: WindowPlan) -> WindowPlan:
        tiers = tuple(tuple(names[service_id] for service_id in tier) for tier in each.tiers)
        limits = tuple(replace(limit, service_id=names[limit.service_id]) for limit in each.help_after_ms)
        return replace(each, window_id=f"y{99 - each.number}", tiers=tiers, help_after_ms=limits)

    services = tuple(replace(each, service_id=names[each.service_id]) for each in hall_plan.services)
    return replace(hall_plan, services=services, windows=tuple(under(each) for each in hall_plan.windows))


def _serving_too(each: WindowPlan, service_id: str, is_first: bool) -> WindowPlan:
    first, *later = each.tiers
    return replace(each, tiers=((service_id, *first) if is_first else (*first, service_id), *later))
