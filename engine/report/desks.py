"""Windows over time: open, calling, serving, idle, paused, and how long from one visit's end to the next call."""

from collections.abc import Callable
from typing import Final

from engine.core.events import Millis
from engine.report.book import Book, Count, Leaf, Time
from engine.wire.records import Row

CLOSED, IDLE, CALLING, SERVING, PAUSED = "closed", "idle", "calling", "serving", "paused"
_TIMED: Final = {CALLING: Count.CALLING_MS, SERVING: Count.SERVING_MS, PAUSED: Count.PAUSED_MS}
REASONS_MAX: Final = 50
OTHER_REASON: Final = "其他 other"


class Reasons:
    """Reasons as they were given, how often and for how long; after `REASONS_MAX` different ones the rest is one."""

    def __init__(self) -> None:
        self.of: dict[str, list[int]] = {}

    def add(self, reason: str | None, times: int, ms: Millis = 0) -> None:
        words = (reason or "").strip() or OTHER_REASON
        if words not in self.of and len(self.of) >= REASONS_MAX:
            words = OTHER_REASON
        sums = self.of.setdefault(words, [0, 0])
        sums[0] += times
        sums[1] += ms


class Desk:
    """One window now; `clerk_id` None when nobody said who sits there."""

    __slots__ = ("clerk_id", "finished_ms", "leaf", "pause_reason", "since_ms", "state")

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf
        self.state = CLOSED
        self.since_ms: Millis = 0
        self.clerk_id: str | None = None
        self.pause_reason: str | None = None
        self.finished_ms: Millis | None = None
        """When the last visit ended here, if nothing has come between."""


class Desks:
    """All windows; `facts` are the records it wants to hear of."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._desks: dict[str, Desk] = {}
        self.pauses = Reasons()
        self.facts: dict[str, Callable[[Row], None]] = {
            "opened": self._opened,
            "closed": self._closed,
            "paused": self._paused,
            "resumed": self._resumed,
        }

    def clerk(self, window_id: str | None) -> str | None:
        """Who sits at a window now."""
        desk = self._desks.get(window_id) if window_id is not None else None
        return desk.clerk_id if desk is not None else None

    def take(self, window_id: str, state: str, at_ms: Millis) -> None:
        """A visit came to the window, called or at once, or its service began."""
        desk = self._turn(window_id, state, at_ms)
        if desk.finished_ms is not None:
            desk.leaf.times[Time.GAP].append(max(0, at_ms - desk.finished_ms))
            desk.finished_ms = None

    def free(self, window_id: str, at_ms: Millis, *, is_finished: bool = False) -> None:
        """The window has no visit any more."""
        self._turn(window_id, IDLE, at_ms).finished_ms = at_ms if is_finished else None

    def settle(self, at_ms: Millis) -> None:
        """Count the time up to now of windows that are still open."""
        for window_id, desk in self._desks.items():
            if desk.state != CLOSED:
                self._turn(window_id, desk.state, at_ms)

    def forget(self) -> None:
        """Another day begins, with every window closed."""
        self._desks.clear()

    def _opened(self, row: Row) -> None:
        _, window_id, clerk_id, at_ms = row
        desk = self._turn(window_id, IDLE, at_ms)
        desk.clerk_id = clerk_id
        desk.leaf = self._book.staff_leaf(window_id, clerk_id)

    def _closed(self, row: Row) -> None:
        _, window_id, at_ms = row
        desk = self._turn(window_id, CLOSED, at_ms)
        desk.clerk_id = desk.finished_ms = None

    def _paused(self, row: Row) -> None:
        _, window_id, reason, at_ms = row
        desk = self._turn(window_id, PAUSED, at_ms)
        desk.finished_ms = None
        desk.pause_reason = reason
        self.pauses.add(reason, 1)
        desk.leaf.counts[Count.PAUSES] += 1

    def _resumed(self, row: Row) -> None:
        _, window_id, at_ms = row
        self._turn(window_id, IDLE, at_ms)

    def _turn(self, window_id: str, state: str, at_ms: Millis) -> Desk:
        """Count what the window did until now, and let it do something else."""
        desk = self._desks.get(window_id)
        if desk is None:
            desk = self._desks[window_id] = Desk(self._book.staff_leaf(window_id, None))
        if desk.state != CLOSED:
            passed_ms = max(0, at_ms - desk.since_ms)
            counts = desk.leaf.counts
            counts[Count.OPEN_MS] += passed_ms
            timed = _TIMED.get(desk.state)
            if timed is not None:
                counts[timed] += passed_ms
            if desk.state == PAUSED:
                self.pauses.add(desk.pause_reason, 0, passed_ms)
        desk.state = state
        desk.since_ms = at_ms
        return desk
