"""From a hall, a scenario and targets to a staffing plan: search, confirmation, what-ifs, shifts, words."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import HallPlan, Name, Service
from sim.beforehand import told_beforehand
from sim.scenario import Scenario
from sim.staffing import day_figures, words
from sim.staffing.bench import Bench, Interrupted, OnTrial
from sim.staffing.contracts import usual_contracts
from sim.staffing.curves import WhatIf, counts_of
from sim.staffing.evaluators import EvaluatorsOf
from sim.staffing.grid import Grid, Staff, grid_of, with_more_windows
from sim.staffing.load import Demand, delay_for, demand_of, parts
from sim.staffing.promises import Floats, Promise, promises_of
from sim.staffing.requirement import Effort, Requirement, Search
from sim.staffing.result import Band, Reached, Sensitivity, Shifts, Shortfall, Slot, Staffing, Target
from sim.staffing.seating import seated
from sim.staffing.shifts import CannotCover, cover, kinds_of

Found = TypeVar("Found")

# Visitors that a trial and a judgement let happen, and the bounds of their days: the fast core needs no more than a
# moment for them, and a day of few visitors says little.
_TRIAL_VISITORS: Final = 20_000
_TRIAL_DAYS: Final = (4, 16)
_JUDGE_VISITORS: Final = 400_000
_JUDGE_DAYS: Final = (60, 200)
_CONFIRM_DAYS: Final = 400
_WHAT_IF_VISITORS: Final = 400_000
_WHAT_IF_DAYS: Final = (40, 200)
# Single waits that the bands by half hour are made of.
_BAND_WAITS: Final = 400_000
_OVERTIME_DAYS: Final = 30
_DEMAND_VISITORS: Final = 40_000
_DEMAND_DAYS: Final = (4, 60)
# The exact core lives through a day in as many milliseconds as the fast one through in microseconds.
_EXACT: Final = Effort(trial_days=6, judge_days=30, confirm_days=60)
_EXACT_WHAT_IF_DAYS: Final = 12
_TIMES: Final = 2


@dataclass(frozen=True)
class Request:
    """What is asked for; `days` None is as many as the core can do in reasonable time.

    `with_curves` adds what needs runs of its own: cost curve and sensitivity.
    """

    targets: Sequence[Target]
    seed: int = 1
    days: int | None = None
    with_curves: bool = True
    with_shifts: bool = True


def plan_staffing(
    plan: HallPlan,
    scenario: Scenario,
    request: Request,
    evaluators_of: EvaluatorsOf,
    on_trial: OnTrial = lambda days: None,
) -> Staffing:
    """The plan; `on_trial` hears how many days were simulated, and may raise `Interrupted` to end with what there is.

    Raises `Interrupted` itself when nothing is known yet.
    """
    return _Planning(plan, scenario, request, evaluators_of, on_trial).run()


class _Planning:
    """One request on its way to an answer."""

    def __init__(
        self, plan: HallPlan, scenario: Scenario, request: Request, evaluators_of: EvaluatorsOf, on_trial: OnTrial
    ) -> None:
        self._began_s = time.perf_counter()
        self._plan, self._scenario, self._request = plan, scenario, request
        self._evaluators_of, self._on_trial = evaluators_of, on_trial
        self._grid = grid_of(plan, scenario)
        self._demand = self._demand_on(self._grid)
        self._bench = self._bench_on(self._grid)
        self._effort = self._effort_of()
        self._is_interrupted = False

    def run(self) -> Staffing:
        search = Search(self._grid, self._bench, self._load(self._demand), _must(self._demand), self._effort)
        found = search.run()
        self._is_interrupted = found.is_interrupted
        return self._told(found)

    # --- what the search stands on ---

    def _demand_on(self, grid: Grid) -> Demand:
        return demand_of(
            grid.plan, self._scenario, grid, self._request.seed, self._days(_DEMAND_VISITORS, _DEMAND_DAYS)
        )

    def _bench_on(self, grid: Grid) -> Bench:
        promises = self._promises()
        evaluators = self._evaluators_of(grid.plan, self._scenario)
        return Bench(*evaluators, promises, self._request.seed, self._on_trial)

    def _promises(self) -> tuple[Promise, ...]:
        return promises_of(self._request.targets, self._plan, self._demand.visitors().sum(axis=0))

    def _load(self, demand: Demand) -> Floats:
        """Windows that are busy, by group and slot, in the model of the start."""
        work = demand.work(delay_for(self._request.targets, self._scenario.patience.mean_minutes))
        load: Floats = parts(demand.grid, work) @ work
        return load

    def _effort_of(self) -> Effort:
        trial, judge = self._days(_TRIAL_VISITORS, _TRIAL_DAYS), self._days(_JUDGE_VISITORS, _JUDGE_DAYS)
        if self._bench.search.core == "exact":
            trial, judge = _EXACT.trial_days, _EXACT.judge_days
        usual = _CONFIRM_DAYS if self._bench.confirm.core == "fast" else _EXACT.confirm_days
        return Effort(trial, judge, self._request.days or usual)

    def _days(self, visitors: int, bounds: tuple[int, int]) -> int:
        return min(max(visitors // self._scenario.scenario.visits_per_day, bounds[0]), bounds[1])

    # --- what is told ---

    def _told(self, found: Requirement) -> Staffing:
        grid, staff, request, measured = self._grid, found.staff, self._request, found.measured
        reached, counts = measured.reached, measured.tally.counts
        what_if = self._what_if(found.seed)
        confirming = replace(what_if, days=found.days)
        shortfall = (
            None if found.holds else self._unless_interrupted(lambda: self._shortfall(confirming.reached(grid.most)))
        )
        erlang = self._unless_interrupted(
            lambda: what_if.erlang(request.targets, self._demand, parts(grid, self._demand.work(0)))
        )
        shifts, refused = self._shifts(staff, confirming) if request.with_shifts else (None, None)
        curve = self._unless_interrupted(lambda: what_if.curve(staff)) if request.with_curves else None
        sensitivity = (
            self._unless_interrupted(lambda: self._sensitivity(staff, what_if)) if request.with_curves else None
        )
        slot_waits = day_figures.slot_waits(measured.first(_BAND_WAITS))
        outcomes = day_figures.outcomes(counts, measured.weights)
        notes = words.notes(
            request.targets,
            outcomes,
            slot_waits,
            grid.slots,
            beforehand=told_beforehand(self._scenario, self._plan, grid.roster(grid.most)),
            core_why=self._bench.confirm.why,
            has_roster=bool(self._scenario.roster or self._scenario.clerks.lunch),
        )
        cost = grid.cost(staff)
        return Staffing(
            hall_id=self._plan.hall_id,
            hall=self._plan.name,
            scenario=self._scenario.scenario.name.planned(),
            seed=request.seed,
            search_days=self._effort.judge_days,
            confirm_days=found.days,
            core=self._bench.confirm.core,
            core_why=self._bench.confirm.why,
            slots=grid.slots,
            groups=grid.groups,
            needed=counts_of(staff),
            window_half_hours=cost,
            half_hours_there_are=grid.cost(grid.most),
            holds=found.holds,
            is_interrupted=self._is_interrupted,
            reached=reached,
            spread=measured.spread(),
            outcomes=outcomes,
            visitors=day_figures.visitors(counts, measured.weights),
            arrivals=day_figures.arrivals(counts, measured.weights),
            waits=slot_waits,
            utilisation=day_figures.utilisation(measured.tally, grid, staff),
            overtime_minutes=self._overtime(staff, found.seed),
            curve=curve or (),
            erlang=erlang,
            sensitivity=sensitivity or (),
            shifts=shifts,
            shifts_refused=refused,
            shortfall=shortfall,
            verdict=words.verdict(found.holds, cost, reached, erlang, shortfall),
            notes=tuple(notes),
            seconds=time.perf_counter() - self._began_s,
            abandoned=day_figures.abandoned(counts),
        )

    def _unless_interrupted(self, work: Callable[[], Found]) -> Found | None:
        """What this gives; None once somebody has asked to stop."""
        if self._is_interrupted:
            return None
        try:
            return work()
        except Interrupted:
            self._is_interrupted = True
            return None

    def _what_if(self, seed: int) -> WhatIf:
        days = self._days(_WHAT_IF_VISITORS, _WHAT_IF_DAYS)
        if self._bench.confirm.core == "exact":
            days = _EXACT_WHAT_IF_DAYS
        return WhatIf(self._grid, self._bench, seed, days=days)

    def _overtime(self, staff: Staff, seed: int) -> Band:
        days = min(_OVERTIME_DAYS, self._effort.confirm_days)
        return day_figures.overtime_minutes(
            [self._bench.confirm.calls(staff, day, seed) for day in range(days)], self._grid
        )

    def _sensitivity(self, staff: Staff, what_if: WhatIf) -> tuple[Sensitivity, ...]:
        return what_if.sensitivity(
            staff, self._scenario, lambda scenario: self._evaluators_of(self._plan, scenario).confirm
        )

    def _shortfall(self, reached: Sequence[Reached]) -> Shortfall:
        """What fails by most, and how many windows more would do: a search without trimming, with twice the windows."""
        broken = [each for each in reached if not each.held] or list(reached)
        worst = max(broken, key=_missed_by)
        grid = grid_of(with_more_windows(self._plan, _TIMES), self._scenario)
        demand = self._demand_on(grid)
        search = Search(grid, self._bench_on(grid), self._load(demand), _must(demand), replace(self._effort, rounds=0))
        staff = search.without_confirmation()
        missing: tuple[int, ...] = ()
        if staff is not None:
            missing = tuple(np.maximum(staff - self._grid.most, 0).max(axis=1).tolist())
        names = [group.name for group in self._grid.groups]
        return Shortfall(worst, missing, words.shortfall_words(worst, missing, names, self._grid.slots))

    def _shifts(self, staff: Staff, what_if: WhatIf) -> tuple[Shifts | None, Name | None]:
        """Shifts that cover a plan and what they reach, or why there are none."""
        grid = self._grid
        contracts = self._scenario.contracts or usual_contracts(grid.hours)
        try:
            covered = cover(staff, kinds_of(contracts, grid), contracts, grid)
        except CannotCover as refusal:
            return None, refusal.why
        shifts, coverage = seated(covered, staff, grid)
        paid_hours = sum(shift.paid_minutes for shift in shifts) / 60
        reached = self._unless_interrupted(lambda: what_if.reached(coverage)) or ()
        return Shifts(shifts, counts_of(coverage), paid_hours, covered.is_best, covered.gap, reached), None


def _must(demand: Demand) -> NDArray[np.bool_]:
    """Where a window has to be, by service and slot: where hall and service are open and anybody comes."""
    grid = demand.grid
    comes = demand.visitors().sum(axis=1) > 0
    is_open = np.array([[_is_open(service, slot) for slot in grid.slots] for service in grid.plan.services], dtype=bool)
    is_served: NDArray[np.bool_] = comes & grid.serves.any(axis=0)
    return is_open & is_served[:, None]


def _is_open(service: Service, slot: Slot) -> bool:
    hours = service.hours
    return slot.open_minutes > 0 and (
        not hours or any(span.start < slot.end_minute and slot.start_minute < span.end for span in hours)
    )


def _missed_by(reached: Reached) -> float:
    """By what part of itself a target is missed."""
    target = reached.target
    if target.measure == "wait":
        return reached.value / max(target.limit_s, 1.0) - 1
    by = reached.value - target.share if target.measure == "abandoned" else target.share - reached.value
    return by / max(target.share, 0.01)
