"""Visitors and clerks at the HTTP door, from a process of their own, so that the server has a core to itself.

`python -m benchmarks.http_crowd` answers each line of JSON with one. A question is `{"do": "meet" | "open" | "closed" |
"paced", "crowd": NAME, …}`; see `Crowd`. The client is a few dozen lines over asyncio's protocols: one request at a
time on each keep-alive connection, no pipelining. A client library would spend more on a request than the server does.
"""

import asyncio
import json
import random
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, Final

CYCLE: Final = ("draw", "call", "draw", "finish", "give-up")
"""What happens in turn: of two people who draw a number one is called and served, the other gives up."""
WINDOWS: Final = 68
SERVICES: Final = 12
WAITING: Final = 300
"""So many people wait all the time."""


class Script:
    """What somebody would do next in the hall, and what was learnt from the answers.

    Nobody acts on a ticket or at a window before the answer that gave it to them.
    """

    def __init__(self, prefix: str, kiosk: str, floor: str) -> None:
        self._prefix = prefix
        self._tokens = {"draw": kiosk, "give-up": kiosk, "call": floor, "finish": floor}
        self._order = count()
        self._drawn: list[str] = []
        self._idle = deque(f"w{number:02d}" for number in range(1, WINDOWS + 1))
        self._called: deque[str] = deque()
        self.samples: dict[str, list[object]] = {}
        """One answer of each kind, for a bare server to repeat."""

    def next(self, *, only_draw: bool = False) -> tuple[str, str, bytes]:
        """Kind, subject and bytes of the next request."""
        number = next(self._order)
        kind = "draw" if only_draw else CYCLE[number % len(CYCLE)]
        subject = f"s{number % SERVICES:02d}"
        if kind == "call" and self._idle:
            subject = self._idle.popleft()
        elif kind == "finish" and self._called:
            subject = self._called.popleft()
        elif kind == "give-up" and self._drawn:
            # The newest: the oldest are about to be called.
            subject = self._drawn.pop()
        else:
            kind = "draw"
        return kind, subject, self.request(kind, subject, number)

    def learn(self, kind: str, subject: str, status: int, body: bytes) -> bool:
        """Take an answer in; whether it was a yes."""
        is_done = status < 300
        if kind == "draw" and is_done:
            self._drawn.append(json.loads(body)["token"])
        elif kind == "call":
            (self._called if is_done else self._idle).append(subject)
        elif kind == "finish":
            self._idle.append(subject)
        if is_done:
            self.samples.setdefault(_ROUTES[kind], [status, body.decode()])
        return is_done

    def open_window(self, number: int) -> bytes:
        return self._bytes(
            "POST", f"/windows/w{number:02d}/open", self._tokens["call"], f"{self._prefix}-open-{number}"
        )

    def request(self, kind: str, subject: str, number: int) -> bytes:
        """The bytes of one request; no two requests have the same number."""
        key = f"{self._prefix}-{number:08d}"
        if kind == "draw":
            return self._bytes("POST", "/tickets", self._tokens[kind], key, b'{"service":"%b"}' % subject.encode())
        if kind == "give-up":
            return self._bytes("DELETE", f"/tickets/{subject}", self._tokens[kind], key)
        verb = "call-next" if kind == "call" else "finish"
        return self._bytes("POST", f"/windows/{subject}/{verb}", self._tokens[kind], key, b"{}")

    def _bytes(self, method: str, path: str, token: str, key: str, body: bytes = b"") -> bytes:
        head = (
            f"{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
            f"Idempotency-Key: {key}\r\n"
        )
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return head.encode() + b"\r\n" + body


_ROUTES: Final = {
    "draw": "POST /tickets",
    "give-up": "DELETE /tickets/{token}",
    "call": "POST /windows/{window}/call-next",
    "finish": "POST /windows/{window}/finish",
}


