"""How much work comes when, and to whom: the start of the search, from a delayed infinite-server model.

Let everybody wait for a while and then be served at once, as if windows were without number. How many are being served
at a time is the work that comes, moved by the wait and smeared over a service's length. Y. Liu, "Staffing to stabilize
the tail probability of delay in service systems with time-varying demand", Operations Research 66 (2018), staffs by
this load and a margin that grows with its square root; the search finds the margin. Here the load is not integrated
from rates and distributions but counted from drawn days, so that whatever a scenario can say is in it.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from engine.core.plan import MINUTE_MS
from sim.kernel.shapes import VisitColumns
from sim.staffing.grid import Grid, Staff
from sim.staffing.result import SLOT_MINUTES

SLOT_MS: Final = SLOT_MINUTES * MINUTE_MS
# Multiples of the golden section lie evenly between 0 and 1 however many are taken.
_GOLDEN: Final = 0.6180339887498949
# A group that takes no part in the work of a mean day has no need of windows; below this it is the solver's rounding.
_NOTHING: Final = 1e-6

Floats = NDArray[np.float64]


def work(grid: Grid, days: Sequence[VisitColumns], *, delay_ms: int, busy_ms: int, absent_ms: int) -> Floats:
    """How many windows are busy on average, by service and slot, when nobody waits for longer than `delay_ms`.

    Waits lie evenly between 0 and `delay_ms`; whoever would be called while the hall is shut is called as long after it
    opens. A visit keeps its window for `busy_ms` longer than the service, a no-show for `absent_ms`.
    """
    total = np.zeros((len(grid.plan.services), len(grid.slots)))
    for day in days:
        waits = (np.arange(len(day.arrived_ms)) * _GOLDEN % 1.0 * delay_ms).astype(np.int64)
        is_there = day.patience_ms >= waits
        begins = _when_open(grid, day.arrived_ms + waits, waits)[is_there]
        lasts = np.where(day.absent, absent_ms, day.service_ms.astype(np.int64) + busy_ms + day.pause_ms)[is_there]
        services = day.service[is_there]
        for place, slot in enumerate(grid.slots):
            start_ms, end_ms = slot.start_minute * MINUTE_MS, slot.end_minute * MINUTE_MS
            inside = np.minimum(begins + lasts, end_ms) - np.maximum(begins, start_ms)
            total[:, place] += np.bincount(services, np.maximum(inside, 0), len(total))
    return total / (SLOT_MS * len(days))


def _when_open(grid: Grid, moments: NDArray[np.int64], waits: NDArray[np.int64]) -> NDArray[np.int64]:
    """These moments, those outside the hall's hours moved to so long after its next opening."""
    starts = np.array([opens * MINUTE_MS for opens, _ in grid.hours])
    ends = np.array([closes * MINUTE_MS for _, closes in grid.hours])
    coming = np.searchsorted(ends, moments, side="right")
    following = starts[np.minimum(coming, len(starts) - 1)]
    return np.where((coming < len(starts)) & (moments < following), following + waits, moments)


def visitors_by_slot(grid: Grid, days: Sequence[VisitColumns]) -> Floats:
    """How many come on a mean day, by service and slot; those before the first slot or after the last count in it."""
    first_ms = grid.slots[0].start_minute * MINUTE_MS
    total = np.zeros((len(grid.plan.services), len(grid.slots)))
    for day in days:
        slots = np.clip((day.arrived_ms - first_ms) // SLOT_MS, 0, len(grid.slots) - 1)
        np.add.at(total, (day.service, slots), 1)
    return total / len(days)


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
