"""The live feed: a snapshot first, facts in order, no gap after a break, and nobody who slows down the others."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from engine.core import commands as c
from engine.http import live
from engine.runtime.feed import FACTS_KEPT
from tests.http.hall_door import OpenDoor, open_door
from tests.runtime.hall import eventually
from tests.waiting import until

Event = tuple[str, str | None, Any]


class Follower:
    """Reads one feed, beats apart."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def next(self) -> Event:
        """Type, id and data of the next event that is no beat."""
        while True:
            kind, event_id, data = await asyncio.wait_for(self._block(), 5)
            if kind != "beat":
                return kind, event_id, data

    async def next_beat(self) -> Any:
        """The data of the next event, which must be a beat."""
        kind, event_id, data = await asyncio.wait_for(self._block(), 5)
        assert (kind, event_id) == ("beat", None)
        return data

    async def _block(self) -> Event:
        fields: dict[str, str] = {}
        while True:
            line = (await self.answer.content.readline()).decode().rstrip("\n")
            if not line and "data" in fields:
                return fields["event"], fields.get("id"), json.loads(fields["data"])
            assert line or not self.answer.content.at_eof(), "the feed has ended"
            name, _, value = line.partition(": ")
            fields[name] = value


@asynccontextmanager
async def following(door: OpenDoor, last_id: str | None = None) -> AsyncIterator[Follower]:
    headers = {} if last_id is None else {"Last-Event-ID": last_id}
    async with door.http.get(f"{door.url}/api/v1/events", headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        yield Follower(answer)


async def test_a_feed_begins_with_the_whole_hall(door: OpenDoor) -> None:
    async with following(door) as follower:
        kind, event_id, hall = await follower.next()

    assert (kind, event_id) == ("snapshot", str(hall["position"]))
    assert hall == (await door.ask("GET", "/hall")).json | {"at": hall["at"]}


async def test_facts_follow_in_the_order_of_the_journal(door: OpenDoor) -> None:
    async with following(door) as follower:
        await follower.next()
        await door.serving()
        events = [await follower.next() for _ in range(3)]

    assert [(kind, data["type"], data["ticket"]) for kind, _, data in events] == [
        ("issued", "issued", "A001"),
        ("called", "called", "A001"),
        ("changed", "began", "A001"),
    ]
    positions = [int(event_id or 0) for _, event_id, _ in events]
    assert positions == [data["position"] for _, _, data in events]
    assert positions == list(range(positions[0], positions[0] + 3))


async def test_a_call_says_what_the_boards_and_speakers_say(door: OpenDoor) -> None:
    async with following(door) as follower:
        await follower.next()
        await door.draw(lane="priority")
        await door.verb("call-next")
        await follower.next()
        _, _, call = await follower.next()

    assert call["say"] == {"zh": "请A001号到1号窗口办理", "en": "Ticket A001, please go to window 1"}
    assert (call["window"], call["number"], call["mark"]["en"]) == ("w01", 1, "Priority")


async def test_beats_tell_time_and_position_without_an_id(door: OpenDoor) -> None:
    async with following(door) as follower:
        await follower.next()
        beat = await follower.next_beat()

    assert beat["at"].startswith("2026-11-23T09:00:00")
    assert (beat["position"], beat["epoch"]) == (door.engine.feed.position, door.engine.epoch)


async def test_who_comes_back_gets_exactly_what_was_missed(door: OpenDoor) -> None:
    await door.draw()
    position = door.engine.feed.position
    await door.verb("call-next")
    await door.verb("begin")

    async with following(door, str(position)) as follower:
        missed = [await follower.next() for _ in range(2)]
        await door.verb("finish")
        then = await follower.next()

    assert [data["type"] for _, _, data in [*missed, then]] == ["called", "began", "finished"]


@pytest.mark.parametrize("last_id", ["", "garbage", "-1", "1e3", "999999", "9" * 40, "٣"])
async def test_a_position_nobody_knows_gets_the_whole_hall(door: OpenDoor, last_id: str) -> None:
    async with following(door, last_id) as follower:
        kind, _, _ = await follower.next()

    assert kind == "snapshot"


async def test_a_position_too_long_ago_gets_the_whole_hall(door: OpenDoor) -> None:
    for _ in range(FACTS_KEPT):
        await door.engine.submit(c.PauseWindow("w01"), actor="test")
        await door.engine.submit(c.ResumeWindow("w01"), actor="test")
        if door.engine.feed.since(1) is None:
            break

    async with following(door, "1") as follower:
        kind, _, _ = await follower.next()

    assert kind == "snapshot"


async def test_after_a_restart_the_feed_goes_on_under_a_new_epoch(door: OpenDoor) -> None:
    async with following(door) as follower:
        await follower.next()
        before = door.engine.epoch
        door.disk.fail_next_write("kept")
        lost = await door.ask("POST", "/tickets", {"service": "social"}, role="kiosk")
        kind, _, hall = await follower.next()

    assert lost.code == "restarting"
    assert (kind, hall["epoch"] != before, hall["services"][0]["waiting"]) == ("snapshot", True, 1)


async def test_who_joins_while_much_happens_misses_nothing_and_gets_nothing_twice(door: OpenDoor) -> None:
    async def join() -> list[int]:
        async with following(door) as follower:
            events = [await follower.next() for _ in range(5)]
            return [int(event_id or 0) for _, event_id, _ in events]

    async def work() -> None:
        for _ in range(400):
            await door.engine.submit(c.PauseWindow("w01"), actor="test")
            await door.engine.submit(c.ResumeWindow("w01"), actor="test")
            await asyncio.sleep(0)

    working = asyncio.create_task(work())
    seen = await asyncio.gather(*(join() for _ in range(60)))
    await working

    for positions in seen:
        assert positions == list(range(positions[0], positions[0] + 5))


async def test_when_very_much_happens_at_once_the_whole_hall_is_sent(
    door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_BURST_FACTS_MAX", 3)
    for _ in range(4):
        await door.draw()

    async with following(door) as follower:
        await follower.next()
        await door.ask("POST", "/day/close", role="admin")
        kind, _, hall = await follower.next()

    assert (kind, hall["phase"]) == ("snapshot", "closed")


async def test_who_falls_off_the_belt_comes_back_and_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_BELT_FRAMES", 4)
    async with open_door(tmp_path, beat_s=60) as door:
        async with following(door) as follower:
            _, last_id, _ = await follower.next()
            orders: list[c.Command] = [c.PauseWindow("w01"), c.ResumeWindow("w01")] * 5
            await asyncio.gather(*(door.engine.submit(order, actor="test") for order in orders))
            await eventually(follower.answer.content.at_eof)

        async with following(door, last_id) as follower:
            types = [(await follower.next())[0] for _ in orders]

    assert types == ["paused", "resumed"] * 5


async def test_subscribers_have_a_limit(door: OpenDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SUBSCRIBERS_MAX", 1)

    async with following(door) as follower:
        await follower.next()
        refused = await door.ask("GET", "/events")

    assert (refused.status, refused.code) == (503, "too-many-subscribers")


async def test_a_slow_reader_is_dropped_and_the_others_go_on(door: OpenDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_WRITE_S_MAX", 0.05)
    words = "長" * 200
    asleep = socket.socket()
    asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    asleep.connect(("127.0.0.1", int(door.url.rpartition(":")[2])))
    asleep.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: hall\r\n\r\n")

    async with following(door) as follower:
        await follower.next()
        for _ in range(500):
            orders: list[c.Command] = [c.PauseWindow("w01", words), c.ResumeWindow("w01")] * 20
            await asyncio.gather(*(door.engine.submit(order, actor="test") for order in orders))
            types = [(await follower.next())[0] for _ in orders]
            assert types == ["paused", "resumed"] * 20
            if b"\njiaohao_sse_subscribers 1.0" in (await door.ask("GET", "/metrics")).raw:
                break
        else:
            raise AssertionError("the slow reader was never dropped")
    asleep.close()


async def test_a_reader_who_leaves_is_forgotten(door: OpenDoor) -> None:
    async with following(door) as follower:
        await follower.next()

    async def count() -> bool:
        return b"\njiaohao_sse_subscribers 0.0" in (await door.ask("GET", "/metrics")).raw

    await until(count)


async def test_a_stop_ends_every_feed(door: OpenDoor) -> None:
    async with following(door) as follower:
        await follower.next()
        server = next(task for task in asyncio.all_tasks() if "run_http" in repr(task.get_coro()))

        server.cancel()
        await asyncio.wait_for(asyncio.gather(server, return_exceptions=True), 5)

        await eventually(follower.answer.content.at_eof)
