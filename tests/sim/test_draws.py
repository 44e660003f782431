"""Drawn days have the shape, the spread and the shares that their scenario says, and one seed gives one day."""

from datetime import date

import numpy as np
import pytest
from numpy.random import default_rng

from engine.halls import load_hall
from sim.arrivals import draw_count, draw_moments, level_variance
from sim.day import Days, draw_day
from sim.scenario import Scenario, load_scenario
from sim.services import draw_choices, draw_durations, draw_lanes
from sim.streams import Streams
from sim.visits import Visit
from tests.sim.test_scenario import GOOD, read_scenario

DAY = date(2026, 1, 5)
HONGTANG = load_scenario("hongtang")


def test_a_pulse_stands_at_the_door_at_one_moment_and_the_rest_follows_the_shape() -> None:
    scenario = _changed("[services.s00]", '[[pulse]]\nat = "09:30"\nshare = 0.2\n[services.s00]')

    moments = draw_moments(scenario, 10_000, default_rng(1))

    assert np.mean(moments == 570) == pytest.approx(0.2, abs=0.02)
    assert np.mean(moments < 570) == pytest.approx(0.8 / 3.5, abs=0.02)
    assert moments.min() >= 540
    assert moments.max() <= 600


def test_moments_come_in_order() -> None:
    moments = draw_moments(HONGTANG, 1_000, default_rng(1))

    assert np.all(np.diff(moments) >= 0)


def test_over_dispersion_is_that_of_quarter_hour_counts() -> None:
    scenario = _changed("shape = [1, 2.5]", "shape = [1, 1]\nover_dispersion = 5")
    generator = default_rng(1)

    counts = [
        np.histogram(draw_moments(scenario, draw_count(scenario.scenario, generator), generator), 4, (540, 600))[0]
        for _ in range(4_000)
    ]

    ratios = np.var(counts, axis=0) / np.mean(counts, axis=0)
    assert ratios == pytest.approx([5, 5, 5, 5], rel=0.15)


def test_exact_arrivals_vary_in_nothing_but_time() -> None:
    assert draw_count(load_scenario("hall1").scenario, default_rng(1)) == 10_000


def test_poisson_arrivals_have_no_level_without_over_dispersion() -> None:
    assert level_variance(_changed("share", "share").scenario) == 0


@pytest.mark.parametrize(
    ("distribution", "cv"), [("lognormal", 0.8), ("lognormal", 1.3), ("gamma", 0.8), ("exponential", 1.0)]
)
def test_durations_have_the_mean_and_the_variation_they_should(distribution: str, cv: float) -> None:
    extra = f'mean_minutes = 2\ndistribution = "{distribution}"\ncv = {cv}'
    scenario = _changed("mean_minutes = 2", extra)
    chosen = draw_choices(200_000, [1.0], default_rng(1))

    minutes = draw_durations(chosen, scenario.services, default_rng(2))

    assert minutes.mean() == pytest.approx(2, rel=0.02)
    assert minutes.std() / minutes.mean() == pytest.approx(cv, rel=0.05)


def test_lanes_have_their_shares() -> None:
    lanes = draw_lanes(100_000, [0.7, 0.2, 0.1], default_rng(1))

    assert np.bincount(lanes) / 100_000 == pytest.approx([0.7, 0.2, 0.1], abs=0.01)


def test_a_day_is_the_same_whichever_were_drawn_before() -> None:
    plan = load_hall("hongtang")

    together = list(Days(HONGTANG, plan, 1, DAY, 3))

    assert together == list(Days(HONGTANG, plan, 1, DAY, 3))
    assert together[1] != together[2]


def test_a_change_in_one_attribute_moves_no_other() -> None:
    patient = HONGTANG.model_copy(update={"patience": HONGTANG.patience.model_copy(update={"mean_minutes": 5.0})})

    before, after = _hongtang_day(HONGTANG), _hongtang_day(patient)

    assert [_without_patience(visit) for visit in before] == [_without_patience(visit) for visit in after]
    assert [visit.patience_ms for visit in before] != [visit.patience_ms for visit in after]


def _hongtang_day(scenario: Scenario) -> list[Visit]:
    return draw_day(scenario, load_hall("hongtang"), DAY, Streams.apart(1, 0)).visits


def _without_patience(visit: Visit) -> tuple[object, ...]:
    return (visit.arrived_ms, visit.service_id, visit.lane_id, visit.service_ms, visit.channel, visit.is_absent)


def _changed(before: str, after: str) -> Scenario:
    return read_scenario(GOOD.replace(before, after, 1), "x.toml")
