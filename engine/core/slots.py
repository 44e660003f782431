"""Slots of appointments: when they begin, how many places are free, and when their visitors may check in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.core import calendar
from engine.core.events import Millis
from engine.core.plan import Booking, HallPlan, Service, Span

if TYPE_CHECKING:
    from engine.core.hall import Hall


def hours_of(plan: HallPlan, service: Service, booking: Booking) -> tuple[Span, ...]:
    """When appointments are: in hours of their own, else the service's, else the hall's, else round the clock."""
    return booking.hours or service.hours or plan.hours or (Span(0, calendar.MIDNIGHT),)


def starts(plan: HallPlan, service: Service, booking: Booking) -> list[int]:
    """The minutes of the day at which slots begin; each is over before its hours are."""
    return [
        start
        for span in hours_of(plan, service, booking)
        for start in range(span.start, span.end - booking.slot_minutes + 1, booking.slot_minutes)
    ]


def starts_ms(plan: HallPlan, day: str, start_min: int) -> Millis:
    """When a slot begins."""
    return calendar.moment(plan, day, start_min)


def opens_ms(plan: HallPlan, booking: Booking, day: str, start_min: int) -> Millis:
    """From when on its visitors may check in, which is never on the day before."""
    return max(starts_ms(plan, day, start_min) - booking.early_ms, calendar.moment(plan, day, 0))


def lapses_ms(plan: HallPlan, day: str) -> Millis:
    """When whoever has not checked in counts as missing: with the last closing hour, so that late ones still can."""
    return calendar.moment(plan, day, max((span.end for span in plan.hours), default=calendar.MIDNIGHT))


def last_day(plan: HallPlan, booking: Booking, now_ms: Millis) -> str:
    """The last day that may be booked."""
    return calendar.days_later(calendar.day_of(plan.timezone, now_ms), booking.days_ahead)


def free(hall: "Hall", booking: Booking, service_id: str, day: str, start_min: int) -> int:
    """How many places of a slot may still be taken."""
    return max(0, booking.per_slot - hall.appointments.taken((service_id, day, start_min)))


def next_free(hall: "Hall", service: Service, booking: Booking, day: str, now_ms: Millis) -> tuple[str, int] | None:
    """The first slot from `day` on that is not full and has not begun, None when there is none."""
    plan = hall.plan
    assert plan is not None
    for each in _days(plan, booking, day, now_ms):
        for start in starts(plan, service, booking):
            if starts_ms(plan, each, start) > now_ms and free(hall, booking, service.service_id, each, start):
                return each, start
    return None


def _days(plan: HallPlan, booking: Booking, day: str, now_ms: Millis) -> Iterator[str]:
    last = last_day(plan, booking, now_ms)
    while day <= last:
        if calendar.is_workday(plan, day):
            yield day
        day = calendar.days_later(day, 1)
