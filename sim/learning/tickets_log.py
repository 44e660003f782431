"""A trace, or somebody else's log turned into one, read as days of what was seen."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

from engine.core import calendar
from engine.core.events import Millis
from engine.core.plan import MINUTE_MS, HallPlan
from engine.wire.bad_file import BadFile
from sim.learning.seen import Doubts, Seen, SeenDay
from sim.result import LEFT, NO_SHOW, SERVED
from sim.trace import rows_of
from sim.trace_rows import FIRST_DAY, RowReader
from sim.visits import Visit

ENDINGS: Final = (".csv", ".parquet")
HALF_HOUR_MS: Final = 30 * MINUTE_MS
ABSENT_MS: Final = HALF_HOUR_MS
"""A window that called nobody for more than a half hour was not staffed then, as far as such a log can say."""

Line = tuple[Visit, Millis | None, str | None]


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
        for day, seen in groupby(self._visits(), key=lambda each: calendar.day_of(timezone, each[0].arrived_ms)):
            yield self._day(day, seen)

    def _visits(self) -> Iterator[Line]:
        reader = RowReader(str(self._path), self.plan, FIRST_DAY)
        for line, row in rows_of(self._path):
            visit = reader.read(line, row)
            if visit is not None:
                yield visit, *reader.seen(row)
        if reader.problems:
            raise BadFile(tuple(reader.problems))

    def _day(self, name: str, rows: Iterator[Line]) -> SeenDay:
        day = SeenDay(date(int(name[:4]), int(name[4:6]), int(name[6:])))
        midnight_ms = None
        served: dict[str, list[Millis]] = {}
        for visit, waited_ms, served_by in rows:
            if midnight_ms is None:
                midnight_ms = calendar.at_minute(self.plan.timezone, visit.arrived_ms, 0)
            if not visit.comes:
                day.beside["missed"] += 1
                continue
            at_ms = visit.arrived_ms - midnight_ms
            day.visits.append(_seen(visit, at_ms, waited_ms))
            if served_by is not None:
                served.setdefault(served_by, []).append(at_ms + (waited_ms or 0))
        day.staffed = {window: _presence(moments) for window, moments in sorted(served.items())}
        return day


def _seen(visit: Visit, at_ms: Millis, waited_ms: Millis | None) -> Seen:
    has_left = visit.patience_ms is not None and waited_ms is not None and waited_ms >= visit.patience_ms
    end = NO_SHOW if visit.is_absent else LEFT if has_left else SERVED
    return Seen(
        at_ms,
        visit.service_id,
        visit.lane_id,
        visit.channel,
        end,
        visit.is_absent,
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
