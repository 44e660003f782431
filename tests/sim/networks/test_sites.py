"""The sites of the shipped networks: as many, as large and as busy as was reported, each a hall that can be run."""

import pytest

from engine.halls import NETWORKS
from sim.networks.network import load_network, read_network, shipped_networks
from sim.networks.sites import Site, sites_of
from sim.overflow import overflow
from sim.scenario import load_scenario
from sim.scenario_fit import check_against
from tests.sim.networks.networks import NETWORK

SITES = {name: sites_of(load_network(name)) for name in shipped_networks()}


def test_ningbo_has_its_centres_windows_and_visits_exactly() -> None:
    sites = SITES["ningbo"]

    assert len(sites) == 156
    assert sum(len(site.plan.windows) for site in sites) == 2_083
    assert sum(site.scenario.scenario.visits_per_day for site in sites) * 250 == 9_600_000


def test_ningcheng_has_its_three_tiers_and_bank_outlets() -> None:
    kinds = load_network("ningcheng").kind

    assert {kind.id: kind.sites for kind in kinds} == {"county": 1, "township": 15, "village": 327, "bank": 26}
    assert len(SITES["ningcheng"]) == 369


def test_engine_knows_which_names_are_networks() -> None:
    assert shipped_networks() == NETWORKS


@pytest.mark.parametrize("name", SITES)
def test_every_site_fits_its_hall_and_can_do_the_work_that_comes(name: str) -> None:
    for site in SITES[name]:
        check_against(site.scenario, site.plan, site.site_id)

        assert not overflow(site.scenario, site.plan).is_unstable, site.site_id


@pytest.mark.parametrize("name", SITES)
def test_every_service_of_a_site_has_a_window_and_every_window_a_number_of_its_own(name: str) -> None:
    for site in SITES[name]:
        services = {service.service_id for service in site.plan.services}
        served = {each for window in site.plan.windows for tier in window.tiers for each in tier}

        assert served == services, site.site_id
        assert len({window.number for window in site.plan.windows}) == len(site.plan.windows)
        assert {window.zone_id for window in site.plan.windows} <= {zone.zone_id for zone in site.plan.zones}


def test_larger_sites_of_a_kind_have_no_fewer_windows_or_visits() -> None:
    streets = [site for site in SITES["ningbo"] if site.site_id.startswith("street")]

    assert streets == sorted(streets, key=_size, reverse=True)


def _size(site: Site) -> tuple[int, int]:
    return site.scenario.scenario.visits_per_day, len(site.plan.windows)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ('patience]\ndistribution = "none"', None),
        ('patience]\ndistribution = "weibull"\nshape = 2', 60),
        ("patience]\nmean_minutes = 7", 7),
    ],
)
def test_another_distribution_keeps_of_the_former_what_it_has_a_place_for(changes: str, kept: float | None) -> None:
    text = NETWORK.replace("[kind.changes.no_show]", f"[kind.changes.{changes}\n[kind.changes.no_show]", 1)

    site = sites_of(read_network(text, "small.toml"))[0]

    assert site.scenario.patience.mean_minutes == kept


def test_a_time_that_becomes_exponential_keeps_its_mean_alone() -> None:
    change = '[kind.changes.services.id-card]\ndistribution = "exponential"\n\n[kind.changes.no_show]'

    site = sites_of(read_network(NETWORK.replace("[kind.changes.no_show]", change, 1), "small.toml"))[0]

    before, after = load_scenario("hongtang").services["id-card"], site.scenario.services["id-card"]
    assert (after.distribution, after.mean_minutes, after.cv) == ("exponential", before.mean_minutes, 1)
