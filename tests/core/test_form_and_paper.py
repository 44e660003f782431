"""A ticket's form, which may come before it waits, and its paper, which may not come out."""

from dataclasses import replace
from typing import Literal

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.refusals import NobodyWaiting
from tests.builders import PLAN, SERVICES, Driver, with_service

# --- the form ---


def test_ticket_whose_form_is_not_filled_in_is_not_called() -> None:
    driver = Driver.opened(with_service(form="required"))

    ticket_id = _draw(driver)

    assert driver.state(ticket_id) == "preparing"
    assert isinstance(driver.refusal(c.CallNext("w01")), NobodyWaiting)
    assert driver.refusal(c.CallTicket("w01", ticket_id, "asked")).code == "not-waiting"
    assert driver.hall.waiting_count("social") == 0


def test_ticket_waits_in_its_original_place_once_the_form_is_filled_in() -> None:
    driver = Driver.opened(with_service(form="required"))
    first = _draw(driver)
    driver.wait(minutes=5)
    driver.do(c.IssueTicket("social", form_filled=True))

    driver.wait(minutes=5)
    driver.do(c.RecordForm(first))

    assert driver.in_line() == ["A001", "A002"]
    assert driver.ticket(first).since_ms == driver.now_ms - 10 * 60_000


@pytest.mark.parametrize(
    ("form", "is_filled", "state"),
    [
        ("none", False, "waiting"),
        ("optional", False, "waiting"),
        ("required", True, "waiting"),
        ("required", False, "preparing"),
    ],
)
def test_only_a_required_form_comes_before_waiting(
    form: Literal["none", "optional", "required"], is_filled: bool, state: str
) -> None:
    driver = Driver.opened(with_service(form=form))

    facts = driver.do(c.IssueTicket("social", form_filled=is_filled))

    assert isinstance(facts[0], e.TicketIssued)
    assert driver.state(facts[0].ticket_id) == state


def test_form_of_any_item_of_a_visit_comes_before_waiting() -> None:
    driver = Driver.opened(with_service(form="required"))

    driver.do(c.IssueTicket("tax", items=(e.VisitItem("tax"), e.VisitItem("social"))))

    assert driver.state("20261123-b001") == "preparing"


def test_optional_form_is_noted_on_a_ticket_that_waits() -> None:
    driver = Driver.opened(with_service(form="optional"))
    ticket_id = _draw(driver)

    driver.do(c.RecordForm(ticket_id))

    assert (driver.state(ticket_id), driver.ticket(ticket_id).form_filled) == ("waiting", True)


def test_form_is_filled_in_once_and_before_the_ticket_is_called() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.do(c.RecordForm(ticket_id))

    again = driver.refusal(c.RecordForm(ticket_id)).code
    driver.call()

    assert (again, driver.refusal(c.RecordForm(ticket_id)).code) == ("form-filled-already", "not-waiting")


def test_ticket_with_an_empty_form_may_be_given_up_and_ends_with_the_day() -> None:
    driver = Driver.opened(with_service(form="required"))
    first, second = _draw(driver), _draw(driver)

    driver.do(c.CancelTicket(first))
    driver.do(c.CloseDay())

    assert (driver.state(first), driver.state(second), driver.hall.alive) == ("cancelled", "cancelled", 0)


def test_new_plan_keeps_services_people_fill_in_forms_for() -> None:
    driver = Driver.opened(with_service(form="required"))
    _draw(driver)

    assert driver.refusal(c.ConfigureHall(replace(PLAN, services=SERVICES[1:]))).code == "plan-in-use"


# --- the paper ---


def test_paper_is_unknown_until_a_printer_says_so() -> None:
    driver = Driver.opened()
    ticket = driver.ticket(driver.issue())

    before = ticket.printed
    driver.do(c.RecordPrint(ticket.ticket_id, "k1", True))

    assert (before, ticket.printed) == (None, True)


def test_number_that_was_never_printed_is_known_as_such() -> None:
    driver = Driver.opened()
    ticket = driver.ticket(driver.issue())

    (fact,) = driver.do(c.RecordPrint(ticket.ticket_id, "k1", False, " paper out "))

    assert ticket.printed is False
    assert isinstance(fact, e.TicketNotPrinted)
    assert fact.reason == "paper out"


def test_copy_that_fails_does_not_take_back_the_paper_that_came_out() -> None:
    driver = Driver.opened()
    ticket = driver.ticket(driver.issue())
    driver.do(c.RecordPrint(ticket.ticket_id, "k1", True))

    driver.do(c.ReprintTicket(ticket.ticket_id))
    driver.do(c.RecordPrint(ticket.ticket_id, "k1", False, "jam"))

    assert (ticket.printed, ticket.copies) == (True, 1)


def test_printer_names_the_copy_that_came_out() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.do(c.ReprintTicket(ticket_id))

    (fact,) = driver.do(c.RecordPrint(ticket_id, "k1", True))

    assert isinstance(fact, e.TicketPrinted)
    assert fact.copy == 1


def test_ticket_is_printed_again_five_times() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()

    for _ in range(5):
        driver.do(c.ReprintTicket(ticket_id))

    assert driver.refusal(c.ReprintTicket(ticket_id)).code == "reprint-limit"


def test_ticket_that_is_over_is_not_printed_again_but_a_late_printer_is_heard() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.do(c.CancelTicket(ticket_id))

    assert driver.refusal(c.ReprintTicket(ticket_id)).code == "ticket-over"
    assert driver.do(c.RecordPrint(ticket_id, "k1", True))


def test_visit_without_a_number_has_no_paper() -> None:
    driver = Driver.opened()
    (began,) = driver.do(c.WalkDirect("w01"))
    assert isinstance(began, e.WalkInBegan)

    codes = {
        driver.refusal(command).code
        for command in (c.RecordPrint(began.ticket_id, "k1", True), c.ReprintTicket(began.ticket_id))
    }

    assert codes == {"number-missing"}


def _draw(driver: Driver) -> str:
    """A social number; its ticket id."""
    issued = driver.do(c.IssueTicket("social"))[0]
    assert isinstance(issued, e.TicketIssued)
    return issued.ticket_id
