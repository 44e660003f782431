"""Appointments: slots with places, a time to check in, and what becomes of those who do not come."""

from dataclasses import replace
from typing import Any

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.plan import Booking, Holiday, Name, Quota, Span
from tests.builders import DAY, HOUR, LANES, NINE, PRIORITY, RULES, SERVICES, Driver, lane, plan

BOOKED = "booked-in"
TOMORROW = "20261124"
HOURS = (Span(9 * 60, 12 * 60), Span(13 * 60 + 30, 17 * 60))
TEN = 10 * 60


def test_booking_takes_a_place_and_checking_in_draws_its_number() -> None:
    driver = _hall()

    appointment_id = _booked(driver, start=9 * 60 + 30)
    driver.wait(minutes=20)
    issued, kept = driver.do(c.CheckIn(appointment_id))

    assert isinstance(issued, e.TicketIssued)
    assert (issued.mode, issued.lane_id, issued.appointment_id) == ("appointment", BOOKED, appointment_id)
    assert kept == e.AppointmentKept(appointment_id, issued.ticket_id, False, driver.now_ms)
    assert driver.state(issued.ticket_id) == "waiting"


def test_slots_fill_the_hours_and_end_inside_them() -> None:
    driver = _hall(booking=Booking(1, slot_minutes=50))

    refusal = driver.refusal(_book(start=11 * 60 + 30))

    assert refusal.code == "slot-unknown"
    assert refusal.words["starts"] == "09:00, 09:50, 10:40, 13:30, 14:20, 15:10, 16:00"


@pytest.mark.parametrize(
    ("asked", "starts"),
    [
        (0, "00:00, 00:05, 00:10, 00:15, 00:20, 00:25, 00:30, 00:35, 00:40, 00:45, 00:50, 00:55 …"),
        (TEN + 1, "… 09:35, 09:40, 09:45, 09:50, 09:55, 10:00, 10:05, 10:10, 10:15, 10:20, 10:25, 10:30 …"),
        (23 * 60 + 59, "… 23:00, 23:05, 23:10, 23:15, 23:20, 23:25, 23:30, 23:35, 23:40, 23:45, 23:50, 23:55"),
    ],
)
def test_of_many_slots_those_around_the_asked_time_are_named(asked: int, starts: str) -> None:
    driver = _hall(booking=Booking(1, slot_minutes=5, hours=(Span(0, 24 * 60),)))

    assert driver.refusal(_book(day="2026-11-24", start=asked)).words["starts"] == starts


def test_booking_hours_win_over_those_of_the_service_and_the_hall() -> None:
    lunch = (Span(12 * 60, 13 * 60),)
    driver = _hall(booking=Booking(1, hours=lunch, slot_minutes=60))

    assert driver.refusal(_book(start=TEN)).words["starts"] == "12:00"


def test_full_slot_names_the_next_free_one_of_the_same_day() -> None:
    driver = _hall(booking=Booking(2))
    for start in (TEN, TEN, TEN + 30):
        _booked(driver, start=start)

    refusal = driver.refusal(_book(start=TEN))

    assert refusal.code == "slot-full"
    assert refusal.words["next"] == "2026-11-23 09:30"


def test_next_free_slot_may_be_on_another_day_but_not_on_a_holiday() -> None:
    driver = _hall(
        booking=Booking(1, slot_minutes=8 * 60, hours=(Span(9 * 60, 17 * 60),)),
        holidays=(Holiday(TOMORROW, _name()),),
        now_ms=EIGHT,
    )
    _booked(driver, start=9 * 60)

    assert driver.refusal(_book(start=9 * 60)).words["next"] == "2026-11-25 09:00"


def test_nothing_free_up_to_the_last_day_is_said_as_such() -> None:
    driver = _hall(booking=Booking(1, slot_minutes=8 * 60, hours=(Span(9 * 60, 17 * 60),), days_ahead=0), now_ms=EIGHT)
    _booked(driver, start=9 * 60)

    refusal = driver.refusal(_book(start=9 * 60))

    assert refusal.code == "fully-booked"
    assert refusal.words["last"] == "2026-11-23"


