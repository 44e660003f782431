"""A clerk's button on the wire: orders out, each until it is answered or expired, and the window's state in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from clients.button import desk
from clients.button.desk import Language, Order, pick
from clients.button.ulid import new_ulid
from engine.device.attendance import Device, Heard, OnLoss, attend, installed_version
from engine.device.pulse import Pulse
from engine.device.window import is_newer, lags_behind, position_of
from engine.link import Link
from engine.wire.messages import Payload, encode
from engine.wire.requests import BadMessage, CommandMessage, DeviceInfo, Reply
from engine.wire.topics import COMMAND_TTL_S

WAITING_MAX: Final = 8
ASK_AGAIN_S: Final = 2.0
LOOK_EVERY_S: Final = 0.5
QUIT_GRACE_S: Final = 2.0


@dataclass(slots=True)
class Pending:
    """An order on its way: always under the same id, so that it is carried out once however often it is sent."""

    command: CommandMessage
    expires_at: float
    answer: asyncio.Future[Reply]


class Button:
    """The button of one window. `typed` gives keys or lines until there are no more."""

    def __init__(
        self,
        device: Device,
        window: str,
        typed: AsyncIterator[str],
        *,
        clerk: str | None = None,
        language: Language = "zh",
        show: Callable[[str], None] = print,
        expiry_s: float = COMMAND_TTL_S,
    ) -> None:
        self._device = device
        self._window = window
        self._typed = typed
        self._clerk = clerk
        self._language = language
        self._show = show
        self._expiry_s = expiry_s
        self._pulse = Pulse()
        self._state: Payload | None = None
        self._orders: asyncio.Queue[Pending] = asyncio.Queue(WAITING_MAX)
        self._asked: Pending | None = None
        self._link: Link | None = None
        self._has_link = asyncio.Event()

    async def run(self, on_loss: OnLoss | None = None) -> None:
        """Work until `q` is typed, and a moment longer for orders on their way, or until the input ended and the last
        order is settled.
        """
        self._show(desk.HELP[self._language])
        topics = [self._device.topics.reply(self._device.device_id), self._device.topics.window_state(self._window)]
        attending = attend(
            self._device, self._pulse, topics, hear=self._hear, info=self._info, send=self._lend, on_loss=on_loss
        )
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in (attending, self._settle_orders(), self._watch_signal())]
            has_quit = await self._read_typed()
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIT_GRACE_S if has_quit else None):
                    await self._orders.join()
            for task in tasks:
                task.cancel()

    # What the clerk wants.

    async def _read_typed(self) -> bool:
        async for typed in self._typed:
            order = desk.order_of(typed, (self._state or {}).get("state"))
            if order == desk.QUIT:
                return True
            if isinstance(order, Order):
                self._take(order)
            else:
                self._show(pick(desk.UNKNOWN_KEY, self._language, key=repr(typed)))
        return False

    def _take(self, order: Order) -> None:
        loop = asyncio.get_running_loop()
        client, args = self._device.device_id, dict(order.args)
        command = CommandMessage(self._window, order.verb, new_ulid(), client, self._clerk, args, self._language)
        try:
            self._orders.put_nowait(Pending(command, loop.time() + self._expiry_s, loop.create_future()))
        except asyncio.QueueFull:
            self._show(pick(desk.TOO_MANY, self._language))

    async def _settle_orders(self) -> None:
        """One order after the other, so that a recall never overtakes its call."""
        while True:
            self._asked = pending = await self._orders.get()
            verb = pending.command.verb
            try:
                async with asyncio.timeout_at(pending.expires_at):
                    reply = await self._ask(pending)
                self._show(desk.reply_words(verb, reply, self._language))
            except TimeoutError:
                self._show(pick(desk.UNANSWERED, self._language, verb=verb))
            self._orders.task_done()

    async def _ask(self, pending: Pending) -> Reply:
        """Send the order, again on every new link and every two seconds, until its answer is there."""
        topic = self._device.topics.command(self._window, pending.command.verb)
        payload = encode(pending.command.to_payload(), self._device.topics.encoding)
        while True:
            await self._has_link.wait()
            assert self._link is not None
            with suppress(ConnectionError, TimeoutError):
                await self._link.publish(topic, payload, ttl_s=COMMAND_TTL_S)
                async with asyncio.timeout(ASK_AGAIN_S):
                    return await asyncio.shield(pending.answer)
            await asyncio.sleep(0)  # a dead link is taken away by the task that owns it

    async def _lend(self, link: Link) -> None:
        self._link = link
        self._has_link.set()
        try:
            await link.lost()
        finally:
            self._has_link.clear()

    # What the hall says.

    def _hear(self, heard: Heard) -> bool:
        match heard.tail:
            case ("reply", _):
                self._hear_reply(heard.body)
            case ("state", _):
                if is_newer(heard, self._state):
                    self._show_state(heard.payload)
            case _:
                return lags_behind(self._state, heard.payload, self._window)
        return False

    def _hear_reply(self, body: bytes) -> None:
        try:
            reply = Reply.read(body, self._device.topics.encoding)
        except BadMessage:
            return
        pending = self._asked
        if pending is not None and pending.command.message_id == reply.message_id and not pending.answer.done():
            pending.answer.set_result(reply)

    def _show_state(self, state: Payload) -> None:
        was, self._state = self._state, state
        if was is None or (was.get("ticket"), was.get("state")) != (state.get("ticket"), state.get("state")):
            self._show(desk.state_words(self._window, state, self._language))

    async def _watch_signal(self) -> None:
        was_stale = False
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._pulse.is_stale != was_stale:
                was_stale = self._pulse.is_stale
                self._show(pick(desk.NO_SIGNAL if was_stale else desk.SIGNAL, self._language))

    def _info(self) -> DeviceInfo:
        return DeviceInfo(
            "button",
            installed_version(),
            windows=(self._window,),
            showing=desk.state_words(self._window, self._state, self._language),
            position=position_of(self._state),
            at=self._pulse.now_iso(),
        )
