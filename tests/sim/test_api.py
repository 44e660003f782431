"""`from sim import load, simulate, compare, plan`: the figures of the commands, as tables, and the same refusals."""

import json
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from engine.wire.bad_file import BadFile
from sim import Comparison, Loaded, Simulation, StaffingPlan, compare, load, plan, simulate
from tests.sim.command_line import run
from tests.sim.counter import counter_day

ROOT = Path(__file__).parents[2]
DAYS = 30
IN_CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNITS = ("_s", "_share", "_hours", "_per_day", "_low", "_high")
COUNTS = ["visitors", "served", "abandoned", "no_shows", "turned_away", "unserved_at_close"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return counter_day(tmp_path_factory.mktemp("counter"), visits=50)


@pytest.fixture(scope="module")
def hall(file: Path) -> Loaded:
    return load(file)


@pytest.fixture(scope="module")
def usual(hall: Loaded) -> Simulation:
    return simulate(hall, days=DAYS)


@pytest.fixture(scope="module")
def planned(hall: Loaded) -> StaffingPlan:
    return plan(hall, ["p90_wait<=15m", "abandoned<=50%"], days=20, with_curves=False)


def printed(*arguments: str) -> dict[str, Any]:
    """The JSON object of a command."""
    figures: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    return figures


def without_times(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in figures.items() if key not in ("user_s", "first", "second", "seconds")}


def test_importing_the_simulator_compiles_nothing_and_makes_no_tables() -> None:
    code = (
        "import sim, sim.commands, sys; print([m for m in ('numba', 'pandas', 'scipy', 'numpy') if m in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"


def test_a_day_in_the_fast_core_loads_neither_the_exact_world_nor_solvers_nor_tables() -> None:
    code = (
        "import sys; from tests.sim.command_line import run; run('simulate', 'hall1', '--core', 'fast', '--json');"
        "heavy = ('sim.world', 'sim.networks.sites', 'scipy.optimize', 'scipy.special', 'pandas', 'pyarrow', 'plotly');"
        "print([m for m in ('numba', *heavy) if m in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert told.stdout.strip() == "['numba']"


def test_every_public_name_is_there_and_no_other() -> None:
    assert all(getattr(sim, name) is not None for name in sim.__all__)
    with pytest.raises(AttributeError):
        _ = sim.guess


@pytest.mark.parametrize("core", ["fast", "exact"])
def test_figures_are_those_of_the_command(hall: Loaded, file: Path, core: Any) -> None:
    told = simulate(hall, days=4, seed=3, core=core).figures

    wanted = printed("simulate", str(file), "--days", "4", "--seed", "3", "--core", core)
    assert without_times(json.loads(json.dumps(told))) == without_times(wanted)


def test_a_site_of_a_network_is_loaded_by_name_and_has_the_days_it_has_there() -> None:
    site = load("ningbo/street-001")

    told = simulate(site, days=2, seed=3).figures

    wanted = printed("simulate", "ningbo/street-001", "--days", "2", "--seed", "3", "--core", "fast")
    assert site.name == "ningbo/street-001"
    assert without_times(json.loads(json.dumps(told))) == without_times(wanted)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ningbo/street-01", "there is no site “street-01”; did you mean street-0"),
        ("ningbo", "is a network of 156 sites, and one hall is wanted here"),
        ("ningbo/", "there is no site “”"),
    ],
)
def test_a_site_that_is_not_there_is_refused_with_those_that_are(name: str, words: str) -> None:
    with pytest.raises(BadFile) as refused:
        load(name)

    assert words in str(refused.value)
    assert IN_CHINESE.search(str(refused.value))


def test_comparisons_are_those_of_the_command(hall: Loaded, file: Path) -> None:
    told = compare(hall, hall, days=4, seed=3).figures

    wanted = printed("compare", str(file), str(file), "--days", "4", "--seed", "3")
    assert without_times(told) == without_times(wanted)


def test_days_are_those_of_the_table_that_the_command_writes(hall: Loaded, file: Path, tmp_path: Path) -> None:
    found = simulate(hall, days=4, seed=3).per_day.reset_index()

    run("simulate", str(file), "--days", "4", "--seed", "3", "--core", "fast", "--out", str(tmp_path / "days.csv"))
    written = pd.read_csv(tmp_path / "days.csv").query("part == 'day'").drop(columns=["part", "name"])
    written["date"] = pd.to_datetime(written["date"])
    pd.testing.assert_frame_equal(found, written.reset_index(drop=True), check_dtype=False, atol=1e-3)


@pytest.mark.parametrize("table", ["per_slot", "by_service", "by_lane"])
def test_parts_add_up_to_everybody(usual: Simulation, table: str) -> None:
    frame = getattr(usual, table)

    assert frame[COUNTS].sum().to_dict() == {name: usual.figures[name] for name in COUNTS}


@pytest.mark.parametrize("table", ["per_slot", "by_service", "by_lane", "by_window"])
def test_columns_are_counts_or_end_in_their_unit_and_lie_in_their_interval(usual: Simulation, table: str) -> None:
    frame = getattr(usual, table).drop(columns=["zh", "en", "number"], errors="ignore")

    assert [name for name in frame.columns if name not in COUNTS and not name.endswith(UNITS)] == []
    for low in (name for name in frame.columns if name.endswith("_low")):
        known = frame[[low, low.removesuffix("_low"), low.replace("_low", "_high")]].dropna()
        assert known.apply(lambda row: row.is_monotonic_increasing, axis=1).all(), low


def test_tables_are_named_by_what_their_rows_are(usual: Simulation) -> None:
    tables = (usual.per_day, usual.per_slot, usual.by_service, usual.by_lane, usual.by_window)

    assert [table.index.name for table in tables] == ["day", "half_hour", "service", "lane", "window"]
    assert usual.by_service.loc["tax", "zh"] == "税务"
    assert usual.per_slot.index[0] == "09:00"
    assert len(usual.per_day) == DAYS


def test_one_day_has_figures_without_intervals(hall: Loaded) -> None:
    row = simulate(hall, days=1).by_lane.loc["ordinary"]

    assert row["wait_mean_s"] >= 0
    assert pd.isna(row["wait_mean_s_low"])


def test_half_widths_end_it_before_the_last_day(hall: Loaded) -> None:
    figures = simulate(hall, days=2_000, half_width="visitors<=10").figures

    assert figures["half_widths"]["ended_by"] == "half-width"
    assert figures["days"] < 2_000


def test_a_window_that_is_not_staffed_serves_nobody(hall: Loaded) -> None:
    told = simulate(hall, days=4, roster={"w01": [], "w02": ["09:00-12:00"]})

    assert told.figures["by_window"]["w01"] is None
    assert told.figures["by_window"]["w02"] > 0


def test_a_roster_file_says_what_a_roster_says(hall: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "roster.toml"
    path.write_text('[[roster]]\nwindows = ["w01"]\nspans = ["09:30-11:00"]\n', "utf-8")

    by_file, by_windows = hall.with_roster(path), hall.with_roster({"w01": "09:30-11:00"})

    assert by_file.scenario.roster == by_windows.scenario.roster


def test_one_window_more_serves_what_its_like_does_for_its_hours_only(hall: Loaded) -> None:
    more = hall.with_window_like("w02", ["09:30-10:30"])
    helped = compare(hall, more, days=DAYS)

    assert more.windows.loc["w02+1", "services"] == hall.windows.loc["w02", "services"]
    assert helped.differences.loc[("all", "", "wait_mean_s"), "high"] < 0
    assert helped.differences.loc[("all", "", "visitors_per_day"), "difference"] == 0
    assert helped.by_slot().loc["09:00", "wait_mean_s_difference"] > helped.by_slot().loc["10:00"].iloc[2]
    assert hall.with_window_like("w02", []).with_window_like("w02", []).windows.index[-1] == "w02+2"


@pytest.mark.parametrize("figure", ["wait_mean", "within_target", None])
def test_a_comparison_by_half_hour_needs_a_figure_there_is(hall: Loaded, figure: Any) -> None:
    with pytest.raises(ValueError, match=r"figure: .*(wait_mean_s|within_target_share)"):
        compare(hall, hall, days=2).by_slot(figure)


def test_a_comparison_has_every_figure_by_the_name_it_has_in_the_tables_of_a_simulation(
    hall: Loaded, usual: Simulation
) -> None:
    compared = compare(hall, hall, days=4)
    figures = [name.removesuffix("_low") for name in usual.by_lane.columns if name.endswith("_low")]

    assert all(f"{figure}_difference" in compared.by_slot(figure).columns for figure in figures)
    assert set(figures) <= set(compared.differences.loc[("all", "")].index)


def test_a_plan_has_windows_by_group_and_half_hour(planned: StaffingPlan) -> None:
    needed = planned.needed

    assert (needed.index.name, needed.columns.name) == ("group", "half_hour")
    assert list(needed.index) == list(planned.groups.index)
    assert list(needed.columns[:2]) == ["09:00", "09:30"]
    assert planned.per_slot["windows"].to_dict() == needed.sum().to_dict()
    assert list(planned.reached.index) == ["p90_wait<=15m", "abandoned<=50%"]
    assert bool(planned.reached["is_held"].all()) is planned.holds


def test_shifts_are_paid_for_what_they_are_worth(planned: StaffingPlan) -> None:
    assert planned.staffing.shifts is not None
    assert planned.shifts["paid_hours"].sum() == planned.staffing.shifts.clerk_hours


def test_a_plan_is_that_of_the_command(planned: StaffingPlan, file: Path) -> None:
    given = ("--target", "p90_wait<=15m", "--target", "abandoned<=50%", "--days", "20")

    wanted = printed("plan", str(file), *given)
    told = json.loads(json.dumps(planned.figures))
    without = ("seconds", "curve", "sensitivity")
    assert {key: told[key] for key in told if key not in without} == {
        key: wanted[key] for key in wanted if key not in without
    }


def test_the_roster_of_a_plan_can_be_lived_by(hall: Loaded, planned: StaffingPlan, tmp_path: Path) -> None:
    by_roster = simulate(hall, days=4, roster=planned.roster)
    by_file = simulate(hall, days=4, roster=planned.save_roster(tmp_path / "roster.toml"))

    assert list(planned.roster) == list(hall.windows.index)
    assert without_times(by_roster.figures) == without_times(by_file.figures)


def test_a_plan_becomes_a_page(planned: StaffingPlan, tmp_path: Path) -> None:
    page = planned.html(tmp_path / "plan.html")

    assert page.read_text("utf-8").startswith("<!doctype html>") or "<html" in page.read_text("utf-8")[:200]


def test_cards_speak_both_languages_and_let_no_name_be_markup(
    hall: Loaded, usual: Simulation, planned: StaffingPlan
) -> None:
    answers: list[Loaded | Simulation | StaffingPlan | Comparison] = [hall, usual, planned]
    cards = [each._repr_html_() for each in (*answers, compare(hall, hall, days=2))]

    assert all("小厅 &lt;1&gt;" in card and "Counter &lt;1&gt;" in card for card in cards[:3])
    assert all(card.count("<table>") == card.count("</table>") for card in cards)
    assert "平均等候 mean wait" in cards[3]


@pytest.mark.parametrize(
    ("roster", "code"),
    [
        ({"w9": ["09:00-10:00"]}, "the hall has no “w9”"),
        ({"w01": ["06:00-10:00"]}, "outside the hall's hours"),
        ({"w01": ["nine to ten"]}, "roster[1].spans[1]"),
        ({"w01": ["09:00-10:00", "09:30-11:00"]}, "spans overlap"),
        ({"w01": [], "w02": []}, "no window that serves it is ever staffed"),
        ({}, "roster"),
        ("nowhere.toml", "no such file"),
    ],
)
def test_a_roster_that_cannot_be_is_refused_in_both_languages(hall: Loaded, roster: Any, code: str) -> None:
    with pytest.raises(BadFile) as refused:
        simulate(hall, days=1, roster=roster)

    assert code in str(refused.value)
    assert IN_CHINESE.search(str(refused.value))


@pytest.mark.parametrize(
    "given",
    [
        {"days": 0},
        {"days": 2.5},
        {"days": True},
        {"seed": -1},
        {"seed": "1"},
        {"core": "quick"},
        {"core": None},
        {"workers": 0},
        {"workers": 2, "core": "exact"},
        {"confidence": 2.0},
        {"confidence": float("nan")},
        {"confidence": "95%"},
        {"target_minutes": -1},
        {"target_minutes": float("nan")},
        {"target_minutes": "15"},
        {"half_width": "wait<=5s"},
        {"half_width": 5},
        {"half_width": ["wait_mean<=5s", 5]},
        {"first_day": "2026-01-05"},
        {"first_day": date(1, 1, 1)},
        {"first_day": date(9999, 12, 31)},
        {"roster": 3},
        {"roster": {"w01": 9}},
    ],
)
def test_what_cannot_be_used_is_said_in_both_languages(hall: Loaded, given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=IN_CHINESE) as refused:
        simulate(hall, **given)

    assert str(refused.value).startswith(next(iter(given)))
    assert "--" not in str(refused.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda hall, other: simulate(other),
        compare,
        lambda hall, other: compare(other, hall),
        lambda hall, other: plan(other, "p90_wait<=15m"),
    ],
)
@pytest.mark.parametrize("other", ["hongtang", None, Path("day.toml"), 3])
def test_what_was_not_loaded_is_to_be_loaded_first(hall: Loaded, ask: Any, other: Any) -> None:
    with pytest.raises(ValueError, match=r'(?s)load it first: load\("hongtang"\).*请先写'):
        ask(hall, other)


@pytest.mark.parametrize("name", [None, 3, b"hongtang"])
def test_only_names_and_paths_are_loaded(name: Any) -> None:
    with pytest.raises(ValueError, match=r'(?s)name_or_path.*load\("hongtang"\).*不可用'):
        load(name)


@pytest.mark.parametrize("targets", [None, 3, ["p90_wait<=15m", 3]])
def test_targets_are_texts(hall: Loaded, targets: Any) -> None:
    with pytest.raises(ValueError, match=r"(?s)targets.*p90_wait<=15m.*不可用"):
        plan(hall, targets)


def test_a_plan_begins_on_a_date_on_which_days_can(hall: Loaded) -> None:
    with pytest.raises(ValueError, match=r"first_day: 9999-12-31 cannot be used; write a date from 1970-01-02"):
        plan(hall, "p90_wait<=15m", first_day=date(9999, 12, 31))


def test_of_a_moment_days_begin_on_its_date(hall: Loaded) -> None:
    found = simulate(hall, days=1, first_day=datetime(2026, 3, 2, 9, 30)).per_day

    assert found["date"].iloc[0] == pd.Timestamp(2026, 3, 2)


def test_each_answer_is_one_short_line_in_a_program(hall: Loaded, usual: Simulation, planned: StaffingPlan) -> None:
    compared = compare(hall, hall.with_window_like("w02", ["09:00-12:00"]), days=DAYS)

    lines = [repr(each) for each in (hall, usual, compared, planned)]

    assert all(len(line.splitlines()) == 1 and len(line) < 200 for line in lines)
    assert "2 windows" in lines[0]
    assert f"{usual.figures['visitors']:,} visitors" in lines[1]
    assert lines[2].endswith("clear>")
    assert f"at most {planned.needed.sum().max()} windows" in lines[3]


def test_targets_that_cannot_be_read_are_refused(hall: Loaded) -> None:
    with pytest.raises(ValueError, match=r"(?s)请|例如.*write"):
        plan(hall, "p90_wait<=15")
    with pytest.raises(ValueError, match="没有给出目标"):
        plan(hall, [])


def test_a_window_that_is_not_there_has_no_like(hall: Loaded) -> None:
    with pytest.raises(ValueError, match="w3"):
        hall.with_window_like("w3", ["09:00-10:00"])


def test_a_scenario_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such file"):
        load(tmp_path / "nowhere.toml")
