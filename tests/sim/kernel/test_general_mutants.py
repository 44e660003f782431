"""Mistakes that the general loop might make: for each there is a small day that shows it."""

from functools import cache
from random import Random

import pytest

from tests.sim.kernel.general_days import Day, Story, compiled_day, exact_day, seeded_story
from tests.sim.kernel.interpreted import GENERAL, interpreted

STORIES = 1_000
"""Among so many days of all kinds."""

MISTAKES = {
    "whoever was elsewhere when they would have left leaves": {"        each.leaves = STAYS\n": "        pass\n"},
    "people act before windows": {"scene.agenda[0] >> MOMENT_BITS < now": "scene.agenda[0] >> MOMENT_BITS <= now"},
    "whoever arrives comes before who leaves": {"reach(scene, now_ms, 1)": "reach(scene, now_ms, 0)"},
    "a clerk pauses after every part of a visit": {"        scene.tickets[ticket].pause_ms = 0\n": ""},
    "an appointment is for several things": {" and not person.is_booked": ""},
    "late visitors keep their lane": {"return 0 if general.minutes": "return rules.lane if general.minutes"},
    "who may bring papers later does not come back": {
        "each.ends_as in (TOLD_MISSING, PAPERS_FOLLOW)": "each.ends_as == TOLD_MISSING"
    },
    "the end of the break calls everybody": {
        "        if here.paused != LUNCH:\n            return NOBODY\n": ""
    },
    "clerks call while they rest": {"here.open_from == NEVER or here.is_resting": "here.open_from == NEVER"},
    "somebody may leave though a window called": {
        "if caller == NOBODY and people[visit].patience_ms != NEVER": "if people[visit].patience_ms != NEVER"
    },
    "the pattern of a ratio stands still": {"        here.turn = turn\n": "        pass\n"},
    "help comes at once": {"helps[place] = rule.help_ms": "helps[place] = 0 * rule.help_ms"},
    "a loudspeaker is always free": {"speakers[first] = now_ms + spoken_ms": "pass"},
    "the second call is not heard": {"each.is_absent, each.returns = 0,": "each.is_absent, each.returns = 1,"},
    "a hold keeps its window": {"if general.settings[0].holds_here else NOBODY": ""},
    "the hall is never full": {"bool(day.alive < most)": "True"},
    "who has left still fills the hall": {"if day.alive >= most:": "if False:"},
    "a form is filled in at the window": {"each.state = PREPARING": "pass"},
    "results are collected at once": {"COLLECTED_AFTER_MS: Final = 30 * 60_000": "COLLECTED_AFTER_MS: Final = 0"},
    "the day goes on when everybody has gone": {"day.phase == ENDING and day.alive == 0": "False"},
    "who is sent to a window is forgotten by forecasts": {"[window] = sent * own_ms": "[window] = 0 * own_ms"},
    "forecasts look at the plan alone": {"+ total_ms) // (PRIOR_VISITS + count)": ") // PRIOR_VISITS"},
}  # fmt: skip


@cache
def lived(seed: int) -> tuple[Story, Day]:
    story = seeded_story(Random(seed))
    return story, exact_day(story)


def test_the_loop_without_a_compiler_is_the_exact_world() -> None:
    loop = interpreted(GENERAL)

    for seed in range(100):
        story, day = lived(seed)
        assert compiled_day(story, loop) == day


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_found(mistake: str) -> None:
    loop = interpreted(GENERAL, MISTAKES[mistake])

    assert any(_differs(seed, loop) for seed in range(STORIES))


def _differs(seed: int, loop: object) -> bool:
    story, day = lived(seed)
    try:
        return compiled_day(story, loop) != day
    except (AssertionError, IndexError, TypeError):
        # A mistake may lead to where nothing can go on.
        return True
