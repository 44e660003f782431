"""A province's rating interface on a free port, with the moods of a real one, and a hall that pushes to it."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any, Literal

from aiohttp import web

from engine.core import commands as c
from engine.push.parked import Parked
from engine.push.pusher import Pusher
from engine.push.receiver import Receiver, Target
from engine.runtime import Engine

Mood = int | Literal["slow", "cut", "taken then cut", "endless"]

TIMEOUT_S = 0.2
TOKEN = "let-me-in"
KEY = bytes(32)


class Province:
    """Takes each rating once and refuses the second one with 409; `moods` come first, one a request."""

    def __init__(self) -> None:
        self.url = ""
        self.moods: deque[Mood] = deque()
        self.always: Mood | None = None
        """A mood that does not pass."""
        self.said: list[dict[str, Any]] = []
        """Every payload that came, in order."""
        self.headers: list[dict[str, str]] = []
        self.taken: Counter[str] = Counter()
        """How often each rating was counted."""

    @property
    def stars(self) -> list[str]:
        """What was counted, in the order of the first time it came."""
        first = {said["evalId"]: said["star"] for said in reversed(self.said)}
        order = dict.fromkeys(said["evalId"] for said in self.said)
        return [first[each] for each in order if each in self.taken]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        self.said.append(said)
        self.headers.append(dict(request.headers))
        mood = self.moods.popleft() if self.moods else self.always
        if mood == "slow":
            await asyncio.Event().wait()
        if mood == "cut":
            return _cut(request)
        if isinstance(mood, int):
            return web.json_response({"message": "not now"}, status=mood)
        if said["evalId"] in self.taken:
            return web.json_response({"message": "rated before"}, status=409)
        self.taken[said["evalId"]] += 1
        if mood == "taken then cut":
            return _cut(request)
        if mood == "endless":
            return web.Response(body=b"x" * 5_000_000)
        return web.json_response({"message": "ok"})


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


class Count:
    """Counts what a pusher says."""

    def __init__(self) -> None:
        self.sent = 0
        self.parked = 0

    def pushed(self) -> None:
        self.sent += 1

    def push_parked(self, count: int) -> None:
        self.parked = count


@asynccontextmanager
async def open_province() -> AsyncIterator[Province]:
    province = Province()
    app = web.Application()
    app.router.add_post("/evaluations", province.answer)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        province.url = f"http://127.0.0.1:{runner.addresses[0][1]}/evaluations"
        yield province
    finally:
        await runner.cleanup()


@asynccontextmanager
async def pushing(engine: Engine, url: str, data: Path, count: Count | None = None) -> AsyncIterator[Pusher]:
    """A pusher at work; its end is as sudden as a kill."""
    receiver = Receiver(Target(url, TOKEN), timeout_s=TIMEOUT_S)
    meter = count or Count()
    pusher = Pusher(engine, receiver, Parked(data), KEY, meter, Random(7), pause_s=0.002, pause_s_max=0.02)
    await pusher.start()
    task = asyncio.create_task(pusher.run())
    try:
        yield pusher
    finally:
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), ended


async def rate(engine: Engine, *stars: int) -> None:
    """Serve a visit for each of these ratings, at a window that is open."""
    for each in stars:
        ticket = await engine.submit(c.IssueTicket("social"), actor="kiosk")
        await engine.submit(c.CallNext("w01"), actor="clerk")
        await engine.submit(c.FinishService("w01"), actor="clerk")
        await engine.submit(c.RateTicket(ticket["ticket_id"], each), actor="visitor")
