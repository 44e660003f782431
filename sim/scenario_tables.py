"""The tables of a scenario file, key by key: types, defaults and limits; docs/reference/scenario.md describes each."""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from engine.wire.hall_tables import Id, InBoth
from engine.wire.hall_tables.values import Hours, HoursSpan
from engine.wire.shape import Table
from sim.scenario_keys import (
    Factor,
    Intensity,
    Minutes,
    Number,
    Seconds,
    Share,
    TimeOfDay,
    are_numbers,
    between,
    so_many,
)

SLOT_MINUTES = 30
WEEKDAYS, MONTHS = 7, 12
CV_LEAST = Decimal("0.001")


class DayTable(Table):
    """`[scenario]`: how many come, and when."""

    name: InBoth = Field(examples=['name = { zh = "一天", en = "A day" }'])
    hall: str = Field(examples=['hall = "hongtang"'])
    visits_per_day: int = Field(ge=1, le=1_000_000, examples=["visits_per_day = 400"])
    weekdays: Annotated[list[Factor], so_many(WEEKDAYS)] = Field(
        default=[1.0] * WEEKDAYS, examples=["weekdays = [1.1, 1, 1, 1, 0.9, 0, 0]"]
    )
    months: Annotated[list[Factor], so_many(MONTHS)] = Field(
        default=[1.0] * MONTHS, examples=["months = [0.9, 0.7, 1.2, 1, 1, 1, 1.1, 1.1, 1, 0.8, 1, 1]"]
    )
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


class GroupsTable(Table):
    """`[groups]`: visitors who come together: at the same moment, for the same service, each with a number."""

    share: Share = Field(default=0.0, examples=["share = 0.1"])
    size: int = Field(default=2, ge=2, le=1_000, examples=["size = 3"])


class ServiceTable(Table):
    """`[services.ID]`: how many come for a service, and how long it takes.

    Of an empirical time `minutes` are its quantiles, evenly spaced from the shortest to the longest; its mean and
    variation follow from them.
    """

    share: Share = Field(examples=["share = 0.1"])
    mean_minutes: Minutes = Field(examples=["mean_minutes = 12"])
    distribution: Literal["lognormal", "gamma", "exponential", "empirical"] = Field(
        default="lognormal", examples=['distribution = "lognormal"']
    )
    cv: Annotated[Number, between(0.001, 10)] = Field(default=1.0, examples=["cv = 0.9"])
    minutes: list[Annotated[Number, between(0, 1440)]] = Field(
        default=[], max_length=10_001, examples=["minutes = [2, 5, 8, 13, 40]"]
    )

    @model_validator(mode="before")
    @classmethod
    def _with_mean(cls, table: Any) -> Any:
        """The table of an empirical time with the mean and the variation of the lines between its quantiles."""
        if not isinstance(table, dict) or table.get("distribution") != "empirical":
            return table
        minutes = table.get("minutes")
        if not isinstance(minutes, list) or len(minutes) < 2 or not are_numbers(minutes):
            # What is wrong with them is said elsewhere; the mean that is missing follows from it.
            return {"mean_minutes": Decimal(1), "cv": Decimal(1), **table}
        pairs = [(Decimal(low), Decimal(high)) for low, high in pairwise(minutes)]
        mean = sum((low + high for low, high in pairs), Decimal()) / (2 * len(pairs))
        squares = sum((low * low + low * high + high * high for low, high in pairs), Decimal()) / (3 * len(pairs))
        cv = max(squares - mean * mean, Decimal()).sqrt() / mean if mean > 0 else Decimal(1)
        return {"mean_minutes": mean, "cv": max(cv, CV_LEAST), **table}


class LanePatienceTable(Table):
    """`[patience.lanes.ID]`: how long the people of one lane wait before they leave."""

    distribution: Literal["exponential", "lognormal", "weibull", "none"] = Field(
        examples=['distribution = "exponential"']
    )
    mean_minutes: Minutes | None = Field(default=None, examples=["mean_minutes = 40"])
    cv: Annotated[Number, between(0.001, 10)] = Field(default=1.0, examples=["cv = 1.2"])
    shape: Annotated[Number, between(0.1, 10)] = Field(default=1.0, examples=["shape = 1.5"])


class PatienceTable(LanePatienceTable):
    """`[patience]`: how long people wait before they leave, and those of some lanes apart."""

    lanes: dict[Id, LanePatienceTable] = Field(default={}, max_length=100, examples=["[patience.lanes.priority]"])


class NoShowTable(Table):
    """`[no_show]`: the called who are not there, and how long a clerk waits for them."""

    share: Share = Field(default=0.0, examples=["share = 0.05"])
    wait_seconds: Seconds = Field(default=60.0, examples=["wait_seconds = 60"])


class PausesTable(Table):
    """`[clerks.pauses]`: the visits after which a clerk rests, and how long on average."""

    share: Share = Field(default=0.0, examples=["share = 0.05"])
    minutes: Minutes = Field(default=5.0, examples=["minutes = 5"])


class LunchTable(Table):
    """`[clerks.lunch]`: everybody rests so long within a span of the day, so many windows at a time."""

    span: HoursSpan = Field(examples=['span = "11:30-13:30"'])
    minutes: int = Field(ge=1, le=1440, examples=["minutes = 30"])
    at_once: int = Field(default=1, ge=1, le=2_000, examples=["at_once = 2"])


class ClerksTable(Table):
    """`[clerks]`: what passes between a call and the visit, and between a visit and the next call."""

    call_seconds: Seconds = Field(default=0.0, examples=["call_seconds = 9.6"])
    walk_seconds: Seconds = Field(default=0.0, examples=["walk_seconds = 20"])
    gap_seconds: Seconds = Field(default=0.0, examples=["gap_seconds = 10"])
    pauses: PausesTable = Field(default=PausesTable.model_construct(), examples=["[clerks.pauses]"])
    lunch: LunchTable | None = Field(default=None, examples=["[clerks.lunch]"])


class RosterTable(Table):
    """`[[roster]]`: when some windows are staffed; without spans they never are."""

    windows: list[str] = Field(min_length=1, max_length=2_000, examples=['windows = ["w01", "w02"]'])
    spans: Hours = Field(examples=['spans = ["09:00-12:00", "13:30-17:00"]'])