def test_cancelled_place_is_free_again_under_another_id() -> None:
    driver = _hall(booking=Booking(1))
    first = _booked(driver, start=15 * 60)
    driver.do(c.CancelAppointment(first))

    second = _booked(driver, start=15 * 60)

    assert (first, second) == ("20261123-social-1500-1", "20261123-social-1500-2")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"start_min": 9 * 60}, "slot-past"),
        ({"day": "20261120"}, "slot-past"),
        ({"day": "20261201"}, "too-far-ahead"),
        ({"day": "20261125"}, "hall-shut"),
        ({"day": "20261131"}, "slot-unknown"),
        ({"day": "2026-1-1"}, "slot-unknown"),
        ({"start_min": TEN + 1}, "slot-unknown"),
        ({"service_id": "tax"}, "no-appointments"),
        ({"service_id": "none"}, "service-unknown"),
    ],
)
def test_booking_is_refused_for(changes: dict[str, Any], code: str) -> None:
    driver = _hall(holidays=(Holiday("20261125", _name()),))

    assert driver.refusal(replace(_book(), **changes)).code == code


def test_one_appointment_a_day_and_service_for_each_booker() -> None:
    driver = _hall()
    _booked(driver, booker="x")

    refusal = driver.refusal(_book(start=15 * 60, booker="x"))

    assert refusal.code == "already-booked"
    assert refusal.words["start"] == "10:00"
    _booked(driver, start=15 * 60, booker="y")
    _booked(driver, day=TOMORROW, booker="x")


def test_whoever_cancelled_may_book_again() -> None:
    driver = _hall()
    driver.do(c.CancelAppointment(_booked(driver, start=15 * 60, booker="x")))

    assert _booked(driver, start=16 * 60, booker="x")


def test_cancelling_ends_an_hour_before_the_slot() -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=TEN)
    driver.wait(minutes=1)

    refusal = driver.refusal(c.CancelAppointment(appointment_id))

    assert refusal.code == "too-late-to-cancel"
    assert refusal.words == {"day": "2026-11-23", "time": "09:00"}


def test_check_in_waits_for_its_time() -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=TEN)
    driver.wait(minutes=44)

    refusal = driver.refusal(c.CheckIn(appointment_id))
    driver.wait(minutes=1)

    assert refusal.code == "too-early"
    assert refusal.words == {"day": "2026-11-23", "time": "09:45"}
    assert driver.do(c.CheckIn(appointment_id))


def test_tomorrows_appointment_is_too_early_today() -> None:
    driver = _hall()

    refusal = driver.refusal(c.CheckIn(_booked(driver, day=TOMORROW)))

    assert refusal.code == "too-early"
    assert refusal.words["day"] == "2026-11-24"


@pytest.mark.parametrize(("minutes", "is_late"), [(75, False), (75.02, True)])
def test_whoever_comes_after_the_time_to_check_in_waits_in_the_ordinary_lane(minutes: float, is_late: bool) -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=TEN)
    driver.wait(minutes=minutes)

    issued, kept = driver.do(c.CheckIn(appointment_id))

    assert isinstance(issued, e.TicketIssued)
    assert isinstance(kept, e.AppointmentKept)
    assert (kept.is_late, issued.lane_id) == (is_late, "ordinary" if is_late else BOOKED)


def test_late_visitor_keeps_a_lane_of_their_own_right() -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=TEN)
    driver.wait(minutes=90)

    issued = driver.do(c.CheckIn(appointment_id, lane_id=PRIORITY))[0]

    assert isinstance(issued, e.TicketIssued)
    assert issued.lane_id == PRIORITY


def test_late_visitor_comes_in_vain_when_the_service_is_shut() -> None:
    driver = _hall(hours=(Span(8 * 60, 22 * 60),))
    appointment_id = _booked(driver, start=TEN)
    driver.wait(minutes=9 * 60)

    assert driver.refusal(c.CheckIn(appointment_id)).code == "service-closed"


def test_place_that_was_promised_counts_after_issuing_has_ended_but_no_late_one() -> None:
    driver = _hall()
    on_time, late = _booked(driver, start=TEN), _booked(driver, start=9 * 60 + 30)
    driver.wait(minutes=50)
    driver.do(c.EndIssuing())

    refusal = driver.refusal(c.CheckIn(late))

    assert refusal.code == "issuing-over"
    assert driver.do(c.CheckIn(on_time))


