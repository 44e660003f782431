"""From the journal to another authority's system: each fact with a payload, in order, until it is taken or refused.

The journal is the outbox. A durable cursor moves only after the answer, so a fact is sent again when the engine died in
between; the receiver refuses what it has, and that counts as taken. While the other system is away nothing is kept in
memory and nothing waits for it: the facts stay where they are. What it refuses for good is parked and holds up nobody.
"""

import asyncio
import logging
from random import Random
from typing import Final, Protocol

from engine.core.refusals import Refusal
from engine.ports import JournalFailed
from engine.push.parked import Parked
from engine.push.payloads import Payload, payload_of
from engine.push.receiver import Receiver
from engine.runtime import Engine, Told

CURSOR: Final = "push"
FACTS_PER_READ: Final = 500
FACTS_PER_CURSOR: Final = 1_000
"""The cursor moves at least so often though nothing is sent: a restart need not look at more again."""
PAUSE_S: Final = 1.0
PAUSE_S_MAX: Final = 300.0
ENGINE_PAUSE_S: Final = 0.1
_DOUBLINGS_MAX: Final = 16

_log = logging.getLogger(__name__)


class PushMeter(Protocol):
    """Somebody who counts what is pushed."""

    def pushed(self) -> None:
        """One more was taken."""

    def push_parked(self, count: int) -> None:
        """So many are parked now."""


class Pusher:
    """Sends what this hall has to tell; `start` once, then `run` until cancelled.

    `key` makes the names of ratings: while it stays, a rating that is sent again has the same one.
    """

    def __init__(
        self,
        engine: Engine,
        receiver: Receiver,
        parked: Parked,
        key: bytes,
        meter: PushMeter,
        random: Random,
        *,
        pause_s: float = PAUSE_S,
        pause_s_max: float = PAUSE_S_MAX,
    ) -> None:
        self._engine = engine
        self._receiver = receiver
        self._parked = parked
        self._key = key
        self._meter = meter
        self._random = random
        self._pause_s = pause_s
        self._pause_s_max = pause_s_max
        self._position = 0
        """Everything up to here was taken, parked, or is told to nobody."""
        self._kept = 0
        """Where the durable cursor is."""
        self._is_owed = False
        """Whether something was answered since the cursor was kept."""

    def lag(self) -> int:
        """How many durable facts have not been looked at."""
        return max(0, self._engine.feed.position - self._position)

    async def start(self) -> None:
        """Find out where the last engine stopped; the first one ever begins with the present."""
        present = self._engine.feed.position
        while True:
            try:
                cursor = await self._engine.journal.cursor(CURSOR)
                if cursor == 0 and present > 0:
                    await self._engine.journal.move_cursor(CURSOR, present)
                    cursor = present
            except (Refusal, JournalFailed):
                await self._wait_for_engine()
            else:
                self._position = self._kept = min(cursor, present)
                self._meter.push_parked(len(self._parked))
                return

    async def run(self) -> None:
        """Send until cancelled."""
        async with self._receiver:
            await self._try_parked_again()
            while True:
                try:
                    await self._keep_cursor()
                    for fact in await self._next_facts():
                        await self._tell(fact)
                        self._position = fact.position
                        await self._keep_cursor()
                except (Refusal, JournalFailed):
                    await self._wait_for_engine()

    async def _next_facts(self) -> list[Told]:
        """The facts after this position, some of them at least; waits until there are any."""
        await self._engine.feed.wait(self._position)
        facts = self._engine.feed.since(self._position)
        if facts is None:
            facts = await self._facts_of_journal(self._position, FACTS_PER_READ)
        return facts[:FACTS_PER_READ]

    async def _facts_of_journal(self, after: int, limit: int) -> list[Told]:
        entries = await self._engine.journal.read(after, limit)
        return [
            Told(entry.position + index, event, entry.at_ms)
            for entry in entries
            for index, event in enumerate(entry.events)
            if entry.position + index > after
        ]

    async def _tell(self, fact: Told) -> None:
        payload = await self._payload_of(fact)
        if payload is not None:
            await self._deliver(fact.position, payload)
            self._is_owed = True

    async def _deliver(self, position: int, payload: Payload) -> None:
        """Send until it is taken or parked."""
        attempt = 0
        while True:
            verdict, why = await self._receiver.send(payload)
            if verdict == "taken":
                self._meter.pushed()
                return
            if verdict == "refused" and await self._park(position, why):
                return
            if attempt == 0:
                _log.warning("push: fact %d waits (%s), trying again 推送受阻，稍后重试", position, why)
            await asyncio.sleep(self._pause(attempt))
            attempt += 1

    def _pause(self, attempt: int) -> float:
        """Longer each time, and by chance: many halls whose receiver comes back must not all come at once."""
        longest = min(self._pause_s_max, self._pause_s * 2 ** min(attempt, _DOUBLINGS_MAX))
        return self._random.uniform(longest / 2, longest)

    async def _park(self, position: int, why: str) -> bool:
        """Keep it for the next start; False when it cannot even be written down."""
        try:
            await asyncio.to_thread(self._parked.add, position)
        except OSError as error:
            _log.error("push: fact %d cannot be parked (%s) 无法搁置", position, type(error).__name__)
            return False
        self._meter.push_parked(len(self._parked))
        _log.warning("push: fact %d was refused (%s) and is parked 被拒绝，已搁置", position, why)
        return True

    async def _try_parked_again(self) -> None:
        """Once each, until one does not get through: the reason for a refusal may have been put right since."""
        for position in self._parked.positions():
            try:
                payload = await self._payload_at(position)
            except (Refusal, JournalFailed):
                return
            verdict, _ = await self._receiver.send(payload) if payload is not None else (None, "")
            if verdict == "later":
                return
            # No payload: of a journal that was replaced by an older one, which does not know it any more.
            if verdict != "refused" and await self._unpark(position) and verdict == "taken":
                self._meter.pushed()

    async def _unpark(self, position: int) -> bool:
        """Let one go; False when that cannot be written down, and then it is only sent once more than needed."""
        try:
            await asyncio.to_thread(self._parked.remove, position)
        except OSError as error:
            _log.error("push: the list of parked facts cannot be written (%s) 搁置清单无法写入", type(error).__name__)
            return False
        self._meter.push_parked(len(self._parked))
        return True

    async def _payload_at(self, position: int) -> Payload | None:
        for fact in await self._facts_of_journal(position - 1, 1):
            if fact.position == position:
                return await self._payload_of(fact)
        return None

    async def _payload_of(self, fact: Told) -> Payload | None:
        return await self._engine.read(lambda hall: payload_of(hall, fact.event, self._key))

    async def _keep_cursor(self) -> None:
        """Make it durable how far we are, after each answer, and now and then without one."""
        if self._is_owed or self._position - self._kept >= FACTS_PER_CURSOR:
            await self._engine.journal.move_cursor(CURSOR, self._position)
            self._kept = self._position
            self._is_owed = False

    async def _wait_for_engine(self) -> None:
        await asyncio.sleep(ENGINE_PAUSE_S)
        await self._engine.wait_live()
