"""A hall tells everything in order through any broker, whatever becomes of the broker."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest

from engine.core import commands as c
from engine.journal.memory import Disk
from engine.link import Link, Login, Message, connect
from engine.mqtt.publisher import CURSOR
from engine.wire.topics import Topics
from tests.builders import PLAN
from tests.mqtt.conftest import OpenBroker
from tests.mqtt.doors import OWN, TOPICS, Open, call, open_hall, read, read_json, read_until, with_people
from tests.runtime.hall import running, with_window
from tests.waiting import until


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
