"""Entries for journal tests: built by position, no hall needed."""

import hashlib
from collections.abc import Sequence

from engine.core.events import CallReason, Event, ServiceBegan, TicketCalled
from engine.ports import Entry, Journal

NINE_MS = 1_763_773_200_000


def entry(position: int, *, facts: int = 1, key: str | None = None, words: str | None = None) -> Entry:
    """An entry at `position`; the same arguments give an equal entry."""
    at_ms = NINE_MS + position
    reason = CallReason("points", 0, 60_000, 1_000, None, None, words)
    called: Event = TicketCalled(f"20261122-a{position:03}", "w03", reason, at_ms + 300_000, at_ms)
    began = [ServiceBegan(f"20261122-a{position + n:03}", "w03", at_ms) for n in range(1, facts)]
    digest = None if key is None else hashlib.sha256(key.encode()).digest()
    reply = None if key is None else {"position": position + facts - 1, "window": {"id": "w03"}}
    return Entry(position, at_ms, "clerk:c01", (called, *began), key, digest, reply)


def keyed(first: int, count: int) -> list[Entry]:
    """`count` entries of one fact each from position `first`, with keys."""
    return [entry(position, key=f"key-{position}") for position in range(first, first + count)]


async def everything(journal: Journal) -> Sequence[Entry]:
    return await journal.read(0, 1_000_000)
