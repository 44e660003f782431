"""The HTTP server of a hall: binds, serves until cancelled, and stops without cutting anybody short."""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware
from pydantic_core import to_json

from engine.core.refusals import Refusal
from engine.http import problems
from engine.http.accounts import Accounts
from engine.http.api import ROUTES
from engine.http.caller import Identity
from engine.http.catalogue_search import CatalogueSearch
from engine.http.credentials import Secret
from engine.http.door import Door, handler_of, language_of
from engine.http.live import BEAT_S, SUBSCRIBERS_MAX, Live
from engine.http.metrics import Metrics
from engine.http.openapi import document
from engine.http.pages import Pages, installed_apps
from engine.http.persons import PersonKeys
from engine.http.probes import Probes
from engine.http.problems import BODY_BYTES_MAX
from engine.http.proof import Proof
from engine.http.route import PREFIX
from engine.http.sessions import Sessions
from engine.http.throttle import Throttle
from engine.http.whole_hall import WholeHall
from engine.runtime import Engine
from engine.wire.extension import App

_STOP_S: Final = 3.0
_LINGER_S: Final = 2.0
_IDLE_S: Final = 75.0
_BACKLOG: Final = 1_024
_BOOKINGS_MAX: Final = 30
_BOOKINGS_S: Final = 60.0
_FILES: Final = 2 * SUBSCRIBERS_MAX + 1_024

_log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where and how to serve. `port` 0 takes a free one; `public_url` is how phones reach us, when it is not the Host
    header they send; `demo` lets the demo's accounts and kiosks in, from this machine only.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    demo: bool = False
    beat_s: float = BEAT_S


async def run_http(
    engine: Engine,
    settings: HttpSettings,
    metrics: Metrics,
    *,
    ready: Callable[[str, int], None],
    outbox_lag: Callable[[], int] = lambda: 0,
    apps: Sequence[App] | None = None,
) -> None:
    """Serve until cancelled; `ready(host, port)` is called once the port is bound.

    `apps` are the installed ones when left out. Raises `OSError` when the address is taken, and `BadCredentials` when
    the secret or the accounts file is unusable.
    """
    door, app = _application(engine, settings, metrics, outbox_lag, installed_apps() if apps is None else apps)
    runner = web.AppRunner(
        app,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=_STOP_S,
        keepalive_timeout=_IDLE_S,
        lingering_time=_LINGER_S,
        logger=_connection_log(),
    )
    _allow_many_files()
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port, backlog=_BACKLOG)
        await site.start()
        host, port = runner.addresses[0][:2]
        ready(host, port)
        async with asyncio.TaskGroup() as group:
            group.create_task(door.persons.follow(engine))
            group.create_task(door.live.run())
    finally:
        door.live.close()
        await runner.cleanup()


def _allow_many_files() -> None:
    """Each open stream is an open file, and a process that runs out of them answers nobody."""
    try:
        import resource
    except ImportError:
        # Only Unix counts files this way.
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _application(
    engine: Engine,
    settings: HttpSettings,
    metrics: Metrics,
    outbox_lag: Callable[[], int],
    apps: Sequence[App],
) -> tuple[Door, web.Application]:
    secret = Secret.of(settings.data)
    accounts = Accounts(settings.data, time.monotonic, demo=settings.demo)
    accounts.refresh()
    sessions = Sessions(settings.data, secret, time.time)
    identity = Identity(secret, accounts, sessions, demo=settings.demo, public_url=settings.public_url)
    whole_hall = WholeHall(engine)
    live = Live(engine, whole_hall, metrics, beat_s=settings.beat_s)
    bookings = Throttle(time.monotonic, _BOOKINGS_MAX, _BOOKINGS_S)
    door = Door(
        engine,
        identity,
        live,
        metrics,
        whole_hall,
        CatalogueSearch(),
        settings.public_url,
        outbox_lag,
        bookings,
        PersonKeys(settings.data),
        Proof(secret.proof_key, time.time, time.monotonic),
    )
    pages = Pages(door, apps)
    app = web.Application(client_max_size=BODY_BYTES_MAX, middlewares=[_last_net(pages)])
    for route in ROUTES:
        app.router.add_route(route.method, PREFIX + route.path, handler_of(door, route))
    app.router.add_get(f"{PREFIX}/openapi.json", _describe)
    probes = Probes(door)
    app.router.add_get("/healthz", probes.health)
    app.router.add_get("/readyz", probes.ready)
    app.router.add_get("/metrics", probes.count)
    pages.add_to(app.router)
    return door, app


async def _describe(request: web.Request) -> web.Response:
    # Drawing it takes a moment, for which neither the start of a hall nor its windows should wait.
    body = await asyncio.to_thread(_description)
    return web.Response(body=body, content_type="application/json", headers={"Cache-Control": "no-cache"})


@cache
def _description() -> bytes:
    return to_json(document(ROUTES, version("jiaohao")))


def _last_net(pages: Pages) -> Middleware:
    """What no handler answered: a problem for programs, a page for people, never a traceback."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPException as other:
            refusal = _refusal_of(other)
            if refusal is None:
                raise
        except ConnectionError:
            raise
        except Exception as bug:
            _report(request, bug)
            refusal = problems.Internal()
        if request.path.startswith("/api/"):
            return problems.answer(refusal, language_of(request))
        return await pages.problem(request, refusal)

    return guard


def _refusal_of(other: web.HTTPException) -> Refusal | None:
    if isinstance(other, web.HTTPMethodNotAllowed):
        return problems.WrongMethod(", ".join(sorted(other.allowed_methods)))
    if isinstance(other, web.HTTPNotFound):
        return problems.NotHere()
    return None


def _report(request: web.Request, bug: Exception) -> None:
    """Where it happened, and nothing of what somebody sent: an error's own words may hold personal data."""
    resource = request.match_info.route.resource
    where = resource.canonical if resource is not None else "(no route)"
    stack = "".join(traceback.format_tb(bug.__traceback__))
    _log.critical("bug: %s at %s %s\n%s", type(bug).__name__, request.method, where, stack)


class _WithoutContents(logging.Filter):
    """Keeps the kind of a connection's error and drops what came over it; a client's own mistakes are not news."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            return False
        record.msg, record.args = "connection ended badly: %s", (type(error).__name__,)
        record.exc_info = None
        return True


def _connection_log() -> logging.Logger:
    log = logging.getLogger("engine.http.connections")
    if not log.filters:
        log.addFilter(_WithoutContents())
    return log
