"""`verify` as a stranger: a story that breaks a rule is found out even when every hash is right."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgpack
import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Event
from engine.core.hall import Hall
from engine.core.plan import HallPlan, PolicyRule
from engine.journal.store import Store
from engine.ports import Entry, Snapshot
from engine.verify import Report, verify
from engine.wire.snapshots import pack_hall
from tests.builders import NINE, ORDINARY, PLAN, PRIORITY, Driver, calling_by

Story = list[tuple[Event, ...]]

TURNS = calling_by(PolicyRule("ratio", (PRIORITY, ORDINARY), takes=(1, 2)), PolicyRule("points"))


def a_story(plan: HallPlan = PLAN) -> Story:
    """A short day: eight visitors, two windows, one of everything."""
    driver = Driver(now_ms=NINE)
    story: Story = []

    def do(command: c.Command) -> None:
        story.append(driver.do(command))
        driver.now_ms += 5_000

    do(c.ConfigureHall(plan))
    do(c.OpenDay())
    do(c.OpenWindow("w01"))
    do(c.OpenWindow("w02"))
    for service in ("social", "tax", "social", "young", "social", "tax"):
        do(c.IssueTicket(service))
    do(c.IssueTicket("social", PRIORITY))
    do(c.CallNext("w01"))
    do(c.BeginService("w01"))
    do(c.CallNext("w02"))
    do(c.RecordNoShow("w02"))
    do(c.FinishService("w01"))
    do(c.CallNext("w01"))
    return story


def written(story: Story, data: Path, *, keys: Callable[[int], str | None] = lambda index: None) -> Path:
    """The story as a journal whose every hash is right."""
    store = Store(data)
    position = 1
    for index, events in enumerate(story):
        store.append([Entry(position, events[-1].at_ms, "test", events, keys(index))])
        position += len(events)
    store.close()
    return data


def verdict(story: Story, data: Path) -> Report:
    return verify(written(story, data))


def rules(report: Report) -> set[str]:
    return {violation.rule for violation in report.violations}


def swapped(story: Story, kind: type[Event], change: Callable[[Event], Event]) -> Story:
    """The story with its last fact of a kind told differently."""
    index = max(index for index, events in enumerate(story) if isinstance(events[0], kind))
    return [*story[:index], (change(story[index][0]), *story[index][1:]), *story[index + 1 :]]


def test_a_true_story_holds(tmp_path: Path) -> None:
    report = verdict(a_story(), tmp_path)

    assert report.holds, report.violations
    assert report.tickets == 7
    assert report.days == 1


def test_a_number_given_twice_breaks_s1(tmp_path: Path) -> None:
    story = a_story()
    issued = next(events for events in story if isinstance(events[0], e.TicketIssued))

    assert "S1" in rules(verdict([*story[:10], issued, *story[10:]], tmp_path))


def test_a_number_left_out_breaks_s2(tmp_path: Path) -> None:
    story = a_story()
    index = next(index for index, events in enumerate(story) if isinstance(events[0], e.TicketIssued))

    assert "S2" in rules(verdict([*story[:index], *story[index + 1 :]], tmp_path))


def test_a_call_out_of_turn_breaks_s3(tmp_path: Path) -> None:
    def somebody_else(event: Event) -> Event:
        assert isinstance(event, e.TicketCalled)
        return replace(event, ticket_id=f"{event.ticket_id[:9]}a003")

    assert "S3" in rules(verdict(swapped(a_story(), e.TicketCalled, somebody_else), tmp_path))


def test_a_wrong_reason_breaks_s3(tmp_path: Path) -> None:
    def prettier(event: Event) -> Event:
        assert isinstance(event, e.TicketCalled)
        return replace(event, reason=replace(event.reason, urgency=event.reason.urgency + 1))

    assert "S3" in rules(verdict(swapped(a_story(), e.TicketCalled, prettier), tmp_path))


def test_a_true_story_of_lanes_that_take_turns_holds(tmp_path: Path) -> None:
    report = verdict(a_story(TURNS), tmp_path)

    assert report.holds, report.violations
    assert report.longest_priority_run == 1


@pytest.mark.parametrize("wrong", [{"rule": "points"}, {"turn": 1}, {"tier": 1}, {"runner_up": None}, {"waited_ms": 1}])
def test_a_reason_the_policy_does_not_give_breaks_s3(wrong: dict[str, Any], tmp_path: Path) -> None:
    def otherwise(event: Event) -> Event:
        assert isinstance(event, e.TicketCalled)
        return replace(event, reason=replace(event.reason, **wrong))

    assert "S3" in rules(verdict(swapped(a_story(TURNS), e.TicketCalled, otherwise), tmp_path))


def test_a_call_under_a_policy_the_hall_did_not_have_breaks_s3(tmp_path: Path) -> None:
    by_wait = calling_by(PolicyRule("longest"))
    story = a_story()

    assert "S3" in rules(verdict([(e.HallConfigured(by_wait, NINE),), *story[1:]], tmp_path))


def test_a_call_by_a_busy_window_breaks_s4(tmp_path: Path) -> None:
    story = a_story()
    finished = next(index for index, events in enumerate(story) if isinstance(events[0], e.ServiceFinished))

    assert "S4" in rules(verdict([*story[:finished], *story[finished + 1 :]], tmp_path))


def test_a_day_closed_over_somebodys_head_breaks_s5(tmp_path: Path) -> None:
    story = a_story()
    end_ms = story[-1][-1].at_ms

    assert "S5" in rules(verdict([*story, (e.DayClosed(end_ms),)], tmp_path))


def test_a_step_that_may_not_follow_breaks_s6(tmp_path: Path) -> None:
    story = a_story()
    end_ms = story[-1][-1].at_ms
    waiting = next(events[0] for events in story if isinstance(events[0], e.TicketIssued) and events[0].order == 5)
    assert isinstance(waiting, e.TicketIssued)

    assert "S6" in rules(verdict([*story, (e.TicketMissed(waiting.ticket_id, "w02", False, end_ms),)], tmp_path))


def test_a_snapshot_that_is_not_the_fold_breaks_s11(tmp_path: Path) -> None:
    story = a_story()
    written(story, tmp_path)
    wrong = Hall()
    for events in story:
        for event in events:
            wrong.apply(event)
    wrong.alive += 1
    store = Store(tmp_path)
    store.save_snapshot(Snapshot(wrong.position, pack_hall(wrong)))
    store.close()

    assert "S11" in rules(verify(tmp_path))


def test_a_snapshot_of_an_earlier_version_breaks_nothing(tmp_path: Path) -> None:
    story = a_story()
    written(story, tmp_path)
    store = Store(tmp_path)
    store.save_snapshot(Snapshot(len(story), msgpack.packb([1, None, ["as it was told then"]])))
    store.close()

    assert verify(tmp_path).holds


def test_time_that_runs_backwards_breaks_s15(tmp_path: Path) -> None:
    story = a_story()
    opened = next(index for index, events in enumerate(story) if isinstance(events[0], e.WindowOpened))
    late = replace(story[opened][0], at_ms=NINE + 86_400_000)

    assert "S15" in rules(verdict([*story[:opened], (late,), *story[opened + 1 :]], tmp_path))


@pytest.mark.parametrize("facts", [1, 5, 12])
def test_a_story_cut_short_still_holds(facts: int, tmp_path: Path) -> None:
    assert verdict(a_story()[:facts], tmp_path).holds
