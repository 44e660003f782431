"""Clocks of the live hall: the machine's own, and one that runs faster, for demonstrations."""

import time

from engine.core.events import Millis

LONGEST_SLEEP_S = 1.0
"""Nobody sleeps longer, so that a clock set forward is noticed within this time."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> Millis:
        return time.time_ns() // 1_000_000

    def seconds_until(self, at_ms: Millis) -> float:
        return min(max(0.0, (at_ms - self.now_ms()) / 1_000), LONGEST_SLEEP_S)


class ScaledClock:
    """A clock that starts at `start_ms` and runs `speed` times as fast as the machine's."""

    def __init__(self, start_ms: Millis, speed: float) -> None:
        self.speed = speed
        self._start_ms = start_ms
        self._began = time.monotonic()

    def now_ms(self) -> Millis:
        return self._start_ms + int((time.monotonic() - self._began) * 1_000 * self.speed)

    def seconds_until(self, at_ms: Millis) -> float:
        return min(max(0.0, (at_ms - self.now_ms()) / 1_000 / self.speed), LONGEST_SLEEP_S)

    def skip_to(self, at_ms: Millis) -> None:
        """Go straight to `at_ms`; never back."""
        self._start_ms += max(0, at_ms - self.now_ms())
