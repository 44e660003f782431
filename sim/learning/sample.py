"""Lengths of time kept for fitting, in bounded room: all of them count, an even choice of them is kept."""

from array import array
from math import gcd, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.core.events import Millis

KEPT_MAX: Final = 40_000

Floats = NDArray[np.float64]


class Sample:
    """Lengths in milliseconds: number, mean and variance exactly, and a sample of them, taken at even intervals.

    `grain_ms` is the largest unit of which all of them are multiples: a minute, where a log was written by hand.
    """

    __slots__ = ("_kept", "_squares", "_stride", "_total", "count", "grain_ms")

    def __init__(self) -> None:
        self.count = 0
        self.grain_ms = 0
        self._total = 0
        self._squares = 0
        self._stride = 1
        self._kept = array("i")

    def add(self, length_ms: Millis) -> None:
        if self.count % self._stride == 0:
            self._kept.append(length_ms)
            if len(self._kept) > KEPT_MAX:
                self._kept = self._kept[::2]
                self._stride *= 2
        self.count += 1
        self.grain_ms = gcd(self.grain_ms, length_ms)
        self._total += length_ms
        self._squares += length_ms * length_ms

    def merge(self, other: "Sample") -> None:
        """Take in another sample; of both as much is kept as of the one that kept less."""
        stride = max(self._stride, other._stride)
        self._kept = self._kept[:: stride // self._stride] + other._kept[:: stride // other._stride]
        self._stride = stride
        while len(self._kept) > KEPT_MAX:
            self._kept = self._kept[::2]
            self._stride *= 2
        self.count += other.count
        self.grain_ms = gcd(self.grain_ms, other.grain_ms)
        self._total += other._total
        self._squares += other._squares

    @property
    def mean_ms(self) -> float:
        """Raises `ZeroDivisionError` for a sample of nothing."""
        return self._total / self.count

    @property
    def cv(self) -> float:
        """Standard deviation over mean; 0 for a single length."""
        if self.count < 2 or not self._total:
            return 0.0
        variance = (self._squares - self._total**2 / self.count) / (self.count - 1)
        return sqrt(max(0.0, variance)) / self.mean_ms

    def minutes(self) -> Floats:
        """What was kept, in minutes, in order of length."""
        return np.sort(np.array(self._kept, dtype=np.float64)) / 60_000

    def quantile_s(self, share: float) -> float | None:
        """A quantile in seconds of what was kept; None for a sample of nothing."""
        return round(float(np.quantile(np.array(self._kept), share)) / 1_000, 3) if self._kept else None
