"""Scenarios: who comes to a hall on an ordinary day, as a file; docs/reference/scenario.md describes each key."""

from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from engine.core.plan import HallPlan, Name
from engine.halls import read_text, shipped_halls
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import Finding, choose_among
from engine.wire.hall_tables import DAY_MINUTES, Id, InBoth
from engine.wire.shape import Table
from engine.wire.toml_file import RawTable, read_toml
from sim.scenario_conduct import Conduct, check_outcomes
from sim.scenario_keys import TIME, Intensity, Minutes, Number, Seconds, Share, TimeOfDay, between

SHARES_TOLERANCE: Final = Decimal("0.000001")
SLOT_MINUTES: Final = 30


class DayTable(Table):
    """`[scenario]`: how many come, and when."""

    name: InBoth = Field(examples=['name = { zh = "一天", en = "A day" }'])
    hall: str = Field(examples=['hall = "hongtang"'])
    visits_per_day: int = Field(ge=1, le=1_000_000, examples=["visits_per_day = 400"])
    arrivals: Literal["poisson", "exact"] = Field(default="poisson", examples=['arrivals = "poisson"'])
    opens: TimeOfDay = Field(examples=['opens = "08:30"'])
    slot_minutes: int = Field(default=SLOT_MINUTES, ge=1, le=1440, examples=["slot_minutes = 30"])
    shape: list[Intensity] = Field(min_length=1, max_length=1440, examples=["shape = [1, 2, 1.5]"])
    over_dispersion: Annotated[Number, between(1, 1_000)] = Field(default=1.0, examples=["over_dispersion = 4.9"])
    draws: Literal["apart", "in-turn"] = Field(default="apart", examples=['draws = "apart"'])


class PulseTable(Table):
    """`[[pulse]]`: a share of the day's visits that stands at the door at one moment."""

    at: TimeOfDay = Field(examples=['at = "13:30"'])
    share: Share = Field(examples=["share = 0.08"])


class ServiceTable(Table):
    """`[services.ID]`: how many come for a service, and how long it takes."""

    share: Share = Field(examples=["share = 0.1"])
    mean_minutes: Minutes = Field(examples=["mean_minutes = 12"])
    distribution: Literal["lognormal", "gamma", "exponential"] = Field(
        default="lognormal", examples=['distribution = "lognormal"']
    )
    cv: Annotated[Number, between(0.001, 10)] = Field(default=1.0, examples=["cv = 0.9"])


class PatienceTable(Table):
    """`[patience]`: how long people wait before they leave."""

    distribution: Literal["exponential", "none"] = Field(examples=['distribution = "exponential"'])
    mean_minutes: Minutes | None = Field(default=None, examples=["mean_minutes = 40"])


class NoShowTable(Table):
    """`[no_show]`: the called who are not there, and how long a clerk waits for them."""

    share: Share = Field(default=0.0, examples=["share = 0.05"])
    wait_seconds: Seconds = Field(default=60.0, examples=["wait_seconds = 60"])


class ClerksTable(Table):
    """`[clerks]`: what passes between a call and the visit, and between a visit and the next call."""

    walk_seconds: Seconds = Field(default=0.0, examples=["walk_seconds = 20"])
    gap_seconds: Seconds = Field(default=0.0, examples=["gap_seconds = 10"])


class Scenario(Table):
    """A scenario file."""

    scenario: DayTable = Field(examples=["[scenario]"])
    pulse: list[PulseTable] = Field(default=[], max_length=100, examples=["[[pulse]]"])
    services: dict[Id, ServiceTable] = Field(min_length=1, max_length=10_000, examples=["[services.tax]"])
    lanes: dict[Id, Share] = Field(min_length=1, max_length=100, examples=["ordinary = 1"])
    patience: PatienceTable = Field(
        default=PatienceTable.model_construct(distribution="none", mean_minutes=None), examples=["[patience]"]
    )
    no_show: NoShowTable = Field(
        default=NoShowTable.model_construct(share=0.0, wait_seconds=60.0), examples=["[no_show]"]
    )
    channels: dict[Id, Share] = Field(default={"kiosk": 1.0}, min_length=1, max_length=100, examples=["kiosk = 1"])
    clerks: ClerksTable = Field(
        default=ClerksTable.model_construct(walk_seconds=0.0, gap_seconds=0.0), examples=["[clerks]"]
    )

    conduct: Conduct = Field(default=Conduct(), examples=["[conduct]"])

    def hall_beside(self, name_or_path: str) -> str:
        """The hall of this scenario: a shipped one by name, or a path counted from the scenario's own file."""
        hall = self.scenario.hall
        if hall in shipped_halls() or name_or_path in shipped_scenarios():
            return hall
        return str(Path(name_or_path).parent / hall)


