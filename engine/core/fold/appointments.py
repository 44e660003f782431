"""What the facts of appointments change."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core import slots
from engine.core.fold.table import Folds
from engine.core.ledgers.appointments import Appointment

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _booked(hall: "Hall", event: e.AppointmentBooked) -> None:
    assert hall.plan is not None
    due_ms = slots.lapses_ms(hall.plan, event.day)
    hall.appointments.add(
        Appointment(
            event.appointment_id, event.service_id, event.day, event.start_min, event.booker, event.channel, due_ms
        )
    )


def _cancelled(hall: "Hall", event: e.AppointmentCancelled) -> None:
    hall.appointments.end(hall.appointments.by_id[event.appointment_id], "cancelled")


def _kept(hall: "Hall", event: e.AppointmentKept) -> None:
    appointment = hall.appointments.by_id[event.appointment_id]
    appointment.ticket_id = event.ticket_id
    appointment.is_late = event.is_late
    hall.appointments.end(appointment, "kept")


def _missed(hall: "Hall", event: e.AppointmentMissed) -> None:
    appointments = hall.appointments
    appointment = appointments.by_id[event.appointment_id]
    appointments.end(appointment, "missed")
    if _could_be_kept(hall, appointment):
        appointments.count_miss(appointment)
    # The engine may have been off on that day, and said so only now.
    appointments.drop_before(hall.day or "")


def _could_be_kept(hall: "Hall", appointment: Appointment) -> bool:
    """Nobody is blamed for a day on which the hall never opened, or a service that takes no appointments any more."""
    service = hall.services.get(appointment.service_id)
    return service is not None and service.booking is not None and appointment.day <= (hall.day or "")


FOLDS: Final[Folds] = {
    e.AppointmentBooked: _booked,
    e.AppointmentCancelled: _cancelled,
    e.AppointmentKept: _kept,
    e.AppointmentMissed: _missed,
}
