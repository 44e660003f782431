"""S12 and below: a stopped journal in which anything at all was changed is found out."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.journal.inspection import inspect
from engine.journal.seal import Seal
from engine.journal.sqlite import SqliteJournal
from engine.journal.store import Store
from engine.ports import JournalUnusable, Snapshot
from tests.journal.entries import entry, keyed


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of 400 entries that was closed in order. Tests work on copies."""
    data = tmp_path_factory.mktemp("closed") / "data"
    store = Store(data)
    store.append(keyed(1, 400))
    store.save_snapshot(Snapshot(100, b"hall as of 100" * 40))
    store.close()
    return data


@pytest.fixture(scope="module")
def killed(closed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same journal, opened again, written to, and caught in the state kill -9 leaves."""
    live, image = tmp_path_factory.mktemp("live") / "data", tmp_path_factory.mktemp("killed") / "data"
    shutil.copytree(closed, live)
    store = Store(live)
    for first in (401, 411, 421):
        store.append(keyed(first, 10))
    store.move_cursor("mqtt", 400)
    shutil.copytree(live, image)
    store.close()
    return image


def codes(data: Path) -> set[str]:
    with inspect(data) as inspection:
        return {finding.code for finding in inspection.findings()}


@contextmanager
def one_byte_changed(path: Path, offset: int) -> Iterator[None]:
    content = path.read_bytes()
    path.write_bytes(content[:offset] + bytes([content[offset] ^ 0x20]) + content[offset + 1 :])
    yield
    path.write_bytes(content)


@pytest.mark.parametrize("state", ["closed", "killed"])
def test_untouched_journal_has_no_findings(state: str, request: pytest.FixtureRequest) -> None:
    assert codes(request.getfixturevalue(state)) == set()


@pytest.mark.parametrize(
    ("state", "name"),
    [
        *(("closed", name) for name in ("journal.db", "seal", "head")),
        *(("killed", name) for name in ("journal.db", "journal.db-wal", "seal", "head")),
    ],
)
def test_one_changed_byte_anywhere_is_found(
    state: str, name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    data = Path(shutil.copytree(request.getfixturevalue(state), tmp_path / "data"))
    chance = random.Random(f"{state} {name}")
    size = len((data / name).read_bytes().rstrip(b"\0"))

    for _ in range(25):
        offset = chance.randrange(size)
        with one_byte_changed(data / name, offset):
            assert codes(data), f"byte {offset} of {name}"


def test_changed_page_is_named(closed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(closed, tmp_path / "data"))

    with one_byte_changed(data / "journal.db", 3 * 4096 + 17), inspect(data) as inspection:
        places = [finding.place for finding in inspection.findings()]

    assert "journal.db page 4, bytes 12288–16383" in places


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE entries SET body = zeroblob(8) WHERE position = 200", "chain"),
        ("UPDATE entries SET at_ms = at_ms + 1 WHERE position = 200", "chain"),
        ("UPDATE entries SET key = 'other' WHERE position = 200", "chain"),
        ("DELETE FROM entries WHERE position = 200", "gap"),
        ("DELETE FROM entries WHERE position > 390", "head"),
        ("UPDATE entries SET last_position = 1000 - last_position WHERE position > 200", "gap"),
        ("UPDATE snapshots SET body = zeroblob(8)", "snapshot"),
        ("PRAGMA user_version = 99", "schema"),
    ],
)
def test_forgery_is_found_even_under_a_fresh_seal(statement: str, code: str, closed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(closed, tmp_path / "data"))
    connection = sqlite3.connect(data / "journal.db", isolation_level=None)
    connection.execute(statement)
    connection.close()
    Seal.of_database(data / "journal.db").write(data / "seal")

    assert code in codes(data)


@pytest.mark.parametrize("size", [0, 200_000])
def test_log_cut_short_is_found_and_not_opened(size: int, killed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(killed, tmp_path / "data"))
    log = (data / "journal.db-wal").read_bytes().rstrip(b"\0")
    (data / "journal.db-wal").write_bytes(log[: min(size, len(log) // 2)])

    assert "head" in codes(data)
    with pytest.raises(JournalUnusable, match="430"):
        Store(data)


def test_transaction_cut_off_by_a_kill_is_no_finding(killed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(killed, tmp_path / "data"))
    log = (data / "journal.db-wal").read_bytes()
    last_frame = (len(log.rstrip(b"\0")) - 32) // 4120 * 4120 + 32
    for cut in (last_frame, last_frame + 24, -(-(last_frame + 24) // 4096) * 4096):
        (data / "journal.db-wal").write_bytes(log[:cut] + bytes(len(log) - cut))

        assert codes(data) == set()


def test_entries_of_a_killed_journal_are_read_without_changing_it(killed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(killed, tmp_path / "data"))
    before = {path.name: path.read_bytes() for path in data.iterdir()}

    with inspect(data) as inspection:
        found = list(inspection.entries())

    assert found == keyed(1, 430)
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


async def test_damaged_row_stops_the_start(closed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(closed, tmp_path / "data"))
    connection = sqlite3.connect(data / "journal.db", isolation_level=None)
    connection.execute("UPDATE entries SET at_ms = 0 WHERE position = 200")
    connection.close()

    with pytest.raises(JournalUnusable, match="200"):
        await SqliteJournal(data).open()


async def test_damaged_row_before_the_snapshot_is_refused_when_its_key_is_asked_for(
    closed: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(closed, tmp_path / "data"))
    connection = sqlite3.connect(data / "journal.db", isolation_level=None)
    connection.execute("UPDATE entries SET body = zeroblob(8) WHERE position = 50")
    connection.close()
    journal = SqliteJournal(data)
    await journal.open()

    with pytest.raises(JournalUnusable, match="50"):
        await journal.find_keys(["key-50"])

    await journal.close()


async def test_damaged_snapshot_is_passed_over(closed: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(closed, tmp_path / "data"))
    connection = sqlite3.connect(data / "journal.db", isolation_level=None)
    connection.execute("UPDATE snapshots SET body = zeroblob(8)")
    connection.close()
    journal = SqliteJournal(data)

    recovered = await journal.open()
    await journal.close()

    assert recovered.snapshot is None
    assert recovered.entries[0] == entry(1, key="key-1")
