"""Strips against a broker: they show the retained present, and keep up when a message was lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from displays.led.led import Strips
from displays.led.strip import Showing
from tests.hall_by_hand import TOPICS, Hand, device, encoded, hall_state
from tests.mqtt.conftest import OpenBroker
from tests.waiting import until


class RecordingStrip:
    """Remembers what it showed; fails for the first `broken` times."""

    def __init__(self, broken: int = 0) -> None:
        self.shown: list[Showing] = []
        self._broken = broken

    def show(self, showing: Showing) -> None:
        if self._broken > 0:
            self._broken -= 1
            raise OSError("no space left")
        self.shown.append(showing)

    def texts(self, window: str) -> list[str]:
        return [one.text for one in self.shown if one.window_id == window]


@asynccontextmanager
async def strips(broker: OpenBroker, strip: RecordingStrip, *windows: str) -> AsyncIterator[None]:
    running = asyncio.ensure_future(Strips(device(broker, "strip-1"), windows, strip, complain=lambda text: None).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_each_window_shows_its_own_state_and_nothing_else(broker: OpenBroker, hall: Hand) -> None:
    strip = RecordingStrip()
    await hall.show_window("w03", 5, "called", "A012", text="请A012号")
    await hall.show_window("w04", 6, "paused")

    async with strips(broker, strip, "w03", "w04"):
        await until(lambda: len(strip.shown) >= 4)
        await hall.show_window("w05", 7, "called", "B001")
        await hall.show_window("w03", 8, "idle")
        await until(lambda: strip.texts("w03")[-1] == "热情为您服务")

    assert strip.texts("w03") == ["正在连接", "请A012号", "热情为您服务"]
    assert strip.texts("w04") == ["正在连接", "暂停服务"]


async def test_a_recall_of_the_same_ticket_blinks_again(broker: OpenBroker, hall: Hand) -> None:
    strip = RecordingStrip()

    async with strips(broker, strip, "w03"):
        await hall.show_window("w03", 5, "called", "A012", text="请A012号")
        await until(lambda: "请A012号" in strip.texts("w03"))
        await hall.show_window("w03", 6, "called", "A012", text="请A012号")
        await until(lambda: strip.texts("w03").count("请A012号") == 2)

    assert strip.shown[-1].is_flashing


async def test_an_older_state_does_not_come_back(broker: OpenBroker, hall: Hand) -> None:
    strip = RecordingStrip()

    async with strips(broker, strip, "w03"):
        await hall.show_window("w03", 9, "called", "A012", text="请A012号")
        await until(lambda: "请A012号" in strip.texts("w03"))
        await hall.link.publish(TOPICS.window_state("w03"), encoded({"v": 1, "position": 4, "state": "paused"}))
        await hall.show_window("w03", 10, "idle")
        await until(lambda: strip.texts("w03")[-1] == "热情为您服务")

    assert "暂停服务" not in strip.texts("w03")


async def test_the_heartbeat_shows_a_gap_and_the_retained_state_closes_it(broker: OpenBroker, hall: Hand) -> None:
    strip = RecordingStrip()
    lower = {"v": 1, "position": 2, "ticket": None, "state": "paused", "text": "暂停服务"}

    async with strips(broker, strip, "w03"):
        await hall.show_window("w03", 9, "called", "A012", text="请A012号")
        await until(lambda: "请A012号" in strip.texts("w03"))
        # A fresh journal counts from the beginning: too low to be news, yet it is what the broker retains.
        await hall.link.publish(TOPICS.window_state("w03"), encoded(lower), retain=True)
        await hall.show_hall(hall_state(10, windows={"w03": {"ticket": None, "state": "paused"}}))
        await until(lambda: strip.texts("w03")[-1] == "暂停服务")


async def test_a_strip_that_could_not_be_shown_is_tried_again(broker: OpenBroker, hall: Hand) -> None:
    strip = RecordingStrip(broken=1)
    await hall.show_window("w03", 5, "paused")

    async with strips(broker, strip, "w03"):
        await until(lambda: strip.texts("w03")[-1:] == ["暂停服务"])
