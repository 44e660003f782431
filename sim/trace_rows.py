"""Rows of a trace: cells turned into visits and back, every mistake named by line and column."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Final, cast, get_args
from zoneinfo import ZoneInfo

from engine.core.events import HoldKind, Millis
from engine.core.plan import HallPlan, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among
from sim.visits import Break, Course, Errand, Visit

REQUIRED: Final = ("arrived_at", "service", "lane", "service_s")
OPTIONAL: Final = ("patience_s", "window", "visitor", "appointment_at", "channel", "no_show")
COLUMNS: Final = (*REQUIRED, *OPTIONAL)
COURSE: Final = (
    "items",
    "stays",
    "outcome",
    "reason",
    "hold",
    "hold_after_s",
    "hold_s",
    "transfer_to",
    "form_s",
    "stage_s",
    "waits",
    "collect_s",
    "returns_s",
    "stars",
    "on_behalf",
    "not_printed",
    "missed",
    "pause_s",
)
"""What happens on a visit beside waiting and being served, and after it."""
SEEN: Final = ("waited_s", "walked_s", "served_by")
"""What a log saw of a visit and a replay decides anew: time to the call, from there to the window, which window."""

PROBLEMS_MAX: Final = 100
TEXT_LETTERS_MAX: Final = 64
DAY_S: Final = 86_400
PATIENCE_S_MAX: Final = 30 * DAY_S
YEARS: Final = range(1990, 2200)
FIRST_DAY: Final = date(2026, 1, 5)
"""The day of a trace that does not name one: a Monday."""

SLUG: Final = re.compile(r"[a-z0-9-]{1,64}")
NOTHING_ELSE: Final = Course()

Row = Mapping[str, str]


class RowReader:
    """Rows turned into visits, one at a time; what is wrong with them gathers in `problems`."""

    def __init__(self, source: str, plan: HallPlan, day: date) -> None:
        self.problems: list[Problem] = []
        self._source = source
        self._services = frozenset(service.service_id for service in plan.services)
        self._lanes = frozenset(lane.lane_id for lane in plan.lanes)
        self._windows = frozenset(window.window_id for window in plan.windows)
        self._zone = ZoneInfo(plan.timezone)
        self._midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        self._latest_ms: Millis | None = None
        self._line = 0

    def read(self, line: int, row: Row) -> Visit | None:
        """The visit of a row, None when something is wrong with it; raises `BadFile` when too much is wrong."""
        self._line = line
        before = len(self.problems)
        arrived_ms = self._in_order(self._moment("arrived_at", row["arrived_at"]))
        appointment = row.get("appointment_at", "")
        patience = row.get("patience_s", "")
        visit = Visit(
            arrived_ms,
            self._one_of("service", row["service"], self._services),
            self._one_of("lane", row["lane"], self._lanes),
            self._length("service_s", row["service_s"], DAY_S),
            self._length("patience_s", patience, PATIENCE_S_MAX) if patience else None,
            self._one_of("window", row["window"], self._windows) if row.get("window") else None,
            self._text("channel", row.get("channel", "")) or "kiosk",
            self._flag("no_show", row.get("no_show", "")),
            self._text("visitor", row.get("visitor", "")),
            self._moment("appointment_at", appointment) if appointment else None,
            self._course(row, f"row-{line}" if appointment else None),
            self._length_or_none(row, "pause_s", DAY_S) or 0,
        )
        self.seen(row)
        if len(self.problems) >= PROBLEMS_MAX:
            raise BadFile(tuple(self.problems))
        return visit if len(self.problems) == before else None

    def seen(self, row: Row) -> tuple[Millis | None, Millis | None, str | None]:
        """How long the visit of a row waited and walked, and which window served it; None for what is not told."""
        served_by = row.get("served_by", "")
        return (
            self._length_or_none(row, "waited_s", PATIENCE_S_MAX),
            self._length_or_none(row, "walked_s", DAY_S),
            self._one_of("served_by", served_by, self._windows) if served_by else None,
        )

    def _course(self, row: Row, booking: str | None) -> Course | None:
        """What else happens on the visit; None when nothing does."""
        course = Course(
            more=tuple(self._errand(text) for text in row.get("items", "").split()),
            stays=self._flag("stays", row.get("stays", "")),
            outcome=self._slug("outcome", row.get("outcome", "")) or "done",
            reason=self._slug("reason", row.get("reason", "")) or None,
            hold=self._hold(row) if row.get("hold") else None,
            transfer_to=self._one_of("service", row["transfer_to"], self._services) if row.get("transfer_to") else None,
            form_ms=self._length_or_none(row, "form_s", DAY_S),
            stage_ms=self._length_or_none(row, "stage_s", PATIENCE_S_MAX),
            waits=self._flag("waits", row.get("waits", "")),
            collect_ms=self._length_or_none(row, "collect_s", DAY_S) or 0,
            returns_ms=self._length_or_none(row, "returns_s", PATIENCE_S_MAX),
            stars=self._stars(row.get("stars", "")),
            on_behalf=self._flag("on_behalf", row.get("on_behalf", "")),
            is_printed=not self._flag("not_printed", row.get("not_printed", "")),
            booking=booking,
            is_missed=self._is_missed(row.get("missed", ""), booking),
        )
        return None if course == NOTHING_ELSE else course

    def _is_missed(self, text: str, booking: str | None) -> bool:
        is_missed = self._flag("missed", text)
        if is_missed and booking is None:
            what = Name("没有可错过的预约", "there is no appointment to miss")
            self._wrong(
                "missed", what, Name("请写 appointment_at，或删去这一行", "write appointment_at, or leave the row out")
            )
        return is_missed

    def _errand(self, text: str) -> Errand:
        service_id, _, seconds = text.partition(":")
        return Errand(self._one_of("service", service_id, self._services), self._length("items", seconds, DAY_S))

    def _hold(self, row: Row) -> Break:
        kind = row["hold"]
        if kind not in get_args(HoldKind):
            what = Name(f"没有“{kind}”这种挂起", f"no such hold “{kind}”")
            self._wrong("hold", what, choose_among(kind, get_args(HoldKind)))
        return Break(
            cast("HoldKind", kind),
            self._length("hold_after_s", row.get("hold_after_s", ""), DAY_S),
            self._length("hold_s", row.get("hold_s", ""), DAY_S),
        )

    def _length_or_none(self, row: Row, column: str, most_s: int) -> Millis | None:
        text = row.get(column, "")
        return self._length(column, text, most_s) if text else None

    def _stars(self, text: str) -> int | None:
        if text not in ("", "1", "2", "3", "4", "5"):
            what = Name(f"“{text}”不是 1 到 5", f"“{text}” is not 1 to 5")
            self._wrong("stars", what, Name("请写 1 到 5", "write 1 to 5"))
            return None
        return int(text) if text else None

    def _slug(self, column: str, text: str) -> str:
        if text and not SLUG.fullmatch(text):
            self._wrong(
                column,
                Name(f"“{text}”不是编号", f"“{text}” is no id"),
                Name("只用小写字母、数字和连字符", "use small letters, digits and hyphens only"),
            )
        return text

    def _in_order(self, arrived_ms: Millis) -> Millis:
        if arrived_ms and self._latest_ms is not None and arrived_ms < self._latest_ms:
            self._wrong(
                "arrived_at",
                Name("早于上一行", "earlier than the row before"),
                Name("请按 arrived_at 从早到晚排序", "sort the rows by arrived_at"),
            )
        self._latest_ms = max(arrived_ms, self._latest_ms or 0)
        return arrived_ms

    def _moment(self, column: str, text: str) -> Millis:
        seconds = _number(text)
        if seconds is not None:
            if not 0 <= seconds < DAY_S:
                self._wrong(
                    column,
                    Name(f"“{text}”不在一天之内", f"“{text}” is outside the day"),
                    Name(
                        "请写 0 到 86399 的秒数；多天请用 ISO 8601",
                        "write 0 to 86399 seconds; ISO 8601 for several days",
                    ),
                )
                return 0
            # Seconds are read off a wall clock: on the day the clocks change, 09:00 is still 32,400.
            return _millis(self._midnight + timedelta(milliseconds=round(seconds * 1_000)))
        try:
            moment = datetime.fromisoformat(text)
            if moment.year not in YEARS:
                raise ValueError(text)
            return _millis(moment if moment.tzinfo else moment.replace(tzinfo=self._zone))
        except ValueError:
            self._wrong(
                column,
                Name(f"“{text}”不是时刻", f"“{text}” is no moment") if text else Name("空白", "empty"),
                Name("例如 32400.5 或 2026-01-05T09:00:00.500+08:00", "write 32400.5 or 2026-01-05T09:00:00.500+08:00"),
            )
            return 0

    def _length(self, column: str, text: str, most_s: int) -> Millis:
        seconds = _number(text)
        if seconds is None or not 0 <= seconds <= most_s:
            what = (
                Name(f"“{text}”不是秒数", f"“{text}” is no number of seconds")
                if seconds is None
                else Name(f"“{text}”超出范围", f"“{text}” is out of range")
            )
            self._wrong(column, what, Name(f"请写 0 到 {most_s} 的秒数", f"write 0 to {most_s} seconds"))
            return 0
        return round(seconds * 1_000)

    def _one_of(self, column: str, text: str, known: frozenset[str]) -> str:
        if text not in known:
            zh = {"service": "业务", "lane": "队列"}.get(column, "窗口")
            self._wrong(
                column,
                Name(f"大厅没有“{text}”这个{zh}", f"the hall has no {column} “{text}”"),
                choose_among(text, known),
            )
        return text

    def _text(self, column: str, text: str) -> str:
        if len(text) > TEXT_LETTERS_MAX or not text.isprintable():
            self._wrong(
                column,
                Name("过长或含控制字符", "too long or with control characters"),
                Name(f"最多 {TEXT_LETTERS_MAX} 个可见字符", f"keep to {TEXT_LETTERS_MAX} visible characters"),
            )
        return text

    def _flag(self, column: str, text: str) -> bool:
        if text not in ("", "0", "1"):
            self._wrong(
                column,
                Name(f"“{text}”不是 0 或 1", f"“{text}” is neither 0 nor 1"),
                Name("请写 0 或 1", "write 0 or 1"),
            )
        return text == "1"

    def _wrong(self, column: str, what: Name, fix: Name) -> None:
        self.problems.append(Problem(self._source, self._line, column, what, fix))


def _number(text: str) -> float | None:
    """A decimal as people and spreadsheets write it; None for anything else, infinities and NaN too."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in text else None


