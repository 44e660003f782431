"""A running engine for tests: a disk in memory, a clock that only moves when told to, a meter that remembers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from engine.core import commands as c
from engine.core.events import Millis
from engine.core.plan import HallPlan
from engine.journal.memory import Disk, MemoryJournal
from engine.ports import Journal, Meter
from engine.runtime import Engine
from tests.builders import NINE, PLAN


class StillClock:
    """Stands still until moved; then whoever sleeps looks again."""

    def __init__(self, now_ms: Millis = NINE) -> None:
        self.now = now_ms

    def now_ms(self) -> Millis:
        return self.now

    def seconds_until(self, at_ms: Millis) -> float:
        return 0.01


class CountingMeter:
    """Counts outcomes and remembers the size of each commit."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.batches: list[int] = []

    def command(self, kind: str, outcome: str) -> None:
        self.outcomes[outcome] += 1

    def commit(self, seconds: float, entries: int) -> None:
        self.batches.append(entries)


@asynccontextmanager
async def running(
    disk: Disk | None = None,
    *,
    plan: HallPlan = PLAN,
    clock: StillClock | None = None,
    meter: Meter | None = None,
    open_journal: Callable[[], Journal] | None = None,
) -> AsyncIterator[Engine]:
    """An engine that takes commands; cancelled at the end, as a stop does it."""
    held = disk or Disk()
    engine = Engine(
        open_journal or (lambda: MemoryJournal(held)), plan, clock or StillClock(), meter or CountingMeter()
    )
    task = asyncio.create_task(engine.run())
    try:
        async with asyncio.timeout(5):
            live = asyncio.create_task(engine.wait_live())
            await asyncio.wait({live, task}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                live.cancel()
                task.result()
        yield engine
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def with_window(engine: Engine, window_id: str = "w01") -> None:
    """Let the day open and open a window."""
    await engine.submit(c.OpenWindow(window_id), actor="clerk:c01")


async def eventually(claim: Callable[[], bool]) -> None:
    """Return when `claim()` holds; fails after five seconds."""
    async with asyncio.timeout(5):
        while not claim():
            await asyncio.sleep(0)


async def everybody_has_gone_on() -> None:
    """Return when each task that could go on has done so, whatever it then waits for."""
    for _ in range(10):
        await asyncio.sleep(0)
