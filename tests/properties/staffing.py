"""Days on which clerks come, go and stand in for each other, and windows move, beside a record of our own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.model import CLOSED
from engine.core.plan import Clerk, HallPlan, WindowPlan, Zone
from engine.core.refusals import Refusal
from engine.core.transitions import WAITING
from engine.wire.snapshots import hall_digest, pack_hall, unpack_hall
from tests.builders import PLAN, WINDOWS, Driver, both

CLERKS: Final = (
    Clerk("c01", both("c01"), deputy_id="c02"),
    Clerk("c02", both("c02"), deputy_id="c03"),
    Clerk("c03", both("c03")),
)
STAFFED: Final = replace(PLAN, clerks=CLERKS, zones=(*PLAN.zones, Zone("b", both("b"))))
FILES: Final[tuple[HallPlan, ...]] = (
    STAFFED,
    STAFFED,
    STAFFED,
    replace(STAFFED, rules=replace(STAFFED.rules, recall_limit=1)),
    replace(STAFFED, windows=(replace(WINDOWS[0], name=both("renamed")), *WINDOWS[1:])),
    replace(STAFFED, windows=(*WINDOWS[:2], replace(WINDOWS[2], number=4))),
    replace(STAFFED, zones=PLAN.zones),
    replace(STAFFED, clerks=CLERKS[::2]),
)
TIERS: Final = ((("tax",),), (("social",), ("tax",)), (("tax", "young"), ("social",)), (("young", "social", "tax"),))
NAMES: Final = (
    "sign in",
    "sign out",
    "open",
    "open",
    "open",
    "close",
    "substitute",
    "substitute",
    "come back",
    "draw",
    "send",
    "send",
    "send",
    "call",
    "move",
    "reassign",
    "file",
    "restart",
    "day",
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens, with two numbers to choose by."""

    name: str
    first: int
    second: int


