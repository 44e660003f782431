"""The whole door: a hall tells everything in order through any broker, and obeys a button exactly once."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.journal.memory import Disk
from engine.link import Link, Login, Message, connect
from engine.mqtt import devices
from engine.mqtt.broker import Broker
from engine.mqtt.door import run_mqtt
from engine.mqtt.presence import Presence
from engine.mqtt.publisher import CURSOR
from engine.runtime import Engine
from engine.runtime.engine import sealed
from engine.wire.messages import encode
from engine.wire.requests import Ack, CommandMessage, DeviceInfo, ReplayRequest
from engine.wire.topics import Topics
from tests.builders import PLAN
from tests.mqtt.conftest import OpenBroker
from tests.runtime.hall import running, with_window
from tests.waiting import until

TOPICS = Topics.of(PLAN)
OWN = pytest.mark.parametrize("kind", [pytest.param("mosquitto", marks=pytest.mark.mosquitto), "embedded"])


@dataclass
class Open:
    """A hall with its door open, and what stands outside."""

    engine: Engine
    broker: Broker
    disk: Disk
    data: Path
    presence: Presence
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def device(self, device_id: str, *filters: str) -> Link:
        link = await self.stack.enter_async_context(
            connect(Login(self.broker.address, device_id, f"token of {device_id}"))
        )
        for topic_filter in filters:
            await link.subscribe(topic_filter)
        return link


@asynccontextmanager
async def open_hall(data: Path, where: str, disk: Disk | None = None) -> AsyncIterator[Open]:
    for device_id, windows in (("btn-1", ("w01",)), ("btn-2", ("w02",)), ("board-1", ()), ("watch-1", ())):
        devices.register_device(data, device_id, f"token of {device_id}", windows)
    disk = disk or Disk()
    ready: asyncio.Future[Broker] = asyncio.get_running_loop().create_future()
    presence = Presence()
    async with running(disk) as engine:
        door = asyncio.create_task(
            run_mqtt(engine, PLAN, data, where, presence=presence, with_msgpack=True, on_ready=ready.set_result)
        )
        await asyncio.wait((door, asyncio.ensure_future(ready)), return_when=asyncio.FIRST_COMPLETED)
        assert ready.done(), door.exception()
        hall = Open(engine, ready.result(), disk, data, presence)
        try:
            async with hall.stack:
                yield hall
        finally:
            door.cancel()
            await asyncio.gather(door, return_exceptions=True)


@pytest.fixture
async def hall(tmp_path: Path, kind: str) -> AsyncIterator[Open]:
    async with open_hall(tmp_path, "embedded" if kind == "embedded" else "127.0.0.1:0") as opened:
        yield opened


async def read(link: Link) -> Message:
    message = await asyncio.wait_for(anext(link.messages), 5)
    link.ack(message)
    return message


async def read_json(link: Link) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads((await read(link)).payload)
    return payload


async def read_until(link: Link, position: int) -> list[dict[str, Any]]:
    """Event messages up to the one at `position`."""
    events: list[dict[str, Any]] = []
    while not events or events[-1]["position"] < position:
        events.append(await read_json(link))
    return events


async def press(link: Link, verb: str, window_id: str = "w01", message_id: str = "id-1", **more: Any) -> None:
    command = CommandMessage(window_id, verb, message_id, more.pop("client", "btn-1"), **more)
    await link.publish(TOPICS.command(window_id, verb), encode(command.to_payload()))


async def with_people(engine: Engine, count: int) -> None:
    await with_window(engine)
    for _ in range(count):
        await engine.submit(c.IssueTicket("social"), actor="kiosk")


async def call(engine: Engine, times: int) -> None:
    for _ in range(times):
        await engine.submit(c.CallNext("w01"), actor="clerk:c01")
        await engine.submit(c.FinishService("w01"), actor="clerk:c01")


# --- telling ---


@OWN
async def test_a_newcomer_finds_the_whole_present_retained(hall: Open) -> None:
    watcher = await hall.device("watch-1", TOPICS.state, TOPICS.window_state("w01"), TOPICS.zone_state("a"))
    await with_people(hall.engine, 2)
    await hall.engine.submit(c.CallNext("w01"), actor="clerk:c01")
    news: set[str] = set()
    while len(news) < 3:
        message = await read(watcher)
        if b"A001" in message.payload:
            news.add(message.topic)

    board = await hall.device("board-1", f"{TOPICS.root}/#")
    retained: dict[str, Message] = {}
    while len(retained) < 2 + len(PLAN.windows) + len(PLAN.zones):
        message = await read(board)
        if message.retain:
            retained[message.topic] = message

    assert not [topic for topic in retained if "/event/" in topic]
    assert json.loads(retained[TOPICS.state].payload)["waiting"]["social"] == 1
    assert json.loads(retained[TOPICS.state].payload)["position"] == hall.engine.hall.position
    assert json.loads(retained[TOPICS.window_state("w01")].payload)["ticket"] == "A001"
    assert json.loads(retained[TOPICS.zone_state("a")].payload)["recent"][0]["ticket"] == "A001"
    assert retained[TOPICS.engine_online].payload == b"1"


@OWN
async def test_facts_are_told_in_journal_order_and_never_retained(hall: Open) -> None:
    board = await hall.device("board-1", TOPICS.event("+"))

    await with_people(hall.engine, 40)
    await call(hall.engine, 40)
    events = await read_until(board, hall.engine.hall.position)

    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    assert [event["ticket"] for event in events if event["type"] == "called"] == [f"A{n:03d}" for n in range(1, 41)]
    late = await hall.device("watch-1", TOPICS.event("+"))
    await hall.engine.submit(c.PauseWindow("w01"), actor="clerk:c01")
    assert (await read_json(late))["type"] == "paused"


@OWN
async def test_a_state_never_overtakes_the_facts_that_led_to_it(hall: Open) -> None:
    board = await hall.device("board-1", TOPICS.event("+"), TOPICS.state)
    await with_people(hall.engine, 20)
    await call(hall.engine, 20)
    last = hall.engine.hall.position

    newest_event, newest_state = 0, 0
    while newest_state < last:
        message = await read(board)
        position = json.loads(message.payload)["position"]
        if message.topic == TOPICS.state:
            newest_state = position
        else:
            assert message.retain or position > newest_state or newest_state == 0
            newest_event = position

    assert newest_event == last


@OWN
async def test_the_heart_beats_when_nothing_happens(hall: Open) -> None:
    board = await hall.device("board-1", TOPICS.state)
    await read(board)

    beats = [await asyncio.wait_for(read_json(board), 3) for _ in range(2)]

    assert beats[0]["position"] == beats[1]["position"]


@OWN
async def test_an_outage_loses_no_fact_and_delays_no_window(hall: Open) -> None:
    await with_people(hall.engine, 60)
    await call(hall.engine, 10)
    pid = int((hall.data / "broker" / "pid").read_text())
    acknowledged = hall.engine.hall.position

    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(2):
        await call(hall.engine, 40)
    last = hall.engine.hall.position
    board = await _come_back(hall)
    events = await read_until(board, last)

    called = [event["ticket"] for event in events if event["type"] == "called" and event["position"] > acknowledged]
    assert called == list(dict.fromkeys(called))
    assert called[-1] == "A050"
    await until(lambda: hall.disk.cursors.get(CURSOR) == last)


async def _come_back(hall: Open) -> Link:
    """The board, back as soon as there is a broker again."""

    async def back() -> Link | None:
        try:
            return await hall.device("board-1", TOPICS.event("+"))
        except ConnectionError:
            return None

    link = await until(back)
    assert link is not None
    return link


@pytest.mark.mosquitto
async def test_nothing_is_lost_while_somebody_elses_broker_is_away(tmp_path: Path, open_broker: OpenBroker) -> None:
    heard: list[int] = []

    async with open_hall(tmp_path, str(open_broker.address)) as hall:
        board = await hall.device("board-1", TOPICS.event("+"))
        await with_people(hall.engine, 1)
        heard += [event["position"] for event in await read_until(board, hall.engine.hall.position)]
        await until(lambda: hall.disk.cursors.get(CURSOR) == heard[-1])
        await open_broker.kill()
        for _ in range(30):
            await hall.engine.submit(c.IssueTicket("social"), actor="kiosk")
        last = hall.engine.hall.position
        await open_broker.start()
        board = await _come_back(hall)
        events = await read_until(board, last)

    issued = [event["ticket"] for event in events if event["type"] == "issued"]
    assert issued == [f"A{number:03d}" for number in range(2, 32)]


@pytest.mark.mosquitto
async def test_what_the_last_engine_did_not_tell_the_next_one_does(tmp_path: Path, open_broker: OpenBroker) -> None:
    disk = Disk()
    async with open_hall(tmp_path, str(open_broker.address), disk):
        await until(lambda: CURSOR in disk.cursors)
    async with running(disk) as engine:  # an engine without a door
        await with_people(engine, 5)
        last = engine.hall.position

    async with connect(Login(open_broker.address, "board")) as board:
        await board.subscribe(TOPICS.event("+"))
        async with open_hall(tmp_path, str(open_broker.address), disk):
            events = await read_until(board, last)
            await until(lambda: disk.cursors[CURSOR] == last)

    assert [event["ticket"] for event in events if event["type"] == "issued"] == [f"A{n:03d}" for n in range(1, 6)]


@OWN
async def test_the_messagepack_tree_says_the_same(hall: Open) -> None:
    import msgpack

    packed = Topics.of(PLAN, "msgpack")
    board = await hall.device("board-1", packed.event("+"))

    await with_window(hall.engine)
    message = await read(board)

    assert msgpack.unpackb(message.payload)["type"] in {"day-opened", "opened"}


@pytest.mark.mosquitto
async def test_boards_learn_that_the_engine_has_gone(tmp_path: Path, open_broker: OpenBroker) -> None:
    async with connect(Login(open_broker.address, "board")) as board:
        async with open_hall(tmp_path, str(open_broker.address)):
            await board.subscribe(TOPICS.engine_online)
            assert (await read(board)).payload == b"1"

        assert (await read(board)).payload == b"0"


# --- obeying ---


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
