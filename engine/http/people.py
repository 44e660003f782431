"""The people who work in the hall over HTTP, and what a supervisor changes about windows during the day."""

from datetime import datetime
from typing import Annotated, Final

from aiohttp import web
from pydantic import Field

from engine.core import commands
from engine.core.commands import Command
from engine.core.lookups import plan_of
from engine.core.views.people import people_view
from engine.http import answers
from engine.http.answers import Answer
from engine.http.bodies import Body, Id, Nothing, Plain
from engine.http.problems import OtherClerk
from engine.http.route import FLOOR, STAFF, WINDOW, Call, Route, json_answer

_NUMBER_MAX: Final = 9_999
_TIERS_MAX: Final = 9
_SERVICES_MAX: Final = 500


class Substitute(Body):
    """Somebody stands in (AB 岗)."""

    deputy: Id | None = Field(None, description="省略则为 B 岗 · The planned deputy when left out")


class Move(Plain):
    number: Annotated[int, Field(ge=1, le=_NUMBER_MAX)] | None = Field(
        None, description="省略则不变 · The same as now when left out"
    )
    zone: Id | None = Field(None, description="省略则不变 · The same as now when left out")


class Reassign(Plain):
    tiers: Annotated[
        list[Annotated[list[Id], Field(max_length=_SERVICES_MAX)]],
        Field(max_length=_TIERS_MAX, description="各级业务，先叫第一级 · Services in tiers, the first one first"),
    ]


class Substituted(Answer):
    deputy: str
    since: datetime


class Person(Answer):
    """One clerk, as staff see them."""

    id: str
    name: answers.Name
    department: str | None
    since: datetime | None = Field(description="签到时间；null：不在岗 · null: not here")
    window: str | None
    deputy: str | None = Field(description="计划中的 B 岗 · The planned deputy")
    substitution: Substituted | None = Field(description="由谁顶岗 · Who stands in now")
    works_for: list[str] = Field(description="替谁办，含本人 · Whose work comes here, the own included")


class People(Answer):
    people: list[Person]
    position: int


class PersonAnswer(Answer):
    person: Person
    position: int


async def look(call: Call) -> web.Response:
    return json_answer(await call.read(people_view))


async def sign_in(call: Call) -> web.Response:
    return await _order(call, commands.SignIn(await _own(call)))


async def sign_out(call: Call) -> web.Response:
    return await _order(call, commands.SignOut(await _own(call)))


async def begin_substitution(call: Call) -> web.Response:
    by_supervisor = call.caller.role in FLOOR
    return await _order(call, commands.BeginSubstitution(call.part("clerk_id"), call.body.deputy, by_supervisor))


async def end_substitution(call: Call) -> web.Response:
    return await _order(call, commands.EndSubstitution(call.part("clerk_id")))


async def move(call: Call) -> web.Response:
    body: Move = call.body
    command = commands.MoveWindow(call.part("window_id"), body.number, body.zone)
    return json_answer(await call.submit(command, if_position=body.position))


async def reassign(call: Call) -> web.Response:
    body: Reassign = call.body
    command = commands.ReassignWindow(call.part("window_id"), tuple(map(tuple, body.tiers)))
    return json_answer(await call.submit(command, if_position=body.position))


async def _own(call: Call) -> str:
    """The clerk in the path. Whoever logged in as a clerk of the plan signs in and out alone.

    A window's token, and an account named otherwise, do not say which clerk it is.
    """
    clerk_id, name = call.part("clerk_id"), call.caller.name
    if call.caller.role != "clerk" or name == clerk_id:
        return clerk_id
    if await call.read(lambda hall: any(clerk.clerk_id == name for clerk in plan_of(hall).clerks)):
        raise OtherClerk()
    return clerk_id


async def _order(call: Call, command: Command) -> web.Response:
    return json_answer(await call.submit(command))


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/people", look, STAFF, "在岗情况 · Who is here, where, and for whom", People),
    Route(
        "POST", "/people/{clerk_id}/sign-in", sign_in, STAFF, "签到 · A clerk comes to work",
        PersonAnswer, Nothing, refusals=(404, 409),
    ),
    Route(
        "POST", "/people/{clerk_id}/sign-out", sign_out, STAFF, "签退 · A clerk leaves work",
        PersonAnswer, Nothing, refusals=(404, 409),
    ),
    Route(
        "POST", "/people/{clerk_id}/substitution", begin_substitution, WINDOW,
        "开始顶岗 · Somebody stands in for a clerk", PersonAnswer, Substitute, refusals=(404, 409, 422),
    ),
    Route(
        "DELETE", "/people/{clerk_id}/substitution", end_substitution, WINDOW,
        "结束顶岗 · The clerk is back", PersonAnswer, Nothing, refusals=(404, 409),
    ),
    Route(
        "POST", "/windows/{window_id}/move", move, FLOOR, "换号换区 · Give a window another number or zone",
        answers.WindowAnswer, Move, refusals=(404, 409, 422),
    ),
    Route(
        "POST", "/windows/{window_id}/reassign", reassign, FLOOR, "改派业务 · Give a window other services",
        answers.WindowAnswer, Reassign, refusals=(404, 409, 422),
    ),
)  # fmt: skip
