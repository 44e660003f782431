"""The compiled kernel as a core: many days at once, on all of this machine's processors."""

from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np

from sim.kernel.kernel import Kernel
from sim.kernel.tally import Tally
from sim.statistics import batch as b
from sim.statistics.batch import Batch, Counts, Waits
from sim.statistics.cores import OnDays, Stopped
from sim.statistics.experiment import Experiment


class FastCore:
    """Days of an experiment in the kernel, on so many threads; raises `Inexpressible` when it cannot express them."""

    name: Literal["fast"] = "fast"

    def __init__(self, experiment: Experiment, threads: int | None = None) -> None:
        self._experiment = experiment
        self._threads = threads
        self._kernel = Kernel(experiment.plan, experiment.scenario)

    def batches(self, ranges: Iterable[range], stopped: Stopped, on_days: OnDays) -> Iterator[Batch]:
        """As `Core` says; a batch that has been begun is finished."""
        for days in ranges:
            if stopped():
                return
            batch = self.batch(days)
            on_days(len(days))
            yield batch

    def batch(self, days: range) -> Batch:
        """What comes of these days."""
        given = self._experiment
        tally = self._kernel.run(given.seed, days, first=given.first, threads=self._threads, target_ms=given.target_ms)
        return batch_of(tally, days.start)

    def events(self) -> None:
        """No facts are made."""
        return


def batch_of(tally: Tally, first: int) -> Batch:
    """What the kernel counted, as every core tells it."""
    days, slots, services, lanes, _ = tally.counts.shape
    by_slot: Counts = np.zeros((days, b.SLOTS, b.FIGURES), np.int64)
    by_slot[:, tally.first_slot : tally.first_slot + slots] = tally.counts.sum(axis=(2, 3))
    of_slot, lane = np.divmod(tally.wait_cell, lanes)
    slot, service = np.divmod(of_slot, services)
    return Batch(
        first=first,
        lanes=tally.counts.sum(axis=(1, 2)),
        services=tally.counts.sum(axis=(1, 3)),
        slots=by_slot,
        waits=Waits(tally.wait_ms, *(each.astype(np.int16) for each in (slot + tally.first_slot, service, lane))),
        busy_ms=tally.busy_ms.sum(axis=0),
        open_ms=tally.open_ms.sum(axis=0),
        user_s=tally.user_s,
    )
