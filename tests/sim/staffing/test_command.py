"""`jiaohao plan` as people call it: what it prints, writes and answers, and how it says no."""

import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from engine.wire.bad_file import BadFile
from sim.scenario import read_scenario
from sim.staffing.bench import Bench
from sim.staffing.result import Staffing
from tests.sim.command_line import run
from tests.sim.counter import counter_day

ROOT = Path(__file__).parents[3]
EASY, HARD = "p90_wait<=30m", "within(1s)>=99%"


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    return counter_day(tmp_path, visits=60)


def add(scenario: Path, more: str) -> int:
    """Write more behind the scenario; how many lines it had."""
    before = scenario.read_text("utf-8")
    scenario.write_text(before + more, "utf-8")
    return len(before.splitlines())


def planned(scenario: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    done = run("plan", str(scenario), "--days", "40", "--json", *arguments)
    return done.exit_code, json.loads(done.stdout), done.stderr


def test_plan_that_holds_is_a_table_a_verdict_and_one_json_object(scenario: Path) -> None:
    code, told, read = planned(scenario, "--target", EASY)

    assert code == 0
    assert told["holds"] and told["reached"][0]["held"]
    assert "09:00" in read and EASY in read
    assert told["verdict"]["zh"] in read.replace("\n", "")


def test_no_plan_is_exit_code_1_with_the_nearest_plan_and_the_reason(scenario: Path) -> None:
    code, told, _ = planned(scenario, "--target", HARD)

    assert code == 1
    assert not told["holds"]
    assert told["shortfall"]["worst"]["target"]["text"] == HARD
    assert any(map(any, told["needed"]))


def test_every_key_of_the_object_stands_on_its_page(scenario: Path) -> None:
    page = (ROOT / "docs" / "reference" / "plan.md").read_text("utf-8").split("## 结果")[1].split("## Contracts")[0]
    named = {
        key for row in page.splitlines() if row.startswith("| `") for key in re.findall(r"`(\w+)`", row.split("|")[1])
    }

    assert named == set(Staffing.__dataclass_fields__)
    assert planned(scenario, "--target", EASY)[1].keys() == named


def test_same_seed_gives_the_same_plan_but_for_the_time_it_took(scenario: Path) -> None:
    (_, one, _), (_, other, _) = (planned(scenario, "--target", EASY, "--seed", "5") for _ in range(2))

    assert {**one, "seconds": 0} == {**other, "seconds": 0}


def test_roster_can_be_put_into_the_scenario_which_then_lives_by_it(scenario: Path, tmp_path: Path) -> None:
    out = tmp_path / "roster.toml"
    _, told, _ = planned(scenario, "--target", EASY, "--out", str(out))

    scenario.write_text(scenario.read_text("utf-8") + out.read_text("utf-8"), "utf-8")
    rostered = read_scenario(scenario.read_text("utf-8"), "day.toml")
    simulated = json.loads(run("simulate", str(scenario), "--days", "5", "--json").stdout)

    windows = [window for group in told["groups"] for window in group["windows"]]
    assert sorted(window for table in rostered.roster for window in table.windows) == sorted(windows)
    assert simulated["served"] > 0


def test_page_opens_without_the_net(scenario: Path, tmp_path: Path) -> None:
    page = tmp_path / "plan.html"

    planned(scenario, "--target", EASY, "--html", str(page))

    text = page.read_text("utf-8")
    assert EASY.replace("<", "&lt;") in text
    assert 'src="http' not in text


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("p90_wait<15m", "write <="),
        ("p90_wait<=NaNm", "not a number"),
        ("abandoned<=5", "did you mean 5%"),
        ("abandoned<=5% [service=taxes]", "did you mean tax"),
    ],
)
def test_bad_target_is_exit_code_2_and_names_the_fix(scenario: Path, target: str, words: str) -> None:
    done = run("plan", str(scenario), "--target", target)

    assert done.exit_code == 2
    assert words in done.stderr
    assert "目标" in done.stderr


def test_contract_that_contradicts_itself_is_named_with_its_line(scenario: Path) -> None:
    contract = '\n[[contracts]]\nname = "x"\nhours = "09:00-12:00"\nshortest_hours = 3\nlongest_hours = 2\n'
    lines = add(scenario, contract)

    done = run("plan", str(scenario), "--target", EASY)

    assert isinstance(done.exception, BadFile)
    assert "longer than the longest" in str(done.exception)
    assert done.exception.problems[0].line == lines + 5


def test_contracts_that_cannot_cover_are_told_and_the_windows_stand(scenario: Path) -> None:
    contract = '\n[[contracts]]\nname = "x"\nhours = "09:00-10:00"\nshortest_hours = 1\nlongest_hours = 1\n'
    add(scenario, contract)

    code, told, read = planned(scenario, "--target", EASY)

    assert code == 0
    assert told["shifts"] is None
    assert "missing" in told["shifts_refused"]["en"]
    assert told["shifts_refused"]["zh"][:6] in read


def test_ctrl_c_keeps_what_has_been_found(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Bench._tell

    def tell(bench: Bench, days: int) -> None:
        if bench.days_run > 1_000:
            signal.raise_signal(signal.SIGINT)
        whole(bench, days)

    monkeypatch.setattr(Bench, "_tell", tell)
    code, told, read = planned(scenario, "--target", EASY)

    assert code == 130
    assert told["is_interrupted"]
    assert any(map(any, told["needed"]))
    assert "Interrupted" in read
