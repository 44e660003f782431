"""Random weeks of cases: acts in any order, and what must hold of the facts they leave, read without the hall."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

import msgpack

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import Department, HallPlan
from engine.core.refusals import Refusal
from tests.builders import PLAN, Driver, both

DEPARTMENTS: Final = ("tax", "land", "police")
HALL: Final[HallPlan] = replace(
    PLAN,
    workdays=(1, 2, 3, 4, 5),
    departments=tuple(Department(each, both(each)) for each in DEPARTMENTS),
    rules=replace(PLAN.rules, case_days=2, case_escalation_days=1),
)
CALL_BACKS: Final = 3
LEVELS: Final = 3
LATEST: Final = 4


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody does; the numbers choose among what there is."""

    name: str
    one: int
    two: int


@dataclass(slots=True)
class Story:
    """What the facts say of one case."""

    due_ms: Millis
    is_informed: bool = False
    leads: int = 0
    unfinished: int = 0
    tasks: int = 0
    attempts: int = 0
    is_reached: bool = False
    level: int = 0
    is_closed: bool = False


class Week:
    """A hall with cases, and its story told by the facts alone."""

    def __init__(self) -> None:
        self.driver = Driver.opened(HALL)
        self.stories: dict[str, Story] = {}
        self._seen = len(self.driver.events)

    def act(self, act: Act) -> None:
        ACTS[act.name](self, act)
        self.all_is_well()

    def order(self, command: Command) -> None:
        """Give an order; a no is as good an answer as a yes."""
        try:
            self.driver.do(command)
        except Refusal:
            return

    def case_id(self, one: int) -> str:
        """One of the latest cases, or one there never was."""
        ids = ["c20261123-999", *self.stories]
        return ids[-1 - one % min(len(ids), LATEST)]

    def wait(self, hours: int) -> None:
        self.driver.wait(minutes=60 * hours)

    def restart(self) -> None:
        rows = msgpack.unpackb(msgpack.packb(self.driver.hall.to_rows()))
        self.driver.hall = Hall.from_rows(self.driver.hall.plan, rows)

    def all_is_well(self) -> None:
        for event in self.driver.events[self._seen :]:
            self._hear(event)
        self._seen = len(self.driver.events)
        found = {case.case_id: case for case in self.driver.hall.cases.open_cases()}
        assert found.keys() == {case_id for case_id, story in self.stories.items() if not story.is_closed}
        for case_id, case in found.items():
            story = self.stories[case_id]
            assert (case.level, case.due_ms, case.call_backs.attempts) == (story.level, story.due_ms, story.attempts)
        for story in self.stories.values():
            assert story.leads == (story.tasks > 0)
            assert story.is_closed or story.level == LEVELS or story.due_ms > self.driver.now_ms, "nobody took it up"

    def end_well(self) -> None:
        """A hall that saw the same facts, and was never restarted, is the same."""
        fold = Hall()
        for event in self.driver.events:
            fold.apply(event)
        assert fold.to_rows() == self.driver.hall.to_rows()
        assert fold.cases.next_ms == self.driver.hall.cases.next_ms

    def _hear(self, event: Event) -> None:
        if isinstance(event, e.CaseOpened):
            assert event.case_id not in self.stories, "an id was used again"
            self.stories[event.case_id] = Story(event.due_ms)
            return
        case_id = getattr(event, "case_id", None)
        if case_id is not None:
            story = self.stories[case_id]
            assert not story.is_closed
            HEAR[type(event)](story, event)


def _informed(story: Story, event: e.CaseInformed) -> None:
    assert not story.is_informed
    story.is_informed = True


def _given(story: Story, event: e.CaseTaskGiven) -> None:
    assert story.is_informed
    story.tasks += 1
    story.unfinished += 1
    story.leads += event.is_lead
    story.attempts, story.is_reached = 0, False
    assert (event.task, event.department_id in DEPARTMENTS) == (story.tasks, True)


def _task_finished(story: Story, event: e.CaseTaskFinished) -> None:
    story.unfinished -= 1
    assert story.unfinished >= 0


def _escalated(story: Story, event: e.CaseEscalated) -> None:
    # The driver's clock stops at every deadline: a case goes up when it is due, and is due later afterwards.
    assert (event.at_ms, event.level) == (story.due_ms, story.level + 1)
    assert event.due_ms > event.at_ms
    assert event.level <= LEVELS
    story.level, story.due_ms = event.level, event.due_ms


def _called_back(story: Story, event: e.CaseCalledBack) -> None:
    assert story.tasks > 0
    assert story.unfinished == 0
    story.attempts += 1
    story.is_reached |= event.is_reached


def _closed(story: Story, event: e.CaseClosed) -> None:
    assert story.is_informed
    assert (story.tasks > 0, story.unfinished) == (True, 0)
    assert story.is_reached or story.attempts >= CALL_BACKS
    story.is_closed = True


HEAR: Final[dict[type[Event], Callable[[Story, Any], None]]] = {
    e.CaseInformed: _informed,
    e.CaseTaskGiven: _given,
    e.CaseTaskFinished: _task_finished,
    e.CaseEscalated: _escalated,
    e.CaseCalledBack: _called_back,
    e.CaseClosed: _closed,
}


def _give(week: Week, act: Act) -> None:
    department = (*DEPARTMENTS, "weather")[act.two % 4]
    week.order(c.GiveCaseTask(week.case_id(act.one), department, is_lead=act.two % 3 == 0))


def _finish(week: Week, act: Act) -> None:
    week.order(c.FinishCaseTask(week.case_id(act.one), act.two % 4))


def _finish_all(week: Week, act: Act) -> None:
    for task in range(1, 9):
        week.order(c.FinishCaseTask(week.case_id(act.one), task))


def _go_on(week: Week, act: Act) -> None:
    """Take the next step, as somebody would who works through a case."""
    case_id = week.case_id(act.one)
    story = week.stories.get(case_id)
    if story is None:
        return
    if not story.is_informed:
        week.order(c.InformCase(case_id))
    elif not story.tasks:
        _give(week, act)
    elif story.unfinished:
        _finish_all(week, act)
    elif not story.is_reached and story.attempts < CALL_BACKS:
        week.order(c.CallBackCase(case_id, act.two % 3 == 0))
    else:
        week.order(c.CloseCase(case_id))


ACTS: Final[dict[str, Callable[[Week, Act], None]]] = {
    "open": lambda week, act: week.order(c.OpenCase("x")) if act.two % 3 == 0 else None,
    "inform": lambda week, act: week.order(c.InformCase(week.case_id(act.one))),
    "give": _give,
    "finish": _finish,
    "finish all": _finish_all,
    "call back": lambda week, act: week.order(c.CallBackCase(week.case_id(act.one), act.two % 2 == 0)),
    "close": lambda week, act: week.order(c.CloseCase(week.case_id(act.one))),
    "go on": _go_on,
    "wait": lambda week, act: week.wait(act.two % 40),
    "restart": lambda week, act: week.restart(),
}
NAMES: Final = (*ACTS, "go on", "go on", "go on", "go on")


def live(acts: list[Act]) -> None:
    """Some weeks; fails when anything does not hold."""
    week = Week()
    for act in acts:
        week.act(act)
    week.end_well()


def walk(seed: int, steps: int) -> None:
    """Weeks from a seed."""
    random = Random(seed)
    live([Act(random.choice(NAMES), random.randrange(100), random.randrange(100)) for _ in range(steps)])
