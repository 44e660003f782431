"""Watches that are wrong on purpose; the random days notice every one."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import watch, watched_queues
from engine.core.decide import _RULES
from engine.core.events import Millis
from engine.core.fold import days
from engine.core.hall import _APPLY, Hall
from engine.core.ledgers.ledger import AT_ONCE, FOREVER
from engine.core.ledgers.warnings import Warnings
from engine.core.model import PAUSED, Window
from engine.core.plan import Limit
from engine.core.queues import Queues
from engine.core.watched_queues import WatchedQueues
from tests.properties.watched_days import watched_day

DAYS: Final = 60
STEPS: Final = 80


def warns_at_the_limit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(watch, "_grows_over", lambda limit, since_ms: GROWS_OVER(limit, since_ms) - 1)


def warns_a_millisecond_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(watch, "_grows_over", lambda limit, since_ms: GROWS_OVER(limit, since_ms) + 1)


def counts_up_to_the_limit_are_too_many(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(watch, "_is_over", lambda limit, count: AT_ONCE if count >= limit.raise_at else FOREVER)


def clears_where_it_raises(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(watch, "_clear_at", lambda limit: limit.raise_at)


def clears_only_below_the_clearing_limit(patch: pytest.MonkeyPatch) -> None:
    def grew_well(hall: Hall, limit: Limit, since_ms: Millis) -> Millis:
        return AT_ONCE if hall.at_ms - since_ms < limit.clear_at else FOREVER

    patch.setattr(watch, "_grew_well", grew_well)


def clears_by_the_clock_of_whoever_asks(patch: pytest.MonkeyPatch) -> None:
    def grew_well(hall: Hall, limit: Limit, since_ms: Millis) -> Millis:
        return max(0, since_ms) + limit.clear_at if since_ms != FOREVER else AT_ONCE

    patch.setattr(watch, "_grew_well", grew_well)


def never_clears_when_everybody_has_left(patch: pytest.MonkeyPatch) -> None:
    def grew_well(hall: Hall, limit: Limit, since_ms: Millis) -> Millis:
        return FOREVER if since_ms == FOREVER else GREW_WELL(hall, limit, since_ms)

    patch.setattr(watch, "_grew_well", grew_well)


def forgets_those_sent_to_a_window(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WatchedQueues, "oldest", WatchedQueues.oldest_free)


def does_not_see_who_leaves(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WatchedQueues, "take", Queues.take)


def does_not_see_who_comes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WatchedQueues, "put", Queues.put)


def idle_counts_though_nobody_was_there(patch: pytest.MonkeyPatch) -> None:
    def idle_since(window: Window, queues: WatchedQueues) -> Millis:
        since_ms = IDLE_SINCE(window, queues)
        return FOREVER if since_ms == FOREVER else window.since_ms

    patch.setattr(watch, "_idle_since", idle_since)


def a_paused_window_is_idle(patch: pytest.MonkeyPatch) -> None:
    def idle_since(window: Window, queues: WatchedQueues) -> Millis:
        if window.state == PAUSED:
            return max(window.since_ms, queues.oldest_at(window))
        return IDLE_SINCE(window, queues)

    def idle_gap(self: watch.Watch, hall: Hall) -> Millis:
        idle = hall.idle
        paused = [window_id for window_id, window in hall.windows.items() if window.state == PAUSED]
        hall.idle = {**dict.fromkeys(paused), **idle}
        try:
            return IDLE_GAP(self, hall)
        finally:
            hall.idle = idle

    patch.setattr(watch, "_idle_since", idle_since)
    patch.setattr(watch.Watch, "_idle_gap", idle_gap)


def tide_has_one_mark(patch: pytest.MonkeyPatch) -> None:
    def is_low(window: Window, queues: Queues) -> bool:
        assert window.plan.tide is not None
        return watched_queues.tide_at(window, queues) <= window.plan.tide.open_over

    patch.setattr(watch, "is_low", is_low)
    patch.setattr(watched_queues, "is_low", is_low)


def tide_undoes_a_clerks_pause(patch: pytest.MonkeyPatch) -> None:
    def turns(hall: Hall, window: Window) -> Millis:
        tide = window.plan.tide
        assert tide is not None
        if window.state == PAUSED and watched_queues.tide_at(window, hall.queues) > tide.open_over:
            return AT_ONCE
        return TURNS(hall, window)

    patch.setattr(watch, "_turns", turns)


def tide_undoes_what_was_done_by_hand(patch: pytest.MonkeyPatch) -> None:
    def turns(hall: Hall, window: Window) -> Millis:
        hall.warnings.by_hand.clear()
        return TURNS(hall, window)

    patch.setattr(watch, "_turns", turns)


def by_hand_outlasts_the_rise_of_the_tide(patch: pytest.MonkeyPatch) -> None:
    def put(queues: WatchedQueues, ticket: Any) -> None:
        by_hand = queues._warnings.by_hand
        kept = set(by_hand)
        PUT(queues, ticket)
        by_hand |= kept

    patch.setattr(WatchedQueues, "put", put)


def keeping_watch_says_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(_RULES, c.KeepWatch, lambda hall, command, now_ms: ())


def a_restart_forgets_what_stands(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Warnings, "to_rows", lambda self: [[], sorted(self.by_hand)])


def a_restart_forgets_what_was_done_by_hand(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Warnings, "to_rows", lambda self: [TO_ROWS(self)[0], []])


def sleeps_on_when_somebody_comes_back(patch: pytest.MonkeyPatch) -> None:
    def put(queues: WatchedQueues, ticket: Any) -> None:
        queues.patience_ms = FOREVER
        PUT(queues, ticket)

    patch.setattr(WatchedQueues, "put", put)


def sleeps_on_when_too_many_wait(patch: pytest.MonkeyPatch) -> None:
    def put(queues: WatchedQueues, ticket: Any) -> None:
        queues._too_many = 0
        PUT(queues, ticket)

    patch.setattr(WatchedQueues, "put", put)


def sleeps_on_when_few_wait_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(watch.Watch, "_standing", lambda self: {})


def sleeps_on_when_the_tide_rises(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WatchedQueues, "_risen", lambda self, water: None)


def sleeps_on_when_the_tide_falls(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WatchedQueues, "_fallen", lambda self, water: None)


def sleeps_on_when_a_window_turns(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Warnings, "look_from", lambda self, at_ms: None)


def sleeps_on_when_a_window_closes(patch: pytest.MonkeyPatch) -> None:
    def closed(hall: Hall, event: Any) -> None:
        not_before_ms = hall.warnings.not_before_ms
        CLOSED(hall, event)
        hall.warnings.not_before_ms = not_before_ms

    patch.setitem(_APPLY, e.WindowClosed, closed)


def sleeps_on_when_an_idle_clerk_is_called_to(patch: pytest.MonkeyPatch) -> None:
    def not_before(self: watch.Watch, hall: Hall) -> Millis:
        return NOT_BEFORE(self, hall) or self._next_ms

    patch.setattr(watch.Watch, "_not_before", not_before)


def sleeps_on_when_a_window_becomes_free(patch: pytest.MonkeyPatch) -> None:
    def not_before(self: watch.Watch, hall: Hall) -> Millis:
        return NOT_BEFORE(self, hall) and self._next_ms

    patch.setattr(watch.Watch, "_not_before", not_before)


def sleeps_on_when_the_plan_changes(patch: pytest.MonkeyPatch) -> None:
    def begin(hall: Hall) -> None:
        not_before_ms = hall.warnings.not_before_ms
        BEGIN(hall)
        hall.warnings.not_before_ms = not_before_ms

    patch.setattr(days, "begin", begin)


GROWS_OVER, GREW_WELL, IDLE_SINCE, TURNS = watch._grows_over, watch._grew_well, watch._idle_since, watch._turns
IDLE_GAP, NOT_BEFORE, BEGIN = watch.Watch._idle_gap, watch.Watch._not_before, watch.begin
PUT, TO_ROWS, CLOSED = WatchedQueues.put, Warnings.to_rows, _APPLY[e.WindowClosed]

MUTANTS = (
    warns_at_the_limit,
    warns_a_millisecond_late,
    counts_up_to_the_limit_are_too_many,
    clears_where_it_raises,
    clears_only_below_the_clearing_limit,
    clears_by_the_clock_of_whoever_asks,
    never_clears_when_everybody_has_left,
    forgets_those_sent_to_a_window,
    does_not_see_who_leaves,
    does_not_see_who_comes,
    idle_counts_though_nobody_was_there,
    a_paused_window_is_idle,
    tide_has_one_mark,
    tide_undoes_a_clerks_pause,
    tide_undoes_what_was_done_by_hand,
    by_hand_outlasts_the_rise_of_the_tide,
    keeping_watch_says_nothing,
    a_restart_forgets_what_stands,
    a_restart_forgets_what_was_done_by_hand,
    sleeps_on_when_somebody_comes_back,
    sleeps_on_when_too_many_wait,
    sleeps_on_when_few_wait_again,
    sleeps_on_when_the_tide_rises,
    sleeps_on_when_the_tide_falls,
    sleeps_on_when_a_window_turns,
    sleeps_on_when_a_window_closes,
    sleeps_on_when_an_idle_clerk_is_called_to,
    sleeps_on_when_a_window_becomes_free,
    sleeps_on_when_the_plan_changes,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_watch_is_noticed(mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)

    with pytest.raises(Exception):  # noqa: B017 - one of our assertions, or a crash of the spoilt hall
        for seed in range(DAYS):
            watched_day(seed, STEPS)
