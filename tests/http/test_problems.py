"""Every way to ask wrongly gets a problem with a code for programs and a sentence for people."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.http.problems import BODY_BYTES_MAX, Problem
from tests.http.hall_door import OpenDoor, Reply


def check(reply: Reply, status: int, code: str) -> None:
    assert (reply.status, reply.code) == (status, code), reply.raw
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert Problem.model_validate(reply.json).status == status


@pytest.mark.parametrize("raw", [b"{", b"\xff", b'{"service": NaN}', b'{"service":"\\ud800"}', b"[" * 500, b"'"])
async def test_what_is_not_json_is_bad_json(door: OpenDoor, raw: bytes) -> None:
    reply = await door.ask("POST", "/tickets", role="kiosk", raw=raw)

    check(reply, 400, "bad-json")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ([], "body"),
        ("social", "body"),
        ({"service": 1}, "service"),
        ({"service": "No Such"}, "service"),
        ({"service": "social", "colour": "red"}, "colour"),
        ({"service": "social", "lane": ["priority"]}, "lane"),
        ({"service": "social", "evidence": "passport no 1"}, "evidence"),
        ({"service": "social", "channel": "pigeon"}, "channel"),
    ],
)
async def test_a_wrong_field_is_named(door: OpenDoor, body: object, field: str) -> None:
    reply = await door.ask("POST", "/tickets", body, role="kiosk", language="en")

    check(reply, 400, "bad-request")
    assert reply.json["fields"] == [field]
    assert field in reply.json["detail"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"service": "nowhere"}, 404, "service-unknown"),
        ({"service": "social", "lane": "nowhere"}, 404, "lane-unknown"),
        ({"service": "social", "appointment": "20261123-social-0930-1xxxxxxxxxxxx"}, 404, "appointment-unknown"),
    ],
)
async def test_what_the_hall_does_not_have_is_refused(door: OpenDoor, body: object, status: int, code: str) -> None:
    check(await door.ask("POST", "/tickets", body, role="kiosk"), status, code)


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "/tickets/a001AAAAAAAAAAAA", None, "ticket-unknown"),
        ("GET", "/tickets/%E5%8F%B7", None, "ticket-unknown"),
        ("DELETE", "/tickets/x", None, "ticket-unknown"),
        ("GET", "/tickets/x/qr.svg", None, "ticket-unknown"),
        ("GET", "/tickets/number/Z999", None, "ticket-unknown"),
        ("POST", "/tickets/20261123-z999/cancel", None, "ticket-unknown"),
        ("GET", "/windows/w99", None, "window-unknown"),
        ("POST", "/windows/w99/call-next", None, "window-unknown"),
        ("POST", "/windows/w99/transfer", {"service": "tax"}, "window-unknown"),
        ("POST", "/windows/w01/call", {"number": "Z999", "reason": "x"}, "ticket-unknown"),
        ("POST", "/windows/w03/open", {"clerk": "c99"}, "clerk-unknown"),
        ("GET", "/nowhere", None, "path-unknown"),
        ("POST", "/windows/w01/dance", None, "path-unknown"),
    ],
)
async def test_what_is_unknown_is_not_found(door: OpenDoor, method: str, path: str, body: object, code: str) -> None:
    address = path if path != "/nowhere" else "/api/v1/nowhere"

    check(await door.ask(method, address, body, role="admin"), 404, code)


@pytest.mark.parametrize(
    ("verb", "body", "status", "code"),
    [
        ("call-next", None, 409, "nobody-waiting"),
        ("begin", None, 409, "no-ticket-at-window"),
        ("transfer", {"service": "tax"}, 409, "no-ticket-at-window"),
        ("transfer", {}, 422, "destination-unclear"),
        ("transfer", {"service": "tax", "window": "w02"}, 422, "destination-unclear"),
        ("open", None, 409, "window-already-open"),
        ("resume", None, 409, "window-not-paused"),
        ("call", {"reason": "x"}, 400, "bad-request"),
        ("call", {"number": "A001"}, 400, "bad-request"),
        ("hold", {"kind": "forever"}, 400, "bad-request"),
        ("pause", {"reason": "叫我 138 0013 8000"}, 422, "personal-data"),
    ],
)
async def test_a_verb_that_does_not_fit_is_refused(
    door: OpenDoor, verb: str, body: object, status: int, code: str
) -> None:
    check(await door.verb(verb, body), status, code)


async def test_recalls_have_a_limit(door: OpenDoor) -> None:
    await door.draw()
    await door.verb("call-next")
    for _ in range(3):
        await door.verb("recall")

    check(await door.verb("recall"), 429, "recall-limit")


async def test_a_method_that_does_not_fit_names_those_that_do(door: OpenDoor) -> None:
    reply = await door.ask("PATCH", "/tickets")

    check(reply, 405, "method-not-allowed")
    assert reply.headers["Allow"] == "POST"


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_is_json_or_nothing(door: OpenDoor, media: str) -> None:
    reply = await door.ask(
        "POST", "/tickets", role="kiosk", raw=b'{"service":"social"}', headers={"Content-Type": media}
    )

    check(reply, 415, "unsupported-media-type")


async def test_a_compressed_body_is_refused_before_it_is_unpacked(door: OpenDoor) -> None:
    reply = await door.ask("POST", "/tickets", role="kiosk", raw=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})

    check(reply, 415, "unsupported-media-type")


async def test_ten_megabytes_are_refused_unread(door: OpenDoor) -> None:
    reader, writer = await asyncio.open_connection(*door.url.removeprefix("http://").split(":"))
    head = (
        "POST /api/v1/tickets HTTP/1.1\r\nHost: hall\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {door.token('kiosk')}\r\nContent-Length: 10485760\r\n\r\n"
    )

    writer.write(head.encode())
    answer = await asyncio.wait_for(reader.readuntil(b"}"), 5)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"too-large"' in answer


async def test_a_body_of_unknown_length_is_read_up_to_the_limit(door: OpenDoor) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b" " * BODY_BYTES_MAX

    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {door.token('kiosk')}"}
    async with door.http.post(f"{door.url}/api/v1/tickets", data=endless(), headers=headers) as answer:
        code = (await answer.json(content_type=None))["code"]

    assert (answer.status, code) == (413, "too-large")


@pytest.mark.parametrize(
    ("language", "sentence", "title"),
    [
        ("en", "Nobody waits for this window.", "Conflict"),
        ("en-GB, zh;q=0.5", "Nobody waits for this window.", "Conflict"),
        ("zh-CN", "现在没有人等候本窗口。", "与当前状态不符"),
        ("fr, en;q=0", "现在没有人等候本窗口。", "与当前状态不符"),
        (None, "现在没有人等候本窗口。", "与当前状态不符"),
    ],
)
async def test_a_refusal_speaks_the_callers_language(
    door: OpenDoor, language: str | None, sentence: str, title: str
) -> None:
    reply = await door.verb("call-next", language=language)

    assert (reply.json["detail"], reply.json["title"]) == (sentence, title)


async def test_while_the_engine_restarts_the_answer_is_to_try_again(door: OpenDoor) -> None:
    door.disk.fail_next_write("lost")

    reply = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk", key="k1")

    check(reply, 503, "restarting")
    assert reply.headers["Retry-After"] == "1"
    await door.engine.wait_live()
    again = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk", key="k1")
    assert again.status == 201


async def test_a_bug_is_logged_without_its_words_and_shown_without_a_traceback(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    planted = "张三".strip()

    def broken(*_: object) -> None:
        raise ValueError(planted)

    monkeypatch.setattr("engine.http.windows.window_view", broken)

    reply = await door.ask("GET", "/windows/w01", role="admin")

    check(reply, 500, "internal")
    assert "Traceback" not in reply.raw.decode()
    assert "ValueError at GET /api/v1/windows/{window_id}" in caplog.text
    assert f"ValueError: {planted}" not in caplog.text


async def test_nonsense_on_the_line_is_not_logged(door: OpenDoor, caplog: pytest.LogCaptureFixture) -> None:
    reader, writer = await asyncio.open_connection(*door.url.removeprefix("http://").split(":"))

    writer.write(b"GET / HTTP/1.1\r\nBad Header 330203195001011234\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(64), 5)
    writer.close()

    assert answer.startswith(b"HTTP/1.")
    assert "330203195001011234" not in caplog.text
    assert "connection ended badly" not in caplog.text
