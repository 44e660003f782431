"""Days as the page takes them: tickets to be served again under another plan, and one day to look at."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from sim.kernel.shapes import DAY_CLOSED, LEFT, NEVER, NO_SHOW, NOBODY, SERVED, TURNED_AWAY, Calls
from sim.kernel.shapes import CourseColumns, VisitColumns, Whole
from sim.planner_page.packing import Packed, packed
from sim.visits import Habits

DAYS_MIN: Final = 2
"""More visitors are taken from another day, so there must be one."""
DAYS_MAX: Final = 40
TICKETS_MAX: Final = 80_000
"""Of all days; of each about twenty letters stand in the page."""
SHOWN_MAX: Final = 60_000
"""Tickets of a day that can still be drawn sixty times a second."""


class LivedDay(NamedTuple):
    """A day as it was drawn, and what became of it under the plan."""

    visits: VisitColumns
    courses: CourseColumns | None
    calls: Calls


class Tickets(NamedTuple):
    """Who asks for a window, in the order of joining a queue.

    `before_ms` is how long before that the number was drawn; `service_ms` is all of the time at a window that the
    ticket asks for, at its first service.
    """

    arrived_ms: Whole
    service: Whole
    lane: Whole
    service_ms: Whole
    patience_ms: Whole
    absent: Whole
    pause_ms: Whole
    before_ms: Whole


def days_for(days: Sequence[LivedDay]) -> Sequence[LivedDay]:
    """So many of the days as the page has room for; none when there is no room for at least `DAYS_MIN`."""
    tickets = np.cumsum([len(day.calls.visit) for day in days[:DAYS_MAX]])
    count = int(np.searchsorted(tickets, TICKETS_MAX, side="right"))
    return days[:count] if count >= DAYS_MIN else []


def tickets_of(day: LivedDay) -> Tickets:
    """The tickets of a day without what happened to them.

    A visitor's later tickets (to collect, or back with what was missing) come when they came under the plan. Where the
    further items of a visit are done, their time is spent with the first.
    """
    got = day.calls.outcome != TURNED_AWAY
    calls = Calls(*(column[got] for column in day.calls))
    visits, visit = day.visits, calls.visit
    is_first = np.zeros(len(visit), bool)
    is_first[np.unique(visit, return_index=True)[1]] = True
    was_served = (calls.outcome == SERVED) & (calls.finished_ms != NEVER) & (calls.began_ms != NEVER)
    lasted_ms = np.where(was_served, calls.finished_ms - calls.began_ms, 0)
    before_ms = np.where(is_first, _form_ms(day)[visit], 0)
    joined_ms = calls.issued_ms + before_ms
    columns = Tickets(
        arrived_ms=joined_ms,
        service=np.where(is_first, visits.service[visit], calls.service),
        lane=calls.lane,
        service_ms=np.where(is_first, _work_ms(day)[visit], lasted_ms),
        patience_ms=np.where(is_first, visits.patience_ms[visit], NEVER),
        absent=visits.absent[visit] & is_first,
        pause_ms=np.where(is_first, visits.pause_ms[visit], 0),
        before_ms=before_ms,
    )
    order = np.argsort(joined_ms, kind="stable")
    return Tickets(*(column[order].astype(np.int32) for column in columns))


def packed_tickets(tickets: Tickets) -> dict[str, Packed]:
    """Columns by name; one in which nothing stands is left out."""
    columns = tickets._asdict()
    optional = ("absent", "pause_ms", "before_ms")
    return {name: packed(column) for name, column in columns.items() if name not in optional or column.any()}


def shown_day(day: LivedDay, habits: Habits, closes_ms: int) -> dict[str, Packed] | None:
    """One day for the animation: of each ticket when it was drawn, called, and gone, in tenths of a second, and where;
    None when there are too many to be drawn."""
    got = day.calls.outcome != TURNED_AWAY
    if not got.any() or got.sum() > SHOWN_MAX:
        return None
    calls = Calls(*(column[got] for column in day.calls))
    gone_ms = np.select(
        [calls.finished_ms != NEVER, calls.outcome == NO_SHOW, calls.outcome == LEFT],
        [calls.finished_ms, _later(calls.called_ms, habits.absent_ms, closes_ms),
         _leaves_ms(day.visits.patience_ms[calls.visit], calls.issued_ms, closes_ms)],
        closes_ms,
    )  # fmt: skip
    return {
        "issued": packed(calls.issued_ms // 100),
        "called": packed(np.where(calls.first_called_ms == NEVER, NEVER, calls.first_called_ms // 100)),
        "gone": packed(np.minimum(gone_ms, closes_ms) // 100),
        "window": packed(np.where(calls.window == NOBODY, -1, calls.window)),
        "service": packed(calls.service),
        "lane": packed(calls.lane),
        "left": packed(np.isin(calls.outcome, (LEFT, DAY_CLOSED))),
    }


def _work_ms(day: LivedDay) -> Whole:
    """All of the time at windows that each visit asks for."""
    if day.courses is None:
        return day.visits.service_ms
    items = day.courses
    total = np.concatenate([[0], np.cumsum(items.item_ms, dtype=np.int64)])
    further = total[items.item_from[1:]] - total[items.item_from[:-1]]
    return (day.visits.service_ms + further).astype(np.int32)


def _form_ms(day: LivedDay) -> Whole:
    """How long each visitor fills in a form before waiting."""
    if day.courses is None:
        return np.zeros(len(day.visits.arrived_ms), np.int32)
    return np.where(day.courses.form_ms == NEVER, 0, day.courses.form_ms).astype(np.int32)


def _later(moments: Whole, by_ms: int, closes_ms: int) -> Whole:
    return np.where(moments == NEVER, closes_ms, moments.astype(np.int64) + by_ms).astype(np.int64)


def _leaves_ms(patience_ms: Whole, issued_ms: Whole, closes_ms: int) -> Whole:
    return np.minimum(issued_ms.astype(np.int64) + patience_ms, closes_ms)
