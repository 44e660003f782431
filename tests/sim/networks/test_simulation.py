"""Days of a network: what its sites add up to, whichever core, however many threads."""

from threading import Event
from typing import Any

import pytest

from sim.networks.network import Network, read_network
from sim.networks.simulation import Request, simulate_network
from sim.networks.sites import seed_of, sites_of
from sim.statistics.cores import Core
from sim.statistics.experiment import Experiment
from sim.statistics.fast import FastCore
from sim.statistics.simulation import simulate
from tests.sim.networks.networks import NETWORK

COUNTS = ("visitors", "served", "abandoned", "no_shows", "turned_away", "unserved_at_close")


@pytest.fixture(scope="module")
def network() -> Network:
    return read_network(NETWORK, "small.toml")


def figures_of(network: Network, **wanted: Any) -> dict[str, Any]:
    figures = simulate_network(network, Request(**{"days": 40, **wanted})).to_json()
    del figures["user_s"]
    return figures


def test_figures_are_the_same_at_any_number_of_threads(network: Network) -> None:
    one = figures_of(network, days=130, threads=1)

    assert figures_of(network, days=130, threads=3) == one


def test_network_is_the_sum_of_its_sites(network: Network) -> None:
    figures = figures_of(network)

    for parts in ("by_site", "by_kind", "by_lane", "by_service", "by_slot"):
        for count in COUNTS:
            assert sum(part[count] for part in figures[parts].values()) == figures[count], (parts, count)
    waited_s = sum(part["wait_mean_s"] * part["served"] for part in figures["by_site"].values() if part["served"])
    assert waited_s / figures["served"] == pytest.approx(figures["wait_mean_s"], abs=0.002)


def test_each_site_is_what_simulating_it_alone_gives(network: Network) -> None:
    by_site = figures_of(network, seed=7)["by_site"]

    for site in sites_of(network):
        experiment = Experiment(site.plan, site.scenario, seed_of(7, site.site_id))
        core: Core = FastCore(experiment, 1)
        alone, here = simulate(core, experiment, 40).to_json(), by_site[site.site_id]
        for figure in (*COUNTS, "wait_mean_s", "within_target", "window_utilisation"):
            assert here[figure] == alone[figure], (site.site_id, figure)
        for quantile in ("wait_p50_s", "wait_p90_s"):
            assert here[quantile] == pytest.approx(alone[quantile], rel=0.05, abs=1.0)


def test_exact_world_gives_the_same_figures(network: Network) -> None:
    fast, exact = (figures_of(network, days=3, core=core) for core in ("fast", "exact"))

    for figures in (fast, exact):
        del figures["core"], figures["events"]
    assert fast == exact


def test_sites_have_days_of_their_own(network: Network) -> None:
    alike = [part for name, part in figures_of(network)["by_site"].items() if name.startswith("village")]

    assert len({part["visits_per_day"] for part in alike}) <= 2
    assert len({(part["visitors"], part["wait_mean_s"]) for part in alike}) == len(alike)


def test_worst_site_comes_first(network: Network) -> None:
    within = [part["within_target"] for part in figures_of(network)["by_site"].values()]

    assert within == sorted(within)


class StopsAfter:
    """Says stop once so many days have been done."""

    def __init__(self, days: int) -> None:
        self._left, self._is_over = days, Event()

    def expect(self, days: int) -> None:
        assert days > self._left

    def done(self, days: int) -> None:
        self._left -= days
        if self._left <= 0:
            self._is_over.set()

    def stopped(self) -> bool:
        return self._is_over.is_set()


@pytest.mark.parametrize("core", ["fast", "exact"])
def test_what_is_done_is_kept_when_somebody_says_stop(network: Network, core: Any) -> None:
    days = {"fast": 500, "exact": 3}[core]

    figures = simulate_network(network, Request(days=days, core=core, threads=1), StopsAfter(1)).to_json()

    assert figures["interrupted"]
    assert 0 < figures["hall_days"] < 5 * days
    assert figures["visitors"] == sum(part["visitors"] for part in figures["by_site"].values()) > 0
