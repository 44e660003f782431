"""How a visit may end at a window, and what each outcome brings with it."""

import pytest

from engine.core import calendar, views
from engine.core import commands as c
from engine.core import events as e
from engine.core.plan import BackOffice, HallPlan, Name
from tests.builders import HOUR, MINUTE, NINE, PLAN, Driver, with_rules, with_service

A001 = "20261123-a001"


def test_done_is_the_end_and_nothing_else() -> None:
    driver = _serving()

    events = driver.do(c.FinishService("w01"))

    assert events == (e.ServiceFinished(A001, "w01", "done", NINE),)


def test_whoever_was_told_what_is_missing_may_come_back_for_five_working_days() -> None:
    driver = _serving()

    _, granted = driver.do(c.FinishService("w01", "told-missing"))

    until_ms = calendar.add_working_days(PLAN, NINE, 5)
    assert granted == e.ReturnGranted(A001, "social", "w01", until_ms, NINE)
    assert driver.hall.visits.may_return(A001, until_ms - 1) is not None
    assert driver.hall.visits.may_return(A001, until_ms) is None


def test_days_to_come_back_are_the_halls() -> None:
    driver = _serving(with_rules(return_days=1))

    driver.do(c.FinishService("w01", "told-missing"))

    right = driver.hall.visits.may_return(A001, NINE)
    assert right is not None
    assert right.until_ms == calendar.add_working_days(PLAN, NINE, 1)


def test_whoever_comes_back_stands_first_and_only_once() -> None:
    driver = _serving()
    driver.do(c.FinishService("w01", "told-missing"))
    for _ in range(2):
        driver.issue()
        driver.wait(minutes=1)

    driver.do(c.IssueTicket("social", return_of=A001))

    assert driver.in_line() == ["A004", "A002", "A003"]
    assert driver.hall.visits.may_return(A001, driver.now_ms) is None
    assert driver.refusal(c.IssueTicket("social", return_of=A001)).code == "return-not-granted"


def test_papers_that_follow_have_a_due_day_until_which_the_visitor_may_come_back() -> None:
    driver = _serving(with_rules(papers_days=3))

    _, opened, granted = driver.do(c.FinishService("w01", "papers-follow"))

    due_ms = calendar.add_working_days(PLAN, NINE, 3)
    assert opened == e.StageOpened(f"{A001}-p1", A001, "papers", "social", None, due_ms, False, NINE)
    assert granted == e.ReturnGranted(A001, "social", "w01", due_ms, NINE)


def test_papers_have_come_when_whoever_came_back_with_them_is_served() -> None:
    driver = _serving()
    driver.do(c.FinishService("w01", "papers-follow"))
    driver.do(c.IssueTicket("social", return_of=A001))
    driver.serve()

    driver.do(c.FinishService("w01"))

    stage = driver.hall.visits.stage(f"{A001}-p1")
    assert stage is not None
    assert not stage.is_open


def test_papers_are_still_due_when_they_were_not_right() -> None:
    driver = _serving()
    driver.do(c.FinishService("w01", "papers-follow"))
    driver.do(c.IssueTicket("social", return_of=A001))
    driver.serve()

    driver.do(c.FinishService("w01", "told-missing"))

    stage = driver.hall.visits.stage(f"{A001}-p1")
    assert stage is not None
    assert stage.is_open


@pytest.mark.parametrize(
    ("office", "due_ms"),
    [
        (BackOffice("tax-bureau", due_days=2), calendar.add_working_days(PLAN, NINE, 2)),
        (BackOffice("tax-bureau", due_ms=HOUR), NINE + HOUR),
    ],
)
def test_accepted_visit_goes_on_in_the_back_office(office: BackOffice, due_ms: int) -> None:
    driver = _serving(with_service(back_office=office))

    _, opened = driver.do(c.FinishService("w01", "accepted", waits=True))

    assert opened == e.StageOpened(f"{A001}-s1", A001, "back-office", "social", "tax-bureau", due_ms, True, NINE)
    assert driver.ticket(A001).mode == "promised"


