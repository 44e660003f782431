"""Who may draw a number: channels, appointment-only hours, one ticket per person, the cap, the forecast."""

from dataclasses import replace
from typing import Any

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.model import Ticket
from engine.core.plan import BackOffice, Item, Quota, Rules, Span
from engine.core.rules import issuing
from tests.builders import (
    HOUR,
    MINUTE,
    NINE,
    PLAN,
    RULES,
    Driver,
    both,
    plan,
    service,
    window,
    with_rules,
    with_service,
)
from tests.core.drawing import code_of, drawn

ANNA, BERTA = "hash-of-one", "hash-of-another"


# --- channels and appointments ---


def test_service_is_drawn_by_its_channels_only() -> None:
    driver = Driver.opened(with_service(channels=("guide", "window")))

    refusal = driver.refusal(c.IssueTicket("social", channel="kiosk"))

    assert refusal.code == "channel-not-taken"
    assert refusal.sentence("en") == "“social” cannot be drawn this way; use a guide or a window."
    assert refusal.sentence("zh") == "“social”不能这样取号，请改用：导办员、窗口。"
    assert driver.do(c.IssueTicket("social", channel="guide"))


@pytest.mark.parametrize(("hour", "code"), [(8, None), (9, "appointments-only"), (10, "appointments-only"), (11, None)])
def test_nobody_draws_without_an_appointment_in_hours_kept_for_them(hour: int, code: str | None) -> None:
    driver = Driver.opened(with_service(appointment_only=(Span(9 * 60, 11 * 60),)), now_ms=NINE - HOUR)

    driver.wait(minutes=60 * (hour - 8))

    assert code_of(driver) == code


# --- one open ticket per person and service ---


def test_person_holds_one_open_ticket_for_a_service() -> None:
    driver = Driver.opened(with_service(one_per_person=True))
    driver.do(c.IssueTicket("social", person=ANNA))

    refusal = driver.refusal(c.IssueTicket("social", person=ANNA))

    assert refusal.sentence("en") == "You hold ticket A001 for this already; use it, or give it up first."


def test_somebody_else_somebody_unnamed_and_another_service_are_free_to_draw() -> None:
    driver = Driver.opened(with_service(one_per_person=True))
    driver.do(c.IssueTicket("social", person=ANNA))

    for command in (
        c.IssueTicket("social", person=BERTA),
        c.IssueTicket("social"),
        c.IssueTicket("tax", person=ANNA),
        c.IssueTicket("tax", person=ANNA),
    ):
        assert driver.do(command)


@pytest.mark.parametrize("end", ["cancelled", "finished", "missed"])
def test_ticket_that_is_over_or_missed_does_not_stand_in_the_way(end: str) -> None:
    driver = Driver.opened(with_service(one_per_person=True))
    first = _of_person(driver, ANNA)

    if end == "cancelled":
        driver.do(c.CancelTicket(first.ticket_id))
    else:
        driver.call()
        driver.do(c.FinishService("w01") if end == "finished" else c.RecordNoShow("w01"))

    assert first.state == end
    assert driver.do(c.IssueTicket("social", person=ANNA))


def test_ticket_sent_on_stands_in_the_way_where_it_waits_now() -> None:
    driver = Driver.opened(with_service(one_per_person=True))
    (issued,) = driver.do(c.IssueTicket("tax", person=ANNA))
    assert isinstance(issued, e.TicketIssued)

    driver.do(c.TransferTicket(issued.ticket_id, "social"))

    assert driver.refusal(c.IssueTicket("social", person=ANNA)).code == "open-ticket-exists"


def test_item_still_to_come_stands_in_the_way_too() -> None:
    driver = Driver.opened(with_service(one_per_person=True))
    driver.do(c.IssueTicket("tax", person=ANNA, items=(e.VisitItem("tax"), e.VisitItem("social"))))

    alone = driver.refusal(c.IssueTicket("social", person=ANNA))
    combined = driver.refusal(c.IssueTicket("tax", person=ANNA, items=(e.VisitItem("tax"), e.VisitItem("social"))))

    assert (alone.code, combined.code) == ("open-ticket-exists", "open-ticket-exists")


