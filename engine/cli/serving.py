"""A whole hall in one process: the writer with its journal, a broker, MQTT, HTTP; up together, down together."""

import asyncio
import errno
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from engine.cli.root import CannotStart
from engine.core.plan import HallPlan
from engine.http.credentials import BadCredentials
from engine.http.metrics import Metrics
from engine.http.server import HttpSettings, run_http
from engine.journal.sqlite import SqliteJournal
from engine.mqtt.broker import Broker, BrokerFailed
from engine.mqtt.door import run_mqtt
from engine.ports import Clock
from engine.private_file import BadSecret, secret_of
from engine.push.parked import Parked, ParkedUnreadable
from engine.push.pusher import Pusher
from engine.push.receiver import Receiver, Target
from engine.runtime import Engine

_log = logging.getLogger("jiaohao")


@dataclass(frozen=True, slots=True)
class Settings:
    """What `jiaohao serve` was asked for.

    `mqtt` as `--mqtt` says it; `public_url` is how phones reach the hall; `with_msgpack` tells the `v1m` tree too;
    `push` is where ratings go.
    """

    plan: HallPlan
    data: Path
    host: str
    port: int
    mqtt: str | None
    public_url: str | None = None
    with_msgpack: bool = False
    demo: bool = False
    speed: float = 1.0
    push: Target | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """A hall that answers on both doors."""

    engine: Engine
    broker: Broker
    http: str


def run_hall(settings: Settings, clock: Clock, *, beside: Callable[[Running], Awaitable[None]] | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C; prints `ready …` on stdout when both doors answer.

    `beside` runs next to the hall once it is ready; from then on garbage is collected, whatever it was before. Raises
    what stops a hall from starting: `JournalInUse`, `JournalUnusable`, `Refusal` for a plan that cannot be taken up,
    `CannotStart`.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        asyncio.run(_until_told_to_stop(_serve(settings, clock, beside)))
    except* asyncio.CancelledError:
        pass
    except* Exception as group:
        raise _reason(_first(group), settings) from None


async def _until_told_to_stop(hall: Awaitable[None]) -> None:
    task = asyncio.ensure_future(hall)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        _log.info("stopped 已停止")


async def _serve(settings: Settings, clock: Clock, beside: Callable[[Running], Awaitable[None]] | None) -> None:
    metrics = Metrics()
    engine = Engine(lambda: SqliteJournal(settings.data), settings.plan, clock, metrics)
    outbox = _Outbox(engine)
    bound: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    answered: asyncio.Future[Broker] = asyncio.get_running_loop().create_future()
    http = HttpSettings(settings.data, settings.host, settings.port, settings.public_url, settings.demo)

    def note_bound(host: str, port: int) -> None:
        bound.set_result(f"http://{_in_url(host)}:{port}")

    async with asyncio.TaskGroup() as group:
        group.create_task(engine.run())
        await engine.wait_live()
        if settings.push is not None:
            group.create_task(await _pushing(engine, settings.push, settings.data, metrics))
        group.create_task(run_http(engine, http, metrics, ready=note_bound, outbox_lag=outbox.lag))
        group.create_task(
            run_mqtt(
                engine,
                settings.plan,
                settings.data,
                settings.mqtt,
                speed=settings.speed,
                with_msgpack=settings.with_msgpack,
                on_ready=answered.set_result,
                on_told=outbox.note,
            )
        )
        url = await bound
        broker = await answered
        running = Running(engine, broker, url)
        _spare_what_stays()
        print(f"ready {url} {broker.address}", flush=True)
        _log.info("%s · %s · data in %s", settings.plan.name.zh, broker, settings.data)
        if beside is not None:
            await beside(running)


async def _pushing(engine: Engine, target: Target, data: Path, metrics: Metrics) -> Coroutine[Any, Any, None]:
    """What tells another system, ready to run; it knows where it stands before anybody can rate anything."""
    key = secret_of(data / "push-secret")
    pusher = Pusher(engine, Receiver(target), Parked(data), key, metrics, Random())
    await pusher.start()
    metrics.follow_push(pusher.lag)
    return pusher.run()


class _Outbox:
    """How far publishing is behind recording."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told = engine.feed.position

    def note(self, position: int) -> None:
        self._told = position

    def lag(self) -> int:
        return max(0, self._engine.feed.position - self._told)


def _spare_what_stays() -> None:
    """Collect garbage from here on, but never look at what was loaded for good: a full look stops a hall for 0.1 s."""
    gc.freeze()
    gc.enable()


def _reason(error: BaseException, settings: Settings) -> BaseException:
    """What to say of an error that stopped the start."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return CannotStart(
            f"--http {settings.host}:{settings.port} 已被占用，请换一个端口 · is taken; name another port, "
            f"for example --http {settings.host}:{settings.port + 1}"
        )
    if isinstance(error, OSError):
        return CannotStart(f"--http {settings.host}:{settings.port}: {error.strerror or error}")
    if isinstance(error, BrokerFailed):
        return CannotStart(f"--mqtt: {error}")
    if isinstance(error, BadCredentials | BadSecret | ParkedUnreadable):
        return CannotStart(str(error))
    return error


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _first(group: BaseException) -> BaseException:
    """The first plain error inside nested groups."""
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
