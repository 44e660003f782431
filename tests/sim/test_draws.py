"""Drawn days have the shape, the spread and the shares that their scenario says, and one seed gives one day."""

from datetime import date
from itertools import pairwise
from math import gamma, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from engine.halls import load_hall
from sim.chance import key_of
from sim.day import Days
from sim.draws import draw_visits, fill_visits
from sim.kernel.shapes import NEVER, VisitColumns, blank_visits
from sim.recipe import day_factors, level_variance, recipe_of
from sim.scenario import Scenario, load_scenario, read_scenario
from sim.visits import Visit
from tests.sim.test_scenario import GOOD

DAY = date(2026, 1, 5)
HONGTANG = load_scenario("hongtang")
HALL1 = load_hall("hall1")
MANY = 100_000
# With a fixed seed a test passes for ever or fails for ever; it is wide enough that right draws pass.
P_LEAST = 1e-4


def test_a_pulse_stands_at_the_door_at_one_moment_and_the_rest_follows_the_shape() -> None:
    scenario = _changed("[services.s00]", '[[pulse]]\nat = "09:30"\nshare = 0.2\n[services.s00]')

    minutes = _filled(scenario, MANY).arrived_ms / 60_000

    assert np.mean(minutes == 570) == pytest.approx(0.2, abs=0.01)
    assert np.mean(minutes < 570) == pytest.approx(0.8 / 3.5, abs=0.01)
    assert stats.kstest((minutes[minutes < 570] - 540) / 30, stats.uniform.cdf).pvalue > P_LEAST
    assert minutes.min() >= 540
    assert minutes.max() <= 600


def test_nobody_comes_in_a_slot_without_intensity() -> None:
    scenario = _changed("shape = [1, 2.5]", "shape = [0, 1, 0, 0, 1, 0]")

    slots = _filled(scenario, MANY).arrived_ms // (30 * 60_000) - 18

    assert set(slots.tolist()) == {1, 4}


def test_moments_come_in_order() -> None:
    assert all(np.all(np.diff(day.arrived_ms) >= 0) for day in _days(HONGTANG, 20))


def test_moments_of_a_slot_are_those_of_a_poisson_process() -> None:
    """Gaps between people who come independently of each other are exponential."""
    moments = np.concatenate([np.diff(day.arrived_ms) for day in _days(load_scenario("hall1"), 3)])

    assert stats.kstest(moments[:500] / moments[:500].mean(), stats.expon.cdf).pvalue > P_LEAST


def test_over_dispersion_is_that_of_quarter_hour_counts() -> None:
    scenario = _changed("shape = [1, 2.5]", "shape = [1, 1]\nover_dispersion = 5")

    counts = [np.histogram(day.arrived_ms, 4, (540 * 60_000, 600 * 60_000))[0] for day in _days(scenario, 4_000)]

    assert np.var(counts, axis=0) / np.mean(counts, axis=0) == pytest.approx([5, 5, 5, 5], rel=0.15)


def test_exact_arrivals_vary_in_nothing_but_time() -> None:
    scenario = _changed("opens", 'arrivals = "exact"\nopens')

    assert {len(day.arrived_ms) for day in _days(scenario, 20)} == {100}


def test_counts_without_over_dispersion_are_poisson() -> None:
    counts = [len(day.arrived_ms) for day in _days(_changed("share", "share"), 4_000)]

    assert level_variance(_changed("share", "share").scenario) == 0
    assert np.mean(counts) == pytest.approx(100, abs=0.7)
    assert np.var(counts) == pytest.approx(100, rel=0.1)


def test_weekdays_and_months_are_busier_by_their_factors() -> None:
    scenario = _changed(
        "opens", "weekdays = [2, 1, 1, 1, 1, 0.5, 0]\nmonths = [1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nopens"
    )

    factors = day_factors(scenario, date(2026, 1, 26), range(8))

    assert factors.tolist() == [2, 1, 1, 1, 1, 0.5 * 1, 0, 2 * 3]
    assert len(Days(scenario, HALL1, 1, date(2026, 2, 1), 1).day(0).visits) == 0
    assert len(Days(scenario, HALL1, 1, date(2026, 2, 2), 1).day(0).visits) == pytest.approx(600, abs=100)


