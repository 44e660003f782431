"""A small hall to plan for, and an evaluator that needs no kernel: one line a service set, first come first served."""

import heapq
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.core.plan import HallPlan, Name, Span
from sim.chance import key_of
from sim.draws import draw_visits
from sim.kernel.shapes import LEFT, NEVER, NO_SHOW, NOBODY, SERVED, Calls, VisitColumns
from sim.kernel.tally import Tally
from sim.recipe import recipe_of
from sim.scenario import Scenario, read_scenario
from sim.staffing.counting import tally_of
from sim.staffing.evaluators import Evaluators
from sim.staffing.grid import Grid, Staff, grid_of
from tests.builders import plan, service, window

HOURS = (Span(9 * 60, 11 * 60), Span(13 * 60, 14 * 60))
SERVICES = (service("social", "A"), service("tax", "B"))

SCENARIO = """
[scenario]
name = "small"
hall = "small"
visits_per_day = {visits}
opens = "09:00"
shape = [1, 3, 2, 1, 0, 0, 0, 0, 2, 1]
{more}
[services.social]
share = 0.6
mean_minutes = 6

[services.tax]
share = 0.4
mean_minutes = 4

[lanes]
ordinary = 1

[patience]
distribution = "exponential"
mean_minutes = 30
"""


def small_hall(social: int = 4, tax: int = 3, both: int = 1) -> HallPlan:
    """Windows for one service, for the other, and for both, open from nine to eleven and from one to two."""
    skills = [["social"]] * social + [["tax"]] * tax + [["social", "tax"]] * both
    windows = [window(f"w{number:02d}", skill) for number, skill in enumerate(skills, 1)]
    return plan(windows=windows, services=SERVICES, hours=HOURS)


def small_scenario(visits: int = 90, more: str = "") -> Scenario:
    return read_scenario(SCENARIO.format(visits=visits, more=more), "small.toml")


@dataclass
class Counter:
    """An evaluator in plain Python: windows of a group are alike, a visitor takes the least flexible that is free."""

    grid: Grid
    scenario: Scenario
    core: Literal["fast", "exact"] = "fast"
    why: Name | None = None

    def tally(self, staff: Staff, days: range, seed: int, limit_ms: int) -> Tally:
        return tally_of([self.calls(staff, day, seed) for day in days], self.grid, staff, limit_ms)

    def calls(self, staff: Staff, day: int, seed: int) -> Calls:
        recipe = recipe_of(self.scenario, self.grid.plan)
        return _day(draw_visits(recipe, key_of(seed), day, 1.0), self.grid, staff)


def counters(plan_: HallPlan, scenario: Scenario) -> Evaluators:
    counter = Counter(grid_of(plan_, scenario), scenario)
    return Evaluators(counter, counter)


def _day(visits: VisitColumns, grid: Grid, staff: Staff) -> Calls:
    """Events in time: windows become free, half hours begin, visitors come; a queue in order of arrival."""
    count = len(visits.arrived_ms)
    called, finished = np.full(count, NEVER), np.full(count, NEVER)
    at_window = np.full(count, NOBODY)
    first_of = {group.windows[0]: place for place, group in enumerate(grid.groups)}
    first = {first_of[w.window_id]: n for n, w in enumerate(grid.plan.windows) if w.window_id in first_of}
    order = sorted(range(len(grid.groups)), key=lambda g: len(grid.groups[g].services))
    busy = [0] * len(grid.groups)
    staffed = [0] * len(grid.groups)
    waiting: list[int] = []
    events = [(slot.start_minute * 60_000, 0, place) for place, slot in enumerate(grid.slots)]
    events += [(int(at_ms), 2, visitor) for visitor, at_ms in enumerate(visits.arrived_ms)]
    heapq.heapify(events)
    last = max(place for place, slot in enumerate(grid.slots) if slot.open_minutes)
    while events:
        now_ms, kind, subject = heapq.heappop(events)
        if kind == 0 and subject <= last:
            staffed = staff[:, subject].tolist()
        elif kind == 1:
            busy[subject] -= 1
        elif kind == 2:
            waiting.append(subject)
        waiting = [v for v in waiting if int(visits.arrived_ms[v]) + int(visits.patience_ms[v]) > now_ms]
        for visitor in list(waiting):
            able = [g for g in order if grid.serves[g, visits.service[visitor]] and busy[g] < staffed[g]]
            if able:
                waiting.remove(visitor)
                busy[able[0]] += 1
                called[visitor], at_window[visitor] = now_ms, first[able[0]]
                finished[visitor] = now_ms + int(visits.service_ms[visitor])
                heapq.heappush(events, (int(finished[visitor]), 1, able[0]))
    outcome = np.where(called == NEVER, LEFT, np.where(visits.absent, NO_SHOW, SERVED)).astype(np.uint8)
    numbers = np.arange(count, dtype=np.int32)
    columns = [np.asarray(each, dtype=np.int32) for each in (at_window, called, called, called, finished)]
    return Calls(numbers, visits.service, visits.lane, visits.arrived_ms, *columns, outcome, columns[0])