def test_full_hall_lets_nobody_in_and_the_appointment_waits() -> None:
    driver = _hall(occupancy_max=1)
    appointment_id = _booked(driver, start=9 * 60 + 30)
    driver.wait(minutes=30)
    other = driver.issue("tax")

    refusal = driver.refusal(c.CheckIn(appointment_id))
    driver.do(c.CancelTicket(other))

    assert refusal.code == "hall-full"
    assert driver.do(c.CheckIn(appointment_id))


def test_quotas_are_no_obstacle_to_an_appointment() -> None:
    driver = _hall(quotas=(Quota(0),))
    appointment_id = _booked(driver, start=9 * 60 + 30)
    driver.wait(minutes=30)

    assert driver.refusal(c.IssueTicket("social")).code == "quota-used-up"
    assert driver.do(c.CheckIn(appointment_id))


def test_form_is_asked_of_whoever_checks_in_too() -> None:
    driver = _hall(form="required")
    appointment_id = _booked(driver, start=9 * 60 + 30)
    driver.wait(minutes=30)

    kinds = [type(each) for each in driver.do(c.CheckIn(appointment_id))]

    assert kinds == [e.TicketIssued, e.FormPending, e.AppointmentKept]


def test_second_check_in_names_the_number() -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=9 * 60 + 30)
    driver.wait(minutes=30)
    driver.do(c.CheckIn(appointment_id))

    refusal = driver.refusal(c.CheckIn(appointment_id))

    assert refusal.code == "already-checked-in"
    assert refusal.words == {"ticket": "A001"}
    assert driver.refusal(c.CancelAppointment(appointment_id)).code == "already-checked-in"


def test_nobody_checks_in_for_a_cancelled_appointment_or_an_unknown_one() -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=15 * 60)
    driver.do(c.CancelAppointment(appointment_id))

    assert driver.refusal(c.CheckIn(appointment_id)).code == "appointment-over"
    assert driver.refusal(c.CheckIn("20261123-social-1500-9")).code == "appointment-unknown"


def test_whoever_never_came_is_missing_when_issuing_ends() -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=TEN)

    driver.wait(minutes=8 * 60 - 1)
    before = driver.hall.appointments.by_id[appointment_id].state
    driver.wait(minutes=1)

    assert before == "booked"
    assert driver.hall.appointments.by_id[appointment_id].state == "missed"
    assert e.AppointmentMissed(appointment_id, NINE + 8 * HOUR) in driver.events


def test_appointments_of_past_days_are_forgotten() -> None:
    driver = _hall()
    gone, kept = _booked(driver, start=TEN), _booked(driver, day=TOMORROW)

    driver.wait(minutes=24 * 60)

    assert list(driver.hall.appointments.by_id) == [kept]
    assert driver.refusal(c.CheckIn(gone)).code == "appointment-unknown"


def test_hall_that_was_off_records_who_was_missing_then_and_forgets_them() -> None:
    driver = _hall()
    appointment_id = _booked(driver, start=TEN)
    driver.do(c.CloseDay())
    driver.now_ms += 3 * 24 * HOUR

    driver.do(c.OpenDay())
    driver.do(c.LapseAppointments())

    assert isinstance(driver.events[-1], e.AppointmentMissed)
    assert not driver.hall.appointments.by_id
    assert driver.refusal(c.CancelAppointment(appointment_id)).code == "appointment-unknown"


def test_too_many_missed_in_a_quarter_suspend_booking() -> None:
    driver = _hall(no_show_bookings_max=2)
    for _ in range(2):
        _booked(driver, booker="x", day=_today(driver), start=16 * 60)
        driver.wait(minutes=24 * 60)

    refusal = driver.refusal(_book(booker="x", day=_today(driver), start=16 * 60))

    assert refusal.code == "bookings-suspended"
    assert refusal.words == {"count": 2}
    _booked(driver, booker="y", day=_today(driver), start=16 * 60)


def test_new_quarter_forgives() -> None:
    driver = _hall(no_show_bookings_max=1, now_ms=NINE + 38 * 24 * HOUR)
    _booked(driver, booker="x", day="20261231", start=16 * 60)

    driver.wait(minutes=24 * 60)

    assert driver.hall.day == "20270101"
    assert _booked(driver, booker="x", day="20270101", start=16 * 60)


