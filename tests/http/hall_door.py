"""A hall with its HTTP door open on a free port, and a visitor of it that remembers nothing between requests."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy

from engine.core import commands as c
from engine.core.plan import HallPlan, Item
from engine.http.api import ROUTES
from engine.http.credentials import Grant, Role, Secret
from engine.http.metrics import Metrics
from engine.http.server import HttpSettings, run_http
from engine.journal.memory import Disk
from engine.runtime import Engine
from engine.wire.extension import App
from tests.builders import PLAN, both
from tests.runtime.hall import StillClock, running

CATALOGUE = (
    Item("id-card", both("身份证 identity card"), "social"),
    Item("residence", both("居住证 residence permit"), "social"),
    Item("invoice", both("发票 invoice"), "tax"),
)
HALL = replace(PLAN, items=CATALOGUE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    raw: bytes
    headers: CIMultiDictProxy[str]

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def code(self) -> str:
        return str(self.json["code"])


class OpenDoor:
    """The door as a client sees it, and the engine behind it for what no client can do."""

    def __init__(
        self, url: str, data: Path, engine: Engine, disk: Disk, clock: StillClock, http: aiohttp.ClientSession
    ) -> None:
        self.url = url
        self.data = data
        self.engine = engine
        self.disk = disk
        self.clock = clock
        self.http = http
        self.secret = Secret.of(data)

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        role: Role | None = None,
        window: str | None = None,
        key: str | None = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        language: str | None = None,
    ) -> Reply:
        """One request under /api/v1, or anywhere when `path` names another root."""
        fields = dict(headers or {})
        if role is not None:
            fields["Authorization"] = f"Bearer {self.token(role, window)}"
        if key is not None:
            fields["Idempotency-Key"] = key
        if language is not None:
            fields["Accept-Language"] = language
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            fields.setdefault("Content-Type", "application/json")
        address = self.url + (path if path.startswith(("/api", "//")) or not _is_api(path) else f"/api/v1{path}")
        async with self.http.request(method, address, data=data, headers=fields, allow_redirects=False) as answer:
            return Reply(answer.status, await answer.read(), answer.headers)

    def token(self, role: Role, window: str | None = None) -> str:
        """A bearer token; a clerk's is for w01 unless another window is named."""
        bound = window or ("w01" if role == "clerk" else None)
        return self.secret.issue(Grant(role, bound, "d01" if role == "device" else None))

    async def draw(self, service: str = "social", lane: str | None = None, **options: Any) -> dict[str, Any]:
        """A ticket, as the kiosk gets it."""
        body = {"service": service} | ({"lane": lane} if lane else {})
        reply = await self.ask("POST", "/tickets", body, role="kiosk", **options)
        assert reply.status == 201, reply.raw
        return dict(reply.json)

    async def verb(self, verb: str, body: object = None, window: str = "w01", **options: Any) -> Reply:
        """A verb of a window, as its clerk sends it."""
        return await self.ask("POST", f"/windows/{window}/{verb}", body, role="clerk", window=window, **options)

    async def serving(self, window: str = "w01") -> dict[str, Any]:
        """A ticket that is being served at a window."""
        ticket = await self.draw()
        assert (await self.verb("call-next", window=window)).status == 200
        assert (await self.verb("begin", window=window)).status == 200
        return ticket

    def journal_bytes(self) -> bytes:
        """Everything the journal holds."""
        return repr(self.disk.rows).encode()


@asynccontextmanager
async def open_door(
    data: Path,
    *,
    plan: HallPlan = HALL,
    demo: bool = False,
    public_url: str | None = None,
    beat_s: float = 0.02,
    apps: Sequence[App] = (),
    windows: Sequence[str] = ("w01", "w02"),
    host: str = "127.0.0.1",
) -> AsyncIterator[OpenDoor]:
    """A hall at nine, its day open, `windows` open, and its door on a free port."""
    disk, clock, metrics = Disk(), StillClock(), Metrics()
    async with running(disk, plan=plan, clock=clock, meter=metrics) as engine:
        for window_id in windows:
            await engine.submit(c.OpenWindow(window_id), actor="test")
        bound: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        settings = HttpSettings(data, host, 0, public_url=public_url, demo=demo, beat_s=beat_s)
        server = asyncio.create_task(
            run_http(
                engine,
                settings,
                metrics,
                ready=lambda _, port: bound.set_result(f"http://127.0.0.1:{port}"),
                apps=apps,
            )
        )
        try:
            waited: tuple[asyncio.Future[Any], ...] = (bound, server)
            await asyncio.wait(waited, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            if server.done():
                server.result()
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=10)) as http:
                yield OpenDoor(bound.result(), data, engine, disk, clock, http)
        finally:
            server.cancel()
            await asyncio.gather(server, return_exceptions=True)


def _is_api(path: str) -> bool:
    roots = {"openapi.json", *(route.path.split("/")[1] for route in ROUTES)}
    return path.partition("?")[0].split("/")[1] in roots
