"""What people and devices may see of a hall, as plain JSON-able dicts: times ISO 8601, waits in whole seconds."""

from itertools import islice

from engine.core import calendar, calling, choice
from engine.core import events as e
from engine.core.estimates import Estimate, Outlook, estimate
from engine.core.events import Event, Millis
from engine.core.hall import Call, Hall
from engine.core.ledgers.visits import Stage
from engine.core.model import Ticket, Window
from engine.core.numbering import number_of
from engine.core.plan import HallPlan, Name, Service
from engine.core.rules.issuing import why_not
from engine.core.transitions import CANCELLED, FINISHED, HELD, MISSED
from engine.core.views.table import View
from engine.core.views.times import iso_or_none

LIST_MAX = 50


def hall_view(hall: Hall, now_ms: Millis, epoch: str) -> View:
    """The whole public state: no clerk, no token, no reason for priority."""
    plan = _plan(hall)
    outlook = Outlook(hall, now_ms)
    waiting = {service.service_id: hall.waiting_count(service.service_id) for service in plan.services}
    by_zone: dict[str, int] = {}
    for service in plan.services:
        by_zone[service.zone_id] = by_zone.get(service.zone_id, 0) + waiting[service.service_id]
    return {
        "position": hall.position,
        "epoch": epoch,
        "at": calendar.iso(plan.timezone, now_ms),
        "hall": {"id": plan.hall_id, "region": plan.region, "name": name(plan.name)},
        "day": hall.day,
        "phase": hall.phase,
        "services": [
            {
                "id": service.service_id,
                "prefix": service.prefix,
                "name": name(service.name),
                "group": service.group_id,
                "zone": service.zone_id,
                "waiting": waiting[service.service_id],
                "wait_s": wait_s(outlook.of_newcomer(service.service_id, plan.lanes[0].lane_id)),
                **_open_or_why_not(hall, service, now_ms),
            }
            for service in plan.services
        ],
        "lanes": [
            {"id": lane.lane_id, "name": name(lane.name), "mark": mark(lane.mark), "groups": list(lane.groups)}
            for lane in plan.lanes
        ],
        "groups": [{"id": group.group_id, "name": name(group.name)} for group in plan.groups],
        "zones": [
            {"id": zone.zone_id, "name": name(zone.name), "kind": zone.kind, "waiting": by_zone.get(zone.zone_id, 0)}
            for zone in plan.zones
        ],
        "windows": [public_window(hall, window) for window in hall.windows.values()],
        "recent": [recent_call(hall, call) for call in hall.recent],
    }


def _open_or_why_not(hall: Hall, service: Service, now_ms: Millis) -> View:
    """Whether a kiosk would give a number of a service now, and else the code of the refusal it would meet."""
    refusal = why_not(hall, service, "kiosk", now_ms)
    return {"is_open": refusal is None, "closed_because": None if refusal is None else refusal.code}


def public_window(hall: Hall, window: Window) -> View:
    """A window as boards show it."""
    return {
        "id": window.window_id,
        "number": window.plan.number,
        "name": name(window.plan.name),
        "zone": window.plan.zone_id,
        "state": window.state,
        "ticket": window.ticket.number if window.ticket else None,
        "mark": lane_mark(hall, window.ticket) if window.ticket else None,
        "serves": [service_id for tier in window.plan.tiers for service_id in tier],
    }


def recent_call(hall: Hall, call: Call) -> View:
    """One line of the list of recent calls."""
    ticket = hall.tickets[call.ticket_id]
    window = hall.windows.get(call.window_id)
    return {
        "ticket": ticket.number,
        "window": call.window_id,
        "number": window.plan.number if window else None,
        "zone": window.plan.zone_id if window else None,
        "at": calendar.iso(_plan(hall).timezone, call.at_ms),
        "position": call.position,
        "count": call.count,
        "mark": lane_mark(hall, ticket),
    }


