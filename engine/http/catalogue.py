"""The catalogue over HTTP: search it, and put a new version in."""

import asyncio
import hashlib
from dataclasses import replace
from typing import Annotated, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from engine.core import commands
from engine.core.hall import Hall
from engine.core.plan import Item, Mode, Service
from engine.core.refusals import HallUnplanned
from engine.core.views import View
from engine.core.views.catalogue import item_view
from engine.http.answers import Answer, Name
from engine.http.bodies import Body
from engine.http.problems import BadTable
from engine.http.reading import read_file
from engine.http.route import EVERYBODY, Call, Route, json_answer
from engine.wire.bad_file import BadFile
from engine.wire.item_file import FILE_BYTES_MAX, Known, items_of

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SOURCES: Final = {CSV: "items.csv", XLSX: "items.xlsx"}
_ADMIN: Final = frozenset({"admin"})


class Search(BaseModel):
    """What a query string asks of the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Annotated[str, StringConstraints(max_length=100)] = Field(
        "", description="名称中的词、拼音、首字母或 id · Words of the name, pinyin, initials, or an id"
    )
    group: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        None, description="只看这个分组 · Only of this group"
    )
    service: Annotated[str, StringConstraints(max_length=64)] | None = Field(
        None, description="只看这项业务 · Only of this service"
    )
    mode: Mode | None = Field(None, description="只看这种办理方式 · Only of this handling mode")
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ItemAnswer(Answer):
    """An item in force today; `service` is the one a number is drawn for."""

    model_config = ConfigDict(extra="forbid", title="Item")

    id: str
    name: Name
    service: str
    group: str | None
    mode: Mode
    guide_url: str | None
    department: str | None


class Catalogue(Answer):
    items: list[ItemAnswer]
    total: int = Field(description="符合的事项总数 · How many items match, shown or not")
    version: int = Field(description="目录修订次数 · How often the catalogue was revised")


class Import(BaseModel):
    """How a file is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    replace: bool = Field(
        False, description="删除文件中没有的事项 · Take out every item the file lacks; otherwise they stay"
    )


class Revised(Answer):
    """What a new version of the catalogue changed."""

    version: int
    added: int
    changed: int
    removed: int
    total: int = Field(description="目录现有事项数，含未生效的 · Items there are now, in force or not")
    position: int


class _Upload(Body):
    """What makes the same import the same: the file and how it is taken."""

    sha256: str
    replace: bool


async def search(call: Call) -> web.Response:
    """Items in force today that hold every word, best first; all items without a word."""
    asked: Search = call.body
    items = await call.read(_all_items)
    if asked.q.strip():
        found = await call.door.search.find(items, asked.q)
    else:
        # Whoever looks at the list may type next.
        call.door.search.prepare(items)
        found = list(items)

    def view(hall: Hall) -> View:
        today = [item for item_id in found if (item := hall.catalogue.item(item_id, hall.day or "")) is not None]
        chosen = [item for item in today if _is_asked_for(item, hall.services[item.service_id], asked)]
        return {
            "items": [item_view(item, hall.services[item.service_id]) for item in chosen[: asked.limit]],
            "total": len(chosen),
            "version": hall.catalogue.version,
        }

    return json_answer(await call.read(view))


async def put_in(call: Call) -> web.Response:
    """Take a file as the next version of the catalogue, all of it or nothing."""
    asked: Import = call.body
    media = call.request.content_type
    body = await read_file(call.request, _SOURCES, FILE_BYTES_MAX)
    items, known = await call.read(lambda hall: (_all_items(hall), _known(hall)))
    try:
        read = await asyncio.to_thread(items_of, body, _SOURCES[media], known)
    except BadFile as bad:
        raise BadTable(bad) from None
    kept = {item.item_id for item in read}
    removed = tuple(item_id for item_id in items if item_id not in kept) if asked.replace else ()
    upload = _Upload(sha256=hashlib.sha256(body).hexdigest(), replace=asked.replace)
    answer = json_answer(await replace(call, body=upload).submit(commands.ReviseCatalogue(read, removed)))
    # Whoever searches next finds the new items, not the old ones once more.
    call.door.search.prepare(await call.read(_all_items))
    return answer


def _all_items(hall: Hall) -> dict[str, Item]:
    if hall.plan is None:
        raise HallUnplanned()
    return hall.catalogue.all_items()


def _known(hall: Hall) -> Known:
    assert hall.plan is not None
    return Known.of(hall.plan)


def _is_asked_for(item: Item, service: Service, asked: Search) -> bool:
    return (
        (asked.service is None or item.service_id == asked.service)
        and (asked.group is None or (item.group_id or service.group_id) == asked.group)
        and (asked.mode is None or (item.mode or service.mode) == asked.mode)
    )


ROUTES: Final = (
    Route(
        "GET", "/catalogue", search, EVERYBODY, "事项目录 · Search the catalogue of items", Catalogue, query=Search,
    ),
    Route(
        "POST", "/catalogue", put_in, _ADMIN, "导入事项目录 · Put a new version of the catalogue in", Revised,
        query=Import, refusals=(409, 422), takes=(CSV, XLSX),
    ),
)  # fmt: skip
