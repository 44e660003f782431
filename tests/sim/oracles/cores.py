"""The two cores that pass the gate, each at the pace at which 40 of its days take a moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from engine.core.plan import HallPlan
from sim.scenario import Scenario
from tests.sim.oracles.cases import CASES
from tests.sim.oracles.stations import Lived, exact_days, fast_days

SEED: Final = 1


@dataclass(frozen=True)
class Core:
    """How a core lives through days, how much quicker everything is in it, and which cases it is asked."""

    name: str
    pace: float
    days: Callable[[HallPlan, Scenario, int, int], Iterator[Lived]]
    names: tuple[str, ...]


EXACT: Final = Core("exact", 1.0, exact_days, tuple(name for name in CASES if name != "many_windows"))
"""A hundred windows need more visitors to forget that they were free than this core can let in quickly."""

FAST: Final = Core("fast", 20.0, fast_days, tuple(CASES))

CORES: Final = (EXACT, FAST)
