"""The hall's doors as the crowd uses them: an order is repeated under the same key until somebody answers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Protocol
from uuid import uuid4

import aiohttp
import aiomqtt

from engine.wire.messages import encode
from engine.wire.requests import BadMessage, CommandMessage, Reply
from engine.wire.topics import Topics
from sim.crowd.credentials import Broker, Seat

ANSWER_S_MAX: Final = 5.0
GIVE_UP_S: Final = 120.0
BACK_OFF_S: Final = (0.3, 3.0)
SILENCE_S_MAX: Final = 15.0
"""The live feed has a beat every few seconds; this long without one is a dead link."""
FEED_BYTES_MAX: Final = 8 * 1024 * 1024

GONE: Final = "gone"
_UNANSWERED: Final = frozenset({429, 502, 503, 504, 507})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hall said: a body when it was done, else the code of the refusal."""

    body: dict[str, Any] = field(default_factory=dict)
    code: str | None = None

    @property
    def is_done(self) -> bool:
        return self.code is None


class Orders(Protocol):
    """A way to give a window's orders."""

    async def order(self, verb: str, **args: Any) -> Answer:
        """The hall's answer to a verb."""


class BackOff:
    """Waits that grow, with jitter, so that a crowd does not come back all at once."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._wait_s = BACK_OFF_S[0]

    async def wait(self) -> None:
        await asyncio.sleep(self._wait_s * self._chance.uniform(0.5, 1))
        self._wait_s = min(self._wait_s * 2, BACK_OFF_S[1])


class HttpDoor:
    """Requests to `/api/v1` with one token, or as anybody."""

    def __init__(self, session: aiohttp.ClientSession, address: str, token: str | None, chance: Random) -> None:
        self._session = session
        self._api = f"{address.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._chance = chance

    async def post(self, path: str, body: dict[str, Any]) -> Answer:
        return await self._ask("POST", path, body)

    async def delete(self, path: str) -> Answer:
        return await self._ask("DELETE", path, {})

    async def _ask(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """The hall's answer, however often it takes to get one; code `gone` after two minutes without."""
        headers = {**self._headers, "Idempotency-Key": str(uuid4())}
        back_off, deadline_s = BackOff(self._chance), time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline_s:
            try:
                async with self._session.request(method, f"{self._api}{path}", json=body, headers=headers) as response:
                    if response.status not in _UNANSWERED:
                        said = await response.json(content_type=None)
                        return Answer(said) if response.ok else Answer({}, said.get("code", str(response.status)))
            except (aiohttp.ClientError, TimeoutError, ValueError):
                pass  # nobody knows whether it was done: asking again under the same key finds out
            await back_off.wait()
        return Answer({}, GONE)

    async def feed(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """The live feed, kind and payload, for ever; a lost link is taken up where it broke."""
        last_id = ""
        back_off = BackOff(self._chance)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=ANSWER_S_MAX, sock_read=SILENCE_S_MAX)
        while True:
            try:
                headers = {"Last-Event-ID": last_id} if last_id else {}
                async with self._session.get(f"{self._api}/events", headers=headers, timeout=timeout) as response:
                    response.raise_for_status()
                    back_off = BackOff(self._chance)
                    async for frame in _frames(response.content):
                        last_id = frame.get("id", last_id)
                        if "data" in frame:
                            yield frame["event"], json.loads(frame["data"])
            except (aiohttp.ClientError, TimeoutError, ValueError):
                pass  # the hall is away, or starting again
            await back_off.wait()


async def _frames(content: aiohttp.StreamReader) -> AsyncIterator[dict[str, str]]:
    """The fields of each event; raises `ValueError` for one without an end."""
    waiting = b""
    async for chunk in content.iter_any():
        *whole, waiting = (waiting + chunk).split(b"\n\n")
        if len(waiting) > FEED_BYTES_MAX:
            raise ValueError("an event without an end")
        for frame in whole:
            lines = (line.partition(": ") for line in frame.decode().split("\n"))
            yield {name: value for name, _, value in lines}


class ClerkByHttp:
    """A clerk at a screen."""

    def __init__(self, door: HttpDoor, window_id: str) -> None:
        self.door = door
        self._window_id = window_id

    async def order(self, verb: str, **args: Any) -> Answer:
        return await self.door.post(f"/windows/{self._window_id}/{verb}", args)


class ClerkByButton:
    """A clerk with a button on the desk: orders over MQTT 3.1.1, which every broker speaks."""

    def __init__(self, broker: Broker, window_id: str, seat: Seat, chance: Random) -> None:
        self._broker = broker
        self._topics = Topics.at(broker.region, broker.hall)
        self._window_id = window_id
        self._seat = seat
        self._chance = chance
        self._client: aiomqtt.Client | None = None
        self._is_connected = asyncio.Event()
        self._awaited: dict[str, asyncio.Future[Answer]] = {}

    async def order(self, verb: str, **args: Any) -> Answer:
        message = CommandMessage(self._window_id, verb, str(uuid4()), self._seat.device, args=args)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._awaited[message.message_id] = answer
        back_off, deadline_s = BackOff(self._chance), time.monotonic() + GIVE_UP_S
        try:
            while time.monotonic() < deadline_s:
                await self._send(message)
                done, _ = await asyncio.wait([answer], timeout=ANSWER_S_MAX)
                if done:
                    return answer.result()
                await back_off.wait()
        finally:
            del self._awaited[message.message_id]
        return Answer({}, GONE)

    async def stay_connected(self) -> None:
        """Hold a connection, and make a new one whenever it is lost, until cancelled."""
        back_off = BackOff(self._chance)
        while True:
            try:
                async with self._connection() as client:
                    await client.subscribe(self._topics.reply(self._seat.device), qos=1)
                    self._client, back_off = client, BackOff(self._chance)
                    self._is_connected.set()
                    async for message in client.messages:
                        self._hear(message.payload)
            except (aiomqtt.MqttError, OSError):
                pass  # the broker is away; every unanswered order is repeated
            finally:
                self._client = None
                self._is_connected.clear()
            await back_off.wait()

    def _connection(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            username=self._seat.device,
            password=self._seat.device_token,
            identifier=self._seat.device,
            protocol=aiomqtt.ProtocolVersion.V311,
            timeout=ANSWER_S_MAX,
            keepalive=15,
        )

    async def _send(self, message: CommandMessage) -> None:
        """Publish when there is a connection; whether it arrived, the reply says."""
        topic = self._topics.command(self._window_id, message.verb)
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                await self._is_connected.wait()
                if self._client is not None:
                    await self._client.publish(topic, encode(message.to_payload()), qos=1)
        except (aiomqtt.MqttError, OSError, TimeoutError):
            return

    def _hear(self, payload: object) -> None:
        try:
            reply = Reply.read(payload if isinstance(payload, bytes) else b"")
        except BadMessage:
            return
        answer = self._awaited.get(reply.message_id)
        if answer is not None and not answer.done():
            answer.set_result(Answer(reply.result or {}) if reply.ok else Answer({}, reply.code or GONE))
