"""The appointments of a day's visitors, booked as the hall opens."""

from collections.abc import Iterable
from itertools import groupby

from engine.core import calendar
from engine.core import commands as c
from engine.core.plan import HallPlan
from sim.visits import Order, Visit


def bookings_of(visits: Iterable[Visit], plan: HallPlan) -> list[Order]:
    """An order for each visit with an appointment, in order of time; `visits` stand in order of arrival."""
    opens = min((span.start for span in plan.hours), default=0)
    orders: list[Order] = []
    for _, of_day in groupby(visits, key=lambda visit: calendar.day_of(plan.timezone, visit.arrived_ms)):
        listed = list(of_day)
        first_ms = listed[0].arrived_ms
        opens_ms = min(calendar.at_minute(plan.timezone, first_ms, opens), first_ms)
        for visit in listed:
            if visit.appointment_ms is None or visit.course is None or visit.course.booking is None:
                continue
            at = calendar.local(plan.timezone, visit.appointment_ms)
            command = c.BookAppointment(
                visit.service_id, at.strftime("%Y%m%d"), at.hour * 60 + at.minute, channel="phone"
            )
            orders.append(Order(opens_ms, "phone", command, visit.course.booking))
    return orders
