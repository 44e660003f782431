"""Sites that cannot do their work are told with the worst of them, and kinds to which people come in vain."""

import json
from pathlib import Path

import pytest

from engine.core.plan import HallPlan
from sim.networks import beforehand
from sim.networks.beforehand import overloaded, told_beforehand
from sim.networks.network import Network, load_network, read_network, shipped_networks
from sim.networks.sites import sites_of
from sim.overflow import Overflow, overflow
from sim.scenario import Scenario
from tests.sim.command_line import run
from tests.sim.networks.networks import NETWORK

LATE = """
[kind.changes.scenario]
opens = "16:00"
shape = [1, 1, 1]
"""


def network(visits: int, *, more: str = "") -> Network:
    """Two streets and three villages to which so many people come in a year."""
    return read_network(NETWORK.replace("30_000", str(visits)) + more, "small.toml")


@pytest.mark.parametrize("name", shipped_networks())
def test_shipped_networks_can_do_their_work_and_nobody_comes_in_vain(name: str) -> None:
    shipped = load_network(name)

    assert told_beforehand(shipped, sites_of(shipped)) == {}


@pytest.mark.parametrize("visits", [30_000, 150_000, 200_000, 250_000, 300_000, 3_000_000])
def test_sites_are_counted_and_the_worst_of_them_named_as_if_each_were_looked_at(visits: int) -> None:
    sites = sites_of(network(visits))
    left = {site.site_id: overflow(site.scenario, site.plan) for site in sites}
    behind = sorted((found.left_minutes for found in left.values() if found.is_unstable), reverse=True)

    found = overloaded(sites)

    assert (found.count, found.sites) == (len(behind), 5)
    assert [each.left_minutes for each in found.worst.values()] == behind[: beforehand.WORST]
    assert all(left[site_id].left_minutes == each.left_minutes for site_id, each in found.worst.items())


def test_of_sites_that_are_alike_but_for_their_size_few_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ningcheng's villages and towns, so busy that some can do their work and some cannot."""
    looked = []

    def look(scenario: Scenario, plan: HallPlan) -> Overflow:
        looked.append(scenario)
        return overflow(scenario, plan)

    monkeypatch.setattr(beforehand, "overflow", look)
    crowded = load_network("ningcheng")
    kinds = [kind.model_copy(update={"visits_per_day": (kind.visits_per_day or 0) * 4}) for kind in crowded.kind]
    sites = sites_of(crowded.model_copy(update={"kind": kinds}))

    found = overloaded(sites)

    assert found.count == sum(overflow(site.scenario, site.plan).is_unstable for site in sites)
    assert 0 < found.count < len(sites)
    assert len(looked) < len(sites) / 10


def test_the_command_says_how_many_and_where_and_tells_it_last(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text(NETWORK.replace("30_000", "3_000_000"), "utf-8")

    done = run("simulate", str(file), "--core", "fast", "--json")

    figures = json.loads(done.stdout)
    told = figures["overflow"]
    assert list(figures)[-1] == "overflow"
    assert (told["sites"], len(told["worst"])) == (5, 3)
    assert all(f"{site} ({round(each['left_minutes'])} minutes)" in told["en"] for site, each in told["worst"].items())
    assert told["en"].startswith("5 of 5 sites have more work")
    assert told["en"] in done.stderr
    assert told["zh"] in done.stderr


def test_kinds_to_which_people_come_in_vain_are_told(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text(NETWORK + LATE, "utf-8")

    done = run("simulate", str(file), "--core", "fast", "--json")

    ((kind, told),) = json.loads(done.stdout)["outside_hours"].items()
    assert (kind, told["spans"], told["share"]) == ("village", ["17:00-17:30"], pytest.approx(1 / 3, abs=1e-6))
    assert f"village: {told['en']}" in done.stderr
