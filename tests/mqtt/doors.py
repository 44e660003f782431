"""A hall with its MQTT door open, and the devices that stand outside."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.core import commands as c
from engine.journal.memory import Disk
from engine.link import Link, Login, Message, connect
from engine.mqtt import devices
from engine.mqtt.broker import Broker
from engine.mqtt.door import run_mqtt
from engine.mqtt.presence import Presence
from engine.runtime import Engine
from engine.wire.messages import encode
from engine.wire.requests import CommandMessage
from engine.wire.topics import Topics
from tests.builders import PLAN
from tests.runtime.hall import running, with_window

TOPICS = Topics.of(PLAN)
OWN = pytest.mark.parametrize("kind", [pytest.param("mosquitto", marks=pytest.mark.mosquitto), "embedded"])


@dataclass
class Open:
    """A hall with its door open, and what stands outside."""

    engine: Engine
    broker: Broker
    disk: Disk
    data: Path
    presence: Presence
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def device(self, device_id: str, *filters: str) -> Link:
        link = await self.stack.enter_async_context(
            connect(Login(self.broker.address, device_id, f"token of {device_id}"))
        )
        for topic_filter in filters:
            await link.subscribe(topic_filter)
        return link


@asynccontextmanager
async def open_hall(data: Path, where: str, disk: Disk | None = None) -> AsyncIterator[Open]:
    for device_id, windows in (("btn-1", ("w01",)), ("btn-2", ("w02",)), ("board-1", ()), ("watch-1", ())):
        devices.register_device(data, device_id, f"token of {device_id}", windows)
    disk = disk or Disk()
    ready: asyncio.Future[Broker] = asyncio.get_running_loop().create_future()
    presence = Presence()
    async with running(disk) as engine:
        door = asyncio.create_task(
            run_mqtt(engine, PLAN, data, where, presence=presence, with_msgpack=True, on_ready=ready.set_result)
        )
        await asyncio.wait((door, asyncio.ensure_future(ready)), return_when=asyncio.FIRST_COMPLETED)
        assert ready.done(), door.exception()
        hall = Open(engine, ready.result(), disk, data, presence)
        try:
            async with hall.stack:
                yield hall
        finally:
            door.cancel()
            await asyncio.gather(door, return_exceptions=True)


async def read(link: Link) -> Message:
    message = await asyncio.wait_for(anext(link.messages), 5)
    link.ack(message)
    return message


async def read_json(link: Link) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((await read(link)).payload)
    return payload


async def read_until(link: Link, position: int) -> list[dict[str, Any]]:
    """Event messages up to the one at `position`."""
    events: list[dict[str, Any]] = []
    while not events or events[-1]["position"] < position:
        events.append(await read_json(link))
    return events


async def press(link: Link, verb: str, window_id: str = "w01", message_id: str = "id-1", **more: Any) -> None:
    command = CommandMessage(window_id, verb, message_id, more.pop("client", "btn-1"), **more)
    await link.publish(TOPICS.command(window_id, verb), encode(command.to_payload()))


async def with_people(engine: Engine, count: int) -> None:
    await with_window(engine)
    for _ in range(count):
        await engine.submit(c.IssueTicket("social"), actor="kiosk")


async def call(engine: Engine, times: int) -> None:
    for _ in range(times):
        await engine.submit(c.CallNext("w01"), actor="clerk:c01")
        await engine.submit(c.FinishService("w01"), actor="clerk:c01")
