"""Warnings: raised when a figure is over its limit, standing until it is well again, and never said twice."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.deadlines import next_deadline
from engine.core.events import Event
from engine.core.hall import Hall
from engine.core.plan import BackOffice, HallPlan, Limit, Limits
from engine.core.rules.warnings import DEVICES_MAX
from engine.core.views.warnings import warnings_view
from tests.builders import MINUTE, NINE, PLAN, PRIORITY, SERVICES, Driver, window

WAIT = Limit(10 * MINUTE, 5 * MINUTE)
COUNT = Limit(2, 1)
IDLE = Limit(3 * MINUTE, 0)


def limited(**limits: Limit | int) -> HallPlan:
    """The usual hall with these limits; w02 and w03 stay closed in most tests."""
    return replace(PLAN, limits=Limits(**limits))  # type: ignore[arg-type]


def warned(driver: Driver) -> list[Event]:
    return [event for event in driver.events if isinstance(event, e.WarningRaised | e.WarningCleared)]


def standing(driver: Driver) -> list[tuple[str, str]]:
    return sorted(driver.hall.warnings.raised)


# --- a wait that is too long ---


def test_wait_over_its_limit_is_warned_of_at_the_next_millisecond() -> None:
    driver = Driver.opened(limited(wait_ms=WAIT))
    driver.issue()

    driver.wait(minutes=10)
    before = warned(driver)
    driver.wait(seconds=1)

    assert before == []
    assert warned(driver) == [e.WarningRaised("wait", "social", 600_001, 600_000, NINE + 600_001)]


def test_whoever_waits_longest_counts_in_whichever_lane_and_wherever_sent() -> None:
    driver = Driver.opened(limited(wait_ms=WAIT))
    sent = driver.issue("social", PRIORITY)
    driver.wait(minutes=6)
    driver.issue("social")
    driver.do(c.TransferTicket(sent, window_id="w02"))

    driver.wait(minutes=5)

    assert standing(driver) == [("wait", "social")]


def test_wait_is_well_again_when_the_longest_is_back_at_the_clearing_limit() -> None:
    driver = Driver.opened(limited(wait_ms=WAIT))
    driver.issue()
    driver.wait(minutes=4)
    driver.issue()
    driver.wait(minutes=2)
    driver.issue()
    driver.wait(minutes=5)
    assert standing(driver) == [("wait", "social")]

    driver.call("w01")
    driver.wait()
    after_one = standing(driver)
    driver.call("w02")
    driver.wait()

    assert (after_one, standing(driver)) == ([("wait", "social")], [])


def test_warning_is_not_said_twice_while_it_stands() -> None:
    driver = Driver.opened(limited(wait_ms=WAIT))
    driver.issue()
    driver.wait(minutes=11)

    driver.issue()
    driver.issue()
    driver.wait(minutes=30)

    assert len(warned(driver)) == 1


# --- too many who wait ---


def test_count_is_warned_of_over_its_limit_and_well_at_the_clearing_limit() -> None:
    driver = Driver.opened(limited(count=COUNT))
    for _ in range(3):
        driver.issue()
    driver.wait()
    raised = warned(driver)

    driver.call("w01")
    driver.wait()
    between = warned(driver)
    driver.call("w02")
    driver.wait()

    assert raised == between == [e.WarningRaised("count", "social", 3, 2, NINE)]
    assert warned(driver)[1:] == [e.WarningCleared("count", "social", NINE)]


def test_limit_that_clears_above_where_it_raises_does_not_flap() -> None:
    driver = Driver.opened(limited(count=Limit(2, 9)))
    for _ in range(3):
        driver.issue()

    driver.wait(minutes=1)

    assert len(warned(driver)) == 1


# --- a window that sits idle ---


def test_window_that_does_not_call_while_somebody_waits_is_warned_of() -> None:
    driver = Driver.opened(replace(limited(idle_ms=IDLE), windows=(window("w01", "social"),)))
    driver.issue()
    driver.serve()
    driver.issue()
    driver.do(c.FinishService("w01"))

    driver.wait(minutes=4)

    assert warned(driver) == [e.WarningRaised("idle", "w01", 180_001, 180_000, NINE + 180_001)]


def test_idle_counts_from_when_there_was_somebody_to_call() -> None:
    driver = Driver.opened(replace(limited(idle_ms=IDLE), windows=(window("w01", "social"),)))
    driver.wait(minutes=30)
    driver.issue()

    driver.wait(minutes=3)

    assert warned(driver) == []


@pytest.mark.parametrize(
    "ending", [c.CallNext("w01"), c.PauseWindow("w01"), c.CloseWindow("w01"), c.CancelTicket("20261123-a001")]
)
def test_idle_is_well_when_the_clerk_calls_or_leaves_or_nobody_waits(ending: c.Command) -> None:
    driver = Driver.opened(replace(limited(idle_ms=IDLE), windows=(window("w01", "social"),)))
    driver.issue()
    driver.wait(minutes=4)

    driver.do(ending)
    driver.wait()

    assert warned(driver)[1:] == [e.WarningCleared("idle", "w01", driver.now_ms)]


def test_window_is_not_idle_over_somebody_it_could_not_serve() -> None:
    driver = Driver.opened(limited(idle_ms=IDLE))
    driver.do(c.PauseWindow("w01"))
    driver.issue("young")

    driver.wait(minutes=10)

    assert warned(driver) == []


# --- devices ---


def test_device_is_warned_of_once_and_cleared_once() -> None:
    driver = Driver.opened()

    facts = [driver.do(c.ReportDevice("kiosk-1", "paper", bad)) for bad in (True, True, False, False)]

    assert facts == [
        (e.WarningRaised("paper", "kiosk-1", 0, 0, NINE),),
        (),
        (e.WarningCleared("paper", "kiosk-1", NINE),),
        (),
    ]


def test_offline_names_the_limit_that_passed() -> None:
    driver = Driver.opened(limited(offline_ms=45_000))

    (fact,) = driver.do(c.ReportDevice("board-1", "offline", True))

    assert fact == e.WarningRaised("offline", "board-1", 45_000, 45_000, NINE)


def test_invented_devices_do_not_fill_the_memory() -> None:
    driver = Driver.opened()
    for number in range(DEVICES_MAX):
        driver.do(c.ReportDevice(f"d{number}", "paper", True))

    assert driver.refusal(c.ReportDevice("one-more", "paper", True)).code == "too-many-devices"
    assert driver.do(c.ReportDevice("d0", "paper", False))


# --- what is overdue ---


def test_case_is_warned_of_until_it_is_closed() -> None:
    driver = Driver.opened()
    (opened, *_) = driver.do(c.OpenCase("nobody can tell which form", None, "social"))
    assert isinstance(opened, e.CaseOpened)
    driver.wait(minutes=(opened.due_ms - NINE) / MINUTE)
    overdue = standing(driver)

    for order in (c.InformCase(opened.case_id), c.CallBackCase(opened.case_id, True), c.CloseCase(opened.case_id)):
        driver.do(order)
    driver.wait()

    assert (overdue, standing(driver)) == ([("case", opened.case_id)], [])


def test_stage_is_warned_of_from_its_due_time_until_it_is_finished() -> None:
    driver = Driver.opened(replace(PLAN, services=(replace(SERVICES[0], back_office=BackOffice()), *SERVICES[1:])))
    driver.issue()
    driver.serve()
    stage = next(fact for fact in driver.do(c.FinishService("w01", "accepted")) if isinstance(fact, e.StageOpened))
    driver.wait(minutes=(stage.due_ms - NINE) / MINUTE)
    overdue = warned(driver)

    driver.do(c.FinishStage(stage.stage_id))
    driver.wait()

    assert overdue == [e.WarningRaised("stage", stage.stage_id, 0, 0, stage.due_ms)]
    assert standing(driver) == []


def test_follow_up_is_warned_of_until_it_is_closed() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    driver.serve()
    driver.do(c.FinishService("w01"))
    driver.do(c.RateTicket(ticket_id, 1))
    (follow_up,) = driver.hall.ratings.open_follow_ups()
    driver.wait(minutes=(follow_up.due_ms - NINE) / MINUTE)
    overdue = standing(driver)

    driver.do(c.CallBackFollowUp(ticket_id, 0, True))
    driver.do(c.CloseFollowUp(ticket_id, 0))
    driver.wait()

    assert (overdue, standing(driver)) == ([("follow-up", f"{ticket_id}/0")], [])


# --- the plan, the day, restarts ---


def test_warning_of_a_limit_that_a_new_plan_drops_is_cleared() -> None:
    driver = Driver.opened(limited(count=COUNT))
    for _ in range(3):
        driver.issue()
    driver.wait()

    driver.do(c.ConfigureHall(PLAN))
    driver.wait()

    assert standing(driver) == []


def test_nothing_is_left_standing_when_the_day_has_closed() -> None:
    driver = Driver.opened(limited(wait_ms=WAIT, count=COUNT, idle_ms=IDLE))
    for _ in range(3):
        driver.issue()
    driver.wait(minutes=20)
    assert len(standing(driver)) == 5

    driver.do(c.CloseDay())
    driver.wait()

    assert standing(driver) == []


def test_a_restarted_hall_warns_at_the_same_moment() -> None:
    driver = Driver.opened(limited(wait_ms=WAIT, count=COUNT, idle_ms=IDLE))
    for _ in range(3):
        driver.issue()
    driver.wait(minutes=2)

    again = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert next_deadline(again) == next_deadline(driver.hall) == (NINE + IDLE.raise_at + 1, c.KeepWatch())


def test_hall_without_limits_is_never_asked_to_keep_watch() -> None:
    driver = Driver.opened()
    for _ in range(50):
        driver.issue()

    driver.wait(minutes=120)

    assert warned(driver) == []
    assert driver.do(c.KeepWatch()) == ()


def test_keeping_watch_over_a_hall_without_a_plan_says_nothing() -> None:
    assert Driver().do(c.KeepWatch()) == ()


# --- what staff see ---


def test_each_warning_has_a_sentence_in_both_languages() -> None:
    driver = Driver.opened(limited(wait_ms=WAIT, count=COUNT, idle_ms=IDLE))
    for _ in range(3):
        driver.issue()
    driver.wait(minutes=11)
    driver.do(c.ReportDevice("kiosk-1", "paper", True))
    driver.do(c.ReportDevice("kiosk-1", "offline", True))

    shown = {each["kind"]: each for each in warnings_view(driver.hall, driver.now_ms)["warnings"]}

    assert shown["wait"]["sentence"] == {
        "zh": "“social”有人等候 10 分钟，超过 10 分钟。",
        "en": "Somebody has waited 10 min for “social”, longer than 10 min.",
    }
    assert (shown["wait"]["value"], shown["count"]["value"], shown["count"]["limit"]) == (600, 3, 2)
    assert shown["idle"]["sentence"]["zh"] == "3 号窗口已空闲 3 分钟，没有叫号，而有人在等。"
    assert shown["offline"]["sentence"]["en"] == "kiosk-1 has been offline for more than 30 s; please look at it."
    assert [each["kind"] for each in warnings_view(driver.hall, driver.now_ms)["warnings"]][:2] == ["count", "idle"]
