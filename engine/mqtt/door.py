"""The whole MQTT door of a running hall, as one coroutine for the composition root."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from engine.core.plan import HallPlan
from engine.link import Link, Will, keep_connected
from engine.mqtt.broker import Broker, open_broker
from engine.mqtt.devices import Register
from engine.mqtt.listener import Listener
from engine.mqtt.presence import Presence
from engine.mqtt.publisher import Publisher
from engine.mqtt.roll_call import RollCall
from engine.runtime import Engine
from engine.wire.topics import Encoding, Topics

READY_TIMEOUT_S: Final = 5.0
FAREWELL_TIMEOUT_S: Final = 1.0

_log = logging.getLogger(__name__)


async def run_mqtt(
    engine: Engine,
    plan: HallPlan,
    data: Path,
    where: str | None = None,
    *,
    presence: Presence | None = None,
    speed: float = 1.0,
    with_msgpack: bool = False,
    on_ready: Callable[[Broker], None] = lambda broker: None,
    on_told: Callable[[int], None] = lambda position: None,
) -> None:
    """Open a broker and serve devices through it until cancelled; raises `BrokerFailed` when there is none to be had.

    `where` is what `--mqtt` says (see `engine.mqtt.broker`). `on_ready` is called once: when a broker of our own has
    been told the present state, or at once for somebody else's, which may be away. `presence` fills with what devices
    say. `with_msgpack` tells everything on the `v1m` tree too.
    """
    encodings: tuple[Encoding, ...] = ("json", "msgpack") if with_msgpack else ("json",)
    presence = presence if presence is not None else Presence()
    async with open_broker(data, plan, where) as broker:
        _log.info("MQTT: %s", broker)
        publisher = Publisher(engine, plan, encodings, speed, on_told)
        devices_of = Register(data).of_window
        listeners = [Listener(engine, plan, presence, encoding, devices_of) for encoding in encodings]
        door = _Door(publisher, listeners)
        will = Will(Topics.of(plan).engine_online, b"0")
        await publisher.start()
        async with asyncio.TaskGroup() as group:
            group.create_task(publisher.keep_cursor())
            group.create_task(RollCall(engine, data, presence).keep())
            group.create_task(_say_ready(broker, publisher, on_ready))
            group.create_task(keep_connected(broker.login(will), door.talk, on_loss=door.note_loss))


async def _say_ready(broker: Broker, publisher: Publisher, on_ready: Callable[[Broker], None]) -> None:
    if broker.kind != "external":
        try:
            await asyncio.wait_for(publisher.is_told.wait(), READY_TIMEOUT_S)
        except TimeoutError:
            _log.warning("the broker runs but has not been told the hall's state yet")
    on_ready(broker)


class _Door:
    """What happens on every link: tell, and listen."""

    def __init__(self, publisher: Publisher, listeners: list[Listener]) -> None:
        self._publisher = publisher
        self._listeners = listeners
        self._is_lost = False

    def note_loss(self, loss: ConnectionError) -> None:
        """Say once that the broker is away; the boards say it for themselves."""
        if not self._is_lost:
            _log.warning("MQTT: %s; trying again", loss)
        self._is_lost = True

    async def talk(self, link: Link) -> None:
        for listener in self._listeners:
            for topic_filter in listener.filters:
                await link.subscribe(topic_filter)
        if self._is_lost:
            _log.warning("MQTT: connected again")
        self._is_lost = False
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._publisher.tell(link))
                group.create_task(self._listen(link, group))
        except asyncio.CancelledError:
            await self._leave(link)
            raise

    async def _listen(self, link: Link, group: asyncio.TaskGroup) -> None:
        async for message in link.messages:
            for listener in self._listeners:
                if await listener.hear(link, message, group):
                    break
            else:
                link.ack(message)

    async def _leave(self, link: Link) -> None:
        """Say farewell if somebody still listens."""
        try:
            async with asyncio.timeout(FAREWELL_TIMEOUT_S):
                await self._publisher.say_farewell(link)
        except (ConnectionError, TimeoutError):
            return  # the last will says it
