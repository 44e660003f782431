"""A whole hall as bytes, and the digest by which two halls are known to be equal."""

import hashlib
from typing import Final

import msgpack

from engine.core.events import HallConfigured
from engine.core.hall import Hall
from engine.garbage import uncollected
from engine.wire.records import event_of, row_of

VERSION: Final = 2
"""Of what a hall remembers; a snapshot of another version is passed over, and the journal read from the beginning."""


class SnapshotUnreadable(Exception):
    """These bytes are not a snapshot this program understands; the facts themselves tell the same."""


def pack_hall(hall: Hall) -> bytes:
    """The hall and its plan; equal halls give equal bytes."""
    configured = row_of(HallConfigured(hall.plan, 0)) if hall.plan is not None else None
    return bytes(msgpack.packb([VERSION, configured, hall.to_rows()]))


def unpack_hall(body: bytes) -> Hall:
    """The hall that `pack_hall` packed; raises `SnapshotUnreadable`."""
    try:
        with uncollected():
            return _unpacked(body)
    except (ValueError, TypeError, KeyError, IndexError, AssertionError) as error:
        raise SnapshotUnreadable(str(error)) from error


def _unpacked(body: bytes) -> Hall:
    version, row, rows = msgpack.unpackb(body, strict_map_key=False)
    if version != VERSION:
        raise SnapshotUnreadable(f"snapshot version {version}, this program reads {VERSION}")
    configured = event_of(row) if row is not None else None
    plan = configured.plan if isinstance(configured, HallConfigured) else None
    return Hall.from_rows(plan, rows)


def is_of_another_version(body: bytes) -> bool:
    """Whether this is a snapshot that says of itself that another version of this program made it."""
    try:
        version, _, _ = msgpack.unpackb(body, strict_map_key=False)
    except (ValueError, TypeError):
        return False
    return isinstance(version, int) and version != VERSION


def hall_digest(hall: Hall) -> bytes:
    """SHA-256 over the canonical bytes of a hall."""
    return hashlib.sha256(pack_hall(hall)).digest()
