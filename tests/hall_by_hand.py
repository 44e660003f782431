"""A hall played by hand: a broker of our own and messages as the wire describes them, with no engine behind."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.device.attendance import Device
from engine.link import Address, Link, Login, connect
from engine.wire.topics import Topics
from tests.mqtt.conftest import OpenBroker

TOPICS = Topics.at("ningbo", "hongtang")
NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Message = dict[str, Any]


def at(seconds: float) -> str:
    """The hall's time, in seconds after nine: far from the clock of whoever runs this."""
    return (NINE + timedelta(seconds=seconds)).isoformat()


def call(
    position: int, ticket: str, *, after_s: float = 0, window: str = "w03", zone: str = "a", **more: Any
) -> Message:
    return {
        "v": 1,
        "epoch": "first",
        "position": position,
        "id": f"20261123-{position}",
        "at": at(after_s),
        "type": "called",
        "ticket": ticket,
        "window": window,
        "zone": zone,
        "number": int(window[1:]),
    } | more


def recent(message: Message) -> Message:
    """The line about a call in the hall's list of recent calls."""
    names = ("ticket", "window", "number", "zone", "at", "position")
    return {name: message[name] for name in names} | {"count": message.get("count", 0), "mark": None}


def hall_state(
    position: int, *calls: Message, after_s: float = 0, windows: Message | None = None, **more: Any
) -> Message:
    lines = [recent(one) for one in sorted(calls, key=lambda one: -one["position"])]
    return {
        "v": 1,
        "epoch": "first",
        "position": position,
        "at": at(after_s),
        "day": "20261123",
        "windows": windows or {},
        "recent": lines,
        "waiting": {},
    } | more


@dataclass
class Hand:
    """Plays the engine on one link, and keeps what devices say."""

    link: Link
    heard: list[tuple[tuple[str, ...], Any]] = field(default_factory=list)

    async def tell(self, *messages: Message) -> None:
        for message in messages:
            await self.link.publish(TOPICS.event(message["window"]), encoded(message))

    async def show_hall(self, state: Message) -> None:
        await self.link.publish(TOPICS.state, encoded(state), retain=True)

    async def show_window(self, window: str, position: int, state: str, ticket: str | None = None, **more: Any) -> None:
        message = {"v": 1, "position": position, "ticket": ticket, "state": state} | more
        await self.link.publish(TOPICS.window_state(window), encoded(message), retain=True)

    async def answer(self, client: str, message_id: str, **more: Any) -> None:
        await self.link.publish(TOPICS.reply(client), encoded({"v": 1, "id": message_id, "ok": True} | more))

    async def listen(self) -> None:
        """Take in what devices say, until cancelled."""
        for topic_filter in ("ack/+", "cmd/+/+", "req/replay", "device/+/online", "device/+/info"):
            await self.link.subscribe(f"{TOPICS.root}/{topic_filter}")
        async for message in self.link.messages:
            tail = TOPICS.tail(message.topic)
            assert tail is not None
            self.heard.append((tail, json.loads(message.payload)))
            self.link.ack(message)

    def said(self, *start: str) -> list[Any]:
        """What devices said on the topics that begin so."""
        return [content for tail, content in self.heard if tail[: len(start)] == start]

    def acks(self) -> list[tuple[int, str, str | None]]:
        return [(ack["position"], ack["done"], ack.get("reason")) for ack in self.said("ack")]


def device(broker: OpenBroker, device_id: str = "speaker-1") -> Device:
    return Device(broker.address, TOPICS, device_id)


@asynccontextmanager
async def hand_on(address: Address, name: str = "engine") -> AsyncIterator[Hand]:
    async with connect(Login(address, name)) as link:
        yield Hand(link)


def encoded(message: Message) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()
