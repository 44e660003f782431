"""Every row of the contract's table, asked for over the wire; answers have the shape that OpenAPI promises."""

import pytest

from engine.http import answers, bodies
from engine.http.api import ROUTES
from engine.http.catalogue import Catalogue
from engine.http.route import Route
from tests.http.hall_door import OpenDoor


async def test_drawing_a_number_gives_what_a_kiosk_prints(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk")

    assert reply.status == 201
    issued = answers.IssuedTicket.model_validate(reply.json)
    assert (issued.number, issued.ahead, len(issued.token) <= 20) == ("A001", 0, True)
    assert reply.headers["Location"] == f"/api/v1/tickets/{issued.token}"


async def test_a_visitor_sees_the_own_ticket_by_its_token(door: OpenDoor) -> None:
    ticket = await door.draw()

    reply = await door.ask("GET", f"/tickets/{ticket['token']}")

    assert reply.status == 200
    assert answers.Ticket.model_validate(reply.json).number == "A001"


async def test_a_visitor_gives_the_own_ticket_up(door: OpenDoor) -> None:
    ticket = await door.draw()

    reply = await door.ask("DELETE", f"/tickets/{ticket['token']}")

    assert (reply.status, reply.json["state"]) == (200, "cancelled")
    assert (await door.ask("DELETE", f"/tickets/{ticket['token']}")).code == "ticket-over"


async def test_the_ticket_has_a_qr_code_of_its_page(door: OpenDoor) -> None:
    ticket = await door.draw()

    reply = await door.ask("GET", f"/tickets/{ticket['token']}/qr.svg")

    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/svg+xml")
    assert reply.raw.startswith(b"<svg")


async def test_a_window_is_worked_through_its_whole_day(door: OpenDoor) -> None:
    for _ in range(5):
        await door.draw()

    steps = [
        await door.verb("close"),
        await door.verb("open", {"clerk": "c01"}),
        await door.verb("pause", {"reason": "午饭"}),
        await door.verb("resume"),
        await door.verb("call-next"),
        await door.verb("recall"),
        await door.verb("no-show"),
        await door.verb("call", {"number": "A003", "reason": "带着孩子"}),
        await door.verb("begin"),
        await door.verb("hold", {"kind": "papers"}),
        await door.verb("call-next"),
        await door.verb("transfer", {"service": "tax", "place": "back"}),
        await door.verb("walk-direct", {"service": "tax"}),
        await door.verb("finish", {"outcome": "told-missing"}),
    ]

    assert [step.status for step in steps] == [200] * len(steps)
    for step in steps:
        answers.WindowAnswer.model_validate(step.json)
    states = [step.json["window"]["state"] for step in steps]
    assert states == [
        "closed", "idle", "paused", "idle", "called", "called", "idle",
        "called", "serving", "idle", "called", "idle", "serving", "idle",
    ]  # fmt: skip
    assert steps[7].json["reason"]["words"] == "带着孩子"


async def test_a_clerk_sees_the_own_window_with_who_waits(door: OpenDoor) -> None:
    await door.draw()
    await door.draw(lane="priority")

    reply = await door.ask("GET", "/windows/w01", role="clerk")

    window = answers.Window.model_validate(reply.json)
    assert [line.number for line in window.waiting] == ["A002", "A001"]


async def test_staff_find_a_ticket_by_its_number_and_send_it_on(door: OpenDoor) -> None:
    ticket = await door.draw()
    ticket_id = ticket["ticket_id"]
    await door.verb("call-next")
    await door.verb("no-show")

    found = await door.ask("GET", "/tickets/number/A001", role="guide")
    reinstated = await door.ask("POST", f"/tickets/{ticket_id}/reinstate", {"place": "front"}, role="guide")
    sent = await door.ask("POST", f"/tickets/{ticket_id}/transfer", {"window": "w02"}, role="guide")
    await door.verb("call", {"ticket_id": ticket_id, "reason": "转来"}, window="w02")
    await door.verb("hold", window="w02")
    resumed = await door.ask("POST", f"/tickets/{ticket_id}/resume", role="guide")
    cancelled = await door.ask("POST", f"/tickets/{ticket_id}/cancel", role="guide")

    assert answers.StaffTicket.model_validate(found.json).state == "missed"
    for step in (reinstated, sent, resumed, cancelled):
        answers.TicketAnswer.model_validate(step.json)
    assert cancelled.json["ticket"]["state"] == "cancelled"


async def test_the_hall_shows_its_whole_public_state(door: OpenDoor) -> None:
    await door.draw()

    reply = await door.ask("GET", "/hall")

    hall = answers.Hall.model_validate(reply.json)
    assert hall.services[0].waiting == 1
    assert [window.id for window in hall.windows] == ["w01", "w02", "w03"]


async def test_an_unchanged_hall_is_not_sent_twice(door: OpenDoor) -> None:
    first = await door.ask("GET", "/hall")

    again = await door.ask("GET", "/hall", headers={"If-None-Match": first.headers["ETag"]})
    await door.draw()
    changed = await door.ask("GET", "/hall", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status, again.raw, changed.status) == (304, b"", 200)


async def test_the_catalogue_is_searched_by_every_word(door: OpenDoor) -> None:
    everything = await door.ask("GET", "/catalogue")
    found = await door.ask("GET", "/catalogue?q=card%20%E8%BA%AB&limit=5")

    assert Catalogue.model_validate(everything.json).total == 3
    assert [item["id"] for item in found.json["items"]] == ["id-card"]


async def test_a_supervisor_ends_issuing_closes_and_opens_the_day(door: OpenDoor) -> None:
    phases = [
        (await door.ask("POST", f"/day/{verb}", role="supervisor")).json["phase"]
        for verb in ("end-issuing", "close", "open")
    ]

    assert phases == ["ending", "closed", "open"]


async def test_after_issuing_has_ended_nobody_draws_a_number(door: OpenDoor) -> None:
    await door.ask("POST", "/day/end-issuing", role="admin")

    reply = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk")

    assert (reply.status, reply.code) == (409, "issuing-over")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_stand_outside_the_api(door: OpenDoor, path: str) -> None:
    reply = await door.ask("GET", path)

    assert reply.status == 200


async def test_metrics_count_commands_and_who_waits(door: OpenDoor) -> None:
    await door.draw()
    await door.verb("recall")

    text = (await door.ask("GET", "/metrics")).raw.decode()

    assert 'jiaohao_commands_total{kind="IssueTicket",outcome="done"} 1.0' in text
    assert 'jiaohao_commands_total{kind="RecallTicket",outcome="no-ticket-at-window"} 1.0' in text
    assert 'jiaohao_waiting{service="social"} 1.0' in text
    assert "jiaohao_commit_seconds_bucket" in text


async def test_a_hall_that_reads_its_journal_again_is_not_ready_and_says_so(door: OpenDoor) -> None:
    door.disk.fail_next_write("lost")
    await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk")

    during = await door.ask("GET", "/readyz")
    await door.engine.wait_live()
    after = await door.ask("GET", "/readyz")

    assert (during.status, during.json["why"]["code"]) == (503, "restarting")
    assert (after.status, after.json) == (200, {"ready": True, "why": None})


async def test_a_full_disk_is_not_ready_and_says_so(door: OpenDoor) -> None:
    door.disk.is_roomy = False

    ready = await door.ask("GET", "/readyz")
    draw = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk")

    assert (ready.status, ready.json["why"]["code"]) == (503, "disk-full")
    assert (draw.status, draw.code) == (507, "disk-full")


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if "{window_id}" in route.path and route.body and issubclass(route.body, bodies.Plain)],
    ids=lambda r: r.path,
)
async def test_a_verb_on_what_the_page_no_longer_shows_is_refused(door: OpenDoor, route: Route) -> None:
    path = route.path.replace("{window_id}", "w01")
    needed: dict[str, dict[str, object]] = {
        "call": {"number": "A001", "reason": "x"},
        "transfer": {"service": "tax"},
        "reassign": {"tiers": [["tax"]]},
    }
    body = {"position": 1, **needed.get(path.rpartition("/")[2], {})}

    reply = await door.ask("POST", path, body, role="clerk" if "clerk" in route.roles else "supervisor")

    assert (reply.status, reply.code) == (409, "stale-position")
