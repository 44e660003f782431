"""Who booked which slot, who came and who did not."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from engine.core import calendar
from engine.core.events import DayOpened, Millis
from engine.core.ledgers.ledger import FOREVER, Ledger

State = Literal["booked", "kept", "cancelled", "missed"]

Slot = tuple[str, str, int]
"""Service, day and minute at which it begins."""


@dataclass(slots=True, eq=False)
class Appointment:
    """A place in a slot. `due_ms` is when it counts as missed; the ticket is there once the visitor has checked in."""

    appointment_id: str
    service_id: str
    day: str
    start_min: int
    booker: str | None
    channel: str
    due_ms: Millis
    state: State = "booked"
    ticket_id: str | None = None
    is_late: bool = False

    @property
    def slot(self) -> Slot:
        return self.service_id, self.day, self.start_min


class Appointments(Ledger):
    """The appointments of today and later, and how many each booker missed in the present quarter."""

    __slots__ = ("_misses", "_of_slot", "by_id", "quarter")

    def __init__(self) -> None:
        super().__init__()
        self.by_id: dict[str, Appointment] = {}
        self._of_slot: dict[Slot, list[Appointment]] = {}
        self.quarter = ""
        """The calendar quarter whose missed appointments are counted."""
        self._misses: dict[str, int] = {}

    # --- what the rules ask ---

    def new_id(self, slot: Slot) -> str:
        """The id of the next appointment in a slot; cancelled ones keep theirs."""
        service_id, day, start_min = slot
        hours, minutes = divmod(start_min, 60)
        return f"{day}-{service_id}-{hours:02d}{minutes:02d}-{len(self._of_slot.get(slot, ())) + 1}"

    def taken(self, slot: Slot) -> int:
        """How many places of a slot are no longer free."""
        return sum(each.state != "cancelled" for each in self._of_slot.get(slot, ()))

    def of_day(self, day: str) -> list[Appointment]:
        """The appointments of a day in the order of their slots."""
        return sorted(
            (each for each in self.by_id.values() if each.day == day),
            key=lambda each: (each.start_min, each.appointment_id),
        )

    def of_booker(self, booker: str, service_id: str, day: str) -> Appointment | None:
        """What somebody has booked for a service on a day and not given back."""
        wanted = (booker, service_id, day)
        for each in self.by_id.values():
            if (each.booker, each.service_id, each.day) == wanted and each.state in ("booked", "kept"):
                return each
        return None

    def misses(self, booker: str, day: str) -> int:
        """How often somebody did not come in the quarter of `day`."""
        return self._misses.get(booker, 0) if calendar.quarter_of(day) == self.quarter else 0

    def overdue(self, now_ms: Millis) -> Iterator[Appointment]:
        return (each for each in self.by_id.values() if each.state == "booked" and each.due_ms <= now_ms)

    # --- what the fold calls ---

    def add(self, appointment: Appointment) -> None:
        self.by_id[appointment.appointment_id] = appointment
        self._of_slot.setdefault(appointment.slot, []).append(appointment)
        if appointment.state == "booked":
            self.next_ms = min(self.next_ms, appointment.due_ms)

    def end(self, appointment: Appointment, state: State) -> None:
        """It was kept, cancelled or missed, each of which is the end of it."""
        appointment.state = state
        self._fix_next()

    def count_miss(self, appointment: Appointment) -> None:
        """Hold it against whoever booked, in the quarter of the appointment."""
        quarter = calendar.quarter_of(appointment.day)
        if quarter > self.quarter:
            self._begin(quarter)
        if appointment.booker is not None and quarter == self.quarter:
            self._misses[appointment.booker] = self._misses.get(appointment.booker, 0) + 1

    def day_opened(self, event: DayOpened) -> None:
        quarter = calendar.quarter_of(event.day)
        if quarter > self.quarter:
            self._begin(quarter)
        self.drop_before(event.day)

    def drop_before(self, day: str) -> None:
        """Forget what is over; what nobody has recorded as missed yet is not."""
        for each in [each for each in self.by_id.values() if each.day < day and each.state != "booked"]:
            del self.by_id[each.appointment_id]
            self._of_slot.pop(each.slot, None)

    def _begin(self, quarter: str) -> None:
        self.quarter = quarter
        self._misses = {}

    def _fix_next(self) -> None:
        self.next_ms = min((each.due_ms for each in self.by_id.values() if each.state == "booked"), default=FOREVER)

    # --- snapshots ---

    def to_rows(self) -> Any:
        return {
            "quarter": self.quarter,
            "misses": sorted([booker, count] for booker, count in self._misses.items()),
            "appointments": [[getattr(each, name) for name in _FIELDS] for each in self.by_id.values()],
        }

    def load(self, rows: Any) -> None:
        self.quarter = rows["quarter"]
        self._misses = dict(rows["misses"])
        for row in rows["appointments"]:
            self.add(Appointment(*row))


_FIELDS: Final = tuple(field.name for field in fields(Appointment))
