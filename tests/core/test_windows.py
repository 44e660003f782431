"""Windows: open, close, pause, resume, and who sits there."""

import pytest

from engine.core import commands as c
from engine.core.commands import Command
from tests.builders import Driver


def test_window_opens_with_its_clerk_and_closes_without() -> None:
    driver = _closed()

    driver.do(c.OpenWindow("w01", "c01"))
    open_as = (driver.window("w01").state, driver.window("w01").clerk_id)
    driver.do(c.CloseWindow("w01"))

    assert open_as == ("idle", "c01")
    assert (driver.window("w01").state, driver.window("w01").clerk_id) == ("closed", None)


def test_clerk_sits_at_one_window_at_a_time() -> None:
    driver = _closed()
    driver.do(c.OpenWindow("w01", "c01"))

    refusal = driver.refusal(c.OpenWindow("w02", "c01"))

    assert refusal.code == "clerk-elsewhere"
    assert refusal.sentence("en") == "This clerk is at window 1."


def test_clerk_may_move_after_closing() -> None:
    driver = _closed()
    driver.do(c.OpenWindow("w01", "c01"))
    driver.do(c.CloseWindow("w01"))

    driver.do(c.OpenWindow("w02", "c01"))

    assert driver.window("w02").clerk_id == "c01"


def test_unknown_clerk_is_refused() -> None:
    assert _closed().refusal(c.OpenWindow("w01", "c99")).code == "clerk-unknown"


def test_pause_keeps_its_reason_until_resumed() -> None:
    driver = Driver.opened()

    driver.do(c.PauseWindow("w01", "lunch"))
    paused = (driver.window("w01").state, driver.window("w01").pause_reason)
    driver.do(c.ResumeWindow("w01"))

    assert paused == ("paused", "lunch")
    assert (driver.window("w01").state, driver.window("w01").pause_reason) == ("idle", None)


def test_nobody_leaves_the_queue_when_every_window_pauses_for_lunch() -> None:
    driver = Driver.opened()
    driver.issue()
    for window_id in driver.hall.windows:
        driver.do(c.PauseWindow(window_id, "lunch"))
    driver.wait(minutes=90)

    driver.do(c.ResumeWindow("w01"))

    assert driver.in_line("w01") == ["A001"]


def test_paused_window_may_close() -> None:
    driver = Driver.opened()
    driver.do(c.PauseWindow("w01"))

    driver.do(c.CloseWindow("w01"))

    assert driver.window("w01").state == "closed"


@pytest.mark.parametrize(
    "command",
    [c.CallNext("w01"), c.PauseWindow("w01"), c.CloseWindow("w01"), c.WalkDirect("w01")],
)
@pytest.mark.parametrize("begun", [False, True])
def test_window_with_a_visitor_does_one_thing_at_a_time(command: Command, begun: bool) -> None:
    driver = Driver.opened()
    driver.issue()
    driver.call()
    if begun:
        driver.do(c.BeginService("w01"))

    refusal = driver.refusal(command)

    assert refusal.code == "window-busy"
    assert "A001" in refusal.sentence("zh")


@pytest.mark.parametrize("command", [c.CallNext("w01"), c.PauseWindow("w01"), c.WalkDirect("w01")])
def test_paused_window_must_resume_first(command: Command) -> None:
    driver = Driver.opened()
    driver.issue()
    driver.do(c.PauseWindow("w01"))

    assert driver.refusal(command).code == "window-paused"


@pytest.mark.parametrize(
    "command",
    [
        c.CallNext("w01"),
        c.RecallTicket("w01"),
        c.BeginService("w01"),
        c.FinishService("w01"),
        c.RecordNoShow("w01"),
        c.HoldTicket("w01"),
        c.WalkDirect("w01"),
        c.CloseWindow("w01"),
        c.PauseWindow("w01"),
        c.ResumeWindow("w01"),
    ],
)
def test_closed_window_does_nothing_but_open(command: Command) -> None:
    assert _closed().refusal(command).code == "window-closed"


@pytest.mark.parametrize(
    "command", [c.RecallTicket("w01"), c.BeginService("w01"), c.FinishService("w01"), c.RecordNoShow("w01")]
)
def test_idle_window_has_no_ticket_to_act_on(command: Command) -> None:
    assert Driver.opened().refusal(command).code == "no-ticket-at-window"


def test_open_window_neither_opens_nor_resumes() -> None:
    driver = Driver.opened()

    assert driver.refusal(c.OpenWindow("w01")).code == "window-already-open"
    assert driver.refusal(c.ResumeWindow("w01")).code == "window-not-paused"


def test_unknown_window_is_refused() -> None:
    assert Driver.opened().refusal(c.CallNext("w99")).code == "window-unknown"


def test_window_opens_only_during_the_day() -> None:
    driver = Driver.opened()
    driver.do(c.CloseDay())

    assert driver.refusal(c.OpenWindow("w01")).code == "day-not-open"


def _closed() -> Driver:
    """An open day with every window closed."""
    driver = Driver.opened()
    for window_id in driver.hall.windows:
        driver.do(c.CloseWindow(window_id))
    return driver
