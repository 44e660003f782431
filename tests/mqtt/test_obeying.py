"""A hall obeys a button exactly once, and answers whoever cannot be obeyed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from engine.core import commands as c
from engine.link import Login, connect
from engine.runtime.engine import sealed
from engine.wire.messages import encode
from engine.wire.requests import CommandMessage
from tests.mqtt.conftest import OpenBroker
from tests.mqtt.doors import OWN, TOPICS, Open, open_hall, press, read, read_json, with_people
from tests.runtime.hall import with_window
from tests.waiting import until


@OWN
async def test_a_button_calls_the_next_visitor(hall: Open) -> None:
    await with_people(hall.engine, 1)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))

    await press(button, "call-next")
    reply = await read_json(button)

    assert (reply["id"], reply["ok"]) == ("id-1", True)
    assert reply["result"]["ticket"]["number"] == "A001"
    assert hall.engine.hall.windows["w01"].state == "called"
    assert hall.disk.rows[-1].key == sealed("id-1")


@OWN
async def test_the_same_press_twice_is_one_call_and_the_same_reply(hall: Open) -> None:
    await with_people(hall.engine, 2)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))

    await press(button, "call-next")
    await press(button, "call-next")
    first, second = await read_json(button), await read_json(button)
    await press(button, "finish")
    reused = await read_json(button)

    assert first == second
    assert hall.engine.hall.tickets[first["result"]["ticket"]["ticket_id"]].state == "called"
    assert (reused["ok"], reused["code"]) == (False, "key-reused")


@OWN
async def test_orders_of_one_window_are_obeyed_as_they_were_given(hall: Open) -> None:
    await with_people(hall.engine, 10)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))

    sent = [
        await button.send(
            TOPICS.command("w01", verb),
            encode(CommandMessage("w01", verb, f"{verb}-{turn}", "btn-1").to_payload()),
        )
        for turn in range(10)
        for verb in ("call-next", "begin", "finish")
    ]
    await asyncio.gather(*sent)
    replies = [await read_json(button) for _ in range(30)]

    assert all(reply["ok"] for reply in replies)


@OWN
async def test_a_no_comes_with_a_code_and_in_the_language_asked_for(hall: Open) -> None:
    await with_window(hall.engine)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"), TOPICS.reply("w01"))

    await press(button, "call-next", message_id="a")
    chinese = await read_json(button)
    await press(button, "transfer", message_id="b", args={"service": "tax"}, lang="en", client="w01")
    english = await read_json(button)

    assert (chinese["ok"], chinese["code"], chinese["detail"]) == (False, "nobody-waiting", "现在没有人等候本窗口。")
    assert (english["id"], english["code"]) == ("b", "no-ticket-at-window")
    assert english["detail"].isascii()


@OWN
async def test_a_repeated_transfer_gets_the_same_reply_though_the_ticket_has_gone(hall: Open) -> None:
    await with_people(hall.engine, 1)
    await hall.engine.submit(c.CallNext("w01"), actor="clerk:c01")
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))

    for _ in range(2):
        await press(button, "transfer", args={"service": "tax"})
    first, second = await read_json(button), await read_json(button)

    assert first["ok"]
    assert first == second


@OWN
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad-message"),
        (b"\xff\x00", "bad-message"),
        (b"[" * 4000, "bad-message"),
        (b'{"v":1}', "bad-message"),
        (b'{"v":9,"id":"x"}', "unknown-version"),
        (b'{"v":1,"id":"x","args":{"reason":"13800138000"}}', "personal-data"),
        (b'{"v":1,"id":"x","clerk":"nobody"}', "clerk-unknown"),
        (b"x" * 5000, "too-large"),
    ],
)
async def test_garbage_is_answered_with_a_code_and_changes_nothing(hall: Open, body: bytes, code: str) -> None:
    await with_window(hall.engine)
    position = hall.engine.hall.position
    button = await hall.device("btn-1", TOPICS.reply("w01"))

    await button.publish(TOPICS.command("w01", "pause"), body)
    reply = await read_json(button)

    assert (reply["ok"], reply["code"]) == (False, code)
    assert hall.engine.hall.position == position


@OWN
@pytest.mark.parametrize(
    ("args", "code"), [({"outcome": 5}, "bad-message"), ({"reason": "13800138000"}, "personal-data")]
)
async def test_bad_arguments_are_answered_under_the_id_they_came_with(
    hall: Open, args: dict[str, Any], code: str
) -> None:
    await with_window(hall.engine)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))

    await button.publish(
        TOPICS.command("w01", "finish"), encode({"v": 1, "id": "press-1", "client": "btn-1", "args": args})
    )
    reply = await read_json(button)

    assert (reply["id"], reply["code"]) == ("press-1", code)


@OWN
async def test_an_unknown_verb_does_nothing_and_is_counted(hall: Open) -> None:
    await with_people(hall.engine, 1)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))

    await press(button, "dance")

    assert (await read_json(button))["code"] == "unknown-verb"
    assert hall.engine.hall.windows["w01"].state == "idle"
    assert hall.presence.garbage["unknown-verb"] == 1


@pytest.mark.mosquitto
async def test_a_retained_command_is_not_obeyed(tmp_path: Path, open_broker: OpenBroker) -> None:
    async with connect(Login(open_broker.address, "button")) as button:
        command = CommandMessage("w01", "open", "of-yesterday", "btn-1")
        await button.publish(TOPICS.command("w01", "open"), encode(command.to_payload()), retain=True)

    async with open_hall(tmp_path, str(open_broker.address)) as hall:
        await until(lambda: hall.presence.garbage["bad-message"] == 1)

        assert hall.engine.hall.windows["w01"].state == "closed"


@OWN
async def test_a_command_is_taken_from_the_broker_only_when_it_is_durable(hall: Open) -> None:
    await with_people(hall.engine, 2)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))
    hall.disk.fail_next_write("lost")

    await press(button, "call-next")
    reply = await read_json(button)

    assert reply["ok"]  # the engine restarted, asked itself again under the same key, and only then answered
    assert hall.disk.rows[-1].key == sealed("id-1")


@pytest.mark.mosquitto
async def test_mqtt_5_answers_go_where_the_sender_asked(tmp_path: Path) -> None:
    from paho.mqtt.packettypes import PacketTypes

    from engine.link.client import new_properties

    async with open_hall(tmp_path, "127.0.0.1:0") as hall:
        await with_people(hall.engine, 1)
        button = await hall.device("btn-1", TOPICS.reply("+"))
        properties = new_properties(PacketTypes.PUBLISH)
        properties.ResponseTopic = TOPICS.reply("btn-1")
        properties.CorrelationData = b"c7"
        body = encode(CommandMessage("w01", "call-next", "id-1", "elsewhere").to_payload())

        await button._client.send(TOPICS.command("w01", "call-next"), body, 1, False, properties)
        answer = await read(button)

    assert (answer.topic, answer.correlation) == (TOPICS.reply("btn-1"), b"c7")
