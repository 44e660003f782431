"""What devices ask for and say of themselves: replays, presence, paper that came out."""

from typing import Any

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.wire.messages import encode
from engine.wire.requests import Ack, DeviceInfo, ReplayRequest
from tests.mqtt.doors import OWN, TOPICS, Open, read_json, read_until, with_people
from tests.waiting import until

# --- replays ---


@OWN
async def test_a_replay_goes_to_the_asker_alone(hall: Open) -> None:
    board = await hall.device("board-1", TOPICS.reply("board-1"))
    others = await hall.device("btn-1", TOPICS.event("+"), TOPICS.reply("btn-1"))
    await with_people(hall.engine, 3)
    last = hall.engine.hall.position
    await read_until(others, last)

    await board.publish(TOPICS.replay, encode(ReplayRequest(last - 1, last, TOPICS.reply("board-1")).to_payload()))
    replayed = [await read_json(board) for _ in range(3)]

    assert [event["position"] for event in replayed[:2]] == [last - 1, last]
    assert replayed[2]["result"] == {"from": last - 1, "to": last, "events": 2}
    await hall.engine.submit(c.PauseWindow("w01"), actor="clerk:c01")
    assert (await read_json(others))["type"] == "paused"


@OWN
async def test_replays_are_rationed(hall: Open) -> None:
    await with_people(hall.engine, 1)
    board = await hall.device("board-1", TOPICS.reply("board-1"))

    for _ in range(8):
        await board.publish(TOPICS.replay, encode(ReplayRequest(1, 1, TOPICS.reply("board-1")).to_payload()))
    answers: list[str | None] = []
    while len(answers) < 8:
        message = await read_json(board)
        if "ok" in message:
            answers.append(message.get("code"))

    assert "too-many-requests" in answers


@OWN
@pytest.mark.parametrize("reply", [TOPICS.event("w01"), TOPICS.state, "some/where", f"{TOPICS.root}/reply/#"])
async def test_a_replay_cannot_be_sent_anywhere_else(hall: Open, reply: str) -> None:
    board = await hall.device("board-1", TOPICS.event("+"))

    await board.publish(TOPICS.replay, encode(ReplayRequest(1, 5, reply).to_payload()))

    await until(lambda: hall.presence.garbage["bad-message"] == 1)


@OWN
@pytest.mark.parametrize(
    "asked", [{"from": 9, "to": 2}, {"from": "x", "to": 2}, {"from": 1}, {"from": -1, "to": 2}], ids=str
)
async def test_a_replay_that_cannot_be_is_refused_to_the_asker(hall: Open, asked: dict[str, Any]) -> None:
    board = await hall.device("board-1", TOPICS.reply("board-1"))

    await board.publish(TOPICS.replay, encode({"v": 1, **asked, "reply": "board-1"}))

    answer = await read_json(board)
    assert (answer["ok"], answer["code"]) == (False, "bad-message")


@OWN
async def test_a_device_that_knows_nothing_asks_from_zero(hall: Open) -> None:
    await with_people(hall.engine, 2)
    board = await hall.device("board-1", TOPICS.reply("board-1"))

    await board.publish(TOPICS.replay, encode({"v": 1, "from": 0, "to": 99, "reply": TOPICS.reply("board-1")}))

    types = [(await read_json(board)).get("type") for _ in range(4)]
    assert types.count("issued") == 2


@OWN
async def test_a_command_that_names_no_client_is_answered_to_the_windows_own_devices(hall: Open) -> None:
    await with_people(hall.engine, 1)
    button = await hall.device("btn-1", TOPICS.reply("btn-1"))

    await button.publish(TOPICS.command("w01", "call-next"), encode({"v": 1, "id": "id-1"}))

    answer = await read_json(button)
    assert (answer["ok"], answer["result"]["ticket"]["number"]) == (True, "A001")


# --- presence ---


@OWN
async def test_devices_are_there_when_they_say_so(hall: Open) -> None:
    board = await hall.device("board-1")
    await board.publish(TOPICS.device_online("board-1"), b"1", retain=True)
    info = DeviceInfo("board", "0.1", (), ("a",), "calls", 5)
    await board.publish(TOPICS.device_info("board-1"), encode(info.to_payload()), retain=True)
    await board.publish(TOPICS.ack("board-1"), encode(Ack(5, "shown", 12).to_payload()))
    await until(lambda: bool(hall.presence.view()) and hall.presence.view()[0]["acks"] == 1)

    (line,) = hall.presence.view()

    assert (line["id"], line["is_online"], line["kind"], line["zones"]) == ("board-1", True, "board", ["a"])
    assert line["last_ack"] == {"v": 1, "position": 5, "done": "shown", "delay_ms": 12}


# --- printers ---


@OWN
async def test_printer_says_over_mqtt_that_the_paper_came_out(hall: Open) -> None:
    await with_people(hall.engine, 2)
    printer = await hall.device("board-1")
    position = hall.engine.feed.position

    for _ in range(2):
        await printer.publish(TOPICS.ack("board-1"), encode(Ack(position, "printed", 300).to_payload()))
    await printer.publish(TOPICS.ack("board-1"), encode(Ack(position + 7, "printed", 300).to_payload()))
    await until(lambda: [line["acks"] for line in hall.presence.view() if line["id"] == "board-1"] == [3])

    papers = await hall.engine.read(lambda one: {t.number: t.printed for t in one.tickets.values()})
    assert papers == {"A001": None, "A002": True}
    said = hall.engine.feed.since(position) or []
    assert [type(told.event) for told in said] == [e.TicketPrinted]
