"""What goes on without a window over HTTP: stages, home visits, self-service, visits by mode, and the door."""

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from aiohttp import web

from engine.core import commands
from engine.core.commands import Command
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.ledgers.visits import HomeVisit, Stage
from engine.core.views import View
from engine.core.views.visits import home_visit_view, modes_view, staff_stage_view
from engine.http import visit_models as models
from engine.http.bodies import Body
from engine.http.route import STAFF, Call, Handler, Route, json_answer

_CHANNEL_OF_ROLE: Final = {"kiosk": "kiosk", "guide": "guide"}
T = TypeVar("T")


async def stages(call: Call) -> web.Response:
    search: models.StageSearch = call.body
    now_ms = call.door.engine.now_ms()

    def view(hall: Hall) -> View:
        found = [stage for stage in hall.visits.stages() if _is_asked_for(stage, search.state, now_ms)]
        shown = _first_due(found, lambda stage: stage.due_ms, search.limit)
        return {
            "stages": [staff_stage_view(hall, stage, now_ms) for stage in shown],
            "total": len(found),
            "position": hall.position,
        }

    return json_answer(await call.read(view))


def _is_asked_for(stage: Stage, state: str, now_ms: Millis) -> bool:
    if state == "ready":
        return stage.is_collectable
    return stage.is_open if state == "open" else stage.is_overdue(now_ms)


async def finish_stage(call: Call) -> web.Response:
    return await _order(call, commands.FinishStage(call.part("stage_id"), call.body.result))


async def modes(call: Call) -> web.Response:
    return json_answer(await call.read(modes_view))


async def home_visits(call: Call) -> web.Response:
    search: models.HomeSearch = call.body
    now_ms = call.door.engine.now_ms()

    def is_asked_for(visit: HomeVisit) -> bool:
        if search.state == "finished":
            return visit.finished_ms is not None
        return visit.finished_ms is None and (search.state == "open" or visit.due_ms <= now_ms)

    def view(hall: Hall) -> View:
        found = [visit for visit in hall.visits.home_visits.values() if is_asked_for(visit)]
        shown = _first_due(found, lambda visit: visit.due_ms, search.limit)
        return {
            "home_visits": [home_visit_view(hall, visit, now_ms) for visit in shown],
            "total": len(found),
            "position": hall.position,
        }

    return json_answer(await call.read(view))


async def request_home(call: Call) -> web.Response:
    body: models.RequestHome = call.body
    due_ms = int(body.due_at.timestamp() * 1_000) if body.due_at is not None else None
    return json_answer(await call.submit(commands.RequestHomeVisit(body.service, body.reference, due_ms)), 201)


async def assign_home(call: Call) -> web.Response:
    return await _order(call, commands.AssignHomeVisit(call.part("request_id"), call.body.clerk))


async def finish_home(call: Call) -> web.Response:
    return await _order(call, commands.FinishHomeVisit(call.part("request_id"), call.body.outcome))


async def count_self_service(call: Call) -> web.Response:
    body: models.Machines = call.body
    return await _order(call, commands.CountSelfService(body.service, body.device, body.count))


async def turn_away(call: Call) -> web.Response:
    body: models.TurnAway = call.body
    channel = body.channel or _CHANNEL_OF_ROLE.get(call.caller.role, "window")
    return await _order(call, commands.TurnAway(body.reason, body.service, channel))


async def _order(call: Call, command: Command) -> web.Response:
    return json_answer(await call.submit(command))


def _first_due(found: Iterable[T], due_ms: Callable[[T], Millis], limit: int) -> list[T]:
    return sorted(found, key=due_ms)[:limit]


def _home(name: str, handler: Handler, body: type[Body], summary: str) -> Route:
    path = f"/home-visits/{{request_id}}/{name}"
    return Route("POST", path, handler, STAFF, summary, models.HomeVisitAnswer, body, refusals=(404, 422))


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET", "/stages", stages, STAFF,
        "后台环节 · Parts of visits that go on without the visitor", models.Stages, query=models.StageSearch,
    ),
    Route(
        "POST", "/stages/{stage_id}/finish", finish_stage, STAFF,
        "环节办结，结果可领 · The result is there, or the papers came", models.StageAnswer, models.FinishStage,
        refusals=(404,),
    ),
    Route("GET", "/visits/modes", modes, STAFF, "五种办理方式 · The day's visits by mode", models.Modes),
    Route(
        "GET", "/home-visits", home_visits, STAFF,
        "上门服务 · Visits at home", models.HomeVisits, query=models.HomeSearch,
    ),
    Route(
        "POST", "/home-visits", request_home, STAFF,
        "申请上门 · Ask for a visit at home", models.HomeVisitAnswer, models.RequestHome,
        status=201, refusals=(404, 422),
    ),
    _home("assign", assign_home, models.AssignHome, "指派上门人员 · Send a clerk"),
    _home("finish", finish_home, models.FinishHome, "上门办结 · The home visit is over"),
    Route(
        "POST", "/self-service", count_self_service, STAFF | {"kiosk", "device"},
        "自助办件计数 · What a self-service machine handled", models.MachineAnswer, models.Machines, refusals=(404,),
    ),
    Route(
        "POST", "/turned-away", turn_away, STAFF,
        "劝阻，未取号 · Turn somebody away before a number is drawn", models.TurnedAwayAnswer, models.TurnAway,
        refusals=(404,),
    ),
)  # fmt: skip
