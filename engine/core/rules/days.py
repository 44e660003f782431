"""The rules of the hall and its day."""

from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import CLOSED, PHASE_CLOSED, PHASE_OPEN
from engine.core.plan import HallPlan
from engine.core.rules.table import Rules
from engine.core.transitions import CALLED, HELD, MISSED, PREPARING, SERVING, WAITING


def _configure(hall: Hall, command: c.ConfigureHall, now_ms: Millis) -> tuple[Event, ...]:
    plan = command.plan
    # What a supervisor changed about windows is no part of the file, which may come again as it was.
    before = hall.people.filed_plan(hall.plan) if hall.plan is not None else None
    if before == plan:
        return ()
    if before is not None and (before.region, before.hall_id) != (plan.region, plan.hall_id):
        raise no.OtherHall(hall=f"{before.region}/{before.hall_id}")
    # Between days nobody is in the hall; a missed ticket whose service is gone just cannot be reinstated.
    if hall.phase != PHASE_CLOSED:
        _require_nothing_in_use_is_dropped(hall, command.plan)
    return (e.HallConfigured(command.plan, now_ms),)


def _require_nothing_in_use_is_dropped(hall: Hall, plan: HallPlan) -> None:
    services = {service.service_id for service in plan.services}
    lanes = {lane.lane_id for lane in plan.lanes}
    windows = {window.window_id for window in plan.windows}
    for window_id, window in hall.windows.items():
        if window.state != CLOSED and window_id not in windows:
            raise no.PlanInUse(what=window_id)
    for ticket in hall.tickets.values():
        if ticket.state not in (PREPARING, WAITING, CALLED, SERVING, HELD, MISSED):
            continue
        for service_id in (ticket.service_id, *(item.service_id for item in ticket.items[ticket.step :])):
            if service_id not in services:
                raise no.PlanInUse(what=service_id)
        if ticket.lane_id not in lanes:
            raise no.PlanInUse(what=ticket.lane_id)
        if ticket.window_id is not None and ticket.window_id not in windows:
            raise no.PlanInUse(what=ticket.window_id)


def _open_day(hall: Hall, command: c.OpenDay, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    if hall.phase != PHASE_CLOSED:
        raise no.DayAlreadyOpen()
    # A clock set back must not give out yesterday's numbers again: the day never moves backwards.
    day = max(calendar.day_of(plan.timezone, now_ms), hall.day or "")
    ends_ms = calendar.issuing_ends(plan, now_ms)
    return (e.DayOpened(day, ends_ms, ends_ms + plan.rules.overtime_ms, now_ms),)


def _end_issuing(hall: Hall, command: c.EndIssuing, now_ms: Millis) -> tuple[Event, ...]:
    if hall.phase == PHASE_CLOSED:
        raise no.DayNotOpen()
    if hall.phase != PHASE_OPEN:
        raise no.IssuingOver()
    return (e.IssuingEnded(now_ms),)


def _close_day(hall: Hall, command: c.CloseDay, now_ms: Millis) -> tuple[Event, ...]:
    if hall.phase == PHASE_CLOSED:
        raise no.DayNotOpen()
    overtime_is_over = now_ms >= hall.closes_ms
    busy = sum(window.ticket is not None for window in hall.windows.values())
    if busy and not overtime_is_over:
        raise no.VisitorsAtWindows(count=busy)
    ends: list[Event] = []
    for ticket in hall.tickets.values():
        if ticket.state == SERVING:
            assert ticket.window_id is not None
            ends.append(e.ServiceFinished(ticket.ticket_id, ticket.window_id, "day-closed", now_ms))
        elif ticket.state in (PREPARING, WAITING, CALLED, HELD):
            at_window = ticket.window_id if ticket.state == CALLED else None
            ends.append(e.TicketCancelled(ticket.ticket_id, at_window, "day-closed", now_ms))
    shut = [e.WindowClosed(window_id, now_ms) for window_id, window in hall.windows.items() if window.state != CLOSED]
    gone = [e.ClerkSignedOut(clerk_id, now_ms) for clerk_id in sorted(hall.people.present)]
    return (*ends, *shut, *gone, e.DayClosed(now_ms))


RULES: Final[Rules] = {
    c.ConfigureHall: _configure,
    c.OpenDay: _open_day,
    c.EndIssuing: _end_issuing,
    c.CloseDay: _close_day,
}
