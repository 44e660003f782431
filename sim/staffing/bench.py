"""Where plans are tried: the same days for each of them, every answer kept, and a stop that is asked for between two.

Draws do not depend on who is staffed, so two plans tried on the same days meet the same visitors (common random
numbers): their difference is known far better than either figure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.core.plan import Name
from sim.kernel.shapes import Calls
from sim.staffing.grid import Staff
from sim.staffing.promises import DayCounts, Promise, Standing, limits_of, standing


class Evaluator(Protocol):
    """Something that lets days happen under a staffing: the compiled kernel, or the exact world."""

    core: Literal["fast", "exact"]
    why: Name | None
    """Why it is not the fast one."""

    def counts(self, staff: Staff, days: Sequence[int], seed: int, limit_ms: int) -> DayCounts:
        """What came of these days; within is who waited no longer than `limit_ms`."""
        ...

    def calls(self, staff: Staff, day: int, seed: int) -> Calls:
        """One day ticket by ticket."""
        ...


class Interrupted(Exception):
    """Somebody asked to stop; what has been found so far stands."""


OnTrial = Callable[[int], None]
"""Told after each trial how many days it took; may raise `Interrupted`."""


@dataclass
class Bench:
    """Tries plans on days of one seed; `days_run` counts the days that were simulated."""

    evaluator: Evaluator
    promises: Sequence[Promise]
    seed: int
    on_trial: OnTrial = lambda days: None
    days_run: int = 0
    _known: dict[tuple[bytes, tuple[int, ...], int], Standing] = field(default_factory=dict)

    def standing(self, staff: Staff, days: Sequence[int], seed: int | None = None) -> Standing:
        """How a plan does on these days."""
        seed = self.seed if seed is None else seed
        key = (staff.tobytes(), tuple(days), seed)
        if key not in self._known:
            self._known[key] = standing(self.promises, self.counts(staff, days, seed))
        return self._known[key]

    def counts(self, staff: Staff, days: Sequence[int], seed: int) -> dict[int, DayCounts]:
        """The counts of these days by limit."""
        limits = limits_of(self.promises)
        counts = {limit: self.evaluator.counts(staff, days, seed, limit) for limit in limits}
        self.days_run += len(days) * len(limits)
        self.on_trial(len(days) * len(limits))
        return counts
