"""The waits of those who were served, and their quantiles: of all days together, and of each section of days."""

from collections.abc import Iterable, Sequence
from math import nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import SECOND_MS
from sim.result import QUANTILES
from sim.statistics.batch import Waits
from sim.statistics.intervals import Floats
from sim.statistics.part import Part
from sim.statistics.ranks import quantiles_by_group

WAITS_MAX: Final = 20_000_000
"""So many single waits are kept; of more it is counted how many lasted how many whole seconds."""
BINS: Final = 86_401
"""Whole seconds of a day, and whatever is longer."""
KINDS: Final = (Part("all"), Part("lane"), Part("service"), Part("slot"))
"""A part of each kind, which stands for all of them."""

Quantiles = tuple[float, ...]
NOTHING: Final[Quantiles] = (nan,) * len(QUANTILES)


class WaitsSeen:
    """The waits of batches of days, in order."""

    def __init__(self, most: int = WAITS_MAX) -> None:
        self._most = most
        self._count = 0
        self._days: list[int] = []
        self._kept: list[Waits] | None = []
        self._pooled: dict[Part, Quantiles] = {}
        self._sections: dict[Part, dict[range, Quantiles]] = {}
        """By part and the batches that make a section."""
        self._looked_at: dict[Part, set[range]] = {}
        """By part, or the one that stands for all of its kind: the sections whose quantiles are known."""
        self._lasting: dict[Part, NDArray[np.int64]] = {}

    def add(self, days: int, waits: Waits) -> None:
        """Take in the waits of the days that follow."""
        self._count += len(waits.wait_ms)
        self._days.append(days)
        self._pooled.clear()
        if self._kept is not None:
            self._kept.append(waits)
            if self._count > self._most:
                kept, self._kept = self._kept, None
                for section in sections_of(self._days):
                    self._look_at(section, [kept[place] for place in section], KINDS)
                for each in kept:
                    self._count_lasting(each)
        else:
            self._look_at(range(len(self._days) - 1, len(self._days)), [waits], KINDS)
            self._count_lasting(waits)

    def quantiles_ms(self, part: Part) -> Quantiles | None:
        """The quantiles of all waits of a part; None when there is none, or when they were not kept for it."""
        if self._kept is None:
            return _of_lasting(self._lasting[part]) if part in self._lasting else None
        if part not in self._pooled:
            self._pooled |= _by_part(self._kept, part)
        return self._pooled.get(part)

    def sections_ms(self, part: Part) -> Floats:
        """The same of each section, by section and quantile; NaN where nobody was served, or nothing was kept."""
        sections = sections_of(self._days)
        if self._kept is not None:
            for section in sections:
                self._look_at(section, self._kept[section.start : section.stop], (part,))
        found = self._sections.get(part, {})
        return np.array([found.get(section, NOTHING) for section in sections], np.float64).reshape(-1, len(QUANTILES))

    def _look_at(self, section: range, pieces: list[Waits], parts: Iterable[Part]) -> None:
        """Note the quantiles of a section, of all parts of these kinds."""
        for part in parts:
            seen = self._looked_at.setdefault(_whole_kind(part), set())
            if section not in seen:
                seen.add(section)
                for each, quantiles in _by_part(pieces, part).items():
                    self._sections.setdefault(each, {})[section] = quantiles

    def _count_lasting(self, waits: Waits) -> None:
        seconds = np.minimum(waits.wait_ms // SECOND_MS, BINS - 1).astype(np.int64)
        for part in KINDS:
            group = _group_of(waits, part)
            places = int(group.max(initial=-1)) + 1
            table = np.bincount(group.astype(np.int64) * BINS + seconds, minlength=places * BINS).reshape(places, BINS)
            for place in np.flatnonzero(table.any(axis=1)).tolist():
                lasting = self._lasting.setdefault(Part(part.kind, place), np.zeros(BINS, np.int64))
                lasting += table[place]


def sections_of(days: Sequence[int]) -> list[range]:
    """The batches that make sections of equally many days, as many as the largest batch; who does not fit is left out.

    >>> sections_of([1, 1, 2, 2, 1])
    [range(0, 2), range(2, 3), range(3, 4)]
    """
    size, found, begins, sum_ = max(days, default=0), [], 0, 0
    for place, of_batch in enumerate(days):
        sum_ += of_batch
        if sum_ == size:
            found.append(range(begins, place + 1))
        if sum_ >= size:
            begins, sum_ = place + 1, 0
    return found


def _by_part(pieces: list[Waits], part: Part) -> dict[Part, Quantiles]:
    """The quantiles of a part, and as they come at once, of all parts of its kind."""
    grouped = [(waits.wait_ms, _group_of(waits, part)) for waits in pieces]
    if part.kind == "from":
        grouped = [(lengths[group >= 0], group[group >= 0]) for lengths, group in grouped]
    groups = max((int(group.max(initial=-1)) for _, group in grouped), default=-1) + 1
    found = quantiles_by_group(grouped, groups, QUANTILES)
    return {part if part.kind == "from" else Part(part.kind, group): each for group, each in found.items()}


def _group_of(waits: Waits, part: Part) -> NDArray[np.int16]:
    """The place of each wait's part among those of its kind; -1 for those of none."""
    if part.kind == "all":
        return np.zeros(len(waits.wait_ms), np.int16)
    if part.kind == "from":
        return np.where(waits.slot >= part.place, 0, -1).astype(np.int16)
    group: NDArray[np.int16] = getattr(waits, part.kind)
    return group


def _whole_kind(part: Part) -> Part:
    """What stands for all parts whose quantiles are found together."""
    return part if part.kind == "from" else Part(part.kind)


def _of_lasting(lasting: NDArray[np.int64]) -> Quantiles:
    """Quantiles to the second: waits are taken to lie evenly within theirs."""
    risen = np.cumsum(lasting)
    return tuple(_in_its_second(lasting, risen, share * float(risen[-1])) for share in QUANTILES)


def _in_its_second(lasting: NDArray[np.int64], risen: NDArray[np.int64], rank: float) -> float:
    second = int(np.searchsorted(risen, rank))
    before = float(risen[second] - lasting[second])
    return (second + (rank - before) / float(lasting[second])) * SECOND_MS
