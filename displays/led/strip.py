"""What a window's strip shows, worked out from the window's state: pure."""

from dataclasses import dataclass
from typing import Final

from engine.wire.messages import Payload

IDLE_TEXT: Final = "热情为您服务"
TEXTS: Final = {"idle": IDLE_TEXT, "paused": "暂停服务", "closed": "窗口未开放"}
WAITING_TEXT: Final = "正在连接"
TEXT_MAX: Final = 60


@dataclass(frozen=True, slots=True)
class Showing:
    """The words on one window's strip; `position` is that of the fact behind them, a new one is worth a new blink."""

    window_id: str
    text: str
    is_flashing: bool = False
    is_stale: bool = False
    position: int = 0


def showing(window_id: str, state: Payload | None, *, is_stale: bool) -> Showing:
    """What to show for a window's retained state, None when there is none yet.

    >>> showing("w03", {"state": "paused", "ticket": None, "position": 7}, is_stale=False).text
    '暂停服务'
    """
    if state is None:
        return Showing(window_id, WAITING_TEXT, is_stale=is_stale)
    position = state.get("position")
    return Showing(
        window_id,
        _text(state),
        is_flashing=state.get("state") == "called",
        is_stale=is_stale,
        position=position if isinstance(position, int) else 0,
    )


def _text(state: Payload) -> str:
    text, ticket = state.get("text"), state.get("ticket")
    if isinstance(text, str) and text:
        return text[:TEXT_MAX]
    if isinstance(ticket, str) and ticket:
        return f"请{ticket}号"
    return TEXTS.get(str(state.get("state")), IDLE_TEXT)