# --- the cap ---


def test_hall_lets_nobody_in_above_its_cap() -> None:
    driver = Driver.opened(with_rules(occupancy_max=2))
    driver.issue("tax")
    driver.do(c.WalkDirect("w02"))

    refusal = driver.refusal(c.IssueTicket("social"))

    assert refusal.sentence("en").startswith("There are 2 people in the hall")


def test_whoever_leaves_makes_room() -> None:
    driver = Driver.opened(with_rules(occupancy_max=1))
    driver.issue()
    driver.serve()

    driver.do(c.FinishService("w01"))

    assert code_of(driver) is None


# --- the forecast ---

ONE_WINDOW = plan(
    services=(service("social", "A", mean_minutes=30),),
    windows=(window("w01", "social"),),
    hours=(Span(8 * 60, 11 * 60),),
    rules=replace(RULES, stops_by_forecast=True),
)


def test_no_number_is_given_to_somebody_whose_turn_would_come_after_closing() -> None:
    driver = Driver.opened(ONE_WINDOW)

    numbers = [drawn(driver) for _ in range(20)].count(None)

    # Half an hour each, two hours to go: the fourth begins after an hour and a half at the earliest.
    assert numbers in (4, 5)
    assert driver.refusal(c.IssueTicket("social")).sentence("en").startswith("Your turn would come after closing")
    assert "11:00" in driver.refusal(c.IssueTicket("social")).sentence("zh")
    assert len(driver.in_line("w01")) == numbers


def test_service_that_ends_earlier_than_the_hall_stops_earlier() -> None:
    early = replace(ONE_WINDOW.services[0], hours=(Span(8 * 60, 9 * 60 + 10),))
    driver = Driver.opened(replace(ONE_WINDOW, services=(early,)))
    driver.issue()

    assert "09:10" in driver.refusal(c.IssueTicket("social")).sentence("en")


def test_hall_open_round_the_clock_closes_at_midnight() -> None:
    driver = Driver.opened(replace(ONE_WINDOW, hours=()), now_ms=NINE + 14 * HOUR + 50 * 60_000)
    driver.issue()

    assert "24:00" in driver.refusal(c.IssueTicket("social")).sentence("en")


def test_without_the_setting_nobody_is_turned_away_for_the_hour() -> None:
    driver = Driver.opened(replace(ONE_WINDOW, rules=Rules()))

    for _ in range(20):
        driver.issue()

    assert len(driver.in_line("w01")) == 20


# --- what a kiosk shows ---


def test_kiosk_shows_what_the_rule_would_say() -> None:
    driver = Driver.opened(with_service(channels=("guide",), quotas=(Quota(0, "guide"),)))
    social, tax = (driver.hall.services[each] for each in ("social", "tax"))

    said = [
        issuing.why_not(driver.hall, each, channel, driver.now_ms)
        for each, channel in ((social, "kiosk"), (social, "guide"), (tax, "kiosk"))
    ]

    assert [refusal.code if refusal else None for refusal in said] == ["channel-not-taken", "quota-used-up", None]


# --- those who were promised a place ---


@pytest.mark.parametrize(
    "settings",
    [
        {"quotas": (Quota(0),)},
        {"channels": ("guide",)},
        {"appointment_only": (Span(0, 1440),)},
    ],
)
def test_a_place_promised_before_passes_what_newcomers_meet(settings: dict[str, Any]) -> None:
    driver = Driver.opened()
    first = _told_what_is_missing(driver)
    driver.do(c.ConfigureHall(with_service(**settings)))

    refused = code_of(driver)
    issued = driver.do(c.IssueTicket("social", return_of=first))[0]

    assert isinstance(issued, e.TicketIssued)
    assert refused is not None


