"""How long visitors wait before they leave, and who does not appear when called."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.scenario_tables import PatienceTable


def draw_patience(count: int, patience: PatienceTable, generator: Generator) -> NDArray[np.float64] | None:
    """Minutes until each of `count` visitors leaves; None when nobody ever does."""
    if patience.mean_minutes is None or patience.distribution == "none":
        return None
    return generator.exponential(patience.mean_minutes, count)


def draw_absence(count: int, share: float, absence: Generator) -> NDArray[np.bool_]:
    """Whether each of `count` visitors will be absent when called."""
    return absence.random(count) < share
