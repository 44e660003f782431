"""What the facts of cases change."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.case_life import after
from engine.core.fold.table import Folds
from engine.core.ledgers.call_backs import CallBacks
from engine.core.ledgers.cases import Case, CaseTask

if TYPE_CHECKING:
    from engine.core.hall import Hall

_Step = e.CaseInformed | e.CaseTaskGiven | e.CaseTaskFinished | e.CaseEscalated | e.CaseCalledBack | e.CaseClosed


def _opened(hall: "Hall", event: e.CaseOpened) -> None:
    hall.cases.add(Case(event.case_id, event.ticket_id, event.service_id, event.subject, event.due_ms, event.at_ms))


def _informed(hall: "Hall", event: e.CaseInformed) -> None:
    _case(hall, event)


def _task_given(hall: "Hall", event: e.CaseTaskGiven) -> None:
    case = _case(hall, event)
    case.tasks.append(CaseTask(event.task, event.department_id, event.is_lead, event.due_ms, event.at_ms))
    # What was said before there was more to do says nothing about that.
    case.call_backs = CallBacks()


def _task_finished(hall: "Hall", event: e.CaseTaskFinished) -> None:
    task = _case(hall, event).tasks[event.task - 1]
    task.finished_ms = event.at_ms
    task.result = event.result


def _escalated(hall: "Hall", event: e.CaseEscalated) -> None:
    case = _case(hall, event)
    case.level = event.level
    case.due_ms = event.due_ms
    hall.cases.reckon()


def _called_back(hall: "Hall", event: e.CaseCalledBack) -> None:
    case = _case(hall, event)
    case.call_backs.note(event.is_reached, event.is_satisfied)


def _closed(hall: "Hall", event: e.CaseClosed) -> None:
    case = _case(hall, event)
    case.closed_ms = event.at_ms
    case.result = event.result
    hall.cases.reckon()


def _case(hall: "Hall", event: _Step) -> Case:
    """The case of a fact, in the state that the fact leads to."""
    case = hall.cases.get(event.case_id)
    assert case is not None, event.case_id
    case.state = after(type(event), case.state)
    return case


FOLDS: Final[Folds] = {
    e.CaseOpened: _opened,
    e.CaseInformed: _informed,
    e.CaseTaskGiven: _task_given,
    e.CaseTaskFinished: _task_finished,
    e.CaseEscalated: _escalated,
    e.CaseCalledBack: _called_back,
    e.CaseClosed: _closed,
}
