"""The sites of a network: each a hall and a scenario of its own, worked out from the kind it is of."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from engine.core.plan import HallPlan, Name, WindowPlan, numbered_window
from engine.halls import load_hall, read_text, shipped_halls
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among, key_text
from engine.wire.shape import fit
from engine.wire.toml_file import RawTable, read_toml
from engine.wire.toml_lines import Path
from sim.networks.network import KindTable, Network, beside
from sim.networks.sharing import share_out, sizes
from sim.scenario import Scenario, shipped_scenarios
from sim.scenario_fit import check_against
from sim.scenario_sense import contradictions

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
HAVE_KEY: Final = {
    "mean_minutes": ("lognormal", "gamma", "exponential", "weibull"),
    "cv": ("lognormal", "gamma"),
    "shape": ("weibull",),
    "minutes": ("empirical",),
}
"""Which distributions have a key; another one has no place for it."""


@dataclass(frozen=True, slots=True)
class Site:
    """One site; `kind` is the place of its kind in the network."""

    site_id: str
    name: Name
    kind: int
    plan: HallPlan
    scenario: Scenario


def sites_of(network: Network) -> tuple[Site, ...]:
    """All sites, kind by kind, the largest of each first; raises `BadFile` when a kind names what there is not."""
    problems: list[Problem] = []
    sites: list[Site] = []
    for place, (kind, visits) in enumerate(zip(network.kind, _visits_of_kinds(network), strict=True)):
        try:
            sites += _sites_of_kind(network, place, kind, visits)
        except BadFile as bad:
            problems += bad.problems
    if problems:
        raise BadFile(tuple(sorted(problems, key=lambda problem: problem.line)))
    return tuple(sites)


def seed_of(seed: int, site_id: str) -> int:
    """What chance begins with at a site: sites of one network share no chance, whichever are simulated."""
    return int.from_bytes(sha256(f"{seed} {site_id}".encode()).digest()[:7], "big")


def _visits_of_kinds(network: Network) -> list[int]:
    """How many visits a day the sites of each kind have together."""
    year = network.network.visits_per_year
    if year is None:
        return [max(kind.sites, round((kind.visits_per_day or 0) * kind.sites)) for kind in network.kind]
    shares = [kind.share or 0.0 for kind in network.kind]
    return share_out(year // network.network.open_days, shares)


def _sites_of_kind(network: Network, place: int, kind: KindTable, visits: int) -> Iterator[Site]:
    pattern, hall = _scenario_of(network, place, kind), _hall_of(network, place, kind)
    _check_desks(network, place, kind, hall)
    large = sizes(kind.sites, kind.spread)
    of_sites = share_out(visits, large, least=1)
    windows = share_out(kind.windows, large, least=1) if kind.windows is not None else [0] * kind.sites
    halls: dict[int, HallPlan] = {}
    for number, (comes, at_windows) in enumerate(zip(of_sites, windows, strict=True), 1):
        if at_windows not in halls:
            halls[at_windows] = _with_windows(hall, kind, pattern, at_windows)
            _check_fit(network, place, kind, pattern, halls[at_windows])
        day = pattern.scenario.model_copy(update={"visits_per_day": comes})
        site_id = f"{kind.id}-{number:03d}"
        name = Name(f"{kind.name.zh}{number}号", f"{kind.name.en} {number}")
        yield Site(
            site_id,
            name,
            place,
            replace(halls[at_windows], hall_id=site_id, name=name),
            pattern.model_copy(update={"scenario": day}),
        )


def _hall_of(network: Network, place: int, kind: KindTable) -> HallPlan:
    """The hall a kind is modelled on, open on every day that is simulated: how many there are the network says."""
    hall = load_hall_or_say(network, ("kind", place, "hall"), kind.hall)
    rules = hall.rules if kind.stops_by_forecast else replace(hall.rules, stops_by_forecast=False)
    return replace(hall, rules=rules, workdays=EVERY_DAY, holidays=(), extra_workdays=())


def load_hall_or_say(network: Network, path: Path, name: str) -> HallPlan:
    """A hall that the network file names at `path`; what is wrong with it is said there."""
    try:
        return load_hall(beside(network, name, shipped_halls()))
    except BadFile as bad:
        raise BadFile(tuple(_said_at(network, path, each) for each in bad.problems)) from None


def _scenario_of(network: Network, place: int, kind: KindTable) -> Scenario:
    """The scenario a kind is modelled on, with its changes."""
    path: Path = ("kind", place, "scenario")
    try:
        table = _raw_scenario(beside(network, kind.scenario, shipped_scenarios()))
    except BadFile as bad:
        raise BadFile(tuple(_said_at(network, path, each) for each in bad.problems)) from None
    for key in kind.without:
        table.pop(key, None)
    changed = _merged(table, kind.changes)
    read, findings = fit(Scenario, changed)
    findings = [*findings, *contradictions(changed)]
    if read is None or findings:
        raise BadFile(
            tuple(
                Problem(
                    network.source,
                    network.line_of("kind", place, "changes", *finding.path),
                    f"kind[{place + 1}].changes.{key_text(finding.path)}",
                    finding.what,
                    finding.fix,
                )
                for finding in findings
            )
        )
    return read


def _raw_scenario(name_or_path: str) -> RawTable:
    """A scenario file as it stands there, once it is known to be right."""
    raw: list[RawTable] = []
    if name_or_path in shipped_scenarios():
        text = resources.files("sim.scenarios").joinpath(f"{name_or_path}.toml").read_text("utf-8")
    else:
        text = read_text(name_or_path, shipped_scenarios())

    def seen(table: RawTable) -> Any:
        raw.append(deepcopy(table))
        return contradictions(table)

    read_toml(text, name_or_path, Scenario, seen)
    return raw[0]


def _merged(table: RawTable, changes: RawTable) -> RawTable:
    """`table` with changes laid over it, key by key; a list is changed as a whole.

    A table whose distribution is changed keeps of the former what the new one has a place for.
    """
    kind = changes.get("distribution")
    merged = {key: value for key, value in table.items() if kind is None or kind in HAVE_KEY.get(key, (kind,))}
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _with_windows(hall: HallPlan, kind: KindTable, scenario: Scenario, count: int) -> HallPlan:
    """The hall with so many windows shared out over the kind's desks as these bring work; with fewer windows than desks
    every window serves everything (全科)."""
    if not kind.desks:
        return hall
    desks = [tuple(dict.fromkeys(desk.serves)) for desk in kind.desks]
    zones = {service.service_id: service.zone_id for service in hall.services}
    if count < len(desks):
        desks = [tuple(dict.fromkeys(each for desk in desks for each in desk))]
    counts = share_out(count, _work_of(desks, scenario), least=1)
    served = [serves for serves, windows in zip(desks, counts, strict=True) for _ in range(windows)]
    windows = tuple(
        WindowPlan(f"w{number:02d}", number, numbered_window(number), zones[serves[0]], (serves,))
        for number, serves in enumerate(served, 1)
    )
    return replace(hall, windows=windows, clerks=())


def _work_of(desks: list[tuple[str, ...]], scenario: Scenario) -> list[float]:
    """How much work the services of each desk bring; desks that serve the same share it."""
    able = {name: sum(name in desk for desk in desks) for desk in desks for name in desk}
    minutes = {name: table.share * table.mean_minutes for name, table in scenario.services.items()}
    # A desk nobody comes to still has the one window that it must have.
    return [max(1e-9, sum(minutes.get(name, 0.0) / able[name] for name in desk)) for desk in desks]


def _check_desks(network: Network, place: int, kind: KindTable, hall: HallPlan) -> None:
    known = [service.service_id for service in hall.services]
    problems = []
    for at, desk in enumerate(kind.desks):
        for where, name in enumerate(desk.serves):
            if name not in known:
                path: Path = ("kind", place, "desks", at, "serves", where)
                what = Name(f"大厅没有业务“{name}”", f"the hall has no service “{name}”")
                problems.append(
                    Problem(network.source, network.line_of(*path), key_text(path), what, choose_among(name, known))
                )
    if problems:
        raise BadFile(tuple(problems))


def _check_fit(network: Network, place: int, kind: KindTable, scenario: Scenario, plan: HallPlan) -> None:
    """Raise `BadFile` when the scenario of a kind does not fit its halls."""
    try:
        check_against(scenario, plan, kind.scenario)
    except BadFile as bad:
        path: Path = ("kind", place, "scenario")
        raise BadFile(tuple(_said_at(network, path, each) for each in bad.problems)) from None


def _said_at(network: Network, path: Path, problem: Problem) -> Problem:
    """A problem of a file that the network names, at the line where it does."""
    about = f" {problem.key}" if problem.key else ""
    return Problem(network.source, network.line_of(*path), f"{key_text(path)}:{about}" if about else key_text(path),
                   problem.what, problem.fix)  # fmt: skip
