"""The outbox: facts before the state they led to, and a cursor that waits for the broker's word."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from engine.core import commands as c
from engine.core.refusals import Restarting
from engine.journal.memory import Disk
from engine.link import Link
from engine.mqtt.publisher import CURSOR, Publisher
from engine.runtime import Engine
from engine.wire.topics import Topics
from tests.builders import PLAN
from tests.mqtt.doors import with_people
from tests.runtime.hall import running
from tests.waiting import until

TOPICS = Topics.of(PLAN)


class Ear:
    """A link that takes everything; while it takes the first fact, something else happens."""

    def __init__(self, meanwhile: Callable[[], Awaitable[Any]]) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._meanwhile: Callable[[], Awaitable[Any]] | None = meanwhile

    async def publish(self, topic: str, payload: bytes, **how: Any) -> None:
        await (await self.send(topic, payload, **how))

    async def send(self, topic: str, payload: bytes, **how: Any) -> asyncio.Future[None]:
        self.heard.append((topic, payload))
        if "/event/" in topic and self._meanwhile is not None:
            meanwhile, self._meanwhile = self._meanwhile, None
            await meanwhile()
        taken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        taken.set_result(None)
        return taken

    def positions(self, part: str) -> list[tuple[int, int]]:
        """When and which: place in what was heard, and position, of messages whose topic has this part."""
        return [
            (place, json.loads(payload)["position"])
            for place, (topic, payload) in enumerate(self.heard)
            if topic.removeprefix(TOPICS.root).startswith(part)
        ]


class Hesitant(Ear):
    """A link that takes everything but facts, and these when it is told to."""

    def __init__(self) -> None:
        super().__init__(lambda: asyncio.sleep(0))
        self._untaken: list[asyncio.Future[None]] = []

    async def send(self, topic: str, payload: bytes, **how: Any) -> asyncio.Future[None]:
        taken = await super().send(topic, payload, **how)
        if "/event/" not in topic:
            return taken
        self._untaken.append(asyncio.get_running_loop().create_future())
        return self._untaken[-1]

    def take_all(self) -> None:
        for taken in self._untaken:
            taken.set_result(None)


async def issue(engine: Engine) -> None:
    await engine.submit(c.IssueTicket("social"), actor="kiosk")


async def test_a_state_waits_for_the_facts_that_led_to_it() -> None:
    async with running() as engine:
        await with_people(engine, 1)
        publisher = Publisher(engine, PLAN, ("json",), 1.0)
        await publisher.start()
        await issue(engine)
        ear = Ear(lambda: issue(engine))

        telling = asyncio.create_task(publisher.tell(cast("Link", ear)))
        await publisher.is_told.wait()
        telling.cancel()

        last = engine.hall.position
        place_of_last_fact = next(place for place, position in ear.positions("/event/") if position == last)
        for part in ("/state", "/zone/"):
            place, position = ear.positions(part)[0]
            assert place_of_last_fact < place or position < last


async def test_the_cursor_waits_for_the_brokers_word() -> None:
    disk = Disk()
    async with running(disk) as engine:
        await with_people(engine, 1)
        publisher = Publisher(engine, PLAN, ("json",), 1.0)
        await publisher.start()
        told = disk.cursors[CURSOR]
        link = Hesitant()
        tasks = [asyncio.create_task(publisher.tell(cast("Link", link))), asyncio.create_task(publisher.keep_cursor())]

        await issue(engine)
        await until(lambda: bool(link.positions("/event/")) and publisher.is_told.is_set())
        for _ in range(50):
            await asyncio.sleep(0)
        assert disk.cursors[CURSOR] == told

        link.take_all()
        await until(lambda: disk.cursors[CURSOR] == told + 1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_new_epoch_reaches_every_zone_over_the_same_link() -> None:
    disk = Disk()
    async with running(disk) as engine:
        await with_people(engine, 1)
        publisher = Publisher(engine, PLAN, ("json",), 1.0)
        await publisher.start()
        ear = Ear(lambda: asyncio.sleep(0))
        telling = asyncio.create_task(publisher.tell(cast("Link", ear)))
        await publisher.is_told.wait()
        before = engine.epoch

        disk.fail_next_write("lost")
        with pytest.raises(Restarting):
            await issue(engine)
        await engine.wait_live()

        def epoch_of_zone() -> str:
            zones = [payload for topic, payload in ear.heard if topic == TOPICS.zone_state("a")]
            return str(json.loads(zones[-1])["epoch"])

        await until(lambda: epoch_of_zone() == engine.epoch)
        telling.cancel()
        assert engine.epoch != before
