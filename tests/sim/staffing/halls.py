"""A small hall to plan for: windows for one service, for the other and for both, with a break at noon."""

from datetime import date

from engine.core.plan import HallPlan, Span
from sim.scenario import Scenario, read_scenario
from sim.staffing.evaluators import evaluators_on
from tests.builders import plan, service, window

FIRST = date(2026, 1, 5)
EVALUATORS = evaluators_on(FIRST)
ALL_DAY = (Span(9 * 60, 14 * 60),)
HOURS = (Span(9 * 60, 11 * 60), Span(13 * 60, 14 * 60))
SERVICES = (service("social", "A"), service("tax", "B"))

SCENARIO = """
[scenario]
name = "small"
hall = "small"
visits_per_day = {visits}
opens = "09:00"
shape = [1, 3, 2, 1, 0, 0, 0, 0, 2, 1]
{more}
[services.social]
share = 0.6
mean_minutes = 6

[services.tax]
share = 0.4
mean_minutes = 4

[lanes]
ordinary = 1

[patience]
distribution = "exponential"
mean_minutes = 30
"""


def small_hall(social: int = 4, tax: int = 3, both: int = 1, *, hours: tuple[Span, ...] = HOURS) -> HallPlan:
    """Windows for one service, for the other, and for both, open from nine to eleven and from one to two."""
    skills = [["social"]] * social + [["tax"]] * tax + [["social", "tax"]] * both
    windows = [window(f"w{number:02d}", skill) for number, skill in enumerate(skills, 1)]
    return plan(windows=windows, services=SERVICES, hours=hours)


def small_scenario(visits: int = 90, more: str = "") -> Scenario:
    return read_scenario(SCENARIO.format(visits=visits, more=more), "small.toml")
