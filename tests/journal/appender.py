"""A process that appends to a journal for ever and says on stdout, after each commit, how far it has got."""

import asyncio
import random
import sys
from pathlib import Path

from engine.journal.sqlite import SqliteJournal
from tests.journal.entries import keyed


async def append_for_ever(data: Path, seed: int) -> None:
    chance = random.Random(seed)
    journal = SqliteJournal(data)
    position = (await journal.open()).last_position
    print(position, flush=True)
    while True:
        batch = keyed(position + 1, chance.choice((1, 2, 50, 250)))
        await journal.append(batch)
        position = batch[-1].last_position
        print(position, flush=True)


asyncio.run(append_for_ever(Path(sys.argv[1]), int(sys.argv[2])))
