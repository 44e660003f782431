"""Halls that are wrong on purpose, as some shipped system was or ours might be; the properties notice every one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from engine.core import calendar, calling, hall, lookups, numbering, transitions
from engine.core import commands as c
from engine.core import events as e
from engine.core.calling import EMPTY, MINUTE_MS
from engine.core.decide import _RULES
from engine.core.events import Event, Millis, Place
from engine.core.fold import days as fold_days
from engine.core.fold import tickets as fold_tickets
from engine.core.fold import windows as fold_windows
from engine.core.hall import _APPLY, Hall
from engine.core.model import Ticket
from engine.core.queues import Queues
from engine.core.rules import days as rules_of_days
from engine.core.rules import tickets as rules_of_tickets
from tests.properties.machine import walk

# Noticed on one of these days or not at all.
DAYS = 40
STEPS = 200


def test_hall_as_it_is_goes_unnoticed() -> None:
    for seed in range(5):
        walk(seed, STEPS)


# --- calling ---


def newest_first(patch: pytest.MonkeyPatch) -> None:
    def put(queues: Queues, ticket: Ticket) -> None:
        ticket.rank = -ticket.rank
        PUT(queues, ticket)

    patch.setattr(Queues, "put", put)


def tie_goes_to_the_latest(patch: pytest.MonkeyPatch) -> None:
    def choose(
        candidates: Sequence[int],
        tiers: Sequence[int],
        credits: Sequence[int],
        rates: Sequence[int],
        head_order: Sequence[int],
        head_since: Sequence[int],
        now_ms: int,
    ) -> tuple[int, int, int, int]:
        backwards = [EMPTY if order == EMPTY else 1_000_000 - order for order in head_order]
        return CHOOSE(candidates, tiers, credits, rates, backwards, head_since, now_ms)

    patch.setattr(calling, "choose", choose)


def green_channel_is_absolute(patch: pytest.MonkeyPatch) -> None:
    def choose(
        candidates: Sequence[int],
        tiers: Sequence[int],
        credits: Sequence[int],
        rates: Sequence[int],
        head_order: Sequence[int],
        head_since: Sequence[int],
        now_ms: int,
    ) -> tuple[int, int, int, int]:
        return CHOOSE(candidates, tiers, [credit * 1_000 for credit in credits], rates, head_order, head_since, now_ms)

    patch.setattr(calling, "choose", choose)


def tiers_are_ignored(patch: pytest.MonkeyPatch) -> None:
    def choose(
        candidates: Sequence[int],
        tiers: Sequence[int],
        credits: Sequence[int],
        rates: Sequence[int],
        head_order: Sequence[int],
        head_since: Sequence[int],
        now_ms: int,
    ) -> tuple[int, int, int, int]:
        return CHOOSE(candidates, [0] * len(tiers), credits, rates, head_order, head_since, now_ms)

    patch.setattr(calling, "choose", choose)


def wait_wraps_at_an_hour(patch: pytest.MonkeyPatch) -> None:
    def choose(
        candidates: Sequence[int],
        tiers: Sequence[int],
        credits: Sequence[int],
        rates: Sequence[int],
        head_order: Sequence[int],
        head_since: Sequence[int],
        now_ms: int,
    ) -> tuple[int, int, int, int]:
        wrapped = [now_ms - (now_ms - since) % (60 * MINUTE_MS) for since in head_since]
        return CHOOSE(candidates, tiers, credits, rates, head_order, wrapped, now_ms)

    patch.setattr(calling, "choose", choose)


def window_calls_services_it_does_not_serve(patch: pytest.MonkeyPatch) -> None:
    def window_of(self: Hall, window_id: str, before: Any) -> Any:
        window = WINDOW(self, window_id, before)
        for service_id in self.services:
            extra = [queue for queue in self.queues.of_service(service_id) if queue not in window.candidates]
            window.candidates += extra
            window.tiers += [max(window.tiers)] * len(extra)
        return window

    patch.setattr(fold_days, "_window", window_of)


def head_is_not_shown_after_taking_from_the_middle(patch: pytest.MonkeyPatch) -> None:
    def take(queues: Queues, ticket: Ticket) -> None:
        queue = ticket.queue
        head = (queues.head_order[queue], queues.head_since[queue])
        TAKE(queues, ticket)
        queues.head_order[queue], queues.head_since[queue] = head

    patch.setattr(Queues, "take", take)


# --- numbers ---


def number_is_one_more_than_the_largest_waiting(patch: pytest.MonkeyPatch) -> None:
    def issue(hall_now: Hall, command: c.IssueTicket, now_ms: Millis) -> tuple[Event, ...]:
        (issued,) = ISSUE(hall_now, command, now_ms)
        assert isinstance(issued, e.TicketIssued)
        prefix = hall_now.services[issued.service_id].prefix
        waiting = [t for t in hall_now.tickets.values() if t.state == "waiting" and t.number.startswith(prefix)]
        count = max((int(ticket.number.lstrip(prefix)) for ticket in waiting), default=0) + 1
        assert hall_now.plan is not None
        number = numbering.ticket_number(prefix, count, hall_now.plan.rules.number_digits)
        return (replace(issued, number=number, ticket_id=f"{hall_now.day}-{number.lower()}"),)

    patch.setitem(_RULES, c.IssueTicket, issue)


def numbers_wrap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(numbering, "ticket_number", lambda prefix, count, digits: f"{prefix}{count % 10:0{digits}d}")


def numbers_start_again_when_the_same_day_is_opened_again(patch: pytest.MonkeyPatch) -> None:
    def opened(self: Hall, event: e.DayOpened) -> None:
        OPENED(self, event)
        self.counters = {}

    patch.setitem(_APPLY, e.DayOpened, opened)


def numbers_go_on_into_the_next_day_while_somebody_is_left(patch: pytest.MonkeyPatch) -> None:
    def opened(self: Hall, event: e.DayOpened) -> None:
        is_empty = all(ticket.state in ("finished", "cancelled") for ticket in self.tickets.values())
        counters = self.counters
        OPENED(self, event)
        if not is_empty:
            self.counters = counters

    patch.setitem(_APPLY, e.DayOpened, opened)


def clock_set_back_brings_yesterday_back(patch: pytest.MonkeyPatch) -> None:
    def open_day(hall_now: Hall, command: c.OpenDay, now_ms: Millis) -> tuple[Event, ...]:
        (opened,) = OPEN_DAY(hall_now, command, now_ms)
        assert isinstance(opened, e.DayOpened) and hall_now.plan is not None
        return (replace(opened, day=calendar.day_of(hall_now.plan.timezone, now_ms)),)

    patch.setitem(_RULES, c.OpenDay, open_day)


# --- tickets on their way ---


def recall_is_silently_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(_RULES, c.RecallTicket, lambda hall_now, command, now_ms: ())


def recall_limit_is_off_by_one(patch: pytest.MonkeyPatch) -> None:
    def recall(hall_now: Hall, command: c.RecallTicket, now_ms: Millis) -> tuple[Event, ...]:
        window = hall_now.windows.get(command.window_id)
        ticket = window.ticket if window else None
        if ticket and ticket.state == "called" and hall_now.plan and ticket.recalls == hall_now.plan.rules.recall_limit:
            return (e.TicketRecalled(ticket.ticket_id, command.window_id, ticket.recalls + 1, now_ms, now_ms),)
        return RECALL(hall_now, command, now_ms)

    patch.setitem(_RULES, c.RecallTicket, recall)


def call_of_an_absent_visitor_never_expires(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(_RULES, c.ExpireCalls, lambda hall_now, command, now_ms: ())


def finished_ticket_can_be_reinstated(patch: pytest.MonkeyPatch) -> None:
    legal = transitions.may
    patch.setattr(
        rules_of_tickets,
        "may",
        lambda fact, state: legal(fact, state) or (fact, state) == (e.TicketReinstated, "finished"),
    )


def place_is_ignored(patch: pytest.MonkeyPatch) -> None:
    def wait_again(self: Hall, ticket: Ticket, place: Place, at_ms: Millis, after: int) -> None:
        WAIT_AGAIN(self, ticket, "original", at_ms, after)

    patch.setattr(fold_tickets, "_wait_again", wait_again)


def papers_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    def held(self: Hall, event: e.TicketHeld) -> None:
        HELD(self, replace(event, kind="step"))

    patch.setitem(_APPLY, e.TicketHeld, held)


def transfer_leaves_the_window_taken(patch: pytest.MonkeyPatch) -> None:
    def transferred(self: Hall, event: e.TicketTransferred) -> None:
        TRANSFERRED(self, replace(event, from_window_id=None))

    patch.setitem(_APPLY, e.TicketTransferred, transferred)


def cancelled_ticket_stays_alive(patch: pytest.MonkeyPatch) -> None:
    def cancelled(self: Hall, event: e.TicketCancelled) -> None:
        CANCELLED(self, event)
        self.alive += 1

    patch.setitem(_APPLY, e.TicketCancelled, cancelled)


# --- windows, the day, restarts ---


def clerk_may_sit_at_two_windows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lookups, "require_clerk_is_free", lambda hall_now, clerk_id: None)


def everybody_is_sent_away_at_lunch(patch: pytest.MonkeyPatch) -> None:
    def paused(self: Hall, event: e.WindowPaused) -> None:
        PAUSED(self, event)
        for ticket in [ticket for ticket in self.tickets.values() if ticket.state == "waiting"]:
            self.queues.take(ticket)

    patch.setitem(_APPLY, e.WindowPaused, paused)


def day_closes_over_the_heads_of_those_who_wait(patch: pytest.MonkeyPatch) -> None:
    def close_day(hall_now: Hall, command: c.CloseDay, now_ms: Millis) -> tuple[Event, ...]:
        facts = CLOSE_DAY(hall_now, command, now_ms)
        return tuple(fact for fact in facts if not isinstance(fact, e.TicketCancelled))

    patch.setitem(_RULES, c.CloseDay, close_day)


def restart_forgets_who_was_put_in_front(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hall, "_TICKET_STATE", tuple(name for name in hall._TICKET_STATE if name != "rank"))


def restart_forgets_calls_that_run_out(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hall, "WINDOW_ROW", tuple(name for name in hall.WINDOW_ROW if name != "expires_ms"))


def new_plan_drops_services_people_wait_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_of_days, "_require_nothing_in_use_is_dropped", lambda hall_now, plan: None)


def estimates_count_windows_as_they_were_this_morning(patch: pytest.MonkeyPatch) -> None:
    def staff_changed(self: Hall) -> None:
        if not hasattr(self, "capacity"):
            STAFF_CHANGED(self)

    patch.setattr(fold_days, "staff_changed", staff_changed)
    patch.setattr(fold_windows, "staff_changed", staff_changed)


def those_sent_to_one_window_do_not_count_as_waiting(patch: pytest.MonkeyPatch) -> None:
    def waiting_count(self: Hall, service_id: str) -> int:
        return sum(self.queues.length(queue) for queue in self.queues.of_service(service_id))

    patch.setattr(Hall, "waiting_count", waiting_count)


def ticket_put_in_front_makes_those_behind_it_look_younger(patch: pytest.MonkeyPatch) -> None:
    def put_first(queues: Queues, ticket: Ticket) -> None:
        since_ms = ticket.since_ms
        PUT_FIRST(queues, ticket)
        ticket.since_ms = queues.head_since[ticket.queue] = since_ms

    patch.setattr(Queues, "put_first", put_first)


PUT_FIRST, STAFF_CHANGED = Queues.put_first, fold_days.staff_changed
PUT, TAKE, CHOOSE = Queues.put, Queues.take, calling.choose
WINDOW, WAIT_AGAIN = fold_days._window, fold_tickets._wait_again
ISSUE, OPEN_DAY, RECALL, CLOSE_DAY = (_RULES[each] for each in (c.IssueTicket, c.OpenDay, c.RecallTicket, c.CloseDay))
OPENED, HELD, TRANSFERRED, CANCELLED, PAUSED = (
    _APPLY[each] for each in (e.DayOpened, e.TicketHeld, e.TicketTransferred, e.TicketCancelled, e.WindowPaused)
)

MUTANTS = (
    newest_first,
    tie_goes_to_the_latest,
    green_channel_is_absolute,
    tiers_are_ignored,
    wait_wraps_at_an_hour,
    window_calls_services_it_does_not_serve,
    head_is_not_shown_after_taking_from_the_middle,
    number_is_one_more_than_the_largest_waiting,
    numbers_wrap,
    numbers_start_again_when_the_same_day_is_opened_again,
    numbers_go_on_into_the_next_day_while_somebody_is_left,
    clock_set_back_brings_yesterday_back,
    recall_is_silently_ignored,
    recall_limit_is_off_by_one,
    call_of_an_absent_visitor_never_expires,
    finished_ticket_can_be_reinstated,
    place_is_ignored,
    papers_are_forgotten,
    transfer_leaves_the_window_taken,
    cancelled_ticket_stays_alive,
    clerk_may_sit_at_two_windows,
    everybody_is_sent_away_at_lunch,
    day_closes_over_the_heads_of_those_who_wait,
    restart_forgets_who_was_put_in_front,
    restart_forgets_calls_that_run_out,
    new_plan_drops_services_people_wait_for,
    estimates_count_windows_as_they_were_this_morning,
    those_sent_to_one_window_do_not_count_as_waiting,
    ticket_put_in_front_makes_those_behind_it_look_younger,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_hall_is_noticed(mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017 - one of our assertions, or a crash of the spoilt hall
        for seed in range(DAYS):
            walk(seed, STEPS)