def test_nobody_is_blamed_for_a_day_on_which_the_hall_never_opened() -> None:
    driver = _hall(no_show_bookings_max=1)
    _booked(driver, booker="x", day=TOMORROW)
    driver.do(c.CloseDay())
    driver.now_ms += 2 * 24 * HOUR

    driver.do(c.LapseAppointments())

    assert isinstance(driver.events[-1], e.AppointmentMissed)
    assert _booked(driver, booker="x", day="20261126")


def test_nobody_is_blamed_for_a_service_that_takes_no_appointments_any_more() -> None:
    driver = _hall(no_show_bookings_max=1)
    before = driver.hall.plan
    assert before is not None
    _booked(driver, booker="x")
    driver.do(c.ConfigureHall(replace(before, services=SERVICES)))
    driver.wait(minutes=8 * 60)

    driver.do(c.ConfigureHall(before))

    assert any(isinstance(each, e.AppointmentMissed) for each in driver.events)
    assert _booked(driver, booker="x", day=TOMORROW)


def test_limit_of_nought_suspends_nobody() -> None:
    driver = _hall(no_show_bookings_max=0)
    for _ in range(4):
        _booked(driver, booker="x", day=_today(driver), start=16 * 60)
        driver.wait(minutes=24 * 60)

    assert _booked(driver, booker="x", day=_today(driver), start=16 * 60)


def test_one_may_book_while_the_hall_is_closed_but_not_check_in() -> None:
    driver = _hall()
    driver.do(c.CloseDay())

    appointment_id = _booked(driver, start=TEN)

    assert driver.refusal(c.CheckIn(appointment_id)).code == "day-not-open"


def test_restart_remembers_appointments_and_misses() -> None:
    driver = _hall()
    driver.do(c.CancelAppointment(_booked(driver, start=15 * 60)))
    _booked(driver, booker="x")
    driver.wait(minutes=24 * 60)
    _booked(driver, booker="x", day=TOMORROW, start=15 * 60)

    again = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert again.to_rows() == driver.hall.to_rows()
    assert again.appointments.next_ms == driver.hall.appointments.next_ms
    assert again.appointments.misses("x", TOMORROW) == 1


EIGHT = NINE - HOUR


def _hall(
    *,
    booking: Booking | None = None,
    holidays: tuple[Holiday, ...] = (),
    hours: tuple[Span, ...] = HOURS,
    now_ms: Millis = NINE,
    no_show_bookings_max: int = 3,
    occupancy_max: int = 0,
    **of_service: Any,
) -> Driver:
    """A hall open from nine to twelve and half past one to five, whose social service takes appointments."""
    booked = booking or Booking(3, lane_id=BOOKED)
    rules = replace(RULES, no_show_bookings_max=no_show_bookings_max, occupancy_max=occupancy_max)
    made = plan(
        lanes=(*LANES, lane(BOOKED, 5, 1)),
        services=(replace(SERVICES[0], booking=booked, hours=HOURS, **of_service), *SERVICES[1:]),
        hours=hours,
        rules=rules,
    )
    return Driver.opened(replace(made, holidays=holidays), now_ms=now_ms)


def _book(*, day: str = DAY, start: int = TEN, booker: str | None = None) -> c.BookAppointment:
    return c.BookAppointment("social", day, start, booker)


def _booked(driver: Driver, *, day: str = DAY, start: int = TEN, booker: str | None = None) -> str:
    (event,) = driver.do(_book(day=day, start=start, booker=booker))
    assert isinstance(event, e.AppointmentBooked)
    return event.appointment_id


def _today(driver: Driver) -> str:
    assert driver.hall.day is not None
    return driver.hall.day


def _name() -> Name:
    return Name("节日", "Holiday")


def test_whoever_holds_a_number_for_the_service_already_does_not_check_in_for_another() -> None:
    driver = _hall(one_per_person=True)
    appointment_id = _booked(driver, start=9 * 60 + 30)
    driver.wait(minutes=20)
    driver.do(c.IssueTicket("social", person="anna"))

    refusal = driver.refusal(c.CheckIn(appointment_id, person="anna"))

    assert refusal.code == "open-ticket-exists"
