"""The journal's folder: one directory with the database and the small files that guard it.

- `journal.db`, `journal.db-wal`: the entries
- `head`: the last durable position and its hash
- `seal`: a checksum for every page of the database
- `lock`: who holds the folder: a lock of the system, and a pid to name
- `reserve`: room kept free for the day the disk is full
"""

import fcntl
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from engine.journal.rows import GENESIS
from engine.ports import JournalInUse, JournalUnusable

RESERVE_BYTES: Final = 8 * 1024 * 1024


class Head(NamedTuple):
    """Where the journal ended when this was written; never ahead of what is durable."""

    position: int
    hash: bytes

    def to_line(self) -> bytes:
        """A line of fixed length, so that it is overwritten in one place: position, hash, CRC-32 of both."""
        line = b"%020d %s" % (self.position, self.hash.hex().encode())
        return b"%s %08x\n" % (line, zlib.crc32(line))

    @classmethod
    def from_line(cls, line: bytes) -> "Head":
        """Raises `ValueError` when a byte is not as it was written."""
        position, digest, _ = line.split(b" ")
        head = cls(int(position), bytes.fromhex(digest.decode()))
        if head.to_line() != line:
            raise ValueError("the head does not match its checksum")
        return head


EMPTY_HEAD: Final = Head(0, GENESIS)


class Folder:
    """A data directory. `take` it before writing: there is one writer, and a dead one holds nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / "journal.db"
        self.wal = path / "journal.db-wal"
        self.seal = path / "seal"
        self._head_path = path / "head"
        self._lock_path = path / "lock"
        self._reserve = path / "reserve"
        self._lock: int | None = None
        self._head: int | None = None

    def take(self) -> None:
        """Hold the folder alone, making it (mode 0700) when it is not there; raises `JournalInUse`."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = self._locked(os.open(self._lock_path, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, b"%d\n" % os.getpid(), 0)

    def take_for_reading(self) -> None:
        """Keep writers away while somebody reads; raises `JournalInUse`. A copy without a lock file needs no lock."""
        with suppress(FileNotFoundError):
            self._lock = self._locked(os.open(self._lock_path, os.O_RDONLY), fcntl.LOCK_SH)

    def release(self) -> None:
        if self._head is not None:
            os.fsync(self._head)
            os.close(self._head)
        if self._lock is not None:
            os.close(self._lock)
        self._head = self._lock = None

    def _locked(self, handle: int, how: int) -> int:
        # flock belongs to the open file, not to the process: it also keeps two journals of one process apart, and
        # the system drops it with the process, however that ends.
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip() or "?"
            os.close(handle)
            raise JournalInUse(
                f"journal {self.path} is held by process {holder} · 日志目录 {self.path} 正被进程 {holder} 使用"
            ) from None
        return handle

    def read_head(self) -> Head | None:
        """The head on disk, None when there is none; raises `ValueError` when it is damaged."""
        try:
            return Head.from_line(self._head_path.read_bytes())
        except FileNotFoundError:
            return None

    def write_head(self, head: Head) -> None:
        """Overwrite the head in place. Not synced: after a power failure an older head is as true as the newest."""
        if self._head is None:
            is_new = not self._head_path.exists()
            self._head = os.open(self._head_path, os.O_RDWR | os.O_CREAT, 0o600)
            if is_new:
                os.pwrite(self._head, EMPTY_HEAD.to_line(), 0)
                os.fsync(self._head)
                self.sync()
        os.pwrite(self._head, head.to_line(), 0)

    def sync(self) -> None:
        """Make files that were added or renamed durable under their names."""
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def free_bytes(self) -> int:
        """Room that is left on the disk for this user, the reserve not counted; one cheap system call."""
        disk = os.statvfs(self.path)
        return disk.f_bavail * disk.f_frsize

    def keep_reserve(self) -> None:
        """Set the reserve aside while there is plenty of room."""
        if not self._reserve.exists() and self.free_bytes() > 2 * RESERVE_BYTES:
            with self._reserve.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, RESERVE_BYTES)

    def give_up_reserve(self) -> None:
        """Free the reserve, so that what was promised on a full disk can still be recorded."""
        self._reserve.unlink(missing_ok=True)

    def checked_head(self) -> Head | None:
        """The head, or `JournalUnusable` naming the damage."""
        try:
            return self.read_head()
        except ValueError as error:
            raise JournalUnusable(
                f"{self._head_path} is damaged; see jiaohao verify · {self._head_path} 已损坏，请用 jiaohao verify 检查"
            ) from error
