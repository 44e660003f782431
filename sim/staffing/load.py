"""How much work comes when, and to whom: the start of the search, from a delayed infinite-server model.

Let everybody wait for a while and then be served at once, as if windows were without number. How many are being served
at a time is the work that comes, moved by the wait and smeared over a service's length. Y. Liu, "Staffing to stabilize
the tail probability of delay in service systems with time-varying demand", Operations Research 66 (2018), staffs by
this load and a margin that grows with its square root; the search finds the margin. Here the load is not integrated
from rates and distributions but counted from drawn days, so that whatever a scenario can say is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from engine.core.plan import MINUTE_MS, SECOND_MS, HallPlan
from sim.chance import key_of
from sim.draws import draw_visits
from sim.kernel.shapes import VisitColumns
from sim.kernel.tally import SLOT_MS
from sim.recipe import recipe_of
from sim.scenario import Scenario
from sim.staffing.grid import Grid, Staff
from sim.staffing.promises import Floats
from sim.staffing.result import Target

# Multiples of the golden section lie evenly between 0 and 1 however many are taken.
_GOLDEN: Final = 0.6180339887498949
_MINUTE_S: Final = 60.0
# A delay where nothing is said of waiting and nobody ever leaves.
_UNSAID_S: Final = 300.0
# A group that takes no part in the work of a mean day has no need of windows; below this it is the solver's rounding.
_NOTHING: Final = 1e-6


@dataclass(frozen=True)
class Demand:
    """Who comes to a hall on some drawn days, and how long each takes a window, in milliseconds."""

    grid: Grid
    days: Sequence[VisitColumns]
    busy_ms: int
    absent_ms: int

    def work(self, delay_ms: int) -> Floats:
        """How many windows are busy on average, by service and slot, when nobody waits for longer than `delay_ms`.

        Waits lie evenly between 0 and `delay_ms`; whoever would be called while the hall is shut is called as long
        after it opens.
        """
        total = np.zeros((len(self.grid.plan.services), len(self.grid.slots)))
        for day in self.days:
            waits = (np.arange(len(day.arrived_ms)) * _GOLDEN % 1.0 * delay_ms).astype(np.int64)
            is_there = day.patience_ms >= waits
            begins = _when_open(self.grid, day.arrived_ms + waits, waits)[is_there]
            ends, services = begins + self._lasts(day)[is_there], day.service[is_there]
            for place, slot in enumerate(self.grid.slots):
                start_ms = slot.start_minute * MINUTE_MS
                inside = np.minimum(ends, start_ms + SLOT_MS) - np.maximum(begins, start_ms)
                total[:, place] += np.bincount(services, np.maximum(inside, 0), len(total))
        return total / (SLOT_MS * len(self.days))

    def visitors(self) -> Floats:
        """How many come on a mean day, by service and slot; those outside count in the first or the last slot."""
        first_ms = self.grid.slots[0].start_minute * MINUTE_MS
        total = np.zeros((len(self.grid.plan.services), len(self.grid.slots)))
        for day in self.days:
            slots = np.clip((day.arrived_ms - first_ms) // SLOT_MS, 0, len(self.grid.slots) - 1)
            np.add.at(total, (day.service, slots), 1)
        return total / len(self.days)

    def visitors_when_open(self) -> Floats:
        """The same, with those who come while the hall is shut counted where it opens next (or was open last)."""
        visitors, moved = self.visitors(), np.zeros((len(self.grid.plan.services), len(self.grid.slots)))
        is_open = np.flatnonzero(self.grid.weights > 0)
        for slot in range(visitors.shape[1]):
            later = is_open[is_open >= slot]
            moved[:, later[0] if len(later) else is_open[-1]] += visitors[:, slot]
        return moved

    def minutes(self) -> Floats:
        """How long a visitor takes a window on average, by service, in minutes; 0 where nobody came."""
        count = np.zeros(len(self.grid.plan.services))
        total = np.zeros_like(count)
        for day in self.days:
            count += np.bincount(day.service, minlength=len(count))
            total += np.bincount(day.service, self._lasts(day), len(count))
        return np.divide(total, count * MINUTE_MS, out=np.zeros_like(total), where=count > 0)

    def _lasts(self, day: VisitColumns) -> NDArray[np.int64]:
        present_ms = day.service_ms.astype(np.int64) + self.busy_ms + day.pause_ms
        return np.where(day.absent, self.absent_ms, present_ms)


def demand_of(plan: HallPlan, scenario: Scenario, grid: Grid, seed: int, days: int) -> Demand:
    """The first days of a seed, as the simulation draws them."""
    recipe, key, clerks = recipe_of(scenario, plan), key_of(seed), scenario.clerks
    called_s = clerks.call_seconds + clerks.gap_seconds
    return Demand(
        grid,
        [draw_visits(recipe, key, day, 1.0) for day in range(days)],
        busy_ms=round((called_s + clerks.walk_seconds) * SECOND_MS),
        absent_ms=round((called_s + scenario.no_show.wait_seconds) * SECOND_MS),
    )


def delay_for(targets: Sequence[Target], patience_min: float | None) -> int:
    """How long everybody may wait in the model, in milliseconds.

    As long as the strictest target about waiting allows, and no longer than it takes for as many to leave as the
    strictest cap allows, when people leave as exponentially as they are drawn with that mean.
    """
    limits_s = [target.limit_s for target in targets if target.measure != "abandoned"]
    caps = [target.share for target in targets if target.measure == "abandoned"]
    if caps and patience_min is not None:
        limits_s.append(-2 * log1p(-min(caps)) * patience_min * _MINUTE_S)
    return round(min(limits_s, default=_UNSAID_S) * SECOND_MS)


def parts(grid: Grid, load: Floats) -> Floats:
    """Which part of each service's work falls to each group, by group and service; the parts of a service add up to 1.

    So that the fullest group is as empty as can be, for its size (a linear programme). Services nobody can serve or
    that nobody comes for have no parts.
    """
    by_service = load.sum(axis=1)
    links = [(g, s) for g, s in np.argwhere(grid.serves).tolist() if by_service[s] > 0]
    served = sorted({s for _, s in links})
    columns = len(links) + 1
    shares = np.zeros((len(served), columns))
    fullness = np.zeros((len(grid.groups), columns))
    for place, (g, s) in enumerate(links):
        shares[served.index(s), place] = 1
        fullness[g, place] = by_service[s]
    fullness[:, -1] = [-len(group.windows) for group in grid.groups]
    least = linprog(
        np.arange(columns) == columns - 1,
        A_ub=fullness,
        b_ub=np.zeros(len(grid.groups)),
        A_eq=shares,
        b_eq=np.ones(len(served)),
        method="highs",
    )
    assert least.status == 0, "to give every service its whole share is always possible"
    result = np.zeros(grid.serves.shape)
    for (g, s), part in zip(links, least.x, strict=False):
        result[g, s] = part if part > _NOTHING else 0.0
    return result


def staffed(grid: Grid, load: Floats, margin: float) -> Staff:
    """Windows for a load by group and slot with a margin of so many square roots of it."""
    wanted = np.rint(load + margin * np.sqrt(load)).astype(np.int64)
    return np.clip(np.where(grid.is_planned[:, None], wanted, grid.most), 0, grid.most)


def _when_open(grid: Grid, moments: NDArray[np.int64], waits: NDArray[np.int64]) -> NDArray[np.int64]:
    """These moments, those outside the hall's hours moved to so long after its next opening."""
    starts = np.array([opens * MINUTE_MS for opens, _ in grid.hours])
    ends = np.array([closes * MINUTE_MS for _, closes in grid.hours])
    coming = np.searchsorted(ends, moments, side="right")
    following = starts[np.minimum(coming, len(starts) - 1)]
    return np.where((coming < len(starts)) & (moments < following), following + waits, moments)
