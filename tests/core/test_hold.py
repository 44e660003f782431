"""Hold (挂起), its three kinds, and resumption."""

import pytest

from engine.core import commands as c
from engine.core import views
from engine.core.events import HoldKind
from tests.builders import MINUTE, Driver

KINDS: tuple[HoldKind, ...] = ("no-papers", "papers", "step")


@pytest.mark.parametrize("kind", KINDS)
def test_hold_frees_the_window(kind: HoldKind) -> None:
    driver, ticket_id = _held(kind)

    assert driver.state(ticket_id) == "held"
    assert driver.window("w02").state == "idle"


def test_called_ticket_may_be_held_before_its_visit_began() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.call()

    driver.do(c.HoldTicket("w01", "step"))

    assert driver.state(ticket_id) == "held"


def test_held_ticket_is_not_called_by_the_rule() -> None:
    driver, _ = _held("no-papers")

    assert driver.refusal(c.CallNext("w02")).code == "nobody-waiting"


@pytest.mark.parametrize("kind", ["no-papers", "step"])
def test_resumed_ticket_without_papers_goes_to_any_window_in_its_original_place(kind: HoldKind) -> None:
    driver, ticket_id = _held(kind)
    driver.issue()

    driver.do(c.ResumeTicket(ticket_id))

    assert driver.in_line("w01") == ["A001", "A002"]
    assert driver.ticket(ticket_id).window_id is None


def test_resumed_ticket_whose_papers_are_at_a_window_goes_there_only() -> None:
    driver, ticket_id = _held("papers")

    driver.do(c.ResumeTicket(ticket_id))

    assert driver.in_line("w01") == []
    assert driver.in_line("w02") == ["A001"]


@pytest.mark.parametrize("kind", ["no-papers", "step"])
def test_held_ticket_without_papers_may_be_called_straight_from_another_window(kind: HoldKind) -> None:
    driver, ticket_id = _held(kind)

    driver.do(c.CallTicket("w01", ticket_id, "came back"))

    assert driver.state(ticket_id) == "called"


def test_held_ticket_with_papers_is_called_straight_by_its_own_window_only() -> None:
    driver, ticket_id = _held("papers")

    elsewhere = driver.refusal(c.CallTicket("w01", ticket_id, "came back"))
    driver.do(c.CallTicket("w02", ticket_id, "came back"))

    assert elsewhere.code == "held-elsewhere"
    assert driver.state(ticket_id) == "called"


def test_hold_without_papers_unties_a_ticket_that_had_been_sent_to_one_window() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.do(c.TransferTicket(ticket_id, window_id="w02"))
    driver.serve("w02")
    driver.do(c.HoldTicket("w02", "no-papers"))

    driver.do(c.CallTicket("w01", ticket_id, "came back"))

    assert driver.window("w01").ticket is driver.ticket(ticket_id)


def test_only_a_held_ticket_is_resumed() -> None:
    driver = Driver.opened()

    assert driver.refusal(c.ResumeTicket(driver.issue())).code == "not-held"


def test_visit_without_a_number_is_not_held_since_nobody_could_call_it_back() -> None:
    driver = Driver.opened()
    driver.do(c.WalkDirect("w01"))

    assert driver.refusal(c.HoldTicket("w01")).code == "number-missing"


def test_clerks_clock_stops_while_a_visit_is_on_hold() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.serve("w02")
    driver.wait(minutes=3)
    driver.do(c.HoldTicket("w02", "step"))
    driver.wait(minutes=40)
    driver.do(c.CallTicket("w01", ticket_id, "came back"))
    driver.wait(minutes=2)

    driver.do(c.FinishService("w01"))

    assert driver.hall.handled == {"social": (1, 5 * MINUTE)}


def test_ticket_knows_how_often_and_since_when_it_was_held() -> None:
    driver, ticket_id = _held("papers")
    driver.do(c.CallTicket("w02", ticket_id, "came back"))
    driver.wait(minutes=1)

    driver.do(c.HoldTicket("w02", "step"))

    ticket = driver.ticket(ticket_id)
    assert (ticket.holds, ticket.held_ms, ticket.hold_kind) == (2, driver.now_ms, "step")


def test_list_of_held_tickets_says_how_long() -> None:
    driver, _ = _held("step")

    (line,) = views.window_view(driver.hall, driver.window("w01"), driver.now_ms)["held"]

    assert (line["number"], line["hold_kind"], line["held_s"]) == ("A001", "step", 120)


def test_ticket_that_waits_was_not_held() -> None:
    driver = Driver.opened()
    driver.issue()

    (line,) = views.window_view(driver.hall, driver.window("w01"), driver.now_ms)["waiting"]

    assert line["held_s"] is None


def test_papers_of_a_visit_sent_to_a_person_stay_at_the_window_when_that_person_moves() -> None:
    driver = Driver.opened()
    driver.do(c.CloseWindow("w02"))
    driver.do(c.OpenWindow("w02", "c01"))
    ticket_id = driver.issue()
    driver.do(c.TransferTicket(ticket_id, clerk_id="c01"))
    driver.serve("w02")
    driver.do(c.HoldTicket("w02", "papers"))
    driver.do(c.ResumeTicket(ticket_id))
    for window_id in ("w02", "w03"):
        driver.do(c.CloseWindow(window_id))

    driver.do(c.OpenWindow("w03", "c01"))

    assert driver.ticket(ticket_id).window_id == "w02"


def _held(kind: HoldKind) -> tuple[Driver, str]:
    """One ticket held at w02."""
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.serve("w02")
    driver.do(c.HoldTicket("w02", kind))
    driver.wait(minutes=2)
    return driver, ticket_id
