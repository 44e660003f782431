"""Two hundred boards at a broker, in a process of their own, that note when each call reaches each of them.

`python -m benchmarks.board_crowd` answers each line of JSON with one: `{"do": "watch", "port", "filters", "tokens"}`
connects a board for every `{id: token}`, `{"do": "seen", "events"}` gives the arrivals since the last question, as
`{ticket: [nanoseconds of the machine's monotonic clock, …]}`, as soon as all boards have seen so many events, and
`{"do": "leave"}` disconnects.

Boards speak bare MQTT 3.1.1 over asyncio's protocols: connect, subscribe, acknowledge. Two hundred sessions of a client
library would keep the machine busy for tens of milliseconds after each call, and the measurement would be of them.
"""

import asyncio
import json
import sys
import time
from functools import partial
from typing import Any, Final

CONNACK: Final = 0x20
PUBLISH: Final = 0x30
SUBACK: Final = 0x90
KEEPALIVE_S: Final = 600
LOOK_S: Final = 0.05
SEEN_LOOKS: Final = 400
READY_S: Final = 10.0


class Board(asyncio.Protocol):
    """One session: subscribes with QoS 1, acknowledges everything, keeps what comes on an event topic."""

    def __init__(self, name: str, token: str, filters: list[str]) -> None:
        self.events: dict[bytes, int] = {}
        """Payloads of events, and when each came first: what is sent again is nothing new to a board."""
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._greeting = connect_packet(name, token)
        self._subscription = subscribe_packet(filters)
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._greeting)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionResetError("the broker hung up"))

    def data_received(self, data: bytes) -> None:
        now_ns = time.monotonic_ns()
        self._received += data
        while (packet := take_packet(self._received)) is not None:
            kind, body = packet
            if kind & 0xF0 == PUBLISH:
                self._take_message(kind, body, now_ns)
            elif kind == CONNACK:
                self._take_connack(body)
            elif kind == SUBACK:
                self.ready.set_result(None)

    def leave(self) -> None:
        if self._transport is not None:
            self._transport.write(b"\xe0\x00")
            self._transport.close()

    def _take_connack(self, body: bytes) -> None:
        assert self._transport is not None
        if body[1]:
            self.ready.set_exception(ConnectionRefusedError(f"the broker refused the login with code {body[1]}"))
        else:
            self._transport.write(self._subscription)

    def _take_message(self, kind: int, body: bytes, now_ns: int) -> None:
        assert self._transport is not None
        end = 2 + int.from_bytes(body[:2], "big")
        if kind & 0x06:
            self._transport.write(b"\x40\x02" + body[end : end + 2])
            payload = body[end + 2 :]
        else:
            payload = body[end:]
        if b"/event/" in body[2:end]:
            self.events.setdefault(payload, now_ns)


def connect_packet(name: str, token: str) -> bytes:
    """CONNECT with a clean session, a user name and a password."""
    body = b"\x00\x04MQTT\x04\xc2" + KEEPALIVE_S.to_bytes(2, "big") + _text(name) + _text(name) + _text(token)
    return b"\x10" + _length(len(body)) + body


def subscribe_packet(filters: list[str]) -> bytes:
    """SUBSCRIBE to all of them with QoS 1."""
    body = b"\x00\x01" + b"".join(_text(topic_filter) + b"\x01" for topic_filter in filters)
    return b"\x82" + _length(len(body)) + body


def take_packet(received: bytearray) -> tuple[int, bytes] | None:
    """Remove the first packet, as its first byte and what follows its length; None while it is not whole."""
    length, digits = 0, 0
    while True:
        if len(received) < digits + 2:
            return None
        digit = received[digits + 1]
        length |= (digit & 0x7F) << 7 * digits
        digits += 1
        if digit < 0x80:
            break
    end = 1 + digits + length
    if len(received) < end:
        return None
    packet = received[0], bytes(received[1 + digits : end])
    del received[:end]
    return packet


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded


def _length(length: int) -> bytes:
    digits = bytearray()
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | (0x80 if length else 0))
        if not length:
            return bytes(digits)


class Boards:
    """All boards of one broker."""

    def __init__(self) -> None:
        self._boards: list[Board] = []

    async def watch(self, port: int, filters: list[str], tokens: dict[str, str]) -> None:
        """Connect one after the other; raises `ConnectionError` when the broker refuses one."""
        loop = asyncio.get_running_loop()
        for name, token in tokens.items():
            _, board = await loop.create_connection(partial(Board, name, token, filters), "127.0.0.1", port)
            await asyncio.wait_for(board.ready, READY_S)
            self._boards.append(board)

    async def seen(self, events: int) -> dict[str, list[int]]:
        """When each ticket was shown on each board; incomplete when boards still wait after so many looks."""
        for _ in range(SEEN_LOOKS):
            if all(len(board.events) >= events for board in self._boards):
                break
            await asyncio.sleep(LOOK_S)
        arrivals: dict[str, list[int]] = {}
        for board in self._boards:
            for payload, at_ns in board.events.items():
                arrivals.setdefault(json.loads(payload)["ticket"], []).append(at_ns)
            board.events.clear()
        return arrivals

    async def leave(self) -> None:
        for board in self._boards:
            board.leave()
        self._boards.clear()
        await asyncio.sleep(0)


async def main() -> None:
    """Answer questions until standard input closes."""
    boards = Boards()
    while line := await asyncio.to_thread(sys.stdin.readline):
        question = json.loads(line)
        do = question.pop("do")
        answer: dict[str, Any] = {}
        if do == "watch":
            await boards.watch(**question)
        elif do == "seen":
            answer = await boards.seen(**question)
        elif do == "leave":
            await boards.leave()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
