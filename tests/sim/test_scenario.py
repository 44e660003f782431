"""Scenario files: what is read from them, and that every mistake is named by line."""

from dataclasses import replace
from math import sqrt
from typing import Any

import pytest

from engine.core.plan import BackOffice, Booking, HallPlan, Quota, Span
from engine.core.rules import issuing
from engine.halls import load_hall
from engine.wire.bad_file import BadFile, Problem
from sim import scenario_keys
from sim.scenario import Scenario, load_scenario, read_scenario, shipped_scenarios
from sim.scenario_fit import check_against
from tests.builders import SERVICES, plan, window

GOOD = """[scenario]
name = "x"
hall = "hall1"
visits_per_day = 100
opens = "09:00"
shape = [1, 2.5]
[services.s00]
share = 1
mean_minutes = 2
[lanes]
ordinary = 1
"""
COUNTER = (
    GOOD.replace("services.s00", "services.social").replace("share = 1", "share = 0.5")
    + """[services.tax]
share = 0.5
mean_minutes = 3
"""
)
PATIENCE = '[patience]\ndistribution = "none"\n'
APART = '[patience.lanes.ordinary]\ndistribution = "none"\n'
PULSE = '[[pulse]]\nat = "09:00"\nshare = 0.6\n'


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_scenario_fits_its_hall(name: str) -> None:
    scenario = load_scenario(name)

    check_against(scenario, load_hall(scenario.hall_beside(name)), name)


def test_what_is_left_out_has_its_default() -> None:
    scenario = read_scenario(GOOD, "x.toml")

    assert (scenario.scenario.arrivals, scenario.scenario.slot_minutes) == ("poisson", 30)
    assert scenario.patience.mean_minutes is None
    assert (scenario.no_show.share, scenario.clerks.walk_seconds, scenario.channels) == (0, 0, {"kiosk": 1})


