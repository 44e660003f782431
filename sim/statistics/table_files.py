"""Tables of days as files, CSV or Parquet, written as the days come; whole whenever the writing ends."""

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol

from engine.core.plan import Name
from sim.bad_option import BadOption
from sim.outputs import Output
from sim.statistics.batch import Batch
from sim.statistics.experiment import Experiment
from sim.statistics.part import Kind
from sim.statistics.rows import COLUMNS, Row, rows_of

ENDINGS: Final = (".csv", ".parquet")
IN_A_FOLDER: Final[dict[Kind, str]] = {"all": "days", "lane": "lanes", "service": "services", "slot": "half-hours"}
FIGURES: Final = "figures.json"


def tables_at(path: Path) -> Output:
    """What will be written to `--out`: a file, or a folder; raises `BadOption` when it is neither."""
    _require_known(path)
    if path.suffix:
        return Output("--out", path)
    names = (*(f"{name}.parquet" for name in IN_A_FOLDER.values()), FIGURES)
    return Output("--out", path, is_folder=True, files=names)


class Table(Protocol):
    """Takes rows."""

    def write(self, rows: list[Row]) -> None:
        """Write these after those before."""


class TableFiles:
    """The tables of one experiment: a file with every row, or a folder with a file for each kind of part."""

    def __init__(self, path: Path, experiment: Experiment) -> None:
        _require_known(path)
        self._path = path
        self._experiment = experiment
        self._stack = ExitStack()
        self._tables: dict[Kind, Table] = {}

    def __enter__(self) -> "TableFiles":
        if self._path.suffix:
            table = self._stack.enter_context(_table(self._path))
            self._tables = dict.fromkeys(IN_A_FOLDER, table)
        else:
            self._path.mkdir(parents=True, exist_ok=True)
            self._tables = {
                kind: self._stack.enter_context(_table(self._path / f"{name}.parquet"))
                for kind, name in IN_A_FOLDER.items()
            }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def write(self, batch: Batch) -> None:
        """Write the rows of a batch."""
        by_table: dict[int, tuple[Table, list[Row]]] = {}
        for kind, row in rows_of(self._experiment, batch):
            table = self._tables[kind]
            by_table.setdefault(id(table), (table, []))[1].append(row)
        for table, rows in by_table.values():
            table.write(rows)

    def write_figures(self, figures: dict[str, Any]) -> None:
        """In a folder, write the JSON object of all days beside the tables."""
        if not self._path.suffix:
            with _whole(self._path / FIGURES) as beside:
                beside.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


class _Csv:
    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def write(self, rows: list[Row]) -> None:
        self._writer.writerows(rows)

    def close(self) -> None:
        self._file.close()


class _Parquet:
    def __init__(self, path: Path) -> None:
        import pyarrow
        from pyarrow import parquet

        kinds = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}
        self._pyarrow = pyarrow
        self._schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
        self._writer = parquet.ParquetWriter(path, self._schema)

    def write(self, rows: list[Row]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        self._writer.write_table(self._pyarrow.table(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


@contextmanager
def _table(path: Path) -> Iterator[Table]:
    with _whole(path) as beside:
        table = _Csv(beside) if path.suffix == ".csv" else _Parquet(beside)
        try:
            yield table
        finally:
            table.close()


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file to write beside `path`, which takes its place once it is closed; nobody sees half of it."""
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _require_known(path: Path) -> None:
    if path.suffix not in ("", *ENDINGS):
        what = Name(f"不认识文件类型“{path.suffix}”", f"files that end in “{path.suffix}” are not written")
        raise BadOption(
            "--out", what, Name("请用 .csv、.parquet 或文件夹", "write .csv, .parquet, or the name of a folder")
        )
