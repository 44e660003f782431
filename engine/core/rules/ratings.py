"""The rules of ratings (好差评): each finished item is rated once, and a bad rating is looked into."""

from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.ledgers.call_backs import ATTEMPTS_MAX
from engine.core.ledgers.ratings import STARS_MAX, FollowUp
from engine.core.refusals import ratings as no
from engine.core.refusals.cases import CallBackFirst
from engine.core.rules.table import Rules


def _rate(hall: Hall, command: c.RateTicket, now_ms: Millis) -> tuple[Event, ...]:
    plan = look.plan_of(hall)
    rules = plan.rules
    scores = (command.stars, command.efficiency, command.skill, command.attitude)
    if any(score is not None and not 1 <= score <= STARS_MAX for score in scores):
        raise no.StarsUnfit(most=STARS_MAX)
    item = hall.ratings.item(command.ticket_id, command.step, rules.rating_days)
    if item is None:
        raise no.NotRateable(days=rules.rating_days)
    if item.stars:
        raise no.AlreadyRated()
    rated = e.TicketRated(
        command.ticket_id,
        command.step,
        command.stars,
        command.efficiency,
        command.skill,
        command.attitude,
        command.channel,
        item.window_id,
        item.clerk_id,
        now_ms,
        item.service_id,
        item.item_id,
        item.outcome,
        item.finished_ms,
    )
    if command.stars > rules.bad_stars:
        return (rated,)
    due_ms = calendar.add_working_days(plan, now_ms, rules.follow_up_days)
    return (rated, e.FollowUpOpened(command.ticket_id, command.step, due_ms, now_ms))


def _call_back(hall: Hall, command: c.CallBackFollowUp, now_ms: Millis) -> tuple[Event, ...]:
    follow_up = _follow_up(hall, command.ticket_id, command.step)
    is_satisfied = command.is_satisfied if command.is_reached else None
    return (e.FollowUpCalledBack(follow_up.ticket_id, follow_up.step, command.is_reached, is_satisfied, now_ms),)


def _close(hall: Hall, command: c.CloseFollowUp, now_ms: Millis) -> tuple[Event, ...]:
    follow_up = _follow_up(hall, command.ticket_id, command.step)
    if not follow_up.call_backs.are_enough:
        raise CallBackFirst(attempts=ATTEMPTS_MAX, made=follow_up.call_backs.attempts)
    return (e.FollowUpClosed(follow_up.ticket_id, follow_up.step, command.result, now_ms),)


def _follow_up(hall: Hall, ticket_id: str, step: int) -> FollowUp:
    follow_up = hall.ratings.follow_up(ticket_id, step)
    if follow_up is None:
        raise no.FollowUpUnknown()
    return follow_up


RULES: Final[Rules] = {
    c.RateTicket: _rate,
    c.CallBackFollowUp: _call_back,
    c.CloseFollowUp: _close,
}
