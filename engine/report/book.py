"""The book: counters and spreads of every breakdown, and how what happens is posted to all of them."""

from functools import lru_cache
from typing import Final

from engine.core import calendar
from engine.core.events import Millis
from engine.report.spread import Spread

Key = tuple[int | None, str | None, str | None, str | None, str | None, str | None, str | None]
"""Where something belongs: hour, service, window, clerk, channel, mode, lane; None where there is none."""
KEY_DIMENSIONS: Final = ("hour", "service", "window", "clerk", "channel", "mode", "lane")
_QUARTER_MS: Final = 15 * 60 * 1_000
"""Every zone's offset is a multiple of a quarter of an hour, so a quarter lies within one local hour."""


class Count:
    """What is counted; the place of each count in a cell. Plain numbers: hashing a member of an enumeration is slow."""

    ISSUED: Final = 0
    WALK_INS: Final = 1
    CALLED: Final = 2
    WITHIN_TARGET: Final = 3
    SERVED: Final = 4
    TURNED_AWAY: Final = 5
    NO_SHOW: Final = 6
    LEFT: Final = 7
    DAY_CLOSED: Final = 8
    NOT_PRINTED: Final = 9
    PRINT_FAILURES: Final = 10
    TURNED_AWAY_AT_DOOR: Final = 11
    RETURNED: Final = 12
    CALLS: Final = 13
    RECALLED: Final = 14
    MISSED: Final = 15
    REINSTATED: Final = 16
    TRANSFERRED: Final = 17
    HELD: Final = 18
    HELD_ABNORMAL: Final = 19
    ITEMS: Final = 20
    OUTCOME_DONE: Final = 21
    OUTCOME_TOLD_MISSING: Final = 22
    OUTCOME_PAPERS_FOLLOW: Final = 23
    OUTCOME_ACCEPTED: Final = 24
    OUTCOME_TURNED_AWAY: Final = 25
    OUTCOME_CANNOT: Final = 26
    OUTCOME_OTHER: Final = 27
    SELF_SERVICE: Final = 28
    HOME_VISITS: Final = 29
    OPEN_MS: Final = 30
    CALLING_MS: Final = 31
    SERVING_MS: Final = 32
    PAUSED_MS: Final = 33
    PAUSES: Final = 34
    RATINGS: Final = 35
    SATISFIED: Final = 36
    STARS_1: Final = 37
    STARS_2: Final = 38
    STARS_3: Final = 39
    STARS_4: Final = 40
    STARS_5: Final = 41
    EFFICIENCY: Final = 42
    EFFICIENCY_SUM: Final = 43
    SKILL: Final = 44
    SKILL_SUM: Final = 45
    ATTITUDE: Final = 46
    ATTITUDE_SUM: Final = 47
    FORECAST_WITHIN_P90: Final = 48


COUNTS: Final = Count.FORECAST_WITHIN_P90 + 1


class Time:
    """Which times are spread; the place of each spread in a cell."""

    WAIT: Final = 0
    SECOND_WAIT: Final = 1
    HANDLING: Final = 2
    GAP: Final = 3
    FORECAST: Final = 4
    FORECAST_WAIT: Final = 5


TIMES: Final = Time.FORECAST_WAIT + 1


class Cell:
    """The figures of one line of a breakdown."""

    __slots__ = ("counts", "spreads")

    def __init__(self) -> None:
        self.counts = [0] * COUNTS
        self.spreads = [Spread() for _ in range(TIMES)]


class Leaf:
    """What has happened today under one key, before it is posted to the cells it counts in."""

    __slots__ = ("cells", "counts", "key", "times")

    def __init__(self, key: Key, cells: tuple[Cell, ...]) -> None:
        self.key = key
        self.cells = cells
        self.counts = [0] * COUNTS
        self.times: tuple[list[Millis], ...] = tuple([] for _ in range(TIMES))

    def post(self) -> None:
        """Add everything to the cells, where the spreads still have to be settled."""
        for what, times in enumerate(self.counts):
            if times:
                for cell in self.cells:
                    cell.counts[what] += times
        for time, seen in enumerate(self.times):
            if seen:
                total_ms, seconds = sum(seen), [ms // 1_000 for ms in seen]
                for cell in self.cells:
                    cell.spreads[time].see(seconds, total_ms)


class Book:
    """All cells of a period; `trend` is `day` or `month`, None when one day is all there is.

    Today's happenings are kept by key and posted when the day is over: most keys of a busy day are used many times, and
    each counts in nine cells.
    """

    def __init__(self, trend: str | None) -> None:
        self.total = Cell()
        self.lines: dict[str, dict[int | str | None, Cell]] = {name: {} for name in (*KEY_DIMENSIONS, "weekday")}
        if trend is not None:
            self.lines[trend] = {}
        self._trend = trend
        self._timezone = "UTC"
        self._of_day: tuple[Cell, ...] = (self.total,)
        self._leaves: dict[Key, Leaf] = {}
        self._staff_leaves: dict[tuple[str, str | None], Leaf] = {}

    def turn_page(self, day: str, weekday: int, timezone: str) -> None:
        """Another day begins; Monday is 1. Leaves of the day before are not to be used any more."""
        self.close()
        self._timezone = timezone
        self._of_day = (self.total, self._line("weekday", weekday))
        if self._trend is not None:
            self._of_day += (self._line(self._trend, day if self._trend == "day" else day[:6]),)

    def close(self) -> None:
        """Post the day."""
        leaves = (*self._leaves.values(), *self._staff_leaves.values())
        for leaf in leaves:
            leaf.post()
        for cell in {cell for leaf in leaves for cell in leaf.cells}:
            for spread in cell.spreads:
                spread.settle()
        self._leaves.clear()
        self._staff_leaves.clear()

    def hour(self, at_ms: Millis) -> int:
        """The local hour of a moment."""
        return _local_hour(self._timezone, at_ms // _QUARTER_MS)

    def leaf(self, key: Key) -> Leaf:
        """Where something with this key is counted: it ends in exactly one cell of each breakdown."""
        leaf = self._leaves.get(key)
        if leaf is None:
            lines = (self._line(name, part) for name, part in zip(KEY_DIMENSIONS, key, strict=True))
            leaf = self._leaves[key] = Leaf(key, (*self._of_day, *lines))
        return leaf

    def staff_leaf(self, window_id: str, clerk_id: str | None) -> Leaf:
        """Where a window's time is counted: it has no service and no lane."""
        leaf = self._staff_leaves.get((window_id, clerk_id))
        if leaf is None:
            cells = (*self._of_day, self._line("window", window_id), self._line("clerk", clerk_id))
            key = (None, None, window_id, clerk_id, None, None, None)
            leaf = self._staff_leaves[(window_id, clerk_id)] = Leaf(key, cells)
        return leaf

    def _line(self, dimension: str, part: int | str | None) -> Cell:
        lines = self.lines[dimension]
        cell = lines.get(part)
        if cell is None:
            cell = lines[part] = Cell()
        return cell


@lru_cache(maxsize=4_096)
def _local_hour(timezone: str, quarter: int) -> int:
    return calendar.local(timezone, quarter * _QUARTER_MS).hour
