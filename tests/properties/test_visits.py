"""What holds of visits on every day, whatever becomes of them; and exactly where "behind N others" is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.plan import HallPlan
from tests.properties.placings import AFTER_MAX, HAPPENINGS, WHICH_MAX, Placing, line_is_the_list
from tests.properties.visit_days import NAMES, Act, live, seeded_plan, walk

PLANS = st.randoms(use_true_random=False).map(seeded_plan)
ACTS = st.lists(st.builds(Act, st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)), max_size=60)
PLACINGS = st.lists(
    st.tuples(st.sampled_from(HAPPENINGS), st.integers(0, WHICH_MAX), st.integers(0, AFTER_MAX)),
    max_size=40,
)


@settings(max_examples=60)
@given(PLANS, ACTS)
def test_every_visit_has_one_end_and_every_item_at_most_one(hall_plan: HallPlan, acts: list[Act]) -> None:
    live(hall_plan, acts)


def test_long_days_of_chance_hold_too() -> None:
    for seed in range(12):
        walk(seed, 250)


@given(PLACINGS)
def test_whoever_is_put_behind_so_many_stands_there_and_nobody_else_moves(placings: list[Placing]) -> None:
    line_is_the_list(placings)
