"""Cases (办不成事): accepted, told, coordinated, watched over, called back, closed; in this order and no other."""

from dataclasses import replace

import pytest

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.ledgers.cases import CLOSED_KEPT_MS, Case
from engine.core.plan import Department, HallPlan
from engine.core.rules.cases import DUE_DAYS_MAX, case_for
from tests.builders import HOUR, NINE, PLAN, Driver, both

DAY_MS = 24 * HOUR
TAX, LAND, POLICE = "tax", "land", "police"
DEPARTMENTS = replace(PLAN, departments=tuple(Department(each, both(each)) for each in (TAX, LAND, POLICE)))
WEEKDAYS = replace(DEPARTMENTS, workdays=(1, 2, 3, 4, 5))


def opened(hall_plan: HallPlan = DEPARTMENTS, **about: str) -> tuple[Driver, str]:
    """A hall with one case that was just accepted, and that case's id."""
    driver = Driver.opened(hall_plan)
    (fact,) = driver.do(c.OpenCase("the register is down", **about))
    assert isinstance(fact, e.CaseOpened)
    return driver, fact.case_id


def coordinating(*departments: str) -> tuple[Driver, str]:
    """A case whose visitor was told, with a task for each of these departments."""
    driver, case_id = opened()
    driver.do(c.InformCase(case_id))
    for department in departments:
        driver.do(c.GiveCaseTask(case_id, department))
    return driver, case_id


def called_back(*, is_reached: bool = True) -> tuple[Driver, str]:
    """A case whose one task is done and whose visitor was called back."""
    driver, case_id = coordinating(TAX)
    driver.do(c.FinishCaseTask(case_id, 1))
    driver.do(c.CallBackCase(case_id, is_reached, True if is_reached else None))
    return driver, case_id


def case_of(driver: Driver, case_id: str) -> Case:
    case = driver.hall.cases.get(case_id)
    assert case is not None
    return case


def state(driver: Driver, case_id: str) -> str:
    return case_of(driver, case_id).state


# --- accept ---


def test_a_case_is_due_at_the_end_of_the_fifth_working_day() -> None:
    driver, case_id = opened(WEEKDAYS)

    due_ms = case_of(driver, case_id).due_ms

    # From a Monday: Tuesday to Friday, and Monday after the week-end; its end is Tuesday's midnight.
    assert calendar.iso("Asia/Shanghai", due_ms) == "2026-12-01T00:00:00.000+08:00"
    assert due_ms == calendar.add_working_days(WEEKDAYS, NINE, 5)


def test_a_case_from_a_ticket_knows_its_service() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue("tax")

    driver.do(c.OpenCase("papers of another province", ticket_id))

    (case,) = driver.hall.cases.open_cases()
    assert (case.ticket_id, case.service_id, case.subject) == (ticket_id, "tax", "papers of another province")
    assert driver.hall.cases.of_ticket(ticket_id) is case


def test_a_window_that_cannot_opens_a_case_for_its_visitor() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.serve()

    fact = case_for(driver.hall, driver.ticket(ticket_id), "no rule for this", driver.now_ms)

    assert fact == e.CaseOpened(
        "c20261123-1", ticket_id, "social", "no rule for this", calendar.add_working_days(PLAN, NINE, 5), NINE
    )


def test_ids_are_never_used_again() -> None:
    driver = Driver.opened()
    ids = []

    for _ in range(3):
        for _ in range(2):
            (fact,) = driver.do(c.OpenCase("again"))
            assert isinstance(fact, e.CaseOpened)
            ids.append(fact.case_id)
        driver.wait(minutes=24 * 60)

    assert ids == [f"c202611{day}-{n}" for day in (23, 24, 25) for n in (1, 2)]


def test_a_visit_has_one_open_case_at_a_time() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.do(c.OpenCase("first", ticket_id))

    assert driver.refusal(c.OpenCase("second", ticket_id)).code == "case-open-already"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.OpenCase("x", "20261123-a404"), "ticket-unknown"),
        (c.OpenCase("x", service_id="none"), "service-unknown"),
    ],
)
def test_a_case_is_about_something_that_exists(command: Command, code: str) -> None:
    assert Driver.opened().refusal(command).code == code


def test_without_a_day_there_is_no_case() -> None:
    driver = Driver()
    driver.do(c.ConfigureHall(PLAN))

    assert driver.refusal(c.OpenCase("x")).code == "day-not-open"


# --- inform, coordinate ---


def test_the_visitor_is_told_before_anything_else() -> None:
    driver, case_id = opened()

    assert driver.refusal(c.GiveCaseTask(case_id, TAX)).code == "case-step"
    assert driver.refusal(c.CallBackCase(case_id, True)).code == "case-step"

    driver.do(c.InformCase(case_id))
    assert state(driver, case_id) == "informed"
    assert driver.refusal(c.InformCase(case_id)).code == "case-step"


