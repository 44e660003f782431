"""The waits of those who were served, and their quantiles: of all days together, and of each section of days."""

from collections.abc import Iterable
from math import floor, nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import SECOND_MS
from sim.result import QUANTILES
from sim.statistics.batch import Waits
from sim.statistics.intervals import Floats
from sim.statistics.part import Part

WAITS_MAX: Final = 20_000_000
"""So many single waits are kept; of more it is counted how many lasted how many whole seconds."""
BINS: Final = 86_401
"""Whole seconds of a day, and whatever is longer."""

Quantiles = tuple[float, ...]
NOTHING: Final[Quantiles] = (nan,) * len(QUANTILES)


class WaitsSeen:
    """The waits of batches of days, in order."""

    def __init__(self, most: int = WAITS_MAX) -> None:
        self._most = most
        self._count = 0
        self._days: list[int] = []
        self._kept: list[Waits] | None = []
        self._sections: dict[Part, dict[int, Quantiles]] = {}
        self._lasting: dict[Part, NDArray[np.int64]] = {}

    def add(self, days: int, waits: Waits, parts: Iterable[Part]) -> None:
        """Take in the waits of the days that follow; `parts` are those there are so far."""
        self._count += len(waits.wait_ms)
        self._days.append(days)
        if self._kept is not None:
            self._kept.append(waits)
            if self._count > self._most:
                kept, self._kept = self._kept, None
                for place, each in enumerate(kept):
                    self._count_lasting(place, each, parts)
        else:
            self._count_lasting(len(self._days) - 1, waits, parts)

    @property
    def is_exact(self) -> bool:
        """Whether every wait is still known to the millisecond."""
        return self._kept is not None

    def quantiles_ms(self, part: Part) -> Quantiles | None:
        """The quantiles of all waits of a part; None when there is none, or when they were not kept for it."""
        if self._kept is None:
            return _of_lasting(self._lasting[part]) if part in self._lasting else None
        of_part = [_of_part(waits, part) for waits in self._kept]
        return _quantiles_ms(np.concatenate(of_part)) if any(map(len, of_part)) else None

    def sections_ms(self, part: Part) -> Floats:
        """The same of each section, by section and quantile: of every full batch, NaN where nobody was served."""
        found = self._sections.setdefault(part, {})
        for place, waits in enumerate(self._kept or ()):
            if place not in found and len(of_part := _of_part(waits, part)):
                found[place] = _quantiles_ms(of_part)
        size = max(self._days, default=0)
        full = [found.get(place, NOTHING) for place, days in enumerate(self._days) if days == size]
        return np.array(full, np.float64).reshape(-1, len(QUANTILES))

    def _count_lasting(self, place: int, waits: Waits, parts: Iterable[Part]) -> None:
        for part in parts:
            of_part = _of_part(waits, part)
            if len(of_part):
                self._sections.setdefault(part, {})[place] = _quantiles_ms(of_part)
                seconds = np.minimum(of_part // SECOND_MS, BINS - 1)
                lasting = self._lasting.setdefault(part, np.zeros(BINS, np.int64))
                lasting += np.bincount(seconds, minlength=BINS)


def _of_part(waits: Waits, part: Part) -> NDArray[np.int32]:
    if part.kind == "all":
        return waits.wait_ms
    is_of: NDArray[np.bool_] = (
        waits.slot >= part.place if part.kind == "from" else getattr(waits, part.kind) == part.place
    )
    of_part: NDArray[np.int32] = waits.wait_ms[is_of]
    return of_part


def _quantiles_ms(waits_ms: NDArray[np.int32]) -> Quantiles:
    """On the line between the two neighbours (Hyndman and Fan's seventh definition), as the exact world tells them."""
    places = [share * (len(waits_ms) - 1) for share in QUANTILES]
    around = sorted({min(floor(place) + step, len(waits_ms) - 1) for place in places for step in (0, 1)})
    ordered = np.partition(waits_ms, around)
    return tuple(_on_the_line(ordered, place) for place in places)


def _on_the_line(ordered: NDArray[np.int32], place: float) -> float:
    below = floor(place)
    low, high = int(ordered[below]), int(ordered[min(below + 1, len(ordered) - 1)])
    return low + (place - below) * (high - low)


def _of_lasting(lasting: NDArray[np.int64]) -> Quantiles:
    """Quantiles to the second: waits are taken to lie evenly within theirs."""
    risen = np.cumsum(lasting)
    return tuple(_in_its_second(lasting, risen, share * float(risen[-1])) for share in QUANTILES)


def _in_its_second(lasting: NDArray[np.int64], risen: NDArray[np.int64], rank: float) -> float:
    second = int(np.searchsorted(risen, rank))
    before = float(risen[second] - lasting[second])
    return (second + (rank - before) / float(lasting[second])) * SECOND_MS
