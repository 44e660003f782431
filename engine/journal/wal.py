"""SQLite's write-ahead log, read as bytes: which pages it holds, and whether every byte is as it was written.

Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log. A header of 32 bytes, then frames of a 24-byte
header and a page; each frame's checksum goes on from the one before. Our log is filled with zeros beyond its last frame
(see `engine.journal.store`), so nothing in it is left over from an earlier round and every byte can be accounted for.
"""

import struct
import zlib
from dataclasses import dataclass, field
from typing import Final

PAGE_BYTES: Final = 4096
HEADER_BYTES: Final = 32
FRAME_HEADER_BYTES: Final = 24
FRAME_BYTES: Final = FRAME_HEADER_BYTES + PAGE_BYTES
_MAGICS: Final = {0x377F0682: "<", 0x377F0683: ">"}
_WORD: Final = 0xFFFFFFFF


@dataclass(slots=True)
class Pages:
    """What committed frames say about the database: CRC-32s per page (from 1), oldest first, and its size in pages."""

    checksums: dict[int, list[int]] = field(default_factory=dict)
    size: int = 0


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes from `start` up to `end` of the log that are not as they were written."""

    start: int
    end: int


def committed_pages(log: bytes, frames: int) -> Pages:
    """The pages in the first `frames` frames of a log that SQLite itself has just checked."""
    pages = Pages()
    for start in _frame_starts(frames):
        _add(pages, log, start)
    return pages


def check(log: bytes) -> tuple[Pages, Damage | None]:
    """The committed pages of a stopped log, and the first damage.

    A transaction that was being written when the engine died is no damage: it ends in zeros where writing stopped.
    """
    if not log.rstrip(b"\0"):
        return Pages(), None
    order = _MAGICS.get(int.from_bytes(log[:4], "big"))
    if order is None or _checksum(order, log[:24], (0, 0)) != struct.unpack(">II", log[24:HEADER_BYTES]):
        return Pages(), Damage(0, HEADER_BYTES)
    committed, running = Pages(), struct.unpack(">II", log[24:HEADER_BYTES])
    transaction: list[int] = []
    frames = (len(log) - HEADER_BYTES) // FRAME_BYTES
    for start in _frame_starts(frames):
        running = _checksum(order, log[start : start + 8], running)
        running = _checksum(order, log[start + FRAME_HEADER_BYTES : start + FRAME_BYTES], running)
        if log[start + 8 : start + 16] != log[16:24] or running != struct.unpack(">II", log[start + 16 : start + 24]):
            return committed, _damage_at(log, start)
        transaction.append(start)
        if int.from_bytes(log[start + 4 : start + 8], "big"):
            for frame in transaction:
                _add(committed, log, frame)
            transaction.clear()
    return committed, _damage_at(log, HEADER_BYTES + frames * FRAME_BYTES)


def _frame_starts(frames: int) -> range:
    return range(HEADER_BYTES, HEADER_BYTES + frames * FRAME_BYTES, FRAME_BYTES)


def _add(pages: Pages, log: bytes, start: int) -> None:
    page, size = struct.unpack(">II", log[start : start + 8])
    pages.checksums.setdefault(page, []).append(zlib.crc32(log[start + FRAME_HEADER_BYTES : start + FRAME_BYTES]))
    pages.size = size or pages.size


def _damage_at(log: bytes, start: int) -> Damage | None:
    """None when writing merely stopped in the frame at `start`: a kill, or a full disk, stops between pages."""
    last = len(log.rstrip(b"\0"))
    if last <= start:
        return None
    end = min(start + FRAME_BYTES, len(log))
    first_page_edge = -(-(start + 1) // PAGE_BYTES) * PAGE_BYTES
    edges = [start + FRAME_HEADER_BYTES, *range(first_page_edge, end, PAGE_BYTES)]
    if end == len(log) < start + FRAME_BYTES:
        edges.append(end)
    belongs_here = log[start + 8 : start + 16] == log[16:24]
    if belongs_here and any(last <= edge for edge in edges):
        return None
    return Damage(start, max(end, last))


def _checksum(order: str, content: bytes, running: tuple[int, int]) -> tuple[int, int]:
    first, second = running
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & _WORD
        second = (second + odd + first) & _WORD
    return first, second
