"""A repeated request is answered again and done once."""

import pytest

from tests.http.hall_door import OpenDoor


async def test_the_same_key_and_body_get_the_same_answer_byte_for_byte(door: OpenDoor) -> None:
    first = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk", key="k1")
    await door.draw()

    again = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk", key="k1")

    assert (again.status, again.raw) == (first.status, first.raw)
    assert (await door.ask("GET", "/hall")).json["services"][0]["waiting"] == 2


async def test_the_same_key_with_another_body_is_refused(door: OpenDoor) -> None:
    await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk", key="k1")

    reply = await door.ask("POST", "/tickets", {"service": "tax"}, role="kiosk", key="k1")

    assert (reply.status, reply.code) == (409, "key-reused")


async def test_the_same_key_on_another_path_or_by_somebody_else_is_refused(door: OpenDoor) -> None:
    await door.draw()
    await door.verb("call-next", key="k1")

    await door.ask("POST", "/windows/w01/close", role="admin", key="k2")

    elsewhere = await door.ask("POST", "/windows/w02/close", role="admin", key="k2")
    somebody = await door.ask("POST", "/windows/w01/call-next", role="supervisor", key="k1")

    assert (elsewhere.code, somebody.code) == ("key-reused", "key-reused")


async def test_a_body_written_differently_is_the_same_body(door: OpenDoor) -> None:
    first = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk", key="k1")

    again = await door.ask("POST", "/tickets", raw=b'{ "lane": null,\n "service":"social" }', role="kiosk", key="k1")

    assert again.raw == first.raw


@pytest.mark.parametrize("verb", ["call-next", "finish", "hold", "transfer", "no-show", "walk-direct", "close"])
async def test_every_verb_may_be_repeated(door: OpenDoor, verb: str) -> None:
    await door.draw()
    if verb in ("finish", "hold", "transfer", "no-show"):
        await door.verb("call-next")
    body = {"service": "tax"} if verb == "transfer" else None

    first = await door.verb(verb, body, key="k1")
    again = await door.verb(verb, body, key="k1")

    assert first.status == 200
    assert again.raw == first.raw


async def test_giving_up_a_ticket_may_be_repeated(door: OpenDoor) -> None:
    ticket = await door.draw()

    first = await door.ask("DELETE", f"/tickets/{ticket['token']}", key="k1")
    again = await door.ask("DELETE", f"/tickets/{ticket['token']}", key="k1")

    assert (first.status, again.status, again.raw) == (200, 200, first.raw)


@pytest.mark.parametrize("key", ["", "x" * 129, "with space", "编号"])
async def test_a_key_is_visible_ascii_of_limited_length(door: OpenDoor, key: str) -> None:
    headers = {"Idempotency-Key": key}

    reply = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk", headers=headers)

    assert (reply.status, reply.code) == (400, "bad-key")