def _millis(moment: datetime) -> Millis:
    return round(moment.timestamp() * 1_000)


# --- rows to write ---


def row_of(visit: Visit, zone: ZoneInfo, moment: Callable[[Millis, ZoneInfo], str]) -> Row:
    """The cells of a visit, those of its course among them."""
    return {
        "arrived_at": moment(visit.arrived_ms, zone),
        "service": visit.service_id,
        "lane": visit.lane_id,
        "service_s": seconds_text(visit.service_ms),
        "patience_s": "" if visit.patience_ms is None else seconds_text(visit.patience_ms),
        "window": visit.window_id or "",
        "visitor": visit.visitor,
        "appointment_at": "" if visit.appointment_ms is None else moment(visit.appointment_ms, zone),
        "channel": visit.channel,
        "no_show": str(int(visit.is_absent)),
        **_course_cells(visit.course or NOTHING_ELSE),
        "pause_s": seconds_text(visit.pause_ms) if visit.pause_ms else "",
    }


def _course_cells(course: Course) -> Row:
    hold = course.hold
    return {
        "items": " ".join(f"{errand.service_id}:{seconds_text(errand.service_ms)}" for errand in course.more),
        "stays": _flag_text(course.stays),
        "outcome": "" if course.outcome == "done" else course.outcome,
        "reason": course.reason or "",
        "hold": hold.kind if hold else "",
        "hold_after_s": seconds_text(hold.after_ms) if hold else "",
        "hold_s": seconds_text(hold.for_ms) if hold else "",
        "transfer_to": course.transfer_to or "",
        "form_s": _length_text(course.form_ms),
        "stage_s": _length_text(course.stage_ms),
        "waits": _flag_text(course.waits),
        "collect_s": seconds_text(course.collect_ms) if course.collect_ms else "",
        "returns_s": _length_text(course.returns_ms),
        "stars": "" if course.stars is None else str(course.stars),
        "on_behalf": _flag_text(course.on_behalf),
        "not_printed": _flag_text(not course.is_printed),
        "missed": _flag_text(course.is_missed),
    }


def _flag_text(is_so: bool) -> str:
    return "1" if is_so else ""


def _length_text(length_ms: Millis | None) -> str:
    return "" if length_ms is None else seconds_text(length_ms)


def seconds_text(length_ms: Millis) -> str:
    """A length in seconds, with no more decimals than it needs."""
    return f"{length_ms // 1_000}.{length_ms % 1_000:03d}".rstrip("0").rstrip(".")


def seconds_of_day(at_ms: Millis, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(at_ms // 1_000, zone)
    return seconds_text(((at.hour * 60 + at.minute) * 60 + at.second) * 1_000 + at_ms % 1_000)


def iso(at_ms: Millis, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(at_ms // 1_000, zone).replace(microsecond=at_ms % 1_000 * 1_000)
    return at.isoformat(timespec="milliseconds")