def ticket_view(hall: Hall, ticket: Ticket, now_ms: Millis) -> View:
    """One visit, as its holder and the clerk see it."""
    plan = _plan(hall)
    service = hall.services.get(ticket.service_id)
    lane = next((lane for lane in plan.lanes if lane.lane_id == ticket.lane_id), None)
    window = hall.windows.get(ticket.window_id) if ticket.window_id else None
    outlook = estimate(hall, ticket, now_ms)
    return {
        "ticket_id": ticket.ticket_id,
        "number": ticket.number,
        "service": {"id": ticket.service_id, "name": name(service.name) if service else None},
        "lane": {
            "id": ticket.lane_id,
            "name": name(lane.name) if lane else None,
            "mark": mark(lane.mark) if lane else None,
        },
        "state": ticket.state,
        "ahead": outlook.ahead if outlook else 0,
        "wait_s": wait_s(outlook) if outlook else None,
        "window": _place(window) if window else None,
        "issued_at": calendar.iso(plan.timezone, ticket.issued_ms),
        "called_at": iso_or_none(plan, ticket.called_ms),
        "began_at": iso_or_none(plan, ticket.began_ms),
        "finished_at": iso_or_none(plan, ticket.finished_ms),
        "recalls": ticket.recalls,
        "outcome": ticket.outcome,
        "form_filled": ticket.form_filled,
        "printed": ticket.printed,
        "copies": ticket.copies,
        "mode": ticket.mode,
        "items": _items(hall, ticket),
        "stages": _stages(hall, ticket, now_ms),
        "return_until": _return_until(hall, ticket, now_ms),
        "position": hall.position,
    }


def stage_view(hall: Hall, stage: Stage, now_ms: Millis) -> View:
    """A part of a visit that goes on without the visitor, and where the result can be collected."""
    plan = _plan(hall)
    collect = hall.services.get(stage.collect_service_id or "")
    return {
        "id": stage.stage_id,
        "kind": stage.kind,
        "state": "open" if stage.is_open else "finished",
        "due_at": calendar.iso(plan.timezone, stage.due_ms),
        "is_overdue": stage.is_overdue(now_ms),
        "finished_at": iso_or_none(plan, stage.finished_ms),
        "result": stage.result,
        "collect_at": {"id": collect.service_id, "name": name(collect.name)} if collect else None,
        "collect_number": number_of(stage.collect_ticket_id) if stage.collect_ticket_id else None,
    }


def issued_view(hall: Hall, ticket: Ticket, now_ms: Millis) -> View:
    """What the kiosk prints; the HTTP door adds the visitor's token."""
    outlook = Outlook(hall, now_ms).of(ticket)
    return {
        "ticket_id": ticket.ticket_id,
        "number": ticket.number,
        "service": ticket.service_id,
        "lane": ticket.lane_id,
        "state": ticket.state,
        "ahead": outlook.ahead,
        "wait_s": wait_s(outlook),
        "issued_at": calendar.iso(_plan(hall).timezone, ticket.issued_ms),
        "position": hall.position,
    }


def window_view(hall: Hall, window: Window, now_ms: Millis) -> View:
    """A window as its clerk sees it, with whom it would call, one after the other, if it called them all now."""
    plan = _plan(hall)
    aside = sorted(hall.aside.values(), key=lambda ticket: ticket.order)
    mine = [t for t in aside if t.service_id in window.services or t.window_id == window.window_id]
    return {
        **public_window(hall, window),
        "clerk": window.clerk_id,
        "since": calendar.iso(plan.timezone, window.since_ms) if window.since_ms else None,
        "pause_reason": window.pause_reason,
        "reason": reason_view(window.reason) if window.reason else None,
        "ticket_number": window.ticket.number if window.ticket else None,
        "ticket": ticket_view(hall, window.ticket, now_ms) if window.ticket else None,
        "waiting": [_line(hall, ticket, now_ms) for ticket in islice(choice.in_turn(hall, window, now_ms), LIST_MAX)],
        "waiting_total": sum(hall.queues.length(queue) for queue in window.candidates),
        "held": [_line(hall, t, now_ms) for t in mine if t.state == HELD][-LIST_MAX:],
        "missed": [_line(hall, t, now_ms) for t in mine if t.state == MISSED][-LIST_MAX:],
        "recall_limit": plan.rules.recall_limit,
        "served_today": window.served,
        "position": hall.position,
    }


