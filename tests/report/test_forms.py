"""Forms: the same figures in every one, for spreadsheets without traps, and a page that needs nothing else."""

import csv
import io
import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from engine.core import events as e
from engine.core.events import Event
from engine.report.figures import FIGURES, GROUPS, NOTES
from engine.report.forms import written
from engine.report.forms.tables import dimensions, headline
from engine.report.forms.words import WORDS, both, satisfaction
from engine.report.period import Period
from engine.report.tally import Tally
from tests.builders import DAY, HOUR, NINE, PLAN, PRIORITY
from tests.report.random_days import RandomDays

TRAPS = ("=1+1", "+1", "-1", "@sum", "\tx", "\rx", "<script>alert(1)</script>", "a\x07b", "正常")


@lru_cache
def a_month() -> dict[str, Any]:
    tally = Tally(Period("month", "202611"))
    for fact in RandomDays(3).day(200).day(150).facts:
        tally.add(fact)
    return tally.report()


def a_trap() -> dict[str, Any]:
    """A day whose free words are formulas and markup."""
    facts: list[Event] = [e.HallConfigured(PLAN, NINE), e.DayOpened(DAY, NINE, NINE, NINE)]
    facts += [e.WindowOpened("w01", None, NINE)]
    for words in TRAPS:
        facts += [e.WindowPaused("w01", words, NINE), e.WindowResumed("w01", NINE + HOUR)]
        facts += [e.VisitorTurnedAway(None, words, words, NINE)]
    tally = Tally(Period("day", DAY))
    for fact in facts:
        tally.add(fact)
    return tally.report()


def rows_of(report: dict[str, Any]) -> list[list[str]]:
    data = written(report, "csv")
    assert data.startswith(b"\xef\xbb\xbf"), "without its mark a spreadsheet takes UTF-8 for something else"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def workbook_of(report: dict[str, Any]) -> Workbook:
    return load_workbook(io.BytesIO(written(report, "xlsx")))


def test_csv_has_a_line_for_every_line_of_every_breakdown() -> None:
    report = a_month()
    rows = rows_of(report)

    (head,) = [row for row in rows if row[:1] == [both(WORDS["breakdown"])]]
    lines = [row for row in rows if len(row) == len(head)]
    assert len(head) == 3 + len(FIGURES)
    assert len(lines) == 2 + sum(len(report[f"by_{dimension}"]) for dimension in dimensions(report))
    assert lines[1][3] == str(report["total"]["issued"])


def test_csv_tells_times_in_minutes_and_shares_in_percent() -> None:
    report = a_month()
    lines = [row for row in rows_of(report) if len(row) == 3 + len(FIGURES)]
    value = dict(zip(FIGURES, lines[1][3:], strict=True))

    assert float(value["wait_mean_s"]) == round(report["total"]["wait_mean_s"] / 60, 2)
    assert value["no_show_rate"] == f"{report['total']['no_show_rate'] * 100:.2f}%"


def test_no_cell_of_a_csv_is_a_formula() -> None:
    for row in rows_of(a_trap()):
        for cell in row:
            is_number = re.fullmatch(r"-?[\d.]+%?", cell)
            assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    texts = []
    for sheet in workbook_of(a_trap()):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
            texts += [cell.value for cell in row if isinstance(cell.value, str)]

    assert "=1+1" in texts and "ab" in texts


def test_workbook_has_a_sheet_for_every_breakdown_with_real_numbers() -> None:
    report = a_month()
    book = workbook_of(report)

    assert len(book.sheetnames) == 1 + len(dimensions(report)) + 2
    sheet = book["按窗口 By window"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.freeze_panes == "C2"
    first = report["by_window"][0]
    column = heads.index(both(FIGURES["wait_mean_s"].name)) + 1
    cell = sheet.cell(2, column)
    assert cell.number_format == "[h]:mm:ss"
    assert _seconds(cell.value) == pytest.approx(first["wait_mean_s"], abs=0.5)


def _seconds(value: Any) -> float:
    """openpyxl reads a duration back as one; one shorter than a day may be a time of day."""
    if hasattr(value, "total_seconds"):
        return float(value.total_seconds())
    return float(value.hour * 3_600 + value.minute * 60 + value.second + value.microsecond / 1e6)


class _Page(HTMLParser):
    """The tags and attributes of a page; complains of a tag that is not closed."""

    VOID = ("meta", "rect", "path", "circle")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("kind", ["day", "month", "year"])
def test_page_needs_nothing_from_elsewhere(kind: Any) -> None:
    tally = Tally(Period(kind, {"day": "20261127", "month": "202611", "year": "2026"}[kind]))
    for fact in RandomDays(3).day(200).facts:
        tally.add(fact)
    text = written(tally.report(), "html").decode()
    page = _Page(text)

    assert page.open == []
    assert not [each for each in page.attributes if each[1] in ("src", "href", "srcset", "action", "data")]
    assert not re.search(r"https?://|url\(|@import|<script|<link", text)


def test_page_shows_the_figures_in_both_languages() -> None:
    report = a_month()
    text = written(report, "html").decode()

    assert headline(report).zh in text and headline(report).en in text
    assert f"<b>{report['total']['issued']:,}</b>" in text
    assert satisfaction(report["total"]).zh in text
    assert text.count("<svg") == 6


def test_page_takes_words_for_words() -> None:
    text = written(a_trap(), "html").decode()

    assert "<script>" not in text and "&lt;script&gt;" in text


def test_a_day_on_which_nothing_happened_can_be_written_too() -> None:
    tally = Tally(Period("day", DAY))
    for fact in (e.HallConfigured(PLAN, NINE), e.DayOpened(DAY, NINE, NINE, NINE)):
        tally.add(fact)

    for form in ("csv", "xlsx", "html"):
        assert written(tally.report(), form)  # type: ignore[arg-type]


def test_every_figure_has_its_words_in_both_languages() -> None:
    names = [figure.name for group in GROUPS for figure in group.figures]
    means = [figure.definition for group in GROUPS for figure in group.figures]

    assert len({name.zh for name in names}) == len({name.en for name in names}) == len(FIGURES)
    for name in (*names, *means, *(name for note in NOTES for name in note)):
        assert re.search(r"[\u4e00-\u9fff]", name.zh) and not re.search(r"[\u4e00-\u9fff]", name.en)


def test_lanes_and_clerks_go_by_the_names_of_the_plan() -> None:
    report = a_month()

    assert [line["id"] for line in report["by_lane"]][:2] == ["ordinary", PRIORITY]
    assert report["by_lane"][0]["name"] == {"zh": "ordinary", "en": "ordinary"}
