"""What every device process does alike: greet, be seen, follow the hall's heartbeat, say goodbye.

    device = Device.at("127.0.0.1:1883", "ningbo", "hongtang", "strip-3", token)
    await attend(device, pulse, [device.topics.window_state("w03")], hear=hear, info=info)

`hear` gets every message of those topics and of the hall's state, in order and already read; when it returns True the
topics are subscribed to once more, which makes the broker send what it retains: that is how a gap is closed.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Self

from engine import interrupts
from engine.device.pulse import Pulse
from engine.link import Address, Link, Login, Will, keep_connected
from engine.wire.messages import Payload, encode
from engine.wire.requests import BadMessage, DeviceInfo, decode
from engine.wire.topics import Topics, is_id

INFO_EVERY_S: Final = 10.0
FAREWELL_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Device:
    """Who a device is, and the hall it belongs to; `device_id` is also its client id and user name."""

    address: Address
    topics: Topics
    device_id: str
    token: str | None = None

    @classmethod
    def at(cls, mqtt: str, region: str, hall_id: str, device_id: str, token: str | None = None) -> Self:
        """The device of a hall, by the broker's address; raises `ValueError` that says what is wrong."""
        for text in (region, hall_id, device_id):
            if not is_id(text):
                raise ValueError(f"an id has only a-z, 0-9 and -: {text!r}")
        return cls(Address.parse(mqtt), Topics.at(region, hall_id), device_id, token)

    @property
    def login(self) -> Login:
        return Login(self.address, self.device_id, self.token, Will(self.topics.device_online(self.device_id), b"0"))


@dataclass(frozen=True, slots=True)
class Heard:
    """One message: the parts of its topic below the root, its content read and raw, whether it was retained."""

    tail: tuple[str, ...]
    payload: Payload
    body: bytes
    is_retained: bool


Hear = Callable[[Heard], bool]
Send = Callable[[Link], Awaitable[None]]
OnLoss = Callable[[ConnectionError], None]


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
        filters = [*topics, device.topics.state]
        await _subscribe(link, filters)
        # Only who can hear is online; and `send` starts before the first message is read, to make ready for it.
        await link.publish(device.topics.device_online(device.device_id), b"1", retain=True)
        sending = asyncio.ensure_future(send(link) if send is not None else link.lost())
        renewing = asyncio.ensure_future(_renew(link, device, info))
        listening = asyncio.ensure_future(_listen(link, device, pulse, filters, hear))
        tasks = (sending, renewing, listening)
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


async def _subscribe(link: Link, topics: Sequence[str]) -> None:
    for topic in topics:
        await link.subscribe(topic)


async def _listen(link: Link, device: Device, pulse: Pulse, topics: Sequence[str], hear: Hear) -> None:
    async for message in link.messages:
        tail = device.topics.tail(message.topic)
        payload = _payload(message.payload, device.topics)
        if tail is not None and payload is not None:
            epoch = pulse.epoch
            if pulse.read(payload, is_beat=tail == ("state",) and not message.retain):
                wants_again = hear(Heard(tail, payload, message.payload, message.retain))
                if wants_again or (epoch is not None and epoch != pulse.epoch):
                    await _subscribe(link, topics)
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

    with closing(work), suppress(KeyboardInterrupt):
        interrupts.hand_back()
        asyncio.run(run())


def installed_version() -> str:
    """Our version, as a device names it."""
    try:
        return version("jiaohao")
    except PackageNotFoundError:
        return "0"
