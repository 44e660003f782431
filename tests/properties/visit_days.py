"""Random days of visits with every variant on: several items, outcomes, stages, no-shows, holds, transfers, persons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final, TypeVar

import msgpack

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.deadlines import next_deadline
from engine.core.events import HoldKind, Place
from engine.core.hall import Hall
from engine.core.plan import BackOffice, HallPlan, Rules, Service
from engine.core.refusals import Refusal
from engine.core.views.visits import modes_view
from tests.builders import HOUR, LANES, MINUTE, Driver, plan, service, window
from tests.properties.visit_story import OVER, Story
from tests.properties.wakings import check_waking

T = TypeVar("T")

OUTCOMES: Final = ("done", "done", "told-missing", "papers-follow", "accepted", "accepted", "turned-away", "cannot")
BROUGHT: Final[dict[str, set[type[e.Event]]]] = {
    "told-missing": {e.ReturnGranted},
    "papers-follow": {e.StageOpened, e.ReturnGranted},
    "accepted": {e.StageOpened},
}
PLACES: Final[tuple[Place, ...]] = ("original", "front", "back", "after", "after")
KINDS: Final[tuple[HoldKind, ...]] = ("no-papers", "papers", "step")
WINDOWS: Final = ("w01", "w02", "w03")
CLERKS: Final = ("c01", "c02", None)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens; the numbers choose among what there is."""

    name: str
    one: int
    two: int


def seeded_plan(random: Random) -> HallPlan:
    """Three services, each with variants of its own, at three windows of which one serves all."""
    services = [_service(service_id, prefix, random) for service_id, prefix in (("s1", "A"), ("s2", "B"), ("s3", "C"))]
    windows = (window("w01", ["s1", "s2", "s3"]), window("w02", "s1", "s2"), window("w03", ["s3"]))
    rules = Rules(
        next_item_place=random.choice(("original", "front", "back")),
        names_owner=random.random() < 0.5,
        return_days=random.choice((0, 1)),
        papers_days=random.choice((1, 2)),
        overtime_ms=random.choice((0, 2 * HOUR)),
    )
    return plan(services=services, windows=windows, lanes=LANES, rules=rules)


def _service(service_id: str, prefix: str, random: Random) -> Service:
    office = BackOffice(due_days=1, due_ms=random.choice((0, HOUR)), collect_service_id="s3")
    return replace(
        service(service_id, prefix),
        no_show=random.choice(("guide", "void", "back", "after", "after")),
        no_show_after=random.randint(0, 3),
        returns_max=random.randint(0, 3),
        form=random.choice(("none", "none", "optional", "required")),
        back_office=random.choice((None, office)),
    )


class VisitDay:
    """A hall, and the story of it told by its facts alone."""

    def __init__(self, hall_plan: HallPlan) -> None:
        self.driver = Driver()
        self.story = Story(hall_plan)
        self._seen = 0
        self.order(c.ConfigureHall(hall_plan))
        self.order(c.OpenDay())
        for window_id, clerk_id in zip(WINDOWS, CLERKS, strict=True):
            self.order(c.OpenWindow(window_id, clerk_id))

    @property
    def hall(self) -> Hall:
        return self.driver.hall

    def act(self, act: Act) -> None:
        # No two acts in the same millisecond: among those the order of arrival decides, which a list does not know.
        self.driver.now_ms += 1
        ACTS[act.name](self, act.one, act.two)
        self.all_is_well()

    def order(self, command: Command) -> None:
        """Give an order; a no is as good an answer as a yes, and changes nothing."""
        before = self.hall.to_rows()
        try:
            facts = self.driver.do(command)
        except Refusal:
            assert self.hall.to_rows() == before, "a refusal changed something"
            return
        self._hear()
        if isinstance(command, c.FinishService):
            kinds = {type(fact) for fact in facts} & {e.ReturnGranted, e.StageOpened}
            assert kinds == BROUGHT.get(command.outcome, set()), f"{command.outcome} brought {kinds}"
        if isinstance(command, c.RequestHomeVisit | c.CountSelfService | c.TurnAway | c.FinishStage):
            assert facts

    def wait(self, minutes: int) -> None:
        """Let time pass; what falls due on the way is heard as it happens."""
        end_ms = self.driver.now_ms + minutes * MINUTE
        while (due := next_deadline(self.hall, end_ms)) is not None:
            self.driver.now_ms = max(self.driver.now_ms, due[0])
            self.order(due[1])
            assert next_deadline(self.hall) != due
        self.driver.now_ms = end_ms

    def restart(self) -> None:
        rows = self.hall.to_rows()
        self.driver.hall = Hall.from_rows(self.hall.plan, msgpack.unpackb(msgpack.packb(rows)))
        assert self.hall.to_rows() == rows

    def all_is_well(self) -> None:
        check_waking(self.hall)
        self.story.check(self.hall, self.driver.now_ms)
        counts = modes_view(self.hall)
        visits = sum(each["visits"] for each in counts["modes"])
        assert visits == len(self.story.tales) + self.story.machines + self.story.homes_made, "a visit without a mode"

    def end_well(self) -> None:
        """Every visit has exactly one end, and a hall that was never restarted is the same."""
        if self.hall.phase != "closed":
            self.driver.now_ms = max(self.driver.now_ms, self.hall.closes_ms)
            self.order(c.CloseDay())
        self.all_is_well()
        assert {tale.state for tale in self.story.tales.values()} <= {*OVER, "missed"}
        fold = Hall()
        for event in self.driver.events:
            fold.apply(event)
        assert fold.to_rows() == self.hall.to_rows()

    def _hear(self) -> None:
        """What an order left, once all of it is applied: a rule may not lean on what it has not said yet."""
        for event in self.driver.events[self._seen :]:
            self.story.hear(event, self.hall)
        self._seen = len(self.driver.events)

    # --- whom an act is about ---

    def ticket(self, number: int, *states: str) -> str:
        """A ticket in one of these states, as long as there is one; now and then any."""
        fitting = [key for key, tale in self.story.tales.items() if tale.state in states]
        return _pick(fitting if fitting and number % 7 else [*self.story.tales, "20261123-z999"], number)

    def window(self, number: int, *states: str) -> str:
        fitting = [key for key, window in self.hall.windows.items() if window.state in states]
        return _pick(fitting if fitting and number % 7 else [*self.hall.windows, "w99"], number)


