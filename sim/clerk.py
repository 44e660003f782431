"""Clerks of the exact world: the orders they give, and how long their window was open and taken."""

from collections import deque

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.events import Millis
from engine.core.plan import HallPlan, WindowPlan
from sim.visits import Visit


class Clerk:
    """Somebody at a window, with the orders they give, and how long the window was open and taken."""

    __slots__ = (
        "begin",
        "busy_ms",
        "call",
        "clerk_id",
        "ending",
        "finish",
        "is_resting",
        "is_staffed",
        "no_show",
        "open_ms",
        "opened_ms",
        "plan",
        "taken_ms",
        "team",
        "ticket_id",
        "visit",
        "window_id",
    )

    def __init__(self, plan: WindowPlan, clerk_id: str | None) -> None:
        self.plan = plan
        self.window_id = plan.window_id
        self.clerk_id = clerk_id
        self.call = c.CallNext(plan.window_id)
        self.begin = c.BeginService(plan.window_id)
        self.finish = c.FinishService(plan.window_id)
        self.no_show = c.RecordNoShow(plan.window_id)
        self.ending: Command = self.finish
        """The order that ends the present visit."""
        self.team: deque[Clerk] = deque()
        """The free clerks of all windows that serve the same services, longest idle first."""
        self.visit: Visit | None = None
        """Whom this clerk called last."""
        self.ticket_id = ""
        self.opened_ms: Millis | None = None
        self.open_ms: Millis = 0
        self.taken_ms: Millis | None = None
        self.is_staffed = True
        """Whether somebody should be here now; a window at which somebody no longer should closes after the visit."""
        self.is_resting = False
        """Whether a pause or the gap after a visit is not over yet."""
        self.busy_ms: Millis = 0

    def sit_down(self, now_ms: Millis) -> None:
        if self.opened_ms is None:
            self.opened_ms = now_ms

    def stand_up(self, now_ms: Millis) -> None:
        if self in self.team:
            self.team.remove(self)
        if self.opened_ms is not None:
            self.open_ms += now_ms - self.opened_ms
            self.opened_ms = None

    def free(self, now_ms: Millis) -> None:
        """The visit at this window is over."""
        if self.taken_ms is not None:
            self.busy_ms += now_ms - self.taken_ms
            self.taken_ms = None


def clerks_of(plan: HallPlan) -> dict[str, Clerk]:
    """A clerk for every window: the plan's clerks in order, then nobody in particular."""
    names: list[str | None] = [clerk.clerk_id for clerk in plan.clerks]
    names += [None] * len(plan.windows)
    return {window.window_id: Clerk(window, name) for window, name in zip(plan.windows, names, strict=False)}


def teams_of(plan: HallPlan, clerks: dict[str, Clerk]) -> dict[str, list[deque[Clerk]]]:
    """For each service the teams that serve it, least flexible first; every clerk is told their team."""
    teams: dict[frozenset[str], deque[Clerk]] = {}
    for window in plan.windows:
        skills = frozenset(service_id for tier in window.tiers for service_id in tier)
        clerks[window.window_id].team = teams.setdefault(skills, deque())
    by_flexibility = sorted(teams.items(), key=lambda item: len(item[0]))
    return {
        service.service_id: [team for skills, team in by_flexibility if service.service_id in skills]
        for service in plan.services
    }
