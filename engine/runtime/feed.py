"""The feed of durable facts: what has been told lately, for whoever follows along, with a limit."""

import asyncio
from collections import deque
from typing import Final

from engine.core.events import Event, Millis
from engine.core.fact import fact

FACTS_KEPT: Final = 4_000


@fact
class Told:
    """One fact with its position in the journal."""

    position: int
    event: Event
    at_ms: Millis


class Feed:
    """The newest facts in journal order. Followers keep their own position and come back for more."""

    def __init__(self, facts_kept: int = FACTS_KEPT) -> None:
        self._facts: deque[Told] = deque(maxlen=facts_kept)
        self._position = 0
        self._news = asyncio.Event()

    @property
    def position(self) -> int:
        """The position of the newest durable fact."""
        return self._position

    def restart(self, position: int) -> None:
        """Forget everything: the journal has been read anew and ends at `position`."""
        self._facts.clear()
        self._position = position
        self._ring()

    def tell(self, facts: list[Told]) -> None:
        """Add facts that have become durable."""
        self._facts.extend(facts)
        self._position = facts[-1].position
        self._ring()

    def since(self, position: int) -> list[Told] | None:
        """The facts after `position`; None when some of them are no longer here, or `position` lies ahead."""
        missing = self._position - position
        if missing == 0:
            return []
        if missing < 0 or missing > len(self._facts):
            return None
        return [self._facts[index] for index in range(len(self._facts) - missing, len(self._facts))]

    async def wait(self, position: int) -> None:
        """Return when the newest position is another than `position`."""
        while self._position == position:
            await self._news.wait()

    def _ring(self) -> None:
        """Wake everybody who waits, and let the next ones wait for the next fact."""
        self._news.set()
        self._news = asyncio.Event()
