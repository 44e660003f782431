"""Whom a window calls next, and why."""

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.calling import points
from engine.core.hall import Hall
from tests.builders import (
    MINUTE,
    NINE,
    ORDINARY,
    PRIORITY,
    Driver,
    called_next,
    hall_with,
    lane,
    plan,
    service,
    waiting,
    window,
)


def test_longest_wait_is_called_first() -> None:
    hall = hall_with(waiting("A002", minutes=3), waiting("A001", minutes=9), waiting("B001", minutes=5))

    assert called_next(hall) == "A001"


def test_priority_ticket_is_called_before_an_earlier_ordinary_one() -> None:
    hall = hall_with(waiting("A001", minutes=9), waiting("Y001", minutes=1, lane=PRIORITY))

    assert called_next(hall) == "Y001"


def test_ordinary_ticket_that_waited_past_the_head_start_is_called_first() -> None:
    # 33 points against 30 + 2 × 1.
    hall = hall_with(waiting("A001", minutes=33), waiting("Y001", minutes=1, lane=PRIORITY))

    assert called_next(hall) == "A001"


def test_equal_urgency_goes_to_whoever_came_first() -> None:
    hall = hall_with(waiting("A001", minutes=32), waiting("Y001", minutes=1, lane=PRIORITY))

    assert called_next(hall) == "A001"


def test_wait_past_an_hour_counts_in_full() -> None:
    hall = hall_with(waiting("A001", minutes=61), waiting("B001", minutes=59))

    assert called_next(hall) == "A001"


def test_window_calls_only_what_it_serves() -> None:
    hall = hall_with(waiting("B001", minutes=50), waiting("A001", minutes=1))

    assert called_next(hall, "w02") == "A001"


def test_nobody_is_called_when_all_who_wait_are_for_other_windows() -> None:
    driver = Driver(hall_with(waiting("B001", minutes=50)))

    refusal = driver.refusal(c.CallNext("w02"))

    assert refusal.code == "nobody-waiting"


def test_later_tier_waits_until_the_earlier_one_is_empty() -> None:
    hall = hall_with(waiting("A001", minutes=90, lane=PRIORITY), waiting("B001", minutes=1))

    assert called_next(hall, "w03") == "B001"


def test_later_tier_is_called_when_the_earlier_one_is_empty() -> None:
    driver = Driver(hall_with(waiting("A001", minutes=1)))

    (called,) = driver.do(c.CallNext("w03"))

    assert isinstance(called, e.TicketCalled)
    assert called.reason.tier == 1


def test_rate_of_zero_keeps_urgency_at_its_credit() -> None:
    flat = plan(lanes=(lane(ORDINARY, 0, 1), lane("flat", 5, 0)))
    driver = Driver(hall_with(waiting("A001", minutes=4), waiting("A002", minutes=500, lane="flat"), hall_plan=flat))

    assert driver.in_line() == ["A002", "A001"]


def test_call_says_why() -> None:
    hall = hall_with(waiting("A001", minutes=9), waiting("Y001", minutes=1.5, lane=PRIORITY))

    reason = _reason(Driver(hall).do(c.CallNext("w01")))

    assert (reason.rule, reason.tier, points(reason.urgency), reason.waited_ms) == ("points", 0, 33.0, 1.5 * MINUTE)
    assert reason.runner_up is not None
    assert hall.tickets[reason.runner_up].number == "A001"
    assert reason.runner_up_urgency is not None
    assert points(reason.runner_up_urgency) == 9.0


def test_call_without_a_rival_has_no_runner_up() -> None:
    reason = _reason(Driver(hall_with(waiting("A001", minutes=9))).do(c.CallNext("w01")))

    assert (reason.runner_up, reason.runner_up_urgency) == (None, None)


def test_called_visitor_has_until_the_expiry() -> None:
    (called,) = Driver(hall_with(waiting("A001", minutes=9))).do(c.CallNext("w01"))

    assert isinstance(called, e.TicketCalled)
    assert called.expires_ms == NINE + 5 * MINUTE


