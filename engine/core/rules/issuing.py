"""The rules of drawing a number."""

from typing import Final

from engine.core import calendar, numbering
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core import refusals as no
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED, PHASE_OPEN
from engine.core.plan import Lane, Service
from engine.core.rules.table import Rules


def _issue(hall: Hall, command: c.IssueTicket, now_ms: Millis) -> tuple[Event, ...]:
    plan, day = hall.plan, hall.day
    service = hall.services.get(command.service_id)
    lane = hall.lanes.get(command.lane_id)
    if plan is None or service is None or lane is None or day is None or hall.phase != PHASE_OPEN:
        raise _why_no_number(hall, command)
    if service.hours and not calendar.within(service.hours, calendar.minute_of_day(plan.timezone, now_ms)):
        raise no.ServiceClosed(service=service.service_id, hours=calendar.hours_text(service.hours))
    return (ticket_issued(hall, day, service, lane, command, now_ms),)


def ticket_issued(
    hall: Hall, day: str, service: Service, lane: Lane, command: c.IssueTicket, now_ms: Millis
) -> e.TicketIssued:
    """The next number of a service, as `command` asks for it; whether it may be drawn was asked before."""
    rules = look.plan_of(hall).rules
    count = hall.counters.get(service.prefix, rules.first_number - 1) + 1
    number = numbering.ticket_number(service.prefix, count, rules.number_digits)
    return e.TicketIssued(
        numbering.ticket_id(day, number),
        number,
        hall.order + 1,
        service.service_id,
        lane.lane_id,
        command.channel,
        command.evidence,
        command.on_behalf,
        now_ms,
    )


def _why_no_number(hall: Hall, command: c.IssueTicket) -> no.Refusal:
    look.plan_of(hall)
    look.service_of(hall, command.service_id)
    look.lane_of(hall, command.lane_id)
    return no.DayNotOpen() if hall.day is None or hall.phase == PHASE_CLOSED else no.IssuingOver()


RULES: Final[Rules] = {
    c.IssueTicket: _issue,
}
