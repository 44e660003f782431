"""The store: entries in one SQLite file, by plain calls that return when everything is durable.

One thread owns a store. A hall reaches it through `engine.journal.sqlite`; a simulator that leaves a journal calls it
directly. SQLite runs with its write-ahead log, synchronous=FULL and an exclusive lock, in one connection.

The log file is filled with zeros up to `WAL_BYTES` before its first use. Overwriting costs a disk half as
much as making a file longer, the room is taken early, and whatever follows the last frame is known to be zero. When
the log outgrows its zeros its pages go into the database, the seal is renewed, and the log starts over.
"""

import errno
import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from engine.garbage import uncollected
from engine.journal import schema, wal
from engine.journal.failures import translated
from engine.journal.folder import EMPTY_HEAD, RESERVE_BYTES, Folder, Head
from engine.journal.rows import EntryRow, entry_of, is_linked, row_after
from engine.journal.seal import Seal
from engine.ports import Body, Entry, JournalUnusable, Recovered, Snapshot
from engine.wire.records import UnknownRecord

WAL_BYTES: Final = 1024 * 1024
"""Starting over stops the hall for about 4 ms at this size and 12 ms at four times it; throughput is the same."""
ROOM_BYTES: Final = 32 * 1024 * 1024
SNAPSHOTS_KEPT: Final = 2
_ROWS_PER_STATEMENT_MAX: Final = 1_000
_COMMITS_PER_LOOK: Final = 16
_ROWS_LIKE_A_COMMIT: Final = 50
_POSITION_MAX: Final = 2**63 - 1
_WITH_SYNC: Final = "PRAGMA synchronous = FULL"
_WITHOUT_SYNC: Final = "PRAGMA synchronous = NORMAL"
"""What is written goes to the disk with the next commit that waits for it, or when the log starts over."""
_T = TypeVar("_T")
_COLUMNS: Final = ", ".join(EntryRow._fields)


