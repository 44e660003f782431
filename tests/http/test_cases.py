"""Cases over HTTP: the whole way of one, what is refused, and what supervisors see beside."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from engine.core.plan import Department
from tests.builders import HOUR, NINE, both
from tests.http.hall_door import HALL, OpenDoor, Reply, open_door

PLAN = replace(HALL, departments=(Department("tax", both("tax")), Department("land", both("land"))))
DAY_MS = 24 * HOUR


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    async with open_door(tmp_path, plan=PLAN) as opened:
        yield opened


async def post(door: OpenDoor, path: str, body: object = None, **options: Any) -> Reply:
    return await door.ask("POST", path, body, role="clerk", **options)


async def accepted(door: OpenDoor, **about: str) -> str:
    reply = await post(door, "/cases", {"subject": "the register is down", **about})
    assert reply.status == 201, reply.raw
    return str(reply.json["case"]["id"])


async def test_a_case_goes_its_whole_way(door: OpenDoor) -> None:
    ticket = await door.draw()
    case_id = await accepted(door, ticket_id=ticket["ticket_id"])
    path = f"/cases/{case_id}"

    await post(door, f"{path}/inform")
    await post(door, f"{path}/tasks", {"department": "tax"})
    await post(door, f"{path}/tasks", {"department": "land", "due_at": "2026-11-24T17:00:00+08:00"})
    await post(door, f"{path}/tasks/1/finish")
    await post(door, f"{path}/tasks/2/finish", {"result": "not-ours"})
    await post(door, f"{path}/call-back", {"is_reached": True, "is_satisfied": True})
    closed = await post(door, f"{path}/close")

    case = closed.json["case"]
    assert case == (await door.ask("GET", path, role="guide")).json["case"]
    assert (case["state"], case["result"], case["service"]) == ("closed", "solved", "social")
    assert [(task["department"], task["is_lead"], task["result"]) for task in case["tasks"]] == [
        ("tax", True, "done"),
        ("land", False, "not-ours"),
    ]
    assert case["tasks"][1]["due_at"] == "2026-11-24T17:00:00.000+08:00"


async def test_staff_see_the_case_on_its_ticket_and_its_holder_does_not(door: OpenDoor) -> None:
    ticket = await door.draw()
    case_id = await accepted(door, ticket_id=ticket["ticket_id"])

    found = await door.ask("GET", "/tickets/number/A001", role="clerk")
    own = await door.ask("GET", f"/tickets/{ticket['token']}")

    assert found.json["case"] == case_id
    assert case_id.encode() not in own.raw
    assert case_id.encode() not in (await door.ask("GET", "/hall")).raw


async def test_a_repeated_request_accepts_one_case(door: OpenDoor) -> None:
    first = await post(door, "/cases", {"subject": "x"}, key="k1")
    again = await post(door, "/cases", {"subject": "x"}, key="k1")

    assert first.raw == again.raw
    assert (await door.ask("GET", "/cases", role="clerk")).json["total"] == 1


async def test_the_list_shows_the_most_pressing_first_and_those_asked_for(door: OpenDoor) -> None:
    early = await accepted(door)
    door.clock.now = NINE + DAY_MS
    late = await accepted(door)
    await post(door, f"/cases/{early}/inform")

    everything = (await door.ask("GET", "/cases", role="clerk")).json
    informed = (await door.ask("GET", "/cases?state=informed&limit=1", role="clerk")).json

    assert [case["id"] for case in everything["cases"]] == [early, late]
    assert ([case["id"] for case in informed["cases"]], informed["total"]) == ([early], 1)


async def test_supervisors_see_what_went_up(door: OpenDoor) -> None:
    overdue = await accepted(door)
    assert (await door.ask("GET", "/cases/escalated", role="supervisor")).json["cases"] == []
    door.clock.now = NINE + 6 * DAY_MS
    await accepted(door)

    escalated = (await door.ask("GET", "/cases/escalated", role="supervisor")).json

    assert [(case["id"], case["level"]) for case in escalated["cases"]] == [(overdue, 1)]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/cases", {"subject": ""}, 400, "bad-request"),
        ("/cases", {"subject": "x" * 201}, 400, "bad-request"),
        ("/cases", {"subject": "call 138 0013 8000"}, 422, "personal-data"),
        ("/cases", {"subject": "x", "ticket_id": "20261123-a404"}, 404, "ticket-unknown"),
        ("/cases", {"subject": "x", "service": "none"}, 404, "service-unknown"),
        ("/cases/c20261123-9/inform", {}, 404, "case-unknown"),
        ("/cases/c20261123-1/inform", {"subject": "x"}, 400, "bad-request"),
        ("/cases/c20261123-1/tasks", {"department": "weather"}, 404, "department-unknown"),
        ("/cases/c20261123-1/tasks", {"department": "tax", "due_at": "tomorrow"}, 400, "bad-request"),
        ("/cases/c20261123-1/tasks", {"department": "tax", "due_at": "2026-11-24T17:00:00"}, 400, "bad-request"),
        ("/cases/c20261123-1/tasks", {"department": "tax", "due_at": "9999-12-31T23:59:59Z"}, 422, "case-due-unfit"),
        ("/cases/c20261123-1/tasks", {"department": "tax", "due_at": "0001-01-01T00:00:00Z"}, 422, "case-due-unfit"),
        ("/cases/c20261123-1/tasks/one/finish", {}, 404, "case-task-unknown"),
        ("/cases/c20261123-1/tasks/1/finish", {}, 404, "case-task-unknown"),
        ("/cases/c20261123-1/tasks/99999999999999999999/finish", {}, 404, "case-task-unknown"),
        ("/cases/c20261123-1/call-back", {}, 400, "bad-request"),
        ("/cases/c20261123-1/call-back", {"is_reached": True}, 409, "case-step"),
        ("/cases/c20261123-1/close", {}, 409, "call-back-first"),
        ("/cases/c20261123-1/close", {"result": "Mr Li is happy"}, 400, "bad-request"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(
    door: OpenDoor, path: str, body: object, status: int, code: str
) -> None:
    case_id = await accepted(door)
    await post(door, f"/cases/{case_id}/inform")

    reply = await post(door, path, body)

    assert (reply.status, reply.code) == (status, code)


async def test_a_case_that_is_not_there_and_a_question_that_is_none_are_refused(door: OpenDoor) -> None:
    unknown = await door.ask("GET", "/cases/c20261123-1", role="clerk")
    wrong = await door.ask("GET", "/cases?state=lost", role="clerk")

    assert (unknown.code, wrong.code) == ("case-unknown", "bad-request")
