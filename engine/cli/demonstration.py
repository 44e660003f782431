"""The demo: a hall whose time runs fast, and beside it, in a process of their own, visitors and clerks.

The crowd is the command `jiaohao crowd`; it gets its credentials on its standard input and ends when that closes, so it
never outlives the hall, however the hall ends.
"""

import asyncio
import json
import logging
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.cli.serving import Running, Settings, run_hall
from engine.core import calendar
from engine.core.deadlines import next_deadline
from engine.core.events import Millis
from engine.core.model import PHASE_CLOSED
from engine.core.plan import HallPlan
from engine.halls import load_hall
from engine.http.credentials import issue_token
from engine.mqtt.devices import register_device
from engine.runtime import ScaledClock

START_HOUR = 9
NIGHT_LEFT_MS = 30_000
CROWD_STARTS_MAX = 5
STAFFED_SHARE = 0.6
LARGE_HALL = 30

_log = logging.getLogger("jiaohao")


def run_demo(scenario: str, speed: float, data: Path, host: str, port: int, mqtt: str | None) -> None:
    """Serve a shipped hall and its crowd until stopped; a day that was broken off goes on where it was."""
    plan = load_hall(scenario)
    clock = ScaledClock(_this_morning(plan), speed)
    settings = Settings(plan, data, host, port, mqtt, demo=True, speed=speed)

    async def beside(running: Running) -> None:
        clock.skip_to(running.engine.now_ms())
        staffed = staffed_windows(plan)
        free = [window.window_id for window in plan.windows if window.window_id not in staffed]
        _say_where(running, (free or staffed)[0], data)
        async with asyncio.TaskGroup() as group:
            group.create_task(_skip_nights(running, clock))
            group.create_task(_keep_crowd(scenario, speed, _credentials(running, plan, data, staffed)))

    run_hall(settings, clock, beside=beside)


def _this_morning(plan: HallPlan) -> Millis:
    now = datetime.now(calendar.zone_info(plan.timezone))
    return int(now.replace(hour=START_HOUR, minute=0, second=0, microsecond=0).timestamp() * 1_000)


async def _skip_nights(running: Running, clock: ScaledClock) -> None:
    """When the day has closed, go to shortly before the next one opens."""
    engine = running.engine
    while True:
        position = engine.feed.position
        if engine.hall.phase == PHASE_CLOSED:
            deadline = next_deadline(engine.hall)
            if deadline is not None:
                clock.skip_to(deadline[0] - NIGHT_LEFT_MS)
        await engine.feed.wait(position)


async def _keep_crowd(scenario: str, speed: float, credentials: dict[str, Any]) -> None:
    """Run the crowd; start it again, a few times, when it ends by mistake. The hall goes on without it."""
    for _ in range(CROWD_STARTS_MAX):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "engine",
            "crowd",
            scenario,
            "--speed",
            str(speed),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(credentials).encode() + b"\n")
            await process.stdin.drain()
            code = await process.wait()
        except ConnectionError:
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
        _log.warning("the simulated visitors have left with code %s; the hall goes on", code)


def staffed_windows(plan: HallPlan) -> list[str]:
    """The windows where simulated clerks sit: every service is served, and few enough that people wait now and then.

    The windows left empty are those whose services have the most others to go to; in a large hall, whose scenario keeps
    every window busy, only one for the newcomer.
    """
    staffed = {window.window_id: {s for tier in window.tiers for s in tier} for window in plan.windows}

    def others(window_id: str) -> int:
        served = [services for other, services in staffed.items() if other != window_id]
        return min(sum(service in services for services in served) for service in staffed[window_id])

    windows = len(plan.windows)
    enough = windows - 1 if windows > LARGE_HALL else round(windows * STAFFED_SHARE)
    while len(staffed) > enough:
        spare = max(staffed, key=others)
        if not others(spare):
            break
        del staffed[spare]
    return list(staffed)


def _credentials(running: Running, plan: HallPlan, data: Path, staffed: list[str]) -> dict[str, Any]:
    """A kiosk's token, and for every staffed window a clerk's token and a button device."""
    windows: dict[str, dict[str, str]] = {}
    for window_id in staffed:
        device = f"button-{window_id}"
        device_token = issue_token(data, "device", window_id, device)
        register_device(data, device, device_token, (window_id,))
        clerk_token = issue_token(data, "clerk", window_id)
        windows[window_id] = {"clerk_token": clerk_token, "device": device, "device_token": device_token}
    address = running.broker.reachable
    mqtt = {"host": address.host, "port": address.port, "region": plan.region, "hall": plan.hall_id}
    return {"http": running.http, "mqtt": mqtt, "kiosk_token": issue_token(data, "kiosk"), "windows": windows}


def _say_where(running: Running, yours: str, data: Path) -> None:
    lines = (
        ("/board/all", "大屏 the board"),
        ("/kiosk/k1", "取号机 the kiosk"),
        (f"/window/{yours}", f"窗口，由您来坐 a window for you to sit at: clerk-{yours}, password demo"),
        ("/", "全部页面 every page"),
    )
    for path, label in lines:
        print(f"  {running.http}{path.ljust(14)} {label}", file=sys.stderr)
    print(f"  数据 data: {data} · Ctrl-C 结束 ends it", file=sys.stderr)
