"""Networks of halls as a file: kinds of sites, how many, how large; docs/reference/network.md describes each key."""

from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, PrivateAttr

from engine.core.plan import Name
from engine.halls import read_text
from engine.wire.findings import Finding, choose_among
from engine.wire.hall_tables import Id, InBoth
from engine.wire.shape import Table
from engine.wire.toml_file import RawTable, read_toml
from engine.wire.toml_lines import Path as KeyPath
from engine.wire.toml_lines import line_of, locate
from sim.scenario import Scenario
from sim.scenario_keys import Number, Share, are_numbers, between

SITES_MAX: Final = 10_000
SHARES_TOLERANCE: Final = Decimal("0.000001")


class NetworkTable(Table):
    """`[network]`: what the sites are together."""

    name: InBoth = Field(examples=['name = { zh = "宁波", en = "Ningbo" }'])
    open_days: int = Field(ge=1, le=366, examples=["open_days = 250"])
    visits_per_year: int | None = Field(default=None, ge=1, le=10**10, examples=["visits_per_year = 9_600_000"])


class DeskTable(Table):
    """`[[kind.desks]]`: windows that serve the same services, so many as these bring work."""

    serves: list[str] = Field(min_length=1, max_length=1_000, examples=['serves = ["tax", "permits"]'])


class KindTable(Table):
    """`[[kind]]`: sites that are alike but for their size."""

    id: Id = Field(examples=['id = "street"'])
    name: InBoth = Field(examples=['name = { zh = "街道中心", en = "Street centre" }'])
    sites: int = Field(ge=1, le=SITES_MAX, examples=["sites = 70"])
    share: Share | None = Field(default=None, examples=["share = 0.4"])
    visits_per_day: Annotated[Number, between(1, 100_000)] | None = Field(
        default=None, examples=["visits_per_day = 12"]
    )
    spread: Annotated[Number, between(0, 5)] = Field(default=0.0, examples=["spread = 0.4"])
    hall: str = Field(examples=['hall = "hongtang"'])
    windows: int | None = Field(default=None, ge=1, le=1_000_000, examples=["windows = 900"])
    stops_by_forecast: bool = Field(default=True, examples=["stops_by_forecast = false"])
    desks: list[DeskTable] = Field(default=[], max_length=200, examples=["[[kind.desks]]"])
    scenario: str = Field(examples=['scenario = "hongtang"'])
    without: list[str] = Field(default=[], max_length=20, examples=['without = ["conduct"]'])
    changes: dict[str, Any] = Field(default={}, max_length=20, examples=["[kind.changes.no_show]"])


class Network(Table):
    """A network file."""

    network: NetworkTable = Field(examples=["[network]"])
    kind: list[KindTable] = Field(min_length=1, max_length=100, examples=["[[kind]]"])
    _lines: dict[KeyPath, int] = PrivateAttr(default_factory=dict)
    _source: str = PrivateAttr(default="")

    @property
    def source(self) -> str:
        """The name of the file this was read from."""
        return self._source

    def line_of(self, *path: str | int) -> int:
        """The line of a key in the file this was read from."""
        return line_of(self._lines, path)


