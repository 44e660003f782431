"""The commands: what they print, what they leave behind, how they say no."""

import csv
import json
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from engine.core import events as e
from engine.journal.inspection import inspect
from engine.verify import verify
from engine.wire.bad_file import BadFile
from sim.run import Run
from sim.visits import Order, Visit
from tests.sim.command_line import run

EXAMPLES = Path(__file__).parents[2] / "examples"
TRACE, HALL = str(EXAMPLES / "morning.csv"), str(EXAMPLES / "counter.toml")


def test_replay_prints_one_json_object_and_a_table_for_people() -> None:
    done = run("replay", TRACE, "--hall", HALL, "--json")

    figures = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (figures["visitors"], figures["served"], figures["abandoned"]) == (7, 6, 1)
    assert {"wait_mean_s", "wait_p50_s", "wait_p90_s", "within_target", "by_lane", "by_service", "window_utilisation",
            "events", "user_s"} <= figures.keys()  # fmt: skip
    assert "social-security" in done.stderr


def test_calls_file_says_when_where_and_why(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"

    run("replay", TRACE, "--hall", HALL, "--calls", str(path), "--date", "2026-11-23")

    rows = {row["number"]: row for row in csv.DictReader(path.open(encoding="utf-8"))}
    assert rows["A003"] == {
        "number": "A003",
        "service": "social-security",
        "lane": "priority",
        "window": "w02",
        "issued_at": "2026-11-23T09:02:00.000+08:00",
        "called_at": "2026-11-23T09:08:30.000+08:00",
        "began_at": "2026-11-23T09:08:30.000+08:00",
        "finished_at": "2026-11-23T09:15:30.000+08:00",
        "outcome": "served",
        "reason": "points",
        "points": "43.0",
        "runner_up": "A002",
    }
    assert (rows["B002"]["outcome"], rows["B002"]["called_at"]) == ("left", "")


def test_journal_left_by_a_run_holds(tmp_path: Path) -> None:
    figures = json.loads(run("simulate", "hongtang", "--days", "2", "--journal", str(tmp_path / "d"), "--json").stdout)

    report = verify(tmp_path / "d")

    assert report.holds
    assert (report.events, report.days) == (figures["events"], 2)


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        files = ("--trace", str(tmp_path / f"{name}.csv"), "--calls", str(tmp_path / f"{name}-calls.csv"))
        run("simulate", "hongtang", "--days", "2", "--seed", "7", *files)

    for ending in (".csv", "-calls.csv"):
        assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()


BESIDE = (e.SelfServiceCounted, e.VisitorTurnedAway, e.HomeVisitRequested, e.HomeVisitAssigned, e.HomeVisitFinished)
"""What is asked of a hall beside its visitors; a trace does not hold it."""


def facts_of(data: Path) -> list[e.Event]:
    with inspect(data) as journal:
        return [event for entry in journal.entries() for event in entry.events]


@pytest.mark.parametrize(
    ("scenario", "days", "habits"),
    [
        ("hongtang", 2, ("--walk", "20", "--gap", "10")),
        ("puming", 3, ("--walk", "15", "--gap", "20")),
        ("ningcheng-station", 60, ("--walk", "5", "--gap", "30")),
    ],
)
def test_replay_of_simulated_days_is_the_simulation(
    tmp_path: Path, scenario: str, days: int, habits: tuple[str, ...]
) -> None:
    trace, first, second = str(tmp_path / "days.csv"), tmp_path / "simulated", tmp_path / "replayed"
    simulated = json.loads(
        run("simulate", scenario, "--days", str(days), "--trace", trace, "--journal", str(first), "--json").stdout
    )

    replayed = json.loads(run("replay", trace, "--hall", scenario, *habits, "--journal", str(second), "--json").stdout)

    facts = [fact for fact in facts_of(first) if not isinstance(fact, BESIDE)]
    assert any(isinstance(fact, e.AppointmentMissed) for fact in facts) == (scenario == "ningcheng-station")
    assert facts_of(second) == facts
    # A trace does not hold the days on which nobody came.
    told = {key: simulated[key] for key in replayed} | {"days": replayed["days"], "events": len(facts), "user_s": 0}
    assert {**replayed, "user_s": 0} == told
    assert simulated["days"] == days


EVERYTHING = """
[scenario]
name = "everything"
hall = "hongtang"
visits_per_day = 250
opens = "08:30"
shape = [1, 2, 2, 1.5, 1, 0.5]
[groups]
share = 0.1
[services.pension]
share = 0.4
distribution = "empirical"
minutes = [1, 3, 6, 20]
[services.medical-claims]
share = 0.6
mean_minutes = 5
[lanes]
ordinary = 1
[patience]
distribution = "weibull"
mean_minutes = 40
[clerks]
call_seconds = 9.6
walk_seconds = 15
gap_seconds = 5
[clerks.pauses]
share = 0.1
[clerks.lunch]
span = "10:00-12:00"
minutes = 30
at_once = 8
[audio]
b = 1
[[roster]]
windows = ["w05", "w06", "w07", "w08", "w09"]
spans = ["09:00-11:00", "13:30-17:00"]
"""


def test_replay_with_the_clerks_of_the_scenario_is_the_simulation(tmp_path: Path) -> None:
    scenario, trace = tmp_path / "everything.toml", str(tmp_path / "days.csv")
    scenario.write_text(EVERYTHING, "utf-8")
    first, second = tmp_path / "simulated", tmp_path / "replayed"
    run("simulate", str(scenario), "--trace", trace, "--journal", str(first))

    run("replay", trace, "--hall", "hongtang", "--scenario", str(scenario), "--journal", str(second))

    facts = facts_of(first)
    assert {e.WindowClosed, e.WindowPaused, e.WindowResumed, e.ServiceFinished} <= {type(fact) for fact in facts}
    assert facts_of(second) == facts


def test_clerks_of_a_scenario_may_be_told_otherwise(tmp_path: Path) -> None:
    trace = str(tmp_path / "day.csv")
    run("simulate", "hongtang", "--trace", trace)

    quick, slow = (
        json.loads(run("replay", trace, "--hall", "hongtang", "--scenario", "hongtang", *gap, "--json").stdout)
        for gap in ((), ("--gap", "200"))
    )

    assert quick["wait_mean_s"] < slow["wait_mean_s"]


def test_ctrl_c_lets_nobody_else_come_and_ends_the_day_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_add = Run.add
    days: list[Run] = []

    def add(self: Run, visits: Iterable[Visit], orders: Iterable[Order] = ()) -> None:
        whole_add(self, visits, orders)
        days.append(self)
        if len(days) == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Run, "add", add)
    done = run("simulate", "puming", "--days", "9", "--json", "--journal", str(tmp_path / "d"))

    figures = json.loads(done.stdout)
    assert done.exit_code == 130
    assert (figures["days"], figures["interrupted"]) == (2, True)
    assert verify(tmp_path / "d").events == figures["events"]


