"""From devices to the hall: commands, requests for a replay, acknowledgements and presence.

A command is acknowledged to the broker only when its facts are durable, and a repeated id gets the same reply. The
reply goes to the MQTT 5 response topic when the sender named one below `reply/`, else to `reply/{client}` as the
payload's `client` says. MQTT 3.1.1 does not tell who sent a message, so a command without `client` is answered to every
device that is registered for the window, and to `reply/{window}`.
"""

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from engine.core import refusals as no
from engine.core.commands import Command, RecordPrint, TransferTicket
from engine.core.events import TicketIssued
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.core.refusals import Refusal
from engine.link import Link, Message
from engine.mqtt.presence import Presence
from engine.mqtt.publisher import fact_messages
from engine.ports import JournalFailed
from engine.runtime import Engine, Told
from engine.wire.messages import encode
from engine.wire.requests import (
    LONG_NUMBER,
    REPLAY_EVENTS_MAX,
    Ack,
    BadMessage,
    CommandMessage,
    DeviceInfo,
    ReplayRequest,
    Reply,
)
from engine.wire.topics import COMMAND_TTL_S, Encoding, Topics, is_id
from engine.wire.verbs import NO_TICKET, if_position, window_order

COMMANDS_AT_ONCE: Final = 64
REPLAY_ID: Final = "replay"
REPLAYS_PER_S: Final = 2.0
REPLAY_BURST: Final = 5
ASKERS_MAX: Final = 1_000


