"""The rows of a spreadsheet, CSV or XLSX, as text with their lines and columns; what they mean is not known here."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from engine.core.plan import Name
from engine.wire.bad_file import BadFile, Problem

UNPACKED_BYTES_MAX: Final = 64 * 1024 * 1024
"""What an XLSX of eight megabytes may unfold to; a larger one was made to fill a memory."""
COLUMNS_MAX: Final = 100
CELL_CHARACTERS_MAX: Final = 4_000

_ZIP: Final = b"PK\x03\x04"
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its place from 0, and what its first row calls it."""

    place: int
    title: str = ""

    @property
    def letters(self) -> str:
        """A, B, … as a spreadsheet names it."""
        from openpyxl.utils import get_column_letter

        return str(get_column_letter(self.place + 1))


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty: its line, counted from 1, and its cells that are not empty."""

    line: int
    cells: tuple[tuple[Column, str], ...]

    def values(self) -> Iterator[tuple[int, str]]:
        """Place and text of each cell."""
        return ((column.place, text) for column, text in self.cells)


def read_rows(body: bytes, source: str) -> tuple[Row, Iterator[Row]]:
    """The first row and the others; raises `BadFile`, the others while they are read."""
    cells = _sheet(body, source) if body.startswith(_ZIP) else _csv(body, source)
    rows = (row for row in (_row(line, values) for line, values in cells) if row.cells)
    header = next(rows, None)
    if header is None:
        raise _bad(
            source,
            1,
            Name("文件是空的", "the file is empty"),
            Name("第一行写列名", "name the columns in the first row"),
        )
    return header, rows


def normal_header(text: str) -> str:
    """A column's name as it is compared: small letters, blanks around it and an asterisk for "needed" left out."""
    return text.strip().strip("*＊").strip().casefold().replace("-", "_")


def _row(line: int, values: Iterable[Any]) -> Row:
    texts = ((place, _text(value)) for place, value in enumerate(values) if place < COLUMNS_MAX)
    return Row(line, tuple((Column(place), text) for place, text in texts if text))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        # A spreadsheet takes an id of digits for a number.
        return str(int(value))
    return str(value).strip()[: CELL_CHARACTERS_MAX + 1]


def _csv(body: bytes, source: str) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(body, source)
    first_line = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _bad(
                source, line,
                Name("引号没有配对，或单元格过长", "a quotation mark has no partner, or a cell is too long"),
                Name("请检查这一行及其后的双引号", "look at the quotation marks from this line on"),
            ) from None  # fmt: skip
        yield line, values
        line = reader.line_num + 1


def _decoded(body: bytes, source: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _bad(
        source, 1,
        Name("不是 UTF-8 或 GB18030 文字", "neither UTF-8 nor GB18030 text"),
        Name("请另存为“CSV UTF-8”或 XLSX", "save it as CSV UTF-8 or as XLSX"),
    )  # fmt: skip


def _sheet(body: bytes, source: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows of the first sheet."""
    # Loaded for whoever brings a workbook, and not at every start of a hall.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(each.file_size for each in archive.infolist()) > UNPACKED_BYTES_MAX:
                raise InvalidFileException("unfolds to too much")
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What a sheet says of its own size is often wrong, and read-only reading believes it.
        sheet.reset_dimensions()
        yield from enumerate(sheet.iter_rows(max_col=COLUMNS_MAX, values_only=True), start=1)
    except (zipfile.BadZipFile, InvalidFileException, ParseError, LookupError, ValueError, TypeError, OSError):
        raise _bad(
            source, 1,
            Name("不是可读的 XLSX", "not a readable XLSX file"),
            Name("请在表格软件中另存为 XLSX 或 CSV", "save it again as XLSX or CSV in a spreadsheet program"),
        ) from None  # fmt: skip


def _bad(source: str, line: int, what: Name, fix: Name) -> BadFile:
    return BadFile((Problem(source, line, "", what, fix),))
