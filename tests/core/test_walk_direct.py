"""Serving somebody who has no ticket."""

from engine.core import commands as c
from engine.core import events as e
from tests.builders import NINE, PLAN, Driver


def test_visit_without_a_ticket_is_served_and_counted() -> None:
    driver = Driver.opened()
    driver.issue()

    (began,) = driver.do(c.WalkDirect("w01", "tax"))
    driver.do(c.FinishService("w01"))

    assert began == e.WalkInBegan("20261123-walk-2", 2, "tax", PLAN.lanes[0].lane_id, "w01", NINE)
    assert driver.window("w01").served == 1
    assert driver.hall.alive == 1


def test_visit_without_a_ticket_uses_no_number() -> None:
    driver = Driver.opened()
    driver.do(c.WalkDirect("w01"))

    assert driver.ticket(driver.issue()).number == "A001"


def test_first_service_of_the_window_is_the_default() -> None:
    driver = Driver.opened()

    (began,) = driver.do(c.WalkDirect("w03"))

    assert isinstance(began, e.WalkInBegan)
    assert began.service_id == "tax"


def test_service_must_be_one_of_the_window() -> None:
    assert Driver.opened().refusal(c.WalkDirect("w02", "tax")).code == "not-served-here"


def test_service_must_exist() -> None:
    assert Driver.opened().refusal(c.WalkDirect("w02", "dog-licence")).code == "service-unknown"


def test_window_must_be_free() -> None:
    driver = Driver.opened()
    driver.do(c.WalkDirect("w01"))

    refusal = driver.refusal(c.WalkDirect("w01"))

    assert refusal.code == "window-busy"
    assert "—" in refusal.sentence("en")
