"""Traces: who came, when, for what, for how long; as CSV, and as Parquet where pyarrow is installed.

Columns: `arrived_at, service, lane, service_s`, and optionally `patience_s, window, visitor, appointment_at, channel,
no_show`. Moments are seconds from midnight (of `day`) or ISO 8601; lengths are seconds. Inside, everything is whole
milliseconds. Rows stand in order of arrival. docs/reference/trace.md describes each column.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.core.events import Millis
from engine.core.plan import HallPlan, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among
from sim.visits import Visit

REQUIRED: Final = ("arrived_at", "service", "lane", "service_s")
OPTIONAL: Final = ("patience_s", "window", "visitor", "appointment_at", "channel", "no_show")
COLUMNS: Final = (*REQUIRED, *OPTIONAL)

ROWS_MAX: Final = 5_000_000
PROBLEMS_MAX: Final = 100
TEXT_LETTERS_MAX: Final = 64
DAY_S: Final = 86_400
PATIENCE_S_MAX: Final = 30 * DAY_S
YEARS: Final = range(1990, 2200)
FIRST_DAY: Final = date(2026, 1, 5)
"""The day of a trace that does not name one: a Monday."""

Row = Mapping[str, str]


def read_trace(path: Path, plan: HallPlan, day: date = FIRST_DAY) -> list[Visit]:
    """The visits of a trace for this hall; raises `BadFile`, which names every bad row by line and column."""
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    reader = RowReader(str(path), plan, day)
    visits = [visit for line, row in rows if (visit := reader.read(line, row)) is not None]
    if reader.problems:
        raise BadFile(tuple(reader.problems))
    return visits


def write_trace(path: Path, visits: Iterable[Visit], plan: HallPlan, *, iso: bool) -> None:
    """Write visits so that `read_trace` gives them back; moments as ISO 8601, or as seconds from midnight."""
    zone = ZoneInfo(plan.timezone)
    moment = _iso if iso else _seconds_of_day
    write_rows(path, (_row(visit, zone, moment) for visit in visits))


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows that have a cell for every column of a trace."""
    if path.suffix == ".parquet":
        _write_parquet(path, list(rows))
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


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
        )
        if len(self.problems) >= PROBLEMS_MAX:
            raise BadFile(tuple(self.problems))
        return visit if len(self.problems) == before else None

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
            zh = {"service": "业务", "lane": "队列", "window": "窗口"}[column]
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


# --- CSV ---


