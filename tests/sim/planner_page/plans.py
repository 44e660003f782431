"""A hall, a scenario and a plan for them: a page's worth of figures, made by code from a few exact days."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from engine.core.plan import HallPlan, Lane, Name, Service, Span, Zone
from sim.kernel.shapes import SERVED
from sim.planner_page.lived import LivedDay
from sim.scenario import Scenario, read_scenario
from sim.staffing.grid import Grid, grid_of
from sim.staffing.result import (
    Band,
    CurvePoint,
    DaySpread,
    ErlangPlan,
    Outcomes,
    Reached,
    Seat,
    Sensitivity,
    Shift,
    Shifts,
    SlotWaits,
    Staffing,
    Target,
)
from tests.builders import plan, window
from tests.sim.planner_page.exact_days import lived_days

SCENARIO = """
[scenario]
name = {{ zh = "街道的一天", en = "A day in the street" }}
hall = "street"
visits_per_day = {visits}
opens = "09:00"
shape = [1, 3, 2, 1.5, 1, 0.5, 1.5, 2, 1.5, 1]
{more}
[services.insurance]
share = 0.45
mean_minutes = 6
cv = 0.8

[services.tax]
share = 0.35
mean_minutes = 5

[services.fund]
share = 0.2
mean_minutes = 9

[lanes]
ordinary = 0.88
priority = 0.12

[patience]
distribution = "exponential"
mean_minutes = 35

[no_show]
share = 0.04

[clerks]
walk_seconds = 20
gap_seconds = 10

[clerks.pauses]
share = 0.05
minutes = 4
"""
P90 = Target("p90_wait<=15m", "wait", 0.9, 900.0)
CAP = Target("abandoned<=5%", "abandoned", 0.05)
LANES = (
    Lane("ordinary", Name("普通", "Ordinary"), 0, 1_000),
    Lane("priority", Name("优先", "Priority"), 30_000, 2_000, Name("优先", "Priority")),
)
SERVICES = (
    Service("insurance", Name("社保业务", "Insurance"), "A", "a"),
    Service("tax", Name("办税", "Taxation"), "B", "b"),
    Service("fund", Name("住房公积金", "Housing fund"), "C", "b"),
)


class Case(NamedTuple):
    """What `render` takes."""

    staffing: Staffing
    scenario: Scenario
    plan: HallPlan
    days: list[LivedDay]


def street_hall(insurance: int = 3, tax: int = 2, fund: int = 2, both: int = 2) -> HallPlan:
    """Windows for insurance, for taxes, for the fund with taxes as a second tier, and for everything; open all day."""
    tiers: list[list[list[str]]] = [[["insurance"]]] * insurance + [[["tax"]]] * tax
    tiers += [[["fund"], ["tax"]]] * fund + [[["insurance", "tax", "fund"]]] * both
    zones = ["a"] * insurance + ["b"] * (tax + fund) + ["a"] * both
    windows = [
        replace(window(f"w{number:02d}", *each), zone_id=zone)
        for number, (each, zone) in enumerate(zip(tiers, zones, strict=True), 1)
    ]
    windows = [replace(each, number=number) for number, each in enumerate(windows, 1)]
    made = plan(windows=windows, services=SERVICES, lanes=LANES, hours=(Span(9 * 60, 14 * 60),))
    zones_ = (Zone("a", Name("甲区", "Zone A")), Zone("b", Name("乙区", "Zone B")))
    return replace(made, name=Name("街道大厅", "Street Hall"), zones=zones_)


def street_scenario(visits: int = 200, more: str = "") -> Scenario:
    return read_scenario(SCENARIO.format(visits=visits, more=more), "street.toml")


@lru_cache(maxsize=4)
def street_case(days: int = 4, visits: int = 200, holds: bool = True) -> Case:
    """A plan for the street's hall with everything that a plan can tell."""
    plan_, scenario = street_hall(), street_scenario(visits)
    grid = grid_of(plan_, scenario)
    needed = street_needed(grid)
    lived = lived_days(plan_, scenario, grid.roster(needed), days)
    return Case(staffing_of(grid, scenario, needed, lived, holds=holds), scenario, plan_, lived)


def street_needed(grid: Grid) -> Any:
    """One window less of each group at the edges of the day, where there are two or more."""
    edges = np.arange(len(grid.slots)) % len(grid.slots)
    at_edge = (edges == 0) | (edges == len(grid.slots) - 1)
    return np.where((grid.most > 1) & at_edge[None, :], grid.most - 1, grid.most)


