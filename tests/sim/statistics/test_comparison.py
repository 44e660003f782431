"""Comparing: with the same visitors few days tell what many would not; no difference where there is none."""

from dataclasses import replace

import numpy as np

from sim.statistics.comparison import Compared, compare
from sim.statistics.estimates import pulled
from sim.statistics.experiment import Experiment
from sim.statistics.fast import FastCore
from sim.statistics.part import ALL
from tests.builders import plan, window
from tests.sim.statistics.days import COUNTER, experiment_of

BUSY = COUNTER.replace("visits_per_day = 60", "visits_per_day = 40")
TWO_WINDOWS = plan(windows=[window(window_id, ["social", "tax"]) for window_id in ("w01", "w02")])
THREE_WINDOWS = plan(windows=[window(window_id, ["social", "tax"]) for window_id in ("w01", "w02", "w03")])


def compared(first: Experiment, second: Experiment, days: int = 60) -> Compared:
    return compare((FastCore(first), FastCore(second)), (first, second), days)


def test_window_more_shortens_waits_clearly_in_few_days() -> None:
    first, second = (experiment_of(text=BUSY, plan=hall) for hall in (TWO_WINDOWS, THREE_WINDOWS))

    difference = compared(first, second).difference("wait_mean_s")

    assert difference is not None
    assert difference.second < difference.first
    assert difference.interval.high < 0
    assert difference.is_clear


def test_same_visitors_make_the_difference_vary_less_than_visitors_of_their_own_would() -> None:
    first, second = (experiment_of(text=BUSY, plan=hall) for hall in (TWO_WINDOWS, THREE_WINDOWS))

    same = compared(first, second)
    others = compared(first, replace(second, seed=77))

    together, apart = (_variance(each) for each in (same, others))
    assert together < 0.8 * apart
    gain = same.difference("wait_mean_s")
    assert gain is not None
    assert gain.gain is not None
    assert gain.gain > 1.2


def test_experiment_does_not_differ_from_itself() -> None:
    difference = compared(experiment_of(), experiment_of()).difference("wait_p90_s")

    assert difference is not None
    assert (difference.interval.low, difference.interval.high) == (0, 0)
    assert not difference.is_clear
    assert difference.gain is None


def test_lanes_and_services_are_compared_by_name() -> None:
    told = compared(experiment_of(), experiment_of(plan=THREE_WINDOWS)).to_json()["difference"]

    assert list(told["by_lane"]) == ["ordinary", "priority"]
    assert list(told["by_service"]) == ["social", "tax"]
    assert told["by_service"]["tax"]["wait_mean_s"].keys() == {
        "first", "second", "difference", "low", "high", "is_clear", "gain",
    }  # fmt: skip


def _variance(each: Compared) -> float:
    """The variance of the difference of the mean waits, day by day."""
    one, two = (pulled(trial.observed, ALL, "wait_mean_s") for trial in (each.first, each.second))
    assert one is not None
    assert two is not None
    return float(np.var(two.pulls - one.pulls))
