"""The crowd in a running hall: numbers are drawn and called, it outlives the hall, and it goes with its parent."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from engine.http.credentials import issue_token
from engine.mqtt.devices import register_device
from tests.waiting import until

SERVICES = """
[services.social]
share = 1
mean_minutes = 0.03
"""
SCENARIO = f"""
[scenario]
name = "x"
hall = "hall.toml"
visits_per_day = 200000
opens = "00:00"
slot_minutes = 60
shape = {[1] * 24}
{SERVICES}
[lanes]
ordinary = 1
[patience]
distribution = "exponential"
mean_minutes = 0.1
"""
HALL = """
[hall]
id = "h"
region = "r"
name = "h"
timezone = "Asia/Shanghai"
[[lane]]
id = "ordinary"
name = "o"
[[zone]]
id = "a"
name = "a"
[[service]]
id = "social"
prefix = "A"
name = "s"
zone = "a"
""" + "".join(
    f'[[window]]\nid = "w0{number}"\nnumber = {number}\nzone = "a"\nserves = ["social"]\n' for number in (1, 2, 3)
)
READY_S = 40.0


async def test_crowd_draws_and_calls_outlives_the_hall_and_ends_with_its_parent(tmp_path: Path) -> None:
    (tmp_path / "hall.toml").write_text(HALL)
    (tmp_path / "day.toml").write_text(SCENARIO)
    http, mqtt = _free_port(), _free_port()

    async with _serving(tmp_path, http, mqtt) as hall, _crowd(tmp_path, http, mqtt) as crowd:
        await _until_called(http, count=5)
        hall.kill()
        await hall.wait()
        async with _serving(tmp_path, http, mqtt):
            before = await _position(http)
            await _until_called(http, count=5, after=before)
            assert crowd.stdin is not None
            crowd.stdin.close()
            assert await asyncio.wait_for(crowd.wait(), READY_S) == 0


@asynccontextmanager
async def _serving(folder: Path, http: int, mqtt: int) -> AsyncIterator[asyncio.subprocess.Process]:
    arguments = ["serve", str(folder / "hall.toml"), "--data", str(folder / "data")]
    doors = ["--http", f"127.0.0.1:{http}", "--mqtt", f"embedded:{mqtt}"]
    async with _process(*arguments, *doors) as process:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), READY_S)
        assert line.startswith(b"ready")
        yield process


@asynccontextmanager
async def _crowd(folder: Path, http: int, mqtt: int) -> AsyncIterator[asyncio.subprocess.Process]:
    async with _process("crowd", str(folder / "day.toml")) as process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(_credentials(folder / "data", http, mqtt)).encode() + b"\n")
        await process.stdin.drain()
        yield process


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "engine", *arguments, stdin=pipe, stdout=pipe, env={**os.environ, "TERM": "dumb"}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def _credentials(data: Path, http: int, mqtt: int) -> dict[str, object]:
    windows = {}
    for window in ("w01", "w02", "w03"):
        device = f"button-{window}"
        token = issue_token(data, "device", window, device)
        register_device(data, device, token, (window,))
        windows[window] = {
            "clerk_token": issue_token(data, "clerk", window),
            "device": device,
            "device_token": token,
        }
    return {
        "http": f"http://127.0.0.1:{http}",
        "mqtt": {"host": "127.0.0.1", "port": mqtt, "region": "r", "hall": "h"},
        "kiosk_token": issue_token(data, "kiosk"),
        "windows": windows,
    }


async def _until_called(http: int, *, count: int, after: int = 0) -> None:
    """Return when so many calls later than a position are on the boards, by screen and by button."""

    async def called() -> bool:
        hall = await _hall(http)
        calls = [call for call in hall["recent"] if call["position"] > after]
        return len(calls) >= count and {"w01", "w02"} <= {call["window"] for call in calls}

    await until(called, READY_S)


async def _position(http: int) -> int:
    return int((await _hall(http))["position"])


async def _hall(http: int) -> dict[str, object]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{http}/api/v1/hall") as response:
        hall: dict[str, object] = await response.json()
        return hall


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
