"""What is to happen in the exact world, in order."""

from collections.abc import Callable
from heapq import heapify, heappush
from itertools import count
from typing import Any, Final

from engine.core.events import Millis

DEADLINE, AT_WINDOW, LEAVING, OFFICE = range(4)
"""Kinds of what is noted, in the order in which they happen; what is noted for an office outlives the day."""

FOREVER: Final = 1 << 62
Act = Callable[[Any, Millis], None]


class Agenda:
    """Acts by their moment; of the same moment by kind, then as they were noted."""

    __slots__ = ("_noted", "heap")

    def __init__(self) -> None:
        self.heap: list[tuple[Millis, int, int, Act, Any]] = []
        """What is noted, the first of it first; the rest is a heap."""
        self._noted = count()

    def note(self, at_ms: Millis, kind: int, act: Act, subject: Any) -> None:
        """Let `act(subject, now_ms)` happen at `at_ms`."""
        heappush(self.heap, (at_ms, kind, next(self._noted), act, subject))

    def close_day(self) -> None:
        """Forget what was to happen in the hall that day."""
        self.heap[:] = [noted for noted in self.heap if noted[1] == OFFICE]
        heapify(self.heap)
