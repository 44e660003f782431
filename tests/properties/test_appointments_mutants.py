"""Appointments that are wrong on purpose, as some shipped system was or ours might be; the days notice every one."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from engine.core import events as e
from engine.core import slots
from engine.core.events import Millis
from engine.core.hall import _APPLY, Hall
from engine.core.ledgers.appointments import Appointment, Appointments, Slot
from engine.core.lookups import plan_of
from engine.core.plan import Booking, HallPlan, Service
from engine.core.rules import appointments as rules
from tests.properties.bookings import walk

# Noticed on one of these walks or not at all.
WALKS = 20
STEPS = 150


def test_appointments_as_they_are_go_unnoticed() -> None:
    for seed in range(5):
        walk(seed, STEPS)


def slot_takes_one_more(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(slots, "free", lambda *slot: FREE(*slot) + 1)


def cancelled_place_stays_taken(patch: pytest.MonkeyPatch) -> None:
    def taken(self: Appointments, slot: Slot) -> int:
        return sum(each.slot == slot for each in self.by_id.values())

    patch.setattr(Appointments, "taken", taken)


def id_counts_places_taken(patch: pytest.MonkeyPatch) -> None:
    def new_id(self: Appointments, slot: Slot) -> str:
        return f"{slot[1]}-{slot[0]}-{slot[2]}-{self.taken(slot) + 1}"

    patch.setattr(Appointments, "new_id", new_id)


def next_free_slot_may_be_full(patch: pytest.MonkeyPatch) -> None:
    def next_free(hall: Hall, service: Service, booking: Booking, day: str, now_ms: Millis) -> tuple[str, int] | None:
        found = NEXT_FREE(hall, service, booking, day, now_ms)
        return None if found is None else (day, slots.starts(plan_of(hall), service, booking)[0])

    patch.setattr(slots, "next_free", next_free)


def late_visitor_is_on_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "_is_late", lambda *each: IS_LATE(*each) and False)


def one_may_check_in_at_any_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(slots, "opens_ms", lambda plan, booking, day, start_min: 0)


def time_to_check_in_is_not_counted_to_its_end(patch: pytest.MonkeyPatch) -> None:
    def starts_ms(plan: HallPlan, day: str, start_min: int) -> Millis:
        return STARTS_MS(plan, day, start_min) - 1

    patch.setattr(slots, "starts_ms", starts_ms)


def kept_appointment_lapses_too(patch: pytest.MonkeyPatch) -> None:
    def overdue(self: Appointments, now_ms: Millis) -> Iterator[Appointment]:
        return (each for each in self.by_id.values() if each.state in ("booked", "kept") and each.due_ms <= now_ms)

    patch.setattr(Appointments, "overdue", overdue)


def missed_appointment_is_forgotten_unsaid(patch: pytest.MonkeyPatch) -> None:
    def drop_before(self: Appointments, day: str) -> None:
        for each in [each for each in self.by_id.values() if each.day < day]:
            del self.by_id[each.appointment_id]

    patch.setattr(Appointments, "drop_before", drop_before)
    patch.setattr(slots, "lapses_ms", lambda plan, day: LAPSES_MS(plan, day) + 24 * 3_600_000)


def past_days_pile_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Appointments, "drop_before", lambda self, day: None)


def nobody_lapses(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(slots, "lapses_ms", lambda plan, day: LAPSES_MS(plan, day) + 365 * 24 * 3_600_000)


def misses_are_not_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Appointments, "count_miss", lambda self, appointment: None)


def restart_forgets_misses(patch: pytest.MonkeyPatch) -> None:
    def load(self: Appointments, rows: dict[str, object]) -> None:
        LOAD(self, {**rows, "misses": []})

    patch.setattr(Appointments, "load", load)


def whoever_missed_none_is_suspended(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Appointments, "misses", lambda self, booker, day: MISSES(self, booker, day) + 1)


def cancelling_is_never_too_late(patch: pytest.MonkeyPatch) -> None:
    def booking_of(hall: Hall, service_id: str) -> tuple[Service, Booking]:
        service, booking = BOOKING_OF(hall, service_id)
        return service, replace(booking, cancel_ms=-24 * 3_600_000)

    patch.setattr(rules, "_booking_of", booking_of)


def kept_appointment_may_be_kept_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "_require_booked", lambda hall, appointment: None)


def checking_in_does_not_free_the_deadline(patch: pytest.MonkeyPatch) -> None:
    def kept(hall: Hall, event: e.AppointmentKept) -> None:
        hall.appointments.by_id[event.appointment_id].ticket_id = event.ticket_id

    patch.setitem(_APPLY, e.AppointmentKept, kept)


FREE, NEXT_FREE, STARTS_MS, LAPSES_MS = slots.free, slots.next_free, slots.starts_ms, slots.lapses_ms
IS_LATE, BOOKING_OF = rules._is_late, rules._booking_of
LOAD, MISSES = Appointments.load, Appointments.misses

MUTANTS: list[Callable[[pytest.MonkeyPatch], None]] = [
    slot_takes_one_more,
    cancelled_place_stays_taken,
    id_counts_places_taken,
    next_free_slot_may_be_full,
    late_visitor_is_on_time,
    one_may_check_in_at_any_time,
    time_to_check_in_is_not_counted_to_its_end,
    kept_appointment_lapses_too,
    missed_appointment_is_forgotten_unsaid,
    past_days_pile_up,
    nobody_lapses,
    misses_are_not_counted,
    restart_forgets_misses,
    whoever_missed_none_is_suspended,
    cancelling_is_never_too_late,
    kept_appointment_may_be_kept_again,
    checking_in_does_not_free_the_deadline,
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.__name__))
def test_wrong_appointments_are_noticed(
    mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)

    with pytest.raises((AssertionError, KeyError)):
        for seed in range(WALKS):
            walk(seed, STEPS)