def test_ticket_for_one_window_is_called_there_and_nowhere_else() -> None:
    driver = _with_a001_sent_to("w02")

    assert driver.in_line("w01") == []
    assert driver.in_line("w02") == ["A001"]


def test_ticket_for_one_window_competes_by_points_like_any_other() -> None:
    driver = _with_a001_sent_to("w02")
    younger = driver.issue("social", PRIORITY)

    assert driver.in_line("w02") == [driver.ticket(younger).number, "A001"]


def test_ticket_may_be_sent_to_a_window_that_does_not_serve_its_service() -> None:
    driver = Driver(hall_with(waiting("B001", minutes=9)))

    driver.do(c.TransferTicket(_id(driver.hall, "B001"), window_id="w02"))

    assert called_next(driver.hall, "w02") == "B001"


def test_chosen_ticket_is_called_with_the_reason_and_whom_it_passed_over() -> None:
    driver = Driver(hall_with(waiting("A001", minutes=9), waiting("A002", minutes=3)))

    reason = _reason(driver.do(c.CallTicket("w01", _id(driver.hall, "A002"), " feels faint ")))

    assert (reason.rule, reason.words, points(reason.urgency)) == ("chosen", "feels faint", 3.0)
    assert reason.runner_up == _id(driver.hall, "A001")


def test_chosen_ticket_that_was_next_anyway_passes_nobody_over() -> None:
    driver = Driver(hall_with(waiting("A001", minutes=9), waiting("A002", minutes=3)))

    reason = _reason(driver.do(c.CallTicket("w01", _id(driver.hall, "A001"), "as it is")))

    assert (reason.runner_up, reason.runner_up_urgency) == (None, None)


@pytest.mark.parametrize("words", ["", "   "])
def test_choosing_a_ticket_needs_a_reason(words: str) -> None:
    driver = Driver(hall_with(waiting("A001", minutes=9)))

    assert driver.refusal(c.CallTicket("w01", _id(driver.hall, "A001"), words)).code == "reason-missing"


def test_reason_for_choosing_a_ticket_is_cut_to_a_limit() -> None:
    driver = Driver(hall_with(waiting("A001", minutes=9)))

    reason = _reason(driver.do(c.CallTicket("w01", _id(driver.hall, "A001"), "很" * 999)))

    assert reason.words == "很" * 200


def test_window_cannot_choose_a_ticket_of_a_service_it_does_not_serve() -> None:
    driver = Driver(hall_with(waiting("B001", minutes=9)))

    assert driver.refusal(c.CallTicket("w02", _id(driver.hall, "B001"), "kindness")).code == "not-served-here"


def test_window_cannot_choose_a_ticket_that_must_go_elsewhere() -> None:
    driver = _with_a001_sent_to("w02")

    refusal = driver.refusal(c.CallTicket("w01", _id(driver.hall, "A001"), "kindness"))

    assert refusal.code == "held-elsewhere"
    assert refusal.sentence("en") == "Only window 2 can go on with this ticket."


def test_window_serving_department_a_does_not_call_a_service_of_department_b() -> None:
    departments = plan(
        services=(service("a-cards", "A"), service("a-fees", "C"), service("b-cards", "B")),
        windows=(window("w01", ["a-cards", "a-fees"]), window("w02", "b-cards")),
    )
    hall = hall_with(waiting("B001", minutes=90), waiting("C001", minutes=1), hall_plan=departments)

    assert called_next(hall, "w01") == "C001"


def _with_a001_sent_to(window_id: str) -> Driver:
    driver = Driver(hall_with(waiting("A001", minutes=9)))
    driver.do(c.TransferTicket(_id(driver.hall, "A001"), window_id=window_id))
    return driver


def _reason(events: tuple[e.Event, ...]) -> e.CallReason:
    (called,) = events
    assert isinstance(called, e.TicketCalled)
    return called.reason


def _id(hall: Hall, number: str) -> str:
    return next(ticket.ticket_id for ticket in hall.tickets.values() if ticket.number == number)
