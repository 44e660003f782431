"""The rules of windows."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED, PAUSED
from engine.core.rules.table import Rules


def _open_window(hall: Hall, command: c.OpenWindow, now_ms: Millis) -> tuple[Event, ...]:
    look.require_day(hall)
    window = look.window_of(hall, command.window_id)
    if window.state != CLOSED:
        raise no.WindowAlreadyOpen()
    if command.clerk_id is not None:
        look.require_clerk_is_free(hall, command.clerk_id)
    return (e.WindowOpened(window.window_id, command.clerk_id, now_ms),)


def _close_window(hall: Hall, command: c.CloseWindow, now_ms: Millis) -> tuple[Event, ...]:
    window = look.manned_window(hall, command.window_id)
    look.require_no_ticket(window)
    return (e.WindowClosed(window.window_id, now_ms),)


def _pause_window(hall: Hall, command: c.PauseWindow, now_ms: Millis) -> tuple[Event, ...]:
    window = look.free_window(hall, command.window_id)
    return (e.WindowPaused(window.window_id, command.reason, now_ms),)


def _resume_window(hall: Hall, command: c.ResumeWindow, now_ms: Millis) -> tuple[Event, ...]:
    window = look.manned_window(hall, command.window_id)
    if window.state != PAUSED:
        raise no.WindowNotPaused()
    return (e.WindowResumed(window.window_id, now_ms),)


RULES: Final[Rules] = {
    c.OpenWindow: _open_window,
    c.CloseWindow: _close_window,
    c.PauseWindow: _pause_window,
    c.ResumeWindow: _resume_window,
}
