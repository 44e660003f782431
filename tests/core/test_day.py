"""The service day: its opening, the end of issuing, overtime and close."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.plan import Holiday, Span
from tests.builders import DAY, HOUR, MINUTE, NINE, PLAN, Driver, both, plan

OFFICE = plan(hours=(Span(8 * 60 + 30, 12 * 60), Span(13 * 60 + 30, 17 * 60)))


def test_day_is_the_local_date_and_ends_at_the_last_closing_hour() -> None:
    driver = Driver()
    driver.do(c.ConfigureHall(OFFICE))

    (opened,) = driver.do(c.OpenDay())

    assert opened == e.DayOpened(DAY, NINE + 8 * HOUR, NINE + 10 * HOUR, NINE)


def test_hall_without_hours_issues_until_midnight() -> None:
    driver = Driver.opened()

    assert driver.hall.issuing_ends_ms == NINE + 15 * HOUR


def test_hall_opened_after_its_last_hour_issues_until_midnight() -> None:
    driver = Driver.opened(OFFICE, now_ms=NINE + 11 * HOUR)

    assert driver.hall.issuing_ends_ms == NINE + 15 * HOUR


def test_hall_stays_shut_over_the_weekend_and_a_holiday_by_itself() -> None:
    weekdays = replace(OFFICE, workdays=(1, 2, 3, 4, 5), holidays=(Holiday("20261130", both("founding")),))
    friday = NINE + 4 * 24 * HOUR
    driver = Driver.opened(weekdays, now_ms=friday)

    driver.wait(minutes=5 * 24 * 60)

    days = [event.day for event in driver.events if isinstance(event, e.DayOpened)]
    assert days == ["20261127", "20261201", "20261202"]


def test_supervisor_opens_the_hall_by_hand_on_a_holiday() -> None:
    driver = Driver.opened(replace(OFFICE, holidays=(Holiday("20261124", both("founding")),)))
    driver.wait(minutes=24 * 60)

    (opened,) = driver.do(c.OpenDay())

    assert isinstance(opened, e.DayOpened)
    assert opened.day == "20261124"
    assert driver.issue()


def test_day_opens_once() -> None:
    assert Driver.opened().refusal(c.OpenDay()).code == "day-already-open"


def test_hall_without_a_plan_does_nothing() -> None:
    driver = Driver()

    assert driver.refusal(c.OpenDay()).code == "hall-unplanned"
    assert driver.refusal(c.IssueTicket("social")).code == "hall-unplanned"


def test_closed_hall_neither_ends_issuing_nor_closes() -> None:
    driver = Driver()
    driver.do(c.ConfigureHall(PLAN))

    assert driver.refusal(c.EndIssuing()).code == "day-not-open"
    assert driver.refusal(c.CloseDay()).code == "day-not-open"


def test_issuing_ends_once() -> None:
    driver = Driver.opened()
    driver.do(c.EndIssuing())

    assert driver.refusal(c.EndIssuing()).code == "issuing-over"


def test_whoever_holds_a_ticket_is_served_after_issuing_ended() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.do(c.EndIssuing())

    driver.serve()
    driver.do(c.FinishService("w01"))

    assert driver.state("20261123-a001") == "finished"


def test_day_is_not_closed_over_the_head_of_a_visitor() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.serve()

    refusal = driver.refusal(c.CloseDay())

    assert refusal.code == "visitors-at-windows"


def test_everybody_has_an_end_when_the_day_closes() -> None:
    driver = Driver.opened(OFFICE)
    waiting, called, serving, held, missed = (driver.issue() for _ in range(5))
    for window_id, ticket_id in (("w01", held), ("w02", missed)):
        driver.do(c.CallTicket(window_id, ticket_id, "test of the rule"))
    driver.do(c.HoldTicket("w01", "papers"))
    driver.do(c.RecordNoShow("w02"))
    driver.do(c.CallTicket("w01", called, "test of the rule"))
    driver.do(c.CallTicket("w02", serving, "test of the rule"))
    driver.do(c.BeginService("w02"))
    driver.now_ms = driver.hall.closes_ms

    events = driver.do(c.CloseDay())

    assert [driver.state(each) for each in (waiting, called, serving, held, missed)] == [
        "cancelled",
        "cancelled",
        "finished",
        "cancelled",
        "missed",
    ]
    assert driver.ticket(waiting).outcome == driver.ticket(serving).outcome == "day-closed"
    assert {window.state for window in driver.hall.windows.values()} == {"closed"}
    assert events[-1] == e.DayClosed(driver.now_ms)


def test_day_opened_again_goes_on_with_its_numbers() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.do(c.CloseDay())

    driver.do(c.OpenDay())

    assert driver.ticket(driver.issue()).number == "A002"


def test_next_day_starts_afresh() -> None:
    driver = Driver.opened(OFFICE)
    driver.issue()

    driver.wait(minutes=24 * 60)
    driver.do(c.OpenWindow("w01"))
    ticket_id = driver.issue()

    assert ticket_id == "20261124-a001"
    assert list(driver.hall.tickets) == [ticket_id]
    assert not driver.hall.recent


def test_numbers_start_again_although_somebody_is_left_in_another_hall_and_in_the_own_one() -> None:
    driver, other = Driver.opened(OFFICE), Driver.opened(OFFICE)
    first, left = driver.issue(), other.issue()
    driver.call()
    driver.do(c.RecordNoShow("w01"))

    driver.wait(minutes=24 * 60)

    assert (first, driver.issue()) == (f"{DAY}-a001", "20261124-a001")
    assert (other.state(left), other.issue()) == ("waiting", f"{DAY}-a002")


def test_numbers_do_not_start_again_while_the_day_goes_on_past_midnight() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.serve()
    driver.wait(minutes=15 * 60 + 30)

    driver.do(c.FinishService("w01"))

    assert driver.hall.day == DAY
    assert driver.refusal(c.IssueTicket("social")).code == "issuing-over"


def test_clock_set_back_to_yesterday_does_not_give_out_yesterdays_numbers_again() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.do(c.CloseDay())
    driver.now_ms -= 24 * HOUR

    driver.do(c.OpenDay())

    assert driver.issue() == "20261123-a002"


def test_clock_set_back_during_the_day_keeps_the_order_of_the_queue_by_time_then_issue() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.now_ms -= 10 * MINUTE
    driver.issue()
    driver.issue()

    assert driver.in_line() == ["A002", "A003", "A001"]


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29), 23),
        ("Europe/Berlin", datetime(2026, 10, 25), 25),
        ("Asia/Shanghai", datetime(2026, 3, 29), 24),
    ],
)
def test_day_on_which_the_clocks_change_ends_at_the_wall_clocks_hour(timezone: str, day: datetime, hours: int) -> None:
    midnight_ms = int(day.replace(tzinfo=ZoneInfo(timezone)).timestamp() * 1_000)
    hall_plan = plan(timezone=timezone)

    ends_ms = calendar.issuing_ends(hall_plan, midnight_ms + HOUR)

    assert ends_ms - midnight_ms == hours * HOUR
    assert calendar.next_opening(hall_plan, day.strftime("%Y%m%d")) == ends_ms


def test_hour_that_comes_twice_has_two_offsets() -> None:
    first = int(datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1_000)

    assert calendar.iso("Europe/Berlin", first) == "2026-10-25T02:30:00.000+02:00"
    assert calendar.iso("Europe/Berlin", first + HOUR) == "2026-10-25T02:30:00.000+01:00"


def test_midnight_that_does_not_exist_opens_an_hour_later() -> None:
    # In Cairo the clocks go from 00:00 to 01:00.
    opens_ms = calendar.next_opening(plan(timezone="Africa/Cairo"), "20260423")

    assert calendar.iso("Africa/Cairo", opens_ms) == "2026-04-24T01:00:00.000+03:00"