class Connection(asyncio.Protocol):
    """One keep-alive connection; one request at a time."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the server closed the connection"))

    def ask(self, request: bytes) -> "asyncio.Future[tuple[int, bytes]]":
        """Status and body."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n") + 4
        if end < 4:
            return
        head = self._received[:end].lower()
        at = head.find(b"content-length: ") + 16
        length = int(head[at : head.find(b"\r", at)]) if at >= 16 else 0
        if len(self._received) < end + length:
            return
        body, self._received = self._received[end : end + length], b""
        assert self._answer is not None
        self._answer.set_result((int(head[9:12]), body))


class Crowd:
    """Everybody at one server, and the script they follow."""

    def __init__(self, port: int, script: Script) -> None:
        self._port = port
        self._script = script
        self._refused = 0

    async def open(self) -> dict[str, Any]:
        """Open every window and let some people wait."""
        async with self._connected(1) as (connection,):
            for number in range(1, WINDOWS + 1):
                await connection.ask(self._script.open_window(number))
            for _ in range(WAITING):
                await self._act(connection, only_draw=True)
            for _ in CYCLE * 4:
                await self._act(connection)
        return {"samples": self._script.samples}

    async def closed(self, connections: int, seconds: float) -> dict[str, Any]:
        """Everybody asks, waits for the answer, and asks again. Latencies are in seconds."""
        self._refused = 0
        latencies: list[float] = []

        async def visitor(connection: Connection) -> None:
            while (asked := time.perf_counter()) < end:
                await self._act(connection)
                latencies.append(time.perf_counter() - asked)

        async with self._connected(connections) as connected:
            began = time.perf_counter()
            end = began + seconds
            await asyncio.gather(*map(visitor, connected))
            passed = time.perf_counter() - began
        return {"latencies": latencies, "refused": self._refused, "seconds": passed}

    async def paced(self, connections: int, rate: float, seconds: float, seed: int) -> dict[str, Any]:
        """Requests come at times drawn beforehand, whether or not earlier ones are answered.

        A latency counts from the time drawn: what waits for a free connection, or for this program, is waiting too.
        """
        self._refused = 0
        times = arrivals(rate, seconds, seed)
        free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        latencies: list[float] = []
        late: list[float] = []

        async def request(due: float) -> None:
            connection = await free.get()
            await self._act(connection)
            latencies.append(time.perf_counter() - due)
            free.put_nowait(connection)

        async with self._connected(connections) as connected, asyncio.TaskGroup() as group:
            for connection in connected:
                free.put_nowait(connection)
            began = time.perf_counter()
            for due in (began + at for at in times):
                if (pause := due - time.perf_counter()) > 0:
                    await asyncio.sleep(pause)
                late.append(time.perf_counter() - due)
                group.create_task(request(due))
        return {"latencies": latencies, "late": late, "refused": self._refused, "seconds": seconds}

    @asynccontextmanager
    async def _connected(self, connections: int) -> AsyncIterator[list[Connection]]:
        loop = asyncio.get_running_loop()
        made = [await loop.create_connection(Connection, "127.0.0.1", self._port) for _ in range(connections)]
        try:
            yield [connection for _, connection in made]
        finally:
            for transport, _ in made:
                transport.close()

    async def _act(self, connection: Connection, *, only_draw: bool = False) -> None:
        kind, subject, request = self._script.next(only_draw=only_draw)
        if not self._script.learn(kind, subject, *await connection.ask(request)):
            self._refused += 1


def arrivals(rate: float, seconds: float, seed: int) -> list[float]:
    """Seconds at which requests come: `rate` a second on average, with nothing between them but chance."""
    chance = random.Random(seed)
    times: list[float] = []
    at = chance.expovariate(rate)
    while at < seconds:
        times.append(at)
        at += chance.expovariate(rate)
    return times


async def main() -> None:
    """Answer questions until standard input closes."""
    crowds: dict[str, Crowd] = {}
    while line := await asyncio.to_thread(sys.stdin.readline):
        question = json.loads(line)
        do, name = question.pop("do"), question.pop("crowd")
        answer: dict[str, Any] = {}
        if do == "meet":
            crowds[name] = Crowd(question.pop("port"), Script(**question))
        elif do == "open":
            answer = await crowds[name].open()
        elif do == "closed":
            answer = await crowds[name].closed(**question)
        elif do == "paced":
            answer = await crowds[name].paced(**question)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
