"""How much the journal gets out of a disk: durable entries a second, against bare overwrites with fdatasync.

The journal is the one a hall runs, `engine.journal.sqlite`: hash chain, key index, head and checkpoints included. One
client waits for each commit; 200 clients share one. Then: how long a start reads 100,000 facts, and the codec alone.

    python -m benchmarks.journal [--seed N] [--rounds N] [--directory DIR]
"""

import argparse
import asyncio
import hashlib
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import msgpack

from benchmarks import measure
from engine.core.events import CallReason, Event, ServiceBegan, ServiceFinished, TicketCalled, TicketIssued
from engine.journal.sqlite import SqliteJournal
from engine.journal.store import Store
from engine.ports import Entry
from engine.wire.records import event_of, row_of

SECONDS: Final = 2.0
FACTS: Final = 100_000
EIGHT_MS: Final = 1_763_769_600_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS)
    parser.add_argument("--directory", type=Path, default=Path.cwd(), help="on the disk to measure (default: here)")
    options = parser.parse_args()
    measure.print_heading("Journal", seed=options.seed, rounds=options.rounds, packages=("aiosqlite", "msgpack"))
    with tempfile.TemporaryDirectory(dir=options.directory) as name:
        directory = Path(name)
        cases = {
            f"batch {batch}, {keys} keys": partial(durable_rate, directory, options.seed, batch, keys)
            for batch in (1, 200)
            for keys in ("ordered", "random")
        }
        floor = partial(measure.floor, directory)
        measure.print_table(measure.against(floor, cases, unit="entries/s", rounds=options.rounds), base="floor")
        print_seconds("start from the journal, no snapshot", [restart_s(directory) for _ in range(options.rounds)])
    print_seconds("encode", [encode_s() for _ in range(options.rounds)])
    print_seconds("decode", [decode_s() for _ in range(options.rounds)])


def durable_rate(directory: Path, seed: int, batch: int, keys: str) -> float:
    """Entries a second that a fresh journal makes durable, one batch after the other."""

    async def measured(data: Path) -> float:
        journal = SqliteJournal(data)
        await journal.open()
        stream = entries(random.Random(seed), keys)
        count, began = 0, time.perf_counter()
        while (passed := time.perf_counter() - began) < SECONDS:
            await journal.append(list(islice(stream, batch)))
            count += batch
        await journal.close()
        return count / passed

    with tempfile.TemporaryDirectory(dir=directory) as data:
        return asyncio.run(measured(Path(data)))


def restart_s(directory: Path) -> float:
    """Wall seconds from a closed journal to its entries in memory, hash chain checked."""
    with tempfile.TemporaryDirectory(dir=directory) as data:
        store = Store(Path(data))
        store.append(list(islice(entries(random.Random(1), "ordered"), FACTS)))
        store.close()
        began = time.perf_counter()
        store = Store(Path(data))
        store.recover()
        passed = time.perf_counter() - began
        store.close()
    return passed


def encode_s() -> float:
    """User CPU seconds from facts to bytes."""
    facts = list(islice(day(), FACTS))
    return measure.user_seconds(lambda: [msgpack.packb(row_of(fact)) for fact in facts])


def decode_s() -> float:
    """User CPU seconds from bytes to facts."""
    packed = [msgpack.packb(row_of(fact)) for fact in islice(day(), FACTS)]
    return measure.user_seconds(lambda: [event_of(msgpack.unpackb(row)) for row in packed])


def entries(chance: random.Random, keys: str) -> Iterator[Entry]:
    """An endless stream of one-fact entries; ordered keys are what our clients make (ULID), random ones others."""
    for position, fact in enumerate(day(), start=1):
        key = f"{chance.getrandbits(128):032x}" if keys == "random" else f"{position:012x}{chance.getrandbits(80):020x}"
        digest = hashlib.sha256(key.encode()).digest()
        yield Entry(position, fact.at_ms, "clerk:c01", (fact,), key, digest, {"position": position, "window": "w03"})


def day() -> Iterator[Event]:
    """The four facts of one visit, again and again."""
    for order in range(1, 1_000_000):
        ticket_id, at_ms = f"20261122-a{order:03}", EIGHT_MS + order * 1_000
        reason = CallReason("points", 0, 600_000_000, 300_000, "20261122-b007", 300_000_000)
        yield TicketIssued(ticket_id, f"A{order:03}", order, "social-security", "ordinary", "kiosk", None, False, at_ms)
        yield TicketCalled(ticket_id, "w03", reason, at_ms + 300_000, at_ms)
        yield ServiceBegan(ticket_id, "w03", at_ms)
        yield ServiceFinished(ticket_id, "w03", "done", at_ms)


def print_seconds(name: str, seconds: list[float]) -> None:
    spread = " – ".join(f"{value:.2f}" for value in (min(seconds), statistics.median(seconds), max(seconds)))
    print(f"{name}: {spread} s for {FACTS:,} facts")


if __name__ == "__main__":
    main()
