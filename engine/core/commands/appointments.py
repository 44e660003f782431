"""Orders about appointments."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BookAppointment:
    """Take a place in the slot that begins at `start_min` of the local `day` (eight digits)."""

    service_id: str
    day: str
    start_min: int
    booker: str | None = None
    channel: str = "phone"


@dataclass(frozen=True, slots=True)
class CancelAppointment:
    """Give the place back."""

    appointment_id: str


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The visitor is here: draw the number of an appointment; the rest is said as in `IssueTicket`."""

    appointment_id: str
    channel: str = "kiosk"
    lane_id: str | None = None
    evidence: str | None = None
    on_behalf: bool = False
    person: str | None = None
    form_filled: bool = False


@dataclass(frozen=True, slots=True)
class LapseAppointments:
    """Record every appointment whose visitor did not come."""
