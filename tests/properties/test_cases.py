"""What holds of cases in whatever order people work on them, and however long they leave them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.casework import NAMES, Act, live, walk

ACTS = st.lists(st.builds(Act, st.sampled_from(NAMES), st.integers(0, 5), st.integers(0, 99)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_a_case_takes_its_five_steps_and_goes_up_exactly_when_it_is_due(acts: list[Act]) -> None:
    live(acts)


def test_long_weeks_hold_too() -> None:
    for seed in range(10):
        walk(seed, 150)
