"""The rules of appointments."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from engine.core import calendar, slots
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no_hall
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.appointments import Appointment
from engine.core.model import PHASE_ENDING
from engine.core.plan import Booking, HallPlan, Name, Service
from engine.core.refusals import appointments as no
from engine.core.rules.issuing import form_pending, require_no_open_ticket, require_room, ticket_issued
from engine.core.rules.table import Rules

STARTS_NAMED: Final = 12
"""So many slots are named to whoever asks for one there is not."""
_ENDS: Final = {"cancelled": Name("已取消", "cancelled"), "missed": Name("未到", "missed")}


def _book(hall: Hall, command: c.BookAppointment, now_ms: Millis) -> tuple[Event, ...]:
    service, booking = _booking_of(hall, command.service_id)
    _require_slot(look.plan_of(hall), service, booking, command, now_ms)
    if command.booker is not None:
        _require_welcome(hall, command, command.booker)
    slot = (service.service_id, command.day, command.start_min)
    if not slots.free(hall, booking, *slot):
        raise _full(hall, service, booking, command, now_ms)
    return (e.AppointmentBooked(hall.appointments.new_id(slot), *slot, command.booker, command.channel, now_ms),)


def _require_slot(
    plan: HallPlan, service: Service, booking: Booking, command: c.BookAppointment, now_ms: Millis
) -> None:
    """There is such a slot, it lies ahead, and not too far."""
    day, start = command.day, calendar.clock_text(command.start_min)
    shown = calendar.day_text(day)
    starts = slots.starts(plan, service, booking)
    if not calendar.is_date(day) or command.start_min not in starts:
        raise no.SlotUnknown(
            service=service.name, day=shown, start=start, starts=_starts_text(starts, command.start_min)
        )
    if slots.starts_ms(plan, day, command.start_min) <= now_ms:
        raise no.SlotPast(day=shown, start=start)
    last = slots.last_day(plan, booking, now_ms)
    if day > last:
        raise no.TooFarAhead(last=calendar.day_text(last))
    if not calendar.is_workday(plan, day):
        raise no.HallShut(day=shown)


def _starts_text(starts: Sequence[int], asked_min: int) -> str:
    """The beginnings of slots, of many those around the asked time."""
    following = bisect_left(starts, asked_min)
    first = max(0, min(following - STARTS_NAMED // 2, len(starts) - STARTS_NAMED))
    named = starts[first : first + STARTS_NAMED]
    texts = ", ".join(map(calendar.clock_text, named)) or "—"
    before, after = "… " if first else "", " …" if first + len(named) < len(starts) else ""
    return f"{before}{texts}{after}"


def _require_welcome(hall: Hall, command: c.BookAppointment, booker: str) -> None:
    """Whoever books has no other appointment for this, and has not missed too many."""
    limit = look.plan_of(hall).rules.no_show_bookings_max
    missed = hall.appointments.misses(booker, command.day)
    if limit and missed >= limit:
        raise no.BookingsSuspended(count=missed)
    other = hall.appointments.of_booker(booker, command.service_id, command.day)
    if other is not None:
        raise no.AlreadyBooked(
            service=hall.services[other.service_id].name,
            day=calendar.day_text(other.day),
            start=calendar.clock_text(other.start_min),
        )


def _full(
    hall: Hall, service: Service, booking: Booking, command: c.BookAppointment, now_ms: Millis
) -> no_hall.Refusal:
    found = slots.next_free(hall, service, booking, command.day, now_ms)
    if found is None:
        last = slots.last_day(look.plan_of(hall), booking, now_ms)
        return no.FullyBooked(service=service.name, last=calendar.day_text(last))
    return no.SlotFull(
        day=calendar.day_text(command.day),
        start=calendar.clock_text(command.start_min),
        next=f"{calendar.day_text(found[0])} {calendar.clock_text(found[1])}",
    )


def _cancel(hall: Hall, command: c.CancelAppointment, now_ms: Millis) -> tuple[Event, ...]:
    appointment = _appointment_of(hall, command.appointment_id)
    _require_booked(hall, appointment)
    plan = look.plan_of(hall)
    _, booking = _booking_of(hall, appointment.service_id)
    until_ms = slots.starts_ms(plan, appointment.day, appointment.start_min) - booking.cancel_ms
    if now_ms > until_ms:
        raise no.TooLateToCancel(**_when(plan, until_ms))
    return (e.AppointmentCancelled(appointment.appointment_id, now_ms),)


def _check_in(hall: Hall, command: c.CheckIn, now_ms: Millis) -> tuple[Event, ...]:
    """The ticket and what it was drawn for, in one decision.

    Quotas, the forecast and hours in which only appointments count are no obstacle: the place was promised. Whoever is
    late waits as if there were no appointment, and only while the service takes people in.
    """
    appointment = _appointment_of(hall, command.appointment_id)
    look.require_day(hall)
    _require_booked(hall, appointment)
    service, booking = _booking_of(hall, appointment.service_id)
    is_late = _is_late(hall, service, booking, appointment, now_ms)
    require_room(hall)
    if command.person is not None:
        require_no_open_ticket(hall, command.person, service)
    lane = look.lane_of(hall, command.lane_id or (None if is_late else booking.lane_id))
    order = c.IssueTicket(
        service.service_id,
        lane.lane_id,
        command.channel,
        command.evidence,
        command.on_behalf,
        command.person,
        mode="appointment",
        form_filled=command.form_filled,
    )
    issued = ticket_issued(
        hall, appointment.day, service, lane, order, now_ms, appointment_id=appointment.appointment_id
    )
    kept = e.AppointmentKept(appointment.appointment_id, issued.ticket_id, is_late, now_ms)
    return (issued, *form_pending(hall, issued), kept)


def _is_late(hall: Hall, service: Service, booking: Booking, appointment: Appointment, now_ms: Millis) -> bool:
    """Whether the time to check in is over; raises a refusal before it begins, and when coming late is no use."""
    plan = look.plan_of(hall)
    opens_ms = slots.opens_ms(plan, booking, appointment.day, appointment.start_min)
    if appointment.day != hall.day or now_ms < opens_ms:
        raise no.TooEarly(**_when(plan, opens_ms))
    if now_ms <= slots.starts_ms(plan, appointment.day, appointment.start_min) + booking.late_ms:
        return False
    if hall.phase == PHASE_ENDING:
        raise no_hall.IssuingOver()
    hours = (*slots.hours_of(plan, service, booking), *service.hours)
    if not calendar.within(hours, calendar.minute_of_day(plan.timezone, now_ms)):
        raise no_hall.ServiceClosed(service=service.name, hours=calendar.hours_text(hours))
    return True


def _lapse(hall: Hall, command: c.LapseAppointments, now_ms: Millis) -> tuple[Event, ...]:
    return tuple(e.AppointmentMissed(each.appointment_id, now_ms) for each in hall.appointments.overdue(now_ms))


def _booking_of(hall: Hall, service_id: str) -> tuple[Service, Booking]:
    look.plan_of(hall)
    service = look.service_of(hall, service_id)
    if service.booking is None:
        raise no.NoAppointments(service=service.name)
    return service, service.booking


def _appointment_of(hall: Hall, appointment_id: str) -> Appointment:
    appointment = hall.appointments.by_id.get(appointment_id)
    if appointment is None or appointment.day < (hall.day or ""):
        raise no.AppointmentUnknown()
    return appointment


def _require_booked(hall: Hall, appointment: Appointment) -> None:
    if appointment.ticket_id is not None:
        raise no.AlreadyCheckedIn(ticket=look.shown(hall.tickets[appointment.ticket_id]))
    if appointment.state != "booked":
        raise no.AppointmentOver(state=_ENDS[appointment.state])


def _when(plan: HallPlan, at_ms: Millis) -> dict[str, str]:
    day = calendar.day_of(plan.timezone, at_ms)
    return {
        "day": calendar.day_text(day),
        "time": calendar.clock_text(calendar.minute_of_day(plan.timezone, at_ms)),
    }


RULES: Final[Rules] = {
    c.BookAppointment: _book,
    c.CancelAppointment: _cancel,
    c.CheckIn: _check_in,
    c.LapseAppointments: _lapse,
}