@pytest.mark.parametrize(
    "arguments", [["simulate", "puming"], ["simulate", "ningbo"], ["compare", "puming", "puming", "--core", "exact"]]
)
def test_ctrl_c_before_the_first_day_is_done_is_said_and_nothing_is_told(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole_init = Run.__init__
    runs: list[Run] = []

    def init(self: Run, *given: Any, **named: Any) -> None:
        if not runs:
            signal.raise_signal(signal.SIGINT)
        runs.append(self)
        whole_init(self, *given, **named)

    monkeypatch.setattr(Run, "__init__", init)
    out = ["--out", str(tmp_path / "days.csv")] if arguments[0] == "simulate" else []
    done = run(*arguments, *out, "--json")

    assert done.exit_code == 130
    assert done.stderr == "已中断，一天也没有完成 / Interrupted before a single day was done\n"
    assert json.loads(done.stdout) == {"days": 0, "interrupted": True}
    assert list(tmp_path.iterdir()) == []


def test_walk_longer_than_a_call_lasts_is_refused() -> None:
    assert run("replay", TRACE, "--hall", HALL, "--walk", "300").exit_code == 2


def test_unknown_scenario_is_named_with_those_there_are() -> None:
    done = run("simulate", "hongtan")

    assert isinstance(done.exception, BadFile)
    assert "did you mean hongtang" in str(done.exception)


def test_a_name_nothing_has_is_answered_with_networks_too() -> None:
    done = run("simulate", "nosuch")

    assert isinstance(done.exception, BadFile)
    assert all(name in str(done.exception) for name in ("hongtang", "ningbo"))


def test_what_stands_below_a_network_is_a_site_or_nothing() -> None:
    done = run("simulate", "ningbo/foo/bar")

    assert isinstance(done.exception, BadFile)
    assert "there is no site “foo/bar”" in str(done.exception)


@pytest.mark.parametrize("hall", ["nohall.toml", ".", "ningbo"])
@pytest.mark.parametrize("command", [["simulate"], ["crowd"], ["plan", "--target", "p90_wait<=15m"]])
def test_a_hall_that_is_not_there_is_a_mistake_of_the_scenario_s(command: list[str], hall: str, tmp_path: Path) -> None:
    scenario = tmp_path / "day.toml"
    scenario.write_text(EVERYTHING.replace('hall = "hongtang"', f'hall = "{hall}"'), "utf-8")

    done = run(*command, str(scenario))

    assert isinstance(done.exception, BadFile)
    assert str(done.exception).startswith(f"{scenario}:4: scenario.hall: ")


def test_a_mistake_in_the_hall_s_own_file_is_placed_there(tmp_path: Path) -> None:
    scenario, hall = tmp_path / "day.toml", tmp_path / "hall.toml"
    scenario.write_text(EVERYTHING.replace('hall = "hongtang"', 'hall = "hall.toml"'), "utf-8")
    hall.write_text("# nothing\n", "utf-8")

    done = run("simulate", str(scenario))

    assert isinstance(done.exception, BadFile)
    assert {problem.file for problem in done.exception.problems} == {str(hall)}


def test_a_trace_of_nobody_is_refused(tmp_path: Path) -> None:
    trace = tmp_path / "nobody.csv"
    trace.write_text("arrived_at,service,lane,service_s\n", "utf-8")

    done = run("replay", str(trace), "--hall", HALL)

    assert isinstance(done.exception, BadFile)
    assert "there is no visit in it" in str(done.exception)


def test_a_map_that_is_not_there_is_not_answered_with_names_of_what_is_shipped(tmp_path: Path) -> None:
    done = run("import", str(EXAMPLES / "log.csv"), "--map", "nosuch.toml", "--out", str(tmp_path / "t.csv"))

    assert isinstance(done.exception, BadFile)
    assert str(done.exception).startswith("nosuch.toml:1: no such file; check the path")


def test_import_names_bad_rows_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "trace.csv"

    done = run("import", str(EXAMPLES / "log.csv"), "--map", str(EXAMPLES / "map.toml"), "--out", str(out))

    assert isinstance(done.exception, BadFile)
    assert [problem.line for problem in done.exception.problems] == [7]
    assert not out.exists()


def test_import_can_leave_bad_rows_out_and_its_trace_can_be_replayed(tmp_path: Path) -> None:
    out = str(tmp_path / "trace.csv")

    done = run(
        "import", str(EXAMPLES / "log.csv"), "--map", str(EXAMPLES / "map.toml"), "--out", out, "--skip-bad", "--json"
    )

    assert json.loads(done.stdout) == {"rows": 5, "left_out": 1, "trace": out}
    assert "log.csv:7: " in done.stderr and "不是时刻" in done.stderr
    figures = json.loads(run("replay", out, "--hall", HALL, "--json").stdout)
    assert (figures["visitors"], figures["served"], figures["no_shows"]) == (5, 4, 1)
