"""Rules of visits that are wrong on purpose; the properties of visits notice every one."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import hall as hall_module
from engine.core.decide import _RULES
from engine.core.events import Event, Millis
from engine.core.hall import _APPLY, Hall
from engine.core.ledgers.visits import HomeVisit, ReturnRight, Visits
from engine.core.model import Ticket
from engine.core.queues import Queues
from engine.core.rules import no_shows, outcomes, serving, visits
from tests.properties.placings import line_is_the_list, seeded_placings
from tests.properties.visit_days import walk

# Noticed on one of these days or not at all.
DAYS = 120
STEPS = 250


def judge(seed: int) -> None:
    """A line and a day; fails when anything does not hold."""
    line_is_the_list(seeded_placings(Random(seed), 40))
    walk(seed, STEPS)


def test_hall_as_it_is_goes_unnoticed() -> None:
    for seed in range(3):
        judge(seed)


# --- items ---


def visit_ends_with_its_first_item(patch: pytest.MonkeyPatch) -> None:
    def finish(hall: Hall, command: c.FinishService, now_ms: Millis) -> tuple[Event, ...]:
        facts = FINISH(hall, command, now_ms)
        item = next((fact for fact in facts if isinstance(fact, e.ItemFinished)), None)
        if item is None:
            return facts
        return (e.ServiceFinished(item.ticket_id, item.window_id, item.outcome, now_ms, item.reason),)

    patch.setitem(_RULES, c.FinishService, finish)


def next_item_counts_for_the_service_of_the_first(patch: pytest.MonkeyPatch) -> None:
    def began(hall: Hall, event: e.ItemBegan) -> None:
        service_id = hall.tickets[event.ticket_id].service_id
        ITEM_BEGAN(hall, replace(event, service_id=service_id))

    patch.setitem(_APPLY, e.ItemBegan, began)


def clock_of_an_item_runs_from_the_first_one_on(patch: pytest.MonkeyPatch) -> None:
    def began(hall: Hall, event: e.ItemBegan) -> None:
        called_ms = hall.tickets[event.ticket_id].called_ms
        ITEM_BEGAN(hall, event)
        hall.tickets[event.ticket_id].called_ms = called_ms

    patch.setitem(_APPLY, e.ItemBegan, began)


def window_keeps_items_it_does_not_serve(patch: pytest.MonkeyPatch) -> None:
    def next_item(hall: Hall, ticket: Ticket, command: c.FinishService, now_ms: Millis) -> Event:
        if not command.stays:
            return NEXT_ITEM(hall, ticket, command, now_ms)
        service_id = ticket.items[ticket.step + 1].service_id
        return e.ItemBegan(ticket.ticket_id, command.window_id, ticket.step + 1, service_id, now_ms)

    patch.setattr(serving, "_next_item", next_item)


def restart_forgets_which_item_a_visit_is_at(patch: pytest.MonkeyPatch) -> None:
    _forget(patch, "step")


# --- outcomes, stages, returns ---


def told_what_is_missing_gives_no_right(patch: pytest.MonkeyPatch) -> None:
    def consequences(hall: Hall, ticket: Ticket, command: c.FinishService, now_ms: Millis) -> tuple[Event, ...]:
        facts = CONSEQUENCES(hall, ticket, command, now_ms)
        return tuple(fact for fact in facts if not isinstance(fact, e.ReturnGranted))

    patch.setattr(outcomes, "consequences", consequences)


def right_to_return_is_never_used_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "use", lambda self, ticket_id: None)


def right_to_return_is_never_over(patch: pytest.MonkeyPatch) -> None:
    def may_return(self: Visits, ticket_id: str, now_ms: Millis) -> ReturnRight | None:
        return self._rights.get(ticket_id)

    patch.setattr(Visits, "may_return", may_return)


def rights_to_return_are_lost_in_a_restart(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "load", lambda self, rows: LOAD(self, {**rows, "rights": []}))


def stages_are_forgotten_with_the_day(patch: pytest.MonkeyPatch) -> None:
    def day_closed(self: Visits, event: e.DayClosed) -> None:
        self._stages = {}

    patch.setattr(Visits, "day_closed", day_closed)


def stage_may_be_finished_twice(patch: pytest.MonkeyPatch) -> None:
    def finish(hall: Hall, command: c.FinishStage, now_ms: Millis) -> tuple[Event, ...]:
        stage = hall.visits.stage(command.stage_id)
        if stage is not None and not stage.is_open:
            return (e.StageFinished(stage.stage_id, "done", None, now_ms),)
        return FINISH_STAGE(hall, command, now_ms)

    patch.setitem(_RULES, c.FinishStage, finish)


def first_due_time_stays_when_its_stage_is_finished(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "_find_earliest", lambda self: None)


def result_may_be_collected_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "collected", lambda self, stage_id: None)


# --- no-shows, places ---


def void_ticket_comes_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(no_shows, "require_return", lambda hall, ticket: None)


def missed_ticket_comes_back_for_ever(patch: pytest.MonkeyPatch) -> None:
    def reinstated(hall: Hall, event: e.TicketReinstated) -> None:
        REINSTATED(hall, event)
        hall.tickets[event.ticket_id].returns = 0

    patch.setitem(_APPLY, e.TicketReinstated, reinstated)


def call_that_ran_out_follows_no_rule(patch: pytest.MonkeyPatch) -> None:
    def expire(hall: Hall, command: c.ExpireCalls, now_ms: Millis) -> tuple[Event, ...]:
        return tuple(fact for fact in EXPIRE(hall, command, now_ms) if isinstance(fact, e.TicketMissed))

    patch.setitem(_RULES, c.ExpireCalls, expire)


def whoever_comes_back_is_not_counted(patch: pytest.MonkeyPatch) -> None:
    def reinstated(hall: Hall, event: e.TicketReinstated) -> None:
        REINSTATED(hall, event)
        hall.alive -= 1

    patch.setitem(_APPLY, e.TicketReinstated, reinstated)


def behind_n_is_behind_n_and_one_more(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Queues, "put_after", lambda self, ticket, count: PUT_AFTER(self, ticket, count + 1))


def behind_n_begins_to_wait_anew(patch: pytest.MonkeyPatch) -> None:
    def put_after(self: Queues, ticket: Ticket, count: int) -> None:
        since_ms = ticket.since_ms
        PUT_AFTER(self, ticket, count)
        ticket.since_ms = since_ms

    patch.setattr(Queues, "put_after", put_after)


def behind_n_takes_the_seat_of_somebody_else(patch: pytest.MonkeyPatch) -> None:
    def put_after(self: Queues, ticket: Ticket, count: int) -> None:
        PUT_AFTER(self, ticket, count)
        if ticket.behind:
            self.take(ticket)
            ticket.seat = 99
            self.put(ticket)

    patch.setattr(Queues, "put_after", put_after)


def restart_forgets_who_stands_behind_whom(patch: pytest.MonkeyPatch) -> None:
    _forget(patch, "behind")


# --- holds, transfers, owners, the day ---


def clock_of_a_hold_runs_on(patch: pytest.MonkeyPatch) -> None:
    def called(hall: Hall, event: e.TicketCalled) -> None:
        ticket = hall.tickets[event.ticket_id]
        began_ms = ticket.held_ms if ticket.state == "held" else None
        CALLED(hall, event)
        if began_ms is not None:
            ticket.worked_ms += event.at_ms - began_ms

    patch.setitem(_APPLY, e.TicketCalled, called)


def time_before_a_hold_is_lost(patch: pytest.MonkeyPatch) -> None:
    def held(hall: Hall, event: e.TicketHeld) -> None:
        HELD(hall, event)
        hall.tickets[event.ticket_id].worked_ms = 0

    patch.setitem(_APPLY, e.TicketHeld, held)


def papers_are_forgotten_by_whoever_moves(patch: pytest.MonkeyPatch) -> None:
    def held(hall: Hall, event: e.TicketHeld) -> None:
        ticket = hall.tickets[event.ticket_id]
        for_clerk_id = ticket.for_clerk_id
        HELD(hall, event)
        ticket.for_clerk_id = for_clerk_id

    patch.setitem(_APPLY, e.TicketHeld, held)


def every_clerk_becomes_the_owner(patch: pytest.MonkeyPatch) -> None:
    def began(hall: Hall, ticket: Ticket, window_id: str, now_ms: Millis) -> tuple[Event, ...]:
        owner_id, ticket.owner_id = ticket.owner_id, None
        facts = BEGAN(hall, ticket, window_id, now_ms)
        ticket.owner_id = owner_id
        return facts

    patch.setattr(serving, "_began", began)


def whoever_prepares_is_left_over_when_the_day_closes(patch: pytest.MonkeyPatch) -> None:
    def close_day(hall: Hall, command: c.CloseDay, now_ms: Millis) -> tuple[Event, ...]:
        facts = CLOSE_DAY(hall, command, now_ms)
        return tuple(
            fact
            for fact in facts
            if not (isinstance(fact, e.TicketCancelled) and hall.tickets[fact.ticket_id].state == "preparing")
        )

    patch.setitem(_RULES, c.CloseDay, close_day)


def home_visit_is_finished_by_nobody(patch: pytest.MonkeyPatch) -> None:
    def finish(hall: Hall, command: c.FinishHomeVisit, now_ms: Millis) -> tuple[Event, ...]:
        visit: HomeVisit = visits._home_visit(hall, command.request_id)
        return (e.HomeVisitFinished(visit.request_id, command.outcome, now_ms),)

    patch.setitem(_RULES, c.FinishHomeVisit, finish)


def machines_are_counted_by_the_message(patch: pytest.MonkeyPatch) -> None:
    def counted(hall: Hall, event: e.SelfServiceCounted) -> None:
        MACHINES(hall, replace(event, count=1))

    patch.setitem(_APPLY, e.SelfServiceCounted, counted)


def _forget(patch: pytest.MonkeyPatch, name: str) -> None:
    """A restart leaves one field of every ticket behind."""

    def row(ticket: Ticket) -> list[object]:
        row = TICKET_ROW(ticket)
        row[hall_module._TICKET_STATE.index(name)] = 0
        return row

    patch.setattr(hall_module, "_ticket_row", row)


FINISH, FINISH_STAGE, EXPIRE, CLOSE_DAY = (
    _RULES[each] for each in (c.FinishService, c.FinishStage, c.ExpireCalls, c.CloseDay)
)
ITEM_BEGAN, REINSTATED, CALLED, HELD, MACHINES = (
    _APPLY[each] for each in (e.ItemBegan, e.TicketReinstated, e.TicketCalled, e.TicketHeld, e.SelfServiceCounted)
)
NEXT_ITEM, BEGAN, CONSEQUENCES = serving._next_item, serving._began, outcomes.consequences
LOAD, PUT_AFTER, TICKET_ROW = Visits.load, Queues.put_after, hall_module._ticket_row

MUTANTS = (
    visit_ends_with_its_first_item,
    next_item_counts_for_the_service_of_the_first,
    clock_of_an_item_runs_from_the_first_one_on,
    window_keeps_items_it_does_not_serve,
    restart_forgets_which_item_a_visit_is_at,
    told_what_is_missing_gives_no_right,
    right_to_return_is_never_used_up,
    right_to_return_is_never_over,
    rights_to_return_are_lost_in_a_restart,
    stages_are_forgotten_with_the_day,
    stage_may_be_finished_twice,
    first_due_time_stays_when_its_stage_is_finished,
    result_may_be_collected_again,
    void_ticket_comes_back,
    missed_ticket_comes_back_for_ever,
    call_that_ran_out_follows_no_rule,
    whoever_comes_back_is_not_counted,
    behind_n_is_behind_n_and_one_more,
    behind_n_begins_to_wait_anew,
    behind_n_takes_the_seat_of_somebody_else,
    restart_forgets_who_stands_behind_whom,
    clock_of_a_hold_runs_on,
    time_before_a_hold_is_lost,
    papers_are_forgotten_by_whoever_moves,
    every_clerk_becomes_the_owner,
    whoever_prepares_is_left_over_when_the_day_closes,
    home_visit_is_finished_by_nobody,
    machines_are_counted_by_the_message,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_hall_is_noticed(mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017 - one of our assertions, or a crash of the spoilt hall
        for seed in range(DAYS):
            judge(seed)
