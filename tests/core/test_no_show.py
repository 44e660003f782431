"""What becomes of a missed ticket, by its service: left to staff, void, to the back, behind so many others."""

from typing import Literal

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from tests.builders import MINUTE, PRIORITY, Driver, with_service

A001 = "20261123-a001"
NoShow = Literal["guide", "void", "back", "after"]


def test_ticket_left_to_staff_stays_missed_and_is_brought_back_as_often_as_they_like() -> None:
    driver = Driver.opened(_by("guide", returns_max=1))
    driver.issue()

    for _ in range(3):
        driver.call()
        driver.do(c.RecordNoShow("w01"))
        assert driver.state(A001) == "missed"
        driver.do(c.ReinstateTicket(A001))

    assert (driver.ticket(A001).misses, driver.ticket(A001).returns) == (3, 3)


def test_void_ticket_does_not_come_back() -> None:
    driver = _missed(_by("void"))

    assert driver.state(A001) == "missed"
    assert driver.refusal(c.ReinstateTicket(A001)).code == "no-show-void"


@pytest.mark.parametrize(
    ("no_show", "after", "line"),
    [
        ("back", 0, ["A002", "A003", "A004", "A005", "A001"]),
        ("after", 1, ["A002", "A001", "A003", "A004", "A005"]),
        ("after", 3, ["A002", "A003", "A004", "A001", "A005"]),
        ("after", 4, ["A002", "A003", "A004", "A005", "A001"]),
        ("after", 9, ["A002", "A003", "A004", "A005", "A001"]),
    ],
)
def test_missed_ticket_waits_again_by_itself(no_show: NoShow, after: int, line: list[str]) -> None:
    driver = _missed(_by(no_show, no_show_after=after))

    assert driver.in_line() == line


def test_facts_of_a_return_say_that_nobody_asked_for_it() -> None:
    driver = Driver.opened(_by("after", no_show_after=2))
    driver.issue()
    driver.call()

    missed, reinstated = driver.do(c.RecordNoShow("w01"))

    assert missed == e.TicketMissed(A001, "w01", False, driver.now_ms)
    assert reinstated == e.TicketReinstated(A001, "after", driver.now_ms, 2, True)


def test_call_that_ran_out_follows_the_same_rule() -> None:
    driver = Driver.opened(_by("back"))
    driver.issue()
    driver.wait(minutes=1)
    driver.issue()
    driver.call()

    driver.wait(minutes=6)

    assert driver.in_line() == ["A002", "A001"]


def test_ticket_comes_back_by_itself_so_often_and_no_more() -> None:
    driver = Driver.opened(_by("back", returns_max=2))
    driver.issue()
    for _ in range(3):
        assert driver.state(A001) == "waiting"
        driver.call()
        driver.do(c.RecordNoShow("w01"))

    assert driver.state(A001) == "missed"
    assert driver.refusal(c.ReinstateTicket(A001)).code == "returns-used-up"


def test_newcomer_stands_behind_whoever_was_put_behind_the_last_one() -> None:
    driver = _missed(_by("after", no_show_after=9))

    driver.issue()

    assert driver.in_line()[-2:] == ["A001", "A006"]


def test_newcomer_of_the_same_moment_stands_behind_everybody() -> None:
    driver = Driver.opened(_by("after", no_show_after=1))
    for _ in range(4):
        driver.issue()
    driver.call()
    driver.do(c.RecordNoShow("w01"))

    driver.issue()

    assert driver.in_line() == ["A002", "A001", "A003", "A004", "A005"]


def test_several_behind_the_same_ticket_keep_their_places() -> None:
    driver = Driver.opened(_by("after", no_show_after=2))
    for _ in range(5):
        driver.issue()
        driver.wait(minutes=1)
    for _ in range(2):
        driver.call()
        driver.do(c.RecordNoShow("w01"))

    # A001 went behind A002 and A003; A002 then behind A003 and A001.
    assert driver.in_line() == ["A003", "A001", "A002", "A004", "A005"]


def test_ticket_put_behind_another_counts_as_having_waited_as_long() -> None:
    driver = _missed(_by("after", no_show_after=2))

    ticket, before = driver.ticket(A001), driver.ticket("20261123-a003")
    assert ticket.since_ms == before.since_ms


def test_places_behind_others_survive_a_restart() -> None:
    driver = Driver.opened(_by("after", no_show_after=2))
    for _ in range(6):
        driver.issue()
    for _ in range(3):
        driver.call()
        driver.do(c.RecordNoShow("w01"))
    line = driver.in_line()

    driver.hall = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert driver.in_line() == line


def test_only_tickets_of_the_same_queue_are_counted() -> None:
    driver = Driver.opened(_by("after", no_show_after=1))
    driver.issue()
    driver.wait(minutes=1)
    driver.issue()
    driver.wait(minutes=1)
    driver.issue("social", PRIORITY)
    driver.do(c.CallTicket("w01", A001, "test of the rule"))

    driver.do(c.RecordNoShow("w01"))

    queue = driver.hall.queues.queue_of(driver.ticket(A001))
    assert [ticket.number for ticket in driver.hall.queues.tickets(queue)] == ["A002", "A001"]


def test_whoever_comes_back_to_an_empty_queue_is_first() -> None:
    driver = Driver.opened(_by("after", no_show_after=3))
    driver.issue()
    driver.call()
    driver.wait(minutes=1)

    driver.do(c.RecordNoShow("w01"))

    assert driver.in_line() == ["A001"]
    assert driver.ticket(A001).since_ms == driver.now_ms


def test_place_behind_others_may_be_asked_for_by_staff() -> None:
    driver = _missed(_by("guide"))

    driver.do(c.ReinstateTicket(A001, "after", 1))

    assert driver.in_line() == ["A002", "A001", "A003", "A004", "A005"]


def test_behind_nobody_is_in_front() -> None:
    driver = _missed(_by("guide"))

    driver.do(c.ReinstateTicket(A001, "after", 0))

    assert driver.in_line()[0] == "A001"


def test_ticket_of_one_window_that_missed_its_call_is_for_any_window_again() -> None:
    driver = Driver.opened(_by("back"))
    driver.issue()
    driver.do(c.TransferTicket(A001, window_id="w03"))
    driver.call("w03")

    driver.do(c.RecordNoShow("w03"))

    assert driver.in_line("w02") == ["A001"]


def test_service_of_the_visit_decides_after_a_transfer() -> None:
    driver = Driver.opened(with_service("tax", no_show="void"))
    driver.issue()
    driver.do(c.TransferTicket(A001, service_id="tax"))
    driver.call("w03")
    driver.do(c.RecordNoShow("w03"))

    assert driver.refusal(c.ReinstateTicket(A001)).code == "no-show-void"


def _by(no_show: NoShow, *, no_show_after: int = 3, returns_max: int = 2) -> HallPlan:
    return with_service(no_show=no_show, no_show_after=no_show_after, returns_max=returns_max)


def _missed(hall_plan: HallPlan) -> Driver:
    """Five tickets a minute apart, of which the first missed its call five minutes later."""
    driver = Driver.opened(hall_plan)
    for _ in range(5):
        driver.issue()
        driver.now_ms += MINUTE
    driver.now_ms += 5 * MINUTE
    driver.call()
    driver.do(c.RecordNoShow("w01"))
    return driver
