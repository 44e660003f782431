"""Brokers of our own on free loopback ports, one process each, ended with the test."""

import asyncio
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.link import Address


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until(claim: Callable[[], bool], within_s: float = 5.0) -> None:
    """Return as soon as the claim holds; fail when it does not hold in time."""
    for _ in range(int(within_s * 100)):
        if claim():
            return
        await asyncio.sleep(0.01)
    assert claim()


@dataclass
class OpenBroker:
    """A Mosquitto that lets everybody do everything, with a few more lines of configuration if wanted."""

    folder: Path
    extra: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    child: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> Address:
        return Address("127.0.0.1", self.port)

    async def start(self) -> None:
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        assert program is not None
        lines = (f"listener {self.port} 127.0.0.1", *(self.extra or ("allow_anonymous true",)), "user root")
        (self.folder / "open.conf").write_text("\n".join(lines))
        self.child = await asyncio.create_subprocess_exec(
            program, "-c", str(self.folder / "open.conf"), stderr=asyncio.subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
        raise AssertionError("mosquitto did not start")

    def stop_answering(self) -> None:
        """Freeze the broker: what is sent from now on stays unacknowledged."""
        assert self.child is not None
        self.child.send_signal(signal.SIGSTOP)

    async def kill(self) -> None:
        if self.child is not None and self.child.returncode is None:
            self.child.send_signal(signal.SIGKILL)
            await self.child.wait()


@pytest.fixture
async def open_broker(tmp_path: Path) -> AsyncIterator[OpenBroker]:
    broker = OpenBroker(tmp_path)
    await broker.start()
    yield broker
    await broker.kill()


StartBroker = Callable[[tuple[str, ...]], Awaitable[OpenBroker]]


@pytest.fixture
async def start_broker(tmp_path: Path) -> AsyncIterator[StartBroker]:
    """Starts a broker with the given lines of configuration."""
    started: list[OpenBroker] = []

    async def start(extra: tuple[str, ...]) -> OpenBroker:
        broker = OpenBroker(tmp_path, extra)
        started.append(broker)
        await broker.start()
        return broker

    yield start
    for broker in started:
        await broker.kill()
