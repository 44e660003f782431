"""Both cores tell the same: every figure, every interval, whatever the number of threads."""

import json
from typing import Any

import pytest

from engine.core.plan import Span
from sim.day import habits_of
from sim.run import Run
from sim.statistics.cores import Core
from sim.statistics.exact import ExactCore
from sim.statistics.experiment import Experiment
from sim.statistics.fast import FastCore
from sim.statistics.simulation import simulate
from tests.builders import PLAN, plan, window
from tests.sim.statistics.days import COUNTER, experiment_of

TWO_LINES = plan(windows=[window("w01", ["social"]), window("w02", ["tax"]), window("w03", ["social", "tax"])])
WITH_HOURS = plan(hours=(Span(9 * 60, 10 * 60),))
BUSY = COUNTER.replace("visits_per_day = 60", "visits_per_day = 200")


def told(core: Core, experiment: Experiment, days: int) -> dict[str, Any]:
    """What a core tells, but for what it says of itself."""
    figures = simulate(core, experiment, days).to_json()
    return {key: value for key, value in figures.items() if key not in ("core", "events", "user_s")}


def exact(experiment: Experiment) -> ExactCore:
    return ExactCore(experiment, Run(experiment.plan, habits_of(experiment.scenario), target_ms=experiment.target_ms))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("hall", [PLAN, TWO_LINES, WITH_HOURS], ids=["counter", "two lines", "hours"])
def test_both_cores_tell_the_same_figures_and_intervals(hall: Any, seed: int) -> None:
    experiment = experiment_of(text=BUSY, plan=hall, seed=seed)

    assert told(FastCore(experiment), experiment, 7) == told(exact(experiment), experiment, 7)


def test_figures_do_not_depend_on_the_number_of_threads() -> None:
    experiment = experiment_of(text=BUSY)

    one, three = (json.dumps(told(FastCore(experiment, threads), experiment, 100)) for threads in (1, 3))

    assert one == three


def test_days_on_which_nobody_comes_are_days() -> None:
    weekdays_only = COUNTER.replace("visits_per_day = 60", "visits_per_day = 60\nweekdays = [1, 1, 1, 1, 1, 0, 0]")
    experiment = experiment_of(text=weekdays_only)

    figures = told(exact(experiment), experiment, 14)

    assert figures["days"] == 14
    assert figures == told(FastCore(experiment), experiment, 14)


def test_fast_core_counts_comings_calls_and_endings_as_events() -> None:
    experiment = experiment_of()

    figures = simulate(FastCore(experiment), experiment, 3).to_json()

    with_number = figures["visitors"] - figures["turned_away"]
    assert figures["events"] == figures["visitors"] + with_number + figures["served"] + figures["no_shows"]
