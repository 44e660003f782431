"""The tables of `hall.toml` about what people come for: services, their bookings and back offices, and items."""

from typing import Annotated, Literal

from pydantic import Field

from engine.core.plan import MINUTE_MS, THOUSANDTHS, BackOffice, Booking, Item, Mode, Quota, Service
from engine.wire.hall_tables.values import (
    DAY_MINUTES,
    NAME_EXAMPLE,
    Address,
    Code,
    Day,
    Hours,
    HoursSpan,
    Id,
    InBoth,
    Prefix,
    Reference,
    in_order,
    thousandths,
)
from engine.wire.shape import Table


class QuotaTable(Table):
    """`[[service.quotas]]`: how many numbers may be drawn, by a channel, in a span of the day."""

    count: int = Field(ge=0, le=100_000, examples=["count = 50"])
    channel: Id | None = Field(default=None, examples=['channel = "kiosk"'])
    span: HoursSpan | None = Field(default=None, examples=['span = "08:30-12:00"'])

    def planned(self) -> Quota:
        return Quota(self.count, self.channel, self.span)


class BookingTable(Table):
    """`[service.booking]`: appointments are made for this service, in slots of so many places."""

    per_slot: int = Field(ge=1, le=10_000, examples=["per_slot = 4"])
    slot_minutes: int = Field(default=30, ge=5, le=480, examples=["slot_minutes = 30"])
    days_ahead: int = Field(default=7, ge=0, le=365, examples=["days_ahead = 7"])
    early_minutes: int = Field(default=15, ge=0, le=480, examples=["early_minutes = 15"])
    late_minutes: int = Field(default=15, ge=0, le=480, examples=["late_minutes = 15"])
    cancel_minutes: int = Field(default=60, ge=0, le=10_080, examples=["cancel_minutes = 60"])
    lane: Reference | None = Field(default=None, examples=['lane = "booked"'])
    hours: Hours = Field(default=[], examples=['hours = ["09:00-11:30"]'])

    def planned(self) -> Booking:
        return Booking(
            per_slot=self.per_slot,
            slot_minutes=self.slot_minutes,
            days_ahead=self.days_ahead,
            early_ms=self.early_minutes * MINUTE_MS,
            late_ms=self.late_minutes * MINUTE_MS,
            cancel_ms=self.cancel_minutes * MINUTE_MS,
            lane_id=self.lane,
            hours=in_order(self.hours),
        )


class BackOfficeTable(Table):
    """`[service.back_office]`: what happens after acceptance, by when, and where the result is collected."""

    department: Reference | None = Field(default=None, examples=['department = "civil-affairs"'])
    due_days: int = Field(default=5, ge=1, le=365, examples=["due_days = 5"])
    due_minutes: int = Field(default=0, ge=0, le=7 * DAY_MINUTES, examples=["due_minutes = 120"])
    collect: Reference | None = Field(default=None, examples=['collect = "collection"'])

    def planned(self) -> BackOffice:
        return BackOffice(self.department, self.due_days, self.due_minutes * MINUTE_MS, self.collect)


class ServiceTable(Table):
    """`[[service]]`: what people draw a number for."""

    id: Id = Field(examples=['id = "social-security"'])
    prefix: Prefix = Field(examples=['prefix = "A"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)
    zone: Reference = Field(examples=['zone = "a"'])
    group: Reference | None = Field(default=None, examples=['group = "social"'])
    mean_minutes: Annotated[int, thousandths(1, DAY_MINUTES * THOUSANDTHS)] = Field(
        default=10 * THOUSANDTHS, examples=["mean_minutes = 10"]
    )
    hours: Hours = Field(default=[], examples=['hours = ["09:00-11:30"]'])
    quotas: list[QuotaTable] = Field(default=[], max_length=100, examples=["quotas = [{ count = 50 }]"])
    channels: list[Id] = Field(default=[], max_length=32, examples=['channels = ["kiosk", "guide"]'])
    one_per_person: bool = Field(default=False, examples=["one_per_person = true"])
    form: Literal["none", "optional", "required"] = Field(default="none", examples=['form = "optional"'])
    mode: Mode = Field(default="instant", examples=['mode = "instant"'])
    appointment_only: Hours = Field(default=[], examples=['appointment_only = ["08:30-10:00"]'])
    no_show: Literal["guide", "void", "back", "after"] = Field(default="guide", examples=['no_show = "guide"'])
    no_show_after: int = Field(default=3, ge=1, le=100, examples=["no_show_after = 3"])
    returns_max: int = Field(default=2, ge=0, le=20, examples=["returns_max = 2"])
    department: Reference | None = Field(default=None, examples=['department = "civil-affairs"'])
    booking: BookingTable | None = Field(default=None, examples=["[service.booking]"])
    back_office: BackOfficeTable | None = Field(default=None, examples=["[service.back_office]"])

    def planned(self) -> Service:
        return Service(
            service_id=self.id,
            name=self.name.planned(),
            prefix=self.prefix,
            zone_id=self.zone,
            group_id=self.group,
            mean_ms=self.mean_minutes * (MINUTE_MS // THOUSANDTHS),
            hours=in_order(self.hours),
            quotas=tuple(quota.planned() for quota in self.quotas),
            channels=tuple(self.channels),
            one_per_person=self.one_per_person,
            form=self.form,
            mode=self.mode,
            appointment_only=in_order(self.appointment_only),
            no_show=self.no_show,
            no_show_after=self.no_show_after,
            returns_max=self.returns_max,
            department_id=self.department,
            booking=self.booking.planned() if self.booking else None,
            back_office=self.back_office.planned() if self.back_office else None,
        )


class ItemTable(Table):
    """`[[item]]`: one entry of the catalogue."""

    id: Code = Field(examples=['id = "card-loss"'])
    name: InBoth = Field(examples=NAME_EXAMPLE)
    service: Reference = Field(examples=['service = "social-security"'])
    group: Reference | None = Field(default=None, examples=['group = "social"'])
    mode: Mode | None = Field(default=None, examples=['mode = "promised"'])
    guide_url: Address | None = Field(default=None, examples=['guide_url = "https://www.example.org/guide"'])
    department: Reference | None = Field(default=None, examples=['department = "civil-affairs"'])
    effective_from: Day | None = Field(default=None, examples=['effective_from = "2026-01-01"'])
    effective_until: Day | None = Field(default=None, examples=['effective_until = "2026-12-31"'])
    delegated_service: Reference | None = Field(default=None, examples=['delegated_service = "comprehensive"'])
    delegated_until: Day | None = Field(default=None, examples=['delegated_until = "2026-12-31"'])

    def planned(self) -> Item:
        return Item(
            item_id=self.id,
            name=self.name.planned(),
            service_id=self.service,
            group_id=self.group,
            mode=self.mode,
            guide_url=self.guide_url,
            department_id=self.department,
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            delegated_service_id=self.delegated_service,
            delegated_until=self.delegated_until,
        )
