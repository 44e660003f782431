"""How soon a hall is ready again after kill -9 with 100,000 facts in its journal, beside the start of an empty hall.

The time runs from the start of `jiaohao serve` until it says that both doors answer. The journal is as a live hall
leaves it, with keys, digests and answers: five days of visits, made by the same rules under a clock of their own. Two
such journals: one with the snapshots that a live hall keeps, killed when the next was nearly due; one that never had
any and is read from its first fact on.

    python -m benchmarks.restart
"""

import hashlib
import json
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.measure import ROUNDS, against, print_heading, print_table
from benchmarks.processes import HallProcess
from engine.core import calendar
from engine.core import commands as c
from engine.core.commands import Command
from engine.core.decide import decide
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.halls import load_hall
from engine.journal.store import Store
from engine.ports import Entry, Snapshot
from engine.runtime.engine import EVENTS_PER_SNAPSHOT
from engine.runtime.replies import reply_to
from engine.wire.snapshots import pack_hall

HALL: Final = "hall1"
FACTS: Final = 100_000
DAYS: Final = 5
ENTRIES_PER_COMMIT: Final = 1_000
DAY_MS: Final = 86_400_000


def main() -> None:
    print_heading("ready again after kill -9", seed=0, rounds=ROUNDS, packages=("aiosqlite", "msgpack"))
    plan = load_hall(HALL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = {}
        for case, has_snapshots in ((f"{FACTS:,} facts", True), (f"{FACTS:,} facts, no snapshot", False)):
            data = folder / f"snapshots-{has_snapshots}"
            write_journal(plan, data, has_snapshots=has_snapshots)
            cases[case] = partial(ready_again_s, data, FACTS)
        rows = against(partial(ready_again_s, folder / "empty", 1), cases, unit="s")
    print_table(rows, base="empty hall")


def ready_again_s(data: Path, facts: int) -> float:
    """Seconds from the start to ready, of a hall that was killed; raises `RuntimeError` when facts are missing."""
    hall = HallProcess(HALL, data)
    try:
        hall.start()
        hall.kill()
        began = time.perf_counter()
        hall.start()
        passed = time.perf_counter() - began
        with urllib.request.urlopen(f"http://127.0.0.1:{hall.http_port}/api/v1/hall", timeout=10) as answer:
            position = json.load(answer)["position"]
    finally:
        hall.kill()
    if position < facts:
        raise RuntimeError(f"the hall is at position {position} and should have {facts} facts")
    return passed


def write_journal(plan: HallPlan, data: Path, *, has_snapshots: bool) -> None:
    """A journal of `FACTS` facts, the last of them of today."""
    store = Store(data)
    waiting: list[Entry] = []
    snapshot_due = EVENTS_PER_SNAPSHOT
    hall = Hall()
    for entry in entries(hall, plan):
        waiting.append(entry)
        is_due = has_snapshots and hall.position >= snapshot_due and hall.position < FACTS - EVENTS_PER_SNAPSHOT // 2
        if is_due or len(waiting) >= ENTRIES_PER_COMMIT:
            store.append(waiting)
            waiting.clear()
        if is_due:
            snapshot_due = hall.position + EVENTS_PER_SNAPSHOT
            store.save_snapshot(Snapshot(hall.position, pack_hall(hall)))
    store.append(waiting)
    store.close()


def entries(hall: Hall, plan: HallPlan) -> Iterator[Entry]:
    """What a live hall records, until it holds `FACTS` facts; `hall` is always as the last entry leaves it."""
    order = count()
    now_ms = time.time_ns() // 1_000_000
    for day in range(1, DAYS + 1):
        facts = FACTS * day // DAYS
        ends_ms = now_ms - (DAYS - day) * DAY_MS
        begins_ms = calendar.at_minute(plan.timezone, ends_ms, 0)
        first: list[Command] = [c.ConfigureHall(plan)] if day == 1 else [c.CloseDay()]
        for command in (*first, c.OpenDay(), *(c.OpenWindow(window.window_id) for window in plan.windows)):
            yield _entry(hall, command, begins_ms, next(order))
        morning, left = hall.position, facts - hall.position
        for visit in count():
            if hall.position >= facts:
                break
            window_id = plan.windows[visit % len(plan.windows)].window_id
            service_id = plan.windows[visit % len(plan.windows)].tiers[0][0]
            visited: list[Command] = [c.IssueTicket(service_id), c.CallNext(window_id)]
            for command in (*visited, c.BeginService(window_id), c.FinishService(window_id)):
                at_ms = begins_ms + (ends_ms - begins_ms) * (hall.position - morning) // (left + 4)
                yield _entry(hall, command, at_ms, next(order))


def _entry(hall: Hall, command: Command, at_ms: Millis, order: int) -> Entry:
    """Carry out a command as the engine does."""
    position = hall.position + 1
    events = decide(hall, command, at_ms)
    for event in events:
        hall.apply(event)
    key = f"bench-{order:012d}"
    digest = hashlib.sha256(key.encode()).digest()
    return Entry(position, at_ms, "clerk:w01", events, key, digest, reply_to(hall, command, events, at_ms))


if __name__ == "__main__":
    main()
