"""Times in views."""

from engine.core import calendar
from engine.core.events import Millis
from engine.core.plan import HallPlan


def iso_or_none(plan: HallPlan, at_ms: Millis | None) -> str | None:
    """A moment that may not have come yet, on the hall's clock."""
    return None if at_ms is None else calendar.iso(plan.timezone, at_ms)