class Staffing:
    """A hall, the plan that was filed last, and what supervisors have said of windows since."""

    def __init__(self) -> None:
        self.driver = Driver()
        self.filed = STAFFED
        self.said: dict[str, WindowPlan] = {}
        self.driver.do(c.ConfigureHall(STAFFED))
        self.driver.do(c.OpenDay())

    @property
    def hall(self) -> Hall:
        return self.driver.hall

    def act(self, act: Act) -> None:
        self.driver.now_ms += 1_000
        command = self._command(act)
        if command is None:
            self._restart()
        else:
            self._order(command)
        self.all_is_well()

    def _command(self, act: Act) -> Command | None:
        clerk, other = (f"c0{number % 3 + 1}" for number in (act.first, act.second))
        window = f"w0{act.second % 3 + 1}"
        match act.name:
            case "sign in":
                return c.SignIn(clerk)
            case "sign out":
                return c.SignOut(clerk)
            case "open":
                return c.OpenWindow(window, clerk)
            case "close":
                return c.CloseWindow(window)
            case "substitute":
                return c.BeginSubstitution(clerk, other if act.second % 2 else None, by_supervisor=act.second % 4 > 1)
            case "come back":
                return c.EndSubstitution(clerk)
            case "draw":
                return c.IssueTicket("social")
            case "send":
                waiting = [each.ticket_id for each in self.hall.tickets.values() if each.state == WAITING]
                ticket_id = waiting[act.second % len(waiting)] if waiting else "none"
                return c.TransferTicket(ticket_id, clerk_id=clerk)
            case "call":
                is_free = self.hall.windows[window].ticket is None
                return c.CallNext(window) if is_free else c.FinishService(window)
            case "move":
                return c.MoveWindow(window, (None, 1, 2, 3, 4, 5)[act.first % 6], (None, "a", "b")[act.first % 3])
            case "reassign":
                return c.ReassignWindow(window, TIERS[act.first % len(TIERS)])
            case "file":
                return c.ConfigureHall(FILES[act.first % len(FILES)])
            case "day":
                return c.CloseDay() if act.first % 3 else c.OpenDay()
        return None

    def _order(self, command: Command) -> None:
        try:
            events = self.driver.do(command)
        except Refusal:
            return
        for event in events:
            self._record(event)
        if isinstance(command, c.ConfigureHall) and command.plan == self.filed:
            assert not any(isinstance(event, e.HallConfigured) for event in events)
        if isinstance(command, c.ConfigureHall):
            self._file(command.plan)

    # --- our own record ---

    def _record(self, event: object) -> None:
        if isinstance(event, e.WindowMoved):
            before = self._of(event.window_id)
            self.said[event.window_id] = replace(before, number=event.number, zone_id=event.zone_id)
        elif isinstance(event, e.WindowReassigned):
            self.said[event.window_id] = replace(self._of(event.window_id), tiers=event.tiers)
        elif isinstance(event, e.DayClosed):
            assert self.hall.people.present == {}

    def _of(self, window_id: str) -> WindowPlan:
        filed = next(each for each in self.filed.windows if each.window_id == window_id)
        return self.said.get(window_id, filed)

    def _file(self, plan: HallPlan) -> None:
        """What was said of a window holds while the file says the same of it, its zone is there, its number free."""
        before = {each.window_id: each for each in self.filed.windows}
        zones = {zone.zone_id for zone in plan.zones}
        self.filed = plan
        filed = {each.window_id: each for each in plan.windows}
        self.said = {
            window_id: said
            for window_id, said in self.said.items()
            if filed[window_id] == before[window_id] and said.zone_id in zones
        }
        while clash := self._clashing():
            for window_id in clash:
                del self.said[window_id]

    def _clashing(self) -> list[str]:
        numbers = [self._of(each.window_id).number for each in self.filed.windows]
        return [window_id for window_id, said in self.said.items() if numbers.count(said.number) > 1]

    # --- what holds at every moment ---

    def all_is_well(self) -> None:
        self.the_plan_in_effect_is_what_was_filed_and_said()
        self.windows_call_for_their_services()
        self.work_follows_whoever_does_it()
        self.whoever_sits_at_a_window_is_here()

    def the_plan_in_effect_is_what_was_filed_and_said(self) -> None:
        plan = self.hall.plan
        assert plan is not None
        assert self.hall.people.filed_plan(plan) == self.filed
        assert plan.windows == tuple(self._of(each.window_id) for each in self.filed.windows)
        assert len({each.number for each in plan.windows}) == len(plan.windows)

    def windows_call_for_their_services(self) -> None:
        plan = self.hall.plan
        assert plan is not None
        for each in plan.windows:
            window, queues = self.hall.windows[each.window_id], self.hall.queues
            assert window.plan == each
            wanted = [(queue, 0) for queue in queues.of_window(each.window_id)]
            for tier, service_ids in enumerate(each.tiers):
                wanted += [(queue, tier) for service_id in service_ids for queue in queues.of_service(service_id)]
            assert list(zip(window.candidates, window.tiers, strict=True)) == wanted
            assert window.services == {service_id for tier in each.tiers for service_id in tier}

    def work_follows_whoever_does_it(self) -> None:
        for ticket in self.hall.tickets.values():
            if ticket.state != WAITING or ticket.for_clerk_id is None:
                continue
            seat = self._seat(ticket.for_clerk_id)
            assert seat in (None, ticket.window_id)
            assert ticket.window_id is not None
            assert ticket.queue in self.hall.queues.of_window(ticket.window_id)

    def _seat(self, clerk_id: str) -> str | None:
        """Where the clerk's work is done, found by walking from deputy to deputy; the walk ends."""
        deputies = {clerk: each.deputy_id for clerk, each in self.hall.people.substitutions.items()}
        for _ in range(len(deputies)):
            clerk_id = deputies.get(clerk_id, clerk_id)
        assert clerk_id not in deputies
        for window_id, window in self.hall.windows.items():
            if window.clerk_id == clerk_id and window.state != CLOSED:
                return window_id
        return None

    def whoever_sits_at_a_window_is_here(self) -> None:
        known = {clerk.clerk_id for clerk in self.filed.clerks}
        seats = [window.clerk_id for window in self.hall.windows.values() if window.state != CLOSED]
        assert len(seats) == len(set(seats))
        assert known.issuperset(self.hall.people.present)
        for clerk_id in known.intersection(filter(None, seats)):
            assert clerk_id in self.hall.people.present or clerk_id in self._left_and_came_back()

    def _left_and_came_back(self) -> set[str]:
        """Clerks whom a plan dropped while they sat at a window, and a later one has again."""
        came: set[str] = set()
        known: set[str] = set()
        for event in self.driver.events:
            if isinstance(event, e.HallConfigured):
                before, known = known, {clerk.clerk_id for clerk in event.plan.clerks}
                came |= known - before
            elif isinstance(event, e.WindowOpened):
                came.discard(event.clerk_id or "")
        return came

    def _restart(self) -> None:
        again = unpack_hall(pack_hall(self.hall))
        assert hall_digest(again) == hall_digest(self.hall)
        self.driver.hall = again

    def end(self) -> None:
        """The facts alone give the same hall."""
        fold = Hall()
        for event in self.driver.events:
            fold.apply(event)
        assert hall_digest(fold) == hall_digest(self.hall)


def live(acts: Sequence[Act]) -> None:
    """Days in which these things happen; fails when anything does not hold."""
    staffing = Staffing()
    for each in acts:
        staffing.act(each)
    staffing.end()


def walk(seed: int, steps: int) -> None:
    """Days drawn by lot."""
    random = Random(seed)
    live([Act(random.choice(NAMES), random.randrange(100), random.randrange(100)) for _ in range(steps)])