class Listener:
    """Reads one hall's incoming topics on one tree, through one link after the other."""

    def __init__(
        self,
        engine: Engine,
        plan: HallPlan,
        presence: Presence,
        encoding: Encoding,
        devices_of: Callable[[str], Sequence[str]] = lambda window_id: (),
    ) -> None:
        """`devices_of` tells which devices are registered for a window."""
        self._engine = engine
        self._devices_of = devices_of
        self._topics = Topics.of(plan, encoding)
        self._clerks = frozenset(clerk.clerk_id for clerk in plan.clerks)
        self._presence = presence
        self._at_once = asyncio.Semaphore(COMMANDS_AT_ONCE)
        self._replays = _Allowance(REPLAYS_PER_S, REPLAY_BURST)

    @property
    def filters(self) -> tuple[str, ...]:
        """What this listener must be subscribed to."""
        topics = self._topics
        return (
            topics.command("+", "+"),
            topics.replay,
            topics.ack("+"),
            topics.device_online("+"),
            topics.device_info("+"),
        )

    async def hear(self, link: Link, message: Message, group: asyncio.TaskGroup) -> bool:
        """Take a message if it belongs to this tree; what takes time is left to tasks of `group`."""
        match self._topics.tail(message.topic):
            case ("cmd", window_id, verb):
                await self._at_once.acquire()
                group.create_task(self._obey(link, message, window_id, verb))
            case ("req", "replay"):
                await self._at_once.acquire()
                group.create_task(self._replay(link, message))
            case ("ack", device_id) if is_id(device_id):
                await self._at_once.acquire()
                group.create_task(self._hear_ack(link, message, device_id))
            case ("device", device_id, "info") if is_id(device_id):
                self._note(message, lambda: self._hear_info(device_id, message))
                link.ack(message)
            case ("device", device_id, "online") if is_id(device_id):
                self._presence.heard_online(device_id, message.payload == b"1")
                link.ack(message)
            case _:
                return False
        return True

    @property
    def _code(self) -> Encoding:
        return self._topics.encoding

    # --- commands ---

    async def _obey(self, link: Link, message: Message, window_id: str, verb: str) -> None:
        try:
            client, reply = await self._answer(message, window_id, verb)
            link.ack(message)
            if client is not None:
                for topic in self._reply_topics(message, client, window_id):
                    await self._send(link, topic, reply, message.correlation)
        finally:
            self._at_once.release()

    async def _answer(self, message: Message, window_id: str, verb: str) -> tuple[str | None, Reply]:
        """Where to and what to answer; nowhere when the message does not say who might want to know."""
        lang = "zh"
        command: CommandMessage | None = None
        try:
            if message.retain:
                raise BadMessage("bad-message", "a command must not be retained")
            if not is_id(window_id):
                raise BadMessage("bad-message", "the window is no id")
            command = CommandMessage.read(window_id, verb, message.payload, self._code)
            lang = command.lang
            return command.client, Reply(command.message_id, True, await self._carry_out(command))
        except BadMessage as bad:
            self._presence.garbage[bad.code] += 1
            if command is not None:  # its arguments are bad: whoever sent it waits for an answer to this id
                return command.client, Reply(command.message_id, False, None, bad.code, bad.sentence(lang))
            client = bad.client or (window_id if is_id(window_id) and not message.retain else None)
            return client, Reply(bad.message_id or "", False, None, bad.code, bad.sentence(lang))
        except Refusal as refusal:
            assert command is not None
            return command.client, Reply(command.message_id, False, None, refusal.code, refusal.sentence(lang))

    async def _carry_out(self, message: CommandMessage) -> dict[str, Any]:
        if message.clerk is not None and message.clerk not in self._clerks:
            raise no.ClerkUnknown(clerk=message.clerk)
        deadline = time.monotonic() + COMMAND_TTL_S
        while True:
            try:
                return await self._submit(message)
            except no.Restarting:
                # Nobody knows whether it was recorded; asking again under the same key finds out.
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.1)

    async def _submit(self, message: CommandMessage) -> dict[str, Any]:
        def view(hall: Hall) -> Command:
            return window_order(message, hall)

        order = await self._engine.read(view)
        try:
            return await self._engine.submit(
                order,
                actor=f"clerk:{message.clerk}" if message.clerk else f"device:{message.client}",
                key=message.message_id,
                digest=_digest(message),
                if_position=if_position(message),
            )
        except no.TicketUnknown:
            if isinstance(order, TransferTicket) and order.ticket_id == NO_TICKET:
                raise no.NoTicketAtWindow() from None
            raise

    # --- replays ---

    async def _replay(self, link: Link, message: Message) -> None:
        try:
            if message.retain:
                raise BadMessage("bad-message", "a request must not be retained")
            request = ReplayRequest.read(message.payload, self._code)
            if request.client is None or request.reply not in (request.client, self._topics.reply(request.client)):
                raise BadMessage("bad-message", "reply must be a topic reply/{client} of this hall")
            await self._send_again(link, request, request.client)
        except BadMessage as bad:
            self._presence.garbage[bad.code] += 1
            if bad.client is not None and not message.retain and self._replays.grants(bad.client):
                reply = Reply(REPLAY_ID, False, None, bad.code, bad.sentence("zh"))
                await self._send(link, self._topics.reply(bad.client), reply)
        finally:
            self._at_once.release()
        link.ack(message)

    async def _send_again(self, link: Link, request: ReplayRequest, client: str) -> None:
        """The events asked for to the asker alone, then a reply that says how far they went."""
        topic = self._topics.reply(client)
        if not self._replays.grants(client):
            detail = "补发请求过于频繁，请稍后再试。Too many requests for a replay; wait a little."
            await self._send(link, topic, Reply(REPLAY_ID, False, None, "too-many-requests", detail))
            return
        try:
            last = min(request.last, request.first + REPLAY_EVENTS_MAX - 1)
            facts = await self._facts(request.first, last)
        except (Refusal, JournalFailed):
            detail = "系统正在重启，请稍后再试。Restarting; ask again in a moment."
            await self._send(link, topic, Reply(REPLAY_ID, False, None, "restarting", detail))
            return
        for body in facts:
            await link.publish(topic, body)
        result = {"from": request.first, "to": last, "events": len(facts)}
        await self._send(link, topic, Reply(REPLAY_ID, True, result))

    async def _facts(self, first: int, last: int) -> list[bytes]:
        entries = await self._engine.journal.read(first - 1, REPLAY_EVENTS_MAX)
        facts = [
            Told(entry.position + index, event, entry.at_ms)
            for entry in entries
            for index, event in enumerate(entry.events)
            if first <= entry.position + index <= last
        ]

        def view(hall: Hall) -> list[bytes]:
            trees = (self._topics,)
            return [body for fact in facts for _, body in fact_messages(hall, fact, self._engine.epoch, trees)]

        return await self._engine.read(view)

    # --- presence, and what printers say ---

    async def _hear_ack(self, link: Link, message: Message, device_id: str) -> None:
        try:
            ack = Ack.read(message.payload, self._code)
            self._presence.heard_ack(device_id, ack)
            # A retained word may be of yesterday, and a device's name goes into the journal.
            if ack.done == "printed" and not message.retain and not LONG_NUMBER.search(device_id):
                await self._record_print(device_id, ack.position)
        except BadMessage as bad:
            self._presence.garbage[bad.code] += 1
        finally:
            self._at_once.release()
        link.ack(message)

    async def _record_print(self, device_id: str, position: int) -> None:
        """The paper of the number drawn at `position` came out, once however often it is said; else nothing happened.

        What is older than the feed is too old to matter; what cannot be recorded while the engine restarts leaves the
        paper unknown, which it was before.
        """
        facts = self._engine.feed.since(position - 1)
        issued = facts[0].event if facts else None
        if isinstance(issued, TicketIssued):
            order = RecordPrint(issued.ticket_id, device_id, True)
            key = f"printed-{self._engine.epoch}-{device_id}-{position}"
            with suppress(Refusal):
                await self._engine.submit(order, actor=f"device:{device_id}", key=key)

    def _hear_info(self, device_id: str, message: Message) -> None:
        info = DeviceInfo.read(message.payload, self._code)
        self._presence.heard_info(device_id, info, is_retained=message.retain)

    def _note(self, message: Message, note: Callable[[], None]) -> None:
        try:
            note()
        except BadMessage as bad:
            self._presence.garbage[bad.code] += 1

    # --- replies ---

    def _reply_topics(self, message: Message, client: str, window_id: str) -> list[str]:
        if message.reply_to is not None:
            match self._topics.tail(message.reply_to):
                case ("reply", asked) if is_id(asked):
                    return [message.reply_to]
        clients = (client, *self._devices_of(window_id)) if client == window_id else (client,)
        return [self._topics.reply(each) for each in clients]

    async def _send(self, link: Link, topic: str, reply: Reply, correlation: bytes | None = None) -> None:
        await link.publish(topic, encode(reply.to_payload(), self._code), correlation=correlation)


class _Allowance:
    """So many a second for each, and a few more at once; the one not seen for longest is forgotten first."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def grants(self, who: str) -> bool:
        now = time.monotonic()
        left, at = self._left.pop(who, (float(self._burst), now))
        left = min(float(self._burst), left + (now - at) * self._per_second)
        is_granted = left >= 1.0
        self._left[who] = (left - is_granted, now)
        if len(self._left) > ASKERS_MAX:
            self._left.popitem(last=False)
        return is_granted


def _digest(message: CommandMessage) -> bytes:
    """What makes two messages the same request."""
    request = [message.window_id, message.verb, message.clerk, message.args]
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).digest()
