"""Appointments over HTTP: seen, booked, given back and kept with a token nobody can guess."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest_asyncio

from engine.core.plan import Booking
from engine.http import answers
from engine.http import appointment_models as models
from engine.http.throttle import Throttle
from tests.builders import SERVICES
from tests.http.hall_door import HALL, OpenDoor, open_door

BOOKING = replace(
    HALL,
    services=(replace(SERVICES[0], booking=Booking(2, early_ms=3_600_000, lane_id="priority")), *SERVICES[1:]),
)
TEN = {"service": "social", "day": "2026-11-23", "start": "10:00"}


@pytest_asyncio.fixture
async def hall(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    async with open_door(tmp_path, plan=BOOKING) as opened:
        yield opened


async def test_everybody_sees_the_free_places_of_a_day(hall: OpenDoor) -> None:
    await _booked(hall)

    reply = await hall.ask("GET", "/appointments/slots?service=social&day=2026-11-23")

    assert reply.status == 200
    slots = models.Slots.model_validate(reply.json)
    assert {slot.start: slot.free for slot in slots.slots if slot.start in ("08:30", "10:00", "10:30")} == {
        "08:30": 0,
        "10:00": 1,
        "10:30": 2,
    }


async def test_days_that_cannot_be_booked_have_no_slots(hall: OpenDoor) -> None:
    for day in ("2026-11-22", "2026-12-24"):
        reply = await hall.ask("GET", f"/appointments/slots?service=social&day={day}")
        assert reply.json["slots"] == []


async def test_service_without_appointments_and_days_that_are_none_are_refused(hall: OpenDoor) -> None:
    codes = [
        (await hall.ask("GET", f"/appointments/slots?{query}")).code
        for query in ("service=tax", "service=none", "service=social&day=2026-02-31", "service=social&day=today")
    ]

    assert codes == ["no-appointments", "service-unknown", "bad-request", "bad-request"]


async def test_nobody_books_a_day_that_no_calendar_has(hall: OpenDoor) -> None:
    reply = await hall.ask("POST", "/appointments", {**TEN, "day": "2026-02-31", "booker": "x"})

    assert (reply.status, reply.code, reply.json["fields"]) == (400, "bad-request", ["day"])
    assert not (hall.data / "booking-key").exists()


async def test_visitor_books_and_sees_it_by_the_token(hall: OpenDoor) -> None:
    reply = await hall.ask("POST", "/appointments", TEN)

    assert reply.status == 201
    booked = models.BookedAppointment.model_validate(reply.json)
    assert reply.headers["Location"] == f"/api/v1/appointments/{booked.token}"
    seen = models.Appointment.model_validate((await hall.ask("GET", f"/appointments/{booked.token}")).json)
    assert (seen.day, seen.start, seen.state) == ("2026-11-23", "10:00", "booked")


async def test_token_of_another_appointment_cannot_be_made_up(hall: OpenDoor) -> None:
    token = (await _booked(hall))["token"]

    for guess in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.replace("1000-1", "1000-2"), "x" * 40):
        assert (await hall.ask("GET", f"/appointments/{guess}")).code == "appointment-unknown"


async def test_repeated_booking_takes_one_place(hall: OpenDoor) -> None:
    first, second = [(await hall.ask("POST", "/appointments", TEN, key="k1")).json for _ in range(2)]

    assert first == second


async def test_visitor_gives_the_place_back(hall: OpenDoor) -> None:
    token = (await _booked(hall))["token"]

    reply = await hall.ask("DELETE", f"/appointments/{token}")

    assert (reply.status, reply.json["state"]) == (200, "cancelled")
    assert (await hall.ask("DELETE", f"/appointments/{token}")).code == "appointment-over"


async def test_kiosk_checks_in_and_gets_a_ticket(hall: OpenDoor) -> None:
    token = (await _booked(hall))["token"]

    reply = await hall.ask("POST", f"/appointments/{token}/check-in", {}, role="kiosk")

    assert reply.status == 201
    issued = answers.IssuedTicket.model_validate(reply.json)
    assert (issued.number, issued.lane) == ("A001", "priority")
    seen = (await hall.ask("GET", f"/appointments/{token}")).json
    assert (seen["state"], seen["number"]) == ("kept", "A001")


async def test_drawing_with_an_appointment_is_checking_in(hall: OpenDoor) -> None:
    token = (await _booked(hall))["token"]

    reply = await hall.ask("POST", "/tickets", {"service": "social", "appointment": token}, role="kiosk")

    assert reply.status == 201
    assert answers.IssuedTicket.model_validate(reply.json).number == "A001"
    again = await hall.ask("POST", "/tickets", {"appointment": token}, role="kiosk")
    assert (again.status, again.code) == (409, "already-checked-in")


async def test_appointment_is_drawn_for_its_own_service_only(hall: OpenDoor) -> None:
    token = (await _booked(hall))["token"]

    reply = await hall.ask("POST", "/tickets", {"service": "tax", "appointment": token}, role="kiosk")

    assert (reply.status, reply.code) == (400, "bad-request")


async def test_phone_checks_in_with_the_code_the_hall_shows(hall: OpenDoor) -> None:
    path = f"/appointments/{(await _booked(hall))['token']}/check-in"
    code = (await hall.ask("GET", "/proof", role="kiosk")).json["code"]

    assert (await hall.ask("POST", path, {})).code == "not-logged-in"
    wrong = await hall.ask("POST", path, {"proof": f"{(int(code) + 1) % 1_000_000:06d}"})
    claims = await hall.ask("POST", path, {"proof": code, "lane": "priority"})
    reply = await hall.ask("POST", path, {"proof": code})

    assert wrong.code == "proof-wrong"
    assert claims.code == "lane-needs-staff"
    assert reply.status == 201


async def test_staff_see_the_day_and_nobody_who_booked(hall: OpenDoor) -> None:
    await _booked(hall, booker="13800138000")

    reply = await hall.ask("GET", "/appointments?day=2026-11-23", role="guide")

    assert [each.start for each in models.Appointments.model_validate(reply.json).appointments] == ["10:00"]
    assert (await hall.ask("GET", "/appointments")).code == "not-logged-in"


async def test_booker_is_known_again_and_written_nowhere(hall: OpenDoor) -> None:
    first = await hall.ask("POST", "/appointments", {**TEN, "booker": "138 0013 8000"}, key="k1")
    again = await hall.ask("POST", "/appointments", {**TEN, "start": "15:00", "booker": "138 0013 8000"})

    assert again.code == "already-booked"
    assert b"138" not in hall.journal_bytes()
    assert b"138" not in first.raw


async def test_request_of_somebody_else_under_the_same_key_has_the_same_digest(hall: OpenDoor) -> None:
    first = await hall.ask("POST", "/appointments", {**TEN, "booker": "x"}, key="k1")
    second = await hall.ask("POST", "/appointments", {**TEN, "booker": "y"}, key="k1")

    assert first.json == second.json


async def test_no_key_is_made_for_a_day_that_cannot_be_booked(hall: OpenDoor) -> None:
    reply = await hall.ask("POST", "/appointments", {**TEN, "day": "9999-12-31", "booker": "x"})

    assert reply.code == "too-far-ahead"
    assert not (hall.data / "booking-key").exists()


async def test_stranger_books_so_often_and_no_more(hall: OpenDoor) -> None:
    replies = [await hall.ask("POST", "/appointments", {**TEN, "start": "10:01"}) for _ in range(31)]

    assert {reply.code for reply in replies[:30]} == {"slot-unknown"}
    assert (replies[30].status, replies[30].code) == (429, "too-many-attempts")
    assert (await hall.ask("POST", "/appointments", TEN, role="guide")).status == 201


async def test_full_disk_takes_no_appointments(hall: OpenDoor) -> None:
    token = (await _booked(hall))["token"]
    hall.disk.is_roomy = False

    replies = [
        await hall.ask("POST", "/appointments", TEN),
        await hall.ask("POST", f"/appointments/{token}/check-in", {}, role="kiosk"),
    ]

    assert [(reply.status, reply.code) for reply in replies] == [(507, "disk-full")] * 2


def test_throttle_forgets_after_a_while() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0], 1, 60)
    throttle.require("a")
    now[0] = 61.0

    throttle.require("a")


async def _booked(hall: OpenDoor, **more: Any) -> dict[str, Any]:
    reply = await hall.ask("POST", "/appointments", {**TEN, **more})
    assert reply.status == 201, reply.raw
    return dict(reply.json)
