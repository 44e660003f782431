"""Giving a ticket up."""

from engine.core import commands as c
from tests.builders import Driver


def test_waiting_ticket_leaves_its_queue() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.issue()

    driver.do(c.CancelTicket(ticket_id))

    assert driver.in_line() == ["A002"]
    assert (driver.state(ticket_id), driver.ticket(ticket_id).outcome) == ("cancelled", "visitor")


def test_called_ticket_frees_its_window() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.call()

    driver.do(c.CancelTicket(ticket_id, "changed my mind"))

    assert driver.window("w01").state == "idle"
    assert driver.ticket(ticket_id).outcome == "changed my mind"


def test_held_and_missed_tickets_may_be_given_up() -> None:
    driver = Driver.opened()
    held, missed = driver.issue(), driver.issue()
    driver.call()
    driver.do(c.HoldTicket("w01"))
    driver.call()
    driver.do(c.RecordNoShow("w01"))

    driver.do(c.CancelTicket(held))
    driver.do(c.CancelTicket(missed))

    assert (driver.state(held), driver.state(missed)) == ("cancelled", "cancelled")
    assert driver.hall.alive == 0


def test_ticket_being_served_is_not_given_up() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.serve()

    assert driver.refusal(c.CancelTicket(ticket_id)).code == "already-serving"


def test_ticket_is_given_up_once() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.do(c.CancelTicket(ticket_id))

    assert driver.refusal(c.CancelTicket(ticket_id)).code == "ticket-over"


def test_unknown_ticket_is_not_given_up() -> None:
    assert Driver.opened().refusal(c.CancelTicket("20261123-a404")).code == "ticket-unknown"
