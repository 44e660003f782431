"""Persons: known again for a day, never kept; the key is gone with the day."""

import logging
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core import commands as c
from engine.http.persons import PersonKeys, normalised
from tests.builders import PLAN, SERVICES
from tests.http.hall_door import OpenDoor, open_door
from tests.runtime.hall import eventually

IDENTITY = "33020319500101123X"
TODAY, TOMORROW = "20261123", "20261124"
STRICT = replace(PLAN, services=(replace(SERVICES[0], one_per_person=True), *SERVICES[1:]))


# --- the keys ---


def test_same_person_has_one_hash_all_day_and_another_on_the_next(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path)

    first, again, other = (keys.hash(TODAY, text) for text in (IDENTITY, f" {IDENTITY.lower()} ", "somebody else"))

    assert first == again != other
    assert keys.hash(TOMORROW, IDENTITY) not in (first, other)


def test_hash_is_short_and_tells_nothing(tmp_path: Path) -> None:
    hashed = PersonKeys(tmp_path).hash(TODAY, IDENTITY)

    assert len(hashed) == 16
    assert IDENTITY not in hashed


def test_full_width_and_half_width_are_the_same_person() -> None:
    assert normalised("３３０２０３１９５００１０１１２３ｘ") == IDENTITY


def test_key_outlives_a_restart_of_its_day(tmp_path: Path) -> None:
    before = PersonKeys(tmp_path).hash(TODAY, IDENTITY)

    assert PersonKeys(tmp_path).hash(TODAY, IDENTITY) == before


def test_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    PersonKeys(tmp_path).hash(TODAY, IDENTITY)

    assert stat.S_IMODE((tmp_path / "day-key").stat().st_mode) == 0o600


def test_closing_the_day_destroys_its_key_and_the_hash_cannot_be_made_again(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path)
    before = keys.hash(TODAY, IDENTITY)
    held = (tmp_path / "day-key").open("rb")

    keys.keep(TODAY, is_open=False)

    assert not (tmp_path / "day-key").exists()
    assert set(held.read()) == {0}, "the file was removed and not overwritten"
    held.close()
    assert keys.hash(TODAY, IDENTITY) != before
    assert PersonKeys(tmp_path).hash(TODAY, IDENTITY) != before


def test_key_of_the_day_that_goes_on_is_kept(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path)
    before = keys.hash(TODAY, IDENTITY)

    keys.keep(TODAY, is_open=True)

    assert keys.hash(TODAY, IDENTITY) == before


def test_key_of_a_day_that_ended_while_we_were_away_is_destroyed_at_the_start(tmp_path: Path) -> None:
    before = PersonKeys(tmp_path).hash(TODAY, IDENTITY)

    keys = PersonKeys(tmp_path)
    keys.keep(TOMORROW, is_open=True)

    assert not (tmp_path / "day-key").exists()
    assert keys.hash(TODAY, IDENTITY) != before


def test_bookers_are_known_for_a_quarter_and_are_not_the_persons_of_the_day(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path)

    november, december, january = (keys.booker(day, IDENTITY) for day in ("20261123", "20261231", "20270101"))

    assert november == december != january
    assert november != keys.hash(TODAY, IDENTITY)


def test_key_of_a_quarter_goes_with_the_quarter_and_leaves_the_next_one(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path)
    before, after = keys.booker("20261123", IDENTITY), keys.booker("20270102", IDENTITY)

    keys.keep("20270101", is_open=True)

    again = PersonKeys(tmp_path)
    assert again.booker("20270201", IDENTITY) == after
    assert again.booker("20261231", IDENTITY) != before


@pytest.mark.parametrize("content", ["", "nonsense\n", "20261123 zz\n", "20261123 00ff\n"])
def test_file_that_holds_no_key_gets_a_new_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "day-key").write_text(content)

    hashed = PersonKeys(tmp_path).hash(TODAY, IDENTITY)

    assert PersonKeys(tmp_path).hash(TODAY, IDENTITY) == hashed


def test_key_file_that_somebody_removed_is_no_trouble_at_the_close(tmp_path: Path) -> None:
    keys = PersonKeys(tmp_path)
    keys.hash(TODAY, IDENTITY)
    (tmp_path / "day-key").unlink()

    keys.keep(TODAY, is_open=False)

    assert not (tmp_path / "day-key").exists()


# --- at the door ---


async def test_person_draws_one_number_of_a_service_that_allows_one(tmp_path: Path) -> None:
    async with open_door(tmp_path, plan=STRICT) as door:
        first = await _draw(door, IDENTITY)
        again = await _draw(door, f" {IDENTITY.lower()}")
        other = await _draw(door, "330203195001011240")

    assert (first, again, other) == ((201, None), (409, "open-ticket-exists"), (201, None))


async def test_repetition_is_the_same_request_for_the_same_person_only(tmp_path: Path) -> None:
    async with open_door(tmp_path, plan=STRICT) as door:
        body = {"service": "social", "person": IDENTITY}
        first = await door.ask("POST", "/tickets", body, role="kiosk", key="k1")
        again = await door.ask("POST", "/tickets", body, role="kiosk", key="k1")
        other = await door.ask("POST", "/tickets", {**body, "person": "another"}, role="kiosk", key="k1")

    assert (again.raw, other.code) == (first.raw, "key-reused")


async def test_person_comes_up_nowhere_and_the_key_dies_with_the_day(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_door(tmp_path, plan=STRICT) as door:
        body = {"service": "social", "person": IDENTITY}
        replies = [
            await door.ask("POST", "/tickets", body, role="kiosk", key="k1"),
            await door.ask("POST", "/tickets", body, role="kiosk", key="k2"),
            await door.ask("POST", "/tickets", {**body, "service": "none"}, role="kiosk"),
            await door.ask("POST", "/tickets", {"service": "social", "person": IDENTITY * 9}, role="kiosk"),
            await door.ask("POST", "/tickets", {**body, "person": [IDENTITY]}, role="kiosk"),
            await door.ask("GET", "/hall"),
        ]
        key_file = (tmp_path / "day-key").read_bytes()
        hashed = await door.engine.read(lambda hall: hall.tickets["20261123-a001"].person)
        await door.engine.submit(c.CloseDay(), actor="test")
        await eventually(lambda: not (tmp_path / "day-key").exists())

        seen = {
            "journal": door.journal_bytes(),
            "answers": b"".join(reply.raw for reply in replies),
            "log": caplog.text.encode(),
            "data": key_file + _files(tmp_path),
        }
    assert [where for where, held in seen.items() if IDENTITY.encode() in held] == []
    assert hashed is not None
    assert [where for where in ("answers", "log") if hashed.encode() in seen[where]] == []


async def test_between_days_no_key_is_made(tmp_path: Path) -> None:
    async with open_door(tmp_path, plan=STRICT) as door:
        await door.engine.submit(c.CloseDay(), actor="test")

        refused = await _draw(door, IDENTITY)

    assert refused == (409, "day-not-open")
    assert not (tmp_path / "day-key").exists()


def _files(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data.iterdir() if path.is_file())


async def _draw(door: OpenDoor, person: str) -> tuple[int, str | None]:
    reply = await door.ask("POST", "/tickets", {"service": "social", "person": person}, role="kiosk")
    return reply.status, reply.json.get("code")
