"""The rules: a command and a hall go in, facts come out, or a refusal; nothing is changed here."""

from collections.abc import Callable
from typing import Any, Final

from engine.core import calendar, calling, numbering
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.commands import Command
from engine.core.events import Event, Millis
from engine.core.hall import PHASE_CLOSED, PHASE_OPEN, Hall
from engine.core.model import CLOSED, PAUSED
from engine.core.plan import HallPlan, Service
from engine.core.transitions import AT_WINDOW, CALLED, HELD, MISSED, SERVING, WAITING, may

REASON_CHARACTERS_MAX: Final = 200


def decide(hall: Hall, command: Command, now_ms: Millis) -> tuple[Event, ...]:
    """The facts that follow from `command` at `now_ms`, at least one unless it is a deadline found already met.

    Raises `Refusal` when the answer is no.
    """
    return _RULES[type(command)](hall, command, now_ms)


# --- the hall and its day ---


def _configure(hall: Hall, command: c.ConfigureHall, now_ms: Millis) -> tuple[Event, ...]:
    before, plan = hall.plan, command.plan
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
        if ticket.state not in (WAITING, CALLED, SERVING, HELD, MISSED):
            continue
        if ticket.service_id not in services:
            raise no.PlanInUse(what=ticket.service_id)
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
        elif ticket.state in (WAITING, CALLED, HELD):
            at_window = ticket.window_id if ticket.state == CALLED else None
            ends.append(e.TicketCancelled(ticket.ticket_id, at_window, "day-closed", now_ms))
    shut = [e.WindowClosed(window_id, now_ms) for window_id, window in hall.windows.items() if window.state != CLOSED]
    return (*ends, *shut, e.DayClosed(now_ms))


# --- issuing ---


def _issue(hall: Hall, command: c.IssueTicket, now_ms: Millis) -> tuple[Event, ...]:
    plan, day = hall.plan, hall.day
    service = hall.services.get(command.service_id)
    lane = hall.lanes.get(command.lane_id)
    if plan is None or service is None or lane is None or day is None or hall.phase != PHASE_OPEN:
        raise _why_no_number(hall, command)
    if service.hours and not calendar.within(service.hours, calendar.minute_of_day(plan.timezone, now_ms)):
        raise no.ServiceClosed(service=service.service_id, hours=_hours_text(service))
    count = hall.counters.get(service.prefix, plan.rules.first_number - 1) + 1
    number = numbering.ticket_number(service.prefix, count, plan.rules.number_digits)
    return (
        e.TicketIssued(
            numbering.ticket_id(day, number),
            number,
            hall.order + 1,
            service.service_id,
            lane.lane_id,
            command.channel,
            command.evidence,
            command.on_behalf,
            now_ms,
        ),
    )


def _why_no_number(hall: Hall, command: c.IssueTicket) -> no.Refusal:
    look.plan_of(hall)
    look.service_of(hall, command.service_id)
    look.lane_of(hall, command.lane_id)
    return no.DayNotOpen() if hall.day is None or hall.phase == PHASE_CLOSED else no.IssuingOver()


def _hours_text(service: Service) -> str:
    return ", ".join(
        f"{span.start // 60:02d}:{span.start % 60:02d}-{span.end // 60:02d}:{span.end % 60:02d}"
        for span in service.hours
    )


# --- calling ---


def _call_next(hall: Hall, command: c.CallNext, now_ms: Millis) -> tuple[Event, ...]:
    window = look.free_window(hall, command.window_id)
    queues, candidates, tiers = hall.queues, window.candidates, window.tiers
    winner, urgency, runner_up, runner_up_urgency = calling.choose(
        candidates, tiers, queues.credits, queues.rates, queues.head_order, queues.head_since, now_ms
    )
    if winner < 0:
        raise no.NobodyWaiting()
    ticket = queues.head(candidates[winner])
    if runner_up < 0:
        reason = e.CallReason("points", tiers[winner], urgency, now_ms - ticket.since_ms, None, None)
    else:
        other = queues.head(candidates[runner_up]).ticket_id
        reason = e.CallReason("points", tiers[winner], urgency, now_ms - ticket.since_ms, other, runner_up_urgency)
    return (e.TicketCalled(ticket.ticket_id, command.window_id, reason, now_ms + hall.call_expiry_ms, now_ms),)


