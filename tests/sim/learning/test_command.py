"""`jiaohao learn` as somebody calls it: what it writes, what it says, and what it shows."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.cli.root import CompositionRoot
from engine.wire.bad_file import BadFile
from sim.learning.page import as_script
from sim.roster import roster_of
from sim.scenario import load_scenario
from sim.scenario_fit import check_against
from tests.docs.pages import ROOT
from tests.sim.command_line import run

COUNTER = str(ROOT / "examples" / "counter.toml")


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine days of a small hall."""
    folder = tmp_path_factory.mktemp("hall") / "data"
    assert run("simulate", "puming", "--days", "9", "--journal", str(folder)).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def lesson(journal: Path) -> dict[str, Any]:
    """What `--json` told of that journal, with the files it wrote under `folder`."""
    folder = journal.parent
    out, html = folder / "learnt.toml", folder / "fit.html"
    done = run("learn", str(journal), "--out", str(out), "--html", str(html), "--json")
    assert done.exit_code == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return {**told, "stderr": done.stderr, "html": html.read_text("utf-8"), "text": out.read_text("utf-8")}


def test_the_scenario_can_be_read_fits_its_hall_and_can_be_simulated(lesson: dict[str, Any]) -> None:
    learnt = load_scenario(lesson["scenario"])
    plan = CompositionRoot().read_hall(learnt.hall_beside(lesson["scenario"]))

    check_against(learnt, plan, "learnt.toml")

    assert run("simulate", lesson["scenario"], "--days", "2").exit_code == 0
    assert (lesson["ok"], lesson["hall"], roster_of(learnt, plan)) == (True, "puming", None)


def test_figures_say_what_they_were_taken_from(lesson: dict[str, Any]) -> None:
    tables = tomllib.loads(lesson["text"])
    marked = re.findall(r"^(\w+) = [^#\n]*# \[M\].*\bn=\d+", lesson["text"], re.M)

    assert set(tables) >= {"scenario", "services", "lanes", "patience", "no_show", "clerks", "conduct"}
    assert {"visits_per_day", "over_dispersion", "mean_minutes", "walk_seconds", "gap_seconds"} <= set(marked)
    assert marked.count("mean_minutes") == len(tables["services"])


def test_the_json_has_a_row_for_each_service_and_half_hour(lesson: dict[str, Any]) -> None:
    assert {row["service"] for row in lesson["distributions"]} == set(lesson["services"])
    assert sum(each["observed"] for each in lesson["half_hours"]) == pytest.approx(lesson["visits_per_day"], abs=0.05)
    assert (lesson["held_out"]["is_held_out"], lesson["held_out"]["days"]) == (True, 3)
    assert sum(share["share"] for share in lesson["lanes"].values()) == pytest.approx(1)
    assert all(note["code"] and note["zh"] and note["en"] for note in lesson["notes"])


def test_people_read_the_goodness_table_in_both_languages(lesson: dict[str, Any]) -> None:
    for words in ("办理时长", "Times at the window", "held-out", "chi²", "耐心", "reception"):
        assert words in lesson["stderr"]


def test_the_page_loads_nothing_and_has_a_table_for_every_plot(lesson: dict[str, Any]) -> None:
    page = lesson["html"]
    body = page[page.index("<body>") :]
    plots = re.findall(r'<div class="plot" id="([^"]+)" role="img" aria-label="[^"]+">', body)

    assert set(plots) >= {"arrivals", "days", "waits", "patience", "service-reception"}
    assert body.count("<details>") == len(plots)
    assert re.findall(r'(?:src|href)="', page[: page.index("<script>")] + body) == []
    assert re.search(r"[一-鿿]", body)
    assert "How well the scenario goes with the log" in body


def test_words_of_a_hall_cannot_leave_the_page_s_script() -> None:
    assert "</script" not in as_script({"name": "</script><b>"})


def test_the_same_journal_teaches_the_same_every_time(journal: Path, lesson: dict[str, Any], tmp_path: Path) -> None:
    again = tmp_path / "again.toml"

    run("learn", str(journal), "--out", str(again))

    assert again.read_text("utf-8") == lesson["text"]


def test_a_trace_without_its_hall_is_refused_with_the_way_out(tmp_path: Path) -> None:
    done = run("learn", str(ROOT / "examples" / "morning.csv"), "--out", str(tmp_path / "s.toml"))

    assert done.exit_code == 2
    assert "--hall HALL.toml" in done.stderr


def test_a_hall_file_is_named_from_the_scenario_s_own_folder(tmp_path: Path) -> None:
    (tmp_path / "halls").mkdir()
    hall, out = tmp_path / "halls" / "counter.toml", tmp_path / "learnt.toml"
    hall.write_text(Path(COUNTER).read_text("utf-8"), "utf-8")

    done = run("learn", str(ROOT / "examples" / "morning.csv"), "--hall", str(hall), "--out", str(out))

    assert done.exit_code == 0
    assert load_scenario(str(out)).scenario.hall == "halls/counter.toml"
    assert run("simulate", str(out)).exit_code == 0


def test_a_folder_without_a_journal_is_named(tmp_path: Path) -> None:
    done = run("learn", str(tmp_path), "--out", str(tmp_path / "s.toml"))

    assert isinstance(done.exception, FileNotFoundError)
    assert "no journal" in str(done.exception)


def test_a_journal_of_another_hall_is_named(journal: Path, tmp_path: Path) -> None:
    done = run("learn", str(journal), "--hall", "lanzhou", "--out", str(tmp_path / "s.toml"))

    assert isinstance(done.exception, BadFile)
    assert "not lanzhou; name its own hall with --hall" in str(done.exception)
    assert {problem.file for problem in done.exception.problems} == {str(journal)}


@pytest.mark.parametrize("hall", [["--hall", COUNTER], []])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, hall: list[str]) -> None:
    done = run("learn", str(tmp_path / "none.csv"), *hall, "--out", str(tmp_path / "s.toml"))

    assert isinstance(done.exception, BadFile)
    assert "cannot be read" in str(done.exception)
