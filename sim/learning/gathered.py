"""Days gathered into the sums that everything is learnt from; their size follows days and services, not visits."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from math import gcd
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.learning.conduct_sums import ConductSums
from sim.learning.sample import Sample
from sim.learning.seen import LONGEST_MS, SHORTEST_MS, Seen, SeenDay
from sim.result import LEFT, SERVED

MINUTE_MS: Final = 60_000
MINUTES, QUARTERS, SLOTS = 1_440, 96, 48
SLOT_MS: Final = 30 * MINUTE_MS
LONGEST_S: Final = LONGEST_MS // 1_000

Counts = NDArray[np.int64]


@dataclass(slots=True)
class Waits:
    """Waits of those who were served: all of them, and of each day their sum and their number."""

    all: Sample = field(default_factory=Sample)
    by_day: dict[date, list[int]] = field(default_factory=dict)

    def add(self, day: date, waited_ms: int) -> None:
        self.all.add(waited_ms)
        sums = self.by_day.setdefault(day, [0, 0])
        sums[0] += waited_ms
        sums[1] += 1


@dataclass(slots=True)
class Arrivals:
    """When visits came: of each day by the quarter of an hour, of all days by the minute.

    `pairs` counts, by minute, pairs of visits that came in the same minute of the same day; `together` the visits that
    came at the same moment and for the same service as another, and `groups` how many such moments there were.
    `grain_ms` is the unit in which the log tells moments.
    """

    days: list[date] = field(default_factory=list)
    quarters: list[Counts] = field(default_factory=list)
    minutes: Counts = field(default_factory=lambda: np.zeros(MINUTES, np.int64))
    pairs: Counts = field(default_factory=lambda: np.zeros(MINUTES, np.int64))
    together: Counts = field(default_factory=lambda: np.zeros(MINUTES, np.int64))
    groups: Counts = field(default_factory=lambda: np.zeros(MINUTES, np.int64))
    grain_ms: int = 0

    def add(self, day: SeenDay) -> None:
        moments = np.array([visit.at_ms for visit in day.visits], np.int64) % (MINUTES * MINUTE_MS)
        by_minute = np.bincount(moments // MINUTE_MS, minlength=MINUTES)
        self.days.append(day.day)
        self.minutes += by_minute
        self.pairs += by_minute * (by_minute - 1) // 2
        self.quarters.append(by_minute.reshape(QUARTERS, -1).sum(axis=1))
        self.grain_ms = gcd(self.grain_ms, *moments.tolist())
        for at_ms, visits in groupby(day.visits, key=lambda visit: visit.at_ms):
            services = [visit.service_id for visit in visits]
            if len(services) > 1:
                sizes = [size for size in Counter(services).values() if size > 1]
                minute = at_ms // MINUTE_MS % MINUTES
                self.together[minute] += sum(sizes)
                self.groups[minute] += len(sizes)


class Gathered:
    """What the days so far add up to; a day on which nobody came tells nothing, and is only counted."""

    def __init__(self) -> None:
        self.empty_days = 0
        self.arrivals = Arrivals()
        self.visits = self.served = self.called = self.absent = self.misclicks = 0
        self.services: Counter[str] = Counter()
        self.lanes: Counter[str] = Counter()
        self.channels: Counter[str] = Counter()
        self.handling: dict[str, Sample] = {}
        self.waits: dict[str, Waits] = {}
        self.left_s: Counts = np.zeros(LONGEST_S + 1, np.int64)
        self.stayed_s: Counts = np.zeros(LONGEST_S + 1, np.int64)
        """By whole seconds: how long it took until somebody left, and until somebody was called who had not left."""
        self.known_patience = self.known_waits = 0
        self.walks, self.gaps, self.absences, self.pauses = Sample(), Sample(), Sample(), Sample()
        self.staffed: dict[str, Counts] = {}
        """Of each window the days on which it was staffed for at least half of each half hour."""
        self.knows_hours = False
        self.beside: Counter[str] = Counter()
        self.conduct = ConductSums()

    def add(self, day: SeenDay) -> None:
        """Take in a day."""
        if not day.visits:
            self.empty_days += 1
            return
        self.arrivals.add(day)
        for visit in day.visits:
            self._visit(day.day, visit)
        self._windows(day)
        self.knows_hours |= day.knows_hours
        self.beside.update(day.beside)

    def _visit(self, day: date, visit: Seen) -> None:
        self.visits += 1
        self.services[visit.service_id] += 1
        self.lanes[visit.lane_id] += 1
        self.channels[visit.channel] += 1
        if visit.is_absent is not None:
            self.called += 1
            self.absent += visit.is_absent
        if visit.handling_ms is not None:
            if SHORTEST_MS <= visit.handling_ms <= LONGEST_MS:
                self.handling.setdefault(visit.service_id, Sample()).add(visit.handling_ms)
            else:
                self.misclicks += 1
        self._patience(visit)
        if visit.end == SERVED:
            self.served += 1
            if visit.waited_ms is not None:
                self.waits.setdefault(visit.service_id, Waits()).add(day, visit.waited_ms)
        self.conduct.add(visit)

    def _patience(self, visit: Seen) -> None:
        """Who left has shown how long they wait; of the others one knows that they would have waited longer."""
        if visit.patience_ms is not None:
            self.known_patience += 1
            seconds = self.left_s if visit.patience_ms < LONGEST_MS else self.stayed_s
            seconds[min(visit.patience_ms // 1_000, LONGEST_S)] += 1
        elif visit.waited_ms is not None:
            self.known_waits += 1
            seconds = self.left_s if visit.end == LEFT else self.stayed_s
            seconds[min(visit.waited_ms // 1_000, LONGEST_S)] += 1

    def _windows(self, day: SeenDay) -> None:
        for sample, lengths in (
            (self.walks, day.walks_ms),
            (self.gaps, day.gaps_ms),
            (self.absences, day.absences_ms),
            (self.pauses, day.pauses_ms),
        ):
            for length_ms in lengths:
                sample.add(length_ms)
        for window_id, spans in day.staffed.items():
            staffed = self.staffed.setdefault(window_id, np.zeros(SLOTS, np.int64))
            staffed += _slots(spans)


def _slots(spans: list[tuple[int, int]]) -> Counts:
    """1 for each half hour of which these spans cover at least half.

    >>> _slots([(9 * 3_600_000, 10 * 3_600_000 + 900_000)]).nonzero()[0].tolist()
    [18, 19, 20]
    """
    covered = np.zeros(SLOTS, np.int64)
    starts = np.arange(SLOTS) * SLOT_MS
    for from_ms, to_ms in spans:
        covered += np.clip(np.minimum(to_ms, starts + SLOT_MS) - np.maximum(from_ms, starts), 0, None)
    return (2 * covered >= SLOT_MS).astype(np.int64)
