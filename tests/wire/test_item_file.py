"""A catalogue in a spreadsheet: what it may look like, and every mistake by line, column and fix."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from engine.core.plan import Item, Name
from engine.halls import load_hall
from engine.wire.bad_file import BadFile, Problem
from engine.wire.item_file import FILE_BYTES_MAX, HEADERS, ITEMS_MAX, Known, items_of, read_items

EXAMPLE = Path(__file__).parents[2] / "examples" / "items.csv"
KNOWN = Known(("social", "tax"), ("g1",), ("d1",))
FULL = """\
编号,名称,英文名称,业务,分组,办理方式,办事指南,部门,生效日期,失效日期,委托业务,委托截止日期
card,社保卡,Social card,social,g1,即办,https://example.org/card,d1,2026/1/5,2026年12月31日,tax,20260630
"""
CARD = Item(
    "card", Name("社保卡", "Social card"), "social", "g1", "instant", "https://example.org/card", "d1",
    "20260105", "20261231", "tax", "20260630",
)  # fmt: skip


def problems(body: str | bytes, known: Known | None = KNOWN) -> list[Problem]:
    """What is wrong with a file."""
    with pytest.raises(BadFile) as bad:
        items_of(body if isinstance(body, bytes) else body.encode(), "items.csv", known)
    return list(bad.value.problems)


def places(body: str | bytes, known: Known | None = KNOWN) -> list[tuple[int, str]]:
    return [(each.line, each.key) for each in problems(body, known)]


def workbook(*rows: tuple[object, ...]) -> bytes:
    book, body = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(body)
    return body.getvalue()


# --- what a file may look like ---


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_column_is_read_in_every_encoding(encoding: str, line_end: str) -> None:
    body = FULL.replace("\n", line_end).encode(encoding)

    assert items_of(body, "items.csv", KNOWN) == (CARD,)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_understood(delimiter: str) -> None:
    assert items_of(FULL.replace(",", delimiter).encode(), "items.csv") == (CARD,)


def test_own_names_of_the_columns_are_understood_too() -> None:
    header = ",".join(HEADERS)

    assert items_of(f"{header}\n{FULL.splitlines()[1]}".encode(), "items.csv", KNOWN) == (CARD,)


def test_columns_may_stand_in_any_order_and_rows_may_be_empty() -> None:
    body = "业务,*名称*,编号\n\nsocial,甲,a\n,,\ntax,乙,b\n"

    assert items_of(body.encode(), "x.csv") == (
        Item("a", Name("甲", "甲"), "social"),
        Item("b", Name("乙", "乙"), "tax"),
    )


def test_sheet_says_the_same_as_text() -> None:
    header, row = (line.split(",") for line in FULL.splitlines())
    cells: list[object] = list(row)
    cells[8], cells[9], cells[11] = datetime(2026, 1, 5), date(2026, 12, 31), 20260630

    assert items_of(workbook(tuple(header), tuple(cells)), "items.xlsx", KNOWN) == (CARD,)


def test_ids_that_a_spreadsheet_took_for_numbers_are_ids() -> None:
    body = workbook(("id", "name", "service"), (1001, "甲", "social"), (1002.0, "乙", "tax"))

    assert [item.item_id for item in items_of(body, "items.xlsx")] == ["1001", "1002"]


@pytest.mark.parametrize(
    ("word", "mode"),
    [
        ("即时办", "instant"),
        ("承诺办", "promised"),
        ("预约", "appointment"),
        ("延时办", "extended"),
        ("自助", "self-service"),
    ],
)
def test_modes_are_read_in_chinese_and_in_english(word: str, mode: str) -> None:
    body = f"id,name,service,mode\na,x,social,{word}\nb,x,social,{mode}\n"

    assert [item.mode for item in items_of(body.encode(), "x.csv")] == [mode, mode]


def test_the_example_fits_a_shipped_hall() -> None:
    assert len(read_items(EXAMPLE, Known.of(load_hall("hongtang")))) == 4


# --- what is wrong with one ---


def test_each_mistake_has_its_line_its_column_and_its_fix() -> None:
    body = (
        "编号,名称,业务,生效日期,失效日期\n"
        "card,社保卡,social,2026-01-01,2026-12-31\n"
        "Card Loss,社保卡挂失,social,,\n"
        "card,重复,tax,,\n"
        "late,逾期,socail,2026-02-30,\n"
        "turned,颠倒,tax,2026-12-31,2026-01-01\n"
        ",无编号,tax,,\n"
    )

    found = problems(body)

    assert [(each.line, each.key) for each in found] == [
        (3, "A 编号"),
        (4, "A 编号"),
        (5, "D 生效日期"),
        (5, "C 业务"),
        (6, "E 失效日期"),
        (7, "A 编号"),
    ]
    assert found[1].what.zh == "编号重复，第 2 行已有"
    assert found[3].sentence("en") == 'items.csv:5: C 业务: the hall has no service "socail"; did you mean social?'


def test_lines_are_those_of_the_file_though_a_cell_runs_over_several() -> None:
    assert places('id,name,service\na,"two\nlines",social\nB!,x,social\n') == [(2, "B name"), (4, "A id")]


def test_half_a_delegation_is_a_mistake() -> None:
    assert places("id,name,service,delegated_service,delegated_until\na,x,social,tax,\nb,x,social,,20260101\n") == [
        (2, "D delegated_service"),
        (3, "E delegated_until"),
    ]


@pytest.mark.parametrize("key", ["group", "department", "delegated_service"])
def test_references_must_lead_somewhere_when_the_hall_is_known(key: str) -> None:
    until = "20260101" if key == "delegated_service" else ""
    body = f"id,name,service,{key},delegated_until\na,x,social,none,{until}\n"

    assert places(body) == [(2, f"D {key}")]
    assert items_of(body.encode(), "x.csv", None)


def test_columns_that_are_missing_unknown_or_twice_are_named_before_any_row() -> None:
    assert places("编号,颜色,编号\nA B,,\n") == [(1, "B"), (1, "C"), (1, "name_zh"), (1, "service")]


def test_a_misspelt_column_is_recognised() -> None:
    (found, *_) = problems("id,name,servise\na,b,c\n")

    assert "service" in found.fix.en


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n,,\n",
        b"id,name,service\n",
        b'id,name,service\n"a,b,c\n' + b"x" * 200_000,
        b"\xff\xfei\x00d\x00",
        b"id,name\x00,service\n",
        b"PK\x03\x04 not a zip",
        workbook(),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(body: bytes) -> None:
    (found, *_) = problems(body, None)

    assert found.what.zh and found.fix.en


def test_a_zip_that_is_no_sheet_is_refused() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("hello.txt", "hello")

    assert problems(body.getvalue())[0].what.en == "not a readable XLSX file"


def test_a_sheet_made_to_fill_the_memory_is_refused_unread() -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (65 * 1024 * 1024))

    assert problems(body.getvalue())[0].what.en == "not a readable XLSX file"


def test_files_and_catalogues_have_an_end() -> None:
    rows = "".join(f"i{number},x,social\n" for number in range(ITEMS_MAX + 1))

    assert problems(b"x" * (FILE_BYTES_MAX + 1))[0].what.en == "the file is larger than 8 MiB"
    assert places(f"id,name,service\n{rows}") == [(ITEMS_MAX + 2, "")]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_they_are_items_or_mistakes(body: bytes) -> None:
    for start in (b"", b"PK\x03\x04", "编号,名称,业务\n".encode()):
        try:
            assert items_of(start + body, "x", KNOWN)
        except BadFile as bad:
            assert bad.problems
