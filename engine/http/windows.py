"""Windows over HTTP: what a clerk sees and the verbs of a window."""

from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from engine.core import commands
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.model import IDLE
from engine.core.numbering import ticket_id as id_of
from engine.core.refusals import NoTicketAtWindow, Refusal, StalePosition, TicketUnknown, WindowUnknown
from engine.core.views import View, window_view
from engine.http import answers, bodies
from engine.http.problems import BadRequest
from engine.http.route import WINDOW, Call, Handler, Route, json_answer
from engine.wire.verbs import NO_TICKET, outcome_of


async def look(call: Call) -> web.Response:
    window_id = call.part("window_id")

    def view(hall: Hall) -> View:
        window = hall.windows.get(window_id)
        if window is None:
            raise WindowUnknown(window=window_id)
        return window_view(hall, window, call.door.engine.now_ms())

    return json_answer(await call.read(view))


async def call_chosen(call: Call) -> web.Response:
    body: bodies.CallChosen = call.body
    if (body.ticket_id is None) == (body.number is None):
        raise BadRequest(("ticket_id", "ticket_id 与 number 须给其一", "give either ticket_id or number"))
    ticket_id = body.ticket_id
    if ticket_id is None:
        number = body.number or ""
        ticket_id = await call.read(lambda hall: id_of(hall.day or "", number))
    return await _order(call, commands.CallTicket(call.part("window_id"), ticket_id, body.reason))


async def transfer(call: Call) -> web.Response:
    """Send away the visit at this window.

    A repetition finds the window without its ticket: the engine is asked all the same, for it may know the key.
    """
    body: bodies.Transfer = call.body
    window_id = call.part("window_id")

    def here(hall: Hall) -> tuple[int, str, Refusal | None]:
        window = hall.windows.get(window_id)
        if window is None:
            raise WindowUnknown(window=window_id)
        if body.position is not None and window.changed_at > body.position:
            return window.plan.number, NO_TICKET, StalePosition()
        if window.ticket is None:
            return window.plan.number, NO_TICKET, NoTicketAtWindow()
        return window.plan.number, window.ticket.ticket_id, None

    number, ticket_id, refusal = await call.read(here)
    try:
        reply = await call.submit(
            commands.TransferTicket(ticket_id, body.service, body.window, body.place, body.clerk, body.after)
        )
    except TicketUnknown as unknown:
        raise refusal or unknown from None
    # A window that has sent its visit away is idle, whenever the answer is given.
    window = {"id": window_id, "number": number, "state": IDLE, "ticket": None}
    return json_answer({"window": window, "ticket": reply["ticket"], "reason": None, "position": reply["position"]})


async def _order(call: Call, command: Command) -> web.Response:
    return json_answer(await call.submit(command, if_position=call.body.position))


def _finish(window_id: str, body: bodies.Finish) -> Command:
    return commands.FinishService(window_id, outcome_of(body.outcome), body.reason, body.stays, body.waits)


def _simple(make: Callable[[str, Any], Command]) -> Handler:
    """The handler of a verb whose command needs no more than its window and its body."""

    async def handle(call: Call) -> web.Response:
        return await _order(call, make(call.part("window_id"), call.body))

    return handle


def _verb(name: str, handler: Handler, body: type[bodies.Plain], summary: str, *also: int) -> Route:
    path = f"/windows/{{window_id}}/{name}"
    return Route("POST", path, handler, WINDOW, summary, answers.WindowAnswer, body, refusals=(404, 409, *also))


ROUTES: Final = (
    Route(
        "GET", "/windows/{window_id}", look, WINDOW, "窗口及其等候 · A window and who waits for it",
        answers.Window, refusals=(404,),
    ),
    _verb("open", _simple(lambda w, b: commands.OpenWindow(w, b.clerk)), bodies.Open, "开窗 · Open a window", 422),
    _verb("close", _simple(lambda w, b: commands.CloseWindow(w)), bodies.Plain, "关窗 · Close a window"),
    _verb(
        "pause", _simple(lambda w, b: commands.PauseWindow(w, b.reason)), bodies.Pause,
        "暂停服务 · Pause a window", 422,
    ),
    _verb("resume", _simple(lambda w, b: commands.ResumeWindow(w)), bodies.Plain, "恢复服务 · Resume a window"),
    _verb("call-next", _simple(lambda w, b: commands.CallNext(w)), bodies.Plain, "叫下一号 · Call whom the rule names"),
    _verb("call", call_chosen, bodies.CallChosen, "点名叫号 · Call a chosen ticket, with the reason", 422),
    _verb(
        "recall", _simple(lambda w, b: commands.RecallTicket(w)), bodies.Plain,
        "重呼 · Call the same ticket again", 429,
    ),
    _verb("begin", _simple(lambda w, b: commands.BeginService(w)), bodies.Plain, "开始办理 · The visitor has come"),
    _verb(
        "finish", _simple(_finish), bodies.Finish,
        "办结，或接着办下一事项 · The visit is over, or goes on with its next item", 422,
    ),
    _verb("no-show", _simple(lambda w, b: commands.RecordNoShow(w)), bodies.Plain, "过号 · The visitor did not come"),
    _verb("hold", _simple(lambda w, b: commands.HoldTicket(w, b.kind)), bodies.Hold, "挂起 · Suspend the visit"),
    _verb("transfer", transfer, bodies.Transfer, "转移 · Send the visit elsewhere", 422),
    _verb(
        "walk-direct", _simple(lambda w, b: commands.WalkDirect(w, b.service)), bodies.Walk,
        "无号直办 · Serve somebody without a ticket", 422,
    ),
)  # fmt: skip