def _call_ticket(hall: Hall, command: c.CallTicket, now_ms: Millis) -> tuple[Event, ...]:
    window = look.free_window(hall, command.window_id)
    ticket = look.ticket_of(hall, command.ticket_id)
    words = command.reason.strip()[:REASON_CHARACTERS_MAX]
    if not words:
        raise no.ReasonMissing()
    if not may(e.TicketCalled, ticket.state):
        raise no.NotWaiting(ticket=look.shown(ticket), state=ticket.state)
    if ticket.pinned and ticket.window_id != window.window_id:
        assert ticket.window_id is not None
        raise no.HeldElsewhere(window=hall.windows[ticket.window_id].plan.number)
    if not ticket.pinned and ticket.service_id not in window.services:
        raise no.NotServedHere(service=ticket.service_id)
    queues = hall.queues
    winner, urgency, _, _ = calling.choose(
        window.candidates, window.tiers, queues.credits, queues.rates, queues.head_order, queues.head_since, now_ms
    )
    passed_over = queues.head(window.candidates[winner]).ticket_id if winner >= 0 else None
    if passed_over == ticket.ticket_id:
        passed_over = None
    lane = look.lane_of(hall, ticket.lane_id)
    waited_ms = now_ms - ticket.since_ms
    reason = e.CallReason(
        "chosen",
        0,
        calling.urgency(lane.credit, lane.rate, waited_ms),
        waited_ms,
        passed_over,
        urgency if passed_over else None,
        words,
    )
    return (e.TicketCalled(ticket.ticket_id, window.window_id, reason, now_ms + hall.call_expiry_ms, now_ms),)


