"""A window's day, gathered fact by fact from a journal: when it was staffed, and what passed between two visits."""

from typing import Final

from engine.core.events import Millis
from sim.learning.seen import SeenDay

REST_MS: Final = 30 * 60_000
"""Whoever pauses for longer is not at work in that time."""


class Desk:
    """One window on one day; times are milliseconds since local midnight."""

    __slots__ = ("_day", "_free_ms", "_opened_ms", "_paused_ms", "_window_id")

    def __init__(self, window_id: str, day: SeenDay) -> None:
        self._window_id, self._day = window_id, day
        self._opened_ms: Millis | None = None
        self._paused_ms: Millis | None = None
        self._free_ms: Millis | None = None

    def open(self, at_ms: Millis) -> None:
        if self._opened_ms is None:
            self._opened_ms = at_ms

    def pause(self, at_ms: Millis) -> None:
        if self._opened_ms is not None:
            self._paused_ms = at_ms

    def resume(self, at_ms: Millis) -> None:
        """Back from a rest: a short one belongs to the work, a long one parts two spans."""
        paused_ms, self._paused_ms = self._paused_ms, None
        if paused_ms is None:
            return
        if at_ms - paused_ms < REST_MS:
            if self._free_ms is not None:
                self._day.pauses_ms.append(max(0, at_ms - paused_ms))
        else:
            self._end_span(paused_ms)
            self._opened_ms = at_ms
        self._free_ms = None

    def close(self, at_ms: Millis) -> None:
        self._end_span(at_ms if self._paused_ms is None else self._paused_ms)
        self._opened_ms = self._paused_ms = self._free_ms = None

    def free(self, at_ms: Millis) -> None:
        """A visit left the window."""
        self._free_ms = at_ms

    def call(self, at_ms: Millis, since_ms: Millis | None) -> None:
        """The window called somebody who had waited since then (None: nobody knows)."""
        free_ms, self._free_ms = self._free_ms, None
        if free_ms is not None and since_ms is not None and since_ms <= free_ms <= at_ms < free_ms + REST_MS:
            self._day.gaps_ms.append(at_ms - free_ms)

    def _end_span(self, at_ms: Millis) -> None:
        if self._opened_ms is not None and at_ms > self._opened_ms:
            self._day.staffed.setdefault(self._window_id, []).append((self._opened_ms, at_ms))
