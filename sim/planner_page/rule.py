"""What the page's own simulation knows of the hall: the plain rule's numbers, and what it leaves out."""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from engine.core import calendar
from engine.core.plan import MINUTE_MS, HallPlan, Name, PolicyRule
from engine.core.policy import policy_of
from sim.day import habits_of
from sim.kernel.shapes import NEVER
from sim.scenario import Scenario
from sim.staffing.grid import grid_of
from sim.staffing.result import Staffing

Core = Literal["fast", "exact"]


def hall_of(plan: HallPlan, scenario: Scenario) -> dict[str, Any]:
    """Lanes with their points, windows with their services in tiers, and how long everything beside a visit takes.

    `team` numbers windows as newcomers prefer them; lengths are milliseconds, times since midnight.
    """
    habits = habits_of(scenario)
    places = {service.service_id: place for place, service in enumerate(plan.services)}
    skills = [frozenset(each for tier in window.tiers for each in tier) for window in plan.windows]
    teams = sorted(dict.fromkeys(skills), key=len)
    return {
        "services": len(plan.services),
        "lanes": [[lane.credit, lane.rate] for lane in plan.lanes],
        "windows": [
            {"tiers": [[places[each] for each in tier] for tier in window.tiers], "team": teams.index(skill)}
            for window, skill in zip(plan.windows, skills, strict=True)
        ],
        "walk_ms": habits.walk_ms + habits.call_ms,
        "gap_ms": habits.gap_ms,
        "absent_ms": habits.absent_ms + habits.call_ms,
        "closes_ms": closes_ms(plan),
    }


def issuing_ends_ms(plan: HallPlan) -> int:
    """From when on nobody gets a number, in milliseconds since midnight."""
    return max((span.end for span in plan.hours), default=calendar.MIDNIGHT) * MINUTE_MS


def closes_ms(plan: HallPlan) -> int:
    """When the day closes at the latest, in milliseconds since midnight."""
    return issuing_ends_ms(plan) + plan.rules.overtime_ms


def staff_of(staffing: Staffing, plan: HallPlan, scenario: Scenario) -> dict[str, Any]:
    """The plan as the page changes it: groups with their windows, half hours, opening hours, counts; and the spans of
    the windows that are not planned."""
    grid = grid_of(plan, scenario)
    places = {window.window_id: place for place, window in enumerate(plan.windows)}
    spans = grid.roster(np.array(staffing.needed)).spans
    return {
        "groups": [
            {
                "name": {"zh": group.name.zh, "en": group.name.en},
                "windows": [places[window_id] for window_id in group.windows],
                "fixed": [spans[places[window_id]] for window_id in group.windows] if group.fixed else None,
            }
            for group in staffing.groups
        ],
        "slots": [
            {"label": slot.label, "from": slot.start_minute, "to": slot.end_minute, "open": slot.open_minutes}
            for slot in staffing.slots
        ],
        "hours": [list(span) for span in grid.hours],
        "needed": [list(row) for row in staffing.needed],
        "never": NEVER,
    }


def left_out(plan: HallPlan, scenario: Scenario, core: Core) -> list[Name]:
    """What happens in this hall, let happen by this core, and not in the page's simulation."""
    return list(_left_out(plan, scenario, core))


def _left_out(plan: HallPlan, scenario: Scenario, core: Core) -> Iterator[Name]:
    policies = [policy_of(plan, window) for window in plan.windows]
    if any(policy is not None and policy.rules != (PolicyRule("points"),) for policy in policies):
        yield Name("叫号规则中的等候上限与轮流", "ceilings and turns of the calling policies")
    if any(window.help_after_ms for window in plan.windows):
        yield Name("支援时限", "help limits")
    if any(window.tide for window in plan.windows):
        yield Name("潮汐窗口的起落", "tides of tidal windows")
    if scenario.audio:
        yield Name("等广播空出来", "waiting for a loudspeaker")
    if plan.rules.stops_by_forecast:
        yield Name("按预测停止取号", "numbers stopped by forecast")
    if core == "exact":
        yield Name(
            "限号、分时段业务，以及当天再来或取件的号票",
            "quotas, hours of services, and tickets of those who come back or collect on the same day",
        )
    if not scenario.conduct.is_plain:
        yield Name(
            "挂起、转办，以及在别的窗口接着办（所需时间已算入第一个窗口）",
            "holds, transfers, and going on at another window (that time is spent at the first)",
        )
