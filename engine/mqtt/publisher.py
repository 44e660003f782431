"""From the journal to the broker: every fact in order, then the state it led to, then the heartbeat.

The journal is the outbox. A durable cursor follows what the broker has acknowledged; after a lost link the facts behind
it are sent again (readers drop what is not newer), after a long outage they are read from the journal. Nothing waits
for the broker: it may be away for an hour, and costs neither memory nor time at a window.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.core.refusals import Refusal
from engine.link import Link
from engine.ports import JournalFailed
from engine.runtime import Engine, Told
from engine.wire.messages import Payload, encode, event_message, hall_state, mark_of, window_state, zone_state
from engine.wire.topics import EVENT_TTL_S, HEARTBEAT_S, Encoding, Topics

CURSOR: Final = "mqtt"
CURSOR_PAUSE_S: Final = 1.0
STATE_PAUSE_S: Final = 0.2
"""States that change faster are told together: the events have said it already."""
ENTRIES_PER_READ: Final = 500
RETRY_PAUSE_S: Final = 0.1
VOLATILE: Final = frozenset({"at", "position"})
"""Fields that alone make no new state of a window or a zone."""

FactMessages = list[tuple[int, list[tuple[str, bytes]]]]
"""Positions, and what is sent for each: topic and body."""


class Publisher:
    """Tells a hall through one link after the other; `is_told` is set when the present state has been told once."""

    def __init__(
        self,
        engine: Engine,
        plan: HallPlan,
        encodings: tuple[Encoding, ...],
        speed: float,
        on_told: Callable[[int], None] = lambda position: None,
    ) -> None:
        """`on_told` hears up to which position the broker has everything."""
        self._engine = engine
        # A link has one will, so `engine/online` stands on the first tree alone.
        self._trees = tuple(Topics.of(plan, encoding) for encoding in encodings)
        self._speed = speed
        self._acknowledged = 0
        self._on_told = on_told
        self._moved = asyncio.Event()
        self.is_told = asyncio.Event()

    async def start(self) -> None:
        """Find out where the last engine stopped; the first one ever begins with the present."""
        while True:
            await self._engine.wait_live()
            try:
                journal, present = self._engine.journal, self._engine.feed.position
                cursor = await journal.cursor(CURSOR)
                if cursor == 0 and present > 0:
                    await journal.move_cursor(CURSOR, present)
                    cursor = present
            except (Refusal, JournalFailed):
                await asyncio.sleep(RETRY_PAUSE_S)
            else:
                self._acknowledged = min(cursor, present)
                self._on_told(self._acknowledged)
                return

    async def tell(self, link: Link) -> None:
        """Tell everything over this link until it is lost."""
        await link.publish(self._trees[0].engine_online, b"1", retain=True)
        voice = _Voice(link, self._acknowledged, self._has_taken)
        clock = asyncio.get_running_loop().time
        state_at, state_position = float("-inf"), -1
        while True:
            try:
                await self._send_facts(voice, self._engine.feed.position)
                is_changed = voice.position != state_position
                if clock() >= state_at + (STATE_PAUSE_S if is_changed else HEARTBEAT_S):
                    state_at, state_position = clock(), await self._send_states(voice)
                    is_changed = voice.position != state_position
                    self.is_told.set()
                await self._wait_for_news(voice, state_at + (STATE_PAUSE_S if is_changed else HEARTBEAT_S))
            except (Refusal, JournalFailed):
                await asyncio.sleep(RETRY_PAUSE_S)
                await self._engine.wait_live()

    async def say_farewell(self, link: Link) -> None:
        """The engine goes on purpose; the last will would say the same."""
        await link.publish(self._trees[0].engine_online, b"0", retain=True)

    async def keep_cursor(self) -> None:
        """Keep in the journal how far the broker has everything, at most once a second, until cancelled."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            try:
                await self._engine.journal.move_cursor(CURSOR, self._acknowledged)
            except (Refusal, JournalFailed):
                self._moved.set()
                await self._engine.wait_live()
            await asyncio.sleep(CURSOR_PAUSE_S)

    def _has_taken(self, position: int) -> None:
        if position > self._acknowledged:
            self._acknowledged = position
            self._on_told(position)
            self._moved.set()

    async def _wait_for_news(self, voice: "_Voice", until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                await self._engine.feed.wait(voice.position)
        except TimeoutError:
            return

    # --- facts ---

    async def _send_facts(self, voice: "_Voice", until: int) -> None:
        while voice.position < until:
            facts = self._engine.feed.since(voice.position)
            if facts is None:
                facts = await self._facts_of_journal(voice.position)
            facts = [fact for fact in facts[:ENTRIES_PER_READ] if fact.position <= until]
            assert facts, (voice.position, until)
            for position, messages in await self._engine.read(self._messages_of(facts)):
                for topic, body in messages:
                    await voice.say_fact(position, topic, body)
                voice.has_said(position)

    async def _facts_of_journal(self, after: int) -> list[Told]:
        entries = await self._engine.journal.read(after, ENTRIES_PER_READ)
        return [
            Told(entry.position + index, event, entry.at_ms)
            for entry in entries
            for index, event in enumerate(entry.events)
            if entry.position + index > after
        ]

    def _messages_of(self, facts: list[Told]) -> Callable[[Hall], FactMessages]:
        """A view that makes messages of facts; it needs the hall for its plan and for the marks of lanes."""
        return lambda hall: [
            (fact.position, fact_messages(hall, fact, self._engine.epoch, self._trees)) for fact in facts
        ]

    # --- states ---

    async def _send_states(self, voice: "_Voice") -> int:
        """Windows and zones that changed since this link began, then the hall's state, which is the heartbeat."""
        states = await self._engine.read(self._states)
        await self._send_facts(voice, states.position)  # a state never overtakes the facts that led to it
        for topics in self._trees:
            for window_id, window in states.windows.items():
                await voice.say_state(topics.window_state(window_id), window, topics.encoding)
            for zone_id, zone in states.zones.items():
                await voice.say_state(topics.zone_state(zone_id), zone, topics.encoding)
            await voice.say_heartbeat(topics.state, states.hall, topics.encoding)
        return states.position

    def _states(self, hall: Hall) -> "_States":
        assert hall.plan is not None
        now_ms, epoch = self._engine.now_ms(), self._engine.epoch
        return _States(
            hall.position,
            hall_state(hall, now_ms, epoch, self._speed),
            {window_id: window_state(hall, window_id) for window_id in hall.windows},
            {zone.zone_id: zone_state(hall, zone.zone_id, now_ms, epoch) for zone in hall.plan.zones},
        )


@dataclass(frozen=True, slots=True)
class _States:
    """Every retained state at one position."""

    position: int
    hall: Payload
    windows: dict[str, Payload]
    zones: dict[str, Payload]


class _Voice:
    """What is said over one link: in order, without waiting for each acknowledgement, and how far these have come."""

    def __init__(self, link: Link, position: int, has_taken: Callable[[int], None]) -> None:
        self.position = position
        """Everything up to here has been sent."""
        self._link = link
        self._has_taken = has_taken
        self._pending: deque[tuple[int, asyncio.Future[None]]] = deque()
        """What the broker has not taken yet, oldest first, each with the position it has taken when this is next."""
        self._states: dict[str, Payload] = {}
        self._refusal: BaseException | None = None

    async def say_fact(self, position: int, topic: str, body: bytes) -> None:
        await self._send(position - 1, topic, body, retain=False)

    def has_said(self, position: int) -> None:
        self.position = position
        if not self._pending:
            self._has_taken(position)

    async def say_state(self, topic: str, state: Payload, encoding: Encoding) -> None:
        """Say a state unless it is what this link was told before."""
        content = {name: value for name, value in state.items() if name not in VOLATILE}
        if self._states.get(topic) != content:
            self._states[topic] = content
            await self._send(self.position, topic, encode(state, encoding), retain=True)

    async def say_heartbeat(self, topic: str, state: Payload, encoding: Encoding) -> None:
        await self._send(self.position, topic, encode(state, encoding), retain=True)

    async def _send(self, taken: int, topic: str, body: bytes, *, retain: bool) -> None:
        if self._refusal is not None:
            raise self._refusal
        done = await self._link.send(topic, body, retain=retain, ttl_s=None if retain else EVENT_TTL_S)
        self._pending.append((taken, done))
        if len(self._pending) == 1:
            done.add_done_callback(self._collect)

    def _collect(self, _: asyncio.Future[None]) -> None:
        """Report how far the broker has taken everything without a gap; never past something it did not take.

        Acknowledgements come in bundles: only the oldest one missing rings.
        """
        while self._pending and self._pending[0][1].done():
            self._refusal = self._pending[0][1].exception()
            if self._refusal is not None:
                return
            self._pending.popleft()
        if self._pending:
            self._has_taken(self._pending[0][0])
            self._pending[0][1].add_done_callback(self._collect)
        else:
            self._has_taken(self.position)


def fact_messages(hall: Hall, fact: Told, epoch: str, trees: tuple[Topics, ...]) -> list[tuple[str, bytes]]:
    """Topic and body of a fact on every tree; empty when the fact has no message of its own."""
    assert hall.plan is not None
    mark = mark_of(hall, fact.event)
    messages = []
    for topics in trees:
        message = event_message(hall.plan, fact.event, fact.position, epoch, mark=mark, encoding=topics.encoding)
        if message is not None:
            messages.append((message[0], encode(message[1], topics.encoding)))
    return messages
