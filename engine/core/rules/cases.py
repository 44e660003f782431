"""The rules of cases (办不成事): accept, inform, coordinate, supervise, call back, close."""

from typing import Final

from engine.core import calendar, case_life
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no_hall
from engine.core.case_life import LEVELS_MAX
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.call_backs import ATTEMPTS_MAX
from engine.core.ledgers.cases import Case
from engine.core.model import Ticket
from engine.core.refusals import cases as no
from engine.core.rules.table import Rules

DUE_DAYS_MAX: Final = 366
_DAY_MS: Final = 24 * 60 * 60 * 1_000


def case_for(hall: Hall, ticket: Ticket, subject: str, now_ms: Millis) -> e.CaseOpened:
    """The case that opens because this visit cannot be finished; `subject` says what could not be done."""
    return _opened(hall, ticket.ticket_id, ticket.service_id, subject, now_ms)


def _opened(hall: Hall, ticket_id: str | None, service_id: str | None, subject: str, now_ms: Millis) -> e.CaseOpened:
    plan = look.plan_of(hall)
    if hall.day is None:
        raise no_hall.DayNotOpen()
    due_ms = calendar.add_working_days(plan, now_ms, plan.rules.case_days)
    case_id = f"c{hall.day}-{hall.cases.opened_today + 1}"
    return e.CaseOpened(case_id, ticket_id, service_id, subject, due_ms, now_ms)


def _open(hall: Hall, command: c.OpenCase, now_ms: Millis) -> tuple[Event, ...]:
    look.plan_of(hall)
    service_id = command.service_id
    if service_id is not None:
        look.service_of(hall, service_id)
    if command.ticket_id is not None:
        ticket = look.ticket_of(hall, command.ticket_id)
        service_id = service_id or ticket.service_id
        before = hall.cases.of_ticket(ticket.ticket_id)
        if before is not None and before.state != case_life.CLOSED:
            raise no.CaseOpenAlready(case=before.case_id)
    return (_opened(hall, command.ticket_id, service_id, command.subject, now_ms),)


def _inform(hall: Hall, command: c.InformCase, now_ms: Millis) -> tuple[Event, ...]:
    case = _case_at(hall, command.case_id, e.CaseInformed)
    return (e.CaseInformed(case.case_id, now_ms),)


def _give_task(hall: Hall, command: c.GiveCaseTask, now_ms: Millis) -> tuple[Event, ...]:
    case = _case_at(hall, command.case_id, e.CaseTaskGiven)
    if all(each.department_id != command.department_id for each in look.plan_of(hall).departments):
        raise no.DepartmentUnknown(department=command.department_id)
    # Somebody must lead from the first task on; whoever comes later assists (1+N).
    lead = case.lead
    if lead is not None and command.is_lead:
        raise no.SecondLead(case=case.case_id, department=lead.department_id)
    due_ms = max(case.due_ms, now_ms) if command.due_ms is None else command.due_ms
    if command.due_ms is not None and not now_ms < command.due_ms <= now_ms + DUE_DAYS_MAX * _DAY_MS:
        raise no.CaseDueUnfit(days=DUE_DAYS_MAX)
    number = len(case.tasks) + 1
    return (e.CaseTaskGiven(case.case_id, number, command.department_id, lead is None, due_ms, now_ms),)


def _finish_task(hall: Hall, command: c.FinishCaseTask, now_ms: Millis) -> tuple[Event, ...]:
    case = _case_of(hall, command.case_id)
    task = next((task for task in case.tasks if task.number == command.task), None)
    if task is None:
        raise no.CaseTaskUnknown()
    if task.finished_ms is not None:
        raise no.CaseTaskDone(case=case.case_id, task=task.number)
    return (e.CaseTaskFinished(case.case_id, task.number, command.result, now_ms),)


def _escalate(hall: Hall, command: c.EscalateCases, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    due_ms = calendar.add_working_days(plan, now_ms, plan.rules.case_escalation_days)
    return tuple(
        e.CaseEscalated(case.case_id, case.level + 1, due_ms, now_ms)
        for case in hall.cases.overdue(now_ms)
        if case.level < LEVELS_MAX
    )


def _call_back(hall: Hall, command: c.CallBackCase, now_ms: Millis) -> tuple[Event, ...]:
    case = _case_of(hall, command.case_id)
    _require_may(case, e.CaseCalledBack)
    # A hall whose plan names no departments does the work itself: there is nobody to coordinate.
    if not case.tasks and look.plan_of(hall).departments:
        raise no.CaseStep(case=case.case_id, state=case.state)
    if case.unfinished:
        raise no.CaseTasksOpen(case=case.case_id, count=len(case.unfinished))
    is_satisfied = command.is_satisfied if command.is_reached else None
    return (e.CaseCalledBack(case.case_id, command.is_reached, is_satisfied, now_ms),)


def _close(hall: Hall, command: c.CloseCase, now_ms: Millis) -> tuple[Event, ...]:
    case = _case_of(hall, command.case_id)
    if case.state == case_life.CLOSED:
        raise no.CaseOver(case=case.case_id)
    if not (case_life.may(e.CaseClosed, case.state) and case.call_backs.are_enough):
        raise no.CallBackFirst(attempts=ATTEMPTS_MAX, made=case.call_backs.attempts)
    return (e.CaseClosed(case.case_id, command.result, now_ms),)


def _case_of(hall: Hall, case_id: str) -> Case:
    case = hall.cases.get(case_id)
    if case is None:
        raise no.CaseUnknown()
    return case


def _case_at(hall: Hall, case_id: str, fact: type[Event]) -> Case:
    case = _case_of(hall, case_id)
    _require_may(case, fact)
    return case


def _require_may(case: Case, fact: type[Event]) -> None:
    if case.state == case_life.CLOSED:
        raise no.CaseOver(case=case.case_id)
    if not case_life.may(fact, case.state):
        raise no.CaseStep(case=case.case_id, state=case.state)


RULES: Final[Rules] = {
    c.OpenCase: _open,
    c.InformCase: _inform,
    c.GiveCaseTask: _give_task,
    c.FinishCaseTask: _finish_task,
    c.EscalateCases: _escalate,
    c.CallBackCase: _call_back,
    c.CloseCase: _close,
}
