"""A trace, or somebody else's log turned into one, read as days of what was seen."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from engine.core import calendar
from engine.core.events import Millis
from engine.core.plan import MINUTE_MS, HallPlan
from engine.wire.bad_file import BadFile
from sim.learning.desk import Desk
from sim.learning.seen import Doubts, Seen, SeenDay
from sim.result import LEFT, NO_SHOW, SERVED
from sim.trace import rows_of
from sim.trace_rows import FIRST_DAY, RowReader
from sim.visits import Visit

ENDINGS: Final = (".csv", ".parquet")
HALF_HOUR_MS: Final = 30 * MINUTE_MS
ABSENT_MS: Final = HALF_HOUR_MS
"""A window that called nobody for more than a half hour was not staffed then, as far as such a log can say."""

Line = tuple[Visit, Millis | None, Millis | None, str | None]
"""A visit, how long it was seen to wait and to walk, and which window served it."""


class LogDays:
    """The days of a trace, one after the other; no more than one is in memory."""

    def __init__(self, path: Path, plan: HallPlan) -> None:
        self.doubts = Doubts(str(path))
        self.unfinished: list[str] = []
        self.plan = plan
        self._path = path

    def __iter__(self) -> Iterator[SeenDay]:
        """Each day; raises `BadFile` for a file with a row that is wrong, once all of them are named."""
        timezone = self.plan.timezone
        for name, lines in groupby(self._lines(), key=lambda line: calendar.day_of(timezone, line[0].arrived_ms)):
            yield self._day(name, lines)

    def _lines(self) -> Iterator[Line]:
        reader = RowReader(str(self._path), self.plan, FIRST_DAY)
        for line, row in rows_of(self._path):
            visit = reader.read(line, row)
            if visit is not None:
                yield visit, *reader.seen(row)
        if reader.problems:
            raise BadFile(tuple(reader.problems))

    def _day(self, name: str, lines: Iterator[Line]) -> SeenDay:
        day = SeenDay(date(int(name[:4]), int(name[4:6]), int(name[6:])))
        midnight_ms = None
        calls: dict[str, list[_Call]] = {}
        for visit, waited_ms, walked_ms, served_by in lines:
            if midnight_ms is None:
                midnight_ms = calendar.at_minute(self.plan.timezone, visit.arrived_ms, 0)
            if not visit.comes:
                day.beside["missed"] += 1
                continue
            at_ms = visit.arrived_ms - midnight_ms
            day.visits.append(_seen(visit, at_ms, waited_ms))
            if walked_ms is not None:
                day.walks_ms.append(walked_ms)
            if visit.pause_ms:
                day.pauses_ms.append(visit.pause_ms)
            if served_by is not None and waited_ms is not None:
                lasted_ms = None if visit.is_absent else (walked_ms or 0) + visit.service_ms
                calls.setdefault(served_by, []).append(_Call(at_ms + waited_ms, at_ms, lasted_ms))
        for window_id, of_window in sorted(calls.items()):
            of_window.sort()
            _gaps(of_window, Desk(window_id, day))
            day.staffed[window_id] = _presence([call.at_ms for call in of_window])
        return day


class _Call(NamedTuple):
    """A call of a window, since when the visitor had waited, and how long the window was taken (None: not told)."""

    at_ms: Millis
    since_ms: Millis
    lasted_ms: Millis | None


def _gaps(calls: list[_Call], desk: Desk) -> None:
    for call in calls:
        desk.call(call.at_ms, call.since_ms)
        if call.lasted_ms is not None:
            desk.free(call.at_ms + call.lasted_ms)


def _seen(visit: Visit, at_ms: Millis, waited_ms: Millis | None) -> Seen:
    has_left = visit.patience_ms is not None and waited_ms is not None and waited_ms >= visit.patience_ms
    end = NO_SHOW if visit.is_absent else LEFT if has_left else SERVED
    return Seen(
        at_ms,
        visit.service_id,
        visit.lane_id,
        visit.channel,
        end,
        None if has_left else visit.is_absent,
        visit.service_ms or None if end == SERVED else None,
        waited_ms,
        visit.patience_ms,
        visit.course,
    )


def _presence(called_ms: list[Millis]) -> list[tuple[Millis, Millis]]:
    """The half hours in which a window called somebody, and those between calls that follow each other closely.

    >>> _presence([0, 600_000, 9_000_000])
    [(0, 1800000), (9000000, 10800000)]
    """
    spans: list[tuple[Millis, Millis]] = []
    for at_ms in sorted(called_ms):
        begins = at_ms - at_ms % HALF_HOUR_MS
        if spans and begins - spans[-1][1] <= ABSENT_MS:
            spans[-1] = (spans[-1][0], begins + HALF_HOUR_MS)
        else:
            spans.append((begins, begins + HALF_HOUR_MS))
    return spans
