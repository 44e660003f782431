"""Transfer: the visit goes on elsewhere under its number."""

import pytest

from engine.core import commands as c
from engine.core.events import Place
from tests.builders import Driver


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("original", ["B001", "A001", "B002"]),
        ("front", ["A001", "B001", "B002"]),
        ("back", ["B001", "B002", "A001"]),
    ],
)
def test_transfer_to_a_service(place: Place, line: list[str]) -> None:
    driver = _hall()

    driver.do(c.TransferTicket("20261123-a001", service_id="tax", place=place))

    assert driver.in_line("w01") == line


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("original", ["B001", "A001", "B002"]),
        ("front", ["A001", "B001", "B002"]),
        ("back", ["B001", "B002", "A001"]),
    ],
)
def test_transfer_to_a_window(place: Place, line: list[str]) -> None:
    driver = _hall()
    for number in ("b001", "b002"):
        driver.do(c.TransferTicket(f"20261123-{number}", window_id="w02"))

    driver.do(c.TransferTicket("20261123-a001", window_id="w02", place=place))

    assert driver.in_line("w02") == line


def test_ticket_keeps_its_number_and_window_is_freed() -> None:
    driver = _hall()
    driver.do(c.CallTicket("w01", "20261123-a001", "test of the rule"))
    driver.do(c.BeginService("w01"))

    driver.do(c.TransferTicket("20261123-a001", service_id="tax"))

    ticket = driver.ticket("20261123-a001")
    assert (ticket.number, ticket.state, ticket.service_id) == ("A001", "waiting", "tax")
    assert driver.window("w01").state == "idle"


def test_held_ticket_with_papers_may_be_sent_to_another_window() -> None:
    driver = _hall()
    driver.do(c.CallTicket("w01", "20261123-a001", "test of the rule"))
    driver.do(c.HoldTicket("w01", "papers"))

    driver.do(c.TransferTicket("20261123-a001", window_id="w02"))

    assert driver.in_line("w02") == ["A001"]


def test_ticket_sent_to_a_window_may_be_sent_on_to_a_service() -> None:
    driver = _hall()
    driver.do(c.TransferTicket("20261123-a001", window_id="w02"))

    driver.do(c.TransferTicket("20261123-a001", service_id="tax"))

    assert driver.in_line("w02") == []
    assert "A001" in driver.in_line("w03")


@pytest.mark.parametrize(
    "command",
    [c.TransferTicket("20261123-a001"), c.TransferTicket("20261123-a001", service_id="tax", window_id="w02")],
)
def test_transfer_needs_exactly_one_destination(command: c.TransferTicket) -> None:
    assert _hall().refusal(command).code == "destination-unclear"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.TransferTicket("20261123-a001", service_id="dog-licence"), "service-unknown"),
        (c.TransferTicket("20261123-a001", window_id="w99"), "window-unknown"),
        (c.TransferTicket("20261123-a999", window_id="w01"), "ticket-unknown"),
    ],
)
def test_transfer_to_or_of_the_unknown_is_refused(command: c.TransferTicket, code: str) -> None:
    assert _hall().refusal(command).code == code


def test_visit_without_a_number_is_not_transferred() -> None:
    driver = _hall()
    driver.do(c.WalkDirect("w01"))
    window_ticket = driver.window("w01").ticket
    assert window_ticket is not None

    assert driver.refusal(c.TransferTicket(window_ticket.ticket_id, service_id="tax")).code == "number-missing"


def _hall() -> Driver:
    """B001, A001, B002, a minute apart, five minutes ago."""
    driver = Driver.opened()
    for service_id in ("tax", "social", "tax"):
        driver.issue(service_id)
        driver.wait(minutes=1)
    driver.wait(minutes=5)
    return driver