def test_hall_of_a_file_stands_beside_it() -> None:
    own = read_scenario(GOOD.replace('"hall1"', '"halls/own.toml"'), "x.toml")

    assert own.hall_beside("days/x.toml") == "days/halls/own.toml"
    assert read_scenario(GOOD, "x.toml").hall_beside("days/x.toml") == "hall1"


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("visits_per_day = 100", "visits_per_day = 0"), 4, "visits_per_day: less than 1"),
        (("visits_per_day = 100", "visits_per_dya = 100"), 4, "did you mean visits_per_day?"),
        (('"09:00"', '"9"'), 5, "not a time of day"),
        (("[1, 2.5]", "[0, 0]"), 6, "nobody comes all day"),
        (("[1, 2.5]", "[1, -1]"), 6, "out of range"),
        (("[1, 2.5]", str([1] * 31)), 6, "after midnight"),
        (("share = 1", "share = 0.4"), 7, "the shares add up to 0.4"),
        (("mean_minutes = 2", 'mean_minutes = "2"'), 9, "must be a number"),
        (("mean_minutes = 2", "mean_minutes = nan"), 9, "must be a number"),
        (("ordinary = 1", "ordinary = 0.9"), 10, "the shares add up to 0.9"),
        (("[lanes]", '[patience]\ndistribution = "exponential"\n[lanes]'), 10, "the mean is missing"),
        (("[lanes]", '[patience]\ndistribution = "erlang"\n[lanes]'), 11, '"weibull" or "none"'),
        (("[lanes]", '[patience]\ndistribution = "exponential"\nmean_minutes = 9\ncv = 2\n[lanes]'), 13, "only a logn"),
        (("[lanes]", PATIENCE + '[patience.lanes.vip]\ndistribution = "none"\n[lanes]'), 12, "has no such lane"),
        (("[lanes]", PATIENCE + '[patience.lanes.ordinary]\ndistribution = "weibull"\n[lanes]'), 12, "mean is missing"),
        (("[lanes]", PULSE + PULSE + "[lanes]"), 10, "more than 1"),
        (("opens", "weekdays = [1, 1]\nopens"), 5, "has 2 numbers"),
        (("opens", "weekdays = [0, 0, 0, 0, 0, 0, 0]\nopens"), 5, "nobody comes on any day"),
        (("opens", "months = [-1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\nopens"), 5, "out of range"),
        (("visits_per_day = 100", "visits_per_day = 900_000\nweekdays = [2, 1, 1, 1, 1, 1, 1]"), 4, "than 1000000"),
        (("mean_minutes = 2", 'distribution = "empirical"'), 7, "the quantiles are missing"),
        (("mean_minutes = 2", 'distribution = "empirical"\nminutes = [3, 2]'), 10, "shortest to the longest"),
        (("mean_minutes = 2", 'distribution = "empirical"\nminutes = [0, nan]'), 10, "must be a number"),
        (("mean_minutes = 2", 'distribution = "empirical"\nminutes = [1, 2]\ncv = 1'), 11, "from the quantiles"),
        (("mean_minutes = 2", "mean_minutes = 2\nminutes = [1, 2]"), 10, "only an empirical time"),
        (("[lanes]", "[groups]\nshare = 0.1\nsize = 1\n[lanes]"), 12, "less than 2"),
        (("[lanes]", "[clerks]\ngap_seconds = -1\n[lanes]"), 11, "out of range"),
        (("[lanes]", '[clerks.lunch]\nspan = "12:00-12:20"\nminutes = 30\n[lanes]'), 12, "only 20 minutes"),
        (("[lanes]", "[audio]\nhall = 0\n[lanes]"), 11, "less than 1"),
        (("[lanes]", '[[roster]]\nwindows = []\nspans = ["09:00-10:00"]\n[lanes]'), 11, "must not be empty"),
        (("[lanes]", '[[roster]]\nwindows = ["w01"]\nspans = ["10:00-09:00"]\n[lanes]'), 12, "the end is not after"),
        (("[lanes]", '[[roster]]\nwindows = ["w01"]\nspans = ["09:00-11:00", "10:00-12:00"]\n[lanes]'), 12, "overlap"),
        (("[lanes]", '[[roster]]\nwindows = ["w01", "w01"]\nspans = ["09:00-11:00"]\n[lanes]'), 11, "rostered twice"),
        (("[services.s00]", "[services]\ns01 = 3\n[services.s00]"), 8, "must be a table"),
        (('name = "x"', "name = 3"), 2, "must be text, or text in both languages; write for example"),
        (("mean_minutes = 2", 'mean_minutes = 2\ndistribution = "exponential"\ncv = 0.5'), 11, "is 1; remove it, or"),
        (("[lanes]", PATIENCE + "mean_minutes = 40\n[lanes]"), 12, "nobody leaves, so there is no mean; remove it"),
        (("[lanes]", PATIENCE + APART + "mean_minutes = 40\n[lanes]"), 14, "nobody leaves, so there is no mean"),
        (("[lanes]", "[audio]\na = 1.5\n[lanes]"), 11, "audio.a: must be a whole number; write 1 to 100"),
        (("[lanes]", "[audio]\na = true\n[lanes]"), 11, "audio.a: must be a whole number; write 1 to 100"),
    ],
)  # fmt: skip
def test_mistake_is_named_by_line_with_the_fix(change: tuple[str, str], line: int, says: str) -> None:
    with pytest.raises(BadFile) as bad:
        read_scenario(GOOD.replace(*change), "x.toml")

    assert any(problem.line == line and says in problem.sentence("en") for problem in bad.value.problems)


@pytest.mark.parametrize("value", ["3", '"x"', "[1]", "{a = 1}", "[[1]]", "true", "nan"])
@pytest.mark.parametrize("key", Scenario.model_fields)
def test_no_value_makes_anything_but_a_scenario_or_a_bad_file(key: str, value: str) -> None:
    with pytest.raises(BadFile):
        read_scenario(f"{key} = {value}", "x.toml")


