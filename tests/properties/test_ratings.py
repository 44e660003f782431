"""What holds of ratings in whatever order people are served, asked and called back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.rating_days import NAMES, Act, live, walk

ACTS = st.lists(st.builds(Act, st.sampled_from(NAMES), st.integers(0, 5), st.integers(0, 99)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_each_item_is_rated_once_and_each_bad_rating_is_looked_into_once(acts: list[Act]) -> None:
    live(acts)


def test_long_days_hold_too() -> None:
    for seed in range(10):
        walk(seed, 200)
