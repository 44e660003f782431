"""Clerks and windows that are wrong on purpose, as some shipped system was or ours might be; every one is noticed."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups
from engine.core.decide import _RULES
from engine.core.fold import days as fold_days
from engine.core.fold import people as fold_people
from engine.core.fold import windows as fold_windows
from engine.core.hall import _APPLY, Hall
from engine.core.ledgers import people as ledger
from engine.core.ledgers.people import Filed, People
from engine.core.plan import HallPlan, WindowPlan
from engine.core.rules import days as rules_of_days
from engine.wire.snapshots import SnapshotUnreadable
from tests.properties.staffing import walk

# Noticed on one of these days or not at all.
WALKS = 30
STEPS = 150


def test_people_as_they_are_go_unnoticed() -> None:
    for seed in range(5):
        walk(seed, STEPS)


def tickets_stay_where_the_clerk_was(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fold_windows, "follow", lambda hall, clerk_ids: None)


def tickets_do_not_go_to_the_deputy(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fold_people, "follow", lambda hall, clerk_ids: None)


def tickets_follow_the_clerk_and_not_the_deputy(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(People, "works_for", lambda self, clerk_id: {clerk_id})


def deputy_who_left_the_plan_goes_on(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(People, "keep_only", lambda self, clerk_ids: None)


def deputies_stand_in_for_one_clerk_only(patch: pytest.MonkeyPatch) -> None:
    def stand_in(self: People, clerk_id: str) -> str:
        substitution = self.substitutions.get(clerk_id)
        return substitution.deputy_id if substitution else clerk_id

    patch.setattr(People, "stand_in", stand_in)


def plan_is_compared_with_the_one_in_effect(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(People, "filed_plan", lambda self, plan: plan)


def same_file_undoes_what_was_said(patch: pytest.MonkeyPatch) -> None:
    def take_up(self: People, before: HallPlan | None, filed: HallPlan) -> HallPlan:
        self.filed = {}
        return filed

    patch.setattr(People, "take_up", take_up)


def what_was_said_stays_for_ever(patch: pytest.MonkeyPatch) -> None:
    def take_up(self: People, before: HallPlan | None, filed: HallPlan) -> HallPlan:
        present = {each.window_id: each for each in before.windows} if before else {}
        windows = [present[each.window_id] if each.window_id in self.filed else each for each in filed.windows]
        return ledger.with_windows(filed, windows)

    patch.setattr(People, "take_up", take_up)


def two_windows_may_get_one_number(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_with_a_number_of_another", lambda kept, filed: [])


def window_may_stay_in_a_zone_that_is_gone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_fits", lambda window, plan: True)


def second_change_forgets_what_was_filed(patch: pytest.MonkeyPatch) -> None:
    def changed(self: People, before: WindowPlan, after: WindowPlan) -> None:
        self.filed[before.window_id] = Filed.of(before)

    patch.setattr(People, "changed", changed)


def reassigned_window_calls_as_before(patch: pytest.MonkeyPatch) -> None:
    def refit(hall: Hall, window_id: str) -> None:
        assert hall.plan is not None
        window = hall.windows[window_id]
        window.plan = next(each for each in hall.plan.windows if each.window_id == window_id)

    patch.setattr(fold_windows, "refit", refit)


def restart_forgets_what_was_filed(patch: pytest.MonkeyPatch) -> None:
    def load(self: People, rows: Any) -> None:
        LOAD(self, {**rows, "filed": []})

    patch.setattr(People, "load", load)


def restart_files_the_plan_in_effect(patch: pytest.MonkeyPatch) -> None:
    def take_up(hall: Hall, plan: HallPlan) -> None:
        TAKE_UP(hall, hall.people.take_up(hall.plan or plan, plan))

    patch.setattr(fold_days, "take_up", take_up)


def nobody_signs_in_by_sitting_down(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(_APPLY, e.ClerkSignedIn, lambda hall, event: None)


def everybody_stays_overnight(patch: pytest.MonkeyPatch) -> None:
    def close_day(hall: Hall, command: Any, now_ms: int) -> tuple[Any, ...]:
        return tuple(each for each in CLOSE_DAY(hall, command, now_ms) if not isinstance(each, e.ClerkSignedOut))

    patch.setitem(_RULES, c.CloseDay, close_day)


def clerk_may_sit_at_two_windows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lookups, "require_clerk_is_free", lambda hall, clerk_id: None)


LOAD, TAKE_UP, CLOSE_DAY = People.load, fold_days.take_up, rules_of_days._close_day

MUTANTS: list[Callable[[pytest.MonkeyPatch], None]] = [
    tickets_stay_where_the_clerk_was,
    tickets_do_not_go_to_the_deputy,
    tickets_follow_the_clerk_and_not_the_deputy,
    deputy_who_left_the_plan_goes_on,
    deputies_stand_in_for_one_clerk_only,
    plan_is_compared_with_the_one_in_effect,
    same_file_undoes_what_was_said,
    what_was_said_stays_for_ever,
    two_windows_may_get_one_number,
    window_may_stay_in_a_zone_that_is_gone,
    second_change_forgets_what_was_filed,
    reassigned_window_calls_as_before,
    restart_forgets_what_was_filed,
    restart_files_the_plan_in_effect,
    nobody_signs_in_by_sitting_down,
    everybody_stays_overnight,
    clerk_may_sit_at_two_windows,
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.__name__))
def test_wrong_people_are_noticed(
    mutant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)

    with pytest.raises((AssertionError, KeyError, SnapshotUnreadable)):
        for seed in range(WALKS):
            walk(seed, STEPS)
