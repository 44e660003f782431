"""The rules of what goes on without a window: stages, home visits, self-service, and who is turned away at the door."""

from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no_hall
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.visits import BACK_OFFICE, HomeVisit, Stage
from engine.core.refusals import visits as no
from engine.core.rules import outcomes
from engine.core.rules.issuing import STAGE_CHANNEL, draw
from engine.core.rules.table import Rules

HOME_DAYS: Final = 3
"""Working days until somebody has been visited at home, unless whoever asks says otherwise."""
HOME_DAYS_MAX: Final = 366
HOME_OUTCOMES: Final = (outcomes.DONE, outcomes.TOLD_MISSING, outcomes.TURNED_AWAY, outcomes.CANNOT, "nobody-home")
_DAY_MS: Final = 24 * 60 * 60 * 1_000


# --- stages ---


def _finish_stage(hall: Hall, command: c.FinishStage, now_ms: Millis) -> tuple[Event, ...]:
    look.plan_of(hall)
    stage = hall.visits.stage(command.stage_id)
    if stage is None:
        raise no.StageUnknown(stage=command.stage_id)
    if not stage.is_open:
        raise no.StageFinishedAlready(stage=stage.stage_id)
    collect_service_id = _collect_service(hall, stage)
    finished = e.StageFinished(stage.stage_id, command.result, collect_service_id, now_ms)
    if collect_service_id is None:
        return (finished,)
    return (finished, *_collection(hall, stage, collect_service_id, now_ms))


def _collect_service(hall: Hall, stage: Stage) -> str | None:
    """Where the result is collected, as the plan says today: it may be another one than when the stage began."""
    service = hall.services.get(stage.service_id)
    if stage.kind != BACK_OFFICE or service is None or service.back_office is None:
        return None
    return service.back_office.collect_service_id


def _collection(hall: Hall, stage: Stage, collect_service_id: str, now_ms: Millis) -> tuple[Event, ...]:
    """A number for whoever stayed in the hall; when none can be drawn now, the visitor draws it later."""
    ticket = hall.tickets.get(stage.ticket_id)
    if not stage.waits or ticket is None:
        return ()
    order = c.IssueTicket(
        collect_service_id,
        ticket.lane_id,
        STAGE_CHANNEL,
        ticket.evidence,
        ticket.on_behalf,
        ticket.person,
        stage_id=stage.stage_id,
    )
    try:
        return draw(hall, order, now_ms)
    except no_hall.Refusal:
        return ()


# --- home visits ---


def _request_home(hall: Hall, command: c.RequestHomeVisit, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    service = look.service_of(hall, command.service_id)
    due_ms = command.due_ms
    if due_ms is None:
        due_ms = calendar.add_working_days(plan, now_ms, HOME_DAYS)
    elif not now_ms < due_ms <= now_ms + HOME_DAYS_MAX * _DAY_MS:
        raise no.DueUnfit(days=HOME_DAYS_MAX)
    request_id = f"h{hall.visits.requests + 1}"
    return (e.HomeVisitRequested(request_id, service.service_id, command.reference, due_ms, now_ms),)


def _assign_home(hall: Hall, command: c.AssignHomeVisit, now_ms: Millis) -> tuple[Event, ...]:
    visit = _home_visit(hall, command.request_id)
    clerk = look.clerk_of(hall, command.clerk_id)
    return (e.HomeVisitAssigned(visit.request_id, clerk.clerk_id, now_ms),)


def _finish_home(hall: Hall, command: c.FinishHomeVisit, now_ms: Millis) -> tuple[Event, ...]:
    visit = _home_visit(hall, command.request_id)
    if visit.clerk_id is None:
        raise no.HomeVisitUnassigned(request=visit.request_id)
    if command.outcome not in HOME_OUTCOMES:
        raise no.OutcomeUnknown(outcome=command.outcome[:40], outcomes=", ".join(HOME_OUTCOMES))
    return (e.HomeVisitFinished(visit.request_id, command.outcome, now_ms),)


def _home_visit(hall: Hall, request_id: str) -> HomeVisit:
    """A home visit that is still to be made."""
    look.plan_of(hall)
    visit = hall.visits.home_visits.get(request_id)
    if visit is None:
        raise no.HomeVisitUnknown(request=request_id)
    if visit.finished_ms is not None:
        raise no.HomeVisitOver(request=request_id)
    return visit


# --- machines, and the door ---


def _count_self_service(hall: Hall, command: c.CountSelfService, now_ms: Millis) -> tuple[Event, ...]:
    # The machines outside work through the night: no day needs to be open.
    service = look.service_of(hall, command.service_id)
    return (e.SelfServiceCounted(service.service_id, command.device_id, command.count, now_ms),)


def _turn_away(hall: Hall, command: c.TurnAway, now_ms: Millis) -> tuple[Event, ...]:
    look.require_day(hall)
    if command.service_id is not None:
        look.service_of(hall, command.service_id)
    reason = outcomes.reason_of(outcomes.TURNED_AWAY, command.reason) or ""
    return (e.VisitorTurnedAway(command.service_id, reason, command.channel, now_ms),)


RULES: Final[Rules] = {
    c.FinishStage: _finish_stage,
    c.RequestHomeVisit: _request_home,
    c.AssignHomeVisit: _assign_home,
    c.FinishHomeVisit: _finish_home,
    c.CountSelfService: _count_self_service,
    c.TurnAway: _turn_away,
}
