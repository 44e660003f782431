"""What holds of appointments in whatever order people book, give back, come and stay away."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.bookings import NAMES, Act, live, walk

ACTS = st.lists(st.builds(Act, st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_no_slot_overflows_and_every_appointment_ends_once(acts: list[Act]) -> None:
    live(acts)


def test_long_days_hold_too() -> None:
    for seed in range(10):
        walk(seed, 150)
