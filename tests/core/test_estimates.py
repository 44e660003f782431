"""How long one still has to wait: figures worked out by hand."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import commands as c
from engine.core import events as e
from engine.core.estimates import NORMAL_P90, Estimate, Outlook, estimate, mean_handling_ms, surely_begins_within
from engine.core.plan import PolicyRule
from tests.builders import (
    HOUR,
    MINUTE,
    NINE,
    ORDINARY,
    PLAN,
    PRIORITY,
    Driver,
    calling_by,
    hall_with,
    helping,
    plan,
    service,
    waiting,
    window,
)

ONE_WINDOW = plan(services=(service("social", "A", mean_minutes=12),), windows=(window("w01", "social"),))
TWO_WINDOWS = plan(
    services=(service("social", "A", mean_minutes=12),), windows=(window("w01", "social"), window("w02", "social"))
)


def test_first_in_line_at_an_idle_window_does_not_wait() -> None:
    driver = Driver.opened(ONE_WINDOW)

    assert _of(driver, driver.issue()) == Estimate(0, 0, 12 * MINUTE)


def test_two_ahead_at_one_busy_window_wait_for_three_visits() -> None:
    driver = Driver.opened(ONE_WINDOW)
    for _ in range(3):
        driver.issue()
    driver.serve()
    driver.issue()

    found = _of(driver, "20261123-a004")

    # Two ahead and the one at the window: 3 × 12 minutes, and the spread of three visits.
    assert found == Estimate(2, 36 * MINUTE, int((36 + NORMAL_P90 * 12 * sqrt(3)) * MINUTE))


def test_two_windows_halve_the_wait() -> None:
    driver = Driver.opened(TWO_WINDOWS)
    for _ in range(4):
        driver.issue()
    driver.serve("w01")
    driver.serve("w02")

    assert _of(driver, "20261123-a004").p50_ms == 12 * MINUTE


def test_window_of_our_own_is_not_slowed_by_another_that_also_serves_a_long_queue() -> None:
    driver = Driver.opened(plan(windows=(window("w01", "social"), window("w02", ["social", "tax"]))))
    for _ in range(9):
        driver.issue("tax")
    driver.wait(minutes=5)
    driver.issue("social")
    driver.serve("w01")
    driver.serve("w02")

    # Eight for tax stand before w02; w01 is free after its visit of ten minutes.
    assert _of(driver, driver.issue("social")).p50_ms == 10 * MINUTE


def test_paused_window_counts_for_nothing() -> None:
    driver = Driver.opened(TWO_WINDOWS)
    for _ in range(3):
        driver.issue()
    driver.serve("w01")
    driver.do(c.PauseWindow("w02"))

    assert _of(driver, "20261123-a003").p50_ms == 24 * MINUTE


def test_windows_of_the_plan_count_while_none_is_open() -> None:
    driver = Driver.opened(TWO_WINDOWS)
    for window_id in ("w01", "w02"):
        driver.do(c.CloseWindow(window_id))
    for _ in range(2):
        driver.issue()

    assert _of(driver, "20261123-a002").p50_ms == 12 * MINUTE


def test_service_no_window_serves_has_no_figure_but_no_failure_either() -> None:
    driver = Driver.opened(plan(windows=(window("w01", "tax"),)))

    assert _of(driver, driver.issue("social")) == Estimate(0, 0, 0)


def test_only_those_the_rule_takes_first_are_ahead() -> None:
    driver = Driver.opened()
    ordinary = driver.issue("social")
    driver.issue("social", "priority")
    driver.issue("social")

    assert _of(driver, ordinary).ahead == 1


def test_mean_time_moves_from_the_plans_figure_to_what_was_seen() -> None:
    driver = Driver.opened(ONE_WINDOW)
    for _ in range(10):
        driver.issue()
        driver.serve()
        driver.wait(minutes=2)
        driver.do(c.FinishService("w01"))

    assert mean_handling_ms(driver.hall, "social") == 7 * MINUTE


def test_newcomers_outlook_is_that_of_the_ticket_they_then_draw() -> None:
    driver = Driver.opened()
    for _ in range(5):
        driver.issue("social")
        driver.wait(minutes=1)

    newcomer = Outlook(driver.hall, driver.now_ms).of_newcomer("social", "ordinary")

    assert _of(driver, driver.issue("social")) == newcomer


@pytest.mark.parametrize("command", [c.CallNext("w01"), c.CancelTicket("20261123-a001")])
def test_ticket_that_does_not_wait_has_no_estimate(command: c.CallNext | c.CancelTicket) -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.do(command)

    assert estimate(driver.hall, driver.ticket(ticket_id), driver.now_ms) is None


# --- tiers, help, policies: one window, ten minutes a visit ---

TURNS = PolicyRule("ratio", (PRIORITY, ORDINARY), takes=(2, 1))
TIERS = plan(windows=(window("w01", "tax", "social"),))


def test_earlier_tier_stands_before_a_later_one_whatever_the_points() -> None:
    driver = Driver.opened(TIERS)
    ticket_id = driver.issue("social", "priority")
    driver.wait(minutes=30)
    for _ in range(3):
        driver.issue("tax")

    found = _of(driver, ticket_id)

    assert (found.ahead, found.p50_ms) == (0, 40 * MINUTE)


def test_later_tier_does_not_stand_before_an_earlier_one() -> None:
    driver = Driver.opened(TIERS)
    for _ in range(3):
        driver.issue("social", "priority")
    driver.wait(minutes=30)

    assert _of(driver, driver.issue("tax")) == Estimate(0, 0, 10 * MINUTE)


def test_later_tier_that_has_waited_for_the_help_limit_stands_where_its_points_say() -> None:
    helper = plan(windows=(helping(TIERS.windows[0], "social", after_minutes=20),))
    driver = Driver.opened(helper)
    for _ in range(2):
        driver.issue("social")
    driver.wait(minutes=20)
    driver.issue("social")

    # Two of the three for social have waited for the limit, and have more points than a newcomer.
    assert _of(driver, driver.issue("tax")).p50_ms == 30 * MINUTE


def test_those_above_a_ceiling_are_ahead_of_a_lane_that_comes_first() -> None:
    rules = (
        PolicyRule("ceiling", after_ms=15 * MINUTE),
        PolicyRule("absolute", ("priority",)),
        PolicyRule("longest"),
    )
    driver = Driver.opened(calling_by(*rules, hall_plan=ONE_WINDOW))
    driver.issue("social")
    driver.wait(minutes=15)
    driver.issue("social")

    assert _of(driver, driver.issue("social", "priority")).ahead == 1


def test_other_lane_counts_as_far_as_its_turns_come_first() -> None:
    driver = Driver.opened(calling_by(TURNS, PolicyRule("points"), hall_plan=ONE_WINDOW))
    first, second = driver.issue("social"), driver.issue("social")
    for _ in range(9):
        driver.issue("social", "priority")

    # P P O P P O: two before the first ordinary ticket, four and the first one before the second.
    assert (_of(driver, first).ahead, _of(driver, second).ahead) == (2, 5)


def test_turns_already_taken_do_not_count_again() -> None:
    driver = Driver.opened(calling_by(TURNS, PolicyRule("points"), hall_plan=ONE_WINDOW))
    for _ in range(9):
        driver.issue("social", "priority")
    for _ in range(2):
        driver.serve()
        driver.do(c.FinishService("w01"))

    assert _of(driver, driver.issue("social")).ahead == 0


def test_window_that_calls_others_first_does_not_make_the_wait_longer() -> None:
    driver = Driver.opened(
        plan(windows=(window("w01", "social"), window("w02", "tax", "social")), services=PLAN.services)
    )
    for _ in range(9):
        driver.issue("tax")
    driver.issue("social")
    driver.serve("w01")

    # At w02 nine for tax come first; w01 is free after its visit.
    assert _of(driver, driver.issue("social")).p50_ms == 10 * MINUTE


def test_ticket_sent_to_one_window_stands_before_that_window_alone() -> None:
    driver = Driver.opened(TWO_WINDOWS)
    sent = driver.issue("social")
    driver.do(c.TransferTicket(sent, window_id="w02"))

    assert _of(driver, driver.issue("social")) == Estimate(0, 0, 6 * MINUTE)


def _of(driver: Driver, ticket_id: str) -> Estimate:
    found = estimate(driver.hall, driver.ticket(ticket_id), driver.now_ms)
    assert found is not None
    return found


@given(
    st.lists(st.tuples(st.sampled_from("ABY"), st.integers(0, 60)), max_size=40), st.sampled_from(["w01", "w02", "w03"])
)
def test_what_surely_begins_in_time_is_estimated_to(tickets: list[tuple[str, int]], closed: str) -> None:
    waits = [waiting(f"{prefix}{place:03d}", minutes=minutes) for place, (prefix, minutes) in enumerate(tickets, 1)]
    hall = hall_with(*waits)
    hall.apply(e.WindowClosed(closed, NINE))

    for service_id in hall.services:
        median_ms = Outlook(hall, NINE).of_newcomer(service_id, ORDINARY).p50_ms

        assert surely_begins_within(hall, service_id, 24 * HOUR)
        assert not surely_begins_within(hall, service_id, median_ms - 1)
