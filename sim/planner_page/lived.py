"""Days as the page takes them: tickets to be served again under another plan, and one day to look at."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from engine.core.plan import HallPlan
from sim.day import Days
from sim.kernel.shapes import (
    DAY_CLOSED,
    LEFT,
    NEVER,
    NO_SHOW,
    NOBODY,
    SERVED,
    TURNED_AWAY,
    Calls,
    CourseColumns,
    VisitColumns,
    Whole,
)
from sim.planner_page.packing import Packed, packed
from sim.scenario import Scenario
from sim.staffing.bench import Evaluator
from sim.staffing.result import Staffing
from sim.visits import Habits

DAYS_MIN: Final = 2
"""More visitors are taken from another day, so there must be one."""
DAYS_MAX: Final = 40
TICKETS_MAX: Final = 80_000
"""Of all days; of each about twenty letters stand in the page."""
VISITORS_ASKED: Final = 60_000
"""So many visitors are let happen for the page; some come back for a second ticket."""
FRESH_SEED: Final = 1_000_003
"""How far the seed of the page's days is from the plan's: neither search nor confirmation has seen them."""
SHOWN_MAX: Final = 60_000
"""Tickets of a day that can still be drawn sixty times a second."""


class LivedDay(NamedTuple):
    """A day as it was drawn, and what became of it under the plan (None: it was not let happen)."""

    visits: VisitColumns
    courses: CourseColumns | None
    calls: Calls | None


class Tickets(NamedTuple):
    """Who asks for a window, in the order of joining a queue.

    `before_ms` is how long before that the number was drawn; `service_ms` is all of the time at a window that the
    ticket asks for, at its first service. Who is `refused` came and got no number.
    """

    arrived_ms: Whole
    service: Whole
    lane: Whole
    service_ms: Whole
    patience_ms: Whole
    absent: Whole
    pause_ms: Whole
    before_ms: Whole
    refused: Whole


def lived_under(
    staffing: Staffing, scenario: Scenario, plan: HallPlan, evaluator: Evaluator, first: date
) -> list[LivedDay]:
    """Days from `first` on under a plan, as many as the page has use for; the exact core lets only the first happen."""
    count = min(max(VISITORS_ASKED // scenario.scenario.visits_per_day, DAYS_MIN), DAYS_MAX)
    seed = staffing.seed + FRESH_SEED
    drawn = Days(scenario, plan, seed, first, count)
    staff = np.array(staffing.needed, dtype=np.int64)
    happen = count if evaluator.core == "fast" else 1
    return [
        LivedDay(*drawn.columns(place), evaluator.calls(staff, place, seed) if place < happen else None)
        for place in range(count)
    ]


def ticket_days(days: Sequence[LivedDay], issuing_ends_ms: int) -> list[Tickets]:
    """The tickets of as many of the days as the page has room for; none when it has none for at least `DAYS_MIN`."""
    found: list[Tickets] = []
    total = 0
    for day in days[:DAYS_MAX]:
        calls = day.calls
        is_told = calls is not None and not (calls.visit == NOBODY).any()
        tickets = tickets_of(day) if is_told else drawn_tickets(day, issuing_ends_ms)
        total += len(tickets.arrived_ms)
        if total > TICKETS_MAX:
            break
        found.append(tickets)
    return found if len(found) >= DAYS_MIN else []


def drawn_tickets(day: LivedDay, issuing_ends_ms: int) -> Tickets:
    """The first ticket of everybody who comes, of a day of which no more is known than who comes."""
    visits, form_ms = day.visits, _form_ms(day)
    comes = np.ones(len(form_ms), bool) if day.courses is None else day.courses.missed == 0
    columns = Tickets(
        arrived_ms=visits.arrived_ms + form_ms,
        service=visits.service,
        lane=visits.lane,
        service_ms=_work_ms(day),
        patience_ms=visits.patience_ms,
        absent=visits.absent.astype(np.int32),
        pause_ms=visits.pause_ms,
        before_ms=form_ms,
        refused=(visits.arrived_ms >= issuing_ends_ms).astype(np.int32),
    )
    return _in_order(Tickets(*(column[comes] for column in columns)))


def tickets_of(day: LivedDay) -> Tickets:
    """The tickets of a day without what happened to them.

    A visitor's later tickets (to collect, or back with what was missing) come when they came under the plan. Where the
    further items of a visit are done, their time is spent with the first.
    """
    assert day.calls is not None
    calls, visits, visit = day.calls, day.visits, day.calls.visit
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
        absent=np.where(is_first, visits.absent[visit], 0).astype(np.int32),
        pause_ms=np.where(is_first, visits.pause_ms[visit], 0),
        before_ms=before_ms,
        refused=(calls.outcome == TURNED_AWAY).astype(np.int32),
    )
    return _in_order(columns)


def _in_order(columns: Tickets) -> Tickets:
    order = np.argsort(columns.arrived_ms, kind="stable")
    return Tickets(*(column[order].astype(np.int32) for column in columns))


def packed_tickets(tickets: Tickets) -> dict[str, Packed]:
    """Columns by name; one in which nothing stands is left out."""
    columns = tickets._asdict()
    optional = ("absent", "pause_ms", "before_ms", "refused")
    return {name: packed(column) for name, column in columns.items() if name not in optional or column.any()}


def shown_day(day_calls: Calls, habits: Habits, closes_ms: int) -> dict[str, Packed] | None:
    """One day for the animation: of each ticket when it was drawn, called, and gone, in tenths of a second, and where;
    None when there are too many to be drawn."""
    got = day_calls.outcome != TURNED_AWAY
    if got.sum() > SHOWN_MAX:
        return None
    calls = Calls(*(column[got] for column in day_calls))
    gave_up_ms = np.where(calls.outcome == NO_SHOW, calls.called_ms.astype(np.int64) + habits.absent_ms, closes_ms)
    gone_ms = np.where(calls.finished_ms != NEVER, calls.finished_ms, gave_up_ms)
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
    work_ms: Whole = (day.visits.service_ms + further).astype(np.int32)
    return work_ms


def _form_ms(day: LivedDay) -> Whole:
    """How long each visitor fills in a form before waiting."""
    if day.courses is None:
        return np.zeros(len(day.visits.arrived_ms), np.int32)
    form_ms: Whole = np.where(day.courses.form_ms == NEVER, 0, day.courses.form_ms)
    return form_ms
