"""The quick loops say of every day what the exact world says: whom each window calls when, and what becomes of it."""

from hypothesis import HealthCheck, given, settings

from engine.core.plan import HallPlan
from sim.kernel.shapes import Roster
from sim.visits import Habits, Visit
from tests.sim.kernel.quick_days import days, in_exact_world, in_kernel


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days())
def test_quick_loops_live_through_a_day_as_the_exact_world_does(
    day: tuple[HallPlan, Habits, list[Visit], Roster | None],
) -> None:
    hall, habits, visits, roster = day

    assert in_kernel(hall, habits, visits, roster) == in_exact_world(hall, habits, visits, roster)
