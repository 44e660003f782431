"""Faults of the journal in memory: what was lost is gone, what was kept is there, and both look the same at first."""

import pytest

from engine.journal.memory import Disk, Fault, MemoryJournal
from engine.ports import JournalFailed, JournalFull
from tests.journal.entries import entry


@pytest.mark.parametrize(("fault", "kept"), [("lost", []), ("kept", [entry(1)]), ("full", [])])
async def test_failed_write_is_known_only_after_reopening(fault: Fault, kept: list[object]) -> None:
    disk = Disk()
    journal = MemoryJournal(disk)
    await journal.open()
    disk.fail_next_write(fault)

    with pytest.raises(JournalFull if fault == "full" else JournalFailed):
        await journal.append([entry(1)])

    disk.crash()
    assert list((await MemoryJournal(disk).open()).entries) == kept


async def test_disk_without_room_says_so() -> None:
    disk = Disk()
    journal = MemoryJournal(disk)
    await journal.open()

    disk.is_roomy = False

    assert not journal.has_room()
