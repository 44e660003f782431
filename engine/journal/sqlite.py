"""The journal of a running hall: a store in a thread of its own, one hop to it and back per call."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import aiosqlite

from engine.journal.failures import translated
from engine.journal.store import ROOM_BYTES, Store
from engine.ports import Body, Entry, JournalFailed, JournalFull, JournalInUse, JournalUnusable, Recovered, Snapshot

_T = TypeVar("_T")


class _Thread(aiosqlite.Connection):
    """aiosqlite's connection thread, used for whole pieces of work.

    Through its public methods a transaction is a hop for each statement, and other tasks run, or die, in between. Its
    protected `_execute` runs any function in the thread: one hop from BEGIN to COMMIT, and no await inside.
    """

    stopped: asyncio.Future[object] | None = None

    def stop(self) -> asyncio.Future[object] | None:
        self.stopped = super().stop()
        return self.stopped

    async def opened(self) -> None:
        """Start the thread and connect; when that fails the thread is over before the error is raised."""
        try:
            await self
        except BaseException:
            if self.stopped is not None:
                await self.stopped
            raise

    async def hop(self, work: Callable[[], _T]) -> _T:
        result: _T = await self._execute(work)  # type: ignore[no-untyped-call]
        return result


class SqliteJournal:
    """`engine.ports.Journal` in a directory. After `JournalFailed` it only lets itself be closed."""

    def __init__(self, data: Path, *, pages_max: int | None = None, room_bytes: int = ROOM_BYTES) -> None:
        """Nothing is touched before `open`; see `Store` for the limits."""
        self._data = data
        self._pages_max = pages_max
        self._room_bytes = room_bytes
        self._thread: _Thread | None = None
        self._store: Store | None = None
        self._failure: str | None = None

    async def open(self) -> Recovered:
        assert self._thread is None, "opened once"
        thread = _Thread(self._connect, iter_chunk_size=64)
        await thread.opened()
        self._thread = thread
        try:
            return await self._do(Store.recover)
        except BaseException:
            await self.close()
            raise

    async def append(self, entries: Sequence[Entry]) -> None:
        await self._do(lambda store: store.append(entries))

    def has_room(self) -> bool:
        return self._store is not None and self._store.has_room()

    async def find_keys(self, keys: Sequence[str]) -> dict[str, Entry]:
        return await self._do(lambda store: store.find_keys(keys))

    async def read(self, after: int, limit: int) -> list[Entry]:
        return await self._do(lambda store: store.read(after, limit))

    async def marks(self) -> list[tuple[int, bytes]]:
        return await self._do(Store.marks)

    async def bodies(self, after: int, upto: int | None, limit: int) -> list[Body]:
        return await self._do(lambda store: store.bodies(after, upto, limit))

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        await self._do(lambda store: store.save_snapshot(snapshot))

    async def cursor(self, name: str) -> int:
        return await self._do(lambda store: store.cursor(name))

    async def move_cursor(self, name: str, position: int) -> None:
        await self._do(lambda store: store.move_cursor(name, position))

    async def close(self) -> None:
        """Bring the journal to rest; after a failure what cannot be brought to rest is left to the next `open`."""
        thread, store = self._thread, self._store
        self._thread = self._store = None
        if thread is None or store is None:
            return
        try:
            with translated():
                await thread.hop(store.close)
        except JournalFailed:
            if self._failure is None:
                raise
        finally:
            await thread.close()

    def _connect(self) -> sqlite3.Connection:
        self._store = Store(self._data, pages_max=self._pages_max, room_bytes=self._room_bytes)
        return self._store.connection

    async def _do(self, work: Callable[[Store], _T]) -> _T:
        thread, store = self._thread, self._store
        if self._failure is None:
            assert thread is not None and store is not None, "the journal is open"
            return await thread.hop(lambda: self._in_thread(store, work))
        raise self._failed_before()

    def _in_thread(self, store: Store, work: Callable[[Store], _T]) -> _T:
        # Failures are remembered here and not where they are awaited: whoever waited may have been cancelled meanwhile,
        # and what is queued behind a failed append must not happen.
        if self._failure is not None:
            raise self._failed_before()
        try:
            with translated():
                return work(store)
        except (JournalFailed, JournalInUse, JournalUnusable) as error:
            self._failure = str(error)
            if isinstance(error, JournalFull):
                store.give_up_reserve()
            raise

    def _failed_before(self) -> JournalFailed:
        return JournalFailed(f"this journal has failed before · 此日志先前已失败: {self._failure}")
