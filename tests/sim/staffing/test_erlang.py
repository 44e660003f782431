"""Erlang C as it stands in books, and as the fewest windows that keep a promise."""

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.staffing.erlang import erlang_windows, pooled_windows, waits_longer, windows_for


def test_county_hospital_of_hillier_and_lieberman() -> None:
    """One and two doctors, two patients an hour, twenty minutes each: who waits at all."""
    assert waits_longer(1, 2 / 3, 1_200, 0) == pytest.approx(2 / 3)
    assert waits_longer(2, 2 / 3, 1_200, 0) == pytest.approx(1 / 6)


def test_longer_waits_grow_rarer_by_the_windows_that_are_left() -> None:
    """One window: the share that waits longer than t is load x exp(-(rate - arrivals) t)."""
    assert waits_longer(1, 0.5, 60, 60) == pytest.approx(0.5 * exp(-0.5))
    assert waits_longer(2, 0.5, 60, 30) == pytest.approx(0.1 * exp(-0.75))


@given(st.floats(0.05, 60), st.floats(30, 3_000), st.floats(0.5, 0.99), st.floats(0, 3_600))
def test_windows_keep_the_promise_and_one_less_would_not(
    load: float, service_s: float, share: float, limit_s: float
) -> None:
    windows = windows_for(load, service_s, share, limit_s)

    assert waits_longer(windows, load, service_s, limit_s) <= 1 - share
    assert windows == 1 or waits_longer(windows - 1, load, service_s, limit_s) > 1 - share


def test_more_load_than_windows_makes_everybody_wait_for_ever() -> None:
    assert waits_longer(3, 3.0, 600, 1e9) == 1


def test_each_group_is_a_queue_by_itself_and_pooling_needs_fewer_windows() -> None:
    visitors = np.full((2, 3), 20.0)
    minutes = np.array([6.0, 12.0])

    apart = erlang_windows(visitors, np.eye(2), minutes, 0.9, 300)
    pooled = pooled_windows(visitors, minutes, 0.9, 300)

    assert apart.shape == (2, 3)
    assert apart[0, 0] == windows_for(4.0, 360, 0.9, 300)
    assert pooled.sum() <= apart.sum()


def test_nobody_comes_and_nobody_is_needed() -> None:
    assert not erlang_windows(np.zeros((2, 3)), np.eye(2), np.ones(2), 0.9, 300).any()
