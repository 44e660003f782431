"""Why a ticket was called or is not yet, over HTTP: for its holder, and for staff by number."""

from datetime import datetime
from typing import Final, Literal

from aiohttp import web

from engine.core.events import RuleKind
from engine.core.hall import Hall
from engine.core.numbering import ticket_id as id_of
from engine.core.refusals import TicketUnknown
from engine.core.views import View
from engine.core.views.why import why_view
from engine.http.answers import Answer, Name, TicketState, WindowState
from engine.http.route import EVERYBODY, STAFF, Call, Route, json_answer


class CalledWhy(Answer):
    """The last call of the ticket, by its stored reason; `words` are for staff alone."""

    at: datetime
    window: str | None
    window_number: int | None
    sentence: Name
    rule: RuleKind
    tier: int
    points: float
    waited_s: int
    runner_up: str | None
    runner_up_points: float | None
    words: str | None


class StandWhy(Answer):
    number: str
    tier: int
    points: float
    waited_s: int


class WindowWhy(Answer):
    """A window that may call the ticket: whom it calls next, and why that one goes first.

    `place` counts from 1 down the window's line, null beyond 50; in `help_in_s` seconds the ticket counts among the
    window's own services.
    """

    id: str
    number: int
    state: WindowState
    because: Literal["next", "behind", "tier", "uncalled"] | RuleKind
    sentence: Name
    place: int | None
    tier: int
    points: float
    waited_s: int
    help_in_s: int | None
    next: StandWhy | None


class TicketWhy(Answer):
    """Why a ticket was called, or is not yet, with a sentence for people."""

    number: str
    state: TicketState
    sentence: Name
    at: datetime
    called: CalledWhy | None
    ahead: int
    windows: list[WindowWhy]
    position: int


async def own(call: Call) -> web.Response:
    day = await call.read(lambda hall: hall.day)
    ticket_id = call.door.identity.secret.ticket_id(call.part("token"), day)
    if ticket_id is None:
        raise TicketUnknown()
    return json_answer(await _read(call, ticket_id, is_public=True))


async def of_number(call: Call) -> web.Response:
    ticket_id = await call.read(lambda hall: id_of(hall.day or "", call.part("number")))
    return json_answer(await _read(call, ticket_id, is_public=False))


async def _read(call: Call, ticket_id: str, *, is_public: bool) -> View:
    def view(hall: Hall) -> View | None:
        ticket = hall.tickets.get(ticket_id)
        return why_view(hall, ticket, call.door.engine.now_ms(), is_public=is_public) if ticket else None

    found = await call.read(view)
    if found is None:
        raise TicketUnknown()
    return found


ROUTES: Final = (
    Route(
        "GET", "/tickets/{token}/why", own, EVERYBODY,
        "为何还没叫到或为何叫到 · Why the own ticket was called, or is not yet", TicketWhy, refusals=(404,),
    ),
    Route(
        "GET", "/tickets/number/{number}/why", of_number, STAFF,
        "按号码查叫号理由 · Why today's ticket of this number was called, or is not yet", TicketWhy, refusals=(404,),
    ),
)  # fmt: skip
