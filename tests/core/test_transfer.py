"""Transfer: the visit goes on elsewhere under its number."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Place
from engine.core.plan import Name
from tests.builders import MINUTE, PLAN, Driver, with_rules, with_service


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
    [
        c.TransferTicket("20261123-a001"),
        c.TransferTicket("20261123-a001", service_id="tax", window_id="w02"),
        c.TransferTicket("20261123-a001", service_id="tax", clerk_id="c01"),
        c.TransferTicket("20261123-a001", window_id="w02", clerk_id="c01"),
    ],
)
def test_transfer_needs_exactly_one_destination(command: c.TransferTicket) -> None:
    assert _hall().refusal(command).code == "destination-unclear"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.TransferTicket("20261123-a001", service_id="dog-licence"), "service-unknown"),
        (c.TransferTicket("20261123-a001", window_id="w99"), "window-unknown"),
        (c.TransferTicket("20261123-a999", window_id="w01"), "ticket-unknown"),
        (c.TransferTicket("20261123-a001", clerk_id="c99"), "clerk-unknown"),
        (c.TransferTicket("20261123-a001", clerk_id="c01"), "clerk-absent"),
    ],
)
def test_transfer_to_or_of_the_unknown_is_refused(command: c.TransferTicket, code: str) -> None:
    assert _hall().refusal(command).code == code


def test_who_is_not_at_a_window_is_named_as_people_know_them() -> None:
    named = replace(PLAN, clerks=(replace(PLAN.clerks[0], name=Name("一号岗", "Desk one")), *PLAN.clerks[1:]))
    driver = Driver.opened(named)
    ticket = driver.issue()

    refusal = driver.refusal(c.TransferTicket(ticket, clerk_id=PLAN.clerks[0].clerk_id))

    assert refusal.sentence("en").startswith("Neither “Desk one” nor whoever stands in")


def test_visit_without_a_number_is_not_transferred() -> None:
    driver = _hall()
    driver.do(c.WalkDirect("w01"))
    window_ticket = driver.window("w01").ticket
    assert window_ticket is not None

    assert driver.refusal(c.TransferTicket(window_ticket.ticket_id, service_id="tax")).code == "number-missing"


@pytest.mark.parametrize(
    ("after", "line"), [(1, ["B001", "A001", "B002"]), (2, ["B001", "B002", "A001"]), (9, ["B001", "B002", "A001"])]
)
def test_transfer_behind_so_many_others(after: int, line: list[str]) -> None:
    driver = _hall()
    driver.wait(minutes=5)

    driver.do(c.TransferTicket("20261123-a001", service_id="tax", place="after", after=after))

    assert driver.in_line("w01") == line


def test_transfer_to_a_person_leads_to_the_window_where_they_sit() -> None:
    driver = _hall()
    _sit("c01", "w02", driver)

    (sent,) = driver.do(c.TransferTicket("20261123-b001", clerk_id="c01"))

    assert isinstance(sent, e.TicketTransferred)
    assert (sent.window_id, sent.clerk_id, sent.service_id) == ("w02", "c01", "tax")
    assert driver.ticket("20261123-b001").for_clerk_id == "c01"
    assert driver.in_line("w02") == ["B001", "A001"]


def test_transfer_to_somebody_who_is_away_leads_to_whoever_stands_in() -> None:
    driver = _hall()
    _sit("c02", "w02", driver)
    driver.do(c.BeginSubstitution("c01", "c02", by_supervisor=True))

    driver.do(c.TransferTicket("20261123-b001", clerk_id="c01"))

    assert driver.ticket("20261123-b001").window_id == "w02"


def test_ticket_follows_the_person_it_was_sent_to() -> None:
    driver = _hall()
    _sit("c01", "w02", driver)
    driver.do(c.TransferTicket("20261123-b001", clerk_id="c01"))
    driver.do(c.CloseWindow("w02"))
    driver.do(c.CloseWindow("w01"))

    driver.do(c.OpenWindow("w01", "c01"))

    assert driver.ticket("20261123-b001").window_id == "w01"


def test_ticket_sent_on_is_no_longer_for_that_person() -> None:
    driver = _hall()
    _sit("c01", "w02", driver)
    driver.do(c.TransferTicket("20261123-b001", clerk_id="c01"))

    driver.do(c.TransferTicket("20261123-b001", service_id="tax"))

    assert driver.ticket("20261123-b001").for_clerk_id is None


def test_time_at_windows_before_a_transfer_counts_when_the_service_stays_the_same() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.serve("w01")
    driver.wait(minutes=3)
    driver.do(c.TransferTicket("20261123-a001", window_id="w02"))
    driver.serve("w02")
    driver.wait(minutes=2)

    driver.do(c.FinishService("w02"))

    assert driver.hall.handled == {"social": (1, 5 * MINUTE)}


def test_time_at_windows_before_a_transfer_to_another_service_is_not_its_own() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.serve("w01")
    driver.wait(minutes=3)
    driver.do(c.TransferTicket("20261123-a001", service_id="tax"))
    driver.serve("w03")
    driver.wait(minutes=2)

    driver.do(c.FinishService("w03"))

    assert driver.hall.handled == {"tax": (1, 2 * MINUTE)}


def test_ticket_whose_form_is_not_filled_in_is_not_sent_anywhere() -> None:
    driver = Driver.opened(with_service(form="required"))
    driver.issue()

    assert driver.refusal(c.TransferTicket("20261123-a001", service_id="tax")).code == "not-waiting"


def test_first_to_begin_a_visit_answers_for_it_to_its_end() -> None:
    driver = Driver.opened(with_rules(names_owner=True))
    _sit("c01", "w01", driver)
    _sit("c02", "w02", driver)
    ticket_id = driver.issue()
    driver.serve("w01")
    driver.do(c.TransferTicket(ticket_id, window_id="w02"))

    driver.serve("w02")

    assert driver.ticket(ticket_id).owner_id == "c01"
    assert [event for event in driver.events if isinstance(event, e.OwnerNamed)] == [
        e.OwnerNamed(ticket_id, "c01", driver.now_ms)
    ]


def test_visit_finished_at_once_has_an_owner_too() -> None:
    driver = Driver.opened(with_rules(names_owner=True))
    _sit("c01", "w01", driver)
    ticket_id = driver.issue()
    driver.call("w01")

    driver.do(c.FinishService("w01"))

    assert driver.ticket(ticket_id).owner_id == "c01"


def test_visit_without_a_number_has_an_owner_too() -> None:
    driver = Driver.opened(with_rules(names_owner=True))
    _sit("c01", "w01", driver)

    driver.do(c.WalkDirect("w01"))

    window_ticket = driver.window("w01").ticket
    assert window_ticket is not None
    assert window_ticket.owner_id == "c01"


@pytest.mark.parametrize(("names_owner", "clerk_id"), [(False, "c01"), (True, None)])
def test_nobody_answers_for_a_visit_where_the_hall_or_the_window_names_nobody(
    names_owner: bool, clerk_id: str | None
) -> None:
    driver = Driver.opened(with_rules(names_owner=names_owner))
    _sit(clerk_id, "w01", driver)
    ticket_id = driver.issue()

    driver.serve("w01")

    assert driver.ticket(ticket_id).owner_id is None


def _sit(clerk_id: str | None, window_id: str, driver: Driver) -> None:
    driver.do(c.CloseWindow(window_id))
    driver.do(c.OpenWindow(window_id, clerk_id))


def _hall() -> Driver:
    """B001, A001, B002, a minute apart, five minutes ago."""
    driver = Driver.opened()
    for service_id in ("tax", "social", "tax"):
        driver.issue(service_id)
        driver.wait(minutes=1)
    driver.wait(minutes=5)
    return driver
