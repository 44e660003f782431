"""Combined visits: several items on one ticket, one after the other, under one number."""

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import views
from engine.core.events import Place
from tests.builders import MINUTE, PLAN, SERVICES, Driver, items, plan, window, with_rules

A001 = "20261123-a001"


def test_visit_goes_on_with_its_next_item_under_its_number() -> None:
    driver = _serving("social", "tax")

    events = driver.do(c.FinishService("w01"))

    assert [type(event) for event in events] == [e.ItemFinished, e.TicketTransferred]
    ticket = driver.ticket(A001)
    assert (ticket.number, ticket.state, ticket.step, ticket.service_id) == ("A001", "waiting", 1, "tax")
    assert driver.window("w01").state == "idle"
    assert driver.in_line("w03") == ["A001"]


def test_visit_ends_once_with_its_last_item() -> None:
    driver = _serving("social", "tax")
    driver.do(c.FinishService("w01"))
    driver.serve("w03")

    driver.do(c.FinishService("w03"))

    ended = [event for event in driver.events if isinstance(event, e.ItemFinished | e.ServiceFinished)]
    assert [type(event) for event in ended] == [e.ItemFinished, e.ServiceFinished]
    assert (driver.state(A001), driver.hall.alive) == ("finished", 0)


def test_next_item_goes_on_at_the_same_window_when_the_clerk_says_so() -> None:
    driver = _serving("social", "tax")

    events = driver.do(c.FinishService("w01", stays=True))

    assert [type(event) for event in events] == [e.ItemFinished, e.ItemBegan]
    ticket = driver.ticket(A001)
    assert (ticket.state, ticket.step, ticket.service_id) == ("serving", 1, "tax")
    assert driver.window("w01").ticket is ticket


def test_window_that_does_not_serve_the_next_item_cannot_keep_the_visit() -> None:
    driver = _serving("social", "tax", window_id="w02")

    assert driver.refusal(c.FinishService("w02", stays=True)).code == "not-served-here"


def test_visit_that_was_never_begun_begins_and_goes_on_at_once() -> None:
    driver = _hall("social", "tax")
    driver.call("w01")

    events = driver.do(c.FinishService("w01"))

    assert [type(event) for event in events] == [e.ServiceBegan, e.ItemFinished, e.TicketTransferred]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("original", ["B001", "A001", "B002"]),
        ("front", ["A001", "B001", "B002"]),
        ("back", ["B001", "B002", "A001"]),
    ],
)
def test_next_item_waits_where_the_hall_says(place: Place, line: list[str]) -> None:
    driver = Driver.opened(with_rules(next_item_place=place))
    driver.issue("tax")
    driver.wait(minutes=1)
    driver.do(c.IssueTicket("social", items=items("social", "tax")))
    driver.wait(minutes=1)
    driver.issue("tax")
    driver.do(c.CallTicket("w01", A001, "test of the rule"))
    driver.do(c.BeginService("w01"))
    driver.wait(minutes=5)

    driver.do(c.FinishService("w01"))

    assert driver.in_line("w03") == line


def test_each_item_counts_for_its_own_service_with_its_own_time() -> None:
    driver = _serving("social", "tax", "young")
    driver.wait(minutes=3)
    driver.do(c.FinishService("w01", stays=True))
    driver.wait(minutes=4)
    driver.do(c.FinishService("w01", stays=True))
    driver.wait(minutes=5)
    driver.do(c.FinishService("w01"))

    assert driver.hall.handled == {"social": (1, 3 * MINUTE), "tax": (1, 4 * MINUTE), "young": (1, 5 * MINUTE)}
    assert driver.window("w01").served == 3


def test_item_that_is_told_missing_does_not_stop_the_others() -> None:
    driver = _serving("social", "tax")

    events = driver.do(c.FinishService("w01", "told-missing"))

    assert [type(event) for event in events] == [e.ItemFinished, e.ReturnGranted, e.TicketTransferred]
    assert driver.state(A001) == "waiting"


def test_one_way_back_leads_to_the_first_item_that_needs_it() -> None:
    driver = _serving("social", "tax")
    driver.do(c.FinishService("w01", "told-missing", stays=True))

    driver.do(c.FinishService("w01", "told-missing"))

    right = driver.hall.visits.may_return(A001, driver.now_ms)
    assert right is not None
    assert right.service_id == "social"


def test_ticket_shows_its_items_as_done_now_and_next() -> None:
    driver = _serving("social", "tax", "young")
    driver.do(c.FinishService("w01"))

    assert _shown(driver) == ["done", "now", "next"]


def test_ticket_that_is_over_shows_what_was_done() -> None:
    driver = _serving("social", "tax")
    driver.do(c.FinishService("w01"))
    driver.do(c.CancelTicket(A001))

    assert _shown(driver) == ["done", "next"]


def test_finished_ticket_shows_all_items_done() -> None:
    driver = _serving("social", "tax")
    for _ in range(2):
        driver.do(c.FinishService("w01", stays=True))

    assert _shown(driver) == ["done", "done"]


def test_visit_sent_elsewhere_goes_on_with_the_same_item() -> None:
    driver = _serving("social", "tax")
    driver.do(c.TransferTicket(A001, window_id="w02"))
    driver.serve("w02")

    driver.do(c.FinishService("w02"))

    assert driver.ticket(A001).step == 1


def test_service_of_an_item_that_is_still_ahead_stays_in_the_plan() -> None:
    driver = _serving("social", "young")
    windows = (window("w01", ["social", "tax"]), *PLAN.windows[1:])

    assert driver.refusal(c.ConfigureHall(plan(services=SERVICES[:2], windows=windows))).code == "plan-in-use"


def test_close_of_the_day_ends_a_combined_visit_wherever_it_stands() -> None:
    driver = _serving("social", "tax")
    driver.do(c.FinishService("w01"))

    driver.do(c.CloseDay())

    assert driver.ticket(A001).outcome == "day-closed"
    assert driver.hall.alive == 0


def _shown(driver: Driver) -> list[str]:
    view = views.ticket_view(driver.hall, driver.ticket(A001), driver.now_ms)
    return [item["state"] for item in view["items"]]


def _hall(*service_ids: str) -> Driver:
    """One visit for these services waits."""
    driver = Driver.opened()
    driver.do(c.IssueTicket(service_ids[0], items=items(*service_ids)))
    return driver


def _serving(*service_ids: str, window_id: str = "w01") -> Driver:
    """One visit for these services is served."""
    driver = _hall(*service_ids)
    driver.serve(window_id)
    return driver
