"""The compiled kernel as a core: many days at once, on all of this machine's processors."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
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
        self._threads = threads or os.cpu_count() or 1
        self._kernel = Kernel(experiment.plan, experiment.scenario)

    def batches(self, ranges: Iterable[range], stopped: Stopped, on_days: OnDays) -> Iterator[Batch]:
        """As `Core` says; each thread has a batch of its own, and batches that have been begun are finished."""
        left = iter(ranges)
        under_way: deque[Future[Batch]] = deque()
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                while not stopped():
                    for days in islice(left, 2 * self._threads - len(under_way)):
                        under_way.append(pool.submit(self.batch, days))
                    if not under_way:
                        return
                    batch = under_way.popleft().result()
                    on_days(batch.days)
                    yield batch
            finally:
                for future in under_way:
                    future.cancel()

    def batch(self, days: range) -> Batch:
        """What comes of these days, on the thread that asks."""
        given = self._experiment
        tally = self._kernel.run(given.seed, days, first=given.first, threads=1, target_ms=given.target_ms)
        return batch_of(tally, days.start)

    def events(self) -> None:
        """No facts are made."""
        return


def batch_of(tally: Tally, first: int) -> Batch:
    """What the kernel counted, as every core tells it."""
    days, slots, services, lanes, _ = tally.counts.shape
    # Windows may work beyond midnight; nobody comes then.
    until = min(slots, b.SLOTS - tally.first_slot)
    by_slot: Counts = np.zeros((days, b.SLOTS, b.FIGURES), np.int64)
    by_slot[:, tally.first_slot : tally.first_slot + until] = tally.counts[:, :until].sum(axis=(2, 3))
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
