"""How the refusals of appointments are met, at nine in the morning."""

from dataclasses import replace
from typing import Any

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.plan import Booking, Holiday, Service, Span
from tests.builders import DAY, RULES, SERVICES, both, plan

AT_TEN = c.BookAppointment("social", DAY, 600, "x")
OF_AT_TEN = f"{DAY}-social-1000-1"
HOUR_MS = 3_600_000


def _booked(service: Service, *, hours: Span, **changes: Any) -> Service:
    return replace(service, booking=Booking(1, slot_minutes=60, hours=(hours,), **changes))


OPEN: tuple[Command, ...] = (
    c.ConfigureHall(
        replace(
            plan(
                services=(
                    _booked(SERVICES[0], hours=Span(540, 660), early_ms=HOUR_MS),
                    _booked(SERVICES[1], hours=Span(600, 660), days_ahead=0, early_ms=0),
                    SERVICES[2],
                )
            ),
            holidays=(Holiday("20261125", both("holiday")),),
        )
    ),
    c.OpenDay(),
)
BOOKED = (*OPEN, AT_TEN)
BOOKED_TAX = (*OPEN, c.BookAppointment("tax", DAY, 600))

# Whoever has not come by the end of the hall's hours, which is now, was missed.
MISSED: tuple[Command, ...] = (
    c.ConfigureHall(
        plan(
            services=(_booked(SERVICES[0], hours=Span(540, 660), cancel_ms=2 * HOUR_MS), *SERVICES[1:]),
            hours=(Span(480, 540),),
            rules=replace(RULES, no_show_bookings_max=1),
        )
    ),
    c.OpenDay(),
    AT_TEN,
    c.LapseAppointments(),
)

CASES: list[tuple[tuple[Command, ...], Command]] = [
    (OPEN, c.BookAppointment("young", DAY, 600)),
    (OPEN, c.BookAppointment("social", DAY, 601)),
    (OPEN, c.BookAppointment("social", DAY, 540)),
    (OPEN, c.BookAppointment("social", "20270101", 600)),
    (OPEN, c.BookAppointment("social", "20261125", 600)),
    (BOOKED, replace(AT_TEN, booker="y")),
    (BOOKED_TAX, c.BookAppointment("tax", DAY, 600)),
    (BOOKED, AT_TEN),
    (OPEN, c.CheckIn("none")),
    (BOOKED_TAX, c.CheckIn(f"{DAY}-tax-1000-1")),
    ((*BOOKED, c.CancelAppointment(OF_AT_TEN)), c.CheckIn(OF_AT_TEN)),
    ((*BOOKED, c.CheckIn(OF_AT_TEN)), c.CheckIn(OF_AT_TEN)),
    (MISSED, replace(AT_TEN, day="20261124")),
    (MISSED[:-1], c.CancelAppointment(OF_AT_TEN)),
]
