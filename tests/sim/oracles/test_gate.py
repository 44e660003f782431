"""The exact world comes to what the formulas say, on 40 days of every hall that has one; the seed is fixed."""

import pytest

from tests.sim.oracles import gate
from tests.sim.oracles.cases import CASES
from tests.sim.oracles.stations import exact_days

SEED = 1
IN_THE_EXACT_WORLD = sorted(set(CASES) - {"many_windows"})
"""A hundred windows need more visitors to forget that they were free than the exact world can let in quickly."""


@pytest.mark.parametrize("name", IN_THE_EXACT_WORLD)
def test_exact_world_comes_to_what_the_formulas_say(name: str) -> None:
    case = CASES[name](1.0)

    days = exact_days(case.plan, case.scenario, SEED, case.warm_up_minutes)

    assert gate.outside(gate.scores(days, case.expected)) == {}
