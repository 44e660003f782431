"""The rules of windows."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core import watch
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED, PAUSED
from engine.core.refusals import people as no_people
from engine.core.rules.table import Rules


def _open_window(hall: Hall, command: c.OpenWindow, now_ms: Millis) -> tuple[Event, ...]:
    look.require_day(hall)
    window = look.window_of(hall, command.window_id)
    if window.state != CLOSED:
        raise no.WindowAlreadyOpen()
    look.require_may_call(hall, window, now_ms)
    opened: tuple[Event, ...] = (e.WindowOpened(window.window_id, command.clerk_id, now_ms),)
    if watch.stands_by(hall, window):
        opened += (e.WindowPaused(window.window_id, watch.TIDE, now_ms),)
    if command.clerk_id is None:
        return opened
    look.require_clerk_is_free(hall, command.clerk_id)
    if command.clerk_id in hall.people.present:
        return opened
    # Whoever sits down at a window has come to work.
    return (e.ClerkSignedIn(command.clerk_id, now_ms), *opened)


def _close_window(hall: Hall, command: c.CloseWindow, now_ms: Millis) -> tuple[Event, ...]:
    window = look.manned_window(hall, command.window_id)
    look.require_no_ticket(window)
    return (e.WindowClosed(window.window_id, now_ms),)


def _pause_window(hall: Hall, command: c.PauseWindow, now_ms: Millis) -> tuple[Event, ...]:
    window = look.free_window(hall, command.window_id)
    reasons = look.plan_of(hall).rules.pause_reasons
    if reasons and command.reason not in reasons:
        raise no_people.PauseReasonUnknown(reasons=" / ".join(reasons))
    return (e.WindowPaused(window.window_id, command.reason, now_ms),)


def _resume_window(hall: Hall, command: c.ResumeWindow, now_ms: Millis) -> tuple[Event, ...]:
    window = look.manned_window(hall, command.window_id)
    if window.state != PAUSED:
        raise no.WindowNotPaused()
    return (e.WindowResumed(window.window_id, now_ms),)


def _move_window(hall: Hall, command: c.MoveWindow, now_ms: Millis) -> tuple[Event, ...]:
    present = look.window_of(hall, command.window_id).plan
    number = present.number if command.number is None else command.number
    zone_id = present.zone_id if command.zone_id is None else command.zone_id
    plan = look.plan_of(hall)
    if all(zone.zone_id != zone_id for zone in plan.zones):
        raise no_people.ZoneUnknown(zone=zone_id)
    if (number, zone_id) == (present.number, present.zone_id):
        raise no_people.MoveUnclear()
    for other in plan.windows:
        if other.number == number and other.window_id != present.window_id:
            raise no_people.NumberTaken(number=number, window=other.name)
    return (e.WindowMoved(present.window_id, number, zone_id, now_ms),)


def _reassign_window(hall: Hall, command: c.ReassignWindow, now_ms: Millis) -> tuple[Event, ...]:
    # A visit that is under way goes on: other services count from the next call on.
    window = look.window_of(hall, command.window_id)
    services = [service_id for tier in command.tiers for service_id in tier]
    for service_id in services:
        look.service_of(hall, service_id)
    if not command.tiers or not all(command.tiers) or len(set(services)) < len(services):
        raise no_people.TiersUnclear()
    return (e.WindowReassigned(window.window_id, command.tiers, now_ms),)


RULES: Final[Rules] = {
    c.OpenWindow: _open_window,
    c.CloseWindow: _close_window,
    c.PauseWindow: _pause_window,
    c.ResumeWindow: _resume_window,
    c.MoveWindow: _move_window,
    c.ReassignWindow: _reassign_window,
}
