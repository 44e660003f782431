"""The rules of warnings, and of tidal windows, which follow a figure the same way."""

from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import watch
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED, PAUSED
from engine.core.refusals import warnings as no
from engine.core.rules.table import Rules
from engine.core.watched_queues import tide_at

DEVICES_MAX: Final = 2_000
"""So many warnings about devices stand at most: whoever invents device ids fills no memory."""


def _keep_watch(hall: Hall, command: c.KeepWatch, now_ms: Millis) -> tuple[Event, ...]:
    keeper = hall.warnings.watch
    if keeper is None:
        return ()
    return tuple(_say(hall, key, now_ms) for key in keeper.due_keys(hall, now_ms))


def _say(hall: Hall, key: watch.Key, now_ms: Millis) -> Event:
    """What is due about this subject: its warning comes or goes, or its window turns with the tide."""
    kind, subject = key
    if key in hall.warnings.raised:
        return e.WarningCleared(kind, subject, now_ms)
    if kind == "tide":
        window = hall.windows[subject]
        if window.state == PAUSED:
            return e.WindowResumed(subject, now_ms)
        if window.state != CLOSED:
            return e.WindowPaused(subject, watch.TIDE, now_ms)
    value, limit = _figure(hall, key, now_ms)
    return e.WarningRaised(kind, subject, value, limit, now_ms)


def _figure(hall: Hall, key: watch.Key, now_ms: Millis) -> tuple[int, int]:
    """The figure of a subject now and the limit it has passed; what is overdue is late by so many milliseconds."""
    kind, subject = key
    limits = look.plan_of(hall).limits
    if kind == "count" and limits.count is not None:
        return hall.waiting_count(subject), limits.count.raise_at
    if kind == "wait" and limits.wait_ms is not None:
        return now_ms - watch.since(hall, key), limits.wait_ms.raise_at
    if kind == "idle" and limits.idle_ms is not None:
        return now_ms - watch.since(hall, key), limits.idle_ms.raise_at
    if kind == "tide":
        window = hall.windows[subject]
        assert window.plan.tide is not None
        return tide_at(window, watch.watched(hall)), window.plan.tide.open_over
    return watch.late_ms(hall, key, now_ms), 0


def _report_device(hall: Hall, command: c.ReportDevice, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    raised = hall.warnings.raised
    is_raised = (command.kind, command.device_id) in raised
    if command.is_bad == is_raised:
        return ()
    if is_raised:
        return (e.WarningCleared(command.kind, command.device_id, now_ms),)
    if sum(kind in ("paper", "offline") for kind, _ in raised) >= DEVICES_MAX:
        raise no.TooManyDevices(limit=DEVICES_MAX)
    limit = plan.limits.offline_ms if command.kind == "offline" else 0
    return (e.WarningRaised(command.kind, command.device_id, limit, limit, now_ms),)


RULES: Final[Rules] = {
    c.KeepWatch: _keep_watch,
    c.ReportDevice: _report_device,
}
