"""What staff may see of cases: nothing here says who the visitor is."""

from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import lookups as look
from engine.core.case_life import CLOSED
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.cases import Case, CaseTask
from engine.core.plan import HallPlan
from engine.core.views.table import Replies, View
from engine.core.views.times import iso_or_none


def case_view(hall: Hall, case: Case, now_ms: Millis) -> View:
    """One case with its tasks."""
    plan = look.plan_of(hall)
    return {
        "id": case.case_id,
        "ticket_id": case.ticket_id,
        "service": case.service_id,
        "subject": case.subject,
        "state": case.state,
        "level": case.level,
        "opened_at": calendar.iso(plan.timezone, case.opened_ms),
        "due_at": calendar.iso(plan.timezone, case.due_ms),
        "is_overdue": case.state != CLOSED and case.due_ms <= now_ms,
        "tasks": [_task(plan, task) for task in case.tasks],
        "call_backs": case.call_backs.attempts,
        "is_reached": case.call_backs.is_reached,
        "is_satisfied": case.call_backs.is_satisfied,
        "closed_at": iso_or_none(plan, case.closed_ms),
        "result": case.result,
    }


def _task(plan: HallPlan, task: CaseTask) -> View:
    return {
        "number": task.number,
        "department": task.department_id,
        "is_lead": task.is_lead,
        "given_at": calendar.iso(plan.timezone, task.given_ms),
        "due_at": calendar.iso(plan.timezone, task.due_ms),
        "finished_at": iso_or_none(plan, task.finished_ms),
        "result": task.result,
    }


def _reply(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    case = hall.cases.get(getattr(events[0], "case_id", ""))
    assert case is not None
    return {"case": case_view(hall, case, now_ms), "position": hall.position}


REPLIES: Final[Replies] = {
    c.OpenCase: _reply,
    c.InformCase: _reply,
    c.GiveCaseTask: _reply,
    c.FinishCaseTask: _reply,
    c.CallBackCase: _reply,
    c.CloseCase: _reply,
}
