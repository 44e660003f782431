"""The tables of `hall.toml` about the hall as a whole: what it is, its settings, its days, its limits, its parts."""

from typing import Annotated, Final, Literal

from pydantic import Field

from engine.core.plan import (
    MINUTE_MS,
    SECOND_MS,
    THOUSANDTHS,
    Department,
    Group,
    Holiday,
    Lane,
    Limit,
    Limits,
    Rules,
    Zone,
)
from engine.wire.hall_tables.values import (
    DAY_MINUTES,
    NAME_EXAMPLE,
    Code,
    Day,
    FileName,
    Hours,
    Id,
    InBoth,
    Reference,
    Timezone,
    Words,
    ZoneKind,
    thousandths,
)
from engine.wire.shape import Table

CLEAR_PERCENT: Final = 80
"""Where a warning clears, of where it is raised, unless the file says otherwise."""


class HallTable(Table):
    """`[hall]`: which hall this is."""

    id: Code = Field(examples=['id = "our-hall"'])
    region: Code = Field(examples=['region = "our-city"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)
    timezone: Timezone = Field(examples=['timezone = "Asia/Shanghai"'])
    hours: Hours = Field(default=[], examples=['hours = ["08:30-12:00", "13:30-17:00"]'])


class RulesTable(Table):
    """`[rules]`: the hall's settings."""

    call_expiry_s: int = Field(default=300, ge=10, le=3600, examples=["call_expiry_s = 300"])
    last_call_grace_s: int = Field(default=60, ge=0, le=3600, examples=["last_call_grace_s = 60"])
    recall_limit: int = Field(default=3, ge=0, le=20, examples=["recall_limit = 3"])
    overtime_min: int = Field(default=120, ge=0, le=720, examples=["overtime_min = 120"])
    number_digits: int = Field(default=3, ge=3, le=6, examples=["number_digits = 3"])
    first_number: int = Field(default=1, ge=1, le=999_999, examples=["first_number = 1"])
    policy: Reference | None = Field(default=None, examples=['policy = "fair"'])
    occupancy_max: int = Field(default=0, ge=0, le=100_000, examples=["occupancy_max = 300"])
    stops_by_forecast: bool = Field(default=False, examples=["stops_by_forecast = true"])
    draws_in_break: bool = Field(default=True, examples=["draws_in_break = false"])
    help_desk: InBoth | None = Field(default=None, examples=['help_desk = { zh = "3号窗口", en = "window 3" }'])
    next_item_place: Literal["original", "front", "back"] = Field(
        default="original", examples=['next_item_place = "original"']
    )
    hold_minutes_max: int = Field(default=60, ge=1, le=DAY_MINUTES, examples=["hold_minutes_max = 60"])
    return_days: int = Field(default=5, ge=0, le=365, examples=["return_days = 5"])
    papers_days: int = Field(default=5, ge=1, le=365, examples=["papers_days = 5"])
    no_show_bookings_max: int = Field(default=3, ge=0, le=100, examples=["no_show_bookings_max = 3"])
    names_owner: bool = Field(default=False, examples=["names_owner = true"])
    pause_reasons: list[Words] = Field(default=[], max_length=32, examples=['pause_reasons = ["午餐", "会议"]'])
    case_days: int = Field(default=5, ge=1, le=365, examples=["case_days = 5"])
    case_escalation_days: int = Field(default=2, ge=1, le=365, examples=["case_escalation_days = 2"])
    rating_days: int = Field(default=3, ge=0, le=31, examples=["rating_days = 3"])
    bad_stars: int = Field(default=2, ge=0, le=5, examples=["bad_stars = 2"])
    follow_up_days: int = Field(default=15, ge=1, le=365, examples=["follow_up_days = 15"])
    target_wait_minutes: int = Field(default=15, ge=1, le=DAY_MINUTES, examples=["target_wait_minutes = 15"])

    def planned(self) -> Rules:
        return Rules(
            call_expiry_ms=self.call_expiry_s * SECOND_MS,
            last_call_grace_ms=self.last_call_grace_s * SECOND_MS,
            recall_limit=self.recall_limit,
            overtime_ms=self.overtime_min * MINUTE_MS,
            number_digits=self.number_digits,
            first_number=self.first_number,
            policy_id=self.policy,
            occupancy_max=self.occupancy_max,
            stops_by_forecast=self.stops_by_forecast,
            draws_in_break=self.draws_in_break,
            help_desk=self.help_desk.zh if self.help_desk else "",
            help_desk_en=self.help_desk.en if self.help_desk else "",
            next_item_place=self.next_item_place,
            hold_ms_max=self.hold_minutes_max * MINUTE_MS,
            return_days=self.return_days,
            papers_days=self.papers_days,
            no_show_bookings_max=self.no_show_bookings_max,
            names_owner=self.names_owner,
            pause_reasons=tuple(self.pause_reasons),
            case_days=self.case_days,
            case_escalation_days=self.case_escalation_days,
            rating_days=self.rating_days,
            bad_stars=self.bad_stars,
            follow_up_days=self.follow_up_days,
            target_wait_ms=self.target_wait_minutes * MINUTE_MS,
        )


class HolidayTable(Table):
    """`[[calendar.holidays]]`: a day on which the hall stays shut."""

    day: Day = Field(examples=['day = "2026-10-01"'])
    name: InBoth = Field(examples=['name = { zh = "国庆节", en = "National Day" }'])

    def planned(self) -> Holiday:
        return Holiday(self.day, self.name.planned())


class CalendarTable(Table):
    """`[calendar]`: the days on which the hall opens."""

    workdays: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        default=[1, 2, 3, 4, 5, 6, 7], max_length=7, examples=["workdays = [1, 2, 3, 4, 5]"]
    )
    holidays: list[HolidayTable] = Field(
        default=[], max_length=400, examples=['holidays = [{ day = "2026-10-01", name = "国庆节" }]']
    )
    extra_workdays: list[Day] = Field(default=[], max_length=400, examples=['extra_workdays = ["2026-10-10"]'])


class LimitsTable(Table):
    """`[limits]`: when to warn, and when to stop; without the second figure at 80% of the first."""

    wait_minutes: int | None = Field(default=None, ge=1, le=DAY_MINUTES, examples=["wait_minutes = 30"])
    wait_clear_minutes: int | None = Field(default=None, ge=0, le=DAY_MINUTES, examples=["wait_clear_minutes = 24"])
    count: int | None = Field(default=None, ge=1, le=100_000, examples=["count = 50"])
    count_clear: int | None = Field(default=None, ge=0, le=100_000, examples=["count_clear = 40"])
    idle_minutes: int | None = Field(default=None, ge=1, le=DAY_MINUTES, examples=["idle_minutes = 10"])
    idle_clear_minutes: int | None = Field(default=None, ge=0, le=DAY_MINUTES, examples=["idle_clear_minutes = 8"])
    offline_s: int = Field(default=30, ge=5, le=3600, examples=["offline_s = 30"])

    def planned(self) -> Limits:
        return Limits(
            wait_ms=_limit(self.wait_minutes, self.wait_clear_minutes, MINUTE_MS),
            count=_limit(self.count, self.count_clear, 1),
            idle_ms=_limit(self.idle_minutes, self.idle_clear_minutes, MINUTE_MS),
            offline_ms=self.offline_s * SECOND_MS,
        )


def _limit(raise_at: int | None, clear_at: int | None, unit: int) -> Limit | None:
    if raise_at is None:
        return None
    return Limit(raise_at * unit, raise_at * unit * CLEAR_PERCENT // 100 if clear_at is None else clear_at * unit)


class CatalogueTable(Table):
    """`[catalogue]`: where items stand that are too many for this file."""

    file: FileName | None = Field(default=None, examples=['file = "items.csv"'])


class LaneTable(Table):
    """`[[lane]]`: a class of visitors; the first is the one for everybody."""

    id: Id = Field(examples=['id = "ordinary"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)
    credit: Annotated[int, thousandths(0, 100_000 * THOUSANDTHS)] = Field(default=0, examples=["credit = 30"])
    rate: Annotated[int, thousandths(0, 1_000 * THOUSANDTHS)] = Field(default=THOUSANDTHS, examples=["rate = 1"])
    mark: InBoth | None = Field(default=None, examples=['mark = { zh = "优先", en = "Priority" }'])
    groups: list[Id] = Field(default=[], max_length=32, examples=['groups = ["elderly", "disabled"]'])

    def planned(self) -> Lane:
        mark = self.mark.planned() if self.mark else None
        return Lane(self.id, self.name.planned(), self.credit, self.rate, mark, tuple(self.groups))


class ZoneTable(Table):
    """`[[zone]]`: a part of the hall with its own boards and loudspeaker."""

    id: Id = Field(examples=['id = "a"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)
    kind: ZoneKind = Field(default="windows", examples=['kind = "windows"'])

    def planned(self) -> Zone:
        return Zone(self.id, self.name.planned(), self.kind)


class GroupTable(Table):
    """`[[group]]`: a heading of the catalogue."""

    id: Id = Field(examples=['id = "social"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)

    def planned(self) -> Group:
        return Group(self.id, self.name.planned())


class DepartmentTable(Table):
    """`[[department]]`: an authority behind the windows."""

    id: Code = Field(examples=['id = "civil-affairs"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)

    def planned(self) -> Department:
        return Department(self.id, self.name.planned())
