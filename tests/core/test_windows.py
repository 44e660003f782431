"""Windows: open, close, pause, resume, and who sits there."""

from dataclasses import replace
from typing import Any

import pytest

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.plan import HallPlan, Help, Name, Remote, Span, Zone, numbered_window
from engine.wire.snapshots import hall_digest, pack_hall, unpack_hall
from tests.builders import DAY, MINUTE, PLAN, RULES, SERVICES, WINDOWS, Driver, both, plan, window


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


# --- pauses ---


def test_hall_that_lists_reasons_takes_no_other() -> None:
    driver = Driver.opened(replace(PLAN, rules=replace(RULES, pause_reasons=("lunch", "meeting"))))

    refusal = driver.refusal(c.PauseWindow("w01", "coffee"))

    assert refusal.code == "pause-reason-unknown"
    assert refusal.words == {"reasons": "lunch / meeting"}
    assert driver.do(c.PauseWindow("w01", "lunch"))


# --- windows that move, and windows with other services ---


def test_window_moves_to_another_number_and_zone() -> None:
    driver = Driver.opened(TWO_ZONES)

    driver.do(c.MoveWindow("w01", 9, "b"))

    assert (driver.window("w01").plan.number, driver.window("w01").plan.zone_id) == (9, "b")
    assert driver.hall.plan is not None
    assert driver.hall.plan.windows[0] == driver.window("w01").plan


def test_moved_window_without_a_name_of_its_own_is_called_after_its_new_number() -> None:
    unnamed = replace(TWO_ZONES, windows=(replace(WINDOWS[0], name=numbered_window(1)), *WINDOWS[1:]))
    driver = Driver.opened(unnamed)

    driver.do(c.MoveWindow("w01", 9))
    moved = driver.window("w01").plan.name
    same_file_again = driver.do(c.ConfigureHall(unnamed))
    driver.do(c.MoveWindow("w01", 1))

    assert moved.zh == "9号窗口"
    assert same_file_again == ()
    assert driver.hall.plan == unnamed


def test_moved_window_keeps_a_name_of_its_own() -> None:
    named = replace(TWO_ZONES, windows=(replace(WINDOWS[0], name=both("Tax desk")), *WINDOWS[1:]))
    driver = Driver.opened(named)

    driver.do(c.MoveWindow("w01", 9))

    assert driver.window("w01").plan.name == both("Tax desk")


def test_window_goes_on_with_its_visit_when_it_moves() -> None:
    driver = Driver.opened(TWO_ZONES)
    ticket_id = driver.issue()
    driver.serve("w01")

    driver.do(c.MoveWindow("w01", 9))
    driver.do(c.FinishService("w01"))

    assert driver.state(ticket_id) == "finished"


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (c.MoveWindow("w01", 2), "number-taken"),
        (c.MoveWindow("w01", zone_id="none"), "zone-unknown"),
        (c.MoveWindow("w01"), "move-unclear"),
        (c.MoveWindow("w01", 1, "a"), "move-unclear"),
        (c.MoveWindow("w09", 1), "window-unknown"),
        (c.ReassignWindow("w09", (("tax",),)), "window-unknown"),
        (c.ReassignWindow("w01", (("none",),)), "service-unknown"),
        (c.ReassignWindow("w01", ()), "tiers-unclear"),
        (c.ReassignWindow("w01", (("tax",), ())), "tiers-unclear"),
        (c.ReassignWindow("w01", (("tax",), ("tax",))), "tiers-unclear"),
    ],
)
def test_change_of_a_window_is_refused(order: Command, code: str) -> None:
    assert Driver.opened(TWO_ZONES).refusal(order).code == code


def test_reassigned_window_calls_for_its_new_services_only() -> None:
    driver = Driver.opened()
    driver.issue("social")
    driver.issue("tax")
    driver.do(c.ReassignWindow("w02", (("tax",),)))

    assert driver.in_line("w02") == ["B001"]


def test_reassigned_window_looks_at_its_tiers_in_order() -> None:
    driver = Driver.opened()
    driver.issue("social")
    driver.issue("tax")

    driver.do(c.ReassignWindow("w01", (("tax",), ("social",))))

    assert driver.in_line("w01") == ["B001", "A001"]


def test_busy_window_may_be_reassigned_and_finishes_what_it_has() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue("social")
    driver.serve("w02")

    driver.do(c.ReassignWindow("w02", (("tax",),)))
    driver.do(c.FinishService("w02"))

    assert driver.state(ticket_id) == "finished"


def test_ticket_that_must_go_to_a_window_is_called_there_after_it_was_reassigned() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue("social")
    driver.do(c.TransferTicket(ticket_id, window_id="w02"))

    driver.do(c.ReassignWindow("w02", (("tax",),)))

    assert driver.call("w02") == ticket_id


def test_help_of_a_reassigned_window_is_for_its_later_tiers_only() -> None:
    helped = replace(WINDOWS[2], help_after_ms=(Help("social", MINUTE),))
    driver = Driver.opened(plan(windows=(*WINDOWS[:2], helped)))

    driver.do(c.ReassignWindow("w03", (("social",), ("tax",))))

    assert driver.window("w03").plan.help_after_ms == ()


def test_same_file_again_leaves_what_a_supervisor_changed() -> None:
    driver = Driver.opened(TWO_ZONES)
    driver.do(c.MoveWindow("w01", 9, "b"))
    driver.do(c.ReassignWindow("w02", (("tax",),)))

    facts = driver.do(c.ConfigureHall(TWO_ZONES))

    assert facts == ()
    assert driver.window("w01").plan.number == 9


