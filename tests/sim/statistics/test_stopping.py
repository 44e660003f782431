"""Stopping: at the first look at which the figure is known well enough, no later, and not by luck."""

import numpy as np
import pytest

from engine.core.plan import Name
from sim.bad_option import BadOption
from sim.statistics.simulation import Simulated, simulate
from sim.statistics.stopping import each_confidence, looks, read_half_widths
from tests.builders import PLAN
from tests.sim.statistics.days import Made, experiment_of


def a_day(chance: np.random.Generator) -> list[int]:
    """Ten visitors around a level of the day; the mean over days is 300 s, its standard deviation 60 s."""
    level_s = chance.normal(300, 60)
    return [max(0, int(level_s * 1_000))] * 10


def until(*asked: str, days: int = 10_000, seed: int = 1, confidence: float = 0.95) -> Simulated:
    """Days of known waits, until these half-widths hold."""
    experiment, half_widths = experiment_of(), read_half_widths(asked, PLAN)
    return simulate(Made(PLAN, a_day, seed), experiment, days, half_widths=half_widths, confidence=confidence)


def test_it_stops_at_the_first_look_that_is_good_enough() -> None:
    simulated = until("wait_mean<=8s")

    days, level = simulated.trial.observed.days, simulated.of_each_look
    half = simulate(Made(PLAN, a_day), experiment_of(), days // 2, confidence=level)
    assert simulated.ended_by == "half-width"
    assert days == 512
    assert simulated.asked[0].is_met(simulated.trial.observed, level)
    assert not simulated.asked[0].is_met(half.trial.observed, level)


def test_the_days_that_were_looked_at_are_those_of_a_run_of_so_many_days() -> None:
    looked_at, at_once = until("wait_mean<=8s").trial, simulate(Made(PLAN, a_day), experiment_of(), 512).trial

    assert looked_at.figures(0.9) == at_once.figures(0.9)


def test_cap_that_comes_first_is_told() -> None:
    simulated = until("wait_mean<=1s", days=100)

    told = simulated.to_json()["half_widths"]
    assert (told["ended_by"], told["asked"][0]["is_met"]) == ("days", False)
    assert simulated.trial.observed.days == 100


def test_all_half_widths_must_hold() -> None:
    assert until("wait_mean<=20s").trial.observed.days < until("wait_mean<=20s", "wait_p90<=6s").trial.observed.days


def test_looking_often_does_not_make_intervals_miss_more_often() -> None:
    missed = 0

    for seed in range(150):
        simulated = until("wait_mean<=12s", days=1_024, seed=seed, confidence=0.8)
        mean = simulated.to_json()["intervals"]["all"]["wait_mean_s"]
        missed += not mean["low"] <= 300 <= mean["high"]

    # At 80% each of five looks is taken at 96%: it may miss in 30 of 150 runs, and in fact does in far fewer.
    assert 1 <= missed <= 30


def test_each_look_is_taken_at_a_confidence_that_keeps_all_of_them_together() -> None:
    assert looks(1_000) == (64, 128, 256, 512, 1_000)
    assert (1 - each_confidence(0.95, 5)) * 5 == pytest.approx(0.05)
    assert looks(40) == (40,)


@pytest.mark.parametrize(
    ("text", "figure", "limit"),
    [
        ("wait_mean<=5s", "wait_mean_s", 5),
        ("wait_p90 ≤ 0.5m", "wait_p90_s", 30),
        ("within_target<=0.5%", "within_target", 0.005),
        ("abandoned<=0.01", "abandoned_share", 0.01),
        ("visitors<=2", "visitors_per_day", 2),
        ("window_utilisation<=1%", "window_utilisation", 0.01),
    ],
)
def test_half_widths_are_read_as_people_write_them(text: str, figure: str, limit: float) -> None:
    [asked] = read_half_widths([text], PLAN)

    assert asked.figure == figure
    assert asked.limit == pytest.approx(limit)


def test_half_width_may_be_of_one_lane_or_service() -> None:
    by_lane, by_service = read_half_widths(["wait_mean<=5s [lane=priority]", "wait_p50<=5s[service=tax]"], PLAN)

    assert PLAN.lanes[by_lane.part.place].lane_id == "priority"
    assert PLAN.services[by_service.part.place].service_id == "tax"


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("wait_maen<=5s", "did you mean wait_mean?"),
        ("wait_mean<=5", "write 5s or 5m"),
        ("wait_mean<=5%", "write 5s or 5m"),
        ("within_target<=5s", "write 5%"),
        ("visitors<=5%", "write 5"),
        ("wait_mean<=0s", "write a larger number"),
        ("wait_mean<=nans", "write for example"),
        ("wait_mean>=5s", "write for example"),
        ("wait_mean<=5s [lane=prioritty]", "did you mean priority?"),
        ("window_utilisation<=1% [lane=priority]", "leave the brackets out"),
    ],
)
def test_half_width_that_cannot_be_asked_for_is_told_with_the_way_out(text: str, fix: str) -> None:
    with pytest.raises(BadOption) as refused:
        read_half_widths([text], PLAN)

    assert isinstance(refused.value.fix, Name)
    assert fix in refused.value.fix.en
