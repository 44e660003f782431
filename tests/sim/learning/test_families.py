"""Distributions of times: fits and distances as scipy has them, the family that loses least, fair p-values."""

from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.learning.families import (
    PARAMETRIC,
    TESTED_MAX,
    FamilyName,
    aic,
    best,
    cdf,
    distances,
    drawn,
    fitted,
    rounded,
    spread_ties,
)
from sim.learning.handling import EMPIRICAL, OWN, POOLED, POOLED_CV, QUANTILES, learn_handling
from sim.learning.sample import KEPT_MAX, Sample


@pytest.mark.parametrize("family", PARAMETRIC)
def test_a_sample_of_a_family_is_given_to_that_family(family: FamilyName) -> None:
    chance = np.random.default_rng(3)
    lengths = np.sort(drawn(family, 7, 0.6, 3_000, chance))

    fit = best(lengths, 0, chance)

    assert fit.family == family
    assert fit.mean == pytest.approx(7, rel=0.06)
    assert fit.cv == pytest.approx(1 if family == "exponential" else 0.6, rel=0.06)
    assert min(fit.ks_p, fit.ad_p) > 0.01


def test_a_fit_is_the_maximum_likelihood_estimate_of_scipy() -> None:
    lengths = np.random.default_rng(5).gamma(2.5, 3, 400)

    mean, cv = fitted("gamma", lengths)
    shape, _, scale = stats.gamma.fit(lengths, floc=0)

    assert (cv**-2, mean) == pytest.approx((shape, shape * scale), rel=1e-4)
    _, cv = fitted("lognormal", lengths)
    sigma, _, _ = stats.lognorm.fit(lengths, floc=0)
    assert cv == pytest.approx(sqrt(exp(sigma**2) - 1), rel=1e-4)


def test_distances_are_those_of_scipy() -> None:
    lengths = np.sort(np.random.default_rng(6).normal(size=200))

    ks, ad = distances(stats.norm.cdf(lengths, lengths.mean(), lengths.std(ddof=1)))

    assert ks == pytest.approx(stats.kstest(lengths, "norm", (lengths.mean(), lengths.std(ddof=1))).statistic)
    with pytest.warns(FutureWarning):
        assert ad == pytest.approx(stats.anderson(lengths, "norm").statistic)


def test_akaike_s_criterion_is_twice_the_parameters_less_twice_the_log_likelihood() -> None:
    lengths = np.array([1.0, 2.0, 6.0])

    assert aic("exponential", 3, 1, lengths) == pytest.approx(2 + 2 * (3 * log(3) + 3))


def test_the_p_value_of_a_true_family_is_small_no_more_often_than_it_says() -> None:
    chance = np.random.default_rng(8)

    small = sum(best(np.sort(drawn("lognormal", 5, 0.8, 150, chance)), 0, chance).ad_p <= 0.1 for _ in range(60))

    assert small <= stats.binom.isf(1e-4, 60, 0.1)


def test_the_p_value_of_a_large_sample_is_large_no_more_often_than_it_says() -> None:
    chance = np.random.default_rng(12)
    count = 3 * TESTED_MAX

    large = sum(best(np.sort(drawn("gamma", 5, 0.8, count, chance)), 0, chance).ks_p >= 0.8 for _ in range(15))

    assert large <= stats.binom.isf(1e-4, 15, 0.2)


def test_a_mixture_is_refused_and_its_own_quantiles_stand_for_it() -> None:
    chance = np.random.default_rng(9)
    sample = Sample()
    for length in [*chance.normal(3, 0.3, 600), *chance.normal(20, 1, 300)]:
        sample.add(round(length * 60_000))

    handling = (learn_handling({"tax": sample}, ["tax"], 1) or {})["tax"]

    assert (handling.basis, handling.family) == (EMPIRICAL, "empirical")
    minutes = np.array(handling.minutes)
    assert len(minutes) == QUANTILES
    assert (np.diff(minutes) >= 0).all()
    assert ((minutes[1:] + minutes[:-1]) / 2).mean() == pytest.approx(sample.mean_ms / 60_000, rel=1e-3)


@pytest.mark.parametrize(("count", "basis"), [(0, POOLED), (4, POOLED), (5, POOLED_CV), (29, POOLED_CV), (30, OWN)])
def test_few_visits_borrow_from_all_services(count: int, basis: str) -> None:
    chance = np.random.default_rng(10)
    rich, poor = Sample(), Sample()
    for length in drawn("lognormal", 10, 0.7, 400, chance):
        rich.add(round(length * 60_000))
    for length in drawn("lognormal", 3, 0.7, count, chance):
        poor.add(round(length * 60_000))

    learned = learn_handling({"rich": rich, "poor": poor}, ["rich", "poor"], 1) or {}

    assert learned["poor"].basis == basis
    if basis == POOLED:
        pooled = (rich.mean_ms * rich.count + poor.mean_ms * count if count else rich.mean_ms * rich.count) / 60_000
        assert learned["poor"].mean == pytest.approx(pooled / (rich.count + count))
    if basis != OWN:
        assert learned["poor"].cv == pytest.approx(rich.cv)


def test_times_written_in_whole_minutes_are_not_refused_for_that() -> None:
    chance = np.random.default_rng(11)
    whole = rounded(np.sort(drawn("gamma", 9, 0.6, 1_500, chance)), 1.0)

    assert best(whole, 1.0, chance).ad_p > 0.01
    assert best(whole, 0.0, chance).ad_p < 0.01


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60))
def test_spreading_ties_keeps_order_and_mean_and_moves_nothing_by_more_than_half_a_grain(lengths: list[int]) -> None:
    told = np.sort(np.array(lengths, float))

    spread = spread_ties(told, 1.0)

    assert (np.diff(spread) > 0).all()
    assert np.abs(spread - told).max() < 0.5
    assert spread.mean() == pytest.approx(told.mean())


@pytest.mark.parametrize("family", PARAMETRIC)
def test_shares_grow_from_none_to_all(family: FamilyName) -> None:
    shares = cdf(family, 5, 0.7, np.array([1e-6, 1, 5, 25, 1e4]))

    assert (np.diff(shares) >= 0).all()
    assert shares[[0, -1]] == pytest.approx([0, 1], abs=1e-6)


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_a_sample_counts_everything_and_keeps_no_more_than_it_may(seed: int) -> None:
    chance = np.random.default_rng(seed)
    lengths = chance.integers(1_000, 3_600_000, int(chance.integers(1, 300)))
    sample, halves = Sample(), (Sample(), Sample())
    for place, length in enumerate(lengths.tolist()):
        sample.add(length)
        halves[place % 2].add(length)

    halves[0].merge(halves[1])

    assert sample.mean_ms == pytest.approx(lengths.mean())
    assert (halves[0].count, halves[0].mean_ms) == (sample.count, sample.mean_ms)
    assert halves[0].cv == pytest.approx(sample.cv)


def test_a_long_sample_keeps_an_even_choice() -> None:
    sample = Sample()
    for length in range(5 * KEPT_MAX):
        sample.add(1_000 + length)

    minutes = sample.minutes()

    assert KEPT_MAX / 2 <= len(minutes) <= KEPT_MAX
    assert sample.count == 5 * KEPT_MAX
    assert minutes.mean() == pytest.approx(sample.mean_ms / 60_000, rel=1e-3)
