"""What is wrong with a network file, or with what is asked of a network: named by line and key, with the way out."""

import json
from pathlib import Path

import pytest

from engine.halls import load_hall
from engine.wire.bad_file import BadFile, Problem
from sim.networks.network import read_network
from sim.networks.sites import sites_of
from tests.sim.command_line import run
from tests.sim.networks.networks import NETWORK

MISTAKES = [
    ("visits_per_year = 30_000", "visits_per_year = 30_100", "network.visits_per_year", "visits_per_year = 30000"),
    ("share = 0.25", "share = 0.35", "kind", "let them add up to 1"),
    ("share = 0.25", "visits_per_day = 9", "kind[2].visits_per_day", "write share in its place"),
    ("share = 0.25\n", "", "kind[2]", "write for example share = 0.4"),
    ("windows = 9", "windows = 1", "kind[1].windows", "write 2 or more"),
    ("windows = 9\n", "", "kind[1].desks", "then each site has the windows of its hall"),
    ('id = "village"', 'id = "street"', "kind[2].id", "give each a name of its own"),
    ("sites = 3", "sites = 0", "kind[2].sites", "write 1 or more"),
    ("sites = 3", "sites = 31", "kind[2].share", "write more, or fewer sites"),
    ("spread = 0.5", "spread = -1", "kind[1].spread", "write a number from 0 to 5"),
    ('"conduct"]\n\n[kind.changes.no_show]\nshare = 0\n\n[[kind.desks]]',
     '"conducts"]\n\n[kind.changes.no_show]\nshare = 0\n\n[[kind.desks]]',
     "kind[1].without[1]", "did you mean conduct?"),
    ("open_days = 250", "opendays = 250", "network.opendays", "did you mean open_days?"),
]  # fmt: skip

DEEPER = [
    ('scenario = "ningcheng-station"', 'scenario = "ningcheng"', "kind[2].scenario", "write a hall here"),
    ('hall = "hongtang"', 'hall = "hongtan"', "kind[1].hall", "did you mean hongtang?"),
    ('"hukou", "id-card"', '"hokou", "id-card"', "kind[1].desks[1].serves[1]", "did you mean hukou?"),
    ('"hukou", "id-card"', '"id-card"', "kind[1].scenario: services.hukou", "give it to a window in the hall file"),
    ("[kind.changes.no_show]\nshare = 0", "[kind.changes.no_show]\nshare = 7", "kind[1].changes.no_show.share",
     "write a number from 0 to 1"),
]  # fmt: skip


def problem_of(right: str, wrong: str) -> tuple[Problem, str]:
    """The first thing that is said of the network with one mistake, and the text it is about."""
    assert right in NETWORK
    text = NETWORK.replace(right, wrong, 1)
    with pytest.raises(BadFile) as refused:
        sites_of(read_network(text, "small.toml"))
    return refused.value.problems[0], text


@pytest.mark.parametrize(("right", "wrong", "key", "fix"), [*MISTAKES, *DEEPER])
def test_mistake_is_named_by_key_with_the_way_out(right: str, wrong: str, key: str, fix: str) -> None:
    problem, _ = problem_of(right, wrong)

    assert problem.key == key
    assert fix in problem.fix.en
    assert problem.fix.zh
    assert problem.file == "small.toml"


def test_mistake_is_named_by_line() -> None:
    problem, text = problem_of("windows = 9", "windows = 1")

    assert text.split("\n")[problem.line - 1] == "windows = 1"


def test_change_that_cannot_be_is_named_by_its_own_line() -> None:
    problem, text = problem_of("[kind.changes.no_show]\nshare = 0", "[kind.changes.no_show]\nshare = 7")

    assert text.split("\n")[problem.line - 1] == "share = 7"


@pytest.mark.parametrize("command", ["plan", "compare"])
def test_commands_that_want_one_hall_say_how_to_pick_a_site(command: str) -> None:
    arguments = {"plan": ["ningbo", "--target", "p90_wait<=15m"], "compare": ["ningbo", "hongtang"]}[command]

    done = run(command, *arguments)

    assert isinstance(done.exception, BadFile)
    assert "pick a site, such as ningbo/district-001; there are district-001…010, street-001…073" in str(done.exception)


def test_hall_that_is_to_run_is_no_network() -> None:
    with pytest.raises(BadFile, match="is a network of many sites"):
        load_hall("ningbo")


def test_site_that_is_not_there_is_named_with_the_nearest() -> None:
    done = run("simulate", "ningbo/street-74")

    assert "did you mean street-074" in str(done.exception) or "street-07" in str(done.exception)


@pytest.mark.parametrize("option", ["--journal", "--calls", "--trace"])
def test_option_for_one_hall_is_refused(tmp_path: Path, option: str) -> None:
    done = run("simulate", "ningbo", option, str(tmp_path / "x"), "--json")

    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"].startswith(f"{option}: a network has many halls")


@pytest.mark.parametrize(("out", "what"), [("sites.xls", "files that end in “.xls”"), ("sites", "not to a folder")])
def test_file_of_another_type_is_refused_before_anything_happens(tmp_path: Path, out: str, what: str) -> None:
    done = run("simulate", "ningbo", "--core", "fast", "--out", str(tmp_path / out))

    assert done.exit_code == 2
    assert "--out: " in done.stderr and what in done.stderr
