"""Durable commands per second through the engine, with 1 and with 200 clients in process, beside the disk's floor.

Every answer is awaited, so every command counted is on disk. The clients live as people do: visitors draw and give up,
clerks draw for somebody, call and finish.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.measure import against, floor, print_heading, print_table
from engine.core import commands as c
from engine.core.refusals import Refusal
from engine.halls import load_hall
from engine.journal.sqlite import SqliteJournal
from engine.runtime import Engine, SystemClock

SECONDS = 2.0
ROUNDS = 3
CLERKS = 68


class NoMeter:
    """Counts nothing."""

    def command(self, kind: str, outcome: str) -> None: ...

    def commit(self, seconds: float, entries: int) -> None: ...


def durable_rate(directory: Path, clients: int) -> float:
    """Commands made durable per second by so many clients, each waiting for its answer before it asks again."""
    with tempfile.TemporaryDirectory(dir=directory) as data:
        return asyncio.run(_rate(Path(data), clients))


async def _rate(data: Path, clients: int) -> float:
    engine = Engine(lambda: SqliteJournal(data), load_hall("hall1"), SystemClock(), NoMeter())
    running = asyncio.create_task(engine.run())
    await engine.wait_live()
    for number in range(1, CLERKS + 1):
        await engine.submit(c.OpenWindow(f"w{number:02d}"), actor="bench")
    end = time.perf_counter() + SECONDS
    began = time.perf_counter()
    done = sum(await asyncio.gather(*(_client(engine, index, end) for index in range(clients))))
    rate = done / (time.perf_counter() - began)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return rate


async def _client(engine: Engine, index: int, end: float) -> int:
    done = 0
    service = f"s{index % 12:02d}"
    window_id = f"w{index + 1:02d}" if index < CLERKS else None
    while time.perf_counter() < end:
        key = f"bench-{index}-{done}"
        issued = await engine.submit(c.IssueTicket(service), actor="bench", key=key, digest=key.encode())
        done += 1
        try:
            if window_id is None:
                await engine.submit(c.CancelTicket(issued["ticket_id"]), actor="bench")
                done += 1
            else:
                await engine.submit(c.CallNext(window_id), actor="bench")
                await engine.submit(c.FinishService(window_id), actor="bench")
                done += 2
        except Refusal:
            # Somebody else was quicker: the ticket was called, or given up, meanwhile. Only durable answers count.
            continue
    return done


def main() -> None:
    print_heading("durable commands per second, in process", seed=0, rounds=ROUNDS, packages=("aiosqlite", "msgpack"))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        rows = against(
            lambda: floor(directory),
            {f"{clients} clients": lambda clients=clients: durable_rate(directory, clients) for clients in (1, 200)},
            unit="commands/s",
            rounds=ROUNDS,
        )
    print_table(rows, base="fdatasync floor")


if __name__ == "__main__":
    main()
