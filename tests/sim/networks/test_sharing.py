"""How totals are shared out: exactly, in proportion, and never less than the least."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.networks.sharing import share_out, sizes

WEIGHTS = st.lists(st.floats(0.001, 1_000), min_size=1, max_size=40)


@given(st.integers(0, 100_000), WEIGHTS, st.integers(0, 5))
def test_parts_add_up_exactly(more: int, weights: list[float], least: int) -> None:
    total = least * len(weights) + more

    parts = share_out(total, weights, least)

    assert sum(parts) == total
    assert min(parts) >= least


@given(st.integers(0, 100_000), WEIGHTS)
def test_no_part_is_a_whole_one_off_its_proportion(total: int, weights: list[float]) -> None:
    parts = share_out(total, weights)

    assert all(abs(part - total * each / sum(weights)) < 1.001 for part, each in zip(parts, weights, strict=True))


@pytest.mark.parametrize("spread", [0.0, 0.4, 1.5])
def test_sizes_vary_as_stated_with_the_largest_first(spread: float) -> None:
    drawn = sizes(2_000, spread)

    mean = sum(drawn) / len(drawn)
    variation = (sum((each - mean) ** 2 for each in drawn) / len(drawn)) ** 0.5 / mean
    assert variation == pytest.approx(spread, rel=0.05)
    assert all(one >= other for one, other in pairwise(drawn))
