"""Appointments over HTTP: free places, booking, what the holder of a token may do, and the staff's list of a day."""

from typing import Final

from aiohttp import web

from engine.core import calendar, commands, slots
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.lookups import plan_of, service_of
from engine.core.refusals import appointments as no
from engine.core.views import View
from engine.core.views.appointments import appointment_view, slots_view
from engine.http import appointment_models as models
from engine.http.answers import IssuedTicket
from engine.http.bodies import Nothing
from engine.http.caller import VISITOR
from engine.http.problems import BadRequest, LaneNeedsStaff, NotLoggedIn
from engine.http.route import EVERYBODY, PREFIX, STAFF, Call, Route, json_answer

_CHANNEL_OF_ROLE: Final = {"kiosk": "kiosk", "guide": "guide", VISITOR: "phone"}
BOOKING: Final = frozenset({VISITOR, "kiosk", *STAFF})


async def free_places(call: Call) -> web.Response:
    search: models.SlotSearch = call.body
    now_ms = call.door.engine.now_ms()

    def view(hall: Hall) -> View:
        day = _day(hall, search.day, now_ms)
        service = service_of(hall, search.service)
        if service.booking is None:
            raise no.NoAppointments(service=service.name)
        return slots_view(hall, service, service.booking, day, now_ms)

    return json_answer(await call.read(view))


async def book(call: Call) -> web.Response:
    body: models.Book = call.body
    if call.caller.role == VISITOR:
        call.door.bookings.require(call.door.identity.address(call.request))
    day = _date(body.day)
    hours, minutes = body.start.split(":")
    order = commands.BookAppointment(
        body.service, day, int(hours) * 60 + int(minutes), await _booker(call, day), channel_of(call)
    )
    reply = await call.submit(order)
    token = call.door.identity.secret.appointment_token(reply["appointment_id"])
    return json_answer({**reply, "token": token}, 201, {"Location": f"{PREFIX}/appointments/{token}"})


async def _booker(call: Call, day: str) -> str | None:
    """Whoever books, as the hall knows them in the quarter of `day`; no key is made for days that cannot be booked."""
    body: models.Book = call.body
    now_ms = call.door.engine.now_ms()

    def is_bookable(hall: Hall) -> bool:
        service = hall.services.get(body.service)
        if hall.plan is None or service is None or service.booking is None:
            return False
        return calendar.day_of(hall.plan.timezone, now_ms) <= day <= slots.last_day(hall.plan, service.booking, now_ms)

    if body.booker is None or not await call.read(is_bookable):
        return None
    return call.door.persons.booker(day, body.booker)


async def look(call: Call) -> web.Response:
    appointment_id = id_of(call, call.part("token"))

    def view(hall: Hall) -> View:
        appointment = hall.appointments.by_id.get(appointment_id)
        if appointment is None:
            raise no.AppointmentUnknown()
        return appointment_view(hall, appointment)

    return json_answer(await call.read(view))


async def give_up(call: Call) -> web.Response:
    return json_answer(await call.submit(commands.CancelAppointment(id_of(call, call.part("token")))))


async def check_in(call: Call) -> web.Response:
    body: models.CheckIn = call.body
    if call.caller.role == VISITOR:
        # Whoever is not in the hall yet would be called in vain.
        if body.proof is None:
            raise NotLoggedIn()
        call.door.proof.check(body.proof, call.door.identity.address(call.request))
        if body.lane is not None:
            raise LaneNeedsStaff()
    appointment_id = id_of(call, call.part("token"))
    reply = await call.submit(commands.CheckIn(appointment_id, channel_of(call), body.lane))
    token = call.door.identity.secret.ticket_token(reply["ticket_id"])
    return json_answer({**reply, "token": token}, 201, {"Location": f"{PREFIX}/tickets/{token}"})


async def of_day(call: Call) -> web.Response:
    search: models.DaySearch = call.body
    now_ms = call.door.engine.now_ms()

    def view(hall: Hall) -> View:
        day = _day(hall, search.day, now_ms)
        return {
            "day": calendar.day_text(day),
            "appointments": [appointment_view(hall, each) for each in hall.appointments.of_day(day)],
            "position": hall.position,
        }

    return json_answer(await call.read(view))


def channel_of(call: Call) -> str:
    return _CHANNEL_OF_ROLE.get(call.caller.role, "window")


def id_of(call: Call, token: str) -> str:
    """The appointment a token belongs to; raises `AppointmentUnknown`."""
    appointment_id = call.door.identity.secret.appointment_id(token)
    if appointment_id is None:
        raise no.AppointmentUnknown()
    return appointment_id


def _day(hall: Hall, asked: str | None, now_ms: Millis) -> str:
    """The day that was asked for as eight digits, today when none was."""
    return _date(asked) if asked else calendar.day_of(plan_of(hall).timezone, now_ms)


def _date(asked: str) -> str:
    """A day as eight digits; raises `BadRequest` for one that no calendar has."""
    day = asked.replace("-", "")
    if not calendar.is_date(day):
        raise BadRequest(("day", "没有这一天", "is no date"))
    return day


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET", "/appointments/slots", free_places, EVERYBODY, "可约时段 · Free places of a service on a day",
        models.Slots, query=models.SlotSearch, refusals=(404, 422),
    ),
    Route(
        "GET", "/appointments", of_day, STAFF, "某日的预约 · The appointments of a day",
        models.Appointments, query=models.DaySearch, refusals=(422,),
    ),
    Route(
        "POST", "/appointments", book, BOOKING, "预约 · Take a place in a slot", models.BookedAppointment,
        models.Book, status=201, refusals=(404, 409, 422, 429),
    ),
    Route(
        "GET", "/appointments/{token}", look, EVERYBODY, "查看预约 · What the holder of an appointment sees",
        models.Appointment, refusals=(404,),
    ),
    Route(
        "DELETE", "/appointments/{token}", give_up, EVERYBODY, "取消预约 · Give the place back",
        models.Appointment, Nothing, refusals=(404, 409, 422),
    ),
    Route(
        "POST", "/appointments/{token}/check-in", check_in, BOOKING, "报到取号 · Draw an appointment's number",
        IssuedTicket, models.CheckIn, status=201, refusals=(404, 409, 422, 429),
    ),
)  # fmt: skip
