"""Numbers over HTTP: drawn by kiosks and staff, and by a visitor's own phone with the code the hall shows."""

from dataclasses import replace
from typing import Final

from aiohttp import web
from pydantic import Field

from engine.core import commands
from engine.core.events import VisitItem
from engine.core.hall import Hall
from engine.http import answers, bodies
from engine.http.answers import Answer
from engine.http.appointments import id_of
from engine.http.caller import VISITOR
from engine.http.persons import normalised, service_day
from engine.http.problems import BadRequest, LaneNeedsStaff, NotLoggedIn, PersonalWords, WrongRole
from engine.http.proof import STEP_S
from engine.http.route import PREFIX, STAFF, Call, Route, json_answer
from engine.wire.personal import may_be_personal

_CHANNEL_OF_ROLE: Final = {"kiosk": "kiosk", "guide": "guide", VISITOR: "phone"}


class ProofCode(Answer):
    """The code that proves a phone to be in the hall."""

    code: str = Field(pattern="^[0-9]{6}$")
    seconds_left: int = Field(description="之后换新码 · Then comes a new one; this one is taken a minute more")
    step_s: int = Field(description="每码秒数 · Seconds from one code to the next")


async def draw(call: Call) -> web.Response:
    body: bodies.Draw = call.body
    if call.caller.role == VISITOR:
        await _require_own_phone(call, body)
    await _require_codes_of_ours(call, body)
    await _require_service_of_items(call, body)
    call = await _without_the_person(call, body)
    order = _order(call, call.body) if body.appointment is None else await _check_in(call, call.body, body.appointment)
    reply = await call.submit(order)
    token = call.door.identity.secret.ticket_token(reply["ticket_id"])
    return json_answer({**reply, "token": token}, 201, {"Location": f"{PREFIX}/tickets/{token}"})


async def show_proof(call: Call) -> web.Response:
    code, seconds_left = call.door.proof.present()
    return json_answer({"code": code, "seconds_left": seconds_left, "step_s": STEP_S})


async def _require_own_phone(call: Call, body: bodies.Draw) -> None:
    """A visitor draws for the ordinary queue, from inside the hall, and claims nothing that staff must look at.

    An appointment is claimed by its token; a ticket's id or a stage's is no secret, and proves nothing.
    """
    if body.channel not in (None, "phone") or (body.channel is None and body.proof is None):
        raise NotLoggedIn()
    call.door.proof.check(body.proof or "", call.door.identity.address(call.request))
    if body.return_of is not None or body.stage is not None:
        raise WrongRole()
    ordinary = await call.read(lambda hall: hall.plan.lanes[0].lane_id if hall.plan else None)
    if body.evidence is not None or body.lane not in (None, ordinary):
        raise LaneNeedsStaff()


async def _require_codes_of_ours(call: Call, body: bodies.Draw) -> None:
    """The code of an item may look like somebody's number: one that the catalogue has is none, any other is refused."""
    codes = {part.item for part in body.items if part.item is not None and may_be_personal(part.item)}
    if codes and not await call.read(lambda hall: hall.plan is not None and codes <= hall.catalogue.all_items().keys()):
        raise PersonalWords(field="item")


async def _require_service_of_items(call: Call, body: bodies.Draw) -> None:
    """Whoever names a service beside items means that of the first: another would be passed over in silence."""
    if body.service is None or not body.items or body.appointment is not None:
        return
    first = body.items[0]
    service_id = first.service
    if first.item is not None:
        # Of an item there is not, or not yet, the hall says so itself.
        item_id = first.item
        service_id = await call.read(lambda hall: _service_now(hall, item_id)) or body.service
    if service_id != body.service:
        raise BadRequest(("service", "与第一件事的业务不同", "is not the service of the first of the items"))


def _service_now(hall: Hall, item_id: str) -> str | None:
    item = hall.catalogue.item(item_id, hall.day) if hall.day is not None else None
    return item.service_id if item is not None else None


async def _without_the_person(call: Call, body: bodies.Draw) -> Call:
    """The call as everything after the door sees it: a keyed hash for the person, no code.

    The idempotency digest is made of this too, so that it tells nothing of the person, and a phone may repeat its
    request under another minute's code.
    """
    person = normalised(body.person or "")
    hashed = None
    if person:
        day, is_open = await call.read(service_day)
        # Between days there is no key, and no number to be had either.
        hashed = call.door.persons.hash(day, f"{_realm(call)} {person}") if day and is_open else ""
    return replace(call, body=body.model_copy(update={"person": hashed, "proof": None}))


def _realm(call: Call) -> str:
    """A phone may name itself as it likes, and must not pass for what somebody showed at a kiosk."""
    return "phone" if call.caller.role == VISITOR else "hall"


def _order(call: Call, body: bodies.Draw) -> commands.IssueTicket:
    return commands.IssueTicket(
        body.service or "",
        body.lane,
        body.channel or _CHANNEL_OF_ROLE.get(call.caller.role, "window"),
        body.evidence,
        bool(body.on_behalf_of),
        body.person or None,
        None,
        tuple(VisitItem(part.service or "", part.item) for part in body.items),
        body.form_filled,
        body.return_of,
        body.stage,
    )


async def _check_in(call: Call, body: bodies.Draw, token: str) -> commands.CheckIn:
    """The order of whoever has an appointment, which says what the visit is for."""
    if body.items or body.return_of is not None or body.stage is not None:
        raise BadRequest(("appointment", "不能与 items、return_of、stage 同用", "goes without items, return_of, stage"))
    appointment_id = id_of(call, token)
    appointment = await call.read(lambda hall: hall.appointments.by_id.get(appointment_id))
    if appointment is not None and body.service not in (None, appointment.service_id):
        raise BadRequest(("service", "与预约的业务不同", "is not what the appointment is for"))
    return commands.CheckIn(
        appointment_id,
        body.channel or _CHANNEL_OF_ROLE.get(call.caller.role, "window"),
        body.lane,
        body.evidence,
        bool(body.on_behalf_of),
        body.person or None,
        body.form_filled,
    )


ROUTES: Final = (
    Route(
        "POST", "/tickets", draw, frozenset({"kiosk", "guide", "supervisor", "admin", VISITOR}),
        "取号 · Draw a number", answers.IssuedTicket, bodies.Draw, status=201, refusals=(403, 404, 409, 422, 429),
    ),
    Route(
        "GET", "/proof", show_proof, STAFF | {"kiosk", "device"},
        "大厅内验证码 · The code that proves a phone to be in the hall", ProofCode,
    ),
)  # fmt: skip
