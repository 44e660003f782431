"""`jiaohao report` as somebody calls it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.cli.root import CompositionRoot
from engine.journal.store import Store
from tests.report import naive
from tests.report.random_days import RandomDays, days_of


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of three days, written by two openings."""
    folder = tmp_path_factory.mktemp("hall") / "data"
    with CompositionRoot().record(folder) as record:
        for fact in STORY:
            record("test", (fact,), fact.at_ms)
    return folder


STORY = RandomDays(11).day(80).day(120, is_reopened=True).day(60).facts
DAYS = [f"{day[:4]}-{day[4:6]}-{day[6:]}" for day, _ in days_of(STORY)]


def jiaohao(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", "report", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def told(*arguments: object) -> dict[str, Any]:
    done = jiaohao(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize("day", DAYS)
def test_a_day_in_the_middle_of_a_journal_is_the_naive_count_of_it(data: Path, day: str) -> None:
    expected = naive.figures(STORY, lambda each: each == day.replace("-", ""))

    total = told(data, "--day", day)["total"]

    assert {key: total[key] for key in expected} == expected


def test_without_a_period_it_is_the_last_day(data: Path) -> None:
    assert told(data)["period"]["days"] == DAYS[-1:]


def test_month_and_year_hold_all_their_days(data: Path) -> None:
    assert told(data, "--month", "2026-11")["period"]["days"] == [day for day in DAYS if day.startswith("2026-11")]
    assert told(data, "--year", "2026")["period"]["days"] == DAYS


def test_forms_are_written_where_they_were_asked_for(data: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"report.{form}" for form in ("csv", "xlsx", "html")]

    done = jiaohao(data, "--csv", files[0], "--xlsx", files[1], "--html", files[2])

    assert (done.returncode, done.stdout) == (0, "")
    assert all(file.stat().st_size > 1_000 for file in files)
    assert "取号 issued" in done.stderr


@pytest.mark.parametrize("form", ["csv", "xlsx", "html"])
def test_form_that_cannot_be_written_is_named_with_what_to_do(data: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "nowhere" / "x"

    done = jiaohao(data, f"--{form}", file)

    assert done.returncode == 2
    assert f"无法写入 {file}" in done.stderr and f"{file} cannot be written" in done.stderr
    assert "make its directory first" in done.stderr and "Errno" not in done.stderr


def test_no_report_takes_the_place_of_the_journal_it_is_made_from(data: Path) -> None:
    before = {path.name: path.read_bytes() for path in data.iterdir()}

    for file in (data / "journal.db", data / ".." / data.name / "head"):
        done = jiaohao(data, "--csv", file)

        assert done.returncode == 2
        assert "--csv: " in done.stderr and "is the hall's own data" in done.stderr
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_two_forms_are_not_written_to_one_file(data: Path, tmp_path: Path) -> None:
    done = jiaohao(data, "--csv", tmp_path / "x", "--html", tmp_path / "x")

    assert done.returncode == 2
    assert "--html: " in done.stderr and "is written already" in done.stderr
    assert not (tmp_path / "x").exists()


def test_day_without_records_names_the_days_there_are(data: Path) -> None:
    done = jiaohao(data, "--day", "2020-01-01", "--json")

    assert done.returncode == 1
    assert all(day in done.stderr for day in DAYS)
    assert json.loads(done.stdout)["code"] == "period-unknown"


@pytest.mark.parametrize(
    "wrong", [("--day", "tomorrow"), ("--month", "2026-13"), ("--day", "2026-11-27", "--year", "2026")]
)
def test_what_is_no_period_is_bad_input(data: Path, wrong: tuple[str, ...]) -> None:
    done = jiaohao(data, *wrong)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr and done.stderr.strip()


def test_hall_that_runs_is_left_alone(data: Path) -> None:
    running = Store(data)
    done = jiaohao(data)
    running.close()

    assert done.returncode == 2
    assert "held by process" in done.stderr and "GET /api/v1/report" in done.stderr


def test_journal_without_a_day_says_so(tmp_path: Path) -> None:
    Store(tmp_path / "data").close()

    done = jiaohao(tmp_path / "data")

    assert done.returncode == 1
    assert "no service day" in done.stderr


def test_directory_without_a_journal_is_bad_input(tmp_path: Path) -> None:
    assert jiaohao(tmp_path).returncode == 2