def test_the_first_department_leads_and_the_others_assist() -> None:
    driver, case_id = coordinating(TAX, LAND, POLICE)

    case = case_of(driver, case_id)

    assert [(task.number, task.department_id, task.is_lead) for task in case.tasks] == [
        (1, TAX, True),
        (2, LAND, False),
        (3, POLICE, False),
    ]
    assert case.lead is case.tasks[0]


def test_a_second_lead_is_refused() -> None:
    driver, case_id = coordinating(TAX)

    refusal = driver.refusal(c.GiveCaseTask(case_id, LAND, is_lead=True))

    assert (refusal.code, "tax" in refusal.sentence("en")) == ("second-lead", True)


def test_a_department_must_be_in_the_plan() -> None:
    driver, case_id = coordinating()

    assert driver.refusal(c.GiveCaseTask(case_id, "weather")).code == "department-unknown"


def test_a_task_is_due_with_its_case_or_when_somebody_says() -> None:
    driver, case_id = coordinating(TAX)
    driver.do(c.GiveCaseTask(case_id, LAND, due_ms=NINE + HOUR))

    tasks = case_of(driver, case_id).tasks

    assert [task.due_ms for task in tasks] == [case_of(driver, case_id).due_ms, NINE + HOUR]


@pytest.mark.parametrize("due_ms", [NINE, NINE - 1, NINE + DUE_DAYS_MAX * DAY_MS + 1, -(10**15), 10**15])
def test_a_task_is_due_within_a_year_from_now(due_ms: int) -> None:
    driver, case_id = coordinating(TAX)

    assert driver.refusal(c.GiveCaseTask(case_id, LAND, due_ms=due_ms)).code == "case-due-unfit"


def test_a_task_is_finished_once() -> None:
    driver, case_id = coordinating(TAX)
    driver.do(c.FinishCaseTask(case_id, 1, "solved"))

    task = case_of(driver, case_id).tasks[0]

    assert (task.finished_ms, task.result) == (NINE, "solved")
    assert driver.refusal(c.FinishCaseTask(case_id, 1)).code == "case-task-done"
    assert driver.refusal(c.FinishCaseTask(case_id, 2)).code == "case-task-unknown"
    assert driver.refusal(c.FinishCaseTask(case_id, 0)).code == "case-task-unknown"


# --- supervise ---


def test_an_overdue_case_goes_up_at_the_moment_it_is_due_and_not_before() -> None:
    driver, case_id = opened(WEEKDAYS)
    due_ms = case_of(driver, case_id).due_ms

    driver.wait(seconds=(due_ms - 1 - driver.now_ms) / 1_000)
    assert case_of(driver, case_id).level == 0
    driver.wait(seconds=0.001)

    next_ms = calendar.add_working_days(WEEKDAYS, due_ms, WEEKDAYS.rules.case_escalation_days)
    assert [fact for fact in driver.events if isinstance(fact, e.CaseEscalated)] == [
        e.CaseEscalated(case_id, 1, next_ms, due_ms)
    ]
    assert state(driver, case_id) == "accepted"


def test_a_case_goes_up_three_levels_and_is_then_only_overdue() -> None:
    driver, case_id = opened()

    driver.wait(minutes=30 * 24 * 60)

    levels = [fact.level for fact in driver.events if isinstance(fact, e.CaseEscalated)]
    assert levels == [1, 2, 3]
    assert [case.case_id for case in driver.hall.cases.overdue(driver.now_ms)] == [case_id]
    assert driver.hall.cases.earliest_due_ms < driver.now_ms


def test_a_case_that_is_called_back_and_not_closed_still_goes_up() -> None:
    driver, case_id = called_back()

    driver.wait(minutes=6 * 24 * 60)

    assert case_of(driver, case_id).level == 1


def test_a_closed_case_goes_nowhere() -> None:
    driver, case_id = called_back()
    driver.do(c.CloseCase(case_id))

    driver.wait(minutes=30 * 24 * 60)

    assert not [fact for fact in driver.events if isinstance(fact, e.CaseEscalated)]


def test_a_hall_that_was_off_when_a_case_fell_due_takes_it_up_one_level_when_it_is_back() -> None:
    driver, case_id = opened()
    driver.now_ms += 20 * DAY_MS

    driver.wait(seconds=1)

    case = case_of(driver, case_id)
    assert case.level == 1
    assert case.due_ms > driver.now_ms


# --- call back, close ---


