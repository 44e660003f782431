"""What every journal promises, whatever it is made of."""

from dataclasses import replace

import pytest

from engine.ports import Journal, JournalFailed, JournalInUse, Snapshot
from tests.journal.conftest import Opening
from tests.journal.entries import entry, everything, keyed


async def test_new_journal_is_empty(opening: Opening) -> None:
    recovered = await opening().open()

    assert (recovered.snapshot, list(recovered.entries), recovered.last_position) == (None, [], 0)


async def test_entries_come_back_equal_after_reopening(journal: Journal, opening: Opening) -> None:
    written = [entry(1, key="a"), entry(2, facts=3), entry(5, words="坐轮椅")]
    await journal.append(written)
    await journal.close()

    recovered = await opening().open()

    assert list(recovered.entries) == written
    assert (recovered.last_position, recovered.last_at_ms) == (5, written[-1].at_ms)


async def test_batch_larger_than_one_statement_is_kept_whole(journal: Journal) -> None:
    await journal.append(keyed(1, 2_500))

    assert list(await everything(journal)) == keyed(1, 2_500)


async def test_empty_batch_changes_nothing(journal: Journal) -> None:
    await journal.append([])

    assert list(await everything(journal)) == []


async def test_read_begins_within_an_entry_that_is_partly_known(journal: Journal) -> None:
    await journal.append([entry(1), entry(2, facts=3), entry(5)])

    assert [found.position for found in await journal.read(after=3, limit=10)] == [2, 5]
    assert [found.position for found in await journal.read(after=4, limit=10)] == [5]
    assert [found.position for found in await journal.read(after=0, limit=2)] == [1, 2]


async def test_key_finds_its_entry_with_digest_and_reply(journal: Journal) -> None:
    await journal.append([entry(1, key="a"), entry(2), entry(3, key="b")])

    found = await journal.find_keys(["b", "unknown"])

    assert found == {"b": entry(3, key="b")}


async def test_key_twice_fails_the_whole_batch(journal: Journal, opening: Opening) -> None:
    await journal.append([entry(1, key="a")])

    with pytest.raises(JournalFailed):
        await journal.append([entry(2, key="b"), entry(3, key="a")])

    await journal.close()
    recovered = await opening().open()
    assert list(recovered.entries) == [entry(1, key="a")]


async def test_failed_journal_refuses_all_further_use(journal: Journal) -> None:
    with pytest.raises(JournalFailed):
        await journal.append([entry(1, key="a"), entry(2, key="a")])

    for use in (journal.append([entry(1)]), journal.read(0, 1), journal.find_keys(["a"]), journal.cursor("mqtt")):
        with pytest.raises(JournalFailed):
            await use


async def test_position_that_does_not_follow_is_a_bug(journal: Journal) -> None:
    await journal.append([entry(1)])

    with pytest.raises(AssertionError):
        await journal.append([entry(3)])


async def test_second_opener_is_refused_until_the_first_lets_go(journal: Journal, opening: Opening) -> None:
    with pytest.raises(JournalInUse):
        await opening().open()

    await journal.close()
    assert (await opening().open()).last_position == 0


async def test_recovery_begins_after_the_newest_snapshot(journal: Journal, opening: Opening) -> None:
    await journal.append([entry(1), entry(2), entry(3)])
    await journal.save_snapshot(Snapshot(1, b"one"))
    await journal.save_snapshot(Snapshot(2, b"two"))
    await journal.close()

    recovered = await opening().open()

    assert recovered.snapshot == Snapshot(2, b"two")
    assert list(recovered.entries) == [entry(3)]


async def test_replies_after_a_snapshot_are_found_by_their_keys_only(journal: Journal, opening: Opening) -> None:
    await journal.append([entry(1), entry(2, key="a", facts=2), entry(4)])
    await journal.save_snapshot(Snapshot(1, b"one"))
    await journal.close()

    reopened = opening()
    recovered = await reopened.open()

    assert list(recovered.entries) == [replace(entry(2, key="a", facts=2), reply=None), entry(4)]
    assert await reopened.find_keys(["a"]) == {"a": entry(2, key="a", facts=2)}


async def test_snapshot_of_the_last_position_leaves_nothing_to_recover(journal: Journal, opening: Opening) -> None:
    await journal.append([entry(1, facts=2)])
    await journal.save_snapshot(Snapshot(2, b"two"))
    await journal.close()

    recovered = await opening().open()

    assert (list(recovered.entries), recovered.last_position) == ([], 2)
    assert recovered.last_at_ms == entry(1).at_ms


async def test_snapshot_of_what_is_not_recorded_is_a_bug(journal: Journal) -> None:
    await journal.append([entry(1)])

    with pytest.raises(AssertionError):
        await journal.save_snapshot(Snapshot(2, b"two"))


async def test_cursor_is_zero_until_moved_and_outlives_the_journal(journal: Journal, opening: Opening) -> None:
    assert await journal.cursor("mqtt") == 0
    await journal.move_cursor("mqtt", 5)
    await journal.move_cursor("mqtt", 7)
    await journal.close()

    again = opening()
    await again.open()

    assert (await again.cursor("mqtt"), await again.cursor("other")) == (7, 0)


async def test_journal_on_a_roomy_disk_has_room(journal: Journal) -> None:
    assert journal.has_room()
