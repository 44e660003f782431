"""The seal: a checksum for every page of the database, so that any changed byte is found and named.

SQLite guards its log with checksums, but not the database itself, where an unused byte can rot unseen. The engine
alone writes this database, and only at checkpoints; each renews the seal before the log starts over. So at any moment,
even after kill -9, a page is as the seal says or as a frame of the log says.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from engine.journal.wal import PAGE_BYTES, Pages

_MAGIC: Final = b"jiaohao seal 1\n"
_PIECE_PAGES: Final = 256
_GROWTH_BYTES: Final = 64 * 1024


class Seal:
    """CRC-32 per page, the first page first. It finds every changed byte; against forgery there is the hash chain."""

    def __init__(self, checksums: list[int]) -> None:
        self.checksums = checksums

    @classmethod
    def of_database(cls, path: Path) -> "Seal":
        """The seal of a database as it lies there; never while this process has it open: closing drops its locks."""
        return cls(list(page_checksums(path)))

    @classmethod
    def read(cls, path: Path) -> "Seal":
        """Raises `FileNotFoundError`, or `ValueError` when the seal itself is damaged."""
        content = path.read_bytes()
        body, digest = content[:-32], content[-32:]
        if not body.startswith(_MAGIC) or hashlib.sha256(body).digest() != digest:
            raise ValueError("the seal does not match its own digest")
        return cls(list(struct.unpack(f"<{(len(body) - len(_MAGIC)) // 4}I", body[len(_MAGIC) :])))

    def renew(self, pages: Pages) -> None:
        """Take over what a checkpoint has just moved from the log into the database."""
        self.checksums = (self.checksums + [0] * pages.size)[: pages.size]
        for page, sums in pages.checksums.items():
            if page <= pages.size:
                self.checksums[page - 1] = sums[-1]

    def write(self, path: Path) -> None:
        """Replace the seal at `path` as a whole; it is durable under its name once the folder is synced."""
        body = _MAGIC + struct.pack(f"<{len(self.checksums)}I", *self.checksums)
        with _next(path) as file:
            file.write(body + hashlib.sha256(body).digest())
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
        _next_path(path).replace(path)

    def make_room(self, path: Path) -> None:
        """Set aside the room that the next seal at `path` takes: a full disk cannot keep it from being written."""
        with _next(path) as file:
            os.posix_fallocate(file.fileno(), 0, 4 * len(self.checksums) + _GROWTH_BYTES)


def _next_path(path: Path) -> Path:
    return path.with_name(path.name + ".new")


def _next(path: Path) -> BinaryIO:
    """The file that becomes the seal, opened without giving back the room it has."""
    return os.fdopen(os.open(_next_path(path), os.O_RDWR | os.O_CREAT, 0o600), "r+b")


def page_checksums(path: Path) -> Iterator[int]:
    """The CRC-32 of each page of a database file; a last piece that is no whole page counts as one."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_PAGES * PAGE_BYTES):
            for start in range(0, len(piece), PAGE_BYTES):
                yield zlib.crc32(piece[start : start + PAGE_BYTES])