def test_a_place_promised_before_uses_up_no_quota() -> None:
    driver = Driver.opened(with_service(quotas=(Quota(2),)))
    first = _told_what_is_missing(driver)

    driver.do(c.IssueTicket("social", return_of=first))

    assert code_of(driver) is None


def test_whoever_was_told_what_is_missing_comes_back_before_everybody() -> None:
    driver = Driver.opened()
    first = _told_what_is_missing(driver)
    driver.issue()

    issued, sent = driver.do(c.IssueTicket("social", return_of=first))

    assert isinstance(issued, e.TicketIssued) and isinstance(sent, e.TicketTransferred)
    assert (issued.return_of, sent.place, sent.service_id) == (first, "front", "social")
    assert driver.in_line("w01") == ["A003", "A002"]


def test_right_to_come_back_is_used_once_and_for_its_own_service() -> None:
    driver = Driver.opened()
    first = _told_what_is_missing(driver)

    elsewhere = driver.refusal(c.IssueTicket("tax", return_of=first))
    by_an_item = driver.refusal(c.IssueTicket("social", return_of=first, items=(e.VisitItem("tax"),)))
    driver.do(c.IssueTicket("social", return_of=first))
    again = driver.refusal(c.IssueTicket("social", return_of=first))

    assert {elsewhere.code, by_an_item.code, again.code} == {"return-not-granted"}


def test_nothing_is_collected_that_is_not_there() -> None:
    assert Driver.opened().refusal(c.IssueTicket("social", stage_id="none")).code == "nothing-to-collect"


def test_result_is_collected_where_it_lies_by_one_ticket_at_a_time() -> None:
    driver = Driver.opened(with_service(back_office=BackOffice(collect_service_id="tax")))
    stage_id = _accepted(driver)

    too_early = driver.refusal(c.IssueTicket("tax", stage_id=stage_id))
    driver.do(c.FinishStage(stage_id))
    elsewhere = driver.refusal(c.IssueTicket("social", stage_id=stage_id))
    (issued,) = driver.do(c.IssueTicket("tax", stage_id=stage_id))
    again = driver.refusal(c.IssueTicket("tax", stage_id=stage_id))

    assert (too_early.code, elsewhere.code) == ("nothing-to-collect", "nothing-to-collect")
    assert isinstance(issued, e.TicketIssued)
    assert again.code == "open-ticket-exists"


# --- combined visits ---


def test_combined_visit_is_queued_under_its_first_item() -> None:
    driver = Driver.opened()

    (issued,) = driver.do(c.IssueTicket("social", items=(e.VisitItem("tax"), e.VisitItem("social"))))

    assert isinstance(issued, e.TicketIssued)
    assert (issued.number, issued.service_id) == ("B001", "tax")
    assert issued.items == (e.VisitItem("tax"), e.VisitItem("social"))


def test_visit_has_at_most_eight_items() -> None:
    driver = Driver.opened()

    assert driver.do(c.IssueTicket("social", items=(e.VisitItem("social"),) * 8))
    assert driver.refusal(c.IssueTicket("social", items=(e.VisitItem("social"),) * 9)).code == "too-many-items"


@pytest.mark.parametrize(
    ("item", "code"),
    [(e.VisitItem("none"), "service-unknown"), (e.VisitItem("social", "none"), "item-unknown")],
)
def test_item_that_does_not_exist_is_refused(item: e.VisitItem, code: str) -> None:
    assert Driver.opened().refusal(c.IssueTicket("social", items=(e.VisitItem("social"), item))).code == code


def test_item_is_queued_where_the_catalogue_says_and_handled_as_it_says() -> None:
    delegated = Item("card", both("card"), "social", mode="promised", delegated_service_id="tax")
    driver = Driver.opened(replace(PLAN, items=(delegated,)))

    (issued,) = driver.do(c.IssueTicket("social", items=(e.VisitItem("social", "card"),)))

    assert isinstance(issued, e.TicketIssued)
    assert (issued.service_id, issued.items, issued.mode) == ("tax", (e.VisitItem("tax", "card"),), "promised")