def test_back_office_is_that_of_the_service_when_it_names_no_other() -> None:
    driver = _serving(with_service(back_office=BackOffice(), department_id="police"))

    driver.do(c.FinishService("w01", "accepted"))

    stage = driver.hall.visits.stage(f"{A001}-s1")
    assert stage is not None
    assert stage.department_id == "police"


def test_service_without_a_back_office_accepts_nothing() -> None:
    refusal = _serving(with_service(name=Name("社保", "Social security"))).refusal(c.FinishService("w01", "accepted"))

    assert refusal.code == "no-back-office"
    assert refusal.sentence("zh") == "“社保”没有后台办理环节，请选其他办理结果。"


@pytest.mark.parametrize("outcome", ["turned-away", "cannot"])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_turning_somebody_away_needs_a_reason(outcome: str, reason: str | None) -> None:
    assert _serving().refusal(c.FinishService("w01", outcome, reason)).code == "reason-missing"


def test_reason_is_kept_with_the_end_of_the_visit() -> None:
    driver = _serving()

    events = driver.do(c.FinishService("w01", "turned-away", " wrong office "))

    assert events == (e.ServiceFinished(A001, "w01", "turned-away", NINE, "wrong office"),)


def test_what_cannot_be_done_becomes_a_case() -> None:
    driver = _serving()

    finished, opened = driver.do(c.FinishService("w01", "cannot", "no such form"))

    assert isinstance(finished, e.ServiceFinished)
    assert isinstance(opened, e.CaseOpened)
    assert (opened.ticket_id, opened.service_id, opened.subject) == (A001, "social", "no such form")


def test_visit_has_one_open_case_however_many_of_its_items_cannot_be_done() -> None:
    driver = Driver.opened()
    driver.do(c.IssueTicket("social", items=(e.VisitItem("social"), e.VisitItem("tax"))))
    driver.serve()

    driver.do(c.FinishService("w01", "cannot", "no such form", stays=True))
    driver.do(c.FinishService("w01", "cannot", "no such form either"))

    assert sum(isinstance(event, e.CaseOpened) for event in driver.events) == 1


@pytest.mark.parametrize("outcome", ["day-closed", "lost", ""])
def test_outcome_nobody_knows_is_refused(outcome: str) -> None:
    assert _serving().refusal(c.FinishService("w01", outcome)).code == "outcome-unknown"


def test_refused_outcome_leaves_the_visit_where_it_is() -> None:
    driver = _serving()
    driver.refusal(c.FinishService("w01", "lost"))

    assert driver.state(A001) == "serving"


def test_ticket_shows_until_when_its_holder_may_come_back() -> None:
    driver = _serving()
    driver.do(c.FinishService("w01", "told-missing"))
    driver.wait(minutes=1)

    view = views.ticket_view(driver.hall, driver.ticket(A001), driver.now_ms)

    assert view["return_until"] == "2026-11-29T00:00:00.000+08:00"


def test_visit_begun_after_issuing_has_ended_is_served_outside_hours() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.now_ms = driver.hall.issuing_ends_ms + MINUTE
    driver.do(c.EndIssuing())

    driver.serve()

    assert driver.ticket(ticket_id).mode == "extended"


def test_visit_within_hours_keeps_the_mode_of_its_service() -> None:
    driver = Driver.opened(with_service(mode="promised"))
    ticket_id = driver.issue()

    driver.serve()

    assert driver.ticket(ticket_id).mode == "promised"


def test_visit_without_a_number_has_the_mode_of_its_service() -> None:
    driver = Driver.opened(with_service(mode="promised"))

    driver.do(c.WalkDirect("w01"))

    window_ticket = driver.window("w01").ticket
    assert window_ticket is not None
    assert window_ticket.mode == "promised"


def _serving(hall_plan: HallPlan = PLAN) -> Driver:
    """A001 is served at w01."""
    driver = Driver.opened(hall_plan)
    driver.issue()
    driver.serve()
    return driver
