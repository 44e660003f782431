"""What has been observed so far: the counts of each day, the waits of those who were served, how busy windows were."""

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import HallPlan
from sim.statistics.batch import FIGURES, SLOTS, VISITORS, Batch, Counts
from sim.statistics.part import Kind, Part
from sim.statistics.waits import WAITS_MAX, WaitsSeen, sections_of


class Observed:
    """The days observed, in order; batches are added as they come."""

    def __init__(self, plan: HallPlan, waits_max: int = WAITS_MAX) -> None:
        self.plan = plan
        self.waits = WaitsSeen(waits_max)
        self.user_s = 0.0
        sizes: dict[Kind, int] = {"lane": len(plan.lanes), "service": len(plan.services), "slot": SLOTS}
        self._counts: dict[Kind, list[Counts]] = {
            kind: [np.empty((0, size, FIGURES), np.int64)] for kind, size in sizes.items()
        }
        self._come: dict[Kind, NDArray[np.bool_]] = {kind: np.zeros(size, bool) for kind, size in sizes.items()}
        self._windows: list[tuple[int, Counts, Counts]] = []

    def add(self, batch: Batch) -> None:
        """Take in the days that follow."""
        of_batch: dict[Kind, Counts] = {"lane": batch.lanes, "service": batch.services, "slot": batch.slots}
        for kind, counts in of_batch.items():
            self._counts[kind].append(counts)
            self._come[kind] |= counts[:, :, VISITORS].any(axis=0)
        self._windows.append((batch.days, batch.busy_ms, batch.open_ms))
        self.waits.add(batch.days, batch.waits)
        self.user_s += batch.user_s

    @property
    def days(self) -> int:
        return sum(days for days, _, _ in self._windows)

    def parts_of(self, kind: Kind) -> list[Part]:
        """The lanes, services or half hours in which anybody has come."""
        return [Part(kind, place) for place in np.flatnonzero(self._come[kind]).tolist()]

    def counts(self, part: Part) -> Counts:
        """What was counted of a part, by day and figure."""
        if part.kind == "all":
            every: Counts = self._rows("lane").sum(axis=1)
            return every
        if part.kind == "from":
            later: Counts = self._rows("slot")[:, part.place :].sum(axis=1)
            return later
        return self._rows(part.kind)[:, part.place]

    def windows(self) -> tuple[Counts, Counts]:
        """How long each window was taken and open, by window, over all days."""
        none = np.zeros(len(self.plan.windows), np.int64)
        return sum((busy for _, busy, _ in self._windows), none), sum((open_ for _, _, open_ in self._windows), none)

    def window_sections(self) -> tuple[Counts, Counts]:
        """The same by section and window."""
        sections = sections_of([days for days, _, _ in self._windows])
        busy_ms, open_ms = (np.zeros((len(sections), len(self.plan.windows)), np.int64) for _ in range(2))
        for place, section in enumerate(sections):
            for _, busy, open_ in self._windows[section.start : section.stop]:
                busy_ms[place] += busy
                open_ms[place] += open_
        return busy_ms, open_ms

    def _rows(self, kind: Kind) -> Counts:
        """By day, place and figure."""
        blocks = self._counts[kind]
        if len(blocks) > 1:
            self._counts[kind] = blocks = [np.concatenate(blocks)]
        return blocks[0]
