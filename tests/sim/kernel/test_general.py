"""The general loop is the exact world compiled: the same calls at the same moments, whatever a hall's rules are."""

from datetime import date
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.halls import load_hall
from sim.day import Days, habits_of
from sim.roster import roster_of
from sim.scenario import load_scenario
from tests.sim.kernel.general_days import Story, compiled_day, exact_day, seeded_story

# The first test that asks for the loop waits for the compiler.
pytestmark = pytest.mark.timeout(400)

MONDAY = date(2026, 1, 5)
SHIPPED = ("hongtang", "lanzhou", "ningcheng-station", "puming", "xianan")


def shipped_story(name: str, seed: int, visits_per_day: int | None = None) -> Story:
    """A day of a shipped scenario; shorter ones bring fewer people."""
    scenario, hall = load_scenario(name), load_hall(name)
    if visits_per_day is not None:
        day = scenario.scenario.model_copy(update={"visits_per_day": visits_per_day})
        scenario = scenario.model_copy(update={"scenario": day})
    for drawn in Days(scenario, hall, seed, MONDAY, 1):
        if drawn.planned:
            holds_here = scenario.conduct.holds.kind == "papers"
            roster = roster_of(scenario, hall)
            return Story(hall, habits_of(scenario), drawn.planned, drawn.orders, roster, holds_here)
    return shipped_story(name, seed + 100, visits_per_day)


@given(st.integers(0, 1_000_000))
@example(713)  # a form that nobody waits for is filled in while the visit goes on elsewhere
@settings(max_examples=150, deadline=None)
def test_every_call_is_that_of_the_exact_world(seed: int) -> None:
    story = seeded_story(Random(seed))

    assert compiled_day(story) == exact_day(story)


@pytest.mark.parametrize("seed", [1, 3, 9])
@pytest.mark.parametrize("name", SHIPPED)
def test_days_of_the_shipped_scenarios_are_those_of_the_exact_world(name: str, seed: int) -> None:
    story = shipped_story(name, seed, 700 if name == "lanzhou" else None)

    assert compiled_day(story) == exact_day(story)
