"""Clerks and windows that change, over HTTP: who may, and what staff see of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from engine.core.plan import Clerk, Zone
from engine.http import answers, people
from engine.http.accounts import add_account
from tests.builders import both
from tests.http.hall_door import HALL, OpenDoor, open_door

STAFFED = replace(
    HALL,
    clerks=(Clerk("c01", both("c01"), deputy_id="c02"), Clerk("c02", both("c02")), Clerk("c03", both("c03"))),
    zones=(*HALL.zones, Zone("b", both("b"))),
    rules=replace(HALL.rules, names_owner=True),
)


@pytest_asyncio.fixture
async def hall(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    async with open_door(tmp_path, plan=STAFFED) as opened:
        yield opened


async def test_staff_see_who_is_here_and_the_public_does_not(hall: OpenDoor) -> None:
    await hall.verb("close")
    await hall.verb("open", {"clerk": "c01"})

    reply = await hall.ask("GET", "/people", role="guide")

    first, second, _ = people.People.model_validate(reply.json).people
    assert (first.window, first.since is not None, first.deputy) == ("w01", True, "c02")
    assert second.since is None
    assert (await hall.ask("GET", "/people")).code == "not-logged-in"


async def test_clerk_signs_in_and_out(hall: OpenDoor) -> None:
    there = await hall.ask("POST", "/people/c03/sign-in", {}, role="clerk")
    gone = await hall.ask("POST", "/people/c03/sign-out", {}, role="clerk")

    assert people.PersonAnswer.model_validate(there.json).person.since is not None
    assert people.PersonAnswer.model_validate(gone.json).person.since is None


async def test_clerk_who_logged_in_signs_in_alone(hall: OpenDoor) -> None:
    add_account(hall.data, "c01", "long enough", "clerk", "w01")
    await hall.ask("POST", "/session", {"name": "c01", "password": "long enough"})

    assert (await hall.ask("POST", "/people/c02/sign-in", {})).code == "other-clerk"
    assert (await hall.ask("POST", "/people/c01/sign-in", {})).status == 200


async def test_account_that_is_no_clerk_of_the_plan_signs_anybody_in(hall: OpenDoor) -> None:
    add_account(hall.data, "front-desk", "long enough", "clerk", "w01")
    await hall.ask("POST", "/session", {"name": "front-desk", "password": "long enough"})

    assert (await hall.ask("POST", "/people/c02/sign-in", {})).status == 200


async def test_planned_deputy_stands_in_until_the_clerk_is_back(hall: OpenDoor) -> None:
    began = await hall.ask("POST", "/people/c01/substitution", {}, role="clerk")
    ended = await hall.ask("DELETE", "/people/c01/substitution", role="clerk")

    person = people.PersonAnswer.model_validate(began.json).person
    assert person.substitution is not None
    assert person.substitution.deputy == "c02"
    assert person.works_for == []
    assert ended.json["person"]["substitution"] is None


async def test_only_a_supervisor_names_somebody_else(hall: OpenDoor) -> None:
    path, body = "/people/c01/substitution", {"deputy": "c03"}

    assert (await hall.ask("POST", path, body, role="clerk")).code == "not-the-deputy"
    assert (await hall.ask("POST", path, body, role="supervisor")).status == 200


async def test_supervisor_moves_a_window_and_the_boards_say_so(hall: OpenDoor) -> None:
    reply = await hall.ask("POST", "/windows/w01/move", {"number": 9, "zone": "b"}, role="supervisor")

    assert reply.status == 200
    assert answers.WindowAnswer.model_validate(reply.json).window.number == 9
    window = (await hall.ask("GET", "/hall")).json["windows"][0]
    assert (window["number"], window["zone"]) == (9, "b")


async def test_supervisor_gives_a_window_other_services(hall: OpenDoor) -> None:
    reply = await hall.ask("POST", "/windows/w02/reassign", {"tiers": [["tax"], ["young"]]}, role="supervisor")
    await hall.draw("tax")

    assert reply.status == 200
    assert (await hall.verb("call-next", window="w02")).json["ticket"]["number"] == "B001"


@pytest.mark.parametrize("verb", ["move", "reassign"])
async def test_clerk_and_guide_change_no_window(hall: OpenDoor, verb: str) -> None:
    codes = [
        (await hall.ask("POST", f"/windows/w01/{verb}", {"tiers": [["tax"]]}, role="clerk")).code,
        (await hall.ask("POST", f"/windows/w01/{verb}", {"tiers": [["tax"]]}, role="guide")).code,
    ]

    assert codes == ["wrong-role", "wrong-role"]


async def test_supervisor_opens_pauses_and_closes_any_window(hall: OpenDoor) -> None:
    steps = [
        await hall.ask("POST", f"/windows/w03/{verb}", body, role="supervisor")
        for verb, body in (("open", {"clerk": "c03"}), ("pause", {"reason": "午饭"}), ("resume", {}), ("close", {}))
    ]

    assert [step.json["window"]["state"] for step in steps] == ["idle", "paused", "idle", "closed"]


async def test_number_of_another_window_and_services_nobody_knows_are_refused(hall: OpenDoor) -> None:
    replies = [
        await hall.ask("POST", "/windows/w01/move", {"number": 2}, role="supervisor"),
        await hall.ask("POST", "/windows/w01/move", {"zone": "none"}, role="supervisor"),
        await hall.ask("POST", "/windows/w01/reassign", {"tiers": [["none"]]}, role="supervisor"),
        await hall.ask("POST", "/windows/w01/reassign", {"tiers": []}, role="supervisor"),
        await hall.ask("POST", "/windows/w01/move", {"number": 0}, role="supervisor"),
    ]

    assert [reply.code for reply in replies] == [
        "number-taken",
        "zone-unknown",
        "service-unknown",
        "tiers-unclear",
        "bad-request",
    ]


async def test_who_answers_for_a_visit_is_told_to_staff_only(hall: OpenDoor) -> None:
    await hall.verb("close")
    await hall.verb("open", {"clerk": "c01"})
    ticket = await hall.serving()

    to_staff = await hall.ask("GET", f"/tickets/number/{ticket['number']}", role="guide")
    to_visitor = await hall.ask("GET", f"/tickets/{ticket['token']}")

    assert answers.StaffTicket.model_validate(to_staff.json).owner == "c01"
    assert b"c01" not in to_visitor.raw
    assert b"c01" not in (await hall.ask("GET", "/hall")).raw
