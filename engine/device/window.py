"""Keeping up with one window's retained state: which message is news, and when one was missed."""

from engine.device.attendance import Heard
from engine.wire.messages import Payload


def is_newer(heard: Heard, known: Payload | None) -> bool:
    """Whether a state heard replaces the one known: what the broker retains always does, it is the present."""
    return heard.is_retained or position_of(heard.payload) >= position_of(known)


def lags_behind(known: Payload | None, hall: Payload, window_id: str) -> bool:
    """Whether the hall's state is newer than a window's state as we know it, and says otherwise.

    >>> lags_behind({"position": 4, "state": "idle"}, {"position": 5, "windows": {"w03": {"state": "paused"}}}, "w03")
    True
    """
    windows = hall.get("windows")
    brief = windows.get(window_id) if isinstance(windows, dict) else None
    if not isinstance(brief, dict) or position_of(hall) <= position_of(known):
        return False
    ours = (known or {}).get("ticket"), (known or {}).get("state")
    return ours != (brief.get("ticket"), brief.get("state"))


def position_of(state: Payload | None) -> int:
    """The position a state stands for, 0 when there is none."""
    position = (state or {}).get("position")
    return position if isinstance(position, int) else 0
