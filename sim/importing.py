"""Somebody else's ticket log turned into a trace, row by row, with every row that cannot be used named."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from engine.core.plan import Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among
from sim.log_map import LogMap
from sim.trace import ROWS_MAX, unreadable
from sim.trace_rows import COLUMNS, SEEN, Row, seconds_text

VISIT_S_MAX: Final = 86_400

Cells = Mapping[str, str]


@dataclass(slots=True)
class Imported:
    """The rows of a trace in order of arrival, their columns, and what was wrong with the other rows of the log."""

    columns: tuple[str, ...] = COLUMNS
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    bad_rows: int = 0


class _BadCell(Exception):
    def __init__(self, column: str, what: Name, fix: Name) -> None:
        super().__init__(column)
        self.column, self.what, self.fix = column, what, fix


def import_log(path: Path, log_map: LogMap) -> Imported:
    """Read a log; raises `BadFile` when it cannot be read as a table at all."""
    imported = Imported((*COLUMNS, *(name for name in SEEN if _tells(log_map, name))))
    found: list[tuple[datetime, int, Row]] = []
    for line, cells in _lines(path, log_map):
        try:
            arrived_at, row = _row(cells, log_map)
        except _BadCell as bad:
            imported.bad_rows += 1
            imported.problems.append(Problem(str(path), line, bad.column, bad.what, bad.fix))
        else:
            found.append((arrived_at, line, row))
    found.sort(key=lambda entry: entry[:2])
    imported.rows = [row for _, _, row in found]
    return imported


def _lines(path: Path, log_map: LogMap) -> Iterator[tuple[int, Cells]]:
    source = str(path)
    encoding = "utf-8-sig" if log_map.file.encoding == "utf-8" else log_map.file.encoding
    try:
        with path.open("r", encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=log_map.file.delimiter)
            header = [name.strip() for name in next(reader, [])]
            _require_columns(source, header, log_map)
            for count, cells in enumerate(reader):
                if count >= ROWS_MAX:
                    fix = Name("请按月拆分", "split it by month")
                    what = Name(f"超过 {ROWS_MAX} 行", f"more than {ROWS_MAX} rows")
                    raise BadFile((Problem(source, reader.line_num, "", what, fix),))
                if cells:
                    padded = [*map(str.strip, cells), *[""] * (len(header) - len(cells))]
                    yield reader.line_num, dict(zip(header, padded, strict=False))
    except OSError as error:
        raise BadFile((unreadable(source, error.strerror or str(error)),)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        what = Name(f"不是 {encoding} 编码的 CSV（{error}）", f"not a CSV file in {encoding} ({error})")
        fix = Name('可在 [file] 中试 encoding = "gb18030"', 'try encoding = "gb18030" under [file]')
        raise BadFile((Problem(source, 1, "", what, fix),)) from None


def _require_columns(source: str, header: list[str], log_map: LogMap) -> None:
    wanted = [name for name in log_map.columns.model_dump().values() if name is not None]
    problems = tuple(
        Problem(source, 1, name, Name("日志里没有这一列", "the log has no such column"), choose_among(name, header))
        for name in wanted
        if name not in header
    )
    if problems:
        raise BadFile(problems)


def _row(cells: Cells, log_map: LogMap) -> tuple[datetime, Row]:
    columns, defaults = log_map.columns, log_map.defaults
    arrived_at = _moment(cells, columns.arrived_at, log_map)
    length_s = _length_s(cells, log_map)
    left_s = _since(arrived_at, cells, columns.left_at, log_map) if length_s is None else None
    row = dict.fromkeys((*COLUMNS, *SEEN), "")
    row |= {
        "arrived_at": arrived_at.isoformat(timespec="milliseconds"),
        "service": _word(cells, columns.service, log_map.services, defaults.service),
        "lane": _word(cells, columns.lane, log_map.lanes, defaults.lane),
        "service_s": seconds_text(round((length_s or 0) * 1_000)),
        "channel": _word(cells, columns.channel, log_map.channels, defaults.channel),
        "no_show": str(int(length_s is None and left_s is None)),
        **_seen(cells, log_map, arrived_at, left_s),
    }
    if columns.window and cells[columns.window]:
        row["window"] = log_map.windows.get(cells[columns.window], cells[columns.window])
    if columns.patience_s and cells[columns.patience_s]:
        row["patience_s"] = seconds_text(round(_seconds(cells, columns.patience_s, log_map) * 1_000))
    elif left_s is not None:
        row["patience_s"] = _text(left_s)
    return arrived_at, row


def _seen(cells: Cells, log_map: LogMap, arrived_at: datetime, left_s: float | None) -> Row:
    """What the log saw of a visit: a wait ends with the call, or with the beginning where no call is noted."""
    columns = log_map.columns
    called_s = _since(arrived_at, cells, columns.called_at, log_map)
    began_s = _since(arrived_at, cells, columns.began_at, log_map)
    waited_s = left_s if left_s is not None else began_s if called_s is None else called_s
    walked_s = None if called_s is None or began_s is None else _in_bounds(began_s - called_s, columns.began_at or "")
    served_by = cells[columns.served_by] if columns.served_by else ""
    return {
        "waited_s": _text(waited_s),
        "walked_s": _text(walked_s),
        "served_by": log_map.windows.get(served_by, served_by),
    }


def _tells(log_map: LogMap, name: str) -> bool:
    """Whether a log with this map says what a visit was seen to do."""
    columns = log_map.columns
    named = {
        "waited_s": (columns.called_at, columns.began_at, columns.left_at),
        "walked_s": (columns.called_at and columns.began_at,),
        "served_by": (columns.served_by,),
    }
    return any(named[name])


def _since(arrived_at: datetime, cells: Cells, column: str | None, log_map: LogMap) -> float | None:
    """Seconds from the arrival to the moment in a column; None where there is none."""
    if column is None or not cells[column]:
        return None
    return _in_bounds((_moment(cells, column, log_map) - arrived_at).total_seconds(), column)


def _text(seconds: float | None) -> str:
    return "" if seconds is None else seconds_text(round(seconds * 1_000))


def _word(cells: Cells, column: str | None, words: Mapping[str, str], default: str | None) -> str:
    said = cells[column] if column else ""
    if said:
        return words.get(said, said)
    if default is None:
        assert column is not None
        raise _BadCell(
            column, Name("空白", "empty"), Name("请补上，或在 [defaults] 里写一个", "fill it in, or give a default")
        )
    return default


def _length_s(cells: Cells, log_map: LogMap) -> float | None:
    """How long the visit took at the window; None for somebody who was called and did not come."""
    columns = log_map.columns
    if columns.service_s is not None:
        return _seconds(cells, columns.service_s, log_map) if cells[columns.service_s] else None
    assert columns.began_at is not None and columns.finished_at is not None
    if not cells[columns.began_at]:
        return None
    began_at = _moment(cells, columns.began_at, log_map)
    length_s = (_moment(cells, columns.finished_at, log_map) - began_at).total_seconds()
    return _in_bounds(length_s, columns.finished_at)


def _seconds(cells: Cells, column: str, log_map: LogMap) -> float:
    text = cells[column]
    parts = text.split(":") if log_map.formats.length == "h:m:s" else [text]
    try:
        seconds = 0.0
        for part in parts:
            seconds = seconds * 60 + float(part)
    except ValueError:
        what = Name(f"“{text}”不是时长", f"“{text}” is no length of time")
        fix = Name(f"格式应为 {log_map.formats.length}", f"the map says it is in {log_map.formats.length}")
        raise _BadCell(column, what, fix) from None
    return _in_bounds(seconds * 60 if log_map.formats.length == "minutes" else seconds, column)


def _in_bounds(seconds: float, column: str) -> float:
    if not 0 <= seconds <= VISIT_S_MAX:
        what = Name(f"时长 {seconds:g} 秒不合理", f"{seconds:g} seconds cannot be")
        raise _BadCell(column, what, Name("请核对开始和结束时间", "look at when it began and finished"))
    return seconds


def _moment(cells: Cells, column: str, log_map: LogMap) -> datetime:
    text = cells[column]
    if log_map.columns.date is not None:
        text = f"{cells[log_map.columns.date]} {text}"
    try:
        return datetime.strptime(text, log_map.formats.moment)
    except ValueError:
        what = Name(f"“{text}”不是时刻", f"“{text}” is no moment")
        fix = Name(f"格式应为 {log_map.formats.moment}", f"the map says it looks like {log_map.formats.moment}")
        raise _BadCell(column, what, fix) from None
