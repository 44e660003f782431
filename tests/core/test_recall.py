"""Calling the same ticket again, and what happens when nobody comes."""

import pytest

from engine.core import commands as c
from engine.core import events as e
from tests.builders import MINUTE, NINE, SECOND, Driver, with_rules


def test_recall_is_recorded_and_counted() -> None:
    driver = _called()

    counts = [driver.do(c.RecallTicket("w01")) for _ in range(2)]

    assert [event.count for (event,) in counts if isinstance(event, e.TicketRecalled)] == [1, 2]
    assert driver.ticket("20261123-a001").recalls == 2


def test_recalls_have_a_limit() -> None:
    driver = _called()
    for _ in range(3):
        driver.do(c.RecallTicket("w01"))

    refusal = driver.refusal(c.RecallTicket("w01"))

    assert (refusal.code, refusal.kind) == ("recall-limit", "limit")
    assert "3" in refusal.sentence("zh")


def test_recall_limit_of_zero_allows_none() -> None:
    driver = Driver.opened(with_rules(recall_limit=0))
    driver.issue()
    driver.call()

    assert driver.refusal(c.RecallTicket("w01")).code == "recall-limit"


def test_recalls_start_anew_with_the_next_call_of_the_ticket() -> None:
    driver = _called()
    driver.do(c.RecallTicket("w01"))
    driver.do(c.RecordNoShow("w01"))
    driver.do(c.ReinstateTicket("20261123-a001"))

    driver.call()

    assert driver.ticket("20261123-a001").recalls == 0


def test_recall_gives_the_visitor_the_full_time_again() -> None:
    driver = _called()
    driver.wait(minutes=4)

    driver.do(c.RecallTicket("w01"))

    assert driver.window("w01").expires_ms == NINE + 9 * MINUTE


def test_after_the_last_recall_only_the_grace_is_left() -> None:
    driver = _called()

    for _ in range(3):
        driver.do(c.RecallTicket("w01"))

    assert driver.window("w01").expires_ms == NINE + 60 * SECOND


def test_call_without_a_visitor_expires_by_itself() -> None:
    driver = _called()

    driver.wait(minutes=5)

    assert driver.events[-1] == e.TicketMissed("20261123-a001", "w01", True, NINE + 5 * MINUTE)
    assert driver.window("w01").state == "idle"


def test_call_does_not_expire_a_moment_early() -> None:
    driver = _called()

    driver.wait(seconds=299.999)

    assert driver.state("20261123-a001") == "called"


def test_expiry_delivered_late_misses_every_overdue_call_at_once() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.issue()
    driver.call("w01")
    driver.call("w02")
    driver.now_ms += 30 * MINUTE

    events = driver.do(c.ExpireCalls())

    assert [(event.window_id, event.expired) for event in events if isinstance(event, e.TicketMissed)] == [
        ("w01", True),
        ("w02", True),
    ]


def test_expiry_found_already_met_changes_nothing() -> None:
    driver = _called()

    assert driver.do(c.ExpireCalls()) == ()


def test_visitor_who_came_does_not_expire() -> None:
    driver = _called()
    driver.do(c.BeginService("w01"))

    driver.wait(minutes=60)

    assert driver.state("20261123-a001") == "serving"


@pytest.mark.parametrize("command", [c.RecallTicket("w01"), c.RecordNoShow("w01")])
def test_ticket_being_served_is_neither_recalled_nor_missed(command: c.RecallTicket | c.RecordNoShow) -> None:
    driver = _called()
    driver.do(c.BeginService("w01"))

    assert driver.refusal(command).code == "not-called"


def _called() -> Driver:
    driver = Driver.opened()
    driver.issue()
    driver.call()
    return driver
