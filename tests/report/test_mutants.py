"""Tallies that are wrong on purpose, as some shipped system is or ours might be; the naive count notices every one."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from engine.core.events import Millis
from engine.report import desks, spread, visit, visits
from engine.report.book import Count, Leaf, Time
from engine.report.desks import Desks
from engine.report.period import Period
from engine.report.tally import Tally
from engine.report.visit import Visit
from engine.report.visits import Visits
from engine.wire.records import Row
from tests.report import naive
from tests.report.random_days import RandomDays

SEEDS = 12
POST_TIME, CALLED = Visit.post_time, Visits._called
WALK_IN, CANCELLED, PAUSED = Visits._walk_in_began, Visits._cancelled, Desks._paused


def looks_right() -> bool:
    """Whether a month of random days agrees with the naive count, for every seed."""
    for seed in range(SEEDS):
        made = RandomDays(seed, stride_s=600).day(120).day(90, is_reopened=True).day(60)
        wanted = Period("month", "202611")
        tally = Tally(wanted)
        for fact in made.facts:
            tally.add(fact)
        total = tally.report()["total"]
        if any(total[key] != value for key, value in naive.figures(made.facts, _is_november).items()):
            return False
    return True


def _is_november(day: str) -> bool:
    return day.startswith("202611")


def test_tally_as_it_is_looks_right() -> None:
    assert looks_right()


def wait_wraps_at_an_hour(patch: pytest.MonkeyPatch) -> None:
    def post_time(self: Visit, leaf: Leaf, time: int, ms: Millis) -> None:
        POST_TIME(self, leaf, time, ms % 3_600_000 if time == Time.WAIT else ms)

    patch.setattr(Visit, "post_time", post_time)


def wait_is_taken_anew_at_every_call(patch: pytest.MonkeyPatch) -> None:
    def called(self: Visits, row: Row) -> None:
        found = self.find(row[1])
        if found is not None:
            found.is_called = False
        CALLED(self, row)

    patch.setattr(Visits, "_called", called)


def wait_begins_again_at_a_recall(patch: pytest.MonkeyPatch) -> None:
    def recalled(self: Visits, row: Row) -> None:
        found = self._work(row[1], row[2], row[5], Count.RECALLED)
        if found is not None:
            found.post_time(self._book.leaf(found.drawn_key(row[2], None)), Time.WAIT, row[5] - found.issued_ms)

    patch.setattr(Visits, "_recalled", recalled)


def number_that_was_never_printed_counts_as_issued(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "_not_printed", lambda self, row: None)


def number_printed_at_last_stays_uncounted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "_printed", lambda self, row: None)


def reinstated_visitor_stays_a_no_show(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visit, "take_back", lambda self, what: None)


def handling_goes_on_while_held(patch: pytest.MonkeyPatch) -> None:
    def interrupt(self: Visits, found: Visit, at_ms: Millis) -> None:
        if found.has_begun and not found.handled_ms:
            found.handled_ms += max(0, at_ms - found.since_ms)

    patch.setattr(Visits, "_interrupt", interrupt)


def pause_is_idle_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(desks, "_TIMED", {desks.CALLING: Count.CALLING_MS, desks.SERVING: Count.SERVING_MS})


def gap_runs_through_lunch(patch: pytest.MonkeyPatch) -> None:
    def paused(self: Desks, row: Row) -> None:
        before = self._desks[row[1]].finished_ms
        PAUSED(self, row)
        self._desks[row[1]].finished_ms = before

    patch.setattr(Desks, "_paused", paused)


def broken_off_by_the_close_counts_as_served(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(visits, "DAY_CLOSED", "never")


def turned_away_at_a_window_is_served(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(visits, "TURNED_AWAY", "never")


def walk_in_is_a_number_issued(patch: pytest.MonkeyPatch) -> None:
    def began(self: Visits, row: Row) -> None:
        WALK_IN(self, row)
        found = self.find(row[1])
        assert found is not None
        self._post(found, found.drawn_key(None, None), Count.ISSUED)

    patch.setattr(Visits, "_walk_in_began", began)


def next_item_is_a_transfer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(visits, "_STEP", 99)


def coming_back_by_right_is_a_transfer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "_is_return", lambda *_: False)


def hold_never_resumed_is_well(patch: pytest.MonkeyPatch) -> None:
    def cancelled(self: Visits, row: Row) -> None:
        found = self.find(row[1])
        if found is not None and found.state == visit.HELD:
            found.state = visit.WAITING
        CANCELLED(self, row)

    patch.setattr(Visits, "_cancelled", cancelled)


def day_opened_again_forgets_its_morning(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Visits, "open_day", lambda self, is_new: self._today.clear())


def evening_is_lost(patch: pytest.MonkeyPatch) -> None:
    def closed(self: Tally, row: Row) -> None:
        self.is_day_open = self._is_counting = False
        self._handler = self._always.get

    patch.setattr(Tally, "_day_closed", closed)


def month_takes_in_the_next(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Period, "holds", lambda self, day: day[:4] == self.digits[:4])


def quantile_is_one_too_short(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(spread, "math", SimpleNamespace(ceil=int))


def second_wait_counts_from_the_draw(patch: pytest.MonkeyPatch) -> None:
    def post_time(self: Visit, leaf: Leaf, time: int, ms: Millis) -> None:
        POST_TIME(self, leaf, time, ms + 60_000 if time == Time.SECOND_WAIT else ms)

    patch.setattr(Visit, "post_time", post_time)


MUTANTS = (
    wait_wraps_at_an_hour,
    wait_is_taken_anew_at_every_call,
    wait_begins_again_at_a_recall,
    number_that_was_never_printed_counts_as_issued,
    number_printed_at_last_stays_uncounted,
    reinstated_visitor_stays_a_no_show,
    handling_goes_on_while_held,
    pause_is_idle_time,
    gap_runs_through_lunch,
    broken_off_by_the_close_counts_as_served,
    turned_away_at_a_window_is_served,
    walk_in_is_a_number_issued,
    next_item_is_a_transfer,
    coming_back_by_right_is_a_transfer,
    hold_never_resumed_is_well,
    day_opened_again_forgets_its_morning,
    evening_is_lost,
    month_takes_in_the_next,
    quantile_is_one_too_short,
    second_wait_counts_from_the_draw,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_wrong_tally_is_noticed(mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)

    try:
        is_right = looks_right()
    except (AssertionError, KeyError, ValueError, IndexError):
        is_right = False

    assert not is_right