def _recall(hall: Hall, command: c.RecallTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.called_ticket(hall, command.window_id)
    rules = look.plan_of(hall).rules
    if ticket.recalls >= rules.recall_limit:
        raise no.RecallLimit(limit=rules.recall_limit)
    count = ticket.recalls + 1
    # After the last recall nothing more is said, so the visitor has only the grace to appear.
    wait_ms = rules.last_call_grace_ms if count == rules.recall_limit else rules.call_expiry_ms
    return (e.TicketRecalled(ticket.ticket_id, command.window_id, count, now_ms + wait_ms, now_ms),)


def _expire(hall: Hall, command: c.ExpireCalls, now_ms: Millis) -> tuple[Event, ...]:
    return tuple(
        e.TicketMissed(window.ticket.ticket_id, window_id, True, now_ms)
        for window_id, window in hall.windows.items()
        if window.ticket is not None and window.expires_ms is not None and window.expires_ms <= now_ms
    )


# --- at the window ---


def _begin(hall: Hall, command: c.BeginService, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    if ticket.state == SERVING:
        raise no.AlreadyServing(ticket=look.shown(ticket))
    return (e.ServiceBegan(ticket.ticket_id, command.window_id, now_ms),)


def _finish(hall: Hall, command: c.FinishService, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    finished = e.ServiceFinished(ticket.ticket_id, command.window_id, command.outcome, now_ms)
    if ticket.state == CALLED:
        return (e.ServiceBegan(ticket.ticket_id, command.window_id, now_ms), finished)
    return (finished,)


def _no_show(hall: Hall, command: c.RecordNoShow, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.called_ticket(hall, command.window_id)
    return (e.TicketMissed(ticket.ticket_id, command.window_id, False, now_ms),)


def _hold(hall: Hall, command: c.HoldTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_at(hall, command.window_id)
    look.require_number(ticket)
    return (e.TicketHeld(ticket.ticket_id, command.window_id, command.kind, now_ms),)


def _walk_direct(hall: Hall, command: c.WalkDirect, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    window = look.free_window(hall, command.window_id)
    if hall.phase == PHASE_CLOSED or hall.day is None:
        raise no.DayNotOpen()
    service = look.service_of(hall, command.service_id or window.plan.tiers[0][0])
    if service.service_id not in window.services:
        raise no.NotServedHere(service=service.service_id)
    order = hall.order + 1
    ticket_id = numbering.walk_in_id(hall.day, order)
    return (e.WalkInBegan(ticket_id, order, service.service_id, plan.lanes[0].lane_id, window.window_id, now_ms),)


# --- tickets on their way ---


def _reinstate(hall: Hall, command: c.ReinstateTicket, now_ms: Millis) -> tuple[Event, ...]:
    look.require_day(hall)
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketReinstated, ticket.state):
        raise no.NotMissed(ticket=look.shown(ticket))
    look.service_of(hall, ticket.service_id)
    look.lane_of(hall, ticket.lane_id)
    return (e.TicketReinstated(ticket.ticket_id, command.place, now_ms),)


def _resume_ticket(hall: Hall, command: c.ResumeTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketResumed, ticket.state):
        raise no.NotHeld(ticket=look.shown(ticket))
    return (e.TicketResumed(ticket.ticket_id, now_ms),)


def _transfer(hall: Hall, command: c.TransferTicket, now_ms: Millis) -> tuple[Event, ...]:
    if (command.service_id is None) == (command.window_id is None):
        raise no.DestinationUnclear()
    ticket = look.ticket_of(hall, command.ticket_id)
    if not may(e.TicketTransferred, ticket.state):
        raise no.TicketOver(ticket=look.shown(ticket), state=ticket.state)
    look.require_number(ticket)
    service_id = look.service_of(hall, command.service_id).service_id if command.service_id else ticket.service_id
    if command.window_id is not None:
        look.window_of(hall, command.window_id)
    from_window_id = ticket.window_id if ticket.state in AT_WINDOW else None
    return (
        e.TicketTransferred(ticket.ticket_id, from_window_id, service_id, command.window_id, command.place, now_ms),
    )


def _cancel(hall: Hall, command: c.CancelTicket, now_ms: Millis) -> tuple[Event, ...]:
    ticket = look.ticket_of(hall, command.ticket_id)
    if ticket.state == SERVING:
        raise no.AlreadyServing(ticket=look.shown(ticket))
    if not may(e.TicketCancelled, ticket.state):
        raise no.TicketOver(ticket=look.shown(ticket), state=ticket.state)
    window_id = ticket.window_id if ticket.state == CALLED else None
    return (e.TicketCancelled(ticket.ticket_id, window_id, command.reason, now_ms),)


# --- windows ---


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


_RULES: Final[dict[type[Command], Callable[[Hall, Any, Millis], tuple[Event, ...]]]] = {
    c.ConfigureHall: _configure,
    c.OpenDay: _open_day,
    c.EndIssuing: _end_issuing,
    c.CloseDay: _close_day,
    c.IssueTicket: _issue,
    c.CallNext: _call_next,
    c.CallTicket: _call_ticket,
    c.RecallTicket: _recall,
    c.BeginService: _begin,
    c.FinishService: _finish,
    c.RecordNoShow: _no_show,
    c.ReinstateTicket: _reinstate,
    c.HoldTicket: _hold,
    c.ResumeTicket: _resume_ticket,
    c.TransferTicket: _transfer,
    c.CancelTicket: _cancel,
    c.WalkDirect: _walk_direct,
    c.OpenWindow: _open_window,
    c.CloseWindow: _close_window,
    c.PauseWindow: _pause_window,
    c.ResumeWindow: _resume_window,
    c.ExpireCalls: _expire,
}
