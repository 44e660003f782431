"""Ratings over HTTP: by the ticket's token, at the window, figures for those they are for, and bad ones looked into."""

import pytest

from tests.builders import HOUR, MINUTE, NINE
from tests.http.hall_door import OpenDoor
from tests.runtime.hall import eventually

DAY_MS = 24 * HOUR


async def finished(door: OpenDoor) -> str:
    """A visit that was served and finished at w01; the token of its ticket."""
    ticket = await door.serving()
    assert (await door.verb("finish")).status == 200
    return str(ticket["token"])


async def next_day(door: OpenDoor) -> None:
    """Let a day go by, and its end and the next one's beginning happen."""
    before = door.engine.hall.day
    door.clock.now += DAY_MS
    await eventually(lambda: door.engine.hall.day != before)


async def test_whoever_holds_the_ticket_rates_it_without_a_login(door: OpenDoor) -> None:
    token = await finished(door)

    reply = await door.ask("POST", f"/tickets/{token}/rating", {"stars": 4, "efficiency": 5, "channel": "qr"})

    assert reply.status == 201
    assert reply.json["name"] == {"zh": "满意", "en": "Satisfied"}
    again = await door.ask("POST", f"/tickets/{token}/rating", {"stars": 1})
    assert (again.status, again.code) == (409, "already-rated")


async def test_a_ticket_is_rated_on_three_more_service_days_and_then_no_more(door: OpenDoor) -> None:
    old, older = await finished(door), await finished(door)

    for _ in range(3):
        await next_day(door)
    rated = await door.ask("POST", f"/tickets/{old}/rating", {"stars": 5})
    await next_day(door)
    refused = await door.ask("POST", f"/tickets/{older}/rating", {"stars": 5})

    assert rated.status == 201
    assert (refused.status, refused.code) == (404, "ticket-unknown")


async def test_a_token_of_a_day_does_not_open_the_same_number_of_another_day(door: OpenDoor) -> None:
    await finished(door)
    await next_day(door)
    token = door.secret.ticket_token("20261125-a001")

    reply = await door.ask("POST", f"/tickets/{token}/rating", {"stars": 5})

    assert (reply.status, reply.code) == (404, "ticket-unknown")


@pytest.mark.parametrize(
    "body",
    [{}, {"stars": 0}, {"stars": 6}, {"stars": "5"}, {"stars": 5, "skill": 9}, {"stars": 5, "step": -1},
     {"stars": 5, "channel": "evaluator"}, {"stars": 5, "words": "Mr Li was rude"}],
)  # fmt: skip
async def test_what_is_no_rating_is_refused(door: OpenDoor, body: object) -> None:
    token = await finished(door)

    reply = await door.ask("POST", f"/tickets/{token}/rating", body)

    assert (reply.status, reply.code) == (400, "bad-request")


async def test_a_visit_under_way_is_not_rated_yet(door: OpenDoor) -> None:
    ticket = await door.serving()

    reply = await door.ask("POST", f"/tickets/{ticket['token']}/rating", {"stars": 5})

    assert (reply.status, reply.code) == (409, "not-rateable")


async def test_the_evaluator_rates_what_was_finished_at_its_window_within_five_minutes(door: OpenDoor) -> None:
    await finished(door)
    door.clock.now = NINE + 5 * MINUTE

    rated = await door.ask("POST", "/windows/w01/rating", {"stars": 5}, role="device", key="k1")
    elsewhere = await door.ask("POST", "/windows/w02/rating", {"stars": 5}, role="device")
    unknown = await door.ask("POST", "/windows/w99/rating", {"stars": 5}, role="device")
    door.clock.now += 1
    repeated = await door.ask("POST", "/windows/w01/rating", {"stars": 5}, role="device", key="k1")
    late = await door.ask("POST", "/windows/w01/rating", {"stars": 5}, role="device")

    assert (rated.status, repeated.raw) == (201, rated.raw)
    assert [each.code for each in (elsewhere, unknown, late)] == ["not-rateable", "window-unknown", "not-rateable"]


async def test_a_walk_in_is_rated_at_the_window(door: OpenDoor) -> None:
    assert (await door.verb("walk-direct")).status == 200
    assert (await door.verb("finish")).status == 200

    reply = await door.ask("POST", "/windows/w01/rating", {"stars": 3}, role="device")

    assert reply.status == 201


async def test_supervisors_see_figures_with_their_base(door: OpenDoor) -> None:
    token = await finished(door)
    await finished(door)
    await door.ask("POST", f"/tickets/{token}/rating", {"stars": 5})

    figures = (await door.ask("GET", "/ratings", role="supervisor")).json

    assert figures["days"] == ["2026-11-23"]
    assert (figures["all"]["items"], figures["all"]["rated"], figures["all"]["rate"]) == (2, 1, 0.5)
    assert figures["windows"][0]["window"] == "w01"


async def test_a_clerk_sees_sums_and_no_visitor(door: OpenDoor) -> None:
    await door.verb("close")
    await door.verb("open", {"clerk": "c01"})
    token = await finished(door)
    await door.ask("POST", f"/tickets/{token}/rating", {"stars": 1})

    own = await door.ask("GET", "/windows/w01/ratings", role="clerk")

    assert (own.json["clerk"], own.json["mean"]) == ("c01", 1.0)
    assert b"a001" not in own.raw.lower()
    for path in ("/ratings", "/follow-ups"):
        assert (await door.ask("GET", path, role="clerk")).code == "wrong-role"


async def test_a_bad_rating_is_looked_into_by_supervisors(door: OpenDoor) -> None:
    token = await finished(door)
    await door.ask("POST", f"/tickets/{token}/rating", {"stars": 2})
    listed = (await door.ask("GET", "/follow-ups", role="supervisor")).json
    path = f"/follow-ups/{listed['follow_ups'][0]['ticket_id']}/0"

    early = await door.ask("POST", f"{path}/close", role="supervisor")
    called = await door.ask("POST", f"{path}/call-back", {"is_reached": True, "is_satisfied": False}, role="supervisor")
    closed = await door.ask("POST", f"{path}/close", {"result": "explained"}, role="supervisor")

    assert listed["total"] == 1
    assert (early.status, early.code) == (409, "call-back-first")
    assert called.json["follow_up"]["is_satisfied"] is False
    assert closed.json["follow_up"] is None
    assert (await door.ask("GET", "/follow-ups", role="supervisor")).json["total"] == 0


@pytest.mark.parametrize("step", ["0", "x", "1", "99999999999999999999"])
async def test_what_is_not_being_looked_into_is_refused(door: OpenDoor, step: str) -> None:
    reply = await door.ask("POST", f"/follow-ups/20261123-a001/{step}/close", {}, role="supervisor")

    assert (reply.status, reply.code) == (404, "follow-up-unknown")


async def test_the_words_are_the_same_for_everybody(door: OpenDoor) -> None:
    scale = (await door.ask("GET", "/ratings/scale")).json

    assert [each["name"]["zh"] for each in scale["stars"]] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]


async def test_no_rating_is_on_a_public_surface(door: OpenDoor) -> None:
    token = await finished(door)
    await door.ask("POST", f"/tickets/{token}/rating", {"stars": 1})

    for path in ("/hall", f"/tickets/{token}"):
        raw = (await door.ask("GET", path)).raw
        assert b"stars" not in raw
        assert b"rating" not in raw
