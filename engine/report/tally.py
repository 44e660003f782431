"""The tally: facts go in, in the order of the journal, and the figures of a period come out.

It needs no hall and keeps only today's visits and windows beside its counters, so a year takes no more memory than a
day. A fact belongs to the service day that was opened last before it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgpack

from engine.core.events import Event, Millis
from engine.report.around import Around
from engine.report.book import Book
from engine.report.desks import Desks
from engine.report.names import Names
from engine.report.period import Period
from engine.report.statement import statement
from engine.report.visits import Visits
from engine.wire.records import KINDS, Row, UnknownRecord, row_of

Handler = Callable[[Row], None]


class Tally:
    """Counts what belongs to a period and passes over the rest."""

    def __init__(self, period: Period) -> None:
        self.period = period
        self.names = Names()
        self.book = Book(period.trend)
        self.desks = Desks(self.book)
        self.visits = Visits(self.book, self.desks, self.names)
        self.around = Around(self.book, self.names, self.visits)
        self.days: list[str] = []
        self.is_day_open = False
        self.has_forecasts = False
        self.last_ms: Millis = 0
        self._is_counting = False
        self._always: dict[str, Handler] = {
            "configured": self._configured,
            "day-opened": self._day_opened,
            "moved": self.names.move_window,
        }
        self._facts: dict[str, Handler] = {
            **self._always,
            **self.desks.facts,
            **self.visits.facts,
            **self.around.facts,
            "day-closed": self._day_closed,
            "stage-opened": self._stage_opened,
        }
        self._handler: Callable[[str], Handler | None] = self._always.get
        """Finds what to do with a kind of record, in the period or outside of it."""

    def add_body(self, at_ms: Millis, body: bytes) -> None:
        """Count an entry as the journal keeps it; raises `UnknownRecord`."""
        try:
            _, reply, rows = msgpack.unpackb(body)
            for row in rows:
                (self._handler(row[0]) or self._pass_over)(row)
            if self._is_counting:
                self.last_ms = at_ms
                if reply is not None and rows[0][0] == "issued":
                    self._note_forecast(rows[0][1], reply)
        except UnknownRecord:
            raise
        except (ValueError, TypeError, KeyError, IndexError, AssertionError, msgpack.UnpackException) as error:
            raise UnknownRecord("an entry cannot be read; see jiaohao verify · 有一条记录无法读取") from error

    def add(self, event: Event) -> None:
        """Count a single fact."""
        row = row_of(event)
        (self._handler(row[0]) or self._pass_over)(row)
        if self._is_counting:
            self.last_ms = event.at_ms

    def report(self, now_ms: Millis | None = None) -> dict[str, Any]:
        """The figures, JSON-able; nothing may be added afterwards. `now_ms` is the present while a day is open."""
        if self._is_counting:
            self._settle(max(self.last_ms, now_ms or 0) if self.is_day_open else self.last_ms)
        self.book.close()
        return statement(self)

    def _pass_over(self, row: Row) -> None:
        if row[0] not in KINDS:
            raise UnknownRecord(f"written by a newer program · 由更新的程序写入: {row[0]!r:.40}")

    def _configured(self, row: Row) -> None:
        self.names.take_plan(row)

    def _day_opened(self, row: Row) -> None:
        _, day, _, _, at_ms = row
        if self._is_counting:
            self._settle(self.last_ms)
        is_first = not self.days
        is_new = is_first or day != self.days[-1]
        self._is_counting = self.period.holds(day)
        self._handler = (self._facts if self._is_counting else self._always).get
        if not self._is_counting:
            return
        if is_first:
            self.names.begin()
        if is_new:
            self.days.append(day)
            self.book.turn_page(day, datetime.strptime(day, "%Y%m%d").isoweekday(), self.names.timezone)
            self.desks.forget()
        self.visits.open_day(is_new=is_new)
        self.is_day_open = True
        self.last_ms = at_ms

    def _day_closed(self, row: Row) -> None:
        self.is_day_open = False

    def _stage_opened(self, row: Row) -> None:
        self.visits.facts["stage-opened"](row)
        self.around.facts["stage-opened"](row)

    def _settle(self, now_ms: Millis) -> None:
        self.desks.settle(now_ms)
        self.around.settle(now_ms)

    def _note_forecast(self, ticket_id: str, reply: Any) -> None:
        told = reply.get("wait_s") if isinstance(reply, dict) else None
        if isinstance(told, dict):
            self.has_forecasts = True
            self.visits.forecast(ticket_id, told["p50"], told["p90"])
