"""On every day a warning stands exactly while it must, each is said once, and the engine is never asked in vain."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.watched_days import watched_day


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_warnings_and_tides_follow_their_figures(seed: int) -> None:
    watched_day(seed, steps=60)


def test_a_long_day_too() -> None:
    day = watched_day(20261123, steps=600)

    assert day.standing == set()
