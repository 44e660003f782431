"""The warm-up: left out where it is always the same hour, and nowhere else."""

from dataclasses import replace

import pytest

from engine.core.plan import Span
from sim.statistics.fast import FastCore
from sim.statistics.simulation import simulate
from sim.statistics.table import print_simulated
from sim.statistics.warm_up import has_warm_up
from tests.builders import plan, window
from tests.sim.statistics.days import COUNTER, experiment_of

ALL_DAY = COUNTER.replace("shape = [1, 2, 2, 1]", f"shape = {[1] * 24}").replace("= 60", "= 250")
ONE_LINE = plan(windows=[window("w01", ["social", "tax"]), window("w02", ["social", "tax"])])


def test_busy_hall_of_one_rate_waits_longer_once_its_empty_beginning_is_left_out() -> None:
    experiment = experiment_of(text=ALL_DAY, plan=ONE_LINE)

    figures = simulate(FastCore(experiment), experiment, 60).to_json()

    found = figures["warm_up"]
    assert found["rule"] == "MSER"
    assert 30 <= found["left_out_minutes"] <= 6 * 60
    assert found["wait_mean_s"]["value"] > figures["wait_mean_s"]
    assert found["wait_p90_s"]["low"] < found["wait_p90_s"]["value"] < found["wait_p90_s"]["high"]


def test_a_warm_up_of_no_length_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    experiment = experiment_of(text=ALL_DAY, plan=ONE_LINE)
    figures = simulate(FastCore(experiment), experiment, 60).to_json()

    for minutes, times in ((figures["warm_up"]["left_out_minutes"], 1), (0, 0)):
        print_simulated({**figures, "warm_up": {**figures["warm_up"], "left_out_minutes": minutes}})

        assert capsys.readouterr().err.count("without the warm-up") == times


@pytest.mark.parametrize("why", ["hours", "busy hours", "pulse"])
def test_day_that_begins_empty_in_earnest_is_told_whole(why: str) -> None:
    experiment = experiment_of(text=ALL_DAY, plan=ONE_LINE)
    if why == "hours":
        experiment = replace(experiment, plan=plan(hours=(Span(9 * 60, 21 * 60),)))
    elif why == "busy hours":
        experiment = experiment_of(plan=ONE_LINE)
    else:
        experiment = experiment_of("[[pulse]]", 'at = "09:00"', "share = 0.1", text=ALL_DAY, plan=ONE_LINE)

    assert not has_warm_up(experiment)
