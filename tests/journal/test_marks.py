"""Marks and bodies: how somebody who reads the past finds a day in it, in every kind of journal."""

from pathlib import Path

import msgpack

from engine.core import events as e
from engine.core.events import Event
from engine.journal import schema
from engine.journal.inspection import inspect
from engine.journal.store import Store, marks
from engine.ports import Entry, Journal
from tests.builders import DAY, HOUR, NINE, PLAN

STORY: tuple[tuple[Event, ...], ...] = (
    (e.HallConfigured(PLAN, NINE),),
    (e.DayOpened(DAY, NINE + HOUR, NINE + HOUR, NINE),),
    (e.TicketIssued("a", "A001", 1, "social", "ordinary", "kiosk", None, False, NINE),),
    (e.TicketCancelled("a", None, "x", NINE + 1), e.WindowMoved("w01", 9, "a", NINE + 1)),
    (e.DayClosed(NINE + 2),),
)


def entries() -> list[Entry]:
    made, position = [], 1
    for facts in STORY:
        made.append(Entry(position, facts[0].at_ms, "test", facts))
        position += len(facts)
    return made


async def test_marks_are_the_entries_that_open_a_day_configure_the_hall_or_move_a_window(journal: Journal) -> None:
    await journal.append(entries())

    found = await journal.marks()

    assert [position for position, _ in found] == [1, 2, 5]
    assert [msgpack.unpackb(body)[2][-1][0] for _, body in found] == ["configured", "day-opened", "moved"]


async def test_bodies_are_those_of_the_stretch_and_no_more_than_asked_for(journal: Journal) -> None:
    await journal.append(entries())

    assert [(last, at_ms) for last, at_ms, _ in await journal.bodies(1, 5, 10)] == [(2, NINE), (3, NINE), (5, NINE + 1)]
    assert [last for last, _, _ in await journal.bodies(3, None, 10)] == [5, 6]
    assert [last for last, _, _ in await journal.bodies(0, None, 2)] == [1, 2]


async def test_an_empty_journal_has_neither(journal: Journal) -> None:
    assert (await journal.marks(), await journal.bodies(0, None, 10)) == ([], [])


def test_a_stopped_journal_tells_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(entries())
    running = (store.marks(), store.bodies(1, 5, 10))
    store.close()

    with inspect(tmp_path) as stopped:
        assert (stopped.marks(), list(stopped.bodies(1, 5))) == running


def test_marks_are_found_by_their_index(tmp_path: Path) -> None:
    store = Store(tmp_path)

    (line,) = store.connection.execute(
        f"EXPLAIN QUERY PLAN SELECT last_position, body FROM entries WHERE {schema.IS_MARK} ORDER BY last_position"
    )

    store.close()
    assert "entries_that_mark" in line[3]


def test_a_journal_from_before_the_index_gets_it_and_loses_nothing(tmp_path: Path) -> None:
    old = Store(tmp_path, migrations=schema.MIGRATIONS[:1])
    old.append(entries())
    without_index = marks(old.connection)
    old.close()

    new = Store(tmp_path)

    assert new.marks() == without_index
    assert [position for position, _ in without_index] == [1, 2, 5]
    new.close()


def test_a_journal_from_before_the_index_is_sound_and_can_be_reported_as_it_is(tmp_path: Path) -> None:
    old = Store(tmp_path, migrations=schema.MIGRATIONS[:1])
    old.append(entries())
    old.close()

    with inspect(tmp_path) as stopped:
        assert stopped.findings() == []
        assert [position for position, _ in stopped.marks()] == [1, 2, 5]
