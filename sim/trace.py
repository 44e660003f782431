"""Traces: who came, when, for what, for how long; as CSV, and as Parquet where pyarrow is installed.

Columns: `arrived_at, service, lane, service_s`, and optionally `patience_s, window, visitor, appointment_at, channel,
no_show`, and those of `sim.trace_rows.COURSE` and `SEEN`. Moments are seconds from midnight (of `day`) or ISO 8601;
lengths are seconds. Inside, everything is whole milliseconds. Rows stand in order of arrival. docs/reference/trace.md
describes each column.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.core.plan import HallPlan, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among
from sim.trace_rows import COLUMNS, COURSE, FIRST_DAY, REQUIRED, SEEN, Row, RowReader, iso, row_of, seconds_of_day
from sim.visits import Visit

ROWS_MAX: Final = 5_000_000
KNOWN: Final = (*COLUMNS, *COURSE, *SEEN)


def read_trace(path: Path, plan: HallPlan, day: date = FIRST_DAY) -> list[Visit]:
    """The visits of a trace for this hall; raises `BadFile`, which names every bad row by line and column."""
    reader = RowReader(str(path), plan, day)
    visits = [visit for line, row in rows_of(path) if (visit := reader.read(line, row)) is not None]
    if reader.problems:
        raise BadFile(tuple(reader.problems))
    return visits


def rows_of(path: Path) -> Iterator[tuple[int, Row]]:
    """The rows of a trace one after the other, each with its line; raises `BadFile` where they end as a table."""
    return _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)


def write_trace(
    path: Path, visits: Iterable[Visit], plan: HallPlan, *, as_iso: bool, with_courses: bool = False
) -> None:
    """Write visits so that `read_trace` gives them back; moments as ISO 8601, or as seconds from midnight.

    The columns of courses are written only `with_courses`: most traces have none.
    """
    zone = ZoneInfo(plan.timezone)
    moment = iso if as_iso else seconds_of_day
    columns = (*COLUMNS, *COURSE) if with_courses else COLUMNS
    write_rows(path, (row_of(visit, zone, moment) for visit in visits), columns)


def write_rows(path: Path, rows: Iterable[Row], columns: Sequence[str] = COLUMNS) -> None:
    """Write rows that have a cell for each of these columns."""
    if path.suffix == ".parquet":
        _write_parquet(path, list(rows), columns)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


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
        if name not in KNOWN:
            problems.append(Problem(source, 1, name, Name("没有这一列", "unknown column"), choose_among(name, KNOWN)))
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


def _write_parquet(path: Path, rows: list[Row], columns: Sequence[str]) -> None:
    pyarrow, parquet = _pyarrow(str(path))
    parquet.write_table(pyarrow.table({name: [row[name] for row in rows] for name in columns}), path)


def _pyarrow(source: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        what = Name("读写 Parquet 需要 pyarrow", "Parquet needs pyarrow")
        fix = Name("请安装 jiaohao[sim]，或改用 CSV", "install jiaohao[sim], or use CSV")
        raise BadFile((Problem(source, 1, "", what, fix),)) from None
    return pyarrow, parquet
