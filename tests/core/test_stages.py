"""Stages: what goes on without the visitor, each with a clock of its own, and the number drawn for the result."""

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import views
from engine.core.hall import Hall
from engine.core.ledgers.ledger import FOREVER
from engine.core.ledgers.visits import KEPT_MS, Stage
from engine.core.plan import BackOffice, HallPlan, Span
from tests.builders import HOUR, MINUTE, NINE, Driver, with_service

A001 = "20261123-a001"
STAGE = f"{A001}-s1"
OFFICE = with_service(back_office=BackOffice("police", due_ms=2 * HOUR, collect_service_id="young"))


def test_stage_has_a_clock_of_its_own() -> None:
    driver = _accepted()
    driver.wait(minutes=30)

    driver.do(c.FinishStage(STAGE))

    stage = _stage(driver)
    assert (stage.opened_ms, stage.due_ms, stage.finished_ms) == (NINE, NINE + 2 * HOUR, NINE + 30 * MINUTE)
    assert (stage.result, stage.collect_service_id) == ("done", "young")


def test_whoever_stayed_for_the_result_gets_a_number_of_the_window_that_hands_it_out() -> None:
    driver = _accepted(waits=True)

    finished, issued = driver.do(c.FinishStage(STAGE))

    assert isinstance(finished, e.StageFinished)
    assert isinstance(issued, e.TicketIssued)
    assert (issued.number, issued.channel, issued.stage_id) == ("Y001", "stage", STAGE)
    assert driver.in_line("w01") == ["Y001"]


def test_number_for_the_result_is_of_the_lane_of_the_visit() -> None:
    driver = Driver.opened(OFFICE)
    driver.issue("social", "priority")
    driver.serve()
    driver.do(c.FinishService("w01", "accepted", waits=True))

    driver.do(c.FinishStage(STAGE))

    assert driver.ticket("20261123-y001").lane_id == "priority"


def test_nobody_who_left_is_called_for_the_result_but_draws_a_number_later() -> None:
    driver = _accepted(waits=False)
    assert len(driver.do(c.FinishStage(STAGE))) == 1

    driver.do(c.IssueTicket("young", stage_id=STAGE))

    assert driver.in_line("w01") == ["Y001"]


def test_result_that_comes_after_issuing_has_ended_is_collected_another_time() -> None:
    driver = _accepted(waits=True)
    driver.do(c.EndIssuing())

    assert len(driver.do(c.FinishStage(STAGE))) == 1
    assert _stage(driver).is_collectable


def test_result_that_comes_outside_the_hours_of_its_window_is_collected_another_time() -> None:
    mornings = with_service("young", hall_plan=OFFICE, hours=(Span(8 * 60, 9 * 60),))
    driver = _accepted(mornings, waits=True)

    assert len(driver.do(c.FinishStage(STAGE))) == 1


def test_result_of_another_day_does_not_draw_a_number_for_somebody_who_is_not_there() -> None:
    driver = _accepted(waits=True)
    driver.do(c.CloseDay())
    driver.now_ms += 24 * HOUR
    driver.do(c.OpenDay())

    assert len(driver.do(c.FinishStage(STAGE))) == 1


def test_result_is_collected_once() -> None:
    driver = _accepted(waits=True)
    driver.do(c.FinishStage(STAGE))
    driver.serve()

    driver.do(c.FinishService("w01"))

    assert _stage(driver).is_collected
    assert driver.refusal(c.IssueTicket("young", stage_id=STAGE)).code == "nothing-to-collect"


def test_whoever_missed_the_call_for_the_result_may_draw_again() -> None:
    driver = _accepted(waits=True)
    driver.do(c.FinishStage(STAGE))
    driver.call()
    driver.do(c.RecordNoShow("w01"))

    driver.do(c.IssueTicket("young", stage_id=STAGE))

    assert _stage(driver).collect_ticket_id == "20261123-y002"


def test_result_that_was_not_handed_over_is_still_to_be_collected() -> None:
    driver = _accepted(waits=True)
    driver.do(c.FinishStage(STAGE))
    driver.serve()

    driver.do(c.FinishService("w01", "told-missing"))

    assert _stage(driver).is_collectable