def shipped_scenarios() -> tuple[str, ...]:
    """The names of the scenarios in this package, in alphabetical order."""
    files = (entry.name for entry in resources.files("sim.scenarios").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


def load_scenario(name_or_path: str) -> Scenario:
    """A shipped scenario, or the one in this file; raises `BadFile`, which names every mistake by line."""
    if name_or_path in shipped_scenarios():
        text = resources.files("sim.scenarios").joinpath(f"{name_or_path}.toml").read_text("utf-8")
        return read_scenario(text, f"{name_or_path}.toml")
    return read_scenario(read_text(name_or_path, shipped_scenarios()), name_or_path)


def read_scenario(text: str, source: str) -> Scenario:
    """The scenario that `text` describes; raises `BadFile`, which names the file as `source`."""
    return read_toml(text, source, Scenario, _sense)


def check_against(scenario: Scenario, plan: HallPlan, source: str) -> None:
    """Raise `BadFile` when the scenario names services or lanes that the hall lacks, or outlasts its calls."""
    services = [service.service_id for service in plan.services]
    lanes = [lane.lane_id for lane in plan.lanes]
    problems = [
        _unknown(source, f"services.{name}", name, services) for name in scenario.services if name not in services
    ]
    problems += [_unknown(source, f"lanes.{name}", name, lanes) for name in scenario.lanes if name not in lanes]
    limit_s = plan.rules.call_expiry_ms / 1_000
    for key, seconds in (
        ("clerks.walk_seconds", scenario.clerks.walk_seconds),
        ("no_show.wait_seconds", scenario.no_show.wait_seconds),
    ):
        if seconds >= limit_s:
            what = Name(f"呼叫 {limit_s:g} 秒后即失效", f"a call expires after {limit_s:g} seconds")
            problems.append(Problem(source, 1, key, what, Name("请写更短的时间", "write a shorter time")))
    if problems:
        raise BadFile(tuple(problems))


def _unknown(source: str, key: str, name: str, known: list[str]) -> Problem:
    return Problem(source, 1, key, Name(f"大厅没有“{name}”", f"the hall has no “{name}”"), choose_among(name, known))


def _sense(table: RawTable) -> Iterator[Finding]:
    """What contradicts itself: shares that do not add up, a day without visits, patience without a mean."""
    services = table.get("services")
    if isinstance(services, dict):
        yield from _adds_up("services", [s.get("share") if isinstance(s, dict) else None for s in services.values()])
    for key in ("lanes", "channels"):
        shares = table.get(key)
        if isinstance(shares, dict):
            yield from _adds_up(key, list(shares.values()))
    yield from _pulses(table.get("pulse"))
    day = table.get("scenario")
    if isinstance(day, dict):
        yield from _shape(day)
    if not check_outcomes(table.get("conduct")):
        what = Name("各占比之和超过 1", "the shares add up to more than 1")
        yield Finding(("conduct", "outcomes"), what, Name("请减小占比", "make them smaller"))
    patience = table.get("patience")
    if isinstance(patience, dict) and patience.get("distribution") == "exponential" and "mean_minutes" not in patience:
        what = Name("缺少平均耐心", "the mean is missing")
        yield Finding(("patience",), what, Name("例如 mean_minutes = 40", "write for example mean_minutes = 40"))


def _adds_up(key: str, shares: list[Any]) -> Iterator[Finding]:
    if not _are_numbers(shares):
        return
    total = sum(map(Decimal, shares), Decimal())
    if abs(total - 1) > SHARES_TOLERANCE:
        what = Name(f"各占比之和为 {total}", f"the shares add up to {total}")
        yield Finding((key,), what, Name("请使其和为 1", "let them add up to 1"))


def _shape(day: dict[str, Any]) -> Iterator[Finding]:
    shape, opens, slot = day.get("shape"), day.get("opens"), day.get("slot_minutes", SLOT_MINUTES)
    if not isinstance(shape, list):
        return
    if shape and _are_numbers(shape) and not any(shape):
        what = Name("全天没有人来", "nobody comes all day")
        yield Finding(("scenario", "shape"), what, Name("请至少写一个正数", "write at least one number above 0"))
    found = TIME.fullmatch(opens) if isinstance(opens, str) else None
    if found and isinstance(slot, int) and int(found[1]) * 60 + int(found[2]) + slot * len(shape) > DAY_MINUTES:
        what = Name("超过了午夜", "goes on after midnight")
        yield Finding(("scenario", "shape"), what, Name("请减少时段数", "write fewer slots"))


def _pulses(pulses: Any) -> Iterator[Finding]:
    tables = pulses if isinstance(pulses, list) else []
    shares: list[Any] = [pulse.get("share") if isinstance(pulse, dict) else None for pulse in tables]
    if _are_numbers(shares) and sum(map(Decimal, shares), Decimal()) > 1:
        what = Name("各批人数占比之和超过 1", "the shares of the pulses add up to more than 1")
        yield Finding(("pulse",), what, Name("请减小占比", "make them smaller"))


def _are_numbers(values: list[Any]) -> bool:
    return all(isinstance(value, int | Decimal) and Decimal(value).is_finite() for value in values)
