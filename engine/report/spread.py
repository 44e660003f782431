"""How a time is spread: a histogram in whole seconds, which gives exact quantiles and never grows with what it saw."""

import math
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from engine.core.events import Millis

_DENSE_S: Final = 4 * 60 * 60
"""Up to here a second has its place in an array; what is longer is rare and stands in a dict."""
_STEP_S: Final = 256


class Spread:
    """Times that were seen. Quantiles and the longest are in whole seconds, rounded down; the mean is exact."""

    __slots__ = ("_dense", "_long", "_unsettled", "count", "total_ms")

    def __init__(self) -> None:
        self.count = 0
        self.total_ms: Millis = 0
        self._dense = array("I")
        self._long: dict[int, int] = {}
        self._unsettled: list[int] = []

    def see(self, seconds: Sequence[int], total_ms: Millis) -> None:
        """See many times, in whole seconds, and their exact sum; they show after `settle`."""
        self.count += len(seconds)
        self.total_ms += total_ms
        self._unsettled += seconds

    def settle(self) -> None:
        """Sort what was seen into the histogram."""
        dense = self._dense
        for second, times in Counter(self._unsettled).items():
            if second >= _DENSE_S:
                self._long[second] = self._long.get(second, 0) + times
                continue
            if second >= len(dense):
                dense.frombytes(bytes(dense.itemsize * (second + _STEP_S - len(dense))))
            dense[second] += times
        self._unsettled.clear()

    @property
    def mean_s(self) -> float | None:
        return round(self.total_ms / self.count / 1_000, 1) if self.count else None

    @property
    def max_s(self) -> int | None:
        return self.quantile_s(1.0)

    def quantile_s(self, share: float) -> int | None:
        """The shortest time that at least `share` of all do not exceed: one that occurred; None when there was none.

        >>> spread = Spread()
        >>> spread.see([5, 1, 4, 2, 3700], 3_712_000)
        >>> spread.settle()
        >>> spread.quantile_s(0.5), spread.quantile_s(0.9), spread.mean_s
        (4, 3700, 742.4)
        """
        if not self.count:
            return None
        left = max(1, math.ceil(share * self.count))
        passed = list(accumulate(self._dense))
        if passed and left <= passed[-1]:
            return bisect_left(passed, left)
        left -= passed[-1] if passed else 0
        for second in sorted(self._long):
            left -= self._long[second]
            if left <= 0:
                return second
        raise AssertionError("every time that was counted has its place")
