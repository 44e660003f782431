"""The whole crowd in one task group: a feed, visitors, and a clerk at every window."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from random import Random
from typing import Any, Final

import aiohttp

from engine.core.plan import HallPlan
from sim.crowd.clerks import Clerk
from sim.crowd.credentials import Credentials, read_credentials
from sim.crowd.doors import ANSWER_S_MAX, ClerkByButton, ClerkByHttp, HttpDoor, Orders
from sim.crowd.present import Present
from sim.crowd.visitors import Visitors
from sim.scenario import Scenario

BUTTONS_MAX: Final = 8
"""So many clerks at most have a button; each is a connection of its own."""
CONNECTIONS_MAX: Final = 100
LINE_BYTES_MAX: Final = 4 * 1024 * 1024

MAY_BE_CALLED: Final = frozenset({"issued", "reinstated", "ticket-resumed", "transferred"})


async def run_beside_parent(scenario: Scenario, plan: HallPlan, speed: float, seed: int) -> None:
    """Read credentials from the first line of standard input, and stay until it closes, or SIGTERM."""
    parent = asyncio.StreamReader(limit=LINE_BYTES_MAX)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(parent), sys.stdin)
    credentials = read_credentials((await parent.readline()).decode(), "stdin")
    await _first_of(run_crowd(credentials, scenario, plan, speed, seed), _end_of(parent), _sigterm())


async def run_alone(credentials: Credentials, scenario: Scenario, plan: HallPlan, speed: float, seed: int) -> None:
    """Stay until SIGTERM or Ctrl-C."""
    await _first_of(run_crowd(credentials, scenario, plan, speed, seed), _sigterm())


async def run_crowd(credentials: Credentials, scenario: Scenario, plan: HallPlan, speed: float, seed: int) -> None:
    """Visit and serve until cancelled."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
    timeout = aiohttp.ClientTimeout(total=ANSWER_S_MAX)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as group:
        _Crowd(credentials, scenario, plan, speed, seed, session, group).start()


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends; the others are cancelled, and what went wrong is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _end_of(stream: asyncio.StreamReader) -> None:
    while await stream.read(LINE_BYTES_MAX):
        pass


async def _sigterm() -> None:
    told = asyncio.Event()
    with suppress(NotImplementedError):  # Windows has no such signal
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()


class _Crowd:
    def __init__(
        self,
        credentials: Credentials,
        scenario: Scenario,
        plan: HallPlan,
        speed: float,
        seed: int,
        session: aiohttp.ClientSession,
        group: asyncio.TaskGroup,
    ) -> None:
        self._credentials = credentials
        self._scenario = scenario
        self._plan = plan
        self._chance = Random(seed)
        self._session = session
        self._group = group
        self._present = Present(speed)
        self._kiosk = self._door(credentials.kiosk_token)
        self._visitors = Visitors(self._kiosk, self._door(None), self._present, scenario, plan, seed)
        self._clerks = [
            Clerk(window, place, self._orders(place, window.window_id), self._present, scenario, plan,
                  Random(self._chance.getrandbits(64)), group.create_task)
            for place, window in enumerate(plan.windows)
            if window.window_id in credentials.windows
        ]  # fmt: skip
        self._by_window = {clerk.window_id: clerk for clerk in self._clerks}
        self._present.heed.append(self._hear)

    def start(self) -> None:
        create = self._group.create_task
        create(self._listen())
        for clerk in self._clerks:
            create(clerk.work())
        create(self._visitors.come())
        create(self._visitors.leave())

    async def _listen(self) -> None:
        async for kind, payload in self._kiosk.feed():
            self._present.hear(kind, payload)

    def _door(self, token: str | None) -> HttpDoor:
        return HttpDoor(self._session, self._credentials.http, token, self._chance)

    def _orders(self, place: int, window_id: str) -> Orders:
        """Every second clerk has a button, as long as there are buttons; the others have a screen."""
        seat, broker = self._credentials.windows[window_id], self._credentials.mqtt
        if broker is not None and place % 2 and place < 2 * BUTTONS_MAX:
            button = ClerkByButton(broker, window_id, seat, self._chance)
            self._group.create_task(button.stay_connected())
            return button
        return ClerkByHttp(self._door(seat.clerk_token), window_id)

    def _hear(self, kind: str, payload: dict[str, Any]) -> None:
        """Stir the clerk whose window a fact concerns, and one who is free when somebody begins to wait."""
        if kind in ("snapshot", "day-opened"):
            for clerk in self._clerks:
                clerk.stir()
            return
        concerned = self._by_window.get(payload["window"] or "")
        if concerned is not None:
            concerned.stir()
        if kind in MAY_BE_CALLED:
            self._stir_a_free_one(payload)

    def _stir_a_free_one(self, payload: dict[str, Any]) -> None:
        """Of the free clerks who can serve, the least flexible who has been free longest; else whoever can serve."""
        service_id = payload.get("service") or payload.get("to", {}).get("service")
        able = [clerk for clerk in self._clerks if service_id is None or service_id in clerk.services]
        free = [(len(clerk.services), clerk.idle_since_s, clerk) for clerk in able if clerk.idle_since_s is not None]
        chosen = [min(free, key=lambda entry: entry[:2])[2]] if free and service_id is not None else able
        for clerk in chosen:
            clerk.stir()
