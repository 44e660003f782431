"""Calling policies that are wrong on purpose, as some shipped system was or ours might be; the days notice each."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from engine.core import calling, capacity, choice, policy, precedence
from engine.core import events as e
from engine.core.calling import EMPTY
from engine.core.fold import days as fold_days
from engine.core.hall import _APPLY, Hall
from engine.core.plan import HallPlan, Policy, PolicyRule, WindowPlan
from engine.core.queues import Queues
from tests.builders import Driver
from tests.properties import policy_days as days

SEEDS = 25

FAIR = Policy(
    "fair",
    (PolicyRule("ceiling", after_ms=9 * calling.MINUTE_MS), PolicyRule("absolute", ("p",)), PolicyRule("longest")),
)
TURNS = Policy("turns", (PolicyRule("ratio", ("p", "o", "q"), takes=(3, 1, 1)), PolicyRule("points")))


def judge(seed: int) -> None:
    """A few days; fails when anything does not hold."""
    random = Random(seed)
    hall_plan = days.seeded_plan(random)
    days.calls_are_due(hall_plan, days.seeded_day(hall_plan, random))
    for each in (FAIR, TURNS):
        fair = days.fair_plan(random, each)
        calls = days.seeded_day(fair, random, is_orderly=True)
        days.bounds_hold(fair, calls)
        days.turns_are_exact(fair, calls)
    line_is_the_calls(hall_plan, random)
    days.estimates_are_the_line(hall_plan, random)


def line_is_the_calls(hall_plan: HallPlan, random: Random) -> None:
    """What a window shows is whom it then calls."""
    driver = Driver.opened(hall_plan)
    for _ in range(15):
        driver.issue(random.choice(hall_plan.services).service_id, random.choice(days.LANES).lane_id)
        driver.now_ms += random.choice((0, 60_000, 300_000))
    for each in driver.hall.windows.values():
        shown = [ticket.number for ticket in choice.in_turn(driver.hall, each, driver.now_ms)]
        assert shown == driver.in_line(each.window_id)


def test_policies_as_they_are_go_unnoticed() -> None:
    for seed in range(5):
        judge(seed)


# --- the numbers ---


def _with_heads(patch: pytest.MonkeyPatch, name: str, turned: Callable[[Sequence[int]], list[int]]) -> None:
    """Let the choice of a head see the orders of heads otherwise than they are."""
    kept = getattr(calling, name)
    place = 4 if name == "longest" else 6

    def chosen(*given: Any) -> int:
        return int(kept(*given[:place], turned(given[place]), *given[place + 1 :]))

    patch.setattr(calling, name, chosen)


def newest_is_called_first(patch: pytest.MonkeyPatch) -> None:
    def longest(candidates: Sequence[int], *given: Any) -> int:
        tiers, help_after, lane_count, head_order, head_since, now_ms, skip, tier, mask, since_max = given
        places = [
            place
            for place, queue in enumerate(candidates)
            if head_order[queue] != EMPTY and place != skip and mask >> queue % lane_count & 1
            and head_since[queue] <= since_max
            and calling.tier_now(tiers[place], help_after[place], now_ms - head_since[queue]) == tier
        ]  # fmt: skip
        return max(places, key=lambda place: head_since[candidates[place]], default=EMPTY)

    patch.setattr(calling, "longest", longest)


def tie_goes_to_the_latest(patch: pytest.MonkeyPatch) -> None:
    _with_heads(patch, "longest", _backwards)


def tie_of_points_goes_to_the_latest(patch: pytest.MonkeyPatch) -> None:
    _with_heads(patch, "most_points", _backwards)


def _backwards(head_order: Sequence[int]) -> list[int]:
    return [EMPTY if order == EMPTY else 1_000_000 - order for order in head_order]


def later_tiers_go_first(patch: pytest.MonkeyPatch) -> None:
    kept = calling.first_tier

    def first_tier(candidates: Sequence[int], tiers: Sequence[int], *given: Any) -> tuple[int, int, int]:
        tier, present, oldest = kept(candidates, [-tier for tier in tiers], *given)
        return -tier if present else tier, present, oldest

    patch.setattr(calling, "first_tier", first_tier)


def _with_help(patch: pytest.MonkeyPatch, change: Callable[[int], int]) -> None:
    """Let windows read their help limits otherwise than they are written; -1 is none."""

    def compiled(hall_plan: HallPlan, window: WindowPlan, services: Sequence[str | None]) -> Any:
        arrays = COMPILED(hall_plan, window, services)
        return arrays and replace(arrays, help_after=[change(limit) for limit in arrays.help_after])

    patch.setattr(fold_days, "compiled", compiled)


def help_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    _with_help(patch, lambda limit: -1)


def help_comes_a_moment_late(patch: pytest.MonkeyPatch) -> None:
    _with_help(patch, lambda limit: limit + 1 if limit >= 0 else limit)


def runner_up_is_found_behind_the_winner(patch: pytest.MonkeyPatch) -> None:
    kept = calling.pick
    patch.setattr(calling, "pick", lambda *given: kept(*given[:-1], EMPTY))


# --- the rules ---


def _with_rules(patch: pytest.MonkeyPatch, change: Callable[[tuple[PolicyRule, ...]], tuple[PolicyRule, ...]]) -> None:
    """Let windows read the rules of a policy otherwise than they are written."""

    def compiled(hall_plan: HallPlan, window: WindowPlan, services: Sequence[str | None]) -> Any:
        changed = tuple(replace(each, rules=change(each.rules)) for each in hall_plan.policies)
        return COMPILED(replace(hall_plan, policies=changed), window, services)

    patch.setattr(fold_days, "compiled", compiled)


def green_channel_is_absolute(patch: pytest.MonkeyPatch) -> None:
    _with_rules(patch, lambda rules: (PolicyRule("absolute", ("p",)), *rules))


def ceiling_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    _with_rules(patch, lambda rules: tuple(rule for rule in rules if rule.kind != "ceiling") or rules)


def ceiling_is_of_all_lanes(patch: pytest.MonkeyPatch) -> None:
    _with_rules(
        patch, lambda rules: tuple(replace(rule, lane_ids=()) if rule.kind == "ceiling" else rule for rule in rules)
    )


def last_rule_comes_first(patch: pytest.MonkeyPatch) -> None:
    _with_rules(patch, lambda rules: rules[::-1])


def order_of_an_absolute_rule_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    _with_rules(
        patch,
        lambda rules: tuple(
            replace(rule, lane_ids=tuple(sorted(rule.lane_ids))) if rule.kind == "absolute" else rule for rule in rules
        ),
    )


def ratio_is_read_backwards(patch: pytest.MonkeyPatch) -> None:
    _with_rules(
        patch,
        lambda rules: tuple(replace(rule, takes=rule.takes[::-1]) if rule.kind == "ratio" else rule for rule in rules),
    )


def round_is_taken_in_blocks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        policy,
        "turns",
        lambda lane_ids, takes: [lane_id for lane_id, n in zip(lane_ids, takes, strict=True) for _ in range(n)],
    )


def windows_own_policy_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        fold_days,
        "compiled",
        lambda hall_plan, window, services: COMPILED(hall_plan, replace(window, policy_id=None), services),
    )


def every_window_calls_by_plain_points(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fold_days, "compiled", lambda hall_plan, window, services: None)


# --- the turn ---


def pattern_never_moves(patch: pytest.MonkeyPatch) -> None:
    def called(hall: Hall, event: e.TicketCalled) -> None:
        CALLED(hall, replace(event, reason=replace(event.reason, turn=-1)))

    patch.setitem(_APPLY, e.TicketCalled, called)


def pattern_is_shared_by_all_windows(patch: pytest.MonkeyPatch) -> None:
    def called(hall: Hall, event: e.TicketCalled) -> None:
        CALLED(hall, event)
        for window in hall.windows.values():
            window.turn = max(0, event.reason.turn)

    patch.setitem(_APPLY, e.TicketCalled, called)


def pattern_moves_with_every_call(patch: pytest.MonkeyPatch) -> None:
    def called(hall: Hall, event: e.TicketCalled) -> None:
        CALLED(hall, event)
        if event.reason.turn < 0:
            hall.windows[event.window_id].turn += 1

    patch.setitem(_APPLY, e.TicketCalled, called)


def line_forgets_whose_turn_it_is(patch: pytest.MonkeyPatch) -> None:
    kept = choice._in_turn_by_policy

    def in_turn(hall: Hall, window: Any, arrays: Any, now_ms: int) -> Any:
        turn, window.turn = window.turn, 1
        try:
            yield from list(kept(hall, window, arrays, now_ms))
        finally:
            window.turn = turn

    patch.setattr(choice, "_in_turn_by_policy", in_turn)


# --- estimates ---


def estimate_looks_at_points_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        precedence.Precedence,
        "count",
        lambda self, queue, place: (self._queues.more_urgent(queue, self._claim.urgency, self._now_ms), 0),
    )


def estimate_forgets_those_above_a_ceiling(patch: pytest.MonkeyPatch) -> None:
    def older(self: Queues, queue: int, since_ms: int, order: int) -> int:
        return OLDER(self, queue, since_ms, order) if order else 0

    patch.setattr(Queues, "older", older)


def estimate_forgets_help(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(precedence, "tier_now", lambda tier, help_after_ms, waited_ms: tier)


def estimate_counts_no_later_tier(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(capacity, "_may_go_first", lambda place, kind: place.tier <= kind.tier)


CALLED, COMPILED, OLDER = _APPLY[e.TicketCalled], policy.compiled, Queues.older

MUTANTS = (
    newest_is_called_first,
    tie_goes_to_the_latest,
    tie_of_points_goes_to_the_latest,
    later_tiers_go_first,
    help_is_forgotten,
    help_comes_a_moment_late,
    runner_up_is_found_behind_the_winner,
    green_channel_is_absolute,
    ceiling_is_forgotten,
    ceiling_is_of_all_lanes,
    last_rule_comes_first,
    order_of_an_absolute_rule_is_forgotten,
    ratio_is_read_backwards,
    round_is_taken_in_blocks,
    windows_own_policy_is_forgotten,
    every_window_calls_by_plain_points,
    pattern_never_moves,
    pattern_is_shared_by_all_windows,
    pattern_moves_with_every_call,
    line_forgets_whose_turn_it_is,
    estimate_looks_at_points_alone,
    estimate_forgets_those_above_a_ceiling,
    estimate_forgets_help,
    estimate_counts_no_later_tier,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_policy_is_noticed(mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017 - one of our assertions, or a crash of the spoilt hall
        for seed in range(SEEDS):
            judge(seed)
