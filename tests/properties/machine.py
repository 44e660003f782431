"""Random days: as Hypothesis makes and shrinks them, and as long walks from a seed."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from engine.core.plan import HallPlan
from tests.properties.beside import Beside
from tests.properties.halls import plans, seeded_plan
from tests.properties.orders import ACTS, Lot, act

NUMBERS = st.integers(0, 99)
LOTS = st.builds(Lot, NUMBERS, NUMBERS, NUMBERS, st.sampled_from([True, True, True, True, False]))


class HallMachine(RuleBasedStateMachine):
    """One rule, so that every order may follow every other."""

    beside: Beside | None = None

    @initialize(plan=plans(), is_prepared=st.sampled_from([True, True, True, False]))
    def begin(self, plan: HallPlan, is_prepared: bool) -> None:
        self.beside = Beside(plan)
        if is_prepared:
            self.beside.prepare()

    @rule(name=st.sampled_from(ACTS), lot=LOTS)
    def act(self, name: str, lot: Lot) -> None:
        assert self.beside is not None
        act(self.beside, name, lot)

    @invariant()
    def all_is_well(self) -> None:
        if self.beside is not None:
            self.beside.all_is_well()

    def teardown(self) -> None:
        if self.beside is not None:
            self.beside.end_well()


def walk(seed: int, steps: int) -> None:
    """A day of random acts; fails when anything does not hold."""
    random = Random(seed)
    beside = Beside(seeded_plan(random))
    beside.prepare()
    for _ in range(steps):
        lot = Lot(random.randrange(100), random.randrange(100), random.randrange(100), random.random() < 0.8)
        act(beside, random.choice(ACTS), lot)
        beside.all_is_well()
    beside.end_well()