def test_mode_is_the_services_unless_somebody_says_otherwise() -> None:
    driver = Driver.opened(with_service(mode="promised"))

    modes = [
        fact.mode
        for command in (c.IssueTicket("social"), c.IssueTicket("social", mode="extended"), c.IssueTicket("tax"))
        for fact in driver.do(command)
        if isinstance(fact, e.TicketIssued)
    ]

    assert modes == ["promised", "extended", "instant"]


def _told_what_is_missing(driver: Driver) -> str:
    """A ticket with a right to come back."""
    ticket_id = driver.issue()
    driver.serve()
    driver.do(c.FinishService("w01", "told-missing"))
    return ticket_id


def _accepted(driver: Driver) -> str:
    """A visit that goes on in the back office; the id of its stage."""
    driver.issue()
    driver.serve()
    return next(
        fact.stage_id for fact in driver.do(c.FinishService("w01", "accepted")) if isinstance(fact, e.StageOpened)
    )


def _of_person(driver: Driver, person: str) -> Ticket:
    (issued,) = driver.do(c.IssueTicket("social", person=person))
    assert isinstance(issued, e.TicketIssued)
    return driver.ticket(issued.ticket_id)


# --- one open ticket, however it comes about ---


def test_whoever_drew_anew_after_missing_a_call_is_not_reinstated_too() -> None:
    driver = Driver.opened(with_service(one_per_person=True))
    first = _of_person(driver, ANNA)
    driver.call()
    driver.do(c.RecordNoShow("w01"))
    driver.do(c.IssueTicket("social", person=ANNA))

    assert driver.refusal(c.ReinstateTicket(first.ticket_id)).code == "open-ticket-exists"


def test_right_to_return_begins_when_the_visit_that_gave_it_is_over() -> None:
    driver = Driver.opened()
    driver.do(c.IssueTicket("social", items=(e.VisitItem("social"), e.VisitItem("tax"))))
    driver.call()
    driver.do(c.FinishService("w01", "told-missing"))

    refusal = driver.refusal(c.IssueTicket("social", return_of="20261123-a001"))

    assert refusal.code == "open-ticket-exists"


def test_visit_cut_off_by_the_close_of_the_day_is_not_rated() -> None:
    driver = Driver.opened()
    driver.do(c.IssueTicket("social"))
    driver.call()
    driver.do(c.BeginService("w01"))
    driver.now_ms = driver.hall.closes_ms
    driver.do(c.EndIssuing())
    driver.do(c.CloseDay())

    assert driver.refusal(c.RateTicket("20261123-a001", 1)).code == "not-rateable"


@pytest.mark.parametrize(("draws", "said"), [(True, ""), (False, "service-closed")])
def test_hall_says_whether_numbers_are_drawn_in_its_break(draws: bool, said: str) -> None:
    hours = (Span(8 * 60, 8 * 60 + 30), Span(9 * 60 + 30, 12 * 60))
    driver = Driver.opened(replace(with_rules(draws_in_break=draws), hours=hours))

    refusal = issuing.why_not(driver.hall, driver.hall.services["social"], "kiosk", driver.now_ms)

    assert (refusal.code if refusal else "") == said


def test_before_the_first_hour_and_after_a_break_numbers_are_drawn_as_ever() -> None:
    hours = (Span(9 * 60, 10 * 60), Span(11 * 60, 12 * 60))
    driver = Driver.opened(replace(with_rules(draws_in_break=False), hours=hours), now_ms=NINE - 10 * MINUTE)

    for minutes in (0, 15, 120):
        driver.wait(minutes=minutes)
        assert driver.do(c.IssueTicket("social"))
