"""Calling policies: which rule takes whom, whom a window helps, who could wait for ever, and how far one is passed."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import views
from engine.core.plan import HallPlan, Lane, Policy, PolicyRule
from engine.core.policy import bound, compiled, never_own, policy_of, starving
from tests.builders import (
    LANES,
    MINUTE,
    ORDINARY,
    PLAN,
    PRIORITY,
    Driver,
    called_next,
    calling_by,
    hall_with,
    helping,
    lane,
    plan,
    waiting,
    window,
)

AFTER_40 = PolicyRule("ceiling", after_ms=40 * MINUTE)
PRIORITY_FIRST = PolicyRule("absolute", (PRIORITY,))
TWO_TO_ONE = PolicyRule("ratio", (PRIORITY, ORDINARY), takes=(2, 1))
POINTS = PolicyRule("points")
LONGEST = PolicyRule("longest")

HELPER = plan(windows=(helping(window("w01", "tax", "social"), "social", after_minutes=20), window("w02", "young")))


# --- which rule takes whom ---


def test_ceiling_takes_whoever_has_waited_past_it_before_any_other_rule() -> None:
    hall_plan = calling_by(AFTER_40, PRIORITY_FIRST, LONGEST)
    hall = hall_with(waiting("A001", minutes=40), waiting("Y001", minutes=39, lane=PRIORITY), hall_plan=hall_plan)

    assert called_next(hall) == "A001"


def test_ceiling_takes_nobody_before_its_time() -> None:
    hall_plan = calling_by(AFTER_40, PRIORITY_FIRST, LONGEST)
    hall = hall_with(waiting("A001", minutes=39.9), waiting("Y001", minutes=1, lane=PRIORITY), hall_plan=hall_plan)

    assert called_next(hall) == "Y001"


def test_of_several_past_the_ceiling_the_longest_wait_goes_first_whatever_the_points() -> None:
    hall_plan = calling_by(AFTER_40, POINTS)
    hall = hall_with(waiting("A001", minutes=42), waiting("Y001", minutes=41, lane=PRIORITY), hall_plan=hall_plan)

    assert called_next(hall) == "A001"


def test_ceiling_of_a_lane_takes_nobody_of_another() -> None:
    hall_plan = calling_by(PolicyRule("ceiling", (PRIORITY,), after_ms=0), LONGEST)
    hall = hall_with(waiting("A001", minutes=90), waiting("Y001", minutes=1, lane=PRIORITY), hall_plan=hall_plan)

    assert called_next(hall) == "Y001"


def test_absolute_rule_takes_its_lanes_in_the_order_named_and_the_longest_wait_in_each() -> None:
    three = plan(lanes=(*LANES, lane("express", 0, 1)))
    hall_plan = calling_by(PolicyRule("absolute", ("express", PRIORITY)), LONGEST, hall_plan=three)
    driver = Driver(
        hall_with(
            waiting("A001", minutes=90),
            waiting("B001", minutes=5, lane=PRIORITY),
            waiting("Y001", minutes=1, lane="express"),
            waiting("B002", minutes=2, lane="express"),
            hall_plan=hall_plan,
        )
    )

    assert driver.in_line() == ["B002", "Y001", "B001", "A001"]


def test_lanes_take_turns_two_to_one() -> None:
    driver = _both_lanes(TWO_TO_ONE, POINTS)

    assert _lanes(driver, 7) == "PPOPPOP"


def test_lane_that_is_empty_is_passed_over_and_its_turn_is_not_saved_up() -> None:
    driver = Driver(hall_with(*_tickets("A", 3), hall_plan=calling_by(TWO_TO_ONE, POINTS)))
    first = _lanes(driver, 2)
    for _ in range(3):
        driver.issue("young", PRIORITY)

    assert first + _lanes(driver, 3) == "OOPPO"


def test_each_window_takes_its_own_turns() -> None:
    driver = _both_lanes(PolicyRule("ratio", (PRIORITY, ORDINARY), takes=(1, 1)), POINTS, service="social")

    assert (_lanes(driver, 1, "w01"), _lanes(driver, 1, "w02"), _lanes(driver, 1, "w01")) == ("P", "P", "O")


def test_a_clerks_own_choice_leaves_the_turn_where_it_was() -> None:
    driver = _both_lanes(TWO_TO_ONE, POINTS)
    driver.do(c.CallTicket("w01", "20261123-y001", "feels faint"))
    driver.do(c.FinishService("w01"))

    assert _lanes(driver, 3) == "PPO"


def test_turns_go_on_after_a_restart() -> None:
    driver = _both_lanes(TWO_TO_ONE, POINTS)
    first = _lanes(driver, 2)
    driver.hall = type(driver.hall).from_rows(driver.hall.plan, driver.hall.to_rows())

    assert first + _lanes(driver, 2) == "PPOP"


def test_longest_wait_counts_alone_under_its_rule() -> None:
    hall = hall_with(waiting("A001", minutes=2), waiting("Y001", minutes=1, lane=PRIORITY), hall_plan=_by(LONGEST))

    assert called_next(hall) == "A001"


def test_those_who_came_at_the_same_moment_go_in_the_order_of_their_numbers() -> None:
    hall = hall_with(waiting("Y001", minutes=5, lane=PRIORITY), waiting("A001", minutes=5), hall_plan=_by(LONGEST))

    assert called_next(hall) == "Y001"


def test_rule_of_one_lane_leaves_others_to_the_rules_after_it() -> None:
    hall_plan = _by(PolicyRule("points", (PRIORITY,)), LONGEST)

    assert called_next(hall_with(waiting("A001", minutes=2), hall_plan=hall_plan)) == "A001"


def test_nobody_is_called_when_no_rule_takes_those_who_wait() -> None:
    driver = Driver(hall_with(waiting("A001", minutes=90), hall_plan=_by(PRIORITY_FIRST)))

    assert driver.refusal(c.CallNext("w01")).code == "nobody-waiting"


# --- what a call says ---


def test_call_names_the_rule_and_whom_the_policy_would_have_taken_otherwise() -> None:
    hall_plan = calling_by(AFTER_40, PRIORITY_FIRST, LONGEST)
    driver = Driver(
        hall_with(
            waiting("A001", minutes=45),
            waiting("B001", minutes=44, lane=ORDINARY),
            waiting("Y001", minutes=1, lane=PRIORITY),
            hall_plan=hall_plan,
        )
    )

    reason = _reason(driver)

    assert (reason.rule, reason.waited_ms, reason.runner_up, reason.turn) == ("ceiling", 45 * MINUTE, _id("b001"), -1)


def test_runner_up_is_found_under_the_same_turn() -> None:
    driver = _both_lanes(TWO_TO_ONE, POINTS)
    _lanes(driver, 2)

    reason = _reason(driver)

    assert (reason.rule, reason.turn, reason.runner_up) == ("ratio", 0, _id("y003"))


def test_call_out_of_order_names_whom_the_policy_would_have_taken() -> None:
    driver = _both_lanes(TWO_TO_ONE, POINTS)

    (called,) = driver.do(c.CallTicket("w01", _id("a003"), "feels faint"))

    assert isinstance(called, e.TicketCalled)
    assert (called.reason.runner_up, called.reason.turn) == (_id("y001"), -1)


# --- tiers and help ---


def test_service_of_a_later_tier_counts_as_own_once_its_head_has_waited_for_the_limit() -> None:
    hall = hall_with(waiting("A001", minutes=20), waiting("B001", minutes=19), hall_plan=HELPER)

    assert called_next(hall) == "A001"


def test_service_of_a_later_tier_waits_until_the_limit() -> None:
    hall = hall_with(waiting("A001", minutes=19.9), waiting("B001", minutes=1), hall_plan=HELPER)

    assert called_next(hall) == "B001"


def test_help_does_not_pass_those_of_the_window_who_are_more_urgent() -> None:
    hall = hall_with(waiting("A001", minutes=20), waiting("B001", minutes=1, lane=PRIORITY), hall_plan=HELPER)

    assert called_next(hall) == "B001"


def test_help_ends_with_the_first_in_line_who_has_not_waited_for_the_limit() -> None:
    driver = Driver(
        hall_with(
            waiting("A001", minutes=25), waiting("A002", minutes=10), waiting("B001", minutes=5), hall_plan=HELPER
        )
    )

    assert driver.in_line() == ["A001", "B001", "A002"]


def test_tiers_come_before_every_rule_of_a_policy() -> None:
    hall_plan = calling_by(AFTER_40, LONGEST, hall_plan=PLAN)
    hall = hall_with(waiting("A001", minutes=90), waiting("B001", minutes=1), hall_plan=hall_plan)

    assert called_next(hall, "w03") == "B001"


def test_call_that_helps_says_it_counts_as_of_the_first_tier() -> None:
    driver = Driver(hall_with(waiting("A001", minutes=20), waiting("B001", minutes=19), hall_plan=HELPER))

    assert _reason(driver).tier == 0


# --- which policy a window has ---


def test_windows_own_policy_comes_before_the_halls() -> None:
    own = replace(PLAN.windows[1], policy_id="w02s")
    hall_plan = replace(
        PLAN,
        policies=(Policy("halls", (LONGEST,)), Policy("w02s", (PRIORITY_FIRST, LONGEST))),
        rules=replace(PLAN.rules, policy_id="halls"),
        windows=(PLAN.windows[0], own),
    )

    named = [policy_of(hall_plan, each) for each in hall_plan.windows]

    assert [each and each.policy_id for each in named] == ["halls", "w02s"]


def test_window_without_a_policy_or_help_keeps_to_the_plain_rule() -> None:
    assert [each.policy for each in hall_with().windows.values()] == [None] * 3


def test_policy_of_points_alone_is_the_plain_rule() -> None:
    hall = hall_with(hall_plan=_by(POINTS))

    assert [each.policy for each in hall.windows.values()] == [None] * 3


def test_help_limit_of_the_first_tier_means_nothing() -> None:
    own = helping(window("w01", "social"), "social", after_minutes=5)

    assert compiled(PLAN, own, ["social"]) is None


# --- what the window's clerk sees ---


@pytest.mark.parametrize(
    "rules", [(TWO_TO_ONE, POINTS), (AFTER_40, PRIORITY_FIRST, LONGEST), (POINTS,)], ids=["ratio", "ceiling", "points"]
)
def test_window_shows_its_line_in_the_order_of_its_calls(rules: tuple[PolicyRule, ...]) -> None:
    driver = _both_lanes(*rules)
    driver.now_ms += 39 * MINUTE
    _lanes(driver, 1)

    shown = views.window_view(driver.hall, driver.window("w01"), driver.now_ms)["waiting"]

    assert [line["number"] for line in shown] == driver.in_line("w01")


def test_window_shows_whom_it_helps_where_it_would_call_them() -> None:
    driver = Driver(
        hall_with(
            waiting("A001", minutes=25), waiting("A002", minutes=10), waiting("B001", minutes=5), hall_plan=HELPER
        )
    )

    shown = views.window_view(driver.hall, driver.window("w01"), driver.now_ms)["waiting"]

    assert [line["number"] for line in shown] == ["A001", "B001", "A002"]


# --- who could wait for ever ---

FLAT = lane("flat", 5, 0)


@pytest.mark.parametrize(
    ("rules", "lanes", "found"),
    [
        ((POINTS,), LANES, ()),
        ((LONGEST,), LANES, ()),
        ((TWO_TO_ONE, POINTS), LANES, ()),
        ((AFTER_40, PRIORITY_FIRST, LONGEST), LANES, ()),
        ((PRIORITY_FIRST, LONGEST), LANES, (ORDINARY,)),
        ((PolicyRule("absolute", (PRIORITY, ORDINARY)),), LANES, (ORDINARY,)),
        ((PRIORITY_FIRST, AFTER_40, LONGEST), LANES, (ORDINARY,)),
        ((replace(AFTER_40, lane_ids=(ORDINARY,)), PRIORITY_FIRST, LONGEST), LANES, (PRIORITY,)),
        ((TWO_TO_ONE, POINTS), (*LANES, FLAT), ("flat",)),
        ((replace(TWO_TO_ONE, takes=(1, 0)), POINTS), LANES, (ORDINARY,)),
        ((PolicyRule("longest", (PRIORITY,)),), LANES, (ORDINARY,)),
        ((POINTS,), (*LANES, FLAT), ("flat",)),
        ((POINTS,), (lane(ORDINARY, 0, 0), FLAT), (ORDINARY,)),
        ((POINTS,), (lane(ORDINARY, 5, 0), FLAT), ()),
        ((AFTER_40, POINTS), (*LANES, FLAT), ()),
    ],
)
def test_lanes_that_could_wait_for_ever_are_named(
    rules: tuple[PolicyRule, ...], lanes: tuple[Lane, ...], found: tuple[str, ...]
) -> None:
    assert starving(Policy("own", rules), lanes) == found


def test_lane_that_may_starve_is_not_named() -> None:
    assert starving(Policy("own", (PRIORITY_FIRST, LONGEST), may_starve=(ORDINARY,)), LANES) == ()


@pytest.mark.parametrize(
    ("windows", "found"),
    [
        ((window("w01", ["social", "tax"]),), ()),
        ((window("w01", "social", "tax"),), ("tax",)),
        ((window("w01", "social", "tax"), window("w02", "tax")), ()),
        ((window("w01", "social"),), ("tax",)),
        ((helping(window("w01", "social", "tax"), "tax", after_minutes=10),), ()),
        ((helping(window("w01", "social"), "tax", after_minutes=10),), ("tax",)),
    ],
)
def test_services_that_no_window_ever_counts_as_its_own_are_named(windows: tuple, found: tuple[str, ...]) -> None:
    assert never_own(windows, ("social", "tax")) == found


# --- by how much one is passed ---


def test_nobody_who_comes_later_than_the_head_start_passes_an_ordinary_ticket() -> None:
    equal = (lane(ORDINARY, 0, 1), lane(PRIORITY, 30, 1))

    found = bound(Policy("own", (POINTS,)), equal, ORDINARY, 99 * MINUTE)

    assert found is not None and found.reach_ms == 30 * MINUTE


def test_reach_of_a_faster_lane_grows_with_its_own_longest_wait() -> None:
    # 30 points ahead, and one a minute more for ten minutes.
    found = bound(Policy("own", (POINTS,)), LANES, ORDINARY, 10 * MINUTE)

    assert found is not None and found.reach_ms == 40 * MINUTE


def test_nobody_who_comes_later_than_the_ceiling_passes() -> None:
    found = bound(Policy("own", (AFTER_40, PRIORITY_FIRST, LONGEST)), LANES, ORDINARY, 0)

    assert found is not None and found.reach_ms == 40 * MINUTE


def test_turns_bound_the_calls_of_others() -> None:
    found = bound(Policy("own", (TWO_TO_ONE, POINTS)), LANES, ORDINARY, 0)

    assert found is not None and [found.calls(before) for before in (0, 1, 2)] == [2, 4, 6]


def test_what_could_wait_for_ever_has_no_bound() -> None:
    assert bound(Policy("own", (PRIORITY_FIRST, LONGEST)), LANES, ORDINARY, 0) is None


def _by(*rules: PolicyRule) -> HallPlan:
    return calling_by(*rules)


def _both_lanes(*rules: PolicyRule, service: str | None = None) -> Driver:
    """Twelve of each lane, who came at the same moment; w01 serves them all."""
    driver = Driver.opened(calling_by(*rules))
    for _ in range(12):
        driver.issue(service or "young", PRIORITY)
        driver.issue(service or "social", ORDINARY)
    return driver


def _tickets(prefix: str, count: int) -> list:
    return [waiting(f"{prefix}{number:03}", minutes=30 - number) for number in range(1, count + 1)]


def _lanes(driver: Driver, calls: int, window_id: str = "w01") -> str:
    """The lanes of the next calls of a window, P and O."""
    called = []
    for _ in range(calls):
        called.append(driver.ticket(driver.call(window_id)).lane_id)
        driver.do(c.FinishService(window_id))
    return "".join(lane_id[0].upper() for lane_id in called)


def _reason(driver: Driver) -> e.CallReason:
    (called,) = driver.do(c.CallNext("w01"))
    assert isinstance(called, e.TicketCalled)
    return called.reason


def _id(number: str) -> str:
    return f"20261123-{number}"
