"""Numbers: who gets which, and when none is given."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.plan import Span
from tests.builders import HOUR, NINE, PLAN, PRIORITY, SERVICES, Driver, plan, service, with_rules


def test_numbers_count_up_within_a_prefix() -> None:
    driver = Driver.opened()

    numbers = [_number(driver, each) for each in ("social", "tax", "social", "social", "tax")]

    assert numbers == ["A001", "B001", "A002", "A003", "B002"]


def test_lanes_of_a_service_share_its_numbers() -> None:
    driver = Driver.opened()

    driver.issue("social", PRIORITY)

    assert _number(driver, "social") == "A002"


def test_services_with_one_prefix_share_their_numbers() -> None:
    driver = Driver.opened(plan(services=(*SERVICES, service("cards", "A"))))

    numbers = [_number(driver, each) for each in ("social", "cards", "social")]

    assert numbers == ["A001", "A002", "A003"]


def test_number_is_not_given_again_after_its_ticket_was_cancelled() -> None:
    driver = Driver.opened()

    driver.do(c.CancelTicket(driver.issue()))

    assert _number(driver, "social") == "A002"


def test_numbers_grow_wider_rather_than_start_again() -> None:
    driver = Driver.opened(with_rules(first_number=998))

    numbers = [_number(driver, "social") for _ in range(4)]

    assert numbers == ["A998", "A999", "A1000", "A1001"]


def test_first_number_and_width_are_settings() -> None:
    driver = Driver.opened(with_rules(first_number=100, number_digits=4))

    assert _number(driver, "social") == "A0100"


@pytest.mark.parametrize("first_number", [0, 1, 50])
def test_first_number_changed_during_the_day_neither_repeats_nor_skips_one(first_number: int) -> None:
    driver = Driver.opened(with_rules(first_number=1))
    driver.issue()
    driver.issue()

    driver.do(c.ConfigureHall(with_rules(first_number=first_number)))

    assert _number(driver, "social") == "A003"


def test_ticket_records_what_was_asked_for() -> None:
    driver = Driver.opened()

    (issued,) = driver.do(c.IssueTicket("social", PRIORITY, "guide", "elderly-card", on_behalf=True))

    assert issued == e.TicketIssued("20261123-a001", "A001", 1, "social", PRIORITY, "guide", "elderly-card", True, NINE)


def test_first_lane_is_the_default() -> None:
    driver = Driver.opened()

    assert driver.ticket(driver.issue("social")).lane_id == PLAN.lanes[0].lane_id


@pytest.mark.parametrize(
    ("service_id", "lane_id", "code"),
    [("dog-licence", None, "service-unknown"), ("social", "royal", "lane-unknown")],
)
def test_unknown_service_or_lane_is_refused(service_id: str, lane_id: str | None, code: str) -> None:
    assert Driver.opened().refusal(c.IssueTicket(service_id, lane_id)).code == code


@pytest.mark.parametrize(("hour", "is_open"), [(9, False), (10, True), (11, True), (12, False)])
def test_service_is_issued_only_in_its_hours(hour: int, is_open: bool) -> None:
    ten_to_twelve = replace(SERVICES[0], hours=(Span(10 * 60, 12 * 60),))
    driver = Driver.opened(plan(services=(ten_to_twelve, *SERVICES[1:])))

    driver.wait(minutes=(hour - 9) * 60)

    if is_open:
        assert _number(driver, "social") == "A001"
    else:
        assert driver.refusal(c.IssueTicket("social")).code == "service-closed"


def test_refusal_out_of_hours_says_the_hours() -> None:
    split = replace(SERVICES[0], hours=(Span(510, 720), Span(810, 1020)))
    driver = Driver.opened(plan(services=(split, *SERVICES[1:])), now_ms=NINE + 4 * HOUR)

    refusal = driver.refusal(c.IssueTicket("social"))

    assert refusal.sentence("en") == "“social” is not open now; its hours are 08:30-12:00, 13:30-17:00."


def test_no_number_before_the_day_opens_or_after_issuing_ends() -> None:
    driver = Driver()
    driver.do(c.ConfigureHall(PLAN))

    before = driver.refusal(c.IssueTicket("social")).code
    driver.do(c.OpenDay())
    driver.do(c.EndIssuing())
    after = driver.refusal(c.IssueTicket("social")).code

    assert (before, after) == ("day-not-open", "issuing-over")


def _number(driver: Driver, service_id: str) -> str:
    return driver.ticket(driver.issue(service_id)).number