def shipped_networks() -> tuple[str, ...]:
    """The names of the networks in this package, in alphabetical order."""
    files = (entry.name for entry in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


def load_network(name_or_path: str) -> Network:
    """A shipped network, or the one in this file; raises `BadFile`, which names every mistake by line."""
    if name_or_path in shipped_networks():
        text = resources.files(__package__).joinpath(f"{name_or_path}.toml").read_text("utf-8")
        return read_network(text, f"{name_or_path}.toml")
    return read_network(read_text(name_or_path, shipped_networks()), name_or_path)


def beside(network: Network, name: str, shipped: tuple[str, ...]) -> str:
    """A hall or scenario that a network file names: a shipped one, or a path counted from that file."""
    return name if name in shipped else str(Path(network.source).parent / name)


def files_of_network(network: Network) -> tuple[str, ...]:
    """The file of a network, and those of the halls and scenarios that it names."""
    named = (name for kind in network.kind for name in (kind.hall, kind.scenario))
    return (network.source, *(beside(network, name, ()) for name in named))


def read_network(text: str, source: str) -> Network:
    """The network that `text` describes; raises `BadFile`, which names the file as `source`."""
    network = read_toml(text, source, Network, contradictions)
    network._lines = locate(text)
    network._source = source
    return network


def contradictions(table: RawTable) -> Iterator[Finding]:
    """Visits that cannot be shared out, kinds of one name, too few windows for the sites, desks without windows."""
    network, listed = table.get("network"), table.get("kind")
    network = network if isinstance(network, dict) else {}
    kinds = [kind if isinstance(kind, dict) else {} for kind in (listed if isinstance(listed, list) else ())]
    yield from _whole_days(network)
    if "visits_per_year" in network:
        yield from _shares(network, kinds)
    seen: dict[str, KeyPath] = {}
    for place, kind in enumerate(kinds):
        name, path = kind.get("id"), ("kind", place, "id")
        if isinstance(name, str) and seen.setdefault(name, path) != path:
            what = Name(f"另一类也叫“{name}”", f"another kind is called “{name}” too")
            yield Finding(path, what, Name("请改名", "give each a name of its own"), seen[name])
        yield from _visits(place, kind, has_total="visits_per_year" in network)
        yield from _windows(place, kind)
        yield from _left_out(place, kind)


def _whole_days(network: RawTable) -> Iterator[Finding]:
    visits, days = network.get("visits_per_year"), network.get("open_days")
    if isinstance(visits, int) and isinstance(days, int) and days > 0 and visits % days:
        nearest = max(1, round(visits / days)) * days
        what = Name(f"不能被 {days} 个开放日整除", f"is no whole number of visits on each of {days} days")
        yield Finding(
            ("network", "visits_per_year"), what, Name(f"请写 {nearest}", f"write visits_per_year = {nearest}")
        )


def _shares(network: RawTable, kinds: list[RawTable]) -> Iterator[Finding]:
    shares = [kind.get("share") for kind in kinds]
    if not are_numbers(shares):
        return
    total = sum((Decimal(share or 0) for share in shares), Decimal())
    if abs(total - 1) > SHARES_TOLERANCE:
        what = Name(f"各类占比之和为 {total}", f"the shares of the kinds add up to {total}")
        yield Finding(("kind",), what, Name("请使其和为 1", "let them add up to 1"))
    visits, days = network.get("visits_per_year"), network.get("open_days")
    if not isinstance(visits, int) or not isinstance(days, int) or days < 1:
        return
    for place, (kind, share) in enumerate(zip(kinds, shares, strict=True)):
        sites = kind.get("sites")
        if isinstance(sites, int) and visits // days * Decimal(share or 0) < sites:
            what = Name("平均每站每天不到一人", "there is less than one visit a day for each site")
            yield Finding(("kind", place, "share"), what, Name("请加大占比或减少站点", "write more, or fewer sites"))


def _visits(place: int, kind: RawTable, *, has_total: bool) -> Iterator[Finding]:
    """Visits are a share of the network's, or so many a day; not both."""
    wanted, other = ("share", "visits_per_day") if has_total else ("visits_per_day", "share")
    if other in kind:
        what = (
            Name("全网人次已定", "the visits of the whole network are given")
            if has_total
            else Name("没有全网人次可分", "there are no visits of a whole network to have a share of")
        )
        yield Finding(("kind", place, other), what, Name(f"请改写 {wanted}", f"write {wanted} in its place"))
    elif wanted not in kind:
        example = KindTable.model_fields[wanted].examples
        assert example
        what = Name(f"缺少 {wanted}", f"{wanted} is missing")
        yield Finding(("kind", place), what, Name(f"例如 {example[0]}", f"write for example {example[0]}"))


def _windows(place: int, kind: RawTable) -> Iterator[Finding]:
    """Windows are shared out over desks; without either each site has those of its hall."""
    windows, sites = kind.get("windows"), kind.get("sites")
    if ("windows" in kind) != ("desks" in kind):
        given, missing = ("windows", "desks") if "windows" in kind else ("desks", "windows")
        what = Name(f"有 {given} 而没有 {missing}", f"there are {given} but no {missing}")
        fix = Name(f"请补上 {missing}，或都删去（每站即用大厅自己的窗口）",
                   f"add {missing}, or remove both: then each site has the windows of its hall")  # fmt: skip
        yield Finding(("kind", place, given), what, fix)
    elif isinstance(windows, int) and isinstance(sites, int) and windows < sites:
        what = Name(f"{sites} 个站点只有 {windows} 个窗口", f"{sites} sites have only {windows} windows")
        yield Finding(("kind", place, "windows"), what, Name(f"请写 {sites} 或更多", f"write {sites} or more"))


def _left_out(place: int, kind: RawTable) -> Iterator[Finding]:
    """Only tables that a scenario may have can be left out."""
    names = kind.get("without")
    for at, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str) and name not in Scenario.model_fields:
            what = Name(f"场景没有表“{name}”", f"a scenario has no table “{name}”")
            yield Finding(("kind", place, "without", at), what, choose_among(name, Scenario.model_fields))
