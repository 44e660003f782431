"""What the crowd knows of the hall at this moment, from its live feed: the time, the day, every window."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.core.events import Millis

LOOK_UP_S: Final = 0.5
"""The hall's clock may jump over a night: nobody sleeps longer than this without looking at it."""

STATE_AFTER: Final = {
    "opened": "idle",
    "closed": "closed",
    "paused": "paused",
    "resumed": "idle",
    "called": "called",
    "recalled": "called",
    "began": "serving",
    "walk-in": "serving",
    "finished": "idle",
    "no-show": "idle",
    "held": "idle",
    "transferred": "idle",
    "cancelled": "idle",
}
"""The state in which a fact leaves the window it names."""


class HallClock:
    """The hall's own time, `speed` times as fast as ours, set by whatever the hall says of it."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._said_ms: Millis = 0
        self._said_at_s = time.monotonic()

    def set(self, at: str) -> None:
        self._said_ms = millis(at)
        self._said_at_s = time.monotonic()

    def now_ms(self) -> Millis:
        return self._said_ms + round((time.monotonic() - self._said_at_s) * 1_000 * self._speed)

    def seconds_until(self, at_ms: Millis) -> float:
        """Our seconds until the hall's `at_ms`."""
        return (at_ms - self.now_ms()) / 1_000 / self._speed

    async def sleep_until(self, at_ms: Millis) -> None:
        while (left_s := self.seconds_until(at_ms)) > 0:  # noqa: ASYNC110 - there is nothing but time to wait for
            await asyncio.sleep(min(left_s, LOOK_UP_S))

    async def sleep(self, length_ms: Millis) -> None:
        await self.sleep_until(self.now_ms() + length_ms)


def millis(at: str) -> Millis:
    """An ISO 8601 moment as milliseconds since 1970."""
    return round(datetime.fromisoformat(at).timestamp() * 1_000)


@dataclass(slots=True)
class WindowNow:
    """A window as of `position`."""

    state: str
    ticket: str | None
    position: int


class Present:
    """The hall as the feed tells it. `heed` gets every fact once, after it is known here."""

    def __init__(self, speed: float) -> None:
        self.clock = HallClock(speed)
        self.position = 0
        self.phase = "closed"
        self.day: str | None = None
        self.windows: dict[str, WindowNow] = {}
        self.is_known = asyncio.Event()
        self.heed: list[Callable[[str, dict[str, Any]], None]] = []

    def hear(self, kind: str, payload: dict[str, Any]) -> None:
        """One message of the feed; `changed` messages go by the type inside."""
        if kind == "beat":
            self.clock.set(payload["at"])
            return
        if kind == "snapshot":
            self._take_snapshot(payload)
        else:
            kind = payload["type"]
            self._take_fact(kind, payload)
        for listener in self.heed:
            listener(kind, payload)

    def saw(self, window: dict[str, Any], position: int) -> None:
        """What the answer to an order says of a window; it may be ahead of the feed."""
        self._show(window["id"], window["state"], window["ticket"], position)

    def _take_snapshot(self, hall: dict[str, Any]) -> None:
        self.clock.set(hall["at"])
        self.position, self.phase, self.day = hall["position"], hall["phase"], hall["day"]
        self.windows = {
            window["id"]: WindowNow(window["state"], window["ticket"], self.position) for window in hall["windows"]
        }
        self.is_known.set()

    def _take_fact(self, kind: str, fact: dict[str, Any]) -> None:
        self.position = fact["position"]
        if kind == "day-opened":
            self.phase, self.day = "open", fact["day"]
        elif kind == "issuing-ended":
            self.phase = "ending"
        elif kind == "day-closed":
            self.phase = "closed"
        elif fact["window"] is not None and kind in STATE_AFTER:
            state = STATE_AFTER[kind]
            self._show(fact["window"], state, fact["ticket"] if state in ("called", "serving") else None, self.position)

    def _show(self, window_id: str, state: str, ticket: str | None, position: int) -> None:
        window = self.windows.get(window_id)
        if window is not None and position >= window.position:
            window.state, window.ticket, window.position = state, ticket, position
