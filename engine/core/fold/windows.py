"""What the facts of a window change."""

from typing import TYPE_CHECKING, Final

from engine.core import events as e
from engine.core.events import Millis
from engine.core.fold.days import staff_changed
from engine.core.fold.table import Folds
from engine.core.model import CLOSED, IDLE, PAUSED, Window

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _window_opened(hall: "Hall", event: e.WindowOpened) -> None:
    _set_window(hall, event.window_id, IDLE, event.at_ms).clerk_id = event.clerk_id


def _window_closed(hall: "Hall", event: e.WindowClosed) -> None:
    _set_window(hall, event.window_id, CLOSED, event.at_ms).clerk_id = None


def _window_paused(hall: "Hall", event: e.WindowPaused) -> None:
    _set_window(hall, event.window_id, PAUSED, event.at_ms).pause_reason = event.reason


def _window_resumed(hall: "Hall", event: e.WindowResumed) -> None:
    _set_window(hall, event.window_id, IDLE, event.at_ms)


def _set_window(hall: "Hall", window_id: str, state: str, at_ms: Millis) -> Window:
    window = hall.windows[window_id]
    window.state = state
    window.since_ms = at_ms
    window.pause_reason = None
    window.changed_at = hall.position
    staff_changed(hall)
    return window


FOLDS: Final[Folds] = {
    e.WindowOpened: _window_opened,
    e.WindowClosed: _window_closed,
    e.WindowPaused: _window_paused,
    e.WindowResumed: _window_resumed,
}
