"""What people may see of appointments: never who booked."""

from typing import Final

from engine.core import calendar, slots
from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.appointments import Appointment
from engine.core.lookups import plan_of
from engine.core.plan import Booking, Service
from engine.core.views.halls import issued_view, name
from engine.core.views.table import Replies, View


def appointment_view(hall: Hall, appointment: Appointment) -> View:
    """An appointment as its holder and the staff see it; the times say when one may check in and cancel."""
    plan = plan_of(hall)
    service = hall.services.get(appointment.service_id)
    booking = service.booking if service else None
    starts_ms = slots.starts_ms(plan, appointment.day, appointment.start_min)
    ticket = hall.tickets.get(appointment.ticket_id) if appointment.ticket_id else None
    return {
        "appointment_id": appointment.appointment_id,
        "service": {"id": appointment.service_id, "name": name(service.name) if service else None},
        "day": calendar.day_text(appointment.day),
        "start": calendar.clock_text(appointment.start_min),
        "check_in_from": calendar.iso(
            plan.timezone, slots.opens_ms(plan, booking, appointment.day, appointment.start_min)
        )
        if booking
        else None,
        "check_in_until": calendar.iso(plan.timezone, starts_ms + booking.late_ms) if booking else None,
        "cancel_until": calendar.iso(plan.timezone, starts_ms - booking.cancel_ms) if booking else None,
        "state": appointment.state,
        "is_late": appointment.is_late,
        "number": ticket.number if ticket else None,
        "position": hall.position,
    }


def slots_view(hall: Hall, service: Service, booking: Booking, day: str, now_ms: Millis) -> View:
    """The slots of one day with their free places; none on a day that cannot be booked, and those begun have none."""
    plan = plan_of(hall)
    today, last = calendar.day_of(plan.timezone, now_ms), slots.last_day(plan, booking, now_ms)
    is_bookable = today <= day <= last and calendar.is_workday(plan, day)
    return {
        "service": service.service_id,
        "day": calendar.day_text(day),
        "last_day": calendar.day_text(last),
        "slots": [
            {
                "start": calendar.clock_text(start),
                "free": slots.free(hall, booking, service.service_id, day, start)
                if slots.starts_ms(plan, day, start) > now_ms
                else 0,
                "of": booking.per_slot,
            }
            for start in (slots.starts(plan, service, booking) if is_bookable else ())
        ],
        "position": hall.position,
    }


def _appointment_reply(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    (event,) = events
    assert isinstance(event, e.AppointmentBooked | e.AppointmentCancelled)
    return appointment_view(hall, hall.appointments.by_id[event.appointment_id])


def _check_in_reply(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    kept = next(event for event in events if isinstance(event, e.AppointmentKept))
    return issued_view(hall, hall.tickets[kept.ticket_id], now_ms)


REPLIES: Final[Replies] = {
    c.BookAppointment: _appointment_reply,
    c.CancelAppointment: _appointment_reply,
    c.CheckIn: _check_in_reply,
}
