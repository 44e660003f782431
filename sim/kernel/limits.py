"""What the kernel cannot express, and what only its general loop can: the one place where either is said."""

from collections.abc import Iterator
from typing import Final

from engine.core.plan import HallPlan, Name
from engine.core.policy import PLAIN, policy_of
from sim.kernel.plain import WINDOWS_MAX
from sim.kernel.queues import QUEUES_MAX
from sim.kernel.staff import StaffTables, is_one_span
from sim.kernel.tables import HallTables
from sim.visits import Habits


class Inexpressible(Exception):
    """A hall or scenario for the exact world only; `features` names what the kernel cannot express."""

    def __init__(self, features: tuple[Name, ...]) -> None:
        super().__init__(", ".join(feature.en for feature in features))
        self.features = features


FORECAST: Final = Name("叫号策略下按预测停止取号", "numbers stopped by forecast where windows call by a policy")
TIDE: Final = Name("潮汐窗口", "tidal windows")
HOLDS_DIFFER: Final = Name("挂起方式不一", "holds of more than one kind")
TOO_MANY_WINDOWS: Final = Name(f"超过 {WINDOWS_MAX} 个窗口", f"more than {WINDOWS_MAX} windows")


def require_expressible(plan: HallPlan) -> None:
    """Raise `Inexpressible` when the hall needs what no loop of the kernel has."""
    features = tuple(_beyond(plan))
    if features:
        raise Inexpressible(features)


def _beyond(plan: HallPlan) -> Iterator[Name]:
    if plan.rules.stops_by_forecast and any(policy_of(plan, window) is not None for window in plan.windows):
        yield FORECAST
    if any(window.tide is not None for window in plan.windows):
        yield TIDE
    if len(plan.windows) > WINDOWS_MAX:
        yield TOO_MANY_WINDOWS


def is_quick_hall(plan: HallPlan, hall: HallTables) -> bool:
    """Whether the quick loop has all that a hall needs: every window calls by plain points, from one tier."""
    return (
        hall.lines * hall.lanes <= QUEUES_MAX
        and hall.able.shape[1] == 1
        and all(len(window.tiers) == 1 for window in plan.windows)
        and all((policy := policy_of(plan, window)) is None or policy.rules == PLAIN for window in plan.windows)
        and all(window.remote is None or not window.remote.hours for window in plan.windows)
        and not plan.rules.occupancy_max
        and not plan.rules.stops_by_forecast
        and all(service.form != "required" for service in plan.services)
    )


def is_quick_day(
    plan: HallPlan,
    habits: Habits,
    *,
    some_absent: bool,
    some_pause: bool,
    some_pinned: bool,
    has_courses: bool,
    is_rostered: bool,
) -> bool:
    """Whether the order of what happens at windows follows from the calls, so that the quick loop keeps it."""
    comes_back = any(service.no_show in ("back", "after") for service in plan.services)
    return not (
        some_pause
        or some_pinned
        or has_courses
        or habits.call_ms
        or (some_absent and (comes_back or habits.walk_ms))
        or (is_rostered and habits.gap_ms)
    )


def is_pooled(hall: HallTables, staff: StaffTables) -> bool:
    """Whether one queue feeds windows that are all alike and open together."""
    return hall.lines == 1 and hall.lanes == 1 and is_one_span(staff)
