"""Contracts: which shifts there may be: `[[contracts]]` of a scenario, or those of an ordinary office.

Shifts begin and end on half hours. What a contract counts are paid hours: neither its break nor the hours in which the
hall is shut are paid, and being shut for as long as the break lasts is the break.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from engine.core.plan import HallPlan, Name, Span
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among, key_text
from engine.wire.hall_tables import Id, InBoth
from engine.wire.hall_tables.values import HoursSpan, NameTable
from engine.wire.shape import Table, say_no
from sim.scenario_keys import Number, between
from sim.scenario_tables import SLOT_MINUTES

_HOUR: Final = 60


def _half_hours(hours: float) -> float:
    if hours * 2 != int(hours * 2):
        raise say_no(
            Name("不是半小时的整数倍", "not a multiple of half an hour"), Name("例如 7.5", "write for example 7.5")
        )
    return hours


def _on_half_hours(span: Span) -> Span:
    if span.start % SLOT_MINUTES or span.end % SLOT_MINUTES:
        what = Name("不在整点或半点", "does not begin and end on a half hour")
        raise say_no(what, Name('例如 "08:30-17:30"', 'write for example "08:30-17:30"'))
    return span


def _whole_slots(minutes: int) -> int:
    if minutes % SLOT_MINUTES:
        raise say_no(
            Name("不是 30 的倍数", "not a multiple of 30"), Name("例如 30 或 60", "write for example 30 or 60")
        )
    return minutes


HalfHours = Annotated[Number, between(0.5, 12), AfterValidator(_half_hours)]
HalfHourSpan = Annotated[HoursSpan, AfterValidator(_on_half_hours)]


class ContractTable(Table):
    """`[[contracts]]`: a kind of shift, and who may have it."""

    name: InBoth = Field(examples=['name = { zh = "全日", en = "Full day" }'])
    hours: HalfHourSpan = Field(examples=['hours = "08:30-17:30"'])
    shortest_hours: HalfHours = Field(examples=["shortest_hours = 6"])
    longest_hours: HalfHours = Field(examples=["longest_hours = 8"])
    break_minutes: Annotated[int, Field(ge=0, le=180), AfterValidator(_whole_slots)] = Field(
        default=0, examples=["break_minutes = 60"]
    )
    break_within: HalfHourSpan | None = Field(default=None, examples=['break_within = "11:00-14:00"'])
    clerks_max: int | None = Field(default=None, ge=1, le=10_000, examples=["clerks_max = 12"])
    services: list[Id] = Field(default=[], max_length=10_000, examples=['services = ["tax"]'])


def usual_contracts(hours_open: Sequence[tuple[int, int]]) -> list[ContractTable]:
    """A full day of 6 to 8 paid hours with an hour's break around noon, and half a day of 3 to 4.

    For a hall that is open in these spans of minutes; half a day is no longer than all of them.
    """
    opens, closes = hours_open[0][0], hours_open[-1][1]
    hours = Span(opens // SLOT_MINUTES * SLOT_MINUTES, -(-closes // SLOT_MINUTES) * SLOT_MINUTES)
    slots = sum(-(-until // SLOT_MINUTES) - since // SLOT_MINUTES for since, until in hours_open)
    full = ContractTable.model_construct(
        name=NameTable(zh="全日", en="Full day"),
        hours=hours,
        shortest_hours=6.0,
        longest_hours=8.0,
        break_minutes=_HOUR,
        break_within=Span(11 * _HOUR, 14 * _HOUR),
        clerks_max=None,
        services=[],
    )
    half = ContractTable.model_construct(
        name=NameTable(zh="半日", en="Half a day"),
        hours=hours,
        shortest_hours=min(3.0, slots * SLOT_MINUTES / _HOUR),
        longest_hours=4.0,
        break_minutes=0,
        break_within=None,
        clerks_max=None,
        services=[],
    )
    return [full, half]


LineOf = Callable[..., int]
_Path = tuple[str | int, ...]


def check_contracts(contracts: Sequence[ContractTable], plan: HallPlan, source: str, line_of: LineOf) -> None:
    """Raise `BadFile` when a contract contradicts itself or names a service that the hall lacks.

    `line_of` a path of keys is the line it stands in.
    """
    problems = [
        Problem(source, line_of(*path), key_text(path), what, fix)
        for place, contract in enumerate(contracts)
        for path, what, fix in _mistakes(contract, ("contracts", place), plan)
    ]
    if problems:
        raise BadFile(tuple(problems))


def _mistakes(contract: ContractTable, at: _Path, plan: HallPlan) -> Iterator[tuple[_Path, Name, Name]]:
    if contract.shortest_hours > contract.longest_hours:
        what = Name("最短长于最长", "the shortest is longer than the longest")
        yield (*at, "shortest_hours"), what, Name("请改小", "make it smaller")
    there_are = (contract.hours.end - contract.hours.start) / _HOUR
    if contract.shortest_hours > there_are:
        what = Name(f"时段只有 {there_are:g} 小时", f"the span has {there_are:g} hours only")
        yield (*at, "hours"), what, Name("请放宽时段", "write a longer span")
    within = contract.break_within
    if within is not None and within.end - within.start < contract.break_minutes:
        what = Name("休息时段短于休息时间", "the span for the break is shorter than the break")
        yield (*at, "break_within"), what, Name("请放宽时段", "write a longer span")
    known = [service.service_id for service in plan.services]
    for place, name in enumerate(contract.services):
        if name not in known:
            what = Name(f"大厅没有“{name}”", f"the hall has no “{name}”")
            yield (*at, "services", place), what, choose_among(name, known)