def _csv_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row with the line on which it ends; raises `BadFile` for what keeps rows from being told apart."""
    source = str(path)
    try:
        with path.open("r", encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip() for name in next(reader, [])]
            check_columns(source, header)
            for count, cells in enumerate(reader):
                if not cells:
                    continue
                if count >= ROWS_MAX:
                    raise BadFile((_too_many_rows(source, reader.line_num),))
                if len(cells) != len(header):
                    raise BadFile((_cell_count(source, reader.line_num, len(cells), len(header)),))
                yield reader.line_num, dict(zip(header, map(str.strip, cells), strict=True))
    except OSError as error:
        raise BadFile((unreadable(source, error.strerror or str(error)),)) from None
    except UnicodeDecodeError:
        raise BadFile((_not_utf8(path),)) from None
    except csv.Error as error:
        raise BadFile((not_csv(source, reader.line_num, error),)) from None


def check_columns(source: str, header: Sequence[str]) -> None:
    """Raise `BadFile` unless every column is known, stands once, and none that is needed is missing."""
    problems = []
    for place, name in enumerate(header):
        if name not in COLUMNS:
            problems.append(Problem(source, 1, name, Name("没有这一列", "unknown column"), choose_among(name, COLUMNS)))
        elif name in header[:place]:
            fix = Name("请删去一列", "remove one of them")
            problems.append(Problem(source, 1, name, Name("这一列写了两次", "this column stands twice"), fix))
    for name in REQUIRED:
        if name not in header:
            fix = Name(f"第一行须有 {', '.join(REQUIRED)}", f"the first line must have {', '.join(REQUIRED)}")
            problems.append(Problem(source, 1, name, Name("缺少这一列", "missing column"), fix))
    if problems:
        raise BadFile(tuple(problems))


def unreadable(source: str, reason: str) -> Problem:
    return Problem(
        source,
        1,
        "",
        Name(f"无法读取（{reason}）", f"cannot be read ({reason})"),
        Name("请检查路径和权限", "check the path and its permissions"),
    )


def not_csv(source: str, line: int, error: csv.Error) -> Problem:
    return Problem(
        source,
        line,
        "",
        Name(f"不是合法的 CSV（{error}）", f"not valid CSV ({error})"),
        Name("请检查引号是否成对", "look for a quote that is never closed"),
    )


def _not_utf8(path: Path) -> Problem:
    """The text decoder reads ahead, so the line is looked for afterwards."""
    with path.open("rb") as file:
        line = next((number for number, body in enumerate(file, 1) if not _is_utf8(body)), 1)
    what = Name("不是 UTF-8 编码", "not UTF-8")
    return Problem(str(path), line, "", what, Name("请另存为 CSV UTF-8", "save it again as CSV UTF-8"))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _cell_count(source: str, line: int, found: int, wanted: int) -> Problem:
    return Problem(
        source,
        line,
        "",
        Name(f"有 {found} 格，应为 {wanted} 格", f"has {found} cells, not {wanted}"),
        Name("请检查逗号和引号", "look for a missing or stray comma or quote"),
    )


def _too_many_rows(source: str, line: int) -> Problem:
    return Problem(
        source,
        line,
        "",
        Name(f"超过 {ROWS_MAX} 行", f"more than {ROWS_MAX} rows"),
        Name("请按天拆分", "split it by day"),
    )


# --- Parquet ---


def _parquet_rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Each row with its number, counted from 1; cells as text, so that one set of rules holds for both formats."""
    source = str(path)
    pyarrow, parquet = _pyarrow(source)
    try:
        table = parquet.ParquetFile(path)
        check_columns(source, table.schema_arrow.names)
        if table.metadata.num_rows > ROWS_MAX:
            raise BadFile((_too_many_rows(source, ROWS_MAX + 1),))
        count = 0
        for batch in table.iter_batches():
            for cells in batch.to_pylist():
                count += 1
                yield count, {name: _cell_text(value) for name, value in cells.items()}
    except (OSError, pyarrow.ArrowException) as error:
        raise BadFile((unreadable(source, str(error)),)) from None


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _write_parquet(path: Path, rows: list[Row]) -> None:
    pyarrow, parquet = _pyarrow(str(path))
    parquet.write_table(pyarrow.table({name: [row[name] for row in rows] for name in COLUMNS}), path)


def _pyarrow(source: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        what = Name("读写 Parquet 需要 pyarrow", "Parquet needs pyarrow")
        fix = Name("请安装 jiaohao[sim]，或改用 CSV", "install jiaohao[sim], or use CSV")
        raise BadFile((Problem(source, 1, "", what, fix),)) from None
    return pyarrow, parquet


# --- rows to write ---


def _row(visit: Visit, zone: ZoneInfo, moment: Callable[[Millis, ZoneInfo], str]) -> dict[str, str]:
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
    }


def seconds_text(length_ms: Millis) -> str:
    """A length in seconds, with no more decimals than it needs."""
    return f"{length_ms // 1_000}.{length_ms % 1_000:03d}".rstrip("0").rstrip(".")


def _seconds_of_day(at_ms: Millis, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(at_ms // 1_000, zone)
    return seconds_text(((at.hour * 60 + at.minute) * 60 + at.second) * 1_000 + at_ms % 1_000)


def _iso(at_ms: Millis, zone: ZoneInfo) -> str:
    at = datetime.fromtimestamp(at_ms // 1_000, zone).replace(microsecond=at_ms % 1_000 * 1_000)
    return at.isoformat(timespec="milliseconds")
