"""Reports of a running hall over HTTP, made in a process of their own: the hall goes on meanwhile.

The journal is read as its own engine reads it, in small pieces between two commits; what they mean is worked out
elsewhere. One report is made at a time.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, Literal

import msgpack
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from engine.core.refusals import Restarting
from engine.http.answers import Answer, Name
from engine.http.route import FLOOR, JSON_HEADERS, Call, Route
from engine.ports import Journal, JournalFailed
from engine.report import refusals as no
from engine.report.period import Days, Stretch, period_of
from engine.runtime import Engine
from engine.wire.records import UnknownRecord

ENTRIES_PER_READ: Final = 500
"""About a millisecond of the journal's thread."""
REPORT_S_MAX: Final = 180.0
_MEDIA: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}

Text = Annotated[str, StringConstraints(max_length=10)]
_log = logging.getLogger(__name__)


class Wanted(BaseModel):
    """What a query string asks for; without a period it is the last day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: Text | None = Field(None, description="一天 · A day, like 2026-11-23")
    month: Text | None = Field(None, description="一个月 · A month, like 2026-11")
    year: Text | None = Field(None, description="一年 · A year, like 2026")
    form: Literal["json", "csv", "xlsx", "html"] = "json"


class ReportHall(Answer):
    id: str
    region: str
    name: Name


class ReportPeriod(Answer):
    """`until` is the last thing that was counted; an open day is not complete."""

    kind: Literal["day", "month", "year"]
    text: str
    days: list[str]
    is_complete: bool
    until: str


class Report(BaseModel):
    """Every figure; docs/reference/report.md names them all. Durations in seconds, shares from 0 to 1."""

    model_config = ConfigDict(extra="allow", defer_build=True)

    hall: ReportHall | None
    period: ReportPeriod
    rules: dict[str, int]
    total: dict[str, int | float | None]


async def report(call: Call) -> web.Response:
    """Figures of a day, a month or a year; refused while another report is being made."""
    wanted: Wanted = call.body
    period = period_of(wanted.day, wanted.month, wanted.year)
    engine, turn = call.door.engine, call.door.report_turn
    if turn.locked():
        raise no.ReportUnderWay()
    async with turn:
        try:
            journal = engine.journal
            days = await asyncio.to_thread(Days, await journal.marks())
            stretch = days.stretch(period or days.latest())
            async with asyncio.timeout(REPORT_S_MAX):
                made = await _made_beside(engine, journal, stretch, wanted.form)
        except JournalFailed:
            raise Restarting() from None
        except (TimeoutError, UnknownRecord, ConnectionError) as error:
            _log.warning("a report was not finished: %s", error or type(error).__name__)
            raise no.ReportFailed() from None
    headers = {**JSON_HEADERS, "Content-Type": _MEDIA[wanted.form]}
    if wanted.form in ("csv", "xlsx"):
        headers["Content-Disposition"] = f'attachment; filename="report-{stretch.period.text}.{wanted.form}"'
    return web.Response(body=made, headers=headers)


async def _made_beside(engine: Engine, journal: Journal, stretch: Stretch, form: str) -> bytes:
    """The finished form; raises `ConnectionError` when the process gives up."""
    wanted: dict[str, Any] = {
        "kind": stretch.period.kind,
        "digits": stretch.period.digits,
        "before": stretch.before,
        "form": form,
        "now_ms": engine.now_ms(),
    }
    async with _process() as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(msgpack.packb(wanted))
        after = stretch.after
        while True:
            if not engine.is_live or engine.journal is not journal:
                raise Restarting()
            bodies = await journal.bodies(after, stretch.upto, ENTRIES_PER_READ)
            if not bodies:
                break
            after = bodies[-1][0]
            process.stdin.write(msgpack.packb(bodies))
            await process.stdin.drain()
        process.stdin.close()
        made = await process.stdout.read()
        if await process.wait() != 0:
            raise ConnectionError(f"its process ended with {process.returncode}")
        return made


@asynccontextmanager
async def _process() -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that makes one report; it does not outlive the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.report",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


ROUTES: Final = (
    Route(
        "GET", "/report", report, FLOOR, "日报、月报、年报 · Report of a day, a month or a year", Report,
        query=Wanted, other_media=tuple(_MEDIA.values())[1:], refusals=(404, 422, 503),
    ),
)  # fmt: skip
