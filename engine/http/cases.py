"""Cases (办不成事) over HTTP: accept, inform, coordinate, call back, close; and what went up because it was overdue."""

from collections.abc import Callable
from typing import Final

from aiohttp import web

from engine.core import commands
from engine.core.case_life import CLOSED
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.ledgers.cases import Case
from engine.core.refusals.cases import CaseTaskUnknown, CaseUnknown
from engine.core.views import View
from engine.core.views.cases import case_view
from engine.http import bodies
from engine.http import case_models as models
from engine.http.route import FLOOR, STAFF, Call, Handler, Route, json_answer

_NUMBER_LENGTH_MAX: Final = 6


async def accept(call: Call) -> web.Response:
    body: models.OpenCase = call.body
    reply = await call.submit(commands.OpenCase(body.subject, body.ticket_id, body.service))
    return json_answer(reply, 201)


async def find(call: Call) -> web.Response:
    search: models.CaseSearch = call.body

    def is_asked_for(case: Case) -> bool:
        return search.state is None or case.state == search.state

    return await _list(call, is_asked_for, search.limit)


async def find_escalated(call: Call) -> web.Response:
    """Open cases that went up, or are past due and about to."""
    now_ms = call.door.engine.now_ms()

    def is_supervised(case: Case) -> bool:
        return case.state != CLOSED and (case.level > 0 or case.due_ms <= now_ms)

    search: models.Search = call.body
    return await _list(call, is_supervised, search.limit)


async def look(call: Call) -> web.Response:
    def view(hall: Hall) -> View:
        case = hall.cases.get(call.part("case_id"))
        if case is None:
            raise CaseUnknown()
        return {"case": case_view(hall, case, call.door.engine.now_ms()), "position": hall.position}

    return json_answer(await call.read(view))


async def inform(call: Call) -> web.Response:
    return await _order(call, commands.InformCase(call.part("case_id")))


async def give_task(call: Call) -> web.Response:
    body: models.GiveTask = call.body
    due_ms = int(body.due_at.timestamp() * 1_000) if body.due_at is not None else None
    return await _order(call, commands.GiveCaseTask(call.part("case_id"), body.department, body.is_lead, due_ms))


async def finish_task(call: Call) -> web.Response:
    task = number_of(call.part("task"))
    if task is None:
        raise CaseTaskUnknown()
    return await _order(call, commands.FinishCaseTask(call.part("case_id"), task, call.body.result))


async def call_back(call: Call) -> web.Response:
    body: models.CallBack = call.body
    return await _order(call, commands.CallBackCase(call.part("case_id"), body.is_reached, body.is_satisfied))


async def close(call: Call) -> web.Response:
    return await _order(call, commands.CloseCase(call.part("case_id"), call.body.result))


def number_of(part: str) -> int | None:
    """A part of a path as a small number, None when it is none."""
    return int(part) if part.isascii() and part.isdecimal() and len(part) <= _NUMBER_LENGTH_MAX else None


async def _order(call: Call, command: Command) -> web.Response:
    return json_answer(await call.submit(command))


async def _list(call: Call, is_asked_for: Callable[[Case], bool], limit: int) -> web.Response:
    def view(hall: Hall) -> View:
        now_ms = call.door.engine.now_ms()
        found = sorted(filter(is_asked_for, hall.cases.all()), key=_most_pressing_first)
        shown = [case_view(hall, case, now_ms) for case in found[:limit]]
        return {"cases": shown, "total": len(found), "position": hall.position}

    return json_answer(await call.read(view))


def _most_pressing_first(case: Case) -> tuple[bool, int, int]:
    """Open ones by what is due first, then those closed, newest first."""
    return (case.state == CLOSED, 0 if case.closed_ms is None else -case.closed_ms, case.due_ms)


def _verb(name: str, handler: Handler, body: type[bodies.Body], summary: str) -> Route:
    path = f"/cases/{{case_id}}/{name}"
    return Route("POST", path, handler, STAFF, summary, models.CaseAnswer, body, refusals=(404, 409, 422))


ROUTES: Final = (
    Route(
        "POST", "/cases", accept, STAFF, "受理办不成事 · Accept a case", models.CaseAnswer, models.OpenCase,
        status=201, refusals=(404, 409, 422),
    ),
    Route(
        "GET", "/cases", find, STAFF, "办不成事清单 · Cases, the most pressing first", models.CaseList,
        query=models.CaseSearch,
    ),
    Route(
        "GET", "/cases/escalated", find_escalated, FLOOR,
        "督办清单 · Open cases that went up or are overdue", models.CaseList, query=models.Search,
    ),
    Route(
        "GET", "/cases/{case_id}", look, STAFF, "查看一件办不成事 · One case", models.CaseAnswer, refusals=(404,),
    ),
    _verb("inform", inform, bodies.Nothing, "告知 · The visitor was told what will happen"),
    _verb("tasks", give_task, models.GiveTask, "派单协调 · Give a department its part"),
    _verb("tasks/{task}/finish", finish_task, models.FinishTask, "任务完成 · A department did its part"),
    _verb("call-back", call_back, models.CallBack, "回访 · The visitor was called back"),
    _verb("close", close, models.Close, "办结 · Close a case"),
)  # fmt: skip
