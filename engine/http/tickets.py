"""Tickets over HTTP: look at one, give it up, find it, send it elsewhere, its form and its paper."""

import asyncio
import io
from functools import lru_cache
from typing import Final

import segno
from aiohttp import web

from engine.core import commands
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.numbering import ticket_id as id_of
from engine.core.refusals import TicketUnknown
from engine.core.views import View, ticket_view
from engine.http import answers, bodies
from engine.http.route import EVERYBODY, STAFF, Call, Handler, Route, json_answer

_QR_CELL: Final = 8


async def look(call: Call) -> web.Response:
    return json_answer(await _read_ticket(call, await _ticket_id_of_token(call)))


async def give_up(call: Call) -> web.Response:
    ticket_id = await _ticket_id_of_token(call)
    reply = await call.submit(commands.CancelTicket(ticket_id, "visitor"))
    return json_answer(reply["ticket"])


async def qr(call: Call) -> web.Response:
    ticket_id = await _ticket_id_of_token(call)
    await _read_ticket(call, ticket_id)
    address = f"{call.door.base_url(call.request)}/t/{call.part('token')}"
    drawing = await asyncio.to_thread(_qr_svg, address)
    return web.Response(body=drawing, content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


async def find(call: Call) -> web.Response:
    """A ticket as staff see it: with the case that came from it, and who answers for the visit."""
    number = call.part("number")

    def view(hall: Hall) -> View:
        ticket = hall.tickets.get(id_of(hall.day or "", number))
        if ticket is None:
            raise TicketUnknown()
        case = hall.cases.of_ticket(ticket.ticket_id)
        return {
            **ticket_view(hall, ticket, call.door.engine.now_ms()),
            "case": case.case_id if case else None,
            "owner": ticket.owner_id,
        }

    return json_answer(await call.read(view))


async def reinstate(call: Call) -> web.Response:
    return await _order(call, commands.ReinstateTicket(call.part("ticket_id"), call.body.place, call.body.after))


async def resume(call: Call) -> web.Response:
    return await _order(call, commands.ResumeTicket(call.part("ticket_id")))


async def cancel(call: Call) -> web.Response:
    return await _order(call, commands.CancelTicket(call.part("ticket_id"), "staff"))


async def send(call: Call) -> web.Response:
    body: bodies.Send = call.body
    return await _order(
        call,
        commands.TransferTicket(call.part("ticket_id"), body.service, body.window, body.place, body.clerk, body.after),
    )


async def fill_form(call: Call) -> web.Response:
    return await _order(call, commands.RecordForm(call.part("ticket_id")))


async def note_print(call: Call) -> web.Response:
    body: bodies.Printed = call.body
    return await _order(
        call, commands.RecordPrint(call.part("ticket_id"), body.device, body.is_printed, body.reason or "")
    )


async def reprint(call: Call) -> web.Response:
    return await _order(call, commands.ReprintTicket(call.part("ticket_id")))


async def _order(call: Call, command: Command) -> web.Response:
    return json_answer(await call.submit(command))


async def _ticket_id_of_token(call: Call) -> str:
    """The ticket of the token in the path; raises `TicketUnknown`, for yesterday's too."""
    day = await call.read(lambda hall: hall.day)
    ticket_id = call.door.identity.secret.ticket_id(call.part("token"), day)
    if ticket_id is None:
        raise TicketUnknown()
    return ticket_id


async def _read_ticket(call: Call, ticket_id: str) -> View:
    def view(hall: Hall) -> View | None:
        ticket = hall.tickets.get(ticket_id)
        return ticket_view(hall, ticket, call.door.engine.now_ms()) if ticket else None

    found = await call.read(view)
    if found is None:
        raise TicketUnknown()
    return found


@lru_cache(maxsize=256)
def _qr_svg(address: str) -> bytes:
    drawing = io.BytesIO()
    # With its namespace and a light ground: it is shown as a picture of its own, on pages of any colour.
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", scale=_QR_CELL, border=4, light="#fff", xmldecl=False, nl=False
    )
    return drawing.getvalue()


def _verb(
    name: str,
    handler: Handler,
    body: type[bodies.Body],
    summary: str,
    roles: frozenset[str] = STAFF,
    refusals: tuple[int, ...] = (404, 409, 422),
) -> Route:
    path = f"/tickets/{{ticket_id}}/{name}"
    return Route("POST", path, handler, roles, summary, answers.TicketAnswer, body, refusals=refusals)


ROUTES: Final = (
    Route(
        "GET", "/tickets/{token}", look, EVERYBODY,
        "查看自己的号 · What the holder of a ticket sees", answers.Ticket, refusals=(404,),
    ),
    Route(
        "DELETE", "/tickets/{token}", give_up, EVERYBODY,
        "放弃自己的号 · Give a ticket up", answers.Ticket, bodies.Nothing, refusals=(404, 409),
    ),
    Route(
        "GET", "/tickets/{token}/qr.svg", qr, EVERYBODY,
        "号票二维码 · QR code of the holder's page", None, refusals=(404,), media="image/svg+xml",
    ),
    Route(
        "GET", "/tickets/number/{number}", find, STAFF,
        "按号码查找 · Find today's ticket by its number", answers.StaffTicket, refusals=(404,),
    ),
    _verb("reinstate", reinstate, bodies.Reinstate, "过号恢复 · Let a missed ticket wait again"),
    _verb("resume", resume, bodies.Nothing, "挂起恢复 · Let a held ticket wait again"),
    _verb("cancel", cancel, bodies.Nothing, "作废 · Cancel a ticket"),
    _verb("transfer", send, bodies.Send, "转移 · Send a visit to another service or window"),
    _verb(
        "form", fill_form, bodies.Nothing, "表已填好 · The form is filled in; the ticket waits",
        STAFF | {"kiosk", "device"}, (404, 409),
    ),
    _verb(
        "printed", note_print, bodies.Printed, "出票结果 · A printer says whether the paper came out",
        STAFF | {"kiosk", "device"}, (404, 409, 422),
    ),
    _verb(
        "reprint", reprint, bodies.Nothing, "补打 · Print the paper again",
        STAFF | {"kiosk"}, (404, 409, 429),
    ),
)  # fmt: skip
