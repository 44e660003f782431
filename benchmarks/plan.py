"""Plans: how long they take, what they cost beside Erlang C, and whether they keep their promise.

A promise is held against 400 days of a seed that the plan never saw: the figure itself, without its interval, must
be on the right side. Erlang C by the half hour is given the same 400 days.
"""

import argparse
import os
import statistics
import time
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from benchmarks.measure import print_heading
from engine.core.plan import HallPlan
from engine.halls import load_hall
from sim.scenario import Scenario, load_scenario
from sim.staffing.bench import Bench
from sim.staffing.evaluators import evaluators_on
from sim.staffing.grid import grid_of, with_more_windows
from sim.staffing.measuring import measure
from sim.staffing.planning import Request, plan_staffing
from sim.staffing.promises import promises_of
from sim.staffing.result import Counts, Staffing
from sim.staffing.targets import read_targets

ROUNDS: Final = 3
FIRST: Final = date(2026, 1, 5)
FRESH_SEED, FRESH_DAYS = 4_711, 400
WAIT: Final = "p90_wait<=15m"
CAP: Final = "abandoned<=5%"


@dataclass(frozen=True)
class Case:
    """A question, and how many seconds its answer may take on two processors."""

    name: str
    hall: HallPlan
    scenario: Scenario
    targets: tuple[str, ...]
    limit_s: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    print_heading("Staffing plans", seed=1, rounds=rounds, packages=("numba", "numpy", "scipy"))
    print(f"processors {os.cpu_count()}; held: on {FRESH_DAYS} fresh days, plan / Erlang C\n")
    print(f"{'case':<44}{'wall s':>8}{'CPU s':>8}{'limit':>7}{'half-hours':>12}{'Erlang C':>10}{'more':>7}  held")
    for case in cases():
        _show(case, rounds)


def cases() -> list[Case]:
    """A street hall, a middling and a large one: with a cap on leaving and without, by day and by half hour.

    The large hall has every window twice: with those it has, its busiest half hours are beyond any plan.
    """
    small, large = load_hall("hall1"), with_more_windows(load_hall("hall1"), 2)
    street, day = load_scenario("hongtang"), _apart(load_scenario("hall1"))
    middling, big = _of_visits(day, 2_000), _of_visits(day, 10_000)
    return [
        Case("hongtang, 400 a day, wait", load_hall("hongtang"), street, (WAIT,), 1),
        Case("2,000 a day, wait", small, middling, (WAIT,), 1),
        Case("2,000 a day, wait in every half hour", small, middling, (f"{WAIT} [slot]",), 1),
        Case("2,000 a day, wait and cap", small, middling, (WAIT, CAP), 1),
        Case("10,000 a day, wait", large, big, (WAIT,), 2),
        Case("10,000 a day, wait in every half hour", large, big, (f"{WAIT} [slot]",), 2),
        Case("10,000 a day, wait and cap", large, big, (WAIT, CAP), 5),
    ]


def _apart(scenario: Scenario) -> Scenario:
    """The scenario with a stream of random numbers per attribute, as scenarios have that reproduce no published day."""
    return scenario.model_copy(update={"scenario": scenario.scenario.model_copy(update={"draws": "apart"})})


def _of_visits(scenario: Scenario, visits: int) -> Scenario:
    return scenario.model_copy(update={"scenario": scenario.scenario.model_copy(update={"visits_per_day": visits})})


def _show(case: Case, rounds: int) -> None:
    request = Request(read_targets(case.targets, case.hall), with_curves=False, with_shifts=False)
    # The first answer also loads compiled code; it is not counted.
    plan_staffing(case.hall, case.scenario, replace(request, days=20), evaluators_on(FIRST))
    walls, cpus, staffing = [], [], None
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        staffing = plan_staffing(case.hall, case.scenario, request, evaluators_on(FIRST))
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    assert staffing is not None and staffing.erlang is not None
    more = staffing.erlang.window_half_hours / staffing.window_half_hours - 1
    held = "/".join(_held(case, counts) for counts in (staffing.needed, _there(staffing)))
    print(
        f"{case.name:<44}{statistics.median(walls):8.2f}{statistics.median(cpus):8.2f}{case.limit_s:7g}"
        f"{staffing.window_half_hours:12g}{staffing.erlang.window_half_hours:10g}{more:7.0%}  {held}"
        + ("" if staffing.holds else "  (no plan keeps it: the nearest)"),
        flush=True,
    )


def _there(staffing: Staffing) -> Counts:
    """What Erlang C asks for, as far as the windows go."""
    assert staffing.erlang is not None
    sizes = [len(group.windows) for group in staffing.groups]
    return tuple(
        tuple(min(count, size) for count in row) for row, size in zip(staffing.erlang.needed, sizes, strict=True)
    )


def _held(case: Case, counts: Counts) -> str:
    """Whether every target is kept on fresh days; the first that is not, with what was reached."""
    grid = grid_of(case.hall, case.scenario)
    visitors = np.full(len(grid.slots), case.scenario.scenario.visits_per_day / len(grid.slots))
    promises = promises_of(read_targets(case.targets, case.hall), case.hall, visitors)
    bench = Bench(*evaluators_on(FIRST)(case.hall, case.scenario), promises, FRESH_SEED)
    measured = measure(bench, np.array(counts, dtype=np.int64), days=FRESH_DAYS, seed=FRESH_SEED)
    standing = measured.standing()
    broken = [promise.target for promise, mean in zip(promises, standing.mean, strict=True) if mean < 0]
    return f"no ({broken[0].text})" if broken else "yes"


if __name__ == "__main__":
    main()