# --- acts ---


def _issue(day: VisitDay, one: int, two: int) -> None:
    services = ("s1", "s2", "s3")
    wanted = tuple(e.VisitItem(_pick(services, one + step * two)) for step in range(two % 4))
    lane_id = "priority" if one % 5 == 0 else None
    first = wanted[0].service_id if wanted else _pick(services, one)
    day.order(c.IssueTicket(first, lane_id, items=wanted, form_filled=two % 3 == 0))


def _come_back(day: VisitDay, one: int, two: int) -> None:
    tickets = [*day.story.rights, *day.story.tales, "20261123-z999"]
    ticket_id = _pick(tickets, one)
    service_id = day.story.rights.get(ticket_id, ("s1", 0))[0]
    day.order(c.IssueTicket(service_id, return_of=ticket_id))


def _collect(day: VisitDay, one: int, two: int) -> None:
    ready = sorted(day.story.finished_stages - day.story.collected)
    day.order(c.IssueTicket("s3", stage_id=_pick(ready if ready and one % 5 else [*day.story.stages, "none"], one)))


def _call_next(day: VisitDay, one: int, two: int) -> None:
    day.order(c.CallNext(day.window(one, "idle")))


def _call_chosen(day: VisitDay, one: int, two: int) -> None:
    day.order(c.CallTicket(day.window(one, "idle"), day.ticket(two, "waiting", "held"), "because"))


def _begin(day: VisitDay, one: int, two: int) -> None:
    day.order(c.BeginService(day.window(one, "called")))


def _finish(day: VisitDay, one: int, two: int) -> None:
    reason = None if two % 11 == 0 else "because"
    window_id = day.window(one, "called", "serving")
    day.order(c.FinishService(window_id, _pick(OUTCOMES, two), reason, stays=one % 2 == 0, waits=two % 2 == 0))


def _serve(day: VisitDay, one: int, two: int) -> None:
    """A whole visit, or one of its items, at once."""
    window_id = day.window(one, "idle")
    day.order(c.CallNext(window_id))
    day.order(c.FinishService(window_id, _pick(OUTCOMES, two), "because", stays=one % 2 == 0, waits=two % 2 == 0))


def _no_show(day: VisitDay, one: int, two: int) -> None:
    day.order(c.RecordNoShow(day.window(one, "called")))


def _hold(day: VisitDay, one: int, two: int) -> None:
    day.order(c.HoldTicket(day.window(one, "called", "serving"), _pick(KINDS, two)))


def _resume(day: VisitDay, one: int, two: int) -> None:
    day.order(c.ResumeTicket(day.ticket(one, "held")))


def _reinstate(day: VisitDay, one: int, two: int) -> None:
    day.order(c.ReinstateTicket(day.ticket(one, "missed"), _pick(PLACES, two), two % 4))