def test_restart_with_the_same_file_leaves_it_too() -> None:
    driver = Driver.opened(TWO_ZONES)
    driver.do(c.MoveWindow("w01", 9, "b"))
    driver.do(c.ReassignWindow("w02", (("tax",),)))

    again = Driver(unpack_hall(pack_hall(driver.hall)), now_ms=driver.now_ms)

    assert hall_digest(again.hall) == hall_digest(driver.hall)
    assert again.do(c.ConfigureHall(TWO_ZONES)) == ()
    assert again.window("w02").services == {"tax"}


def test_file_that_changes_something_else_leaves_it() -> None:
    driver = Driver.opened(TWO_ZONES)
    driver.do(c.MoveWindow("w01", 9, "b"))

    driver.do(c.ConfigureHall(replace(TWO_ZONES, rules=replace(RULES, recall_limit=1))))

    assert driver.window("w01").plan.number == 9


@pytest.mark.parametrize(
    "changes",
    [
        {"windows": (replace(WINDOWS[0], name=both("renamed")), *WINDOWS[1:])},
        {"windows": (*WINDOWS, replace(WINDOWS[1], window_id="w04", number=9))},
        {"zones": PLAN.zones},
    ],
    ids=["the file changes that window", "the file gives its number away", "the file drops its zone"],
)
def test_change_falls_when(changes: dict[str, Any]) -> None:
    driver = Driver.opened(TWO_ZONES)
    driver.do(c.MoveWindow("w01", 9, "b"))

    driver.do(c.ConfigureHall(replace(TWO_ZONES, **changes)))

    assert (driver.window("w01").plan.number, driver.window("w01").plan.zone_id) == (1, "a")


def test_change_falls_when_its_service_is_gone() -> None:
    driver = Driver.opened()
    driver.do(c.ReassignWindow("w02", (("tax",), ("young",))))
    without = replace(PLAN, services=SERVICES[:2], windows=(window("w01", ["social", "tax"]), *WINDOWS[1:]))

    driver.do(c.ConfigureHall(without))

    assert driver.window("w02").plan == WINDOWS[1]


def test_two_windows_that_swapped_numbers_both_go_back_when_the_file_changes_one() -> None:
    driver = Driver.opened()
    for order in (c.MoveWindow("w01", 9), c.MoveWindow("w02", 1), c.MoveWindow("w01", 2)):
        driver.do(order)

    driver.do(c.ConfigureHall(plan(windows=(replace(WINDOWS[0], name=both("renamed")), *WINDOWS[1:]))))

    assert [each.plan.number for each in driver.hall.windows.values()] == [1, 2, 3]


def test_window_changed_back_by_hand_follows_the_file_again() -> None:
    driver = Driver.opened()
    driver.do(c.MoveWindow("w01", 9))

    driver.do(c.MoveWindow("w01", 1))

    assert driver.hall.people.filed == {}


# --- remote and comprehensive windows ---


def test_remote_window_opens_only_while_its_partner_works() -> None:
    driver = _closed(REMOTE)
    driver.wait(minutes=60)
    driver.do(c.OpenWindow("w01"))
    driver.do(c.CloseWindow("w01"))
    driver.wait(minutes=60)

    refusal = driver.refusal(c.OpenWindow("w01"))

    assert refusal.code == "partner-closed"
    assert refusal.sentence("en") == (
        "The partner site “Partner” of this remote window is not at work now; its hours are 10:00-11:00."
    )
    assert "伙伴" in refusal.sentence("zh")


@pytest.mark.parametrize("order", [c.CallNext("w01"), c.CallTicket("w01", f"{DAY}-a001", "why"), c.WalkDirect("w01")])
def test_remote_window_neither_calls_nor_takes_anybody_outside_its_partners_hours(order: Command) -> None:
    driver = _closed(REMOTE)
    driver.issue()
    driver.wait(minutes=60)
    driver.do(c.OpenWindow("w01"))
    driver.wait(minutes=60)

    assert driver.refusal(order).code == "partner-closed"


def test_remote_window_finishes_the_visit_it_has() -> None:
    driver = _closed(REMOTE)
    ticket_id = driver.issue()
    driver.wait(minutes=60)
    driver.do(c.OpenWindow("w01"))
    driver.serve("w01")
    driver.wait(minutes=60)

    driver.do(c.FinishService("w01"))

    assert driver.state(ticket_id) == "finished"


def test_comprehensive_window_calls_for_every_service() -> None:
    driver = Driver.opened(plan(windows=(replace(WINDOWS[0], kind="comprehensive"), *WINDOWS[1:])))
    for service_id in ("social", "tax", "young"):
        driver.issue(service_id)

    assert driver.in_line("w01") == ["A001", "B001", "Y001"]


TWO_ZONES = replace(PLAN, zones=(*PLAN.zones, Zone("b", both("b"))))
REMOTE = plan(
    windows=(
        replace(WINDOWS[0], kind="remote", remote=Remote(Name("伙伴", "Partner"), (Span(600, 660),))),
        *WINDOWS[1:],
    )
)


def _closed(hall_plan: HallPlan = PLAN) -> Driver:
    """An open day with every window closed."""
    driver = Driver()
    driver.do(c.ConfigureHall(hall_plan))
    driver.do(c.OpenDay())
    return driver
