"""The yardstick: four independent programs agree on these figures, and so do we."""

import json
from pathlib import Path

import pytest

from tests.sim.command_line import run


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """The figures of the yardstick's day, and its trace."""
    path = tmp_path_factory.mktemp("hall1") / "hall1.csv"
    done = run("simulate", "hall1", "--days", "1", "--seed", "1", "--core", "exact", "--json", "--trace", str(path))
    return json.loads(done.stdout), path


def test_simulated_day_has_the_published_figures(simulated: tuple[dict[str, object], Path]) -> None:
    figures, _ = simulated

    assert figures["visitors"] == 10_000
    assert figures["served"] == 8_670
    assert figures["abandoned"] == 1_330
    assert figures["wait_mean_s"] == pytest.approx(320.924, abs=0.001)
    assert figures["within_target"] == pytest.approx(0.97970, abs=0.000005)


def test_replay_of_its_trace_has_the_same_figures(simulated: tuple[dict[str, object], Path]) -> None:
    figures, path = simulated

    replayed = json.loads(run("replay", str(path), "--hall", "hall1", "--json").stdout)

    assert {**replayed, "user_s": 0} == {key: figures[key] for key in replayed} | {"user_s": 0}
