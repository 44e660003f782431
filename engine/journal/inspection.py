"""Looking into a stopped journal without changing a byte of it: its entries, and what is not as it was written.

A journal whose engine was killed still has its log; it is read through a copy in a temporary directory, so that
SQLite's recovery happens there. What the entries mean is not looked at here: that takes a hall.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.core.plan import Name
from engine.journal import schema, wal
from engine.journal.failures import translated
from engine.journal.folder import EMPTY_HEAD, Folder, Head
from engine.journal.rows import EntryRow, entry_of, is_linked
from engine.journal.seal import Seal, page_checksums
from engine.journal.store import bodies, marks, snapshot_digest
from engine.ports import Body, Entry, JournalUnusable, Snapshot
from engine.wire.records import UnknownRecord

_PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a journal that is not as it was written: a code for machines, where, and what."""

    code: str
    place: str
    what: Name


class Inspection:
    """A stopped journal. `findings` is all that is wrong with its bytes; `entries` raises `JournalUnusable` there."""

    def __init__(self, folder: Folder, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection

    def findings(self) -> list[Finding]:
        """All findings; a sound journal has none."""
        return [*_file_findings(self._folder), *self._database_findings()]

    def entries(self) -> Iterator[Entry]:
        """Every entry, oldest first."""
        try:
            for row in self._rows():
                yield entry_of(row)
        except (sqlite3.DatabaseError, UnknownRecord) as error:
            raise JournalUnusable(str(error)) from error

    def marks(self) -> list[tuple[int, bytes]]:
        """See `engine.ports.Journal.marks`; raises `JournalUnusable`."""
        try:
            return marks(self._connection)
        except sqlite3.DatabaseError as error:
            raise JournalUnusable(str(error)) from error

    def bodies(self, after: int, upto: int | None) -> Generator[Body, None, None]:
        """Each entry that ends after `after` and not after `upto` (None: the end), unread; raises `JournalUnusable`."""
        try:
            yield from bodies(self._connection, after, upto)
        except sqlite3.DatabaseError as error:
            raise JournalUnusable(str(error)) from error

    def snapshots(self) -> list[Snapshot]:
        """The snapshots, newest first, as they lie there."""
        with translated():
            rows = self._connection.execute("SELECT position, body FROM snapshots ORDER BY position DESC").fetchall()
        return [Snapshot(*row) for row in rows]

    def end(self) -> Head:
        """The position and hash at which the chain ends."""
        with translated():
            row = self._connection.execute(
                "SELECT last_position, hash FROM entries ORDER BY last_position DESC LIMIT 1"
            ).fetchone()
        return Head(*row) if row else EMPTY_HEAD

    def _rows(self) -> Iterator[EntryRow]:
        found = self._connection.execute(f"SELECT {', '.join(EntryRow._fields)} FROM entries ORDER BY last_position")
        return (EntryRow(*row) for row in found)

    def _database_findings(self) -> Iterator[Finding]:
        try:
            yield from self._structure_findings()
            yield from self._chain_findings()
            yield from self._snapshot_findings()
        except sqlite3.DatabaseError as error:
            yield Finding(
                "unreadable", "journal.db", Name(f"数据库无法读取: {error}", f"the database is unreadable: {error}")
            )

    def _structure_findings(self) -> Iterator[Finding]:
        # Also compares the index of keys with the rows, entry by entry.
        for (line,) in self._connection.execute(f"PRAGMA integrity_check({_PROBLEMS_SHOWN})"):
            if line != "ok":
                yield Finding(
                    "structure", "journal.db", Name(f"数据库结构损坏: {line}", f"the structure is damaged: {line}")
                )
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        # A journal that no newer engine has opened yet is as sound as any.
        if application != schema.APPLICATION_ID or not 1 <= version <= len(schema.MIGRATIONS):
            yield Finding(
                "schema",
                "journal.db",
                Name(f"不认识的结构版本 {version}", f"schema {version} is not known to this program"),
            )

    def _chain_findings(self) -> Iterator[Finding]:
        head = _head(self._folder)
        end, is_head_seen = EMPTY_HEAD, head is None or not head.position
        for row in self._rows():
            place = f"entry {row.position}"
            if row.position != end.position + 1:
                yield Finding(
                    "gap",
                    place,
                    Name(
                        f"上一条记录止于 {end.position}，其后有缺失或错序",
                        f"the entry before it ends at {end.position}",
                    ),
                )
            if is_linked(end.hash, row):
                yield from _content_findings(row, place)
            else:
                yield Finding("chain", place, Name("与前一条的哈希链断开", "the hash chain breaks here"))
            end = Head(row.last_position, row.hash)
            is_head_seen = is_head_seen or end == head
        if not is_head_seen and head is not None:
            yield Finding(
                "head",
                f"entry {head.position}",
                Name(
                    f"head 记录了 {head.position}，日志止于 {end.position} 且不含它",
                    f"head names {head.position}; the journal ends at {end.position} without it",
                ),
            )

    def _snapshot_findings(self) -> Iterator[Finding]:
        for position, digest, body in self._connection.execute("SELECT position, digest, body FROM snapshots"):
            if snapshot_digest(body) != digest:
                yield Finding(
                    "snapshot", f"snapshot {position}", Name("快照内容与摘要不符", "it does not match its digest")
                )


@contextmanager
def inspect(data: Path) -> Iterator[Inspection]:
    """Hold a stopped journal for reading; raises `JournalInUse`, `JournalUnusable` or `FileNotFoundError`."""
    folder = Folder(data)
    if not folder.database.exists():
        raise FileNotFoundError(f"no journal in {data} · {data} 中没有日志")
    with ExitStack() as stack:
        folder.take_for_reading()
        stack.callback(folder.release)
        with translated():
            connection = _connected(folder, stack)
        stack.callback(connection.close)
        yield Inspection(folder, connection)


def _connected(folder: Folder, stack: ExitStack) -> sqlite3.Connection:
    database, how = folder.database, "mode=ro&immutable=1"
    if folder.wal.exists() and folder.wal.stat().st_size:
        copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jiaohao-")))
        database, how = copy / folder.database.name, "mode=rw"
        shutil.copyfile(folder.database, database)
        shutil.copyfile(folder.wal, copy / folder.wal.name)
    return sqlite3.connect(f"{database.resolve().as_uri()}?{how}", uri=True, isolation_level=None)


def _head(folder: Folder) -> Head | None:
    try:
        return folder.read_head()
    except ValueError:
        return None


def _content_findings(row: EntryRow, place: str) -> Iterator[Finding]:
    try:
        entry = entry_of(row)
    except UnknownRecord as error:
        yield Finding("record", place, Name(f"记录无法读取: {error}", f"it cannot be read: {error}"))
        return
    if entry.last_position != row.last_position:
        yield Finding("record", place, Name("事实的条数与位置不符", "its facts do not fill its positions"))


def _file_findings(folder: Folder) -> Iterator[Finding]:
    """What the files beside the tables say: log, seal, pages, head."""
    log = folder.wal.read_bytes() if folder.wal.exists() else b""
    pages, damage = wal.check(log)
    if damage is not None:
        place = f"journal.db-wal bytes {damage.start}–{damage.end - 1}"
        yield Finding("log", place, Name("预写日志的字节与写入时不同", "the log is not as it was written"))
    yield from _page_findings(folder, pages)
    try:
        if folder.read_head() is None:
            yield Finding("head", "head", Name("head 文件不见了", "the file is missing"))
    except ValueError:
        yield Finding("head", "head", Name("head 文件已损坏", "the file is damaged"))


def _page_findings(folder: Folder, pages: wal.Pages) -> Iterator[Finding]:
    try:
        seal = Seal.read(folder.seal)
    except FileNotFoundError:
        yield Finding("seal", "seal", Name("seal 文件不见了", "the file is missing"))
        return
    except ValueError:
        yield Finding("seal", "seal", Name("seal 文件已损坏", "the file is damaged"))
        return
    found = list(page_checksums(folder.database))
    sealed = dict(enumerate(seal.checksums, start=1))
    for page, checksum in enumerate(found, start=1):
        # A page that the log holds too may lie there as before or as after a checkpoint that was cut short.
        if checksum != sealed.get(page) and checksum not in pages.checksums.get(page, ()):
            start = (page - 1) * wal.PAGE_BYTES
            place = f"journal.db page {page}, bytes {start}–{start + wal.PAGE_BYTES - 1}"
            yield Finding("page", place, Name("此页与 seal 不符", "this page is not as it was sealed"))
    if len(found) < len(sealed):
        place = f"journal.db page {len(found) + 1}"
        what = Name(
            f"数据库缺了 {len(sealed) - len(found)} 页", f"{len(sealed) - len(found)} pages are missing from here on"
        )
        yield Finding("page", place, what)
