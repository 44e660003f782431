"""What `jiaohao simulate` does with a network: all of its sites, their figures for people and programs."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

from engine.core.plan import Name
from sim.bad_option import BadOption
from sim.command_parts import nothing_done, say
from sim.networks.beforehand import told_beforehand
from sim.networks.network import files_of_network, load_network
from sim.networks.simulation import Request, SimulatedNetwork, Which, simulate_network
from sim.networks.table import print_network, require_known, write_sites
from sim.outputs import asked_for, require_outputs
from sim.statistics.options import listed
from sim.statistics.progress import progress_bar


def simulate_sites(
    name: str,
    pressed: Event,
    *,
    days: int,
    seed: int,
    core: Which,
    workers: int | None,
    first: date,
    target_ms: int,
    out: Path | None,
    as_json: bool,
    of_one_hall: Mapping[str, object],
) -> dict[str, Any]:
    """Simulate a network, say what came of it, and give back the JSON object; raises `BadFile` and `BadOption`.

    `of_one_hall` are the options that only one hall has, by how they are written.
    """
    for option, given in of_one_hall.items():
        if given:
            raise BadOption(
                option,
                Name("网络有许多大厅，这一项只能用于一个", "a network has many halls, and this is for one"),
                Name(f"请选一个站点：{name}/…", f"pick one of its sites: {name}/…"),
            )
    if out is not None:
        require_known(out)
    network = load_network(name)
    require_outputs(asked_for(out=out), files_of_network(network))
    with progress_bar(pressed) as watching:
        done = simulate_network(network, Request(days, seed, core, first, target_ms, workers), watching)
    _say_reasons(done)
    if not any(seen.days for seen in done.seen):
        nothing_done(as_json)
    figures = {**done.to_json(), **_say_beforehand(name, done)}
    if out is not None:
        write_sites(out, figures)
    print_network(figures)
    return figures


def _say_reasons(done: SimulatedNetwork) -> None:
    for place, reasons in done.reasons.items():
        kind = done.network.kind[place].id
        say(f"{kind}: 快速内核不支持{listed(reasons, 'zh')}，改用精确内核")
        say(f"    {kind}: the fast core cannot express {listed(reasons, 'en')}; the exact one takes over")


def _say_beforehand(name: str, done: SimulatedNetwork) -> dict[str, Any]:
    """What is told of the sites whatever their days bring, by its key in the JSON."""
    told = told_beforehand(done.network, done.sites)
    sentences = {name: told["overflow"]} if "overflow" in told else {}
    for who, each in (sentences | told.get("outside_hours", {})).items():
        say(f"{who}: {each['en']}\n    {each['zh']}")
    return told
