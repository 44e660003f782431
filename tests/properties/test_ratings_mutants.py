"""Ratings that are wrong on purpose, as some shipped system's are; the properties notice every one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.decide import _RULES
from engine.core.events import Event, Millis
from engine.core.fold import tickets as fold_tickets
from engine.core.fold.ratings import item_finished
from engine.core.hall import _APPLY, Hall
from engine.core.ledgers import call_backs
from engine.core.ledgers.call_backs import CallBacks
from engine.core.ledgers.ratings import FinishedItem, Parts, Ratings
from tests.properties.rating_days import walk

SEEDS = 30
STEPS = 250


def an_item_is_rated_as_often_as_one_likes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ratings, "rate", lambda self, key, stars: None)


def a_visit_is_rated_once_whatever_its_items(patch: pytest.MonkeyPatch) -> None:
    def item(self: Ratings, ticket_id: str, step: int, rating_days: int) -> FinishedItem | None:
        return ITEM(self, ticket_id, 0, rating_days) if step == 0 else None

    patch.setattr(Ratings, "item", item)


def a_visit_is_rated_while_it_is_under_way(patch: pytest.MonkeyPatch) -> None:
    def rate(hall: Hall, command: c.RateTicket, now_ms: Millis) -> tuple[Event, ...]:
        if command.ticket_id not in hall.tickets or hall.tickets[command.ticket_id].window_id is None:
            return RATE(hall, command, now_ms)
        parts = (None, None, None)
        return (e.TicketRated(command.ticket_id, command.step, 5, *parts, "phone", "w01", None, now_ms),)

    patch.setitem(_RULES, c.RateTicket, rate)


def one_day_less(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ratings, "rateable_days", lambda self, days: DAYS(self, days - 1))


def one_day_more(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ratings, "rateable_days", lambda self, days: DAYS(self, days + 1))
    patch.setattr(Ratings, "_keep", lambda self, days: None)


def days_without_visits_do_not_count(patch: pytest.MonkeyPatch) -> None:
    def day_opened(self: Ratings, event: e.DayOpened) -> None:
        self._last_at = {}

    def finish(self: Ratings, parts: Parts, rating_days: int) -> None:
        day = parts[0].partition("-")[0]
        if day not in self._days:
            self._begin(day)
        FINISH(self, parts, rating_days)

    patch.setattr(Ratings, "day_opened", day_opened)
    patch.setattr(Ratings, "finish", finish)


def days_are_forgotten_too_early(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Ratings, "_keep", lambda self, days: KEEP(self, min(days, 1)))


def the_clerk_of_now_is_rated(patch: pytest.MonkeyPatch) -> None:
    def rate(hall: Hall, command: c.RateTicket, now_ms: Millis) -> tuple[Event, ...]:
        rated, *follows = RATE(hall, command, now_ms)
        assert isinstance(rated, e.TicketRated)
        return (replace(rated, clerk_id=hall.windows[rated.window_id or ""].clerk_id), *follows)

    patch.setitem(_RULES, c.RateTicket, rate)


def only_the_last_item_of_a_visit_is_remembered(patch: pytest.MonkeyPatch) -> None:
    def forgotten(hall: Hall, event: e.ItemFinished) -> None:
        hall.tickets[event.ticket_id].step = event.step

    patch.setitem(_APPLY, e.ItemFinished, forgotten)


def walk_ins_are_not_asked(patch: pytest.MonkeyPatch) -> None:
    def finished(hall: Hall, ticket: Any, *rest: Any) -> None:
        if ticket.number:
            FINISHED(hall, ticket, *rest)

    patch.setattr(fold_tickets, "item_finished", finished)


def every_rating_is_looked_into(patch: pytest.MonkeyPatch) -> None:
    def rate(hall: Hall, command: c.RateTicket, now_ms: Millis) -> tuple[Event, ...]:
        rated = RATE(hall, command, now_ms)[0]
        return (rated, e.FollowUpOpened(command.ticket_id, command.step, now_ms + 1, now_ms))

    patch.setitem(_RULES, c.RateTicket, rate)


def only_the_worst_is_looked_into(patch: pytest.MonkeyPatch) -> None:
    def rate(hall: Hall, command: c.RateTicket, now_ms: Millis) -> tuple[Event, ...]:
        facts = RATE(hall, command, now_ms)
        return facts if command.stars == 1 else facts[:1]

    patch.setitem(_RULES, c.RateTicket, rate)


def closed_without_a_call_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CallBacks, "are_enough", True)


def two_attempts_are_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(call_backs, "ATTEMPTS_MAX", 2)


def the_evaluator_means_yesterday(patch: pytest.MonkeyPatch) -> None:
    def day_opened(self: Ratings, event: e.DayOpened) -> None:
        before = self._last_at
        DAY_OPENED(self, event)
        self._last_at = before

    patch.setattr(Ratings, "day_opened", day_opened)


def restart_forgets_who_has_rated(patch: pytest.MonkeyPatch) -> None:
    def load(self: Ratings, rows: Any) -> None:
        LOAD(self, rows)
        for items in self._days.values():
            items.update((key, item._replace(stars=0)) for key, item in items.items())

    patch.setattr(Ratings, "load", load)


def restart_forgets_what_was_finished(patch: pytest.MonkeyPatch) -> None:
    def load(self: Ratings, rows: Any) -> None:
        LOAD(self, rows)
        self._days = {day: {} for day in self._days}

    patch.setattr(Ratings, "load", load)


def figures_count_an_item_twice_once_it_is_rated(patch: pytest.MonkeyPatch) -> None:
    def rate(self: Ratings, key: tuple[str, int], stars: int) -> None:
        self._put(key[0].partition("-")[0], self._item(key)._replace(stars=stars))

    patch.setattr(Ratings, "rate", rate)


def restart_forgets_attempts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CallBacks, "to_row", lambda self: [0, False, None])


RATE: Callable[[Hall, c.RateTicket, Millis], tuple[Event, ...]] = _RULES[c.RateTicket]
ITEM, DAYS, FINISH, KEEP = Ratings.item, Ratings.rateable_days, Ratings.finish, Ratings._keep
DAY_OPENED, LOAD, FINISHED = Ratings.day_opened, Ratings.load, item_finished

MUTANTS = (
    an_item_is_rated_as_often_as_one_likes,
    a_visit_is_rated_once_whatever_its_items,
    a_visit_is_rated_while_it_is_under_way,
    one_day_less,
    one_day_more,
    days_without_visits_do_not_count,
    days_are_forgotten_too_early,
    the_clerk_of_now_is_rated,
    only_the_last_item_of_a_visit_is_remembered,
    walk_ins_are_not_asked,
    every_rating_is_looked_into,
    only_the_worst_is_looked_into,
    closed_without_a_call_back,
    two_attempts_are_enough,
    the_evaluator_means_yesterday,
    restart_forgets_who_has_rated,
    restart_forgets_what_was_finished,
    figures_count_an_item_twice_once_it_is_rated,
    restart_forgets_attempts,
)


def test_ratings_as_they_are_go_unnoticed() -> None:
    for seed in range(SEEDS):
        walk(seed, STEPS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_ratings_are_noticed(
    mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017 - one of our assertions, or a crash of the spoilt hall
        for seed in range(SEEDS):
            walk(seed, STEPS)
