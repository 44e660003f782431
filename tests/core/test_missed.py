"""No-show (过号) and reinstatement."""

import pytest

from engine.core import commands as c
from engine.core.events import Place
from tests.builders import Driver


def test_no_show_frees_the_window_and_ends_the_wait() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.call()

    driver.do(c.RecordNoShow("w01"))

    assert driver.state(ticket_id) == "missed"
    assert driver.window("w01").state == "idle"
    assert driver.refusal(c.CallNext("w01")).code == "nobody-waiting"


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("original", ["A001", "A002", "A003"]),
        ("front", ["A001", "A002", "A003"]),
        ("back", ["A002", "A003", "A001"]),
    ],
)
def test_earliest_ticket_is_reinstated(place: Place, line: list[str]) -> None:
    driver = _with_missed("A001")

    driver.do(c.ReinstateTicket("20261123-a001", place))

    assert driver.in_line() == line


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("original", ["A001", "A002", "A003"]),
        ("front", ["A002", "A001", "A003"]),
        ("back", ["A001", "A003", "A002"]),
    ],
)
def test_middle_ticket_is_reinstated(place: Place, line: list[str]) -> None:
    driver = _with_missed("A002")

    driver.do(c.ReinstateTicket("20261123-a002", place))

    assert driver.in_line() == line


def test_last_to_be_put_in_front_stands_first() -> None:
    driver = _with_missed("A002", "A003")

    driver.do(c.ReinstateTicket("20261123-a002", "front"))
    driver.do(c.ReinstateTicket("20261123-a003", "front"))

    assert driver.in_line() == ["A003", "A002", "A001"]


def test_ticket_put_in_front_does_not_make_those_behind_it_look_younger() -> None:
    driver = Driver.opened()
    driver.issue("social")
    driver.wait(minutes=30)
    driver.issue("tax")
    driver.wait(minutes=10)
    late = driver.issue("social")
    driver.do(c.CallTicket("w02", late, "asked for"))
    driver.do(c.RecordNoShow("w02"))

    driver.do(c.ReinstateTicket(late, "front"))

    assert driver.in_line("w01") == ["A002", "A001", "B001"]


def test_only_a_missed_ticket_is_reinstated() -> None:
    driver = Driver.opened()

    assert driver.refusal(c.ReinstateTicket(driver.issue())).code == "not-missed"


def test_nothing_is_reinstated_after_the_day() -> None:
    driver = _with_missed("A001")
    driver.do(c.CloseDay())

    assert driver.refusal(c.ReinstateTicket("20261123-a001")).code == "day-not-open"


def _with_missed(*numbers: str) -> Driver:
    """Three tickets a minute apart, of which these missed their call five minutes later."""
    driver = Driver.opened()
    for _ in range(3):
        driver.issue()
        driver.wait(minutes=1)
    for number in numbers:
        driver.do(c.CallTicket("w01", f"20261123-{number.lower()}", "test of the rule"))
        driver.do(c.RecordNoShow("w01"))
    driver.wait(minutes=5)
    return driver
