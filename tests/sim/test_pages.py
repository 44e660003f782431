"""What the pages about traces, logs and scenarios show can be done as it stands there."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from engine.halls import load_hall
from sim.log_map import load_map
from sim.scenario import read_scenario
from sim.scenario_fit import check_against
from sim.trace import read_trace
from tests.sim.command_line import run

ROOT = Path(__file__).parents[2]
COUNTER = str(ROOT / "examples" / "counter.toml")


@pytest.mark.parametrize("page", ["replay-a-day", "import-a-log"])
def test_commands_of_a_page_do_what_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    commands = [line for block in _blocks(f"how-to/{page}.md", "sh") for line in block.splitlines()]

    codes = [run(*shlex.split(command)[1:]).exit_code for command in commands]

    assert len(codes) >= 2
    assert set(codes) == {0}


def test_scenario_on_its_page_fits_the_example_hall() -> None:
    text = "\n".join(_blocks("reference/scenario.md", "toml"))

    check_against(read_scenario(text, "page"), load_hall(COUNTER), "page")


def test_trace_on_its_page_can_be_read(tmp_path: Path) -> None:
    (text,) = _blocks("reference/trace.md", "csv")
    path = tmp_path / "trace.csv"
    path.write_text(text, "utf-8")

    assert len(read_trace(path, load_hall(COUNTER))) == 2


def test_map_on_its_page_can_be_read(tmp_path: Path) -> None:
    (text,) = _blocks("how-to/import-a-log.md", "toml")
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")

    columns = load_map(str(path)).columns
    assert (columns.served_by, columns.window) == ("窗口号", "指定窗口")


def _blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
