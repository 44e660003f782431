"""One live link, how it is made, and how a program stays connected."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, Final

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from engine.link.client import Client, NotSpoken, new_properties
from engine.link.login import Login, Message

PAUSE_S: Final = (0.3, 3.0)


class Link:
    """One live connection; made by `connect`, used by one task group, never connected again once it is lost."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def version(self) -> int:
        """5, or 4 for MQTT 3.1.1."""
        return int(self._client.version)

    @property
    def messages(self) -> AsyncIterator[Message]:
        """Messages as they arrive; raises `ConnectionError` when the link is lost."""
        return self._client.inbox

    async def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        retain: bool = False,
        qos: int = 1,
        ttl_s: int | None = None,
        correlation: bytes | None = None,
    ) -> None:
        """Return when the broker has taken the message; raises `ConnectionError` when it did not, or when nobody knows.

        `ttl_s` and `correlation` need MQTT 5 and are left out on an older broker.
        """
        await (await self.send(topic, payload, retain=retain, qos=qos, ttl_s=ttl_s, correlation=correlation))

    async def send(
        self,
        topic: str,
        payload: bytes,
        *,
        retain: bool = False,
        qos: int = 1,
        ttl_s: int | None = None,
        correlation: bytes | None = None,
    ) -> asyncio.Future[None]:
        """Put a message on its way behind those sent before; the future is done when the broker has taken it.

        Waits only while `SEND_LIMIT` messages are under way.
        """
        properties = None
        if self.version == aiomqtt.ProtocolVersion.V5 and (ttl_s is not None or correlation is not None):
            properties = _expiring(ttl_s) if correlation is None else _properties(ttl_s, correlation)
        return await self._client.send(topic, payload, qos, retain, properties)

    async def subscribe(self, topic_filter: str, qos: int = 1) -> None:
        """Return when the broker has granted the subscription; raises `Refused` or `ConnectionError`."""
        await self._client.take_subscription(topic_filter, qos)

    def ack(self, message: Message) -> None:
        """Tell the broker that this message is dealt with; raises `ConnectionError` when its link is lost."""
        self._client.acknowledge(message)

    async def lost(self) -> None:
        """Wait until the link is lost, then raise the `ConnectionError` that says why."""
        await asyncio.shield(self._client.death)


def _properties(ttl_s: int | None, correlation: bytes | None) -> Properties:
    properties = new_properties(PacketTypes.PUBLISH)
    if ttl_s is not None:
        properties.MessageExpiryInterval = ttl_s
    if correlation is not None:
        properties.CorrelationData = correlation
    return properties


class _Packed(Properties):
    """Properties that are packed once and do not change any more."""

    def __init__(self, properties: Properties) -> None:
        vars(self).update(vars(properties), packed=properties.pack())  # type: ignore[no-untyped-call]

    def pack(self) -> Any:
        return vars(self)["packed"]


@lru_cache(maxsize=16)
def _expiring(ttl_s: int | None) -> Properties:
    """The same for every message: paho builds and packs its whole table of names anew for each, and only reads it."""
    return _Packed(_properties(ttl_s, None))


@asynccontextmanager
async def connect(login: Login, *, version: int | None = None) -> AsyncIterator[Link]:
    """One connection, closed with a farewell at the end of the block; raises `ConnectionError` (bad login: `Refused`).

    Without a `version` (5, or 4 for 3.1.1) MQTT 5 is tried first and 3.1.1 when the broker cannot.
    """
    client = await _connect(login, version)
    try:
        yield Link(client)
    finally:
        await client.leave()


async def keep_connected(
    login: Login,
    talk: Callable[[Link], Awaitable[None]],
    *,
    on_loss: Callable[[ConnectionError], None] | None = None,
    pause_s: tuple[float, float] = PAUSE_S,
    chance: random.Random | None = None,
) -> None:
    """Give `talk` a new link for every connection until it returns; wait 0.3 to 3 s with jitter between connections.

    When a link is lost `talk` is cancelled or sees the `ConnectionError`, whichever comes first; both mean "once more",
    and `on_loss` hears why. Any other error of `talk` ends this call.
    """
    shortest, longest = pause_s
    chance = chance or random.Random()
    version: int | None = None
    failures = 0
    while True:
        started = asyncio.get_running_loop().time()
        try:
            async with connect(login, version=version) as link:
                version = link.version
                await _while_alive(link, talk)
            return
        except ConnectionError as loss:
            if on_loss is not None:
                on_loss(loss)
        lasted = asyncio.get_running_loop().time() - started > longest
        failures = 0 if lasted else failures + 1
        version = None if failures > 1 else version  # another broker may listen there now
        await asyncio.sleep(chance.uniform(shortest, max(shortest, min(longest, shortest * 2**failures))))


async def _while_alive(link: Link, talk: Callable[[Link], Awaitable[None]]) -> None:
    talking = asyncio.ensure_future(talk(link))
    watching = asyncio.ensure_future(link.lost())
    try:
        await asyncio.wait((talking, watching), return_when=asyncio.FIRST_COMPLETED)
        if not talking.done():
            await watching
        await talking
    except BaseExceptionGroup as group:  # `talk` may have task groups of its own
        losses, others = group.split(ConnectionError)
        if others is not None or losses is None:
            raise
        raise ConnectionError(str(losses.exceptions[0])) from group
    finally:
        for task in (talking, watching):
            task.cancel()
        await asyncio.gather(talking, watching, return_exceptions=True)


async def _connect(login: Login, version: int | None) -> Client:
    if version is not None:
        return await Client(login, aiomqtt.ProtocolVersion(version)).enter()
    try:
        return await Client(login, aiomqtt.ProtocolVersion.V5).enter()
    except NotSpoken:
        return await Client(login, aiomqtt.ProtocolVersion.V311).enter()