def test_the_visitor_is_called_back_when_every_task_is_done() -> None:
    driver, case_id = coordinating(TAX, LAND)
    driver.do(c.FinishCaseTask(case_id, 2))

    refusal = driver.refusal(c.CallBackCase(case_id, True))
    assert (refusal.code, refusal.words["count"]) == ("case-tasks-open", 1)

    driver.do(c.FinishCaseTask(case_id, 1))
    driver.do(c.CallBackCase(case_id, True, False))
    assert (state(driver, case_id), case_of(driver, case_id).call_backs.is_satisfied) == ("called-back", False)


def test_a_case_without_a_department_is_not_called_back_where_there_are_departments() -> None:
    driver, case_id = coordinating()

    assert driver.refusal(c.CallBackCase(case_id, True)).code == "case-step"


def test_a_hall_without_departments_does_the_work_itself() -> None:
    driver, case_id = opened(PLAN)
    driver.do(c.InformCase(case_id))

    driver.do(c.CallBackCase(case_id, True, True))
    driver.do(c.CloseCase(case_id))

    assert state(driver, case_id) == "closed"


def test_a_case_is_not_closed_before_somebody_was_called_back() -> None:
    for driver, case_id in (opened(), coordinating(TAX)):
        assert driver.refusal(c.CloseCase(case_id)).code == "call-back-first"


def test_whoever_cannot_be_reached_is_tried_three_times() -> None:
    driver, case_id = called_back(is_reached=False)
    driver.do(c.CallBackCase(case_id, False))

    refusal = driver.refusal(c.CloseCase(case_id))
    assert (refusal.code, refusal.words["made"]) == ("call-back-first", 2)

    driver.do(c.CallBackCase(case_id, False, True))
    driver.do(c.CloseCase(case_id, "not-reached"))
    case = case_of(driver, case_id)
    assert (case.state, case.result, case.call_backs.is_satisfied) == ("closed", "not-reached", None)


def test_more_to_do_after_a_call_back_needs_another_call_back() -> None:
    driver, case_id = called_back()

    driver.do(c.GiveCaseTask(case_id, LAND))

    assert driver.refusal(c.CloseCase(case_id)).code == "call-back-first"
    driver.do(c.FinishCaseTask(case_id, 2))
    assert driver.refusal(c.CloseCase(case_id)).code == "call-back-first"
    driver.do(c.CallBackCase(case_id, True, True))
    driver.do(c.CloseCase(case_id))


def test_a_closed_case_stays_closed() -> None:
    driver, case_id = called_back()
    driver.do(c.CloseCase(case_id))

    for command in (
        c.InformCase(case_id),
        c.GiveCaseTask(case_id, TAX),
        c.CallBackCase(case_id, True),
        c.CloseCase(case_id),
    ):
        assert driver.refusal(command).code == "case-over"


@pytest.mark.parametrize(
    "command",
    [
        c.InformCase("c20261123-9"),
        c.GiveCaseTask("c20261123-9", TAX),
        c.FinishCaseTask("c20261123-9", 1),
        c.CallBackCase("c20261123-9", True),
        c.CloseCase("c20261123-9"),
    ],
)
def test_an_unknown_case_is_refused(command: Command) -> None:
    assert opened()[0].refusal(command).code == "case-unknown"


# --- what is remembered ---


def test_a_closed_case_is_forgotten_after_thirty_days_and_an_open_one_never() -> None:
    driver, closed_id = called_back()
    driver.do(c.CloseCase(closed_id))
    driver.do(c.OpenCase("still open"))

    driver.wait(minutes=(CLOSED_KEPT_MS - DAY_MS) / 60_000)
    assert driver.hall.cases.get(closed_id) is not None
    driver.wait(minutes=3 * 24 * 60)

    assert [case.case_id for case in driver.hall.cases.all()] == ["c20261123-2"]


def test_closed_cases_beyond_the_limit_are_forgotten_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.core.ledgers.cases.CLOSED_MAX", 2)
    driver = Driver.opened()
    for _ in range(4):
        (fact,) = driver.do(c.OpenCase("x"))
        assert isinstance(fact, e.CaseOpened)
        driver.do(c.InformCase(fact.case_id))
        driver.do(c.CallBackCase(fact.case_id, True))
        driver.do(c.CloseCase(fact.case_id))

    driver.wait(minutes=24 * 60)

    assert [case.case_id for case in driver.hall.cases.all()] == ["c20261123-3", "c20261123-4"]


def test_a_restart_remembers_everything() -> None:
    driver, case_id = called_back(is_reached=False)
    driver.do(c.OpenCase("another"))
    driver.do(c.CallBackCase(case_id, False))

    again = Driver(Hall.from_rows(driver.hall.plan, driver.hall.to_rows()), now_ms=driver.now_ms)

    assert again.hall.to_rows() == driver.hall.to_rows()
    assert again.hall.cases.next_ms == driver.hall.cases.next_ms
    (fact,) = again.do(c.OpenCase("a third"))
    assert isinstance(fact, e.CaseOpened)
    assert fact.case_id == "c20261123-3"
