"""Scenario files: what is read from them, and that every mistake is named by line."""

import pytest

from engine.halls import load_hall
from engine.wire.bad_file import BadFile
from sim.scenario import Scenario, check_against, load_scenario, read_scenario, shipped_scenarios

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
        (("[lanes]", '[patience]\ndistribution = "weibull"\n[lanes]'), 11, 'write "exponential" or "none"'),
        (("[lanes]", PULSE + PULSE + "[lanes]"), 10, "more than 1"),
        (("[services.s00]", "[services]\ns01 = 3\n[services.s00]"), 8, "must be a table"),
    ],
)  # fmt: skip
def test_mistake_is_named_by_line_with_the_fix(change: tuple[str, str], line: int, says: str) -> None:
    with pytest.raises(BadFile) as bad:
        read_scenario(GOOD.replace(*change), "x.toml")

    assert any(problem.line == line and says in problem.sentence("en") for problem in bad.value.problems)


@pytest.mark.parametrize("value", ["3", '"x"', "[1]", "{a = 1}", "[[1]]", "true", "nan"])
@pytest.mark.parametrize("key", ["scenario", "pulse", "services", "lanes", "patience", "no_show", "channels", "clerks"])
def test_no_value_makes_anything_but_a_scenario_or_a_bad_file(key: str, value: str) -> None:
    with pytest.raises(BadFile):
        read_scenario(f"{key} = {value}", "x.toml")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("services.s00", "services.s99"), "services.s99: the hall has no “s99”"),
        (("ordinary = 1", "vip = 1"), "lanes.vip: the hall has no “vip”"),
        (("[lanes]", "[clerks]\nwalk_seconds = 300\n[lanes]"), "clerks.walk_seconds: a call expires"),
    ],
)
def test_scenario_that_does_not_fit_its_hall_is_refused(change: tuple[str, str], says: str) -> None:
    scenario: Scenario = read_scenario(GOOD.replace(*change), "x.toml")

    with pytest.raises(BadFile) as bad:
        check_against(scenario, load_hall("hall1"), "x.toml")

    assert says in str(bad.value)
