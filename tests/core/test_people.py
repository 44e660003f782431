"""The people who work in the hall: who is here, who stands in for whom, and whose tickets follow them."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.plan import Clerk
from tests.builders import DAY, PLAN, Driver, both

CLERKS = (Clerk("c01", both("c01"), deputy_id="c02"), Clerk("c02", both("c02")), Clerk("c03", both("c03")))
STAFFED = replace(PLAN, clerks=CLERKS)


def test_clerk_signs_in_before_the_day_opens_and_out_after_work() -> None:
    driver = Driver()
    driver.do(c.ConfigureHall(STAFFED))

    driver.do(c.SignIn("c01"))
    here = dict(driver.hall.people.present)
    driver.do(c.SignOut("c01"))

    assert here == {"c01": driver.now_ms}
    assert driver.hall.people.present == {}


@pytest.mark.parametrize(
    ("before", "order", "code"),
    [
        ((), c.SignIn("none"), "clerk-unknown"),
        ((c.SignIn("c01"),), c.SignIn("c01"), "already-signed-in"),
        ((), c.SignOut("none"), "clerk-unknown"),
        ((), c.SignOut("c01"), "not-signed-in"),
        ((c.OpenWindow("w01", "c01"),), c.SignOut("c01"), "clerk-at-window"),
        ((), c.BeginSubstitution("none"), "clerk-unknown"),
        ((), c.BeginSubstitution("c01", "none", by_supervisor=True), "clerk-unknown"),
        ((), c.BeginSubstitution("c02"), "deputy-missing"),
        ((), c.BeginSubstitution("c01", "c03"), "not-the-deputy"),
        ((), c.BeginSubstitution("c03", "c03", by_supervisor=True), "own-deputy"),
        ((c.BeginSubstitution("c01"),), c.BeginSubstitution("c01"), "already-substituted"),
        ((c.BeginSubstitution("c01"),), c.BeginSubstitution("c02", "c01", by_supervisor=True), "deputy-away"),
        ((), c.EndSubstitution("c01"), "not-substituted"),
        ((), c.EndSubstitution("none"), "clerk-unknown"),
    ],
)
def test_order_is_refused(before: tuple[Command, ...], order: Command, code: str) -> None:
    driver = _staffed(*before)

    assert driver.refusal(order).code == code


def test_whoever_opens_a_window_has_come_to_work() -> None:
    driver = _staffed()

    facts = driver.do(c.OpenWindow("w01", "c01"))

    assert facts == (e.ClerkSignedIn("c01", driver.now_ms), e.WindowOpened("w01", "c01", driver.now_ms))


def test_whoever_signed_in_before_only_opens() -> None:
    driver = _staffed(c.SignIn("c01"))

    assert driver.do(c.OpenWindow("w01", "c01")) == (e.WindowOpened("w01", "c01", driver.now_ms),)


def test_close_of_the_day_signs_everybody_out() -> None:
    driver = _staffed(c.OpenWindow("w01", "c02"), c.SignIn("c01"))

    facts = driver.do(c.CloseDay())

    assert [each.clerk_id for each in facts if isinstance(each, e.ClerkSignedOut)] == ["c01", "c02"]
    assert driver.hall.people.present == {}


def test_deputy_sits_for_the_clerk_until_the_clerk_is_back() -> None:
    driver = _staffed(c.OpenWindow("w01", "c01"), c.OpenWindow("w02", "c02"))

    driver.do(c.BeginSubstitution("c01"))
    during = lookups.window_of_clerk(driver.hall, "c01")
    driver.do(c.EndSubstitution("c01"))

    assert during == "w02"
    assert lookups.window_of_clerk(driver.hall, "c01") == "w01"


def test_deputy_of_a_deputy_sits_for_both() -> None:
    driver = _staffed(c.OpenWindow("w03", "c03"), c.BeginSubstitution("c01"))

    driver.do(c.BeginSubstitution("c02", "c03", by_supervisor=True))

    assert lookups.window_of_clerk(driver.hall, "c01") == "w03"
    assert lookups.window_of_clerk(driver.hall, "c02") == "w03"


def test_clerk_at_no_window_sits_nowhere() -> None:
    assert lookups.window_of_clerk(_staffed().hall, "c01") is None


def test_ticket_sent_to_a_clerk_follows_them_to_the_window_they_open() -> None:
    driver = _staffed(c.OpenWindow("w01", "c01"))
    ticket_id = _sent_to(driver, "c01")
    driver.do(c.CloseWindow("w01"))

    driver.do(c.OpenWindow("w03", "c01"))

    assert driver.ticket(ticket_id).window_id == "w03"
    assert driver.in_line("w03") == ["A001"]


def test_ticket_sent_to_a_clerk_goes_to_the_deputy_and_comes_back() -> None:
    driver = _staffed(c.OpenWindow("w01", "c01"), c.OpenWindow("w02", "c02"))
    ticket_id = _sent_to(driver, "c01")

    driver.do(c.BeginSubstitution("c01"))
    during = driver.ticket(ticket_id).window_id
    driver.do(c.EndSubstitution("c01"))

    assert (during, driver.ticket(ticket_id).window_id) == ("w02", "w01")


def test_ticket_follows_the_deputy_to_another_window() -> None:
    driver = _staffed(c.OpenWindow("w01", "c01"), c.OpenWindow("w02", "c02"))
    ticket_id = _sent_to(driver, "c01")
    for order in (c.BeginSubstitution("c01"), c.CloseWindow("w02"), c.OpenWindow("w03", "c02")):
        driver.do(order)

    assert driver.ticket(ticket_id).window_id == "w03"


def test_ticket_stays_where_it_is_while_its_clerk_sits_nowhere() -> None:
    driver = _staffed(c.OpenWindow("w01", "c01"))
    ticket_id = _sent_to(driver, "c01")

    driver.do(c.BeginSubstitution("c01"))

    assert driver.ticket(ticket_id).window_id == "w01"


def test_ticket_keeps_its_place_in_time_when_it_follows() -> None:
    driver = _staffed(c.OpenWindow("w01", "c01"))
    earlier = _sent_to(driver, "c01")
    driver.wait(minutes=5)
    driver.do(c.CloseWindow("w01"))
    driver.do(c.OpenWindow("w03", "c01"))
    driver.do(c.TransferTicket(driver.issue(), window_id="w03"))

    assert driver.call("w03") == earlier


def test_owner_of_a_visit_is_remembered() -> None:
    driver = _staffed()
    ticket_id = driver.issue()

    driver.hall.apply(e.OwnerNamed(ticket_id, "c01", driver.now_ms))

    assert driver.ticket(ticket_id).owner_id == "c01"


def test_clerk_who_left_the_plan_is_neither_here_nor_a_deputy() -> None:
    driver = _staffed(c.SignIn("c02"), c.BeginSubstitution("c01"))

    driver.do(c.ConfigureHall(replace(STAFFED, clerks=(replace(CLERKS[0], deputy_id=None), CLERKS[2]))))

    assert driver.hall.people.present == {}
    assert driver.hall.people.substitutions == {}


def test_restart_remembers_people() -> None:
    driver = _staffed(c.OpenWindow("w01", "c01"), c.BeginSubstitution("c01"), c.MoveWindow("w02", number=9))

    again = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert again.to_rows() == driver.hall.to_rows()
    assert lookups.window_of_clerk(again, "c01") == lookups.window_of_clerk(driver.hall, "c01")


def _staffed(*orders: Command) -> Driver:
    """A hall whose day is open and whose windows are not, where c02 is the deputy of c01."""
    driver = Driver()
    for order in (c.ConfigureHall(STAFFED), c.OpenDay(), *orders):
        driver.do(order)
    return driver


def _sent_to(driver: Driver, clerk_id: str) -> str:
    """A ticket that waits for a clerk where they sit."""
    ticket_id = driver.issue()
    window_id = lookups.window_of_clerk(driver.hall, clerk_id)
    transferred = e.TicketTransferred(
        ticket_id, None, "social", window_id, "original", driver.now_ms, clerk_id=clerk_id
    )
    driver.hall.apply(transferred)
    assert ticket_id == f"{DAY}-a001"
    return ticket_id
