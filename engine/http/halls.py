"""The hall over HTTP: its whole public state, the live feed, the catalogue, and its day."""

from typing import Final

from aiohttp import web

from engine.core import commands
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.plan import Item
from engine.core.refusals import HallUnplanned
from engine.core.views import name
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


async def catalogue(call: Call) -> web.Response:
    """Items whose name, in either language, or id holds every word that was asked for; all items without a word."""
    search: bodies.Search = call.body
    words = search.q.casefold().split()

    def view(hall: Hall) -> tuple[Item, ...]:
        if hall.plan is None:
            raise HallUnplanned()
        return hall.plan.items

    found = [item for item in await call.read(view) if _has_all(item, words)]
    shown = [
        {"id": item.item_id, "name": name(item.name), "service": item.service_id} for item in found[: search.limit]
    ]
    return json_answer({"items": shown, "total": len(found)})


def _has_all(item: Item, words: list[str]) -> bool:
    text = f"{item.item_id} {item.name.zh} {item.name.en}".casefold()
    return all(word in text for word in words)


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
    Route(
        "GET", "/catalogue", catalogue, EVERYBODY, "事项目录 · Search the catalogue of items",
        answers.Catalogue, query=bodies.Search,
    ),
    _day("open", commands.OpenDay(), "开始服务日 · Open the service day"),
    _day("end-issuing", commands.EndIssuing(), "停止取号 · Issue no more numbers today"),
    _day("close", commands.CloseDay(), "结束服务日 · Close the service day"),
)  # fmt: skip
