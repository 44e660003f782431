"""Journal rows: an entry as the columns of a table, chained by hash: none can change, move or vanish unseen."""

import hashlib
from typing import Any, Final, NamedTuple

import msgpack

from engine.core.events import Millis
from engine.ports import Entry
from engine.wire.records import UnknownRecord, event_of, row_of

GENESIS: Final = bytes(32)
"""What stands before the first row of a chain."""
_PARTS: Final = 3


class EntryRow(NamedTuple):
    """One entry as stored; `body` is MessagePack of `[actor, reply, [fact row, …]]`, `hash` links it to the last."""

    last_position: int
    position: int
    at_ms: Millis
    key: str | None
    digest: bytes | None
    body: bytes
    hash: bytes


def row_after(hash_before: bytes, entry: Entry) -> EntryRow:
    """The row of `entry` where the chain so far ends with `hash_before`."""
    assert entry.events, "an entry without facts has no position"
    body = msgpack.packb([entry.actor, entry.reply, [row_of(event) for event in entry.events]])
    columns = (entry.last_position, entry.position, entry.at_ms, entry.key, entry.digest, body)
    return EntryRow(*columns, _link(hash_before, columns))


def entry_of(row: EntryRow, *, with_reply: bool = True) -> Entry:
    """The entry of a row, its reply None when it is passed over; raises `UnknownRecord`."""
    try:
        actor, reply, facts = msgpack.unpackb(row.body) if with_reply else _without_reply(row.body)
        events = tuple([event_of(fact) for fact in facts])
    except UnknownRecord:
        raise
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise UnknownRecord(f"entry {row.position} cannot be read · 第 {row.position} 条记录无法读取") from error
    return Entry(row.position, row.at_ms, actor, events, row.key, row.digest, reply)


def _without_reply(body: bytes) -> tuple[str, None, list[Any]]:
    # The reply is most of a body: an entry without it is read in a third of the time.
    unpacker = msgpack.Unpacker(max_buffer_size=len(body))
    unpacker.feed(body)
    if unpacker.read_array_header() != _PARTS:
        raise ValueError("a body has three parts")
    actor = unpacker.unpack()
    unpacker.skip()
    return actor, None, unpacker.unpack()


def is_linked(hash_before: bytes, row: EntryRow) -> bool:
    """Whether the row is what was written after `hash_before`, in every column."""
    return _link(hash_before, row[:-1]) == row.hash


def _link(hash_before: bytes, columns: tuple[Any, ...]) -> bytes:
    return hashlib.sha256(msgpack.packb((hash_before, *columns))).digest()
