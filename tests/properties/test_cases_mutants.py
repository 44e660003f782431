"""Cases that are wrong on purpose, as some hall's might be; the properties notice every one."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.core import case_life
from engine.core import commands as c
from engine.core import events as e
from engine.core.decide import _RULES
from engine.core.events import Event, Millis
from engine.core.hall import _APPLY, Hall
from engine.core.ledgers import call_backs, cases
from engine.core.ledgers.call_backs import CallBacks
from engine.core.ledgers.cases import Case, Cases
from engine.core.ledgers.ledger import FOREVER
from engine.core.rules import cases as rules
from tests.properties.casework import walk

SEEDS = 40
STEPS = 250


def closed_without_a_call_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CallBacks, "are_enough", True)
    patch.setitem(case_life.STEPS, e.CaseClosed, dict.fromkeys(case_life.OPEN, case_life.CLOSED))


def two_attempts_are_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(call_backs, "ATTEMPTS_MAX", 2)


def called_back_while_somebody_still_works_on_it(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "unfinished", [])


def called_back_without_coordinating(patch: pytest.MonkeyPatch) -> None:
    def call_back(hall: Hall, command: c.CallBackCase, now_ms: Millis) -> tuple[Event, ...]:
        case = hall.cases.get(command.case_id)
        if case is None or case.state == case_life.CLOSED:
            return ()
        return (e.CaseCalledBack(command.case_id, True, None, now_ms),)

    patch.setitem(_RULES, c.CallBackCase, call_back)
    patch.setitem(case_life.STEPS, e.CaseCalledBack, dict.fromkeys(case_life.OPEN, case_life.CALLED_BACK))


def tasks_given_before_the_visitor_is_told(patch: pytest.MonkeyPatch) -> None:
    steps = {**case_life.STEPS[e.CaseTaskGiven], case_life.ACCEPTED: case_life.COORDINATING}
    patch.setitem(case_life.STEPS, e.CaseTaskGiven, steps)


def everybody_leads(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "lead", None)


def nobody_leads_unless_said(patch: pytest.MonkeyPatch) -> None:
    def give(hall: Hall, command: c.GiveCaseTask, now_ms: Millis) -> tuple[Event, ...]:
        (given,) = GIVE(hall, command, now_ms)
        return (e.CaseTaskGiven(given.case_id, given.task, given.department_id, command.is_lead, given.due_ms, now_ms),)

    patch.setitem(_RULES, c.GiveCaseTask, give)


def departments_are_not_looked_up(patch: pytest.MonkeyPatch) -> None:
    def give(hall: Hall, command: c.GiveCaseTask, now_ms: Millis) -> tuple[Event, ...]:
        (given,) = GIVE(hall, c.GiveCaseTask(command.case_id, "tax", command.is_lead), now_ms)
        return (e.CaseTaskGiven(given.case_id, given.task, command.department_id, given.is_lead, given.due_ms, now_ms),)

    patch.setitem(_RULES, c.GiveCaseTask, give)


def more_work_needs_no_other_call_back(patch: pytest.MonkeyPatch) -> None:
    def given(hall: Hall, event: e.CaseTaskGiven) -> None:
        case = hall.cases.get(event.case_id)
        assert case is not None
        before = case.call_backs
        GIVEN(hall, event)
        case.call_backs = before

    patch.setitem(_APPLY, e.CaseTaskGiven, given)


def nobody_supervises(patch: pytest.MonkeyPatch) -> None:
    def reckon(self: Cases) -> None:
        self.next_ms = FOREVER

    patch.setattr(Cases, "reckon", reckon)


def only_cases_not_yet_called_back_are_supervised(patch: pytest.MonkeyPatch) -> None:
    def open_cases(self: Cases) -> list[Case]:
        return [case for case in self.all() if case.state not in (case_life.CLOSED, case_life.CALLED_BACK)]

    patch.setattr(Cases, "open_cases", open_cases)


def a_level_up_leaves_the_due_time(patch: pytest.MonkeyPatch) -> None:
    def escalated(hall: Hall, event: e.CaseEscalated) -> None:
        case = hall.cases.get(event.case_id)
        assert case is not None
        before = case.due_ms
        ESCALATED(hall, event)
        case.due_ms = before
        hall.cases.reckon()

    patch.setitem(_APPLY, e.CaseEscalated, escalated)


def there_is_always_somebody_above(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cases, "LEVELS_MAX", 9)
    patch.setattr(rules, "LEVELS_MAX", 9)


def a_case_goes_up_a_moment_early(patch: pytest.MonkeyPatch) -> None:
    def reckon(self: Cases) -> None:
        RECKON(self)
        self.next_ms -= self.next_ms < FOREVER

    patch.setattr(Cases, "reckon", reckon)
    patch.setattr(Cases, "overdue", lambda self, now_ms: OVERDUE(self, now_ms + 1))


def a_closed_case_comes_back(patch: pytest.MonkeyPatch) -> None:
    def closed(hall: Hall, event: e.CaseClosed) -> None:
        CLOSED(hall, event)
        case = hall.cases.get(event.case_id)
        assert case is not None
        case.state = case_life.CALLED_BACK

    patch.setitem(_APPLY, e.CaseClosed, closed)


def ids_count_open_cases(patch: pytest.MonkeyPatch) -> None:
    def open_case(hall: Hall, command: c.OpenCase, now_ms: Millis) -> tuple[Event, ...]:
        (fact,) = OPEN(hall, command, now_ms)
        case_id = f"c{hall.day}-{len(hall.cases.open_cases()) + 1}"
        return (e.CaseOpened(case_id, fact.ticket_id, fact.service_id, fact.subject, fact.due_ms, now_ms),)

    patch.setitem(_RULES, c.OpenCase, open_case)


def restart_forgets_how_often_somebody_was_called(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CallBacks, "to_row", lambda self: [0, False, None])


def restart_forgets_the_level(patch: pytest.MonkeyPatch) -> None:
    def load(self: Cases, rows: Any) -> None:
        LOAD(self, rows)
        for case in self.all():
            case.level = 0

    patch.setattr(Cases, "load", load)


def restart_forgets_what_is_due(patch: pytest.MonkeyPatch) -> None:
    def load(self: Cases, rows: Any) -> None:
        LOAD(self, rows)
        self.next_ms = FOREVER

    patch.setattr(Cases, "load", load)


GIVE: Any = _RULES[c.GiveCaseTask]
OPEN: Any = _RULES[c.OpenCase]
GIVEN, ESCALATED, CLOSED = (_APPLY[each] for each in (e.CaseTaskGiven, e.CaseEscalated, e.CaseClosed))
RECKON, OVERDUE, LOAD = Cases.reckon, Cases.overdue, Cases.load

MUTANTS = (
    closed_without_a_call_back,
    two_attempts_are_enough,
    called_back_while_somebody_still_works_on_it,
    called_back_without_coordinating,
    tasks_given_before_the_visitor_is_told,
    everybody_leads,
    nobody_leads_unless_said,
    departments_are_not_looked_up,
    more_work_needs_no_other_call_back,
    nobody_supervises,
    only_cases_not_yet_called_back_are_supervised,
    a_level_up_leaves_the_due_time,
    there_is_always_somebody_above,
    a_case_goes_up_a_moment_early,
    a_closed_case_comes_back,
    ids_count_open_cases,
    restart_forgets_how_often_somebody_was_called,
    restart_forgets_the_level,
    restart_forgets_what_is_due,
)


def test_cases_as_they_are_go_unnoticed() -> None:
    for seed in range(SEEDS):
        walk(seed, STEPS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_cases_are_noticed(mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017 - one of our assertions, or a crash of the spoilt hall
        for seed in range(SEEDS):
            walk(seed, STEPS)
