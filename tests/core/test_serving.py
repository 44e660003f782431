"""Begin and finish: a visit at its window."""

from engine.core import commands as c
from engine.core import events as e
from tests.builders import MINUTE, NINE, Driver


def test_visit_begins_and_finishes() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.call()
    driver.wait(minutes=1)
    driver.do(c.BeginService("w01"))
    driver.wait(minutes=8)

    driver.do(c.FinishService("w01", "told-missing"))

    ticket = driver.ticket(ticket_id)
    assert (ticket.state, ticket.outcome) == ("finished", "told-missing")
    assert (ticket.called_ms, ticket.began_ms, ticket.finished_ms) == (NINE, NINE + MINUTE, NINE + 9 * MINUTE)


def test_finish_frees_the_window_and_counts_the_visit() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.serve()

    driver.do(c.FinishService("w01"))

    window = driver.window("w01")
    assert (window.state, window.ticket, window.served) == ("idle", None, 1)


def test_finishing_a_call_begins_it_first() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.call()

    events = driver.do(c.FinishService("w01"))

    assert [type(event) for event in events] == [e.ServiceBegan, e.ServiceFinished]


def test_visit_begins_once() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.serve()

    assert driver.refusal(c.BeginService("w01")).code == "already-serving"


def test_handling_time_runs_from_the_call() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.call()
    driver.wait(minutes=1)
    driver.do(c.BeginService("w01"))
    driver.wait(minutes=6)

    driver.do(c.FinishService("w01"))

    assert driver.hall.handled["social"] == (1, 7 * MINUTE)


def test_clock_set_back_during_a_visit_makes_no_negative_handling_time() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.serve()
    driver.now_ms -= 500 * MINUTE

    driver.do(c.FinishService("w01"))

    assert driver.hall.handled["social"] == (1, 0)
