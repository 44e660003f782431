"""What holds of clerks, deputies and windows that move, in whatever order people come, go and decide."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.staffing import NAMES, Act, live, walk

ACTS = st.lists(st.builds(Act, st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_work_follows_clerks_and_the_plan_in_effect_is_what_was_filed_and_said(acts: list[Act]) -> None:
    live(acts)


def test_long_days_hold_too() -> None:
    for seed in range(20):
        walk(seed, 150)
