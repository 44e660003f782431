"""Facts of appointments."""

from engine.core.events.base import Millis
from engine.core.fact import fact


@fact
class AppointmentBooked:
    """A place in a slot was taken; `booker` is a keyed hash, None when nobody asked who."""

    appointment_id: str
    service_id: str
    day: str
    start_min: int
    booker: str | None
    channel: str
    at_ms: Millis


@fact
class AppointmentCancelled:
    """The place is free again."""

    appointment_id: str
    at_ms: Millis


@fact
class AppointmentKept:
    """The visitor checked in and has a ticket; whoever is late waits in the ordinary lane."""

    appointment_id: str
    ticket_id: str
    is_late: bool
    at_ms: Millis


@fact
class AppointmentMissed:
    """Nobody checked in."""

    appointment_id: str
    at_ms: Millis
