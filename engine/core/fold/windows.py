"""What the facts of a window change."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from engine.core import events as e
from engine.core.events import Millis
from engine.core.fold.days import refit, staff_changed
from engine.core.fold.following import follow
from engine.core.fold.table import Folds
from engine.core.ledgers.people import renumbered
from engine.core.model import CLOSED, IDLE, PAUSED, Window

if TYPE_CHECKING:
    from engine.core.hall import Hall


def _window_opened(hall: "Hall", event: e.WindowOpened) -> None:
    _set_window(hall, event.window_id, IDLE, event.at_ms).clerk_id = event.clerk_id
    if event.clerk_id is not None:
        follow(hall, hall.people.works_for(event.clerk_id))


def _window_closed(hall: "Hall", event: e.WindowClosed) -> None:
    _set_window(hall, event.window_id, CLOSED, event.at_ms).clerk_id = None


def _window_paused(hall: "Hall", event: e.WindowPaused) -> None:
    _set_window(hall, event.window_id, PAUSED, event.at_ms).pause_reason = event.reason


def _window_resumed(hall: "Hall", event: e.WindowResumed) -> None:
    _set_window(hall, event.window_id, IDLE, event.at_ms)


def _window_moved(hall: "Hall", event: e.WindowMoved) -> None:
    before = hall.windows[event.window_id].plan
    name = renumbered(before, event.number)
    _change(hall, event.window_id, number=event.number, zone_id=event.zone_id, name=name)


def _window_reassigned(hall: "Hall", event: e.WindowReassigned) -> None:
    # Help is for services of later tiers; for others it would mean nothing.
    later = {service_id for tier in event.tiers[1:] for service_id in tier}
    helps = tuple(each for each in hall.windows[event.window_id].plan.help_after_ms if each.service_id in later)
    _change(hall, event.window_id, tiers=event.tiers, help_after_ms=helps)


def _change(hall: "Hall", window_id: str, **changes: Any) -> None:
    """Change what the plan in effect says of a window; what was filed is kept beside it."""
    assert hall.plan is not None
    before = hall.windows[window_id].plan
    after = replace(before, **changes)
    hall.people.changed(before, after)
    hall.plan = replace(
        hall.plan, windows=tuple(after if each.window_id == window_id else each for each in hall.plan.windows)
    )
    refit(hall, window_id)
    hall.windows[window_id].changed_at = hall.position


def _set_window(hall: "Hall", window_id: str, state: str, at_ms: Millis) -> Window:
    window = hall.windows[window_id]
    window.state = state
    hall.idle.pop(window_id, None)
    if state == IDLE:
        hall.idle[window_id] = None
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
    e.WindowMoved: _window_moved,
    e.WindowReassigned: _window_reassigned,
}