class Store:
    """A journal opened for writing. After any `sqlite3.Error` or `OSError` only `close` may follow."""

    def __init__(
        self,
        data: Path,
        *,
        pages_max: int | None = None,
        room_bytes: int = ROOM_BYTES,
        migrations: Sequence[schema.Migration] = schema.MIGRATIONS,
    ) -> None:
        """Take the directory `data`; raises `JournalInUse`, `JournalUnusable`, `JournalFull` or `JournalFailed`.

        `pages_max` limits the database to so many pages of 4 KiB; below `room_bytes` of room `has_room` says no.
        """
        self._folder = Folder(data)
        self._room_bytes = room_bytes
        self._pages_max = pages_max
        self._pages = 0
        self._commits_unseen = 0
        self._wal: int | None = None
        with translated(), ExitStack() as undo:
            self._folder.take()
            undo.callback(self._folder.release)
            self._head = self._folder.checked_head() or EMPTY_HEAD
            self._seal = self._prepared()
            self.connection = _connected(self._folder.database, pages_max)
            undo.callback(self._let_go)
            schema.migrate(self.connection, migrations)
            self._end = self._checked_end()
            self._wal = os.open(self._folder.wal, os.O_RDWR)
            self._tidy()
            self._make_room()
            self._folder.write_head(self._end)
            undo.pop_all()

    def close(self) -> None:
        """Bring everything into the database, seal it, and let the directory go."""
        try:
            self._tidy()
        finally:
            self._let_go()
            self._folder.release()

    def recover(self) -> Recovered:
        """See `engine.ports.Recovered`; raises `JournalUnusable` when a row is damaged."""
        snapshot = next(iter(self.snapshots()), None)
        with uncollected():
            rows = self._rows("last_position > ? ORDER BY last_position", (snapshot.position if snapshot else 0,))
            entries = self._entries(rows, self._link_before(rows), with_replies=snapshot is None)
        at_ms = self.connection.execute("SELECT at_ms FROM entries ORDER BY last_position DESC LIMIT 1").fetchone()
        return Recovered(snapshot, entries, self._end.position, at_ms[0] if at_ms else 0)

    def append(self, entries: Sequence[Entry]) -> None:
        """Make all entries durable, or none; then move the head."""
        rows: list[EntryRow] = []
        end = self._end
        for entry in entries:
            assert entry.position == end.position + 1, f"{entry.position} does not follow {end.position}"
            rows.append(row_after(end.hash, entry))
            end = Head(entry.last_position, rows[-1].hash)
        self._insert(rows)
        self._folder.write_head(end)
        self._end = end
        self._commit_done(1 + len(rows) // _ROWS_LIKE_A_COMMIT)

    def find_keys(self, keys: Sequence[str]) -> dict[str, Entry]:
        """The entries under those of the keys that are known."""
        found: dict[str, Entry] = {}
        for part in _parts(keys):
            for row in self._rows(f"key IN ({', '.join('?' * len(part))})", part):
                entry = entry_of(row)
                assert entry.key is not None
                found[entry.key] = entry
        return found

    def read(self, after: int, limit: int) -> list[Entry]:
        """Up to `limit` entries whose last position is greater than `after`, oldest first."""
        return [entry_of(row) for row in self._rows("last_position > ? ORDER BY last_position LIMIT ?", (after, limit))]

    def marks(self) -> list[tuple[int, bytes]]:
        """See `engine.ports.Journal.marks`."""
        return marks(self.connection)

    def bodies(self, after: int, upto: int | None, limit: int) -> list[Body]:
        """See `engine.ports.Journal.bodies`."""
        return bodies(self.connection, after, upto).fetchmany(limit)

    def snapshots(self) -> list[Snapshot]:
        """The snapshots that are as they were written, newest first."""
        rows = self.connection.execute("SELECT position, digest, body FROM snapshots ORDER BY position DESC").fetchall()
        return [Snapshot(position, body) for position, digest, body in rows if snapshot_digest(body) == digest]

    def save_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the newest `SNAPSHOTS_KEPT`; a snapshot of what is not recorded is a bug."""
        assert snapshot.position <= self._end.position, f"{snapshot.position} is beyond {self._end.position}"
        with _Transaction(self.connection):
            self.connection.execute(
                "INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)",
                (snapshot.position, snapshot_digest(snapshot.body), snapshot.body),
            )
            self.connection.execute(
                "DELETE FROM snapshots WHERE position NOT IN"
                f" (SELECT position FROM snapshots ORDER BY position DESC LIMIT {SNAPSHOTS_KEPT})"
            )
        self._commit_done()

    def cursor(self, name: str) -> int:
        row = self.connection.execute("SELECT position FROM cursors WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def move_cursor(self, name: str, position: int) -> None:
        """Remember it at once, and through a power cut from the next entry on: see `engine.ports.Journal`.

        A sync of its own would double those of a quiet hall, and a clerk's call behind it would wait for both.
        """
        self.connection.execute(_WITHOUT_SYNC)
        self.connection.execute("INSERT OR REPLACE INTO cursors VALUES (?, ?)", (name, position))
        self.connection.execute(_WITH_SYNC)
        self._commit_done()

    def has_room(self) -> bool:
        """Whether disk and page limit leave `room_bytes`; one system call, from any thread."""
        free = self._folder.free_bytes()
        if self._pages_max is not None:
            free = min(free, (self._pages_max - self._pages) * wal.PAGE_BYTES)
        return free >= self._room_bytes

    def give_up_reserve(self) -> None:
        """Free the disk room set aside, so that what is promised can still be recorded."""
        self._folder.give_up_reserve()

    def _prepared(self) -> Seal:
        """The seal of the database, which is created when there is none."""
        folder = self._folder
        if folder.free_bytes() < RESERVE_BYTES:
            folder.give_up_reserve()
        else:
            folder.keep_reserve()
        is_new = not folder.database.exists() or not folder.database.stat().st_size
        if is_new:
            connection = sqlite3.connect(folder.database, isolation_level=None)
            try:
                schema.create(connection)
            finally:
                connection.close()
            folder.database.chmod(0o600)
        elif folder.seal.exists():
            try:
                return Seal.read(folder.seal)
            except ValueError as error:
                raise JournalUnusable(_see_verify("seal is damaged", "seal 文件已损坏")) from error
        seal = Seal.of_database(folder.database)
        seal.write(folder.seal)
        folder.sync()
        return seal

    def _checked_end(self) -> Head:
        """Where the journal ends; raises `JournalUnusable` when the head has seen more, or something else."""
        last = self.connection.execute("SELECT last_position, hash FROM entries ORDER BY 1 DESC LIMIT 1").fetchone()
        end = Head(*last) if last else EMPTY_HEAD
        if self._head.position:
            there = self._rows("last_position = ?", (self._head.position,))
            if [row.hash for row in there] != [self._head.hash]:
                raise JournalUnusable(
                    _see_verify(
                        f"the journal ends at {end.position} and does not hold what head says of {self._head.position}",
                        f"日志止于 {end.position}，与 head 记录的 {self._head.position} 不符",
                    )
                )
        return end

    def _link_before(self, rows: Sequence[EntryRow]) -> bytes:
        before = rows[0].position - 1 if rows else 0
        found = self._rows("last_position = ?", (before,))
        return found[0].hash if found else EMPTY_HEAD.hash

    def _entries(self, rows: Sequence[EntryRow], link: bytes, *, with_replies: bool) -> list[Entry]:
        entries: list[Entry] = []
        for row in rows:
            if not is_linked(link, row):
                zh, en = f"第 {row.position} 条记录与哈希链不符", f"the hash chain breaks at entry {row.position}"
                raise JournalUnusable(_see_verify(en, zh))
            link = row.hash
            try:
                entries.append(entry_of(row, with_reply=with_replies))
            except UnknownRecord as error:
                raise JournalUnusable(str(error)) from error
        return entries

    def _rows(self, where: str, values: Sequence[object]) -> list[EntryRow]:
        found = self.connection.execute(f"SELECT {_COLUMNS} FROM entries WHERE {where}", values)
        return [EntryRow(*row) for row in found.fetchall()]

    def _insert(self, rows: Sequence[EntryRow]) -> None:
        if len(rows) <= _ROWS_PER_STATEMENT_MAX:
            # One statement is one transaction of its own, and one stretch of work without Python's lock: a busy event
            # loop delays a commit once, not once a row.
            if rows:
                self.connection.execute(_insertion(len(rows)), _flat(rows))
            return
        with _Transaction(self.connection):
            for part in _parts(rows):
                self.connection.execute(_insertion(len(part)), _flat(part))

    def _commit_done(self, weight: int = 1) -> None:
        if self._pages_max is not None:
            (self._pages,) = self.connection.execute("PRAGMA page_count").fetchone()
        self._commits_unseen += weight
        if self._commits_unseen >= _COMMITS_PER_LOOK:
            self._commits_unseen = 0
            if self._wal is not None and os.fstat(self._wal).st_size > WAL_BYTES:
                self._tidy()
                self._make_room()

    def _tidy(self) -> None:
        """Bring the log into the database, renew the seal, and start the log over; whatever happens, nothing is lost.

        The seal is durable before the log is emptied: until then the log itself vouches for the pages it brought.
        SQLite does the same without a seal when it closes; so either there is room for a seal, or the log is empty.
        """
        if self._wal is None:
            return
        _, frames, moved = self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        assert frames == moved, "nobody else reads this database"
        if frames > 0:
            log = os.pread(self._wal, wal.HEADER_BYTES + frames * wal.FRAME_BYTES, 0)
            self._seal.renew(wal.committed_pages(log, frames))
            self._seal.write(self._folder.seal)
            self._folder.sync()
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _make_room(self) -> None:
        """Take the room that the empty log and the next seal will need."""
        assert self._wal is not None
        self._seal.make_room(self._folder.seal)
        try:
            os.pwrite(self._wal, bytes(WAL_BYTES), 0)
        except OSError as error:
            # Without the zeros the log merely grows as it is written, if there is room for that.
            if error.errno != errno.ENOSPC:
                raise

    def _let_go(self) -> None:
        if self._wal is not None:
            os.close(self._wal)
            self._wal = None
        self.connection.close()


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT, and ROLLBACK when anything went wrong inside."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._connection.execute("COMMIT")
            return
        with suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")


def _connected(database: Path, pages_max: int | None) -> sqlite3.Connection:
    # The lock must be exclusive before the log is first touched: then SQLite needs no shared-memory file beside it.
    connection = sqlite3.connect(database, timeout=0, isolation_level=None, cached_statements=256)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute(_WITH_SYNC)
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        if pages_max is not None:
            connection.execute(f"PRAGMA max_page_count = {pages_max}")
    except BaseException:
        connection.close()
        raise
    return connection


def marks(connection: sqlite3.Connection) -> list[tuple[int, bytes]]:
    """Last position and body of the entries that open a day, configure the hall or move a window, by their index."""
    found = connection.execute(f"SELECT last_position, body FROM entries WHERE {schema.IS_MARK} ORDER BY last_position")
    return found.fetchall()


def bodies(connection: sqlite3.Connection, after: int, upto: int | None) -> sqlite3.Cursor:
    """Last position, time and body of the entries that end after `after` and not after `upto` (None: all), in order."""
    end = _POSITION_MAX if upto is None else upto
    return connection.execute(
        "SELECT last_position, at_ms, body FROM entries WHERE last_position > ? AND last_position <= ?"
        " ORDER BY last_position",
        (after, end),
    )


@lru_cache(maxsize=_ROWS_PER_STATEMENT_MAX)
def _insertion(rows: int) -> str:
    row = f"({', '.join('?' * len(EntryRow._fields))})"
    return f"INSERT INTO entries ({_COLUMNS}) VALUES {', '.join([row] * rows)}"


def _flat(rows: Iterable[EntryRow]) -> list[object]:
    return [column for row in rows for column in row]


def _parts(many: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (many[start : start + _ROWS_PER_STATEMENT_MAX] for start in range(0, len(many), _ROWS_PER_STATEMENT_MAX))


def snapshot_digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _see_verify(en: str, zh: str) -> str:
    return f"{en}; see jiaohao verify · {zh}，请用 jiaohao verify 检查"
