"""The tables of `hall.toml`, key by key: types, defaults and limits; docs/reference/hall-file.md describes each."""

from pydantic import Field

from engine.wire.hall_tables.hall import (
    CalendarTable,
    CatalogueTable,
    DepartmentTable,
    GroupTable,
    HallTable,
    LaneTable,
    LimitsTable,
    RulesTable,
    ZoneTable,
)
from engine.wire.hall_tables.services import ItemTable, ServiceTable
from engine.wire.hall_tables.values import DAY_MINUTES, ZONE_KINDS, Id, InBoth, NameTable
from engine.wire.hall_tables.windows import ClerkTable, PolicyTable, ProfileTable, WindowTable
from engine.wire.shape import Table

__all__ = ["DAY_MINUTES", "ZONE_KINDS", "HallFile", "Id", "InBoth", "NameTable"]


class HallFile(Table):
    """The whole of `hall.toml`."""

    hall: HallTable = Field(examples=["[hall]"])
    rules: RulesTable = Field(default=RulesTable(), examples=["[rules]"])
    calendar: CalendarTable = Field(default=CalendarTable(), examples=["[calendar]"])
    limits: LimitsTable = Field(default=LimitsTable(), examples=["[limits]"])
    catalogue: CatalogueTable = Field(default=CatalogueTable(), examples=["[catalogue]"])
    lane: list[LaneTable] = Field(min_length=1, max_length=64, examples=["[[lane]]"])
    policy: list[PolicyTable] = Field(default=[], max_length=100, examples=["[[policy]]"])
    zone: list[ZoneTable] = Field(min_length=1, max_length=200, examples=["[[zone]]"])
    group: list[GroupTable] = Field(default=[], max_length=200, examples=["[[group]]"])
    department: list[DepartmentTable] = Field(default=[], max_length=500, examples=["[[department]]"])
    service: list[ServiceTable] = Field(min_length=1, max_length=500, examples=["[[service]]"])
    item: list[ItemTable] = Field(default=[], max_length=20_000, examples=["[[item]]"])
    profile: list[ProfileTable] = Field(default=[], max_length=200, examples=["[[profile]]"])
    window: list[WindowTable] = Field(min_length=1, max_length=2_000, examples=["[[window]]"])
    clerk: list[ClerkTable] = Field(default=[], max_length=10_000, examples=["[[clerk]]"])
