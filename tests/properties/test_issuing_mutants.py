"""Ways to let the wrong people draw, or too many; the properties of drawing notice every one."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.decide import _RULES
from engine.core.events import DayClosed, DayOpened, Event, Millis
from engine.core.fold import tickets as fold_tickets
from engine.core.hall import _APPLY, Hall
from engine.core.ledgers.admission import ALL_DAY, Admission
from engine.core.ledgers.ledger import Ledger
from engine.core.model import Ticket
from engine.core.plan import HallPlan, Lane, Service, Span
from engine.core.refusals import Refusal
from engine.core.rules import issuing
from engine.core.transitions import TERMINAL
from tests.properties.drawing import walk

SEEDS = 25
STEPS = 300


def test_drawing_as_it_is_goes_unnoticed() -> None:
    for seed in range(3):
        walk(Random(seed), STEPS)


# --- quotas ---


def quota_of_a_span_counts_the_whole_day(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Admission, "drawn", lambda self, service_id, channel, span: DRAWN(self, service_id, channel, None))


def quota_of_a_channel_counts_every_channel(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Admission, "drawn", lambda self, service_id, channel, span: DRAWN(self, service_id, None, span))


def quota_is_one_too_large(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        Admission, "drawn", lambda self, service_id, channel, span: DRAWN(self, service_id, channel, span) - 1
    )


def span_counts_the_hours_before_it_too(patch: pytest.MonkeyPatch) -> None:
    def drawn(self: Admission, service_id: str, channel: str | None, span: Span | None) -> int:
        return DRAWN(self, service_id, channel, Span(0, span.end) if span else None)

    patch.setattr(Admission, "drawn", drawn)


def quota_is_never_reset(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Admission, "day_opened", Ledger.day_opened)


def quota_begins_anew_when_the_same_day_is_opened_again(patch: pytest.MonkeyPatch) -> None:
    def day_closed(self: Admission, event: DayClosed) -> None:
        CLOSED(self, event)
        self.day_opened(DayOpened("", 0, 0, 0))

    patch.setattr(Admission, "day_closed", day_closed)


def quota_forgets_numbers_given_up(patch: pytest.MonkeyPatch) -> None:
    def cancelled(self: Hall, event: e.TicketCancelled) -> None:
        CANCELLED(self, event)
        ticket = self.tickets[event.ticket_id]
        minutes = self.admission._drawn.get(ticket.service_id, {}).get(ticket.channel)
        assert self.plan is not None
        if minutes is not None:
            minutes[calendar.minute_of_day(self.plan.timezone, ticket.issued_ms)] -= 1
            minutes[ALL_DAY] -= 1

    patch.setitem(_APPLY, e.TicketCancelled, cancelled)


def quota_counts_those_who_wait(patch: pytest.MonkeyPatch) -> None:
    def has_room(hall: Hall, service: Service, channel: str, minute: int) -> bool:
        return all(hall.waiting_count(service.service_id) < quota.count for quota in service.quotas)

    patch.setattr(issuing, "_has_room", has_room)


def those_promised_a_place_use_up_the_quota(patch: pytest.MonkeyPatch) -> None:
    def promised(hall: Hall, ticket: Ticket, event: e.TicketIssued) -> None:
        PROMISED(hall, ticket, event)
        assert hall.plan is not None
        minute = calendar.minute_of_day(hall.plan.timezone, event.at_ms)
        hall.admission.count(event.service_id, event.channel, minute)

    patch.setattr(fold_tickets, "_promised", promised)


def restart_forgets_how_many_were_drawn(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Admission, "to_rows", lambda self: {**ROWS(self), "drawn": []})


# --- persons ---


def restart_forgets_who_holds_what(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Admission, "to_rows", lambda self: {**ROWS(self), "held": []})


def one_ticket_a_day_and_not_one_at_a_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(issuing, "TERMINAL", frozenset[str]())


def preparing_does_not_count_as_holding(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(issuing, "TERMINAL", TERMINAL | {"preparing", "held"})


def one_ticket_for_all_services_together(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(issuing, "_services_ahead", lambda ticket: {"social", "tax", "young"})


def ticket_counts_where_it_was_drawn_and_not_where_it_waits(patch: pytest.MonkeyPatch) -> None:
    def services_ahead(ticket: Ticket) -> set[str]:
        return {{"A": "social", "B": "tax", "Y": "young"}[ticket.number[0]]}

    patch.setattr(issuing, "_services_ahead", services_ahead)


# --- the cap, the channels ---


def cap_is_off_by_one(patch: pytest.MonkeyPatch) -> None:
    def why_no_room(hall: Hall, plan: HallPlan) -> Refusal | None:
        return NO_ROOM(hall, replace(plan, rules=replace(plan.rules, occupancy_max=plan.rules.occupancy_max + 1)))

    patch.setattr(issuing, "_why_no_room", why_no_room)


def cap_counts_only_those_who_wait(patch: pytest.MonkeyPatch) -> None:
    def why_no_room(hall: Hall, plan: HallPlan) -> Refusal | None:
        waiting = sum(hall.waiting_count(each) for each in hall.services)
        return NO_ROOM(hall, plan) if waiting >= plan.rules.occupancy_max else None

    patch.setattr(issuing, "_why_no_room", why_no_room)


def whoever_was_promised_a_place_passes_the_cap(patch: pytest.MonkeyPatch) -> None:
    def why_not(
        hall: Hall,
        service: Service,
        channel: str,
        now_ms: Millis,
        lane_id: str | None = None,
        *,
        is_promised: bool = False,
    ) -> Refusal | None:
        return None if is_promised else WHY_NOT(hall, service, channel, now_ms, lane_id)

    patch.setattr(issuing, "why_not", why_not)


def kiosk_may_always_draw(patch: pytest.MonkeyPatch) -> None:
    def why_not(
        hall: Hall,
        service: Service,
        channel: str,
        now_ms: Millis,
        lane_id: str | None = None,
        *,
        is_promised: bool = False,
    ) -> Refusal | None:
        return WHY_NOT(hall, replace(service, channels=()), channel, now_ms, lane_id, is_promised=is_promised)

    patch.setattr(issuing, "why_not", why_not)


# --- forms, numbers ---


def ticket_is_called_before_its_form_is_filled_in(patch: pytest.MonkeyPatch) -> None:
    def pending(self: Hall, event: e.FormPending) -> None:
        PENDING(self, event)
        ticket = self.tickets[event.ticket_id]
        self.queues.put(ticket)

    patch.setitem(_APPLY, e.FormPending, pending)


def form_costs_the_place(patch: pytest.MonkeyPatch) -> None:
    def filled(self: Hall, event: e.FormFilled) -> None:
        ticket = self.tickets[event.ticket_id]
        ticket.since_ms = ticket.rank = event.at_ms
        FILLED(self, event)

    patch.setitem(_APPLY, e.FormFilled, filled)


def day_ends_and_leaves_forms_open(patch: pytest.MonkeyPatch) -> None:
    def close_day(hall: Hall, command: c.CloseDay, now_ms: Millis) -> tuple[Event, ...]:
        preparing = {ticket.ticket_id for ticket in hall.tickets.values() if ticket.state == "preparing"}
        return tuple(
            fact for fact in CLOSE_DAY(hall, command, now_ms) if getattr(fact, "ticket_id", "") not in preparing
        )

    patch.setitem(_RULES, c.CloseDay, close_day)


def number_is_one_more_than_those_not_given_up(patch: pytest.MonkeyPatch) -> None:
    def issued(hall: Hall, day: str, service: Service, lane: Lane, *rest: object, **more: object) -> e.TicketIssued:
        fact: e.TicketIssued = ISSUED(hall, day, service, lane, *rest, **more)
        mine = [t for t in hall.tickets.values() if t.number.startswith(service.prefix) and t.state != "cancelled"]
        return replace(fact, number=f"{service.prefix}{len(mine) + 1:03d}")

    patch.setattr(issuing, "ticket_issued", issued)


DRAWN, ROWS, CLOSED = Admission.drawn, Admission.to_rows, Admission.day_closed
PROMISED, NO_ROOM, WHY_NOT = fold_tickets._promised, issuing._why_no_room, issuing.why_not
ISSUED: Callable[..., e.TicketIssued] = issuing.ticket_issued
CANCELLED, PENDING, FILLED = (_APPLY[each] for each in (e.TicketCancelled, e.FormPending, e.FormFilled))
CLOSE_DAY = _RULES[c.CloseDay]

MUTANTS = (
    quota_of_a_span_counts_the_whole_day,
    quota_of_a_channel_counts_every_channel,
    quota_is_one_too_large,
    span_counts_the_hours_before_it_too,
    quota_is_never_reset,
    quota_begins_anew_when_the_same_day_is_opened_again,
    quota_forgets_numbers_given_up,
    quota_counts_those_who_wait,
    those_promised_a_place_use_up_the_quota,
    restart_forgets_how_many_were_drawn,
    restart_forgets_who_holds_what,
    one_ticket_a_day_and_not_one_at_a_time,
    preparing_does_not_count_as_holding,
    one_ticket_for_all_services_together,
    ticket_counts_where_it_was_drawn_and_not_where_it_waits,
    cap_is_off_by_one,
    cap_counts_only_those_who_wait,
    whoever_was_promised_a_place_passes_the_cap,
    kiosk_may_always_draw,
    ticket_is_called_before_its_form_is_filled_in,
    form_costs_the_place,
    day_ends_and_leaves_forms_open,
    number_is_one_more_than_those_not_given_up,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_way_of_drawing_is_noticed(
    mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017 - one of our assertions, or a crash of the spoilt hall
        for seed in range(SEEDS):
            walk(Random(seed), STEPS)
