"""What lets days happen under a plan: the compiled kernel where it can express the hall, the exact world where not.

Of a hall that the kernel cannot express the search tries plans in a simpler one that it can, and the exact world has
the last word: confirmation and what-ifs are its.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

import numpy as np

from engine.core import calendar
from engine.core.hall import Hall
from engine.core.model import Ticket
from engine.core.plan import MINUTE_MS, HallPlan, Name
from sim.day import Day, Days, habits_of
from sim.kernel.kernel import Kernel
from sim.kernel.limits import Inexpressible
from sim.kernel.shapes import NEVER, NOBODY, TURNED_AWAY, Calls
from sim.kernel.tally import Slots, Tally
from sim.result import OUTCOMES, outcome_of
from sim.scenario import Scenario
from sim.staffing.bench import Evaluator
from sim.staffing.counting import in_grid, tally_of
from sim.staffing.drawn import DrawnDays
from sim.staffing.grid import Grid, Staff, grid_of
from sim.staffing.levels import Levels
from sim.staffing.promises import DayCounts, Floats
from sim.staffing.trials import Trials, trials_of
from sim.visits import Visit
from sim.world import World


class Evaluators(NamedTuple):
    """What plans are tried with, and what has the last word; the same where the kernel can express the hall."""

    search: Evaluator
    confirm: Evaluator


EvaluatorsOf = Callable[[HallPlan, Scenario], Evaluators]


def evaluators_on(first: date) -> EvaluatorsOf:
    """Evaluators whose day 0 is this date."""

    def evaluators(plan: HallPlan, scenario: Scenario) -> Evaluators:
        grid, levels = grid_of(plan, scenario), Levels(plan, scenario, first)
        try:
            fast = _fast(plan, scenario, grid, first, levels)
            return Evaluators(fast, fast)
        except Inexpressible as refusal:
            exact = Exact(plan, scenario, grid, first, _listed(refusal.features))
        try:
            return Evaluators(_fast(simpler(plan), scenario, grid, first, levels), exact)
        except Inexpressible:
            return Evaluators(exact, exact)

    return evaluators


def _fast(plan: HallPlan, scenario: Scenario, grid: Grid, first: date, levels: Levels) -> "Fast":
    """The compiled kernel; raises `Inexpressible`."""
    kernel = Kernel(plan, scenario)
    trials = trials_of(DrawnDays(plan, scenario, first), Slots(grid.first_slot, len(grid.slots)))
    return Fast(kernel, trials, grid, first, levels)


def simpler(plan: HallPlan) -> HallPlan:
    """The hall without the rules that the kernel cannot express: forecasts, tides, partners' hours.

    Numbers are given until closing; tidal windows are open all day; a partner's hours are the roster's business.
    """
    windows = tuple(
        replace(window, kind="ordinary" if window.tide else window.kind, tide=None, remote=None)
        for window in plan.windows
    )
    return replace(plan, windows=windows, rules=replace(plan.rules, stops_by_forecast=False))


def _listed(features: tuple[Name, ...]) -> Name:
    return Name("、".join(each.zh for each in features), ", ".join(each.en for each in features))


@dataclass(frozen=True)
class Fast:
    """The compiled kernel."""

    kernel: Kernel
    trials: Trials
    grid: Grid
    first: date
    levels: Levels
    core: Literal["fast", "exact"] = "fast"
    why: Name | None = None

    def counts(self, staff: Staff, days: range, seed: int, limit_ms: int) -> DayCounts:
        """What came of these days in numbers."""
        return self.trials.counts(self.grid.roster(staff), seed, days, limit_ms)

    def tally(self, staff: Staff, days: range, seed: int, limit_ms: int) -> Tally:
        """What came of these days, in the slots of the grid."""
        roster = self.grid.roster(staff)
        return in_grid(self.kernel.run(seed, days, first=self.first, roster=roster, target_ms=limit_ms), self.grid)

    def weights(self, days: range, seed: int) -> Floats:
        """How much each of these days counts."""
        return self.levels.weights(days, seed)

    def calls(self, staff: Staff, day: int, seed: int) -> Calls:
        """One day ticket by ticket."""
        return self.kernel.day(seed, day, first=self.first, roster=self.grid.roster(staff))


@dataclass(frozen=True)
class Exact:
    """The exact world, a new one for every day."""

    plan: HallPlan
    scenario: Scenario
    grid: Grid
    first: date
    why: Name | None
    core: Literal["fast", "exact"] = "exact"

    def counts(self, staff: Staff, days: range, seed: int, limit_ms: int) -> DayCounts:
        """What came of these days in numbers."""
        return self.tally(staff, days, seed, limit_ms).counts

    def tally(self, staff: Staff, days: range, seed: int, limit_ms: int) -> Tally:
        """What came of these days, in the slots of the grid."""
        return tally_of([self.calls(staff, day, seed) for day in days], self.grid, staff, limit_ms)

    def weights(self, days: range, seed: int) -> Floats:
        """How much each of these days counts."""
        return Levels(self.plan, self.scenario, self.first).weights(days, seed)

    def calls(self, staff: Staff, day: int, seed: int) -> Calls:
        """One day ticket by ticket, those who got no number at the end."""
        date_ = self.first + timedelta(days=day)
        drawn = Days(self.scenario, self.plan, seed, date_, 1, begins=day).day(0)
        opens = self.scenario.scenario.opens
        midnight_ms = calendar.moment(self.plan, date_.strftime("%Y%m%d"), opens) - opens * MINUTE_MS
        return self._lived(staff, drawn, midnight_ms)

    def _lived(self, staff: Staff, drawn: Day, midnight_ms: int) -> Calls:
        tickets: list[Ticket] = []

        def keep(hall: Hall) -> None:
            tickets.extend(hall.tickets.values())

        roster = self.grid.roster(staff)
        world = World(self.plan, habits=habits_of(self.scenario), roster=roster, day_over=keep)
        world.run(drawn.visits, drawn.orders)
        return _calls(self.plan, tickets, [visit for visit, _ in world.turned_away], midnight_ms)


def _calls(plan: HallPlan, tickets: list[Ticket], turned_away: list[Visit], midnight_ms: int) -> Calls:
    """Tickets of a hall as columns; rows that stand for no visit of the day's columns, and rules, are not told."""
    services = {service.service_id: place for place, service in enumerate(plan.services)}
    lanes = {lane.lane_id: place for place, lane in enumerate(plan.lanes)}
    windows = {window.window_id: place for place, window in enumerate(plan.windows)}

    def after(moments: list[int | None]) -> list[int]:
        return [NEVER if at_ms is None else at_ms - midnight_ms for at_ms in moments] + [NEVER] * len(turned_away)

    def column(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        return np.array(values, dtype=np.int32)

    people: list[Ticket | Visit] = [*tickets, *turned_away]
    nobody = [NOBODY] * len(people)
    issued = [ticket.issued_ms - midnight_ms for ticket in tickets]
    return Calls(
        visit=column(nobody),
        service=column([services[each.service_id] for each in people]),
        lane=column([lanes[each.lane_id] for each in people]),
        issued_ms=column(issued + [visit.arrived_ms - midnight_ms for visit in turned_away]),
        window=column([windows.get(t.window_id or "", NOBODY) for t in tickets] + [NOBODY] * len(turned_away)),
        first_called_ms=column(after([ticket.first_called_ms for ticket in tickets])),
        called_ms=column(after([ticket.called_ms for ticket in tickets])),
        began_ms=column(after([ticket.began_ms for ticket in tickets])),
        finished_ms=column(after([ticket.finished_ms for ticket in tickets])),
        outcome=np.array(
            [OUTCOMES.index(outcome_of(ticket)) for ticket in tickets] + [TURNED_AWAY] * len(turned_away),
            dtype=np.uint8,
        ),
        rule=column(nobody),
    )
