"""How the crowd asks and listens: again under the same key, and on from where the feed broke."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from engine.wire.bad_file import BadFile
from sim.crowd import doors
from sim.crowd.credentials import read_credentials
from sim.crowd.doors import HttpDoor
from sim.crowd.present import Present, millis

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
AT = "2026-11-23T09:00:00.000+08:00"
HALL = {
    "position": 7,
    "at": AT,
    "phase": "open",
    "day": "20261123",
    "windows": [{"id": "w01", "state": "idle", "ticket": None}],
}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "BACK_OFF_S", (0.001, 0.002))


async def test_unanswered_order_is_repeated_under_the_same_key() -> None:
    keys: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        keys.append(request.headers["Idempotency-Key"])
        return web.json_response({"position": 3}) if len(keys) == 3 else web.Response(status=503)

    async with _door(answer) as door:
        answered = await door.post("/tickets", {})

    assert answered.body == {"position": 3}
    assert len(keys) == 3
    assert len(set(keys)) == 1


async def test_refusal_is_an_answer_with_its_code() -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.json_response({"code": "nobody-waiting"}, status=409)

    async with _door(refuse) as door:
        answered = await door.post("/windows/w01/call-next", {})

    assert (answered.is_done, answered.code) == (False, "nobody-waiting")


async def test_feed_goes_on_from_where_it_broke() -> None:
    last_ids: list[str | None] = []

    async def feed(request: web.Request) -> web.StreamResponse:
        last_ids.append(request.headers.get("Last-Event-ID"))
        response = web.StreamResponse()
        await response.prepare(request)
        number = len(last_ids)
        await response.write(b"retry: 1000\n\n: beat\n\nid: %d\nevent: is" % number)
        await response.write(b'sued\ndata: {"position": %d}\n\nid: 99\nevent: cut' % number)
        return response

    async with _door(feed) as door:
        heard = []
        async for kind, payload in door.feed():
            heard.append((kind, payload["position"]))
            if len(heard) == 2:
                break

    assert heard == [("issued", 1), ("issued", 2)]
    assert last_ids == [None, "1"]


def test_window_is_as_the_newest_answer_or_fact_says() -> None:
    present = Present(60)
    present.hear("snapshot", HALL)

    present.saw({"id": "w01", "state": "called", "ticket": "A001"}, 9)
    present.hear("finished", {"type": "finished", "position": 8, "at": AT, "window": "w01", "ticket": "A000"})
    after_old_fact = present.windows["w01"].state
    present.hear("changed", {"type": "began", "position": 10, "at": AT, "window": "w01", "ticket": "A001"})

    assert after_old_fact == "called"
    assert (present.windows["w01"].state, present.windows["w01"].ticket) == ("serving", "A001")


def test_hall_s_clock_runs_at_its_speed() -> None:
    present = Present(60)
    present.hear("beat", {"at": AT})

    assert present.clock.seconds_until(millis(AT) + 60_000) == pytest.approx(1, abs=0.2)


def test_bad_credentials_are_refused_without_showing_them() -> None:
    with pytest.raises(BadFile) as bad:
        read_credentials('{"http": "x", "kiosk_token": ["secret"], "windows": {}}', "stdin")

    assert "kiosk_token" in str(bad.value)
    assert "secret" not in str(bad.value)


@asynccontextmanager
async def _door(handler: Handler) -> AsyncIterator[HttpDoor]:
    app = web.Application()
    app.router.add_route("*", "/api/v1/{rest:.*}", handler)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield HttpDoor(session, str(server.make_url("")), "token", Random(1))