def verb_view(hall: Hall, window: Window, ticket: Ticket | None, events: tuple[Event, ...], now_ms: Millis) -> View:
    """The answer to a clerk's verb: the window, the visit it concerned, and why it was called."""
    called = next((event for event in events if isinstance(event, e.TicketCalled)), None)
    return {
        "window": {
            "id": window.window_id,
            "number": window.plan.number,
            "state": window.state,
            "ticket": window.ticket.number if window.ticket else None,
        },
        "ticket": ticket_view(hall, ticket, now_ms) if ticket else None,
        "reason": reason_view(called.reason) if called else None,
        "position": hall.position,
    }


def reason_view(reason: e.CallReason) -> View:
    """Why a ticket was called, with urgencies in points."""
    return {
        "rule": reason.rule,
        "tier": reason.tier,
        "points": round(calling.points(reason.urgency), 2),
        "waited_s": reason.waited_ms // 1_000,
        "runner_up": reason.runner_up,
        "runner_up_points": None
        if reason.runner_up_urgency is None
        else round(calling.points(reason.runner_up_urgency), 2),
        "words": reason.words,
    }


def lane_mark(hall: Hall, ticket: Ticket) -> View | None:
    """The neutral mark of a ticket's lane, never the reason for it."""
    for lane in _plan(hall).lanes:
        if lane.lane_id == ticket.lane_id:
            return mark(lane.mark)
    return None


def name(value: Name) -> View:
    return {"zh": value.zh, "en": value.en}


def mark(value: Name | None) -> View | None:
    return name(value) if value else None


def wait_s(outlook: Estimate) -> View:
    """A range in whole seconds, rounded up: a promise is never shorter than what it stands for."""
    return {"p50": -(-outlook.p50_ms // 1_000), "p90": -(-outlook.p90_ms // 1_000)}


def _line(hall: Hall, ticket: Ticket, now_ms: Millis) -> View:
    return {
        "ticket_id": ticket.ticket_id,
        "number": ticket.number,
        "service": ticket.service_id,
        "lane": ticket.lane_id,
        "mark": lane_mark(hall, ticket),
        "waited_s": max(0, now_ms - ticket.since_ms) // 1_000,
        "window": ticket.window_id,
        "hold_kind": ticket.hold_kind,
        "held_s": _held_s(ticket, now_ms),
    }


def _held_s(ticket: Ticket, now_ms: Millis) -> int | None:
    if ticket.state != HELD or ticket.held_ms is None:
        return None
    return max(0, now_ms - ticket.held_ms) // 1_000


def _items(hall: Hall, ticket: Ticket) -> list[View]:
    """What a visit is for, item by item; empty when it is for its service alone."""
    is_done = ticket.state == FINISHED
    is_over = is_done or ticket.state == CANCELLED
    shown = []
    for step, item in enumerate(ticket.items):
        found = hall.catalogue.item(item.item_id, hall.day or "") if item.item_id else None
        service = hall.services.get(item.service_id)
        words = found.name if found else service.name if service else None
        state = "done" if step < ticket.step or (step == ticket.step and is_done) else "next"
        if step == ticket.step and not is_over:
            state = "now"
        shown.append(
            {"service": item.service_id, "item": item.item_id, "name": name(words) if words else None, "state": state}
        )
    return shown


def _stages(hall: Hall, ticket: Ticket, now_ms: Millis) -> list[View]:
    """What goes on for a visit elsewhere, and what it came to collect."""
    stages = list(hall.visits.stages_of(ticket.ticket_id, max(1, len(ticket.items))))
    collected = hall.visits.stage(ticket.stage_id) if ticket.stage_id else None
    if collected is not None:
        stages.append(collected)
    return [stage_view(hall, stage, now_ms) for stage in stages]


def _return_until(hall: Hall, ticket: Ticket, now_ms: Millis) -> str | None:
    right = hall.visits.may_return(ticket.ticket_id, now_ms)
    return iso_or_none(_plan(hall), right.until_ms if right else None)


def _place(window: Window) -> View:
    return {
        "id": window.window_id,
        "number": window.plan.number,
        "name": name(window.plan.name),
        "zone": window.plan.zone_id,
    }


def _plan(hall: Hall) -> HallPlan:
    assert hall.plan is not None
    return hall.plan
