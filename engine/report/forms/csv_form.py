"""A report as CSV for any spreadsheet: UTF-8 with a mark at its beginning, one wide table, then the small ones."""

import csv
import io
from typing import Any, Final

from engine.report.figures import FIGURES
from engine.report.forms.tables import Column, Table, breakdown, dimensions, headline, notes, remarks, sections
from engine.report.forms.words import SECTIONS, WORDS, both

_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def as_csv(report: dict[str, Any]) -> bytes:
    """The bytes of the file; times in minutes, shares in percent."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe(both(headline(report)))])
    writer.writerow([safe("；".join(both(remark) for remark in remarks(report)))])
    writer.writerow([])
    _write_figures(writer, report)
    for table in (*sections(report), notes()):
        writer.writerow([])
        writer.writerow([safe(both(table.title))])
        writer.writerow([_heading(column) for column in table.columns])
        writer.writerows(_cells(table))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe("社保")
    ("'=1+1", '社保')
    """
    return f"'{text}" if text.startswith(_RISKY) else text


def _write_figures(writer: Any, report: dict[str, Any]) -> None:
    keys = list(FIGURES)
    columns = [Column(WORDS[word], "text") for word in ("breakdown", "id", "name")]
    columns += [Column(FIGURES[key].name, FIGURES[key].unit) for key in keys]
    writer.writerow([_heading(column) for column in columns])
    units = [FIGURES[key].unit for key in keys]
    total = (report["total"].get(key) for key in keys)
    writer.writerow([both(SECTIONS["total"]), "", "", *map(_cell, total, units)])
    for dimension in dimensions(report):
        table = breakdown(report, dimension, keys)
        writer.writerows([safe(both(table.title)), *row] for row in _cells(table))


def _cells(table: Table) -> list[list[Any]]:
    units = [column.unit for column in table.columns]
    return [[_cell(value, unit) for value, unit in zip(row, units, strict=True)] for row in table.rows]


def _cell(value: Any, unit: str) -> Any:
    if value is None:
        return ""
    if unit == "text":
        return safe(str(value))
    if unit == "s":
        return round(value / 60, 2)
    return f"{value * 100:.2f}%" if unit == "share" else value


def _heading(column: Column) -> str:
    return safe(both(column.heading) + (" (分 min)" if column.unit == "s" else ""))
