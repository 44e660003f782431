"""The clerk's button against a broker: the right order, the same id until it is answered, and the answer in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from clients.button import desk
from clients.button.button import Button
from tests.hall_by_hand import Hand, device, hall_state, hand_on
from tests.mqtt.conftest import OpenBroker
from tests.waiting import until

END = ""


class Clerk:
    """Somebody at the keys; `lines` is what the terminal says."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._keys: asyncio.Queue[str] = asyncio.Queue()

    def press(self, *keys: str) -> None:
        for key in keys:
            self._keys.put_nowait(key)

    async def typed(self) -> AsyncIterator[str]:
        while (key := await self._keys.get()) is not END:
            yield key


@asynccontextmanager
async def button(broker: OpenBroker, **options: Any) -> AsyncIterator[tuple[Clerk, asyncio.Future[None]]]:
    clerk = Clerk()
    pressed = Button(device(broker, "button-3"), "w03", clerk.typed(), show=clerk.lines.append, **options)
    running = asyncio.ensure_future(pressed.run())
    try:
        yield clerk, running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def orders(hall: Hand) -> list[tuple[str, dict[str, Any]]]:
    """What was asked of w03: verb and message."""
    return [(tail[2], content) for tail, content in hall.heard if tail[:2] == ("cmd", "w03")]


async def test_a_key_sends_its_order_and_the_answer_is_shown(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker, clerk="c01") as (clerk, _):
        clerk.press("n")
        await until(lambda: len(orders(hall)) == 1)
        verb, message = orders(hall)[0]
        await hall.answer("button-3", message["id"], result={"window": {"id": "w03"}, "ticket": {"number": "A012"}})
        await until(lambda: "✓ 请 A012 号" in clerk.lines)

    assert (verb, message["client"], message["clerk"], len(message["id"])) == ("call-next", "button-3", "c01", 26)


async def test_a_refusal_is_shown_in_the_engines_words(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker, language="en") as (clerk, _):
        clerk.press("r")
        await until(lambda: len(orders(hall)) == 1)
        message = orders(hall)[0][1]
        await hall.answer(
            "button-3", message["id"], ok=False, code="recall-limit", detail="Called three times already."
        )
        await until(lambda: "✗ Called three times already." in clerk.lines)

    assert message["lang"] == "en"


async def test_orders_go_out_one_after_the_other(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker) as (clerk, _):
        clerk.press("n", "b")
        await until(lambda: len(orders(hall)) == 1)
        assert [verb for verb, _ in orders(hall)] == ["call-next"]
        await hall.answer("button-3", orders(hall)[0][1]["id"])
        await until(lambda: len(orders(hall)) == 2)

    assert [verb for verb, _ in orders(hall)] == ["call-next", "begin"]


async def test_after_a_lost_link_the_same_order_goes_out_under_the_same_id(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker) as (clerk, _):
        clerk.press("n")
        await until(lambda: len(orders(hall)) == 1)
        await broker.kill()
        await broker.start()
        async with hand_on(broker.address) as again:
            listening = asyncio.ensure_future(again.listen())
            await until(lambda: len(orders(again)) >= 1, within_s=8)
            message = orders(again)[0][1]
            await again.answer("button-3", message["id"])
            await until(lambda: any(line.startswith("✓") for line in clerk.lines))
            listening.cancel()

    assert message["id"] == orders(hall)[0][1]["id"]


async def test_an_order_nobody_answers_expires(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker, expiry_s=0.3) as (clerk, _):
        clerk.press("f")
        await until(lambda: any("没有答复" in line for line in clerk.lines))
        clerk.press("n")
        await until(lambda: orders(hall)[-1][0] == "call-next")


async def test_the_state_of_the_window_is_shown_and_the_pause_key_follows_it(broker: OpenBroker, hall: Hand) -> None:
    await hall.show_window("w03", 4, "paused")

    async with button(broker) as (clerk, _):
        await until(lambda: "窗口 w03：暂停服务" in clerk.lines)
        clerk.press("p")
        await until(lambda: len(orders(hall)) == 1)

    assert orders(hall)[0][0] == "resume"


async def test_a_state_missed_is_read_again_when_the_heartbeat_shows_it(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker) as (clerk, _):
        await hall.show_window("w03", 9, "called", "A012")
        await until(lambda: "窗口 w03：已呼叫 A012" in clerk.lines)
        await hall.show_window("w03", 2, "idle")  # too low to be news
        await hall.show_hall(hall_state(10, windows={"w03": {"ticket": None, "state": "idle"}}))
        await until(lambda: "窗口 w03：空闲" in clerk.lines)


async def test_the_end_of_input_waits_for_the_last_answer(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker) as (clerk, running):
        clerk.press("n", END)
        await until(lambda: len(orders(hall)) == 1)
        assert not running.done()
        await hall.answer("button-3", orders(hall)[0][1]["id"])
        await asyncio.wait_for(running, 5)


async def test_quitting_waits_a_moment_for_an_answer_and_says_goodbye(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker) as (clerk, running):
        await until(lambda: hall.said("device", "button-3", "online") == [1])
        clerk.press("n", "q")
        await asyncio.wait_for(running, 5)
        await until(lambda: hall.said("device", "button-3", "online")[-1] == 0)


async def test_the_answer_to_another_order_is_no_answer(broker: OpenBroker, hall: Hand) -> None:
    async with button(broker) as (clerk, _):
        clerk.press("n")
        await until(lambda: len(orders(hall)) == 1)
        await hall.answer("button-3", "01ARZ3NDEKTSV4RRFFQ69G5FAV", result={"ticket": {"number": "Z999"}})
        await hall.answer("button-3", orders(hall)[0][1]["id"], result={"ticket": {"number": "A001"}})
        await until(lambda: any(line.startswith("✓") for line in clerk.lines))

    assert [line for line in clerk.lines if line.startswith("✓")] == ["✓ 请 A001 号"]


def test_keys_and_words_name_the_same_orders() -> None:
    assert desk.order_of("", None) == desk.order_of("n", None) == desk.order_of("next", None) == desk.Order("call-next")
    assert desk.order_of("NO-SHOW", None) == desk.order_of("x", None) == desk.Order("no-show")
    assert desk.order_of("h", None) == desk.Order("hold", {"kind": "no-papers"})
    assert desk.order_of("dance", None) is None
