"""Both cores come to what the formulas say, on 40 days of every hall that has one; the seed is fixed."""

import pytest

from tests.sim.oracles import gate
from tests.sim.oracles.cases import CASES
from tests.sim.oracles.cores import CORES, EXACT, FAST, SEED, Core


@pytest.mark.parametrize(
    ("core", "name"), [pytest.param(core, name, id=f"{core.name}-{name}") for core in CORES for name in core.names]
)
def test_core_comes_to_what_the_formulas_say(core: Core, name: str) -> None:
    case = CASES[name](core.pace)

    days = core.days(case.plan, case.scenario, SEED, case.warm_up_minutes)

    assert gate.outside(gate.scores(days, case.expected)) == {}


@pytest.mark.parametrize("name", CASES)
def test_gate_refuses_halls_with_a_mistake_in_them(name: str) -> None:
    core = FAST if name in FAST.names else EXACT
    case = CASES[name](core.pace)

    unnoticed = [
        mistake
        for mistake, (plan, scenario) in case.wrong.items()
        if not gate.outside(gate.scores(core.days(plan, scenario, SEED, case.warm_up_minutes), case.expected))
    ]

    assert case.wrong
    assert unnoticed == []