def staffing_of(
    grid: Grid, scenario: Scenario, needed: Any, days: Sequence[LivedDay], *, holds: bool = True
) -> Staffing:
    """What these days come to, and figures beside them that were not measured but are of the right kind."""
    reached = reached_of(days, held=holds)
    arrivals = np.array([np.bincount(_slots(day, grid), minlength=len(grid.slots)) for day in days])
    hours = float((needed * grid.weights).sum())
    per_group = [len(group.windows) for group in grid.groups]
    return Staffing(
        hall_id=grid.plan.hall_id,
        hall=grid.plan.name,
        scenario=Name(scenario.scenario.name.zh, scenario.scenario.name.en),
        seed=1,
        search_days=40,
        confirm_days=len(days),
        core="fast",
        core_why=None,
        slots=grid.slots,
        groups=grid.groups,
        needed=_counts(needed),
        window_half_hours=hours,
        half_hours_there_are=float((grid.most * grid.weights).sum()),
        holds=holds,
        is_interrupted=False,
        reached=reached,
        spread=tuple(DaySpread(each.target, each.value, 0.1, each.low, each.value, each.high, 0.8) for each in reached),
        outcomes=Outcomes(0.91, 0.04, 0.04, 0.0, 0.01),
        visitors=_band(arrivals.sum(axis=1)),
        arrivals=tuple(_band(arrivals[:, slot]) for slot in range(len(grid.slots))),
        waits=tuple(_slot_waits(days, grid, slot) for slot in range(len(grid.slots))),
        utilisation=_counts(np.where(needed > 0, 0.4 + 0.05 * (np.arange(needed.shape[1]) % 10), 0)),
        overtime_minutes=Band(6.0, 1.0, 14.0),
        curve=tuple(
            CurvePoint(group, None, change, hours + change * len(grid.slots), reached_of(days, by=-30 * change))
            for group in range(len(grid.groups))
            for change in (-1, 1)
            if needed[group].max() + change <= per_group[group]
        ),
        erlang=ErlangPlan(_counts(needed + 1), hours * 1.3, hours, True, reached_of(days, held=False)),
        sensitivity=tuple(
            Sensitivity(what, factor, reached_of(days, by=600 * (factor - 1), held=factor < 1.1))
            for what in ("arrivals", "service_times")
            for factor in (0.9, 1.1, 1.2)
        ),
        shifts=shifts_of(grid, needed),
        shifts_refused=None,
        shortfall=None,
        verdict=Name("目标可以做到。", "The targets can be kept.")
        if holds
        else Name("现有窗口做不到。", "The windows there are cannot do it."),
        notes=(Name("两点须知", "One thing to know"),),
        seconds=1.2,
        abandoned=tuple(Band(0.03, 0.0, 0.08) for _ in grid.slots),
    )


def reached_of(days: Sequence[LivedDay], *, by: float = 0.0, held: bool = True) -> tuple[Reached, ...]:
    """The 90% wait of these days, `by` seconds longer, and the share of those who came that was not called."""
    waits = np.sort(np.concatenate([_waits_s(day) for day in days]))
    p90 = max(0.0, float(waits[int(np.ceil(0.9 * len(waits))) - 1]) + by)
    calls = [day.calls for day in days]
    left = sum(int((each.window < 0).sum()) for each in calls) / sum(len(each.visit) for each in calls)
    return Reached(P90, p90, p90 * 0.95, p90 * 1.05, held), Reached(CAP, left, left * 0.8, left * 1.2, held)


def shifts_of(grid: Grid, needed: Any) -> Shifts:
    """A clerk for each window that is ever staffed, with half an hour of rest."""
    shifts = []
    for group, count in enumerate(needed.max(axis=1).tolist()):
        for place in range(count):
            seats = (Seat(group, 540, 660 + 30 * (place % 2)), Seat(group, 690 + 30 * (place % 2), 840))
            rest = ((660 + 30 * (place % 2), 690 + 30 * (place % 2)),)
            name = f"{chr(65 + group)}{place + 1}"
            shifts.append(Shift(name, Name("全日", "Full day"), 540, 840, rest, seats, 270))
    return Shifts(tuple(shifts), _counts(needed), 4.5 * len(shifts), True, 0.0, ())


def _waits_s(day: LivedDay) -> Any:
    served = day.calls.outcome == SERVED
    return (day.calls.first_called_ms - day.calls.issued_ms)[served] / 1_000


def _slots(day: LivedDay, grid: Grid) -> Any:
    minutes = day.calls.issued_ms // 60_000 - grid.slots[0].start_minute
    return np.clip(minutes // 30, 0, len(grid.slots) - 1)


def _slot_waits(days: Sequence[LivedDay], grid: Grid, slot: int) -> SlotWaits:
    waits = [_waits_s(day)[_slots(day, grid)[day.calls.outcome == SERVED] == slot] for day in days]
    waits = [each for each in waits if len(each)]
    if not waits:
        return SlotWaits(None, None, None)
    return SlotWaits(*(_band(np.array([f(each) for each in waits])) for f in (np.mean, np.median, _p90)))


def _p90(waits: Any) -> float:
    return float(np.quantile(waits, 0.9))


def _band(daily: Any) -> Band:
    low, high = np.quantile(daily, (0.1, 0.9)).tolist()
    return Band(float(daily.mean()), low, high)


def _counts(table: Any) -> Any:
    return tuple(tuple(row) for row in table.tolist())