@pytest.mark.parametrize(
    ("distribution", "cv"),
    [("lognormal", 0.8), ("lognormal", 1.3), ("gamma", 0.8), ("gamma", 2.0), ("exponential", 1.0)],
)
def test_times_at_the_window_have_the_mean_and_the_variation_they_should(distribution: str, cv: float) -> None:
    scenario = _changed("mean_minutes = 2", f'mean_minutes = 2\ndistribution = "{distribution}"\ncv = {cv}')

    minutes = _filled(scenario, MANY).service_ms / 60_000

    assert minutes.mean() == pytest.approx(2, rel=0.02)
    assert minutes.std() / minutes.mean() == pytest.approx(cv, rel=0.06)


def test_times_of_services_with_different_distributions_are_each_their_own() -> None:
    text = (
        GOOD.replace("share = 1", "share = 0.5")
        + '[services.s01]\nshare = 0.5\ndistribution = "empirical"\nminutes = [1, 3]\n'
    )

    day = _filled(read_scenario(text, "x.toml"), MANY)

    minutes = day.service_ms[day.service == 1] / 60_000
    assert stats.kstest((minutes - 1) / 2, stats.uniform.cdf).pvalue > P_LEAST
    assert day.service_ms[day.service == 0].mean() == pytest.approx(120_000, rel=0.03)


@pytest.mark.parametrize(
    ("keys", "distribution"),
    [
        ('distribution = "exponential"', stats.expon(scale=10)),
        ('distribution = "lognormal"\ncv = 0.5', stats.lognorm(sqrt(np.log(1.25)), scale=10 / sqrt(1.25))),
        ('distribution = "weibull"\nshape = 2', stats.weibull_min(2, scale=10 / gamma(1.5))),
    ],
)
def test_patience_has_its_distribution(keys: str, distribution: Any) -> None:
    scenario = _changed("[lanes]", f"[patience]\nmean_minutes = 10\n{keys}\n[lanes]")

    minutes = _filled(scenario, MANY).patience_ms / 60_000

    assert minutes.mean() == pytest.approx(10, rel=0.02)
    assert stats.kstest(minutes, distribution.cdf).pvalue > P_LEAST


def test_lanes_may_have_a_patience_of_their_own() -> None:
    apart = '[patience.lanes.priority]\ndistribution = "exponential"\nmean_minutes = 10\n'
    patience = f'[patience]\ndistribution = "none"\n{apart}'
    scenario = _changed("[lanes]\nordinary = 1", patience + "[lanes]\nordinary = 0.5\npriority = 0.5")

    day = _filled(scenario, MANY)

    assert set(day.patience_ms[day.lane == 0].tolist()) == {NEVER}
    assert day.patience_ms[day.lane == 1].mean() == pytest.approx(600_000, rel=0.03)


def test_services_lanes_channels_and_absences_have_their_shares() -> None:
    scenario = load_scenario("lanzhou")
    hall = load_hall("lanzhou")

    day = blank_visits(MANY)
    fill_visits(recipe_of(scenario, hall), key_of(1), 0, day)

    for column, shares, places in (
        (
            day.service,
            {name: table.share for name, table in scenario.services.items()},
            [s.service_id for s in hall.services],
        ),
        (day.lane, scenario.lanes, [lane.lane_id for lane in hall.lanes]),
        (day.channel, scenario.channels, list(scenario.channels)),
    ):
        seen = np.bincount(column, minlength=len(places))
        expected = np.array([shares.get(place, 0) for place in places]) * MANY
        assert stats.chisquare(seen[expected > 0], expected[expected > 0]).pvalue > P_LEAST
        assert not seen[expected == 0].any()
    assert day.absent.mean() == pytest.approx(scenario.no_show.share, abs=0.003)


