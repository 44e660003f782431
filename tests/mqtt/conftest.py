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
from tests.mqtt.doors import Open, open_hall
from tests.waiting import until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        await until(self._answers)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

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


@pytest.fixture
async def hall(tmp_path: Path, kind: str) -> AsyncIterator[Open]:
    async with open_hall(tmp_path, "embedded" if kind == "embedded" else "127.0.0.1:0") as opened:
        yield opened
