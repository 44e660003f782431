"""A report as a workbook: a sheet for each breakdown, widths and formats set, headings that stay in sight."""

import io
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from engine.report.figures import FIGURES
from engine.report.forms.tables import Table, breakdown, dimensions, headline, notes, overview, remarks, sections
from engine.report.forms.words import both

_FORMATS: Final = {"s": "[h]:mm:ss", "share": "0.0%", "stars": "0.00", "count": "#,##0"}
_DAY_S: Final = 86_400
_HEAD: Final = PatternFill("solid", fgColor="FFE6EEF5")
_TITLE, _BOLD = Font(bold=True, size=14), Font(bold=True)
_WRAPPED: Final = Alignment(wrap_text=True, vertical="center")
_NARROW, _WIDE, _WIDEST = 12, 30, 70


def as_xlsx(report: dict[str, Any]) -> bytes:
    """The bytes of the file."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    _write_overview(first, report)
    for dimension in dimensions(report):
        keys = [key for key, figure in FIGURES.items() if dimension in figure.where]
        table = breakdown(report, dimension, keys)
        sheet = book.create_sheet(_title(table))
        _write_table(sheet, 1, table)
        sheet.freeze_panes = "C2"
        _set_widths(sheet, [_NARROW, _WIDE, *[_NARROW] * len(keys)])
    _write_sections(book.create_sheet("其他 Others"), report)
    explained = notes()
    sheet = book.create_sheet(_title(explained))
    _write_table(sheet, 1, explained)
    _set_widths(sheet, [_WIDE, _WIDEST, _WIDEST])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_overview(sheet: Worksheet, report: dict[str, Any]) -> None:
    table = overview(report)
    sheet.title = _title(table)
    _put(sheet.cell(1, 1), both(headline(report)), "text").font = _TITLE
    row = 2
    for remark in remarks(report):
        _put(sheet.cell(row, 1), both(remark), "text")
        row += 1
    _write_heads(sheet, row + 1, table)
    for place, (name, value, unit) in enumerate(table.rows, start=row + 2):
        _put(sheet.cell(place, 1), name, "text")
        _put(sheet.cell(place, 2), value, unit)
    _set_widths(sheet, [_WIDE, _NARROW])


def _write_sections(sheet: Worksheet, report: dict[str, Any]) -> None:
    row = 1
    for table in sections(report):
        _put(sheet.cell(row, 1), both(table.title), "text").font = _BOLD
        row = _write_table(sheet, row + 1, table) + 1
    _set_widths(sheet, [_WIDE, _NARROW, _NARROW])


def _write_table(sheet: Worksheet, row: int, table: Table) -> int:
    """Headings at `row` and the lines below; the first row after them."""
    _write_heads(sheet, row, table)
    for values in table.rows:
        row += 1
        for place, (value, column) in enumerate(zip(values, table.columns, strict=True), start=1):
            _put(sheet.cell(row, place), value, column.unit)
    return row + 1


def _write_heads(sheet: Worksheet, row: int, table: Table) -> None:
    for place, column in enumerate(table.columns, start=1):
        cell = _put(sheet.cell(row, place), both(column.heading), "text")
        cell.font, cell.fill, cell.alignment = _BOLD, _HEAD, _WRAPPED


def _put(cell: Any, value: Any, unit: str) -> Cell:
    """Write a value; text is text, whatever it begins with."""
    if unit == "text":
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    elif value is not None:
        cell.value = value / _DAY_S if unit == "s" else value
        cell.number_format = _FORMATS[unit]
    assert isinstance(cell, Cell)
    return cell


def _set_widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _title(table: Table) -> str:
    return both(table.title)