def test_groups_come_at_one_moment_for_one_service() -> None:
    text = (
        GOOD.replace("share = 1", "share = 0.5")
        + "[services.s01]\nshare = 0.5\nmean_minutes = 1\n[groups]\nshare = 0.3\nsize = 3\n"
    )

    day = _filled(read_scenario(text, "x.toml"), MANY)

    starts = np.flatnonzero(np.diff(day.arrived_ms, prepend=-1))
    sizes = np.diff(starts, append=MANY)
    assert (sizes >= 3).sum() * 3 / MANY == pytest.approx(0.3, abs=0.03)
    assert np.mean(sizes % 3 == 0) < 0.2
    together = [day.service[start : start + size] for start, size in zip(starts, sizes, strict=True) if size == 3]
    assert np.mean([len(set(services.tolist())) == 1 for services in together]) > 0.9
    assert day.service.mean() == pytest.approx(0.5, abs=0.01)


def test_pauses_follow_their_share_of_visits() -> None:
    scenario = _changed("[lanes]", "[clerks.pauses]\nshare = 0.1\nminutes = 4\n[lanes]")

    pauses = _filled(scenario, MANY).pause_ms

    assert np.mean(pauses > 0) == pytest.approx(0.1, abs=0.005)
    assert stats.kstest(pauses[pauses > 0] / 240_000, stats.expon.cdf).pvalue > P_LEAST


def test_a_length_is_no_longer_than_a_day_and_patience_without_end_is_none() -> None:
    scenario = _changed("mean_minutes = 2", "mean_minutes = 1440\ncv = 10")

    day = _filled(scenario, MANY)

    assert day.service_ms.max() == 86_400_000
    assert set(day.patience_ms.tolist()) == {NEVER}


def test_a_day_is_the_same_whichever_were_drawn_before() -> None:
    plan = load_hall("hongtang")

    together = list(Days(HONGTANG, plan, 1, DAY, 3))

    assert [Days(HONGTANG, plan, 1, DAY, 3).day(place) for place in (2, 1, 0)] == together[::-1]
    assert together[1] != together[2]


def test_days_may_begin_at_any_number() -> None:
    plan = load_hall("hongtang")
    of_a_week = Days(HONGTANG, plan, 1, DAY, 7)

    alone = Days(HONGTANG, plan, 1, date(2026, 1, 8), 1, begins=3)

    assert alone.day(0) == of_a_week.day(3)


def test_a_change_in_one_attribute_moves_no_other() -> None:
    patient = HONGTANG.model_copy(update={"patience": HONGTANG.patience.model_copy(update={"mean_minutes": 5.0})})

    before, after = _hongtang_day(HONGTANG), _hongtang_day(patient)

    assert [_without_patience(visit) for visit in before] == [_without_patience(visit) for visit in after]
    assert [visit.patience_ms for visit in before] != [visit.patience_ms for visit in after]


def test_another_seed_gives_another_day() -> None:
    plan = load_hall("hongtang")

    days = [Days(HONGTANG, plan, seed, DAY, 1).day(0).visits for seed in range(20)]

    assert all(one != other for one, other in pairwise(days))


def _hongtang_day(scenario: Scenario) -> list[Visit]:
    return Days(scenario, load_hall("hongtang"), 1, DAY, 1).day(0).visits


def _without_patience(visit: Visit) -> tuple[object, ...]:
    return (visit.arrived_ms, visit.service_id, visit.lane_id, visit.service_ms, visit.channel, visit.is_absent)


def _filled(scenario: Scenario, count: int) -> VisitColumns:
    """So many visitors of one day."""
    columns = blank_visits(count)
    fill_visits(recipe_of(scenario, HALL1), key_of(1), 0, columns)
    return columns


def _days(scenario: Scenario, count: int) -> list[VisitColumns]:
    recipe = recipe_of(scenario, load_hall(scenario.scenario.hall))
    return [draw_visits(recipe, key_of(1), day, 1.0) for day in range(count)]


def _changed(before: str, after: str) -> Scenario:
    return read_scenario(GOOD.replace(before, after, 1), "x.toml")
