"""Outcomes, stages, home visits, self-service, modes and the door over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from engine.core.plan import BackOffice
from engine.http import answers
from engine.http import visit_models as models
from tests.builders import HOUR, with_service
from tests.http.hall_door import HALL, OpenDoor, open_door

OFFICE = BackOffice("police", due_ms=2 * HOUR, collect_service_id="young")


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[OpenDoor]:
    """A hall whose windows may accept visits for a back office."""
    async with open_door(tmp_path, plan=with_service(hall_plan=HALL, back_office=OFFICE)) as opened:
        yield opened


# --- outcomes ---


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"outcome": "lost"}, "outcome-unknown"),
        ({"outcome": "turned-away"}, "reason-missing"),
        ({"outcome": "cannot", "reason": "我的号码是 13800138000"}, "personal-data"),
    ],
)
async def test_outcome_that_cannot_be_is_refused(door: OpenDoor, body: dict[str, Any], code: str) -> None:
    await door.serving()

    reply = await door.verb("finish", body)

    assert (reply.status, reply.code) == (422, code)


async def test_service_without_a_back_office_accepts_nothing(door: OpenDoor) -> None:
    await door.serving()

    reply = await door.verb("finish", {"outcome": "accepted"})

    assert (reply.status, reply.code) == (409, "no-back-office")


@pytest.mark.parametrize(
    ("said", "kept"), [("told-what-is-missing", "told-missing"), ("accepted-missing-papers", "papers-follow")]
)
async def test_older_words_for_an_outcome_mean_the_same(door: OpenDoor, said: str, kept: str) -> None:
    await door.serving()

    reply = await door.verb("finish", {"outcome": said})

    assert reply.json["ticket"]["outcome"] == kept


async def test_visitor_sees_until_when_to_come_back(door: OpenDoor) -> None:
    ticket = await door.serving()
    await door.verb("finish", {"outcome": "told-missing"})

    seen = answers.Ticket.model_validate((await door.ask("GET", f"/tickets/{ticket['token']}")).json)

    assert seen.return_until is not None


async def test_reason_of_an_outcome_is_for_the_journal_only(door: OpenDoor) -> None:
    ticket = await door.serving()
    await door.verb("finish", {"outcome": "turned-away", "reason": "材料属于别的部门"})

    seen = await door.ask("GET", f"/tickets/{ticket['token']}")

    assert "别的部门" not in seen.raw.decode()


# --- stages ---


async def test_stage_is_listed_finished_and_collected(office: OpenDoor) -> None:
    ticket = await office.serving()
    await office.verb("finish", {"outcome": "accepted", "waits": True})

    listed = await _stages(office, "open")
    reply = await office.ask("POST", f"/stages/{listed.stages[0].id}/finish", {"result": "approved"}, role="guide")
    finished = models.StageAnswer.model_validate(reply.json)

    assert (listed.total, listed.stages[0].number, listed.stages[0].department) == (1, "A001", "police")
    assert finished.issued is not None
    assert (finished.issued.number, finished.stage.result) == ("Y001", "approved")
    assert (await _stages(office, "open")).total == 0
    assert (await _stages(office, "ready")).stages[0].collect_number == "Y001"
    (shown,) = (await office.ask("GET", f"/tickets/{ticket['token']}")).json["stages"]
    assert (shown["state"], shown["collect_at"]["id"]) == ("finished", "young")


async def test_stage_past_its_time_is_listed_as_overdue(office: OpenDoor) -> None:
    await office.serving()
    await office.verb("finish", {"outcome": "accepted"})
    assert (await _stages(office, "overdue")).total == 0

    office.clock.now += 2 * HOUR

    assert [stage.is_overdue for stage in (await _stages(office, "overdue")).stages] == [True]


async def test_list_of_stages_is_cut_and_says_how_many_there_are(office: OpenDoor) -> None:
    for _ in range(3):
        await office.serving()
        await office.verb("finish", {"outcome": "accepted"})

    reply = await office.ask("GET", "/stages?limit=2", role="guide")

    listed = models.Stages.model_validate(reply.json)
    assert (len(listed.stages), listed.total) == (2, 3)


async def test_stage_nobody_knows_is_not_found(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/stages/none/finish", {}, role="guide")

    assert (reply.status, reply.code) == (404, "stage-unknown")


@pytest.mark.parametrize("query", ["state=lost", "limit=0", "limit=many", "which=all"])
async def test_list_that_cannot_be_is_refused(door: OpenDoor, query: str) -> None:
    for path in ("/stages", "/home-visits"):
        assert (await door.ask("GET", f"{path}?{query}", role="guide")).status == 400


# --- home visits ---


async def test_home_visit_is_asked_for_assigned_and_finished(door: OpenDoor) -> None:
    asked = await door.ask("POST", "/home-visits", {"service": "social", "reference": "book-7"}, role="guide")
    request_id = models.HomeVisitAnswer.model_validate(asked.json).home_visit.id
    assigned = await door.ask("POST", f"/home-visits/{request_id}/assign", {"clerk": "c01"}, role="supervisor")
    listed = await door.ask("GET", "/home-visits", role="guide")
    finished = await door.ask("POST", f"/home-visits/{request_id}/finish", {}, role="clerk")
    over = await door.ask("GET", "/home-visits?state=finished", role="guide")

    assert (asked.status, assigned.status, finished.status) == (201, 200, 200)
    assert models.HomeVisits.model_validate(listed.json).home_visits[0].clerk == "c01"
    assert models.HomeVisits.model_validate(over.json).home_visits[0].outcome == "done"
    assert (await door.ask("GET", "/home-visits", role="guide")).json["total"] == 0


async def test_home_visit_past_its_time_is_listed_as_overdue(door: OpenDoor) -> None:
    body = {"service": "social", "reference": "book-7", "due_at": "2026-11-23T10:00:00+08:00"}
    await door.ask("POST", "/home-visits", body, role="guide")

    door.clock.now += 2 * HOUR

    assert (await door.ask("GET", "/home-visits?state=overdue", role="guide")).json["total"] == 1


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"service": "none"}, 404, "service-unknown"),
        ({"reference": "110101199003071234"}, 422, "personal-data"),
        ({"reference": "张三"}, 400, "bad-request"),
        ({"due_at": "2026-11-23T08:00:00+08:00"}, 422, "due-unfit"),
        ({"due_at": "tomorrow"}, 400, "bad-request"),
    ],
)
async def test_home_visit_that_cannot_be_is_refused(
    door: OpenDoor, changes: dict[str, str], status: int, code: str
) -> None:
    body = {"service": "social", "reference": "book-7"} | changes

    reply = await door.ask("POST", "/home-visits", body, role="guide")

    assert (reply.status, reply.code) == (status, code)


# --- machines, the door, modes ---


async def test_machine_says_what_it_handled(door: OpenDoor) -> None:
    await door.ask("POST", "/self-service", {"service": "social", "device": "m1", "count": 3}, role="device")

    reply = await door.ask("POST", "/self-service", {"service": "social", "device": "m1"}, role="kiosk")

    assert models.MachineAnswer.model_validate(reply.json).today == 4


@pytest.mark.parametrize("count", [0, -1, 10_001, "3"])
async def test_machine_cannot_handle_that_many(door: OpenDoor, count: object) -> None:
    reply = await door.ask("POST", "/self-service", {"service": "social", "device": "m1", "count": count}, role="kiosk")

    assert (reply.status, reply.code) == (400, "bad-request")


async def test_whoever_is_turned_away_at_the_door_is_counted(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/turned-away", {"reason": "wrong-office", "service": "tax"}, role="guide")

    assert models.TurnedAwayAnswer.model_validate(reply.json).today == 1


async def test_turning_away_needs_a_reason_of_one_word(door: OpenDoor) -> None:
    assert (await door.ask("POST", "/turned-away", {"reason": "张三没带证件"}, role="guide")).status == 400
    assert (await door.ask("POST", "/turned-away", {}, role="guide")).status == 400


async def test_visits_are_counted_by_mode(office: OpenDoor) -> None:
    await office.serving()
    await office.verb("finish", {"outcome": "accepted"})
    await office.ask("POST", "/self-service", {"service": "social", "device": "m1"}, role="device")

    modes = models.Modes.model_validate((await office.ask("GET", "/visits/modes", role="guide")).json)

    assert {each.mode: each.visits for each in modes.modes if each.visits} == {"promised": 1, "self-service": 1}


# --- places and persons ---


async def test_visit_is_sent_to_a_person_by_the_window_and_by_staff(door: OpenDoor) -> None:
    await door.verb("close", window="w02")
    await door.verb("open", {"clerk": "c01"}, window="w02")
    first, second = await door.draw(), await door.draw()
    await door.verb("call-next")

    by_window = await door.verb("transfer", {"clerk": "c01"})
    by_staff = await door.ask("POST", f"/tickets/{second['ticket_id']}/transfer", {"clerk": "c01"}, role="guide")

    assert by_window.json["ticket"]["ticket_id"] == first["ticket_id"]
    assert [reply.json["ticket"]["window"]["id"] for reply in (by_window, by_staff)] == ["w02", "w02"]


async def test_person_who_is_not_there_cannot_be_sent_a_visit(door: OpenDoor) -> None:
    await door.serving()

    reply = await door.verb("transfer", {"clerk": "c01"})

    assert (reply.status, reply.code) == (409, "clerk-absent")


async def test_missed_ticket_is_put_behind_so_many_others(door: OpenDoor) -> None:
    tickets = [await door.draw() for _ in range(4)]
    await door.verb("call-next")
    await door.verb("no-show")

    path = f"/tickets/{tickets[0]['ticket_id']}/reinstate"
    await door.ask("POST", path, {"place": "after", "after": 2}, role="guide")

    waiting = (await door.ask("GET", "/windows/w01", role="clerk")).json["waiting"]
    assert [line["number"] for line in waiting] == ["A002", "A003", "A001", "A004"]


async def test_void_ticket_says_that_a_new_number_is_needed(tmp_path: Path) -> None:
    async with open_door(tmp_path, plan=with_service(hall_plan=HALL, no_show="void")) as door:
        ticket = await door.draw()
        await door.verb("call-next")
        await door.verb("no-show")

        reply = await door.ask("POST", f"/tickets/{ticket['ticket_id']}/reinstate", {}, role="guide")

    assert (reply.status, reply.code) == (409, "no-show-void")


async def _stages(door: OpenDoor, state: str) -> models.Stages:
    reply = await door.ask("GET", f"/stages?state={state}", role="guide")
    return models.Stages.model_validate(reply.json)
