"""How long one still has to wait: figures worked out by hand."""

from math import sqrt

import pytest

from engine.core import commands as c
from engine.core.estimates import NORMAL_P90, Estimate, Outlook, estimate, mean_handling_ms
from tests.builders import MINUTE, Driver, plan, service, window

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


def _of(driver: Driver, ticket_id: str) -> Estimate:
    found = estimate(driver.hall, driver.ticket(ticket_id), driver.now_ms)
    assert found is not None
    return found
