"""What the name of a scenario means: a scenario, a network, or one site of a network, `ningbo/street-001`."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.core.plan import HallPlan, Name
from engine.halls import read_text
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among, nearest
from sim.networks.network import Network, files_of_network, load_network, shipped_networks
from sim.scenario import Scenario, load_scenario, read_scenario, shipped_scenarios
from sim.scenario_fit import check_against

if TYPE_CHECKING:
    from sim.networks.sites import Site

HEADING: Final = re.compile(r"^[ \t]*\[network\]", re.MULTILINE)


def is_network(name: str) -> bool:
    """Whether a network is meant: a shipped one's name, or a file with the table `[network]`."""
    if name in shipped_networks():
        return True
    try:
        return name.endswith(".toml") and HEADING.search(Path(name).read_text("utf-8")) is not None
    except (OSError, ValueError):  # what cannot be read is said by whoever reads it
        return False


def hall_and_scenario(read_hall: Callable[[str], HallPlan], name: str) -> tuple[HallPlan, Scenario]:
    """A scenario and the hall it is about, or those of one site of a network; raises `BadFile`, also for a network of
    which no site is picked. `read_hall` knows halls by name or file."""
    if is_network(name):
        raise BadFile((_not_picked(name, load_network(name)),))
    network, site_id = _parted(name)
    if network:
        site = _site(network, site_id)
        return site.plan, site.scenario
    read = _scenario(name)
    plan = _hall_of(read_hall, read, name)
    check_against(read, plan, name)
    return plan, read


def _scenario(name: str) -> Scenario:
    """A shipped scenario or a file; where there is no such file, networks are offered too."""
    if name in shipped_scenarios():
        return load_scenario(name)
    return read_scenario(read_text(name, (*shipped_scenarios(), *shipped_networks())), name)


def _hall_of(read_hall: Callable[[str], HallPlan], scenario: Scenario, name: str) -> HallPlan:
    """The hall of a scenario; where there is no such file, that is a mistake of the scenario's."""
    path = scenario.hall_beside(name)
    try:
        return read_hall(path)
    except BadFile as bad:
        if Path(path).is_file():
            raise
        line = scenario.line_of("scenario", "hall")
        placed = (Problem(name, line, "scenario.hall", each.what, each.fix) for each in bad.problems)
        raise BadFile(tuple(placed)) from None


def files_of(name: str, scenario: Scenario) -> tuple[str, ...]:
    """The files that a scenario and its hall were read from, or the network of a site; among them names of shipped
    ones, which are no files."""
    network, _ = _parted(name)
    return files_of_network(load_network(network)) if network else (name, scenario.hall_beside(name))


def seed_for(name: str, seed: int) -> int:
    """What chance begins with: at a site of a network, what it begins with there when the whole is simulated."""
    network, site_id = _parted(name)
    if not network:
        return seed
    from sim.networks.sites import seed_of

    return seed_of(seed, site_id)


def _parted(name: str) -> tuple[str, str]:
    """The network and the site that a name picks; nothing when it picks none."""
    first, _, rest = name.partition("/")
    if rest and first in shipped_networks() and not Path(name).is_file():
        return first, rest
    network, _, site_id = name.rpartition("/")
    return (network, site_id) if network and is_network(network) else ("", "")


def _site(name: str, site_id: str) -> "Site":
    # Who asks for a scenario alone need not load what makes sites.
    from sim.networks.sites import sites_of

    network = load_network(name)
    sites = {site.site_id: site for site in sites_of(network)}
    if site_id in sites:
        return sites[site_id]
    meant = nearest(site_id, sites)
    fix = (
        choose_among(site_id, sites) if meant else Name(f"可选：{_listed(network)}", f"choose from {_listed(network)}")
    )
    what = Name(f"没有站点“{site_id}”", f"there is no site “{site_id}”")
    raise BadFile((Problem(network.source, 1, "", what, fix),))


def _not_picked(name: str, network: Network) -> Problem:
    sites, first = _listed(network), f"{name}/{_first_of(network)}"
    count = sum(kind.sites for kind in network.kind)
    return Problem(
        network.source,
        1,
        "",
        Name(
            f"是有 {count} 个站点的网络，这里要一个大厅", f"is a network of {count} sites, and one hall is wanted here"
        ),
        Name(f"请选一个站点，例如 {first}；站点有 {sites}", f"pick a site, such as {first}; there are {sites}"),
    )


def _first_of(network: Network) -> str:
    return f"{network.kind[0].id}-001"


def _listed(network: Network) -> str:
    """The ids of all sites, in short."""
    spans = (f"{kind.id}-001" + (f"…{kind.sites:03d}" if kind.sites > 1 else "") for kind in network.kind)
    return ", ".join(spans)
