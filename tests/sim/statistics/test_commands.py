"""The commands `simulate` and `compare`: what they print, how they stop, how they say no."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow import parquet

from sim.scenario import load_scenario
from sim.statistics.batch import Batch
from sim.statistics.fast import FastCore
from tests.sim.command_line import run
from tests.sim.counter import counter_day


@pytest.fixture
def counter(tmp_path: Path) -> str:
    """A scenario of a small hall that the fast core can express, as a file."""
    return str(counter_day(tmp_path, visits=60))


@pytest.fixture
def tidal(counter: str) -> str:
    """The same with a window that opens when many wait, which only the exact core can express."""
    hall = Path(counter).with_name("counter.toml")
    text = hall.read_text("utf-8")
    window = 'id = "w02"\n'
    assert window in text
    hall.write_text(
        text.replace(window, f'{window}kind = "tidal"\ntide = {{ open_over = 3, close_under = 1 }}\n'), "utf-8"
    )
    path = Path(counter)
    path.write_text(path.read_text("utf-8").replace("share = 0.6", "share = 1").replace(TAX, ""), "utf-8")
    return counter


TAX = "[services.tax]\nshare = 0.4\nmean_minutes = 6\n"


def test_both_cores_print_the_same(counter: str) -> None:
    exact, fast = (
        json.loads(run("simulate", counter, "--days", "5", "--core", core, "--json").stdout)
        for core in ("exact", "fast")
    )

    assert (exact["core"], fast["core"]) == ("exact", "fast")
    itself = {"core": "", "events": 0, "user_s": 0}
    assert fast | itself == exact | itself


def test_what_the_fast_core_cannot_express_is_named_and_the_exact_one_takes_over(tidal: str) -> None:
    done = run("simulate", tidal, "--days", "1", "--core", "fast", "--json")

    figures = json.loads(done.stdout)
    assert done.exit_code == 0
    assert figures["core"] == "exact"
    assert figures["core_reason"][0].keys() == {"zh", "en"}
    assert figures["core_reason"][0]["en"] in done.stderr


def test_half_width_is_told_with_what_was_reached(counter: str) -> None:
    done = run("simulate", counter, "--core", "fast", "--half-width", "wait_mean<=2m", "--json")

    told = json.loads(done.stdout)["half_widths"]
    assert told["ended_by"] == "half-width"
    assert told["asked"][0]["reached"] <= 120
    assert "reached" in done.stderr


def test_cap_that_comes_first_is_said(counter: str) -> None:
    done = run("simulate", counter, "--days", "10", "--core", "fast", "--half-width", "wait_mean<=0.1s")

    assert "came first: write more --days" in done.stderr


def test_ctrl_c_keeps_the_days_that_are_done_and_whole_files(
    counter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Callable[[FastCore, range], Batch] = FastCore.batch

    def batch(self: FastCore, days: range) -> Batch:
        if days.start == 64:
            signal.raise_signal(signal.SIGINT)
        return whole(self, days)

    monkeypatch.setattr(FastCore, "batch", batch)
    done = run("simulate", counter, "--days", "1000", "--core", "fast", "--workers", "1", "--json",
               "--out", str(tmp_path / "days.parquet"))  # fmt: skip

    figures = json.loads(done.stdout)
    rows = parquet.read_table(tmp_path / "days.parquet").to_pylist()
    assert done.exit_code == 130
    assert figures["interrupted"] is True
    assert 0 < figures["days"] < 1_000
    assert sum(row["part"] == "day" for row in rows) == figures["days"]


def test_trace_of_the_fast_core_is_that_of_the_exact_one(counter: str, tmp_path: Path) -> None:
    for core in ("exact", "fast"):
        run("simulate", counter, "--days", "2", "--core", core, "--trace", str(tmp_path / f"{core}.csv"))

    assert (tmp_path / "exact.csv").read_bytes() == (tmp_path / "fast.csv").read_bytes()


def test_unstable_scenario_is_told_with_how_much_work_overflows() -> None:
    done = run("simulate", "hall1", "--core", "fast", "--json")

    overflow = json.loads(done.stdout)["overflow"]
    assert overflow["left_minutes"] > 0
    assert set(overflow["services"]) <= set(load_scenario("hall1").services)
    assert overflow["en"] in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--core", "fast", "--journal", "j"], "write --core exact"),
        (["--core", "fast", "--calls", "c.csv"], "write --core exact"),
        (["--workers", "2"], "write --core fast"),
        (["--core", "exact", "--cluster", "tcp://127.0.0.1:1"], "write --core fast"),
        (["--cluster", "tcp://127.0.0.1:1", "--workers", "2"], "leave it out"),
        *(
            (["--cluster", address], "write for example tcp://")
            for address in ("here", "tcp://", "tcp://h", "tcp://h:x")
        ),
        (["--confidence", "nan"], "write 0.5 to 0.999"),
        (["--confidence", "1"], "write 0.5 to 0.999"),
        (["--half-width", "wait_maen<=5s"], "did you mean wait_mean?"),
        (["--half-width", "within_target<=200%"], "write less, such as 1%"),
        (["--out", "days.xlsx"], "write .csv"),
    ],
)
def test_options_that_cannot_be_used_are_refused_with_the_way_out(
    options: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    done = run("simulate", "hall1", *options, "--json")

    assert done.exit_code == 2
    assert words in done.stderr
    assert words in json.loads(done.stdout)["error"]
    assert list(tmp_path.iterdir()) == []


def test_no_days_are_refused() -> None:
    assert run("simulate", "hall1", "--days", "0").exit_code == 2


def test_cluster_is_refused_for_what_only_the_exact_core_can_express(tidal: str) -> None:
    done = run("simulate", tidal, "--cluster", "tcp://127.0.0.1:1")

    assert done.exit_code == 2
    assert "leave --cluster out" in done.stderr


def test_compare_prints_what_differs(counter: str, tmp_path: Path) -> None:
    slower = tmp_path / "slower.toml"
    slower.write_text(Path(counter).read_text("utf-8").replace("mean_minutes = 5", "mean_minutes = 9"), "utf-8")

    done = run("compare", counter, str(slower), "--days", "40", "--json")

    difference = json.loads(done.stdout)["difference"]["all"][""]["wait_mean_s"]
    assert done.exit_code == 0
    assert difference["is_clear"]
    assert difference["low"] > 0
    assert "difference" in done.stderr
