"""`jiaohao why` after the fact: the reason as the journal has it, on the last day and on earlier ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.core import commands as c
from engine.core.events import Event
from engine.core.hall import Hall
from engine.journal.store import Store
from engine.ports import Entry, Snapshot
from engine.wire.snapshots import pack_hall
from tests.builders import HOUR, MINUTE, NINE, PLAN, PRIORITY, Driver
from tests.hall_process import run

Story = list[tuple[Event, ...]]


def two_days() -> tuple[Story, dict[int, Hall]]:
    """A day on which A001 is called twice and A002 leaves, and a second one on which A002 still waits."""
    driver = Driver(now_ms=NINE)
    story: Story = []
    halls: dict[int, Hall] = {}

    def do(*commands: c.Command) -> None:
        for command in commands:
            story.append(driver.do(command))
            driver.now_ms += MINUTE

    do(c.ConfigureHall(PLAN), c.OpenDay(), c.OpenWindow("w02"))
    do(c.IssueTicket("social"), c.IssueTicket("social"), c.IssueTicket("social", PRIORITY))
    do(c.CallTicket("w02", "20261123-a001", "feels faint"), c.HoldTicket("w02", "step"))
    do(c.CallNext("w02"), c.BeginService("w02"), c.FinishService("w02"))
    do(c.ResumeTicket("20261123-a001"), c.CallNext("w02"), c.BeginService("w02"), c.FinishService("w02"))
    do(c.CancelTicket("20261123-a002", "visitor"), c.CloseWindow("w02"), c.EndIssuing())
    driver.now_ms = max(driver.now_ms, driver.hall.closes_ms)
    do(c.CloseDay())
    halls[driver.hall.position] = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())
    driver.now_ms += 24 * HOUR
    do(c.OpenDay(), c.OpenWindow("w02"), c.IssueTicket("social"), c.IssueTicket("social"), c.CallNext("w02"))
    return story, halls


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The two days as a stopped hall left them, with a snapshot between them."""
    story, halls = two_days()
    store, position = Store(tmp_path), 1
    for events in story:
        store.append([Entry(position, events[-1].at_ms, "test", events)])
        position += len(events)
        if position - 1 in halls:
            store.save_snapshot(Snapshot(position - 1, pack_hall(halls[position - 1])))
    store.close()
    return tmp_path


def test_ticket_of_an_earlier_day_tells_every_call_by_its_stored_reason(data: Path) -> None:
    said = _json(data, "A001", "--day", "2026-11-23")

    assert [(call["rule"], call["words"]) for call in said["calls"]] == [("chosen", "feels faint"), ("points", None)]
    assert said["called"] == said["calls"][-1]
    assert (said["day"], said["state"], said["called"]["runner_up"]) == ("20261123", "finished", None)


def test_ticket_that_left_says_how(data: Path) -> None:
    told = run("why", str(data), "a002", "--day", "20261123")

    assert told.returncode == 0
    assert "A002 已由本人放弃，不再叫号。 A002 was given up by its holder and will not be called." in told.stderr


def test_last_day_is_meant_when_none_is_named_and_who_waits_is_told_who_goes_first(data: Path) -> None:
    said = _json(data, "A002")

    assert (said["state"], said["calls"]) == ("waiting", [])
    assert said["windows"][0]["sentence"]["en"] == "Window 2 is calling A001 and calls A002 next."


def test_answer_is_the_same_without_a_snapshot(data: Path) -> None:
    before = _json(data, "A001")
    store = Store(data)
    store.connection.execute("DELETE FROM snapshots")
    store.close()

    assert _json(data, "A001") == before


def test_number_and_day_that_are_not_there_are_refused_in_both_languages(data: Path) -> None:
    number = run("why", str(data), "A009", "--json")
    day = run("why", str(data), "A001", "--day", "2025-01-01")
    nonsense = run("why", str(data), "A001", "--day", "tomorrow")

    assert (number.returncode, json.loads(number.stdout)["code"]) == (1, "number-unknown")
    assert "There was no number A009 on 2026-" in number.stderr
    assert (day.returncode, nonsense.returncode) == (1, 2)
    assert "2026-11-23" in day.stderr


def test_without_a_journal_the_exit_is_that_of_bad_input(tmp_path: Path) -> None:
    told = run("why", str(tmp_path), "A001")

    assert told.returncode == 2
    assert "Traceback" not in told.stderr


def test_running_hall_is_named_as_the_one_to_ask(data: Path) -> None:
    running = Store(data)
    try:
        told = run("why", str(data), "a001")
    finally:
        running.close()

    assert told.returncode == 2
    assert "GET /api/v1/tickets/number/A001/why" in told.stderr


def _json(data: Path, *arguments: str) -> dict[str, Any]:
    told = run("why", str(data), *arguments, "--json")
    assert told.returncode == 0, told.stderr
    return dict(json.loads(told.stdout))
