"""The journal's tables, and how an older journal becomes today's."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from engine.journal.wal import PAGE_BYTES
from engine.ports import JournalUnusable

APPLICATION_ID: Final = 0x4A48414F
"""“JHAO” in the database's header: this file is a journal of ours."""

IS_MARK: Final = (
    "instr(body, x'aa6461792d6f70656e6564') OR instr(body, x'aa636f6e66696775726564') OR instr(body, x'a56d6f766564')"
)
"""Which entries a reader of the past looks for first: the kinds `day-opened`, `configured` and `moved`, as MessagePack
has them. A few others may look alike, and cost nothing but a look."""

Migration = tuple[str, ...]

MIGRATIONS: Final[Sequence[Migration]] = (
    (
        # The rows stand in the order of their last position, so that "everything after p" is one range of the table.
        """CREATE TABLE entries (
            last_position INTEGER PRIMARY KEY,
            position INTEGER NOT NULL,
            at_ms INTEGER NOT NULL,
            key TEXT,
            digest BLOB,
            body BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT""",
        # A key applies at most once, whatever the engine believes.
        "CREATE UNIQUE INDEX entries_by_key ON entries (key) WHERE key IS NOT NULL",
        "CREATE TABLE snapshots (position INTEGER PRIMARY KEY, digest BLOB NOT NULL, body BLOB NOT NULL) STRICT",
        "CREATE TABLE cursors (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    ),
    # A report of one day out of years finds it, and the plan it had, without reading the years.
    (f"CREATE INDEX entries_that_mark ON entries (last_position) WHERE {IS_MARK}",),
)
"""Each brings the schema one version further; none is ever changed once a journal may have it."""


def create(connection: sqlite3.Connection) -> None:
    """Make an empty database a journal without tables: one page, written around the log."""
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a journal up to date, one transaction a version; raises `JournalUnusable` when that cannot be."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise JournalUnusable("journal.db is not a journal of this program · journal.db 不是本程序的日志")
    if version > len(migrations):
        raise JournalUnusable(
            f"the journal has schema {version}, this program knows {len(migrations)}: use a newer program · "
            f"日志的结构版本是 {version}，本程序只认识 {len(migrations)}：请使用更新的程序"
        )
    for number, statements in enumerate(migrations[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
