"""What a hall does by itself."""

from dataclasses import replace

from engine.core import commands as c
from engine.core.deadlines import next_deadline
from engine.core.hall import Hall
from engine.core.plan import Limit, Limits, Span
from tests.builders import HOUR, MINUTE, NINE, Driver, plan

OFFICE = plan(hours=(Span(8 * 60 + 30, 17 * 60),))


def test_hall_without_a_plan_waits_for_nothing() -> None:
    assert next_deadline(Hall()) is None


def test_fresh_hall_opens_at_once_whatever_the_hour() -> None:
    driver = Driver()
    driver.do(c.ConfigureHall(OFFICE))

    assert next_deadline(driver.hall) == (0, c.OpenDay())


def test_issuing_ends_at_the_last_hour() -> None:
    driver = Driver.opened(OFFICE)

    assert next_deadline(driver.hall) == (NINE + 8 * HOUR, c.EndIssuing())


def test_call_that_expires_first_comes_first() -> None:
    driver = Driver.opened(OFFICE)
    driver.issue()
    driver.issue()
    driver.call("w01")
    driver.wait(minutes=1)
    driver.call("w02")

    assert next_deadline(driver.hall) == (NINE + 5 * MINUTE, c.ExpireCalls())


def test_call_expires_before_a_warning_of_the_same_moment_is_raised() -> None:
    driver = Driver.opened(replace(OFFICE, limits=Limits(wait_ms=Limit(5 * MINUTE - 1, 0))))
    driver.issue()
    driver.issue()
    driver.call("w01")

    due = next_deadline(driver.hall)
    driver.do(c.RecordNoShow("w01"))

    assert due == (NINE + 5 * MINUTE, c.ExpireCalls())
    assert next_deadline(driver.hall) == (NINE + 5 * MINUTE, c.KeepWatch())


def test_whoever_asks_until_a_moment_hears_of_what_is_due_by_then_and_of_nothing_later() -> None:
    driver = Driver.opened(replace(OFFICE, limits=Limits(wait_ms=Limit(5 * MINUTE, 0))))
    driver.issue()
    due_ms = NINE + 5 * MINUTE + 1

    assert next_deadline(driver.hall, due_ms - 1) is None
    assert next_deadline(driver.hall, due_ms) == (due_ms, c.KeepWatch())


def test_day_closes_as_soon_as_nobody_is_left_after_issuing_ended() -> None:
    driver = Driver.opened(OFFICE)
    driver.issue()
    driver.wait(minutes=8 * 60)
    while_one_waits = next_deadline(driver.hall)

    driver.serve()
    driver.do(c.FinishService("w01"))

    assert while_one_waits == (NINE + 10 * HOUR, c.CloseDay())
    assert next_deadline(driver.hall) == (NINE + 8 * HOUR, c.CloseDay())


def test_day_closes_when_overtime_is_used_up_though_somebody_waits() -> None:
    driver = Driver.opened(OFFICE)
    ticket_id = driver.issue()

    driver.wait(minutes=10 * 60)

    assert driver.hall.phase == "closed"
    assert driver.state(ticket_id) == "cancelled"


def test_closed_hall_opens_the_next_morning() -> None:
    driver = Driver.opened(OFFICE)
    driver.do(c.CloseDay())

    assert next_deadline(driver.hall) == (NINE + 23.5 * HOUR, c.OpenDay())


def test_hall_round_the_clock_opens_again_at_midnight() -> None:
    driver = Driver.opened()

    driver.wait(minutes=15 * 60)

    assert (driver.hall.phase, driver.hall.day) == ("open", "20261124")


def test_week_without_anybody_is_seven_days() -> None:
    driver = Driver.opened(OFFICE)

    driver.wait(minutes=7 * 24 * 60)

    assert driver.hall.day == "20261130"
