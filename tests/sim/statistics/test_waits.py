"""Quantiles of waits: the same as if everything were put in order, of every part, also of very many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.statistics.batch import Waits
from sim.statistics.part import ALL, Part
from sim.statistics.ranks import quantiles_by_group
from sim.statistics.waits import WaitsSeen, sections_of

LENGTHS = st.integers(0, 30_000) | st.integers(0, 86_400_000) | st.just(0)
PIECES = st.lists(st.lists(st.tuples(LENGTHS, st.integers(0, 3)), max_size=60), min_size=1, max_size=4)


@given(PIECES)
@settings(max_examples=150, deadline=None)
def test_quantiles_are_those_of_the_ordered_lengths_of_each_group(pieces: list[list[tuple[int, int]]]) -> None:
    arrays = [
        (np.array([length for length, _ in piece], np.int32), np.array([group for _, group in piece], np.int16))
        for piece in pieces
    ]

    found = quantiles_by_group(arrays, 4, (0.5, 0.9))

    for group in range(4):
        mine = [length for piece in pieces for length, of in piece if of == group]
        assert (group in found) == bool(mine)
        if mine:
            assert found[group] == pytest.approx(tuple(np.quantile(mine, (0.5, 0.9))))


def waits_of(chance: np.random.Generator, count: int = 500) -> Waits:
    """Waits of an hour at most, over three lanes, two services and four half hours."""
    lengths = chance.integers(0, 3_600_000, count).astype(np.int32)
    return Waits(lengths, *(chance.integers(0, most, count).astype(np.int16) for most in (4, 2, 3)))


def seen(most: int) -> WaitsSeen:
    """Eight batches of two days, of which so many waits may be kept."""
    chance, waits = np.random.default_rng(2), WaitsSeen(most)
    for _ in range(8):
        waits.add(2, waits_of(chance))
    return waits


@pytest.mark.parametrize("part", [ALL, Part("lane", 2), Part("service", 1), Part("slot", 3)])
def test_of_more_waits_than_are_kept_quantiles_are_known_to_the_second(part: Part) -> None:
    exact, to_the_second = seen(10_000).quantiles_ms(part), seen(1_700).quantiles_ms(part)

    assert exact is not None
    assert to_the_second is not None
    # Among so few the next wait is up to some seconds away; a quantile may lie anywhere between the two.
    assert to_the_second == pytest.approx(exact, abs=12_000)
    assert exact != to_the_second


@pytest.mark.parametrize("part", [ALL, Part("lane", 2), Part("service", 1), Part("slot", 3)])
def test_sections_are_the_same_whether_or_not_waits_are_kept(part: Part) -> None:
    assert seen(1_700).sections_ms(part).tolist() == seen(10_000).sections_ms(part).tolist()


def test_part_from_a_half_hour_on_leaves_the_earlier_ones_out() -> None:
    waits = waits_of(np.random.default_rng(3))
    all_seen = WaitsSeen()
    all_seen.add(1, waits)

    found = all_seen.quantiles_ms(Part("from", 2))

    assert found == pytest.approx(tuple(np.quantile(waits.wait_ms[waits.slot >= 2], (0.5, 0.9))))


def test_nobody_served_has_no_quantiles() -> None:
    nobody = WaitsSeen()
    nobody.add(1, Waits(*(np.empty(0, kind) for kind in (np.int32, np.int16, np.int16, np.int16))))

    assert nobody.quantiles_ms(ALL) is None
    assert np.isnan(nobody.sections_ms(ALL)).all()


def test_earlier_and_smaller_batches_make_sections_of_the_size_of_later_ones() -> None:
    assert sections_of([2] * 4 + [4, 4, 3]) == [range(2), range(2, 4), range(4, 5), range(5, 6)]
