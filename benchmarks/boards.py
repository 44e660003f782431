"""From a clerk's call to 200 boards, through Mosquitto and through the embedded broker, beside the bare broker.

A call is sent to the HTTP door of `jiaohao serve`; the time runs from just before its first byte leaves until a board
has the call's message in its hands, on one clock of one machine. It holds the request, the decision, the commit to
disk, the broker, and 200 sockets. Every board is subscribed to what a board reads: events, the hall's state, the states
of its zones; so each call brings it the states as well, and they queue behind its message.

A call is told only when it is durable, so a disk's bad moment is one of the boards: what the disk takes by itself is
printed first. Where this machine has room in memory the same is measured with the journal there, which leaves what
programs take.

The bare broker is the same program, started with the same lists, without a hall: a publisher sends 200 boards a payload
of the same size with the same quality of service. It keeps nothing and sends no states.

    python -m benchmarks.boards
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.http_crowd import SERVICES, Connection, Script
from benchmarks.measure import (
    ROUNDS,
    Measured,
    figures_against,
    overwrites_ms,
    print_heading,
    print_table,
    quantile,
)
from benchmarks.processes import Helper, helper, running_hall
from engine.core.events import CallReason, TicketCalled
from engine.core.numbering import ticket_id
from engine.core.plan import HallPlan
from engine.halls import load_hall
from engine.http.credentials import issue_token
from engine.link import Will, connect
from engine.mqtt.broker import find_mosquitto, open_broker
from engine.mqtt.devices import register_device
from engine.wire.messages import encode, event_message
from engine.wire.topics import EVENT_TTL_S, Topics

HALL: Final = "hall1"
BOARDS: Final = 200
MEMORY: Final = Path("/dev/shm")
OVERWRITES: Final = 500
OVERWRITE_PAUSE_S: Final = 0.02
QUIET_S: Final = 0.5
"""For what new boards are told at first to pass."""
UNITS: Final = dict.fromkeys(
    ("every board, p50", "every board, p99", "last board, p50", "last board, p99", "maximum"), "ms"
)


@dataclass(frozen=True, slots=True)
class Broker:
    """A kind of broker, as `--mqtt` says it, and how many calls it is given, how far apart."""

    name: str
    where: str
    calls: int
    pause_s: float


MOSQUITTO: Final = Broker("Mosquitto", "127.0.0.1:0", 40, 0.15)
# It is made for one call a second; and each call brings every board three states as well.
EMBEDDED: Final = Broker("embedded broker", "embedded", 16, 0.4)


def main() -> None:
    print_heading("call to 200 boards", seed=0, rounds=ROUNDS, packages=("aiomqtt", "paho-mqtt", "amqtt"))
    plan = load_hall(HALL)
    brokers = [MOSQUITTO, EMBEDDED]
    if find_mosquitto() is None:
        print("no Mosquitto on this machine: left out")
        brokers.remove(MOSQUITTO)
    disk = Path(tempfile.gettempdir())
    print_overwrites(disk)
    journals = {"on disk": disk} | ({"in memory": MEMORY} if MEMORY.is_dir() else {})
    for broker in brokers:
        for where, folder in journals.items():
            print(
                f"{broker.name}, journal {where}: {BOARDS} boards, {broker.calls} calls a round, "
                f"one every {broker.pause_s * 1_000:g} ms"
            )
            print_table(measure(plan, broker, folder), base="bare broker")


def print_overwrites(folder: Path) -> None:
    """What a call waits for at least, before anybody may hear of it."""
    taken_ms = overwrites_ms(folder, OVERWRITES, OVERWRITE_PAUSE_S)
    middle, late = quantile(taken_ms, 0.5), quantile(taken_ms, 0.99)
    print(
        f"disk: {OVERWRITES} overwrites of 8 KiB, one every {OVERWRITE_PAUSE_S * 1_000:g} ms: "
        f"p50 {middle:.1f} ms, p99 {late:.1f} ms, maximum {max(taken_ms):.1f} ms"
    )


def measure(plan: HallPlan, broker: Broker, folder: Path) -> list[Measured]:
    """Interleaved rounds through one kind of broker, with the journal in a fresh directory of this folder."""
    with helper("benchmarks.board_crowd") as boards:
        watch = Watch(boards, plan, broker, folder)
        return figures_against(
            lambda: watch.run(watch.through_bare_broker),
            lambda: watch.run(watch.through_hall),
            units=UNITS,
            rounds=ROUNDS,
        )


class Watch:
    """Boards, and calls that come to them through one kind of broker."""

    def __init__(self, boards: Helper, plan: HallPlan, broker: Broker, folder: Path) -> None:
        self._boards = boards
        self._plan = plan
        self._topics = Topics.of(plan)
        self._broker = broker
        self._folder = folder

    def run(self, through: Callable[[Path, dict[str, str]], Coroutine[Any, Any, dict[str, float]]]) -> dict[str, float]:
        """Figures of one run in a fresh directory where every board is registered."""
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            data = Path(name) / "data"
            # What `jiaohao token` does, without two hundred starts of Python.
            ids = [f"watch-{number:03d}" for number in range(1, BOARDS + 1)]
            tokens = {board: issue_token(data, "device", device=board) for board in ids}
            for board, token in tokens.items():
                register_device(data, board, token)
            return asyncio.run(through(data, tokens))

    async def through_hall(self, data: Path, tokens: dict[str, str]) -> dict[str, float]:
        """Clerks call, one window after the other; the hall's own broker tells the boards."""
        with running_hall(HALL, data, mqtt=self._broker.where) as hall:
            script = Script("boards", issue_token(data, "kiosk"), issue_token(data, "supervisor"))
            loop = asyncio.get_running_loop()
            transport, clerk = await loop.create_connection(Connection, "127.0.0.1", hall.http_port)
            for number in range(1, self._broker.calls + 1):
                await clerk.ask(script.open_window(number))
            for number in range(self._broker.calls * SERVICES // 2):
                await clerk.ask(script.request("draw", f"s{number % SERVICES:02d}", number))
            await self._begin(hall.mqtt_port, tokens)
            sent_ns: dict[str, int] = {}
            async for number in self._paced():
                request = script.request("call", f"w{number:02d}", 1_000_000 + number)
                now_ns = time.monotonic_ns()
                status, body = await clerk.ask(request)
                if status != 200:
                    raise RuntimeError(f"the call was refused: {body!r}")
                sent_ns[json.loads(body)["ticket"]["number"]] = now_ns
            transport.close()
            return await self._end(sent_ns)

    async def through_bare_broker(self, data: Path, tokens: dict[str, str]) -> dict[str, float]:
        """A publisher that asks nobody and keeps nothing."""
        will = Will(self._topics.engine_online, b"0")
        async with (
            open_broker(data, self._plan, self._broker.where) as broker,
            connect(broker.login(will)) as link,
        ):
            await self._begin(broker.address.port, tokens)
            sent_ns: dict[str, int] = {}
            async for number in self._paced():
                ticket = f"A{number:03d}"
                topic, payload = call_message(self._plan, ticket)
                sent_ns[ticket] = time.monotonic_ns()
                await link.publish(topic, payload, ttl_s=EVENT_TTL_S)
            return await self._end(sent_ns)

    async def _begin(self, port: int, tokens: dict[str, str]) -> None:
        topics = self._topics
        filters = [topics.event("+"), topics.state, topics.zone_state("+"), topics.engine_online]
        await self._ask({"do": "watch", "port": port, "filters": filters, "tokens": tokens})
        await asyncio.sleep(QUIET_S)

    async def _paced(self) -> AsyncIterator[int]:
        """1, 2, 3… at times fixed beforehand."""
        began = time.monotonic()
        for number in range(1, self._broker.calls + 1):
            await asyncio.sleep(max(0.0, began + number * self._broker.pause_s - time.monotonic()))
            yield number

    async def _end(self, sent_ns: dict[str, int]) -> dict[str, float]:
        """Figures of calls sent at these times; raises `RuntimeError` when a board missed one."""
        arrivals = await self._ask({"do": "seen", "events": len(sent_ns)})
        await self._ask({"do": "leave"})
        missing = {ticket: BOARDS - len(arrivals.get(ticket, ())) for ticket in sent_ns}
        if any(missing.values()):
            raise RuntimeError(f"{sum(missing.values())} of {BOARDS * len(sent_ns)} messages did not arrive")
        return figures([[(at_ns - sent) / 1e6 for at_ns in arrivals[ticket]] for ticket, sent in sent_ns.items()])

    async def _ask(self, question: dict[str, Any]) -> Any:
        return await asyncio.to_thread(self._boards.ask, question)


def figures(calls: list[list[float]]) -> dict[str, float]:
    """Of each call's delays, board by board: over all boards and calls, and over the last board of each call."""
    every, last = [delay for call in calls for delay in call], [max(call) for call in calls]
    return {
        "every board, p50": quantile(every, 0.5),
        "every board, p99": quantile(every, 0.99),
        "last board, p50": quantile(last, 0.5),
        "last board, p99": quantile(last, 0.99),
        "maximum": max(last),
    }


def call_message(plan: HallPlan, number: str) -> tuple[str, bytes]:
    """Topic and payload with which a hall tells of a call."""
    now_ms = time.time_ns() // 1_000_000
    reason = CallReason("points", 0, 600_000_000, 300_000, None, None)
    called = TicketCalled(ticket_id("20261122", number), "w01", reason, now_ms, now_ms)
    message = event_message(plan, called, 1_000, "19c0d5a2b3e.1.20261122")
    assert message is not None
    return message[0], encode(message[1])


if __name__ == "__main__":
    main()
