"""Traces are read exactly as they were written, and every mistake in one is named."""

from datetime import date
from pathlib import Path

import pytest

from engine.wire.bad_file import BadFile, Problem
from sim import trace, trace_rows
from sim.trace import read_trace, write_trace
from tests.builders import MINUTE, NINE, PLAN, PRIORITY, plan
from tests.sim.days import visit

DAY = date(2026, 11, 23)
VISITS = [
    visit(0),
    visit(0.5, "tax", patience=12.34, lane=PRIORITY),
    visit(1, window_id="w03", is_absent=True),
    visit(1, takes=0.00005),
]
HEADER = "arrived_at,service,lane,service_s,patience_s,window,visitor,appointment_at,channel,no_show\n"


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize("iso", [False, True])
def test_trace_is_read_as_it_was_written(tmp_path: Path, ending: str, iso: bool) -> None:
    path = tmp_path / f"trace{ending}"

    write_trace(path, VISITS, PLAN, as_iso=iso)

    assert read_trace(path, PLAN, DAY) == VISITS


def test_columns_may_stand_in_any_order_and_only_four_are_needed(tmp_path: Path) -> None:
    path = _file(tmp_path, "\ufeffservice_s, lane ,arrived_at,service\n600,ordinary,32400,social\n\n")

    assert read_trace(path, PLAN, DAY) == [visit(0)]


def test_moment_without_offset_is_the_hall_s_local_time(tmp_path: Path) -> None:
    path = _file(tmp_path, "arrived_at,service,lane,service_s\n2026-11-23T09:00:00,social,ordinary,600\n")

    assert read_trace(path, PLAN)[0].arrived_ms == NINE


def test_seconds_are_read_off_the_wall_clock_on_the_day_the_clocks_change(tmp_path: Path) -> None:
    berlin = plan(timezone="Europe/Berlin")
    path = _file(tmp_path, "arrived_at,service,lane,service_s\n32400,social,ordinary,600\n")

    (nine,) = read_trace(path, berlin, date(2026, 3, 29))
    (day_before,) = read_trace(path, berlin, date(2026, 3, 28))

    assert nine.arrived_ms - day_before.arrived_ms == 23 * 60 * MINUTE


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("soon,social,ordinary,600,,,,,,", "arrived_at", "no moment"),
        (",social,ordinary,600,,,,,,", "arrived_at", "empty"),
        ("86400,social,ordinary,600,,,,,,", "arrived_at", "outside the day"),
        ("-1,social,ordinary,600,,,,,,", "arrived_at", "outside the day"),
        ("nan,social,ordinary,600,,,,,,", "arrived_at", "no moment"),
        ("1899-12-31T09:00:00,social,ordinary,600,,,,,,", "arrived_at", "no moment"),
        ("9999-12-31T23:59:59-23:00,social,ordinary,600,,,,,,", "arrived_at", "no moment"),
        ("32399,social,ordinary,600,,,,,,", "arrived_at", "earlier than the row before"),
        ("32400,sociel,ordinary,600,,,,,,", "service", "no service"),
        ("32400,social,vip,600,,,,,,", "lane", "no lane"),
        ("32400,social,ordinary,long,,,,,,", "service_s", "no number"),
        ("32400,social,ordinary,,,,,,,", "service_s", "no number"),
        ("32400,social,ordinary,nan,,,,,,", "service_s", "no number"),
        ("32400,social,ordinary,inf,,,,,,", "service_s", "no number"),
        ("32400,social,ordinary,-1,,,,,,", "service_s", "out of range"),
        ("32400,social,ordinary,90000,,,,,,", "service_s", "out of range"),
        ("32400,social,ordinary,1_0,,,,,,", "service_s", "no number"),
        ("32400,social,ordinary,600,-5,,,,,", "patience_s", "out of range"),
        ("32400,social,ordinary,600,,w09,,,,", "window", "no window"),
        ("32400,social,ordinary,600,,," + "x" * 65 + ",,,", "visitor", "too long"),
        ("32400,social,ordinary,600,,,,noon,,", "appointment_at", "no moment"),
        ("32400,social,ordinary,600,,,,,a\x07b,", "channel", "control"),
        ("32400,social,ordinary,600,,,,,,yes", "no_show", "neither 0 nor 1"),
        ("32400,social,ordinary", "", "has 3 cells, not 10"),
        ('32400,"social,ordinary,600', "", "not valid CSV"),
    ],
)
def test_bad_row_is_named_with_line_column_and_fix(tmp_path: Path, row: str, column: str, says: str) -> None:
    path = _file(tmp_path, f"{HEADER}32400,social,ordinary,600,,,,,,\n{row}\n")

    (problem,) = _problems(path)

    assert (problem.file, problem.line, problem.key) == (str(path), 3, column)
    assert says in problem.what.en
    assert problem.fix.en
    assert problem.what.zh
    assert problem.fix.zh


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    path = _file(tmp_path, f"{HEADER}x,social,vip,600,,,,,,\n32400,nothing,ordinary,600,,,,,,\n")

    assert [(problem.line, problem.key) for problem in _problems(path)] == [
        (2, "arrived_at"),
        (2, "lane"),
        (3, "service"),
    ]


def test_naming_bad_rows_stops_somewhere(tmp_path: Path) -> None:
    path = _file(tmp_path, HEADER + "x,social,ordinary,600,,,,,,\n" * 1_000)

    assert len(_problems(path)) == trace_rows.PROBLEMS_MAX


@pytest.mark.parametrize(
    ("header", "key", "says"),
    [
        ("arrived_at,service,lane", "service_s", "missing column"),
        ("arrived_at,service,lane,service_s,patience", "patience", "unknown column"),
        ("arrived_at,service,lane,service_s,lane", "lane", "twice"),
    ],
)
def test_bad_header_is_named(tmp_path: Path, header: str, key: str, says: str) -> None:
    (problem,) = _problems(_file(tmp_path, f"{header}\n"))

    assert (problem.line, problem.key) == (1, key)
    assert says in problem.what.en


def test_empty_file_misses_every_column_that_is_needed(tmp_path: Path) -> None:
    assert [problem.key for problem in _problems(_file(tmp_path, ""))] == list(trace.REQUIRED)


def test_file_in_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    path.write_bytes(HEADER.encode() + "32400,social,ordinary,600,,,张,,,\n".encode("gb18030"))

    (problem,) = _problems(path)

    assert problem.line == 2
    assert "UTF-8" in problem.what.en


@pytest.mark.parametrize("name", ["nowhere.csv", "nowhere.parquet"])
def test_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (problem,) = _problems(tmp_path / name)

    assert "cannot be read" in problem.what.en


def test_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "trace.parquet"
    path.write_text("arrived_at\n")

    assert "cannot be read" in _problems(path)[0].what.en


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "trace.csv"
    path.write_text(text, "utf-8")
    return path


def _problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(BadFile) as bad:
        read_trace(path, PLAN, DAY)
    return bad.value.problems
