"""What every device process does alike: greet, be seen, follow the hall's heartbeat, say goodbye.

    device = Device(Address.parse("127.0.0.1:1883"), Topics.at("ningbo", "hongtang"), "strip-3", token)
    pulse = Pulse()
    await attend(device, pulse, [device.topics.window_state("w03")], hear=hear, info=info)

`hear` gets every message of those topics and of the hall's state, in order and already read; when it returns True the
topics are subscribed to once more, which makes the broker send what it retains: that is how a gap is closed.
"""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from engine.core.events import Millis
from engine.link import Address, Link, Login, Will, keep_connected
from engine.wire.messages import Payload, encode
from engine.wire.requests import BadMessage, DeviceInfo, decode
from engine.wire.topics import Topics

INFO_EVERY_S: Final = 10.0
STALE_AFTER_S: Final = 10.0
FAREWELL_S: Final = 1.0
EPOCHS_KEPT: Final = 16


@dataclass(frozen=True, slots=True)
class Device:
    """Who a device is, and the hall it belongs to; `device_id` is also its client id and user name."""

    address: Address
    topics: Topics
    device_id: str
    token: str | None = None

    @property
    def login(self) -> Login:
        return Login(self.address, self.device_id, self.token, Will(self.topics.device_online(self.device_id), b"0"))


@dataclass(frozen=True, slots=True)
class Heard:
    """One message: the parts of its topic below the root, its content, and whether the broker had retained it."""

    tail: tuple[str, ...]
    payload: Payload
    is_retained: bool


Hear = Callable[[Heard], bool]
Send = Callable[[Link], Awaitable[None]]
OnLoss = Callable[[ConnectionError], None]


class Pulse:
    """What heartbeats tell: the hall's time, the engine's epoch, and whether anybody is there.

    The hall's clock may run faster than ours or stand elsewhere (a demonstration, a computer whose clock is wrong): its
    time is the newest `at` seen plus what has passed here since. `ticks` counts seconds and never jumps.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._at_ms: Millis = 0
        self._read_at = ticks()
        self._beat_at = ticks()
        self._old_epochs: list[str] = []
        self.epoch: str | None = None
        self.position = 0

    def now_ms(self) -> Millis:
        """The hall's time; what passed since the start as long as nothing was heard."""
        return self._at_ms + int((self._ticks() - self._read_at) * 1000)

    def now_iso(self) -> str | None:
        """The hall's time as a message names it, None as long as nothing was heard."""
        return datetime.fromtimestamp(self.now_ms() / 1000, UTC).isoformat("T", "milliseconds") if self._at_ms else None

    @property
    def is_stale(self) -> bool:
        """Whether the heartbeat has failed for 10 s; a retained message proves nothing."""
        return self._ticks() - self._beat_at > STALE_AFTER_S

    def read(self, payload: Payload, *, is_beat: bool = False) -> bool:
        """Learn time, epoch and position from a message; False when it is from an epoch that is over."""
        epoch = payload.get("epoch")
        if epoch in self._old_epochs:
            return False
        if isinstance(epoch, str) and epoch != self.epoch:
            if self.epoch is not None:
                self._old_epochs = [*self._old_epochs, self.epoch][-EPOCHS_KEPT:]
            self.epoch, self.position, self._at_ms = epoch, 0, 0
        at_ms = millis(payload.get("at"))
        if at_ms is not None and at_ms > self._at_ms:
            self._at_ms, self._read_at = at_ms, self._ticks()
        position = payload.get("position")
        if isinstance(position, int):
            self.position = max(self.position, position)
        if is_beat:
            self._beat_at = self._ticks()
        return True


def millis(at: object) -> Millis | None:
    """The instant an ISO 8601 text with an offset names, None for anything else.

    >>> millis("1970-01-01T08:00:01+08:00"), millis("later"), millis(None)
    (1000, None, None)
    """
    try:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else round(moment.timestamp() * 1000)


async def attend(
    device: Device,
    pulse: Pulse,
    topics: Sequence[str],
    *,
    hear: Hear,
    info: Callable[[], DeviceInfo],
    send: Send | None = None,
    on_loss: OnLoss | None = None,
) -> None:
    """Keep the device connected, seen and listening until this is cancelled or `send` returns.

    `send` is what the device says of its own accord; it is started anew for every link. `topics` are subscribed to in
    their order and the hall's state last, so that it arrives after everything else that is retained.
    """

    async def talk(link: Link) -> None:
        await link.publish(device.topics.device_online(device.device_id), b"1", retain=True)
        listening = asyncio.ensure_future(_listen(link, device, pulse, [*topics, device.topics.state], hear))
        renewing = asyncio.ensure_future(_renew(link, device, info))
        sending = asyncio.ensure_future(send(link) if send is not None else link.lost())
        tasks = (listening, renewing, sending)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _leave(link, device)

    await keep_connected(device.login, talk, on_loss=on_loss)


async def _listen(link: Link, device: Device, pulse: Pulse, topics: Sequence[str], hear: Hear) -> None:
    for topic in topics:
        await link.subscribe(topic)
    async for message in link.messages:
        tail = device.topics.tail(message.topic)
        payload = _payload(message.payload, device.topics)
        if tail is not None and payload is not None:
            epoch = pulse.epoch
            if pulse.read(payload, is_beat=tail == ("state",) and not message.retain):
                wants_again = hear(Heard(tail, payload, message.retain))
                if wants_again or (epoch is not None and epoch != pulse.epoch):
                    for topic in topics:
                        await link.subscribe(topic)
        link.ack(message)


def _payload(body: bytes, topics: Topics) -> Payload | None:
    try:
        return decode(body, topics.encoding, limit=None)
    except BadMessage:
        return None  # whoever sent it, a display has nobody to complain to


async def _renew(link: Link, device: Device, info: Callable[[], DeviceInfo]) -> None:
    while True:
        await publish_info(link, device, info())
        await asyncio.sleep(INFO_EVERY_S)


async def publish_info(link: Link, device: Device, info: DeviceInfo) -> None:
    """Say who this device is and what it shows, ahead of the next renewal."""
    payload = encode(info.to_payload(), device.topics.encoding)
    await link.publish(device.topics.device_info(device.device_id), payload, retain=True)


async def _leave(link: Link, device: Device) -> None:
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(FAREWELL_S):
            await link.publish(device.topics.device_online(device.device_id), b"0", retain=True)


def run_until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run a device until it ends, or until Ctrl-C or SIGTERM ends it; both let it say goodbye."""

    async def run() -> None:
        task = asyncio.ensure_future(work)
        with suppress(NotImplementedError):  # Windows knows Ctrl-C only
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with suppress(asyncio.CancelledError):
            await task

    with suppress(KeyboardInterrupt):
        asyncio.run(run())


def installed_version() -> str:
    """Our version, as a device names it."""
    try:
        return version("jiaohao")
    except PackageNotFoundError:
        return "0"
