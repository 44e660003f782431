"""The live feed: Server-Sent Events for pages and programs, the same facts that go out over MQTT.

One pump turns each durable fact into bytes once and lays it on a shared belt of limited length; every subscriber takes
from the belt at its own pace. Whoever falls off its end, or does not read for a while, is dropped, comes back with
`Last-Event-ID`, and gets what it missed, or a snapshot when that is too long ago.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from aiohttp import web
from pydantic_core import to_json

from engine.core import calendar
from engine.core.hall import Hall
from engine.core.refusals import Restarting
from engine.http.metrics import Metrics
from engine.http.problems import TooManySubscribers
from engine.http.whole_hall import Picture, WholeHall
from engine.runtime import Engine, Told
from engine.wire.messages import changed_message, event_message, mark_of

T = TypeVar("T")

SUBSCRIBERS_MAX: Final = 2_000
BEAT_S: Final = 2.0

_BELT_FRAMES: Final = 1_024
_BURST_FACTS_MAX: Final = 512
_WRITE_S_MAX: Final = 10.0
_FRAMES_PER_WRITE: Final = 64
_POSITION_DIGITS_MAX: Final = 15
_EVERY_POSITION: Final = 2**63
_HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}
_RETRY: Final = b"retry: 1000\n\n"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Bytes for everybody who is not yet past `position`."""

    position: int
    body: bytes


class Live:
    """The feed's one pump and its subscribers. `run()` works until cancelled."""

    def __init__(self, engine: Engine, whole_hall: WholeHall, metrics: Metrics, *, beat_s: float = BEAT_S) -> None:
        self._engine = engine
        self._whole_hall = whole_hall
        self._metrics = metrics
        self._beat_s = beat_s
        self._belt: deque[_Frame] = deque(maxlen=_BELT_FRAMES)
        self._laid = 0
        """How many frames were ever laid on the belt; its newest has this number."""
        self._news = asyncio.Event()
        self._subscribers = 0
        self._is_closed = False

    # --- the pump ---

    async def run(self) -> None:
        """Lay every new fact, and a beat every `beat_s`, on the belt."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._beat())

    async def _follow(self) -> None:
        position = self._engine.feed.position
        while True:
            await self._engine.feed.wait(position)
            position = await self._read(partial(self._lay_news, after=position))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._beat_s)
            if self._subscribers:
                await self._read(self._lay_beat)

    async def _read(self, view: Callable[[Hall], T]) -> T:
        """`view(hall)` as soon as there is a hall to see."""
        while True:
            await self._engine.wait_live()
            try:
                return await self._engine.read(view)
            except Restarting:
                continue

    def _lay_news(self, hall: Hall, *, after: int) -> int:
        """Lay what came after that position; the position now.

        After a gap, and when very much happened at once (a day was closed), everybody gets the whole hall instead.
        """
        told = self._engine.feed.since(after)
        if self._subscribers and (told is None or len(told) > _BURST_FACTS_MAX):
            picture = self._whole_hall.look(hall)
            self._lay(_Frame(picture.position, _snapshot(picture)))
        elif self._subscribers and told:
            for frame in self._frames(hall, told):
                self._lay(frame)
        return self._engine.feed.position

    def _lay_beat(self, hall: Hall) -> None:
        assert hall.plan is not None
        beat = {
            "at": calendar.iso(hall.plan.timezone, self._engine.now_ms()),
            "position": hall.position,
            "epoch": self._engine.epoch,
        }
        self._lay(_Frame(_EVERY_POSITION, _event("beat", beat)))

    def _lay(self, frame: _Frame) -> None:
        self._belt.append(frame)
        self._laid += 1
        self._wake()

    def _frames(self, hall: Hall, told: list[Told]) -> list[_Frame]:
        assert hall.plan is not None
        plan, epoch = hall.plan, self._engine.epoch
        frames = []
        for one in told:
            message = event_message(plan, one.event, one.position, epoch, hall.day, mark=mark_of(hall, one.event))
            if message is None:
                kind, payload = "changed", changed_message(plan, one.event, one.position, epoch)
            else:
                payload = message[1]
                kind = payload["type"]
            frames.append(_Frame(one.position, _event(kind, payload, one.position)))
        return frames

    # --- subscribers ---

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Feed one subscriber until it leaves, is too slow, or the server stops."""
        if self._subscribers >= SUBSCRIBERS_MAX:
            raise TooManySubscribers()
        self._count(+1)
        try:
            last_id = request.headers.get("Last-Event-ID", "")
            position, cursor, beginning = await self._engine.read(partial(self._begin, last_id=last_id))
            response = web.StreamResponse(headers=_HEADERS)
            await response.prepare(request)
            try:
                await self._feed(response, position, cursor, beginning)
            except (TimeoutError, ConnectionError):
                # Too slow, or gone: either way there is nobody to say so to.
                return response
            return response
        finally:
            self._count(-1)

    def close(self) -> None:
        """End every feed; each subscriber comes back by itself to whoever listens next."""
        self._is_closed = True
        self._wake()

    def _begin(self, hall: Hall, *, last_id: str) -> tuple[int, int, bytes]:
        """Where a new subscriber stands: its position, its place at the belt, and what to send it first."""
        is_position = last_id.isascii() and last_id.isdigit() and len(last_id) <= _POSITION_DIGITS_MAX
        told = self._engine.feed.since(int(last_id)) if is_position else None
        if told is None:
            picture = self._whole_hall.look(hall)
            return picture.position, self._laid, _RETRY + _snapshot(picture)
        missed = b"".join(frame.body for frame in self._frames(hall, told))
        return self._engine.feed.position, self._laid, _RETRY + missed

    async def _feed(self, response: web.StreamResponse, position: int, cursor: int, beginning: bytes) -> None:
        await _write(response, beginning)
        while not self._is_closed:
            news = self._news
            if cursor == self._laid:
                await news.wait()
                continue
            behind = self._laid - cursor
            if behind > len(self._belt):
                self._metrics.dropped()
                return
            first = len(self._belt) - behind
            frames = [self._belt[index] for index in range(first, first + min(behind, _FRAMES_PER_WRITE))]
            cursor += len(frames)
            fresh = b"".join(frame.body for frame in frames if frame.position > position)
            if fresh:
                await _write(response, fresh)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _count(self, change: int) -> None:
        self._subscribers += change
        self._metrics.subscribers(self._subscribers)


def _snapshot(picture: Picture) -> bytes:
    return b"id: %d\nevent: snapshot\ndata: %b\n\n" % (picture.position, picture.body)


def _event(kind: str, payload: Mapping[str, Any], position: int | None = None) -> bytes:
    head = b"" if position is None else b"id: %d\n" % position
    return head + b"event: %b\ndata: %b\n\n" % (kind.encode(), to_json(payload))


async def _write(response: web.StreamResponse, body: bytes) -> None:
    async with asyncio.timeout(_WRITE_S_MAX):
        await response.write(body)
