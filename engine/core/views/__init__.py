"""What people and devices may see of a hall: a module for each noun; `halls` has the hall, its tickets and windows."""

from engine.core.views.halls import (
    LIST_MAX,
    hall_view,
    issued_view,
    lane_mark,
    mark,
    name,
    public_window,
    reason_view,
    recent_call,
    ticket_view,
    verb_view,
    wait_s,
    window_view,
)
from engine.core.views.table import View

__all__ = [
    "LIST_MAX",
    "View",
    "hall_view",
    "issued_view",
    "lane_mark",
    "mark",
    "name",
    "public_window",
    "reason_view",
    "recent_call",
    "ticket_view",
    "verb_view",
    "wait_s",
    "window_view",
]
