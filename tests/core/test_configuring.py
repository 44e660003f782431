"""A new plan: what it may change while people wait, and what it must not."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core.plan import HallPlan
from tests.builders import LANES, PLAN, PRIORITY, SERVICES, WINDOWS, Driver, lane, plan, service, window

WITHOUT_SOCIAL = plan(services=SERVICES[1:], windows=(window("w01", ["tax", "young"]), window("w03", "tax")))
WITHOUT_PRIORITY = plan(lanes=LANES[:1])
WITHOUT_W02 = plan(windows=(WINDOWS[0], WINDOWS[2]))


def test_same_plan_again_is_no_news() -> None:
    assert Driver.opened().do(c.ConfigureHall(plan())) == ()


def test_department_added_at_noon_has_its_own_numbers_and_leaves_the_others_alone() -> None:
    driver = Driver.opened()
    driver.issue("social")
    driver.serve("w02")
    driver.issue("social")

    driver.do(
        c.ConfigureHall(plan(services=(service("police", "P"), *SERVICES), windows=(*WINDOWS, window("w04", "police"))))
    )
    driver.do(c.OpenWindow("w04"))
    driver.issue("police")

    assert driver.in_line("w04") == ["P001"]
    assert driver.in_line("w01") == ["A002"]
    assert driver.window("w02").ticket is driver.ticket("20261123-a001")


def test_weight_of_a_lane_counts_at_once_for_those_who_wait_already() -> None:
    driver = Driver.opened()
    driver.issue("social")
    driver.issue("social", PRIORITY)
    driver.wait(minutes=1)

    driver.do(c.ConfigureHall(plan(lanes=(LANES[0], lane(PRIORITY, 0, 0.5)))))

    assert driver.in_line() == ["A001", "A002"]


@pytest.mark.parametrize(
    ("hall_plan", "what"), [(WITHOUT_SOCIAL, "social"), (WITHOUT_PRIORITY, "priority"), (WITHOUT_W02, "w02")]
)
def test_plan_must_not_drop_what_is_in_use(hall_plan: HallPlan, what: str) -> None:
    driver = Driver.opened()
    driver.do(c.CloseWindow("w02"))
    driver.do(c.TransferTicket(driver.issue("social", PRIORITY), window_id="w02"))

    refusal = driver.refusal(c.ConfigureHall(hall_plan))

    assert refusal.code == "plan-in-use"
    assert what in refusal.sentence("zh")


def test_open_window_is_in_use_even_when_idle() -> None:
    assert Driver.opened().refusal(c.ConfigureHall(WITHOUT_W02)).code == "plan-in-use"


@pytest.mark.parametrize("hall_plan", [WITHOUT_SOCIAL, WITHOUT_PRIORITY, WITHOUT_W02])
def test_plan_may_drop_what_is_no_longer_used(hall_plan: HallPlan) -> None:
    driver = Driver.opened()
    driver.issue("social", PRIORITY)
    driver.serve("w02")
    driver.do(c.FinishService("w02"))
    driver.do(c.CloseWindow("w02"))

    driver.do(c.ConfigureHall(hall_plan))

    assert driver.hall.plan == hall_plan


def test_ticket_that_waits_anywhere_again_does_not_tie_the_window_it_came_from() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.serve("w02")
    driver.do(c.HoldTicket("w02", "step"))
    driver.do(c.ResumeTicket(ticket_id))
    driver.do(c.CloseWindow("w02"))

    driver.do(c.ConfigureHall(WITHOUT_W02))

    assert driver.in_line("w01") == ["A001"]


def test_order_of_a_queue_survives_a_new_plan() -> None:
    driver = Driver.opened()
    for _ in range(3):
        driver.issue()
        driver.wait(minutes=1)
    driver.do(c.CallTicket("w01", "20261123-a003", "test of the rule"))
    driver.do(c.RecordNoShow("w01"))
    driver.do(c.ReinstateTicket("20261123-a003", "front"))

    driver.do(c.ConfigureHall(replace(PLAN, services=tuple(reversed(SERVICES)), lanes=tuple(reversed(LANES)))))

    assert driver.in_line() == ["A003", "A001", "A002"]


def test_plan_may_drop_anything_between_days_and_what_was_missed_for_it_stays_missed() -> None:
    driver = Driver.opened()
    missed = driver.issue("social", PRIORITY)
    driver.call("w01")
    driver.do(c.RecordNoShow("w01"))
    driver.do(c.CloseDay())

    driver.do(c.ConfigureHall(WITHOUT_SOCIAL))
    driver.do(c.OpenDay())

    assert driver.refusal(c.ReinstateTicket(missed)).code == "service-unknown"


def test_missed_ticket_of_a_lane_that_is_gone_stays_missed() -> None:
    driver = Driver.opened()
    missed = driver.issue("social", PRIORITY)
    driver.call("w01")
    driver.do(c.RecordNoShow("w01"))
    driver.do(c.CloseDay())

    driver.do(c.ConfigureHall(WITHOUT_PRIORITY))
    driver.do(c.OpenDay())

    assert driver.refusal(c.ReinstateTicket(missed)).code == "lane-unknown"


def test_journal_of_one_hall_is_not_taken_over_by_another() -> None:
    driver = Driver.opened()

    assert driver.refusal(c.ConfigureHall(replace(PLAN, hall_id="other"))).code == "other-hall"
