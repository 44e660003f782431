"""Facts of a window."""

from engine.core.events.base import Millis
from engine.core.fact import fact


@fact
class WindowOpened:
    window_id: str
    clerk_id: str | None
    at_ms: Millis


@fact
class WindowClosed:
    window_id: str
    at_ms: Millis


@fact
class WindowPaused:
    window_id: str
    reason: str
    at_ms: Millis


@fact
class WindowResumed:
    window_id: str
    at_ms: Millis
