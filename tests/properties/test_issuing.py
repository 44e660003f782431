"""Drawing numbers on every day: quotas, one ticket each, the cap, forms, and numbers without gaps."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.drawing import walk

DAYS = st.randoms(use_true_random=False)


@settings(max_examples=60)
@given(DAYS)
def test_rules_of_drawing_hold_together(random: Random) -> None:
    walk(random, 60)


def test_rules_of_drawing_hold_through_long_days() -> None:
    for seed in range(10):
        walk(Random(seed), 400)
