"""What only a journal on disk has to get right: its directory, its schema, its limits, and checkpoints."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from engine.journal import schema
from engine.journal.inspection import inspect
from engine.journal.sqlite import SqliteJournal
from engine.journal.store import WAL_BYTES, Store
from engine.ports import JournalFailed, JournalFull, JournalInUse, JournalUnusable
from tests.journal.entries import entry, keyed

SECOND_SCHEMA = (*schema.MIGRATIONS, ("CREATE TABLE notes (text TEXT NOT NULL) STRICT",))


def test_directory_is_for_its_owner_alone(tmp_path: Path) -> None:
    Store(tmp_path / "deep" / "data").close()

    assert (tmp_path / "deep" / "data").stat().st_mode & 0o777 == 0o700


def test_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    old = Store(tmp_path)
    old.append([entry(1)])
    old.close()

    new = Store(tmp_path, migrations=SECOND_SCHEMA)

    assert new.read(0, 10) == [entry(1)]
    assert new.connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)
    new.close()


def test_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    Store(tmp_path, migrations=SECOND_SCHEMA).close()

    with pytest.raises(JournalUnusable, match="newer program"):
        Store(tmp_path)

    Store(tmp_path, migrations=SECOND_SCHEMA).close()


async def test_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"no database at all" * 500)

    with pytest.raises(JournalUnusable):
        await SqliteJournal(tmp_path).open()


def test_somebody_elses_database_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()

    with pytest.raises(JournalUnusable, match="not a journal"):
        Store(tmp_path)


async def test_database_opened_by_another_program_is_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    intruder = sqlite3.connect(tmp_path / "journal.db", isolation_level=None)
    intruder.execute("PRAGMA locking_mode = EXCLUSIVE")
    intruder.execute("BEGIN IMMEDIATE")

    with pytest.raises(JournalInUse):
        await SqliteJournal(tmp_path).open()

    intruder.close()


def test_many_checkpoints_leave_a_sound_journal(tmp_path: Path) -> None:
    store = Store(tmp_path)
    position = 1
    while (tmp_path / "journal.db").stat().st_size < 2 * WAL_BYTES:
        store.append(keyed(position, 500))
        position += 500
    store.close()

    with inspect(tmp_path) as inspection:
        assert inspection.findings() == []
        assert sum(1 for _ in inspection.entries()) == position - 1


async def test_full_journal_fails_whole_batches_and_recovers_with_more_room(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path, pages_max=60)
    await journal.open()
    position = 1
    with pytest.raises(JournalFull):
        for _ in range(1_000):
            await journal.append(keyed(position, 20))
            position += 20
    await journal.close()

    larger = SqliteJournal(tmp_path, pages_max=120)
    recovered = await larger.open()
    assert list(recovered.entries) == keyed(1, position - 1)
    await larger.append(keyed(position, 20))
    await larger.close()
    with inspect(tmp_path) as inspection:
        assert inspection.findings() == []


async def test_nothing_happens_behind_a_failed_append_nobody_waited_for(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path)
    await journal.open()
    await journal.append([entry(1, key="a")])
    abandoned = asyncio.create_task(journal.append([entry(2, key="a")]))
    await asyncio.sleep(0)
    abandoned.cancel()

    with pytest.raises(JournalFailed, match="failed before"):
        await journal.append([entry(2, key="b")])

    await journal.close()


async def test_room_runs_out_for_new_tickets_before_it_runs_out_for_calls(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path, pages_max=100, room_bytes=40 * 4096)
    await journal.open()
    assert journal.has_room()

    position = 1
    while journal.has_room():
        await journal.append(keyed(position, 20))
        position += 20

    await journal.append(keyed(position, 20))
    await journal.close()


async def test_reserve_is_given_up_when_the_journal_is_full(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path, pages_max=20)
    await journal.open()
    assert (tmp_path / "reserve").stat().st_size == 8 * 1024 * 1024

    with pytest.raises(JournalFull):
        await journal.append(keyed(1, 2_000))

    assert not (tmp_path / "reserve").exists()
    await journal.close()


def test_entries_wait_for_the_disk_and_cursors_do_not(tmp_path: Path) -> None:
    store = Store(tmp_path)
    steps: list[str] = []
    store.connection.set_trace_callback(steps.append)

    store.move_cursor("mqtt", 7)
    store.append([entry(1)])

    store.connection.set_trace_callback(None)
    store.close()
    waits = True
    waited = {}
    for step in steps:
        if step.startswith("PRAGMA synchronous"):
            waits = step.endswith("FULL")
        else:
            waited["cursors" if "INTO cursors" in step else "entries"] = waits
    assert waited == {"cursors": False, "entries": True}
