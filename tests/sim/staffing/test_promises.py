"""Targets as arithmetic: who counts, which days are like all days, and how much a day counts."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.chance import key_of
from sim.kernel.days import counts_of
from sim.kernel.tally import ABANDONED, FIGURES, NO_SHOW, SERVED, TURNED_AWAY, UNSERVED, VISITORS, WITHIN
from sim.recipe import level_variance, recipe_of
from sim.staffing.levels import Levels
from sim.staffing.promises import DayCounts, Promise, Standing, promises_of, representative, standing
from sim.staffing.targets import read_targets
from tests.sim.staffing.halls import small_hall, small_scenario


def counted(**figures: int) -> DayCounts:
    """One day, one slot, two services, one of the lanes: the same figures for the first service."""
    counts = np.zeros((1, 1, 2, 2, FIGURES), dtype=np.int64)
    places = {"visitors": VISITORS, "served": SERVED, "within": WITHIN, "left": ABANDONED, "no_show": NO_SHOW}
    places |= {"turned_away": TURNED_AWAY, "unserved": UNSERVED}
    for name, value in figures.items():
        counts[0, 0, 0, 0, places[name]] = value
    return counts


def promise(text: str) -> Promise:
    hall = small_hall()
    return promises_of(read_targets([text], hall), hall, np.array([10.0]))[0]


def test_whoever_went_away_without_having_been_served_counts_as_gone_but_no_no_shows() -> None:
    counts = counted(visitors=100, served=80, left=3, turned_away=4, unserved=5, no_show=8)

    gone, came = promise("abandoned<=5%").ratio(counts)

    assert (gone[0], came[0]) == (12, 100)


def test_gap_is_by_how_many_visitors_a_day_is_better_than_promised() -> None:
    counts = counted(visitors=100, served=80, within=76, left=3)

    assert promise("within(15m)>=90%").gaps(counts).sum() == pytest.approx(76 - 72)
    assert promise("abandoned<=5%").gaps(counts).sum() == pytest.approx(5 - 3)


def test_scope_leaves_others_out() -> None:
    counts = counted(visitors=100, served=80, within=10)

    assert promise("within(15m)>=90% [service=tax]").gaps(counts).sum() == 0
    assert promise("within(15m)>=90% [service=social]").gaps(counts).sum() == pytest.approx(10 - 72)


def test_half_hours_in_which_hardly_anybody_comes_are_left_out() -> None:
    hall = small_hall()
    targets = read_targets(["p90_wait<=15m [slot]"], hall)

    assert [each.slot for each in promises_of(targets, hall, np.array([5.0, 0.9, 1.0]))] == [0, 2]


def test_no_variance_is_no_doubt() -> None:
    counts = np.repeat(counted(visitors=10, served=10, within=10), 5, axis=0)

    found = standing([promise("within(15m)>=90%")], {900_000: counts}, np.ones(5))

    assert found.scores(5)[0] == np.inf


def test_representative_days_are_as_easy_and_hard_as_all() -> None:
    gaps = np.array([[9.0] * 6 + [1.0, 5.0, 9.0, 1.0] + [1.0] * 6 + [5.0] * 6])

    days = representative(Standing(np.zeros((1, 1, 1)), gaps, np.ones(gaps.shape[1])), 3)

    assert sorted(gaps[0, days.start : days.stop]) == [1.0, 5.0, 9.0]


def test_weighted_days_have_the_mean_and_the_mean_square_that_days_have() -> None:
    scenario = small_scenario(more="over_dispersion = 6")
    hall, day = small_hall(), scenario.scenario
    days = range(120)

    weights = Levels(hall, scenario, date(2026, 1, 5)).weights(days, 3)

    come = counts_of(recipe_of(scenario, hall), key_of(3), 0, np.ones(len(days)))
    mean = day.visits_per_day
    assert weights.mean() == pytest.approx(1)
    assert (come * weights).mean() == pytest.approx(mean)
    assert (come.astype(float) ** 2 * weights).mean() == pytest.approx(mean + mean**2 * (1 + level_variance(day)))
    assert (come * np.ones(len(days))).mean() != pytest.approx(mean, rel=1e-3)


def test_busier_weekdays_are_expected_to_be_busier() -> None:
    scenario = small_scenario(more="weekdays = [2, 1, 1, 1, 0.5, 0, 0]")

    weights = Levels(small_hall(), scenario, date(2026, 1, 5)).weights(range(140), 3)

    assert weights.mean() == pytest.approx(1)
    assert np.abs(weights - 1).max() < 0.5


def test_days_that_are_all_alike_count_alike() -> None:
    scenario = small_scenario(more='arrivals = "exact"')

    assert (Levels(small_hall(), scenario, date(2026, 1, 5)).weights(range(100), 1) == 1).all()


def test_target_of_another_limit_is_counted_apart() -> None:
    found = promise("p90_wait<=15m")

    assert found.limit_ms == 900_000
    assert replace(found, target=replace(found.target, limit_s=60.0)).limit_ms == 60_000
