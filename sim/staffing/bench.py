"""Where plans are tried: the same days for each of them, every answer kept, and a stop that is asked for between two.

Draws do not depend on who is staffed, so two plans tried on the same days meet the same visitors (common random
numbers): their difference is known far better than either figure.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal, Protocol

import numpy as np

from engine.core.plan import Name
from sim.kernel.shapes import Calls
from sim.kernel.tally import Tally
from sim.staffing.grid import Staff
from sim.staffing.promises import DayCounts, Floats, Promise, Standing, limits_of, standing


class Evaluator(Protocol):
    """Something that lets days happen under a staffing: the compiled kernel, or the exact world."""

    @property
    def core(self) -> Literal["fast", "exact"]:
        """Which core it is."""
        ...

    @property
    def why(self) -> Name | None:
        """Why it is not the fast one."""
        ...

    def counts(self, staff: Staff, days: range, seed: int, limit_ms: int) -> DayCounts:
        """The counts of that tally alone."""
        ...

    def tally(self, staff: Staff, days: range, seed: int, limit_ms: int) -> Tally:
        """What came of these days, in the slots of the grid; within is who waited no longer than `limit_ms`."""
        ...

    def weights(self, days: range, seed: int) -> Floats:
        """How much each of these days counts; see `sim.staffing.levels`."""
        ...

    def calls(self, staff: Staff, day: int, seed: int) -> Calls:
        """One day ticket by ticket."""
        ...


class Interrupted(Exception):
    """Somebody asked to stop; what has been found so far stands."""


OnTrial = Callable[[int], None]
"""Told after each trial how many days it took; may raise `Interrupted`."""


# Compiled days need no lock: so many plans are tried at a time.
_CORES: Final = os.cpu_count() or 1
_POOL: Final = ThreadPoolExecutor(_CORES)


@dataclass
class Bench:
    """Tries plans on days of one seed; `days_run` counts the days that were simulated.

    `search` is what they are tried with, `confirm` what has the last word.
    """

    search: Evaluator
    confirm: Evaluator
    promises: Sequence[Promise]
    seed: int
    on_trial: OnTrial = lambda days: None
    days_run: int = 0
    _known: dict[tuple[bytes, range, int], Standing] = field(default_factory=dict)

    def standing(self, staff: Staff, days: range, seed: int | None = None) -> Standing:
        """How a plan does on these days, of the seed that is searched unless another is named."""
        return self.standings([staff], days, seed)[0]

    def standings(self, staffs: Sequence[Staff], days: range, seed: int | None = None) -> list[Standing]:
        """How each of some plans does on these days; they are tried side by side."""
        seed = self.seed if seed is None else seed
        keys = [(staff.tobytes(), days, seed) for staff in staffs]
        new = {key: staff for key, staff in zip(keys, staffs, strict=True) if key not in self._known}
        if new:
            self._known.update(zip(new, self._try(list(new.values()), days, seed), strict=True))
        self._tell(len(days) * len(new))
        return [self._known[key] for key in keys]

    def confirmed(self, staff: Staff, days: range, seed: int) -> dict[int, Tally]:
        """What comes of days in the words of whoever has the last one, by the limit of a wait that counts as within."""
        tallies = {limit: self.confirm.tally(staff, days, seed, limit) for limit in limits_of(self.promises)}
        self._tell(len(days))
        return tallies

    def _try(self, staffs: Sequence[Staff], days: range, seed: int) -> list[Standing]:
        """How these plans do; of few plans the days are shared out, so that no processor is idle."""
        parts = [days] if self.search.core == "exact" else _shared_out(days, -(-_CORES // len(staffs)))
        limits, weights = limits_of(self.promises), self.search.weights(days, seed)

        def count(task: tuple[Staff, int, range]) -> DayCounts:
            staff, limit, part = task
            return self.search.counts(staff, part, seed, limit)

        tasks = [(staff, limit, part) for staff in staffs for limit in limits for part in parts]
        found = iter(map(count, tasks) if self.search.core == "exact" else list(_POOL.map(count, tasks)))
        return [
            standing(self.promises, {limit: np.concatenate([next(found) for _ in parts]) for limit in limits}, weights)
            for _ in staffs
        ]

    def _tell(self, days: int) -> None:
        self.days_run += days
        self.on_trial(days)


def _shared_out(days: range, parts: int) -> list[range]:
    """The days in so many parts that follow each other, or as many as there are days."""
    edges = [len(days) * place // parts for place in range(parts + 1)]
    return [days[begins:ends] for begins, ends in pairwise(edges) if begins < ends]
