"""The rules of outcomes: how a visit, or one item of it, may end at a window, and what follows from each."""

from typing import Final

from engine.core import calendar, case_life
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no_hall
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.visits import BACK_OFFICE, PAPERS, stage_id
from engine.core.model import Ticket
from engine.core.plan import BackOffice, HallPlan
from engine.core.refusals import visits as no
from engine.core.rules.cases import case_for

DONE: Final = "done"
TOLD_MISSING: Final = "told-missing"
PAPERS_FOLLOW: Final = "papers-follow"
ACCEPTED: Final = "accepted"
TURNED_AWAY: Final = "turned-away"
CANNOT: Final = "cannot"

OUTCOMES: Final = (DONE, TOLD_MISSING, PAPERS_FOLLOW, ACCEPTED, TURNED_AWAY, CANNOT)
"""What a clerk may say; `day-closed` is the engine's own."""
WITH_REASON: Final = frozenset({TURNED_AWAY, CANNOT})
REASON_CHARACTERS_MAX: Final = 200


def reason_of(outcome: str, reason: str | None, known: tuple[str, ...] = OUTCOMES) -> str | None:
    """The reason as it is kept; raises `OutcomeUnknown`, and `ReasonMissing` where the outcome needs one."""
    if outcome not in known:
        raise no.OutcomeUnknown(outcome=outcome[:40], outcomes=", ".join(known))
    words = (reason or "").strip()[:REASON_CHARACTERS_MAX]
    if outcome in WITH_REASON and not words:
        raise no_hall.ReasonMissing()
    return words or None


def consequences(hall: Hall, ticket: Ticket, command: c.FinishService, now_ms: Millis) -> tuple[Event, ...]:
    """What an outcome brings with it beside the end of the visit or its item; raises `NoBackOffice`."""
    brought = _papers_brought(hall, ticket, command, now_ms)
    match command.outcome:
        case "told-missing":
            days = look.plan_of(hall).rules.return_days
            return (*brought, _right(hall, ticket, command.window_id, days, now_ms))
        case "papers-follow":
            days = look.plan_of(hall).rules.papers_days
            return (*brought, _papers(hall, ticket, now_ms), _right(hall, ticket, command.window_id, days, now_ms))
        case "accepted":
            return (*brought, _back_office(hall, ticket, command.waits, now_ms))
        case "cannot":
            return (*brought, *_case(hall, ticket, command.reason or "", now_ms))
        case _:
            return brought


def _right(hall: Hall, ticket: Ticket, window_id: str, days: int, now_ms: Millis) -> e.ReturnGranted:
    until_ms = calendar.add_working_days(look.plan_of(hall), now_ms, days)
    before = hall.visits.may_return(ticket.ticket_id, now_ms)
    if before is None:
        return e.ReturnGranted(ticket.ticket_id, ticket.service_id, window_id, until_ms, now_ms)
    # One way back for the whole visit: to the first item that needs it, as long as any does.
    return e.ReturnGranted(
        ticket.ticket_id, before.service_id, before.window_id, max(before.until_ms, until_ms), now_ms
    )


def _papers(hall: Hall, ticket: Ticket, now_ms: Millis) -> e.StageOpened:
    plan = look.plan_of(hall)
    due_ms = calendar.add_working_days(plan, now_ms, plan.rules.papers_days)
    department_id = look.service_of(hall, ticket.service_id).department_id
    return e.StageOpened(
        stage_id(ticket.ticket_id, PAPERS, ticket.step),
        ticket.ticket_id,
        PAPERS,
        ticket.service_id,
        department_id,
        due_ms,
        False,
        now_ms,
    )


def _papers_brought(hall: Hall, ticket: Ticket, command: c.FinishService, now_ms: Millis) -> tuple[Event, ...]:
    """The papers of an earlier visit have come when whoever came back for it is served."""
    if ticket.return_of is None or command.outcome not in (DONE, ACCEPTED):
        return ()
    return tuple(
        e.StageFinished(stage.stage_id, DONE, None, now_ms)
        for stage in hall.visits.open_stages()
        if stage.ticket_id == ticket.return_of and stage.kind == PAPERS
    )


def _back_office(hall: Hall, ticket: Ticket, waits: bool, now_ms: Millis) -> e.StageOpened:
    service = look.service_of(hall, ticket.service_id)
    office = service.back_office
    if office is None:
        raise no.NoBackOffice(service=service.name)
    return e.StageOpened(
        stage_id(ticket.ticket_id, BACK_OFFICE, ticket.step),
        ticket.ticket_id,
        BACK_OFFICE,
        service.service_id,
        office.department_id or service.department_id,
        _due_ms(look.plan_of(hall), office, now_ms),
        waits,
        now_ms,
    )


def _due_ms(plan: HallPlan, office: BackOffice, now_ms: Millis) -> Millis:
    return now_ms + office.due_ms if office.due_ms else calendar.add_working_days(plan, now_ms, office.due_days)


def _case(hall: Hall, ticket: Ticket, reason: str, now_ms: Millis) -> tuple[Event, ...]:
    before = hall.cases.of_ticket(ticket.ticket_id)
    # Several items of one visit that cannot be done are one case; the reasons stand in the facts of the items.
    if before is not None and before.state != case_life.CLOSED:
        return ()
    return (case_for(hall, ticket, reason.strip()[:REASON_CHARACTERS_MAX], now_ms),)
