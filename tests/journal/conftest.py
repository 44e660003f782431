"""Both journals under one roof: the same test runs against each."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.journal.memory import Disk, MemoryJournal
from engine.journal.sqlite import SqliteJournal
from engine.ports import Journal

Opening = Callable[[], Journal]


@pytest.fixture(params=["memory", "sqlite"])
async def opening(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opening]:
    """Makes journals over one and the same storage, not opened yet; closes them all in the end."""
    disk, made = Disk(), list[Journal]()

    def another() -> Journal:
        made.append(MemoryJournal(disk) if request.param == "memory" else SqliteJournal(tmp_path / "data"))
        return made[-1]

    yield another
    for journal in made:
        await journal.close()


@pytest.fixture
async def journal(opening: Opening) -> Journal:
    """An open, empty journal."""
    journal = opening()
    await journal.open()
    return journal
