"""What a command is to write: refused before any work where it has no place, or would take the place of an input."""

import os
import shutil
from pathlib import Path

import pytest

from sim.bad_option import BadOption
from sim.outputs import Output, asked_for, outputs_of_run, require_outputs
from sim.statistics.table_files import tables_at
from tests.sim.command_line import run

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def at_a_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("morning.csv", "log.csv", "map.toml", "counter.toml"):
        shutil.copy(EXAMPLES / name, tmp_path)
    text = (Path(__file__).parents[2] / "sim" / "scenarios" / "hall1.toml").read_text("utf-8")
    (tmp_path / "day.toml").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)


COMMANDS = {
    "simulate": ["simulate", "day.toml"],
    "network": ["simulate", "ningbo"],
    "replay": ["replay", "morning.csv", "--hall", "counter.toml"],
    "plan": ["plan", "day.toml", "--target", "p90_wait<=15m"],
    "import": ["import", "log.csv", "--map", "map.toml", "--skip-bad"],
    "learn": ["learn", "morning.csv", "--hall", "counter.toml"],
}


def contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir()}


@pytest.mark.parametrize(
    ("command", "option", "path"),
    [
        ("simulate", "--trace", "day.toml"),
        ("simulate", "--calls", "./day.toml"),
        ("replay", "--calls", "morning.csv"),
        ("replay", "--calls", "counter.toml"),
        ("plan", "--out", "day.toml"),
        ("plan", "--html", "day.toml"),
        ("import", "--out", "log.csv"),
        ("import", "--out", "map.toml"),
        ("learn", "--out", "morning.csv"),
        ("learn", "--out", "counter.toml"),
    ],
)
def test_no_command_writes_over_what_it_reads(command: str, option: str, path: str) -> None:
    before = contents()

    done = run(*COMMANDS[command], option, path)

    assert done.exit_code == 2
    assert (
        f"{option}: " in done.stderr and "is a file that is read" in done.stderr and "正是要读取的文件" in done.stderr
    )
    assert contents() == before


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("simulate", "--out"),
        ("simulate", "--trace"),
        ("simulate", "--calls"),
        ("network", "--out"),
        ("replay", "--calls"),
        ("plan", "--out"),
        ("plan", "--html"),
        ("import", "--out"),
        ("learn", "--out"),
    ],
)
@pytest.mark.parametrize(("folder", "words"), [("nowhere", "没有文件夹"), ("day.toml", "不是文件夹")])
def test_a_place_that_takes_no_file_is_named_before_any_work(
    command: str, option: str, folder: str, words: str
) -> None:
    before = contents()

    done = run(*COMMANDS[command], option, f"{folder}/x.csv")

    assert done.exit_code == 2
    assert f"{option}: " in done.stderr and words in done.stderr and "make the folder first" in done.stderr
    assert contents() == before


def test_one_file_is_not_written_twice() -> None:
    done = run(*COMMANDS["simulate"], "--calls", "x.csv", "--trace", "./x.csv")

    assert done.exit_code == 2
    assert "--trace: x.csv is written by --calls too" in done.stderr


def test_a_table_in_a_folder_is_not_written_twice() -> None:
    Path("tables").mkdir()

    with pytest.raises(BadOption, match=r"--trace: .* is written by --out too"):
        require_outputs([tables_at(Path("tables")), *asked_for(trace=Path("tables/days.parquet"))], ())


def test_other_names_of_a_file_are_that_file() -> None:
    os.link("day.toml", "hard")
    Path("soft").symlink_to("day.toml")

    for name in ("hard", "soft"):
        with pytest.raises(BadOption, match="is a file that is read"):
            require_outputs(asked_for(out=Path(name)), ["day.toml"])


def test_folders_that_are_yet_to_be_made_are_a_place_for_folders() -> None:
    require_outputs([Output("--out", Path("new/tables"), is_folder=True)], ())
    require_outputs(outputs_of_run(Path("new/journal"), None), ())


def test_a_folder_named_like_a_shipped_scenario_is_no_input() -> None:
    Path("hall1").mkdir()

    require_outputs([tables_at(Path("hall1"))], ["hall1"])


@pytest.mark.parametrize(("is_folder", "path"), [(True, "day.toml"), (False, ".")])
def test_a_file_is_no_folder_and_a_folder_no_file(is_folder: bool, path: str) -> None:
    with pytest.raises(BadOption, match="; name a f"):
        require_outputs([Output("--out", Path(path), is_folder)], ())