def test_papers_leave_nothing_to_collect() -> None:
    driver = Driver.opened(OFFICE)
    driver.issue()
    driver.serve()
    driver.do(c.FinishService("w01", "papers-follow", waits=True))

    driver.do(c.FinishStage(f"{A001}-p1"))

    stage = driver.hall.visits.stage(f"{A001}-p1")
    assert stage is not None
    assert not stage.is_collectable


def test_stage_is_finished_once() -> None:
    driver = _accepted()
    driver.do(c.FinishStage(STAGE))

    assert driver.refusal(c.FinishStage(STAGE)).code == "stage-finished"


def test_stage_nobody_knows_is_refused() -> None:
    assert Driver.opened().refusal(c.FinishStage(STAGE)).code == "stage-unknown"


def test_back_office_may_finish_at_night() -> None:
    driver = _accepted()
    driver.do(c.CloseDay())

    driver.do(c.FinishStage(STAGE))

    assert not _stage(driver).is_open


def test_each_item_has_stages_of_its_own() -> None:
    driver = Driver.opened(with_service("tax", hall_plan=OFFICE, back_office=BackOffice(due_ms=HOUR)))
    driver.do(c.IssueTicket("social", items=(e.VisitItem("social"), e.VisitItem("tax"))))
    driver.serve()

    driver.do(c.FinishService("w01", "accepted", stays=True))
    driver.do(c.FinishService("w01", "accepted"))

    assert [stage.stage_id for stage in driver.hall.visits.open_stages()] == [f"{A001}-s1", f"{A001}-s2"]


def test_earliest_due_time_is_that_of_the_open_stages() -> None:
    driver = _accepted()
    assert driver.hall.visits.earliest_due_ms == NINE + 2 * HOUR

    driver.do(c.FinishStage(STAGE))

    assert driver.hall.visits.earliest_due_ms == FOREVER


def test_open_stage_outlives_the_day_and_a_restart() -> None:
    driver = _accepted()
    driver.do(c.CloseDay())
    driver.now_ms += 24 * HOUR
    driver.do(c.OpenDay())

    restarted = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert [stage.stage_id for stage in restarted.visits.open_stages()] == [STAGE]
    assert restarted.visits.earliest_due_ms == NINE + 2 * HOUR


@pytest.mark.parametrize(("later_ms", "is_kept"), [(KEPT_MS - 1, True), (KEPT_MS, False)])
def test_result_nobody_collects_is_forgotten_after_a_quarter(later_ms: int, is_kept: bool) -> None:
    driver = _accepted()
    driver.do(c.FinishStage(STAGE))
    driver.now_ms += later_ms

    driver.do(c.CloseDay())

    assert (driver.hall.visits.stage(STAGE) is not None) == is_kept


def test_stage_whose_result_was_collected_is_forgotten_with_the_day() -> None:
    driver = _accepted(waits=True)
    driver.do(c.FinishStage(STAGE))
    driver.serve()
    driver.do(c.FinishService("w01"))

    driver.do(c.CloseDay())

    assert driver.hall.visits.stage(STAGE) is None


def test_ticket_shows_its_stage_with_the_due_day_and_where_to_collect() -> None:
    driver = _accepted(waits=True)
    driver.wait(minutes=121)

    (stage,) = views.ticket_view(driver.hall, driver.ticket(A001), driver.now_ms)["stages"]
    assert (stage["state"], stage["due_at"], stage["is_overdue"]) == ("open", "2026-11-23T11:00:00.000+08:00", True)

    driver.do(c.FinishStage(STAGE))

    (stage,) = views.ticket_view(driver.hall, driver.ticket(A001), driver.now_ms)["stages"]
    assert (stage["state"], stage["collect_at"]["id"], stage["collect_number"]) == ("finished", "young", "Y001")


def _stage(driver: Driver) -> Stage:
    stage = driver.hall.visits.stage(STAGE)
    assert stage is not None
    return stage


def _accepted(hall_plan: HallPlan = OFFICE, *, waits: bool = False) -> Driver:
    """A001 was accepted at w01 and goes on in the back office."""
    driver = Driver.opened(hall_plan)
    driver.issue()
    driver.serve()
    driver.do(c.FinishService("w01", "accepted", waits=waits))
    return driver
