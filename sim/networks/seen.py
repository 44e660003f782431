"""What has been seen of a site, a kind of sites or a whole network: whole numbers that add up in any order.

Waits are counted by seconds, so that memory does not grow with days; their quantiles are to the second. Whoever did not
wait at all is counted apart: bin 0 is no wait, bin n is more than n − 1 seconds and at most n.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import SECOND_MS, HallPlan
from sim.kernel.compiled import compiled
from sim.kernel.tally import Tally
from sim.result import QUANTILES, share_of, visit_figures
from sim.statistics import batch as b
from sim.statistics.batch import Batch, Counts
from sim.statistics.estimates import ENDS

DAY_SECONDS: Final = 86_400
"""A longer wait than a day counts as one of a day."""


Places = NDArray[np.int32]


class Seen:
    """The days of one site, or of several: days, window times, and counts and waits by any parts with a name."""

    def __init__(self) -> None:
        self.days = 0
        self.busy_ms = 0
        self.open_ms = 0
        self.events: int | None = None
        self.user_s = 0.0
        self._counts: dict[tuple[str, str], Counts] = {}
        self._lasting: dict[tuple[str, str], Counts] = {}

    def add_counts(self, part: str, name: str, counts: Counts) -> None:
        """Take in what was counted of a part ("all", "lane", "service", "slot") of this name, by figure."""
        mine = self._counts.setdefault((part, name), np.zeros(b.FIGURES, np.int64))
        mine += counts

    def add_waits(self, part: str, name: str, lasting: Counts) -> None:
        """Take in how many of a part waited how long, by bin."""
        mine = self._lasting.get((part, name), np.zeros(0, np.int64))
        longer, shorter = (mine, lasting) if len(mine) >= len(lasting) else (lasting.copy(), mine)
        longer[: len(shorter)] += shorter
        self._lasting[part, name] = longer

    def add(self, other: "Seen", *, parts: bool = True) -> None:
        """Take in what was seen elsewhere; without `parts`, of all visits together only."""
        self.days += other.days
        self.busy_ms += other.busy_ms
        self.open_ms += other.open_ms
        self.user_s += other.user_s
        if other.events is not None:
            self.events = (self.events or 0) + other.events
        for (part, name), counts in other._counts.items():
            if parts or part == "all":
                self.add_counts(part, name, counts)
        for (part, name), lasting in other._lasting.items():
            if parts or part == "all":
                self.add_waits(part, name, lasting)

    def names_of(self, part: str) -> list[str]:
        """The lanes, services or half hours in which anybody has come, in order."""
        return sorted(name for (of, name), counts in self._counts.items() if of == part and counts[b.VISITORS])

    def figures(self, part: str = "all", name: str = "") -> dict[str, Any]:
        """The figures of some of the visits; half hours have no quantiles."""
        counts = self._counts.get((part, name), np.zeros(b.FIGURES, np.int64)).tolist()
        ends = {end: counts[place] for end, place in ENDS.items()}
        lasting = self._lasting.get((part, name))
        quantiles_ms = _quantiles_ms(lasting) if lasting is not None and ends["served"] else None
        return visit_figures(ends, counts[b.WAIT_MS], counts[b.WITHIN], quantiles_ms)

    def happenings(self) -> int:
        """The facts there have been; where none are made, comings, calls, and how it ended for those with a number."""
        if self.events is not None:
            return self.events
        counts = self._counts.get(("all", ""), np.zeros(b.FIGURES, np.int64)).tolist()
        return int(2 * counts[b.VISITORS] - counts[b.TURNED_AWAY] + counts[b.SERVED] + counts[b.NO_SHOW])

    @property
    def utilisation(self) -> float | None:
        """How much of the time windows were open somebody was at them."""
        return share_of(self.busy_ms, self.open_ms)


def seen_of_tally(tally: Tally, plan: HallPlan) -> Seen:
    """What the compiled kernel counted of days of a site."""
    cells = tally.counts.sum(axis=0)
    # Windows may work beyond midnight; nobody comes then.
    slots = np.zeros((b.SLOTS, b.FIGURES), np.int64)
    until = min(len(cells), b.SLOTS - tally.first_slot)
    slots[tally.first_slot : tally.first_slot + until] = cells[:until].sum(axis=(1, 2))
    counts = {"service": cells.sum(axis=(0, 2)), "lane": cells.sum(axis=(0, 1)), "slot": slots}
    lanes = len(plan.lanes)
    if tally.lasting is None:
        cell = tally.wait_cell % (len(plan.services) * lanes)
        lasting = _lasting(tally.wait_ms, cell, len(plan.services) * lanes)
    else:
        # The kernel's own count of very many waits tells whole seconds: who waited for none of them waited for some ms.
        lasting = np.pad(tally.lasting.reshape(len(plan.services) * lanes, -1), ((0, 0), (1, 0)))
    return _seen(plan, tally.days, counts, lasting, int(tally.busy_ms.sum()), int(tally.open_ms.sum()))


def seen_of_batch(batch: Batch, plan: HallPlan) -> Seen:
    """What the exact world did on days of a site."""
    counts = {"service": batch.services.sum(axis=0), "lane": batch.lanes.sum(axis=0), "slot": batch.slots.sum(axis=0)}
    lanes = len(plan.lanes)
    cell = batch.waits.service.astype(np.int32) * lanes + batch.waits.lane
    lasting = _lasting(batch.waits.wait_ms, cell, len(plan.services) * lanes)
    return _seen(plan, batch.days, counts, lasting, int(batch.busy_ms.sum()), int(batch.open_ms.sum()))


def _seen(plan: HallPlan, days: int, counts: dict[str, Counts], lasting: Counts, busy_ms: int, open_ms: int) -> Seen:
    """`lasting` by cell, service × lanes + lane, and bin."""
    seen = Seen()
    seen.days, seen.busy_ms, seen.open_ms = days, busy_ms, open_ms
    names = {
        "service": [service.service_id for service in plan.services],
        "lane": [lane.lane_id for lane in plan.lanes],
        "slot": [f"{slot // 2:02d}:{slot % 2 * b.SLOT_MINUTES:02d}" for slot in range(b.SLOTS)],
    }
    for part, listed in names.items():
        for name, row in zip(listed, counts[part], strict=True):
            if row[b.VISITORS]:
                seen.add_counts(part, name, row)
    seen.add_counts("all", "", counts["lane"].sum(axis=0))
    by_cell = lasting.reshape(len(plan.services), len(plan.lanes), -1)
    for part, table in (("service", by_cell.sum(axis=1)), ("lane", by_cell.sum(axis=0))):
        for name, row in zip(names[part], table, strict=True):
            seen.add_waits(part, name, row)
    seen.add_waits("all", "", lasting.sum(axis=0))
    return seen


def _lasting(wait_ms: Places, cell: Places, cells: int) -> Counts:
    """How many waited how long, by cell and bin."""
    longest_s = min(-(-int(wait_ms.max(initial=0)) // SECOND_MS), DAY_SECONDS)
    table = np.zeros((cells, longest_s + 1), np.int64)
    count_seconds(wait_ms, cell, table)
    return table


@compiled
def count_seconds(wait_ms: Places, cell: Places, table: Counts) -> None:
    """Count each wait in its cell and bin; what is longer than all counts in the last."""
    last = table.shape[1] - 1
    for place in range(len(wait_ms)):
        table[cell[place], min((wait_ms[place] + SECOND_MS - 1) // SECOND_MS, last)] += 1


def _quantiles_ms(lasting: Counts) -> tuple[float, ...]:
    """Quantiles of waits that are taken to lie evenly within their bins."""
    risen = np.cumsum(lasting)
    return tuple(_in_its_bin(lasting, risen, share * float(risen[-1])) for share in QUANTILES)


def _in_its_bin(lasting: Counts, risen: Counts, rank: float) -> float:
    place = int(np.searchsorted(risen, rank))
    if place == 0:
        return 0.0
    before = float(risen[place] - lasting[place])
    return (place - 1 + (rank - before) / float(lasting[place])) * SECOND_MS
