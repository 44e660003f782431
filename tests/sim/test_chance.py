"""The streams of chance: the published generators, the distributions they should have, and nothing in common."""

from collections.abc import Callable
from math import exp, sqrt
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray
from scipy import stats

from sim import chance
from sim.chance import State, Word, key_of, mixed, stream
from sim.ziggurat import exponential_layers, normal_layers

COUNT = 200_000
# With fixed seeds a test passes for ever or fails for ever; it is wide enough that a right generator passes.
FIRST = Word(0)
P_LEAST = 1e-4

Draw = Callable[[State], tuple[float, State]]


def test_generator_gives_the_numbers_its_authors_published() -> None:
    """Of xoshiro256++ from the state 1, 2, 3, 4."""
    words = _words((Word(1), Word(2), Word(3), Word(4)), 4)

    assert [int(word) for word in words] == [41943041, 58720359, 3588806011781223, 3591011842654386]


def test_mixing_gives_the_first_number_of_splitmix64() -> None:
    assert int(mixed(chance.GOLDEN)) == 0xE220A8397B1DCDAF


def test_streams_of_seeds_days_and_attributes_begin_differently() -> None:
    seeds = [*range(20), 2**64, 2**64 + 1, 2**200]

    states = {stream(key_of(seed), day, Word(each)) for seed in seeds for day in range(20) for each in range(20)}

    assert len(states) == len(seeds) * 20 * 20


def test_streams_of_neighbouring_days_have_nothing_in_common() -> None:
    days = [_drawn(chance.uniform, 2_000, day=day) for day in range(60)]

    correlations = np.corrcoef(days)[np.triu_indices(60, 1)]

    assert np.abs(correlations).max() < 5 / sqrt(2_000)
    assert stats.kstest(correlations * sqrt(2_000), stats.norm.cdf).pvalue > P_LEAST


@pytest.mark.parametrize(
    ("layers", "density"), [(normal_layers, lambda x: exp(-x * x / 2)), (exponential_layers, lambda x: exp(-x))]
)
def test_layers_have_equal_areas_and_end_at_the_top(
    layers: Callable[[], Any], density: Callable[[float], float]
) -> None:
    widths, heights = layers()

    areas = widths[1:-1] * np.diff(heights[1:])
    assert (widths[-1], heights[-1]) == (0, 1)
    assert areas == pytest.approx([widths[0] * heights[1]] * 255, rel=1e-12)
    assert heights[1:] == pytest.approx([density(width) for width in widths[1:]], rel=1e-13)


def test_lowest_layer_is_as_large_as_its_rectangle_and_the_tail() -> None:
    (wide, begins, *_), (_, height, *_) = normal_layers()

    assert wide * height == pytest.approx(begins * height + sqrt(2 * np.pi) * stats.norm.sf(begins), rel=1e-12)


@pytest.mark.parametrize(
    ("draw", "distribution"),
    [
        (chance.uniform, stats.uniform()),
        (chance.exponential, stats.expon()),
        (chance.normal, stats.norm()),
    ],
)
def test_numbers_have_their_distribution(draw: Draw, distribution: Any) -> None:
    numbers = _drawn(draw, COUNT)

    assert stats.kstest(numbers, distribution.cdf).pvalue > P_LEAST


@pytest.mark.parametrize("begins", [2.0, 3.6541528853610088, 4.0])
def test_tails_of_a_normal_number_are_as_heavy_as_they_should_be(begins: float) -> None:
    beyond = np.count_nonzero(np.abs(_drawn(chance.normal, 20 * COUNT)) > begins)

    assert stats.binomtest(beyond, 20 * COUNT, 2 * stats.norm.sf(begins)).pvalue > P_LEAST


@pytest.mark.parametrize("shape", [0.01, 0.4, 1.0, 3.7, 500.0])
def test_gamma_numbers_have_their_distribution(shape: float) -> None:
    numbers = _gammas(key_of(1), shape, COUNT)

    assert stats.kstest(numbers, stats.gamma(shape).cdf).pvalue > P_LEAST


@pytest.mark.parametrize("mean", [0.3, 9.99, 10.0, 25.0, 400.0])
def test_poisson_numbers_have_their_distribution(mean: float) -> None:
    counts = _poissons(key_of(1), mean, COUNT)

    most = int(stats.poisson(mean).isf(100 / COUNT))
    seen = np.bincount(counts.clip(0, most), minlength=most + 1)
    expected = COUNT * stats.poisson(mean).pmf(np.arange(most + 1))
    expected[most] = COUNT - expected[:most].sum()
    often = expected >= 10
    assert stats.chisquare(seen[often], expected[often] * seen[often].sum() / expected[often].sum()).pvalue > P_LEAST
    assert counts.mean() == pytest.approx(mean, abs=4 * sqrt(mean / COUNT))


def test_nobody_comes_when_nobody_is_expected() -> None:
    assert not _poissons(key_of(1), 0.0, 1_000).any()


def test_large_poisson_numbers_have_their_mean_and_variance() -> None:
    counts = _poissons(key_of(1), 1e6, COUNT)

    assert counts.mean() == pytest.approx(1e6, abs=4 * 1e3 / sqrt(COUNT))
    assert counts.var() == pytest.approx(1e6, rel=4 * sqrt(2 / COUNT))


def _words(state: State, count: int) -> NDArray[np.uint64]:
    return _filled_with_words(np.array(state), np.empty(count, np.uint64))


@njit
def _filled_with_words(state: Any, words: Any) -> Any:
    now = (state[0], state[1], state[2], state[3])
    for place in range(len(words)):
        words[place], now = chance.bits(now)
    return words


def _drawn(draw: Draw, count: int, *, day: int = 0) -> NDArray[np.float64]:
    return _filled(draw, key_of(1), day, np.empty(count))


@njit
def _filled(draw: Any, key: Any, day: int, numbers: Any) -> Any:
    state = stream(key, day, FIRST)
    for place in range(len(numbers)):
        numbers[place], state = draw(state)
    return numbers


@njit
def _gammas(key: Any, shape: float, count: int) -> Any:
    state = stream(key, 0, FIRST)
    numbers = np.empty(count)
    for place in range(count):
        numbers[place], state = chance.gamma(shape, state)
    return numbers


@njit
def _poissons(key: Any, mean: float, count: int) -> Any:
    state = stream(key, 0, FIRST)
    numbers = np.empty(count, np.int64)
    for place in range(count):
        numbers[place], state = chance.poisson(mean, state)
    return numbers