def _transfer(day: VisitDay, one: int, two: int) -> None:
    ticket_id = day.ticket(one, "waiting", "called", "serving", "held")
    where: dict[str, Any] = {
        0: {"service_id": _pick(("s1", "s2", "s3"), two // 5)},
        1: {"window_id": _pick(WINDOWS, two // 5)},
        2: {"clerk_id": _pick(("c01", "c02"), two // 5)},
        3: {},
    }[one % 4]
    day.order(c.TransferTicket(ticket_id, place=_pick(PLACES, two), after=two % 4, **where))


def _cancel(day: VisitDay, one: int, two: int) -> None:
    if two % 3 == 0:
        day.order(c.CancelTicket(day.ticket(one, "preparing", "waiting", "called", "held", "missed")))


def _record_form(day: VisitDay, one: int, two: int) -> None:
    day.order(c.RecordForm(day.ticket(one, "preparing", "waiting")))


def _walk(day: VisitDay, one: int, two: int) -> None:
    day.order(c.WalkDirect(day.window(one, "idle")))


def _finish_stage(day: VisitDay, one: int, two: int) -> None:
    unfinished = sorted(day.story.stages.keys() - day.story.finished_stages)
    day.order(c.FinishStage(_pick(unfinished if unfinished and one % 5 else [*day.story.stages, "none"], one)))


def _home(day: VisitDay, one: int, two: int) -> None:
    request_id = _pick([*day.story.home, "h99"], one)
    commands: tuple[Command, ...] = (
        c.RequestHomeVisit("s1", "book-7"),
        c.AssignHomeVisit(request_id, "c01"),
        c.FinishHomeVisit(request_id),
    )
    day.order(_pick(commands, two))


def _door(day: VisitDay, one: int, two: int) -> None:
    day.order(c.TurnAway("wrong-office") if one % 2 else c.CountSelfService("s1", "m1", 1 + two % 3))


def _seat(day: VisitDay, one: int, two: int) -> None:
    """Somebody stands up, and somebody sits down."""
    if two % 2:
        day.order(c.CloseWindow(day.window(one, "idle")))
    day.order(c.OpenWindow(day.window(one, "closed"), _pick(CLERKS, two // 2)))


def _wait(day: VisitDay, one: int, two: int) -> None:
    day.wait(_pick((1, 1, 1, 2, 6, 30), two))


def _next_day(day: VisitDay, one: int, two: int) -> None:
    if one % 12 == 0 or day.hall.phase != "open":
        day.order(c.CloseDay())
        if two % 2:
            day.driver.now_ms += 24 * HOUR
        day.order(c.OpenDay())


def _end_issuing(day: VisitDay, one: int, two: int) -> None:
    if one % 10 == 0:
        day.order(c.EndIssuing())


def _restart(day: VisitDay, one: int, two: int) -> None:
    day.restart()


ACTS: Final[dict[str, Callable[[VisitDay, int, int], None]]] = {
    "issue": _issue,
    "come back": _come_back,
    "collect": _collect,
    "call next": _call_next,
    "call chosen": _call_chosen,
    "begin": _begin,
    "finish": _finish,
    "serve": _serve,
    "no-show": _no_show,
    "hold": _hold,
    "resume": _resume,
    "reinstate": _reinstate,
    "transfer": _transfer,
    "cancel": _cancel,
    "record form": _record_form,
    "walk": _walk,
    "finish stage": _finish_stage,
    "home": _home,
    "door": _door,
    "seat": _seat,
    "wait": _wait,
    "next day": _next_day,
    "end issuing": _end_issuing,
    "restart": _restart,
}
_OFTEN: Final = (
    *["issue"] * 5,
    *["serve"] * 4,
    *["call next", "finish", "seat"] * 2,
    *["no-show", "record form", "transfer", "hold", "call chosen", "collect", "finish stage", "wait"],
)
NAMES: Final = (*ACTS, *_OFTEN)


def live(hall_plan: HallPlan, acts: Sequence[Act]) -> None:
    """A day, or several, of these acts; fails when anything does not hold."""
    day = VisitDay(hall_plan)
    for act in acts:
        day.act(act)
    day.end_well()


def walk(seed: int, steps: int) -> None:
    """A day of chance."""
    random = Random(seed)
    hall_plan = seeded_plan(random)
    live(hall_plan, [Act(random.choice(NAMES), random.randrange(100), random.randrange(100)) for _ in range(steps)])


def _pick(choices: Sequence[T], number: int) -> T:
    return choices[number % len(choices)]
