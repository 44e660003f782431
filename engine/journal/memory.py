"""A journal in memory, with the manners of the one on disk: for tests, storms and simulations.

`Disk` is what outlives a crash, `MemoryJournal` one opening of it. Entries go through the same rows as on disk, so what
comes back after a restart is what a real journal gives back, and the hash chain can be checked.
"""

from collections.abc import Sequence
from typing import Final, Literal, NoReturn

from engine.journal.rows import GENESIS, EntryRow, entry_of, row_after
from engine.ports import Body, Entry, JournalFailed, JournalFull, JournalInUse, Recovered, Snapshot

_MARKS: Final = (b"\xaaday-opened", b"\xaaconfigured", b"\xa5moved")

Fault = Literal["lost", "kept", "full"]


class Disk:
    """Rows, snapshots and cursors, and whose they are. `is_roomy` is what `has_room` answers."""

    def __init__(self) -> None:
        self.rows: list[EntryRow] = []
        self.keys: dict[str, EntryRow] = {}
        self.snapshots: list[Snapshot] = []
        self.cursors: dict[str, int] = {}
        self.is_roomy = True
        self.holder: MemoryJournal | None = None
        self._fault: Fault | None = None

    def fail_next_write(self, fault: Fault) -> None:
        """Let the next write fail: `lost` before it is durable, `kept` after, `full` for want of room."""
        self._fault = fault

    def take_fault(self) -> Fault | None:
        fault, self._fault = self._fault, None
        return fault

    def crash(self) -> None:
        """Let go of a holder that died."""
        self.holder = None


class MemoryJournal:
    """`engine.ports.Journal` over a `Disk`. After `JournalFailed` it only lets itself be closed."""

    def __init__(self, disk: Disk | None = None) -> None:
        self.disk = disk or Disk()
        self._failure: str | None = None

    async def open(self) -> Recovered:
        if self.disk.holder is not None:
            raise JournalInUse("the journal in memory is held already · 内存日志已被占用")
        self.disk.holder = self
        snapshot = self.disk.snapshots[-1] if self.disk.snapshots else None
        after = snapshot.position if snapshot else 0
        entries = [entry_of(row, with_reply=snapshot is None) for row in self.disk.rows if row.last_position > after]
        last = self.disk.rows[-1] if self.disk.rows else None
        return Recovered(snapshot, entries, last.last_position if last else 0, last.at_ms if last else 0)

    async def append(self, entries: Sequence[Entry]) -> None:
        self._check_alive()
        rows: list[EntryRow] = []
        last, link = (self.disk.rows[-1].last_position, self.disk.rows[-1].hash) if self.disk.rows else (0, GENESIS)
        for entry in entries:
            assert entry.position == last + 1, f"{entry.position} does not follow {last}"
            rows.append(row_after(link, entry))
            last, link = entry.last_position, rows[-1].hash
        keys = {row.key: row for row in rows if row.key is not None}
        if len(keys) < sum(row.key is not None for row in rows) or keys.keys() & self.disk.keys.keys():
            self._fail(JournalFailed("a key is recorded already · 幂等键已有记录"))
        fault = self._begin_write()
        self.disk.rows += rows
        self.disk.keys |= keys
        self._end_write(fault)

    def has_room(self) -> bool:
        return self.disk.is_roomy

    async def find_keys(self, keys: Sequence[str]) -> dict[str, Entry]:
        self._check_alive()
        return {key: entry_of(self.disk.keys[key]) for key in keys if key in self.disk.keys}

    async def read(self, after: int, limit: int) -> list[Entry]:
        self._check_alive()
        return [entry_of(row) for row in self.disk.rows if row.last_position > after][:limit]

    async def marks(self) -> list[tuple[int, bytes]]:
        self._check_alive()
        return [(row.last_position, row.body) for row in self.disk.rows if any(kind in row.body for kind in _MARKS)]

    async def bodies(self, after: int, upto: int | None, limit: int) -> list[Body]:
        self._check_alive()
        end = upto if upto is not None else self.disk.rows[-1].last_position if self.disk.rows else 0
        found = [row for row in self.disk.rows if after < row.last_position <= end]
        return [(row.last_position, row.at_ms, row.body) for row in found[:limit]]

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        self._check_alive()
        end = self.disk.rows[-1].last_position if self.disk.rows else 0
        assert snapshot.position <= end, f"{snapshot.position} is beyond {end}"
        fault = self._begin_write()
        others = [kept for kept in self.disk.snapshots if kept.position != snapshot.position]
        self.disk.snapshots = sorted([*others, snapshot], key=lambda kept: kept.position)[-2:]
        self._end_write(fault)

    async def cursor(self, name: str) -> int:
        self._check_alive()
        return self.disk.cursors.get(name, 0)

    async def move_cursor(self, name: str, position: int) -> None:
        self._check_alive()
        fault = self._begin_write()
        self.disk.cursors[name] = position
        self._end_write(fault)

    async def close(self) -> None:
        if self.disk.holder is self:
            self.disk.holder = None

    def _check_alive(self) -> None:
        if self._failure is not None:
            raise JournalFailed(f"this journal has failed before · 此日志先前已失败: {self._failure}")
        assert self.disk.holder is self, "the journal is open"

    def _begin_write(self) -> Fault | None:
        fault = self.disk.take_fault()
        if fault == "full":
            self._fail(JournalFull("no room left for the journal · 日志没有空间了"))
        if fault == "lost":
            self._fail(JournalFailed("the write was lost · 写入丢失"))
        return fault

    def _end_write(self, fault: Fault | None) -> None:
        if fault == "kept":
            self._fail(JournalFailed("the write is durable, the answer was lost · 已写入，但未得到答复"))

    def _fail(self, failure: JournalFailed) -> NoReturn:
        self._failure = str(failure)
        raise failure
