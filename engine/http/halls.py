"""The hall over HTTP: its whole public state, the live feed, and its day."""

from typing import Final

from aiohttp import web

from engine.core import commands
from engine.core.commands import Command
from engine.http import answers, bodies
from engine.http.route import EVERYBODY, FLOOR, JSON_HEADERS, Call, Handler, Route, json_answer


async def look(call: Call) -> web.Response:
    picture = await call.door.whole_hall.picture()
    headers = {**JSON_HEADERS, "Cache-Control": "no-cache", "ETag": picture.etag}
    if call.request.headers.get("If-None-Match") == picture.etag:
        return web.Response(status=304, headers={"Cache-Control": "no-cache", "ETag": picture.etag})
    return web.Response(body=picture.body, headers=headers)


async def follow(call: Call) -> web.StreamResponse:
    return await call.door.live.serve(call.request)


def _day_verb(command: Command) -> Handler:
    async def handle(call: Call) -> web.Response:
        return json_answer(await call.submit(command))

    return handle


def _day(verb: str, command: Command, summary: str) -> Route:
    handler = _day_verb(command)
    return Route("POST", f"/day/{verb}", handler, FLOOR, summary, answers.Day, bodies.Nothing, refusals=(409,))


ROUTES: Final = (
    Route("GET", "/hall", look, EVERYBODY, "大厅状态 · The whole public state", answers.Hall),
    Route(
        "GET", "/events", follow, EVERYBODY, "实时事件 · Live feed (Server-Sent Events)", None,
        media="text/event-stream",
    ),
    _day("open", commands.OpenDay(), "开始服务日 · Open the service day"),
    _day("end-issuing", commands.EndIssuing(), "停止取号 · Issue no more numbers today"),
    _day("close", commands.CloseDay(), "结束服务日 · Close the service day"),
)  # fmt: skip
