"""Warnings at the door: staff read them, devices report on themselves, the hall hears what anybody could see."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.plan import Limit, Limits
from engine.http.warnings import Reported, Warnings
from tests.builders import MINUTE
from tests.http.hall_door import HALL, OpenDoor, open_door
from tests.waiting import until


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    """A door whose hall warns when more than one person waits."""
    limits = Limits(wait_ms=Limit(10 * MINUTE, 5 * MINUTE), count=Limit(1, 0))
    async with open_door(tmp_path, plan=replace(HALL, limits=limits)) as door:
        yield door


async def standing(door: OpenDoor) -> list[tuple[str, str]]:
    reply = await door.ask("GET", "/warnings", role="guide")
    return [(each.kind, each.subject) for each in Warnings.model_validate(reply.json).warnings]


async def test_a_warning_is_there_for_whoever_asks_next(watched: OpenDoor) -> None:
    await watched.draw()
    await watched.draw()

    assert await until(lambda: standing(watched)) == [("count", "social")]

    reply = await watched.ask("GET", "/warnings", role="clerk")
    assert reply.json["warnings"][0]["sentence"]["zh"] == "“social”有 2 人等候，超过 1 人。"


async def test_a_device_reports_on_itself_and_on_no_other(door: OpenDoor) -> None:
    bad = {"kind": "paper", "is_bad": True}

    own = await door.ask("POST", "/devices/d01/report", bad, role="device")
    again = await door.ask("POST", "/devices/d01/report", bad, role="device")
    other = await door.ask("POST", "/devices/d02/report", bad, role="device")

    assert (Reported.model_validate(own.json).is_new, again.json["is_new"]) == (True, False)
    assert (other.status, other.code) == (403, "other-device")
    assert await standing(door) == [("paper", "d01")]


async def test_staff_may_say_that_a_device_is_well(door: OpenDoor) -> None:
    await door.ask("POST", "/devices/kiosk-1/report", {"kind": "paper", "is_bad": True}, role="kiosk")

    await door.ask("POST", "/devices/kiosk-1/report", {"kind": "paper", "is_bad": False}, role="guide")

    assert await standing(door) == []


@pytest.mark.parametrize("device_id", ["Kiosk", "a%20b", "x" * 65])
async def test_a_device_has_an_id(door: OpenDoor, device_id: str) -> None:
    reply = await door.ask("POST", f"/devices/{device_id}/report", {"kind": "paper", "is_bad": True}, role="kiosk")

    assert (reply.status, reply.json["fields"]) == (400, ["device_id"])


async def test_an_id_that_may_be_a_telephone_number_is_refused(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/devices/1" + "3" * 10 + "/report", {"kind": "paper", "is_bad": True}, role="kiosk")

    assert (reply.status, reply.code) == (422, "personal-data")
