"""Intervals: they hold what they promise, also where a day's visitors are all alike, and say when they cannot know."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.statistics.estimates import interval
from sim.statistics.intervals import Interval, around, around_share, pulled_mean, pulled_ratio
from sim.statistics.observed import Observed
from sim.statistics.part import ALL
from tests.builders import PLAN
from tests.sim.statistics.days import batch_of

RUNS, DAYS = 400, 40


def a_day(chance: np.random.Generator) -> list[int]:
    """A day whose level is shared by all who come: exponential waits around it, more visitors on a good day."""
    level_s = chance.gamma(4, 60)
    count = 10 + int(chance.poisson(2_000 / level_s))
    return [int(wait * 1_000) for wait in chance.exponential(level_s, count)]


@cache
def very_many_days() -> NDArray[np.int64]:
    """The waits of so many days that their figures are as good as known."""
    chance = np.random.default_rng(99)
    return np.array([wait for _ in range(40_000) for wait in a_day(chance)])


TRUTHS: dict[str, Callable[[NDArray[np.int64]], float]] = {
    "wait_mean_s": lambda waits: float(waits.mean()) / 1_000,
    "within_target": lambda waits: float((waits <= 900_000).mean()),
    "wait_p50_s": lambda waits: float(np.quantile(waits, 0.5)) / 1_000,
    "wait_p90_s": lambda waits: float(np.quantile(waits, 0.9)) / 1_000,
}


@pytest.mark.parametrize("figure", TRUTHS)
def test_interval_holds_the_figure_of_very_many_days_as_often_as_it_says(figure: str) -> None:
    truth, chance = TRUTHS[figure](very_many_days()), np.random.default_rng(5)
    held = 0

    for _ in range(RUNS):
        observed = Observed(PLAN)
        for first in range(0, DAYS, 2):
            observed.add(batch_of([a_day(chance), a_day(chance)], first))
        found = interval(observed, ALL, figure, 0.9)
        assert found is not None
        held += found.low <= truth <= found.high

    # 90% of 400 is 360, give or take 6; a share near 1 and a quantile of 20 sections may miss a little oftener.
    assert 0.85 <= held / RUNS <= 0.94


def test_interval_that_counted_visitors_instead_of_days_would_miss() -> None:
    truth, chance = TRUTHS["wait_mean_s"](very_many_days()), np.random.default_rng(5)
    held = 0

    for _ in range(RUNS):
        waits_s = np.array([wait for _ in range(DAYS) for wait in a_day(chance)]) / 1_000
        found = around(pulled_mean(waits_s), 0.9)
        assert found is not None
        held += found.low <= truth <= found.high

    assert held / RUNS < 0.7


def test_busy_day_counts_for_more_in_a_ratio() -> None:
    found = around(pulled_ratio(np.array([10, 90]), np.array([10, 30])), 0.95)

    assert found is not None
    assert found.value == 2.5


def test_one_day_has_no_interval() -> None:
    assert around(pulled_mean(np.array([3.0])), 0.95) is None


def test_share_of_nobody_has_no_interval() -> None:
    assert around_share(pulled_ratio(np.zeros(5), np.zeros(5)), 0.95) is None


def test_what_never_happened_may_be_as_frequent_as_so_many_days_without_it_allow() -> None:
    found = around_share(pulled_ratio(np.zeros(100), np.full(100, 50)), 0.95)

    assert found is not None
    assert (found.value, found.low) == (0.0, 0.0)
    assert (1 - found.high) ** 100 == pytest.approx(0.025)


def test_share_stays_between_nothing_and_everything() -> None:
    found = around_share(pulled_ratio(np.array([0, 0, 0, 1]), np.full(4, 50)), 0.95)

    assert found is not None
    assert found.low == 0.0
    assert found.half_width == pytest.approx(found.high - found.value)


def test_half_width_is_that_of_the_farther_end() -> None:
    assert Interval(0.01, 0.0, 0.05).half_width == pytest.approx(0.04)
