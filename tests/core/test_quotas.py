"""How many numbers may be drawn, of a day, a span of it or by a channel, and what is told to whoever comes too late."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core.plan import Quota, Span
from tests.builders import (
    RULES,
    Driver,
    with_service,
)
from tests.core.drawing import code_of, drawn

MORNING, AFTERNOON = Span(8 * 60, 12 * 60), Span(13 * 60, 17 * 60)


def test_quota_of_the_day_ends_with_its_last_number() -> None:
    driver = Driver.opened(with_service(quotas=(Quota(2),)))

    codes = [drawn(driver, channel) for channel in ("kiosk", "guide", "kiosk")]

    assert codes == [None, None, "quota-used-up"]


def test_quota_of_a_channel_leaves_the_others_alone() -> None:
    driver = Driver.opened(with_service(quotas=(Quota(1, "phone"),)))

    codes = [drawn(driver, channel) for channel in ("phone", "phone", "kiosk", "kiosk")]

    assert codes == [None, "quota-used-up", None, None]


def test_whoever_finds_one_channel_used_up_is_sent_to_those_that_are_not() -> None:
    driver = Driver.opened(
        with_service(channels=("kiosk", "phone", "guide"), quotas=(Quota(1, "phone"), Quota(1, "kiosk")))
    )
    driver.do(c.IssueTicket("social", channel="phone"))

    some_left = driver.refusal(c.IssueTicket("social", channel="phone"))
    driver.do(c.IssueTicket("social", channel="kiosk"))
    fewer_left = driver.refusal(c.IssueTicket("social", channel="phone"))

    assert some_left.sentence("en") == "No more numbers are drawn this way; use a kiosk or a guide."
    assert fewer_left.sentence("zh") == "这种方式的号已取完，可改用：导办员。"


def test_quota_of_a_span_begins_anew_with_the_next_span() -> None:
    driver = Driver.opened(with_service(quotas=(Quota(1, span=MORNING), Quota(1, span=AFTERNOON))))

    morning = [drawn(driver), drawn(driver)]
    driver.wait(minutes=5 * 60)
    afternoon = [drawn(driver), drawn(driver)]

    assert morning == afternoon == [None, "quota-used-up"]


def test_quota_of_another_service_is_another_quota() -> None:
    driver = Driver.opened(with_service(quotas=(Quota(1),)))

    driver.issue("tax")
    driver.issue("tax")

    assert drawn(driver) is None


def test_ticket_given_up_does_not_give_its_place_in_the_quota_back() -> None:
    driver = Driver.opened(with_service(quotas=(Quota(1),)))

    driver.do(c.CancelTicket(driver.issue()))

    assert code_of(driver) == "quota-used-up"


def test_quota_set_during_the_day_knows_of_those_drawn_before() -> None:
    driver = Driver.opened()
    driver.issue()

    driver.do(c.ConfigureHall(with_service(quotas=(Quota(1, "kiosk", MORNING),))))

    assert code_of(driver) == "quota-used-up"


def test_quota_stays_used_up_when_the_same_day_is_opened_again_and_is_new_on_the_next() -> None:
    driver = Driver.opened(with_service(quotas=(Quota(1),)))
    driver.issue()

    driver.do(c.CloseDay())
    driver.do(c.OpenDay())
    same_day = code_of(driver)
    driver.wait(minutes=24 * 60)

    assert (same_day, code_of(driver)) == ("quota-used-up", None)


@pytest.mark.parametrize(
    ("quotas", "hours", "said"),
    [
        ((Quota(1),), (), "All numbers for “social” have been drawn. Please come another day."),
        (
            (Quota(1, span=MORNING), Quota(1, span=AFTERNOON)),
            (),
            "All numbers for “social” have been drawn. More are given from 12:00.",
        ),
        (
            (Quota(1, span=MORNING), Quota(1, span=AFTERNOON)),
            (MORNING, AFTERNOON),
            "All numbers for “social” have been drawn. More are given from 13:00.",
        ),
        (
            (Quota(1), Quota(9, span=AFTERNOON)),
            (),
            "All numbers for “social” have been drawn. Please come another day.",
        ),
        (
            (Quota(1, "phone"), Quota(1, "kiosk", MORNING)),
            (MORNING,),
            "No more numbers are drawn this way; use a guide or a phone.",
        ),
    ],
)
def test_refusal_says_when_more_numbers_are_given(
    quotas: tuple[Quota, ...], hours: tuple[Span, ...], said: str
) -> None:
    driver = Driver.opened(with_service(quotas=quotas, hours=hours))
    driver.issue()

    assert driver.refusal(c.IssueTicket("social")).sentence("en") == said


def test_refusal_says_where_to_ask() -> None:
    hall_plan = replace(
        with_service(quotas=(Quota(0),)), rules=replace(RULES, help_desk="3号窗口", help_desk_en="window 3")
    )

    refusal = Driver.opened(hall_plan).refusal(c.IssueTicket("social"))

    assert refusal.sentence("zh") == "“social”的号已取完。今天不再放号，请改日再来。有疑问请到3号窗口咨询。"
    assert refusal.sentence("en").endswith("Ask at window 3.")


def test_a_desk_named_in_one_language_is_named_so_in_both() -> None:
    """As in a journal of before there were two."""
    hall_plan = replace(with_service(quotas=(Quota(0),)), rules=replace(RULES, help_desk="3"))

    refusal = Driver.opened(hall_plan).refusal(c.IssueTicket("social"))

    assert refusal.sentence("en").endswith("Ask at 3.")
