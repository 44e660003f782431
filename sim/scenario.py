"""Scenarios: who comes to a hall on an ordinary day, as a file; docs/reference/scenario.md describes each key."""

from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr

from engine.core.plan import Name
from engine.halls import read_text, shipped_halls
from engine.wire.hall_tables import Id
from engine.wire.shape import Table, say_no
from engine.wire.toml_file import read_toml
from engine.wire.toml_lines import Path as KeyPath
from engine.wire.toml_lines import line_of, locate
from sim.scenario_conduct import Conduct
from sim.scenario_keys import Share
from sim.scenario_sense import contradictions
from sim.scenario_tables import (
    ClerksTable,
    DayTable,
    GroupsTable,
    NoShowTable,
    PatienceTable,
    PulseTable,
    RosterTable,
    ServiceTable,
)
from sim.staffing.contracts import ContractTable

LOUDSPEAKERS_MAX = 100


def _loudspeakers(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        fix = Name(f"请写 1 到 {LOUDSPEAKERS_MAX}", f"write 1 to {LOUDSPEAKERS_MAX}")
        raise say_no(Name("应为整数", "must be a whole number"), fix)
    return value


Loudspeakers = Annotated[int, BeforeValidator(_loudspeakers), Field(ge=1, le=LOUDSPEAKERS_MAX)]


class RosterFile(Table):
    """`[[roster]]` tables by themselves, as `plan --out` writes them."""

    roster: list[RosterTable] = Field(min_length=1, max_length=2_000, examples=["[[roster]]"])


class Scenario(Table):
    """A scenario file."""

    scenario: DayTable = Field(examples=["[scenario]"])
    pulse: list[PulseTable] = Field(default=[], max_length=100, examples=["[[pulse]]"])
    groups: GroupsTable = Field(default=GroupsTable.model_construct(), examples=["[groups]"])
    services: dict[Id, ServiceTable] = Field(min_length=1, max_length=10_000, examples=["[services.tax]"])
    lanes: dict[Id, Share] = Field(min_length=1, max_length=100, examples=["ordinary = 1"])
    patience: PatienceTable = Field(default=PatienceTable.model_construct(distribution="none"), examples=["[patience]"])
    no_show: NoShowTable = Field(default=NoShowTable.model_construct(), examples=["[no_show]"])
    channels: dict[Id, Share] = Field(default={"kiosk": 1.0}, min_length=1, max_length=100, examples=["kiosk = 1"])
    clerks: ClerksTable = Field(default=ClerksTable.model_construct(), examples=["[clerks]"])
    roster: list[RosterTable] = Field(default=[], max_length=2_000, examples=["[[roster]]"])
    audio: dict[Id, Loudspeakers] = Field(default={}, max_length=200, examples=["hall = 1"])
    conduct: Conduct = Field(default=Conduct(), examples=["[conduct]"])
    contracts: list[ContractTable] = Field(default=[], max_length=100, examples=["[[contracts]]"])
    _lines: dict[KeyPath, int] = PrivateAttr(default_factory=dict)

    def hall_beside(self, name_or_path: str) -> str:
        """The hall of this scenario: a shipped one by name, or a path counted from the scenario's own file."""
        hall = self.scenario.hall
        if hall in shipped_halls() or name_or_path in shipped_scenarios():
            return hall
        return str(Path(name_or_path).parent / hall)

    def with_roster(self, text: str, source: str) -> "Scenario":
        """The same days under the `[[roster]]` tables of `text`, which take the place of its own and of its lunch rota;
        raises `BadFile`, which names the text as `source`."""
        read = read_toml(text, source, RosterFile, contradictions)
        clerks = self.clerks.model_copy(update={"lunch": None})
        other = self.model_copy(update={"roster": read.roster, "clerks": clerks})
        other._lines = locate(text)
        return other

    def line_of(self, *path: str | int) -> int:
        """The line of a key in the file this was read from; 1 when it was not read from one."""
        return line_of(self._lines, path)


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
    scenario = read_toml(text, source, Scenario, contradictions)
    scenario._lines = locate(text)
    return scenario