def test_empirical_time_has_the_mean_and_variation_of_its_quantiles() -> None:
    text = GOOD.replace("mean_minutes = 2", 'distribution = "empirical"\nminutes = [0, 2, 4]')

    table = read_scenario(text, "x.toml").services["s00"]

    assert table.mean_minutes == 2
    assert table.cv == pytest.approx(1 / sqrt(3))


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (("services.s00", "services.s99"), 7, "services.s99: the hall has no “s99”"),
        (("ordinary = 1", "vip = 1"), 11, "lanes.vip: the hall has no “vip”"),
        (("[lanes]", "[clerks]\nwalk_seconds = 300\n[lanes]"), 11, "clerks.walk_seconds: a call expires"),
        (("[lanes]", "[clerks]\ncall_seconds = 200\nwalk_seconds = 100\n[lanes]"), 12, "a call expires"),
        (("[lanes]", "[audio]\nroof = 1\n[lanes]"), 11, "audio.roof: the hall has no “roof”"),
        (("[lanes]", '[[roster]]\nwindows = ["w99"]\nspans = ["09:00-12:00"]\n[lanes]'), 11, "the hall has no “w99”"),
        (("[lanes]", '[clerks.lunch]\nspan = "12:00-13:00"\nminutes = 30\n[lanes]'), 10, "write at_once = 34"),
        (("[lanes]", "[channels]\nfax = 1\n[lanes]"), 11, "channels.fax: the hall has no “fax”; choose one of: app"),
        (("[lanes]", "[conduct.appointments]\nshare = 0.1\n[lanes]"), 11, "for takes bookings; write share = 0, or"),
        (("[lanes]", "[conduct.forms]\nshare = 0.1\n[lanes]"), 11, 'has a form; write share = 0, or add form = "opt'),
        (("[lanes]", "[conduct.back_office]\nshare = 1\n[lanes]"), 11, "has a back office; write share = 0, or add ["),
    ],
)  # fmt: skip
def test_scenario_that_does_not_fit_its_hall_is_refused(change: tuple[str, str], line: int, says: str) -> None:
    scenario = read_scenario(GOOD.replace(*change), "x.toml")

    problems = _misfits(scenario, load_hall("hall1"))

    assert [problem.line for problem in problems] == [line]
    assert says in problems[0].sentence("en")


@pytest.mark.parametrize(
    "own", [{"channels": ("kiosk", "fax")}, {"quotas": (Quota(9, "fax"),)}], ids=["channels", "quotas"]
)
def test_a_hall_may_have_channels_of_its_own(own: dict[str, Any]) -> None:
    hall = plan(services=[replace(SERVICES[0], **own), *SERVICES[1:]])

    assert _misfits(read_scenario(COUNTER + "[channels]\nfax = 1\n", "x.toml"), hall) == ()


def test_channels_are_those_of_the_engine() -> None:
    assert set(scenario_keys.CHANNELS) == set(issuing.CHANNELS)


@pytest.mark.parametrize(
    ("key", "offered"),
    [
        ("appointments", {"booking": Booking(4)}),
        ("forms", {"form": "optional"}),
        ("back_office", {"back_office": BackOffice()}),
    ],
)
def test_conduct_needs_a_service_that_offers_it_and_that_people_come_for(key: str, offered: dict[str, Any]) -> None:
    social, tax, young = SERVICES
    share = read_scenario(f"{COUNTER}[conduct.{key}]\nshare = 0.1\n", "x.toml")
    none = read_scenario(f"{COUNTER}[conduct.{key}]\nshare = 0\n", "x.toml")

    assert _misfits(share, plan(services=[social, replace(tax, **offered), young])) == ()
    (problem,) = _misfits(share, plan(services=[social, tax, replace(young, **offered)]))
    assert (problem.line, problem.key) == (16, f"conduct.{key}.share")
    assert _misfits(none, plan()) == ()


def test_service_that_no_window_serves_is_named() -> None:
    hall = plan(windows=[window("w01", "social")])
    scenario = read_scenario(COUNTER, "x.toml")

    (problem,) = _misfits(scenario, hall)

    assert (problem.line, problem.what.en) == (12, "no window serves it")


def test_service_whose_windows_are_never_staffed_is_named() -> None:
    """The only window for it is staffed just while its clerk has lunch."""
    hall = plan(windows=[window("w01", "social"), window("w02", "tax")])
    roster = '[[roster]]\nwindows = ["w01"]\nspans = ["12:00-12:30"]\n'
    lunch = '[clerks.lunch]\nspan = "12:00-13:00"\nminutes = 30\n'

    (problem,) = _misfits(read_scenario(COUNTER + roster + lunch, "x.toml"), hall)

    assert (problem.key, problem.what.en) == ("services.social", "no window that serves it is ever staffed")


def test_roster_outside_the_hours_is_named_by_line() -> None:
    hall = plan(hours=(Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60)))
    roster = '[[roster]]\nwindows = ["w01"]\nspans = [\n"09:00-12:00",\n"12:00-14:00"]\n'

    (problem,) = _misfits(read_scenario(COUNTER + roster, "x.toml"), hall)

    assert (problem.line, problem.what.en) == (19, "outside the hall's hours")
    assert "09:00-12:00, 13:00-17:00" in problem.fix.en


def _misfits(scenario: Scenario, hall: HallPlan) -> tuple[Problem, ...]:
    try:
        check_against(scenario, hall, "x.toml")
    except BadFile as bad:
        return bad.problems
    return ()
