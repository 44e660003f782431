"""What staff may see of what goes on without a window: stages, home visits, and the day's visits by mode."""

from typing import Final, get_args

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.visits import HomeVisit, Stage
from engine.core.numbering import number_of
from engine.core.plan import Mode, Name
from engine.core.transitions import FINISHED
from engine.core.views.halls import name, stage_view
from engine.core.views.table import Replies, View
from engine.core.views.times import iso_or_none

MODE_NAMES: Final[dict[Mode, Name]] = {
    "instant": Name("即时办", "done at once"),
    "promised": Name("承诺办", "promised by a day"),
    "appointment": Name("预约办", "by appointment"),
    "extended": Name("延时办", "outside hours, or at home"),
    "self-service": Name("自助办", "self-service"),
}
assert MODE_NAMES.keys() == set(get_args(Mode))


def staff_stage_view(hall: Hall, stage: Stage, now_ms: Millis) -> View:
    """A stage as those who work on it see it."""
    plan = look.plan_of(hall)
    return {
        **stage_view(hall, stage, now_ms),
        "ticket_id": stage.ticket_id,
        "number": number_of(stage.ticket_id),
        "service": stage.service_id,
        "department": stage.department_id,
        "waits": stage.waits,
        "opened_at": calendar.iso(plan.timezone, stage.opened_ms),
        "is_collected": stage.is_collected,
    }


def home_visit_view(hall: Hall, visit: HomeVisit, now_ms: Millis) -> View:
    """A home visit; whom it is for is kept outside, under `reference`."""
    plan = look.plan_of(hall)
    return {
        "id": visit.request_id,
        "service": visit.service_id,
        "reference": visit.reference,
        "clerk": visit.clerk_id,
        "requested_at": calendar.iso(plan.timezone, visit.requested_ms),
        "due_at": calendar.iso(plan.timezone, visit.due_ms),
        "is_overdue": visit.finished_ms is None and visit.due_ms <= now_ms,
        "finished_at": iso_or_none(plan, visit.finished_ms),
        "outcome": visit.outcome,
    }


def modes_view(hall: Hall) -> View:
    """How many visits the day has had in each of the five modes, and how many of them are finished."""
    visits = hall.visits
    machines = sum(visits.self_service.values())
    begun: dict[str, int] = dict.fromkeys(MODE_NAMES, 0)
    finished: dict[str, int] = dict.fromkeys(MODE_NAMES, 0)
    for ticket in hall.tickets.values():
        begun[ticket.mode] += 1
        finished[ticket.mode] += ticket.state == FINISHED
    for counts in (begun, finished):
        counts["self-service"] += machines
        counts["extended"] += visits.home_finished
    return {
        "day": hall.day,
        "modes": [
            {"mode": mode, "name": name(words), "visits": begun[mode], "finished": finished[mode]}
            for mode, words in MODE_NAMES.items()
        ],
        "home_visits": visits.home_finished,
        "self_service": machines,
        "turned_away": visits.turned_away,
        "position": hall.position,
    }


def _stage_finished(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    finished = events[0]
    assert isinstance(finished, e.StageFinished)
    stage = hall.visits.stage(finished.stage_id)
    assert stage is not None
    issued = next((event for event in events if isinstance(event, e.TicketIssued)), None)
    return {
        "stage": staff_stage_view(hall, stage, now_ms),
        "issued": _number_for_the_result(issued) if issued else None,
        "position": hall.position,
    }


def _number_for_the_result(issued: e.TicketIssued) -> View:
    return {"ticket_id": issued.ticket_id, "number": issued.number, "service": issued.service_id}


def _home_visit(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    fact = events[0]
    assert isinstance(fact, e.HomeVisitRequested | e.HomeVisitAssigned | e.HomeVisitFinished)
    visit = hall.visits.home_visits[fact.request_id]
    return {"home_visit": home_visit_view(hall, visit, now_ms), "position": hall.position}


def _self_service(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    fact = events[0]
    assert isinstance(fact, e.SelfServiceCounted)
    today = hall.visits.self_service[fact.service_id]
    return {"service": fact.service_id, "today": today, "position": hall.position}


def _turned_away(hall: Hall, events: tuple[Event, ...], now_ms: Millis) -> View:
    return {"today": hall.visits.turned_away, "position": hall.position}


REPLIES: Final[Replies] = {
    c.FinishStage: _stage_finished,
    c.RequestHomeVisit: _home_visit,
    c.AssignHomeVisit: _home_visit,
    c.FinishHomeVisit: _home_visit,
    c.CountSelfService: _self_service,
    c.TurnAway: _turned_away,
}
