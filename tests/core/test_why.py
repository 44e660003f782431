"""Why a ticket was called, or is not yet: in figures and in a sentence for whoever asks."""

from dataclasses import replace

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.plan import HallPlan, Name, PolicyRule, Remote, Span
from engine.core.views import View
from engine.core.views.why import why_view
from tests.builders import (
    MINUTE,
    ORDINARY,
    PLAN,
    PRIORITY,
    Driver,
    Waiting,
    calling_by,
    hall_with,
    helping,
    plan,
    waiting,
    window,
)

ONE_WINDOW = plan(windows=(window("w01", ["social", "tax", "young"]),))
TIERS = plan(windows=(window("w01", "tax", "social"), window("w02", "young")))
HELPER = replace(TIERS, windows=(helping(TIERS.windows[0], "social", after_minutes=20), TIERS.windows[1]))
AFTER_40 = PolicyRule("ceiling", after_ms=40 * MINUTE)
PRIORITY_FIRST = PolicyRule("absolute", (PRIORITY,))
TURNS = PolicyRule("ratio", (PRIORITY, ORDINARY), takes=(1, 1))
LONGEST = PolicyRule("longest")

A001, A002 = waiting("A001", minutes=9), waiting("A002", minutes=4)
Y001 = waiting("Y001", minutes=1, lane=PRIORITY)


# --- not called yet ---


def test_next_ticket_is_told_where() -> None:
    said = _why(_waiting(A001), "A001")

    assert (said["windows"][0]["because"], said["windows"][0]["place"]) == ("next", 1)
    assert said["sentence"] == {"zh": "1号窗口下一个就叫 A001。", "en": "Window 1 calls A001 next."}


def test_points_are_held_against_points() -> None:
    said = _why(_waiting(A001, Y001), "A001")

    (here,) = said["windows"]
    assert (here["because"], here["points"], here["next"]["number"], here["next"]["points"]) == (
        "points",
        9,
        "Y001",
        32,
    )
    assert said["sentence"]["zh"] == (
        "同一业务没有人排在 A001 前面。1号窗口下一个叫 Y001：Y001 现有 32 分，A001 有 9 分，等得越久分越高。"
    )
    assert said["sentence"]["en"] == (
        "Nobody of its service goes before A001. "
        "Window 1 calls Y001 next: Y001 has 32 points and A001 has 9, and points grow with waiting."
    )


def test_points_that_differ_by_little_are_told_apart() -> None:
    driver = _waiting(waiting("A001", minutes=9), waiting("B001", minutes=9.02))

    assert "B001 has 9.02 points and A001 has 9," in _why(driver, "A001")["sentence"]["en"]


def test_equal_points_are_said_to_be_equal() -> None:
    driver = _waiting(waiting("A001", minutes=9), waiting("B001", minutes=9))

    assert "both have 9 points, and it was drawn first" in _why(driver, "B001")["sentence"]["en"]


def test_ticket_behind_another_of_its_queue_is_told_so() -> None:
    said = _why(_waiting(A001, A002), "A002")

    assert (said["ahead"], said["windows"][0]["because"], said["windows"][0]["place"]) == (1, "behind", 2)
    assert said["sentence"]["en"] == (
        "1 of its service goes before A002. Window 1 calls A001 next: it stands before it in the same queue."
    )


def test_later_tier_is_told_that_the_windows_own_services_come_first() -> None:
    said = _why(_waiting(A001, waiting("B001", minutes=1), hall_plan=TIERS), "A001")

    (here,) = said["windows"]
    assert (here["because"], here["tier"], here["help_in_s"]) == ("tier", 1, None)
    assert "this window's own services come first" in said["sentence"]["en"]


def test_later_tier_is_told_when_it_counts_among_the_windows_own() -> None:
    said = _why(_waiting(A001, waiting("B001", minutes=1), hall_plan=HELPER), "A001")

    assert said["windows"][0]["help_in_s"] == 11 * 60
    assert "A001 counts among them in 11 minutes" in said["sentence"]["en"]
    assert "A001 再等 11 分钟就与它们一起排" in said["sentence"]["zh"]


def test_helped_ticket_counts_as_of_the_first_tier() -> None:
    driver = _waiting(waiting("A001", minutes=25), waiting("B001", minutes=30), hall_plan=HELPER)

    (here,) = _why(driver, "A001")["windows"]

    assert (here["because"], here["tier"], here["help_in_s"]) == ("points", 0, None)


def test_ceiling_is_told_with_the_wait() -> None:
    driver = _waiting(waiting("B001", minutes=45), Y001, hall_plan=_by(AFTER_40, PRIORITY_FIRST, LONGEST))

    said = _why(driver, "Y001")

    assert said["windows"][0]["because"] == "ceiling"
    assert "it has waited 45 minutes, which is past the limit" in said["sentence"]["en"]


def test_lane_that_is_called_first_is_named_by_its_mark() -> None:
    said = _why(_waiting(A001, Y001, hall_plan=_by(PRIORITY_FIRST, LONGEST)), "A001")

    assert said["windows"][0]["because"] == "absolute"
    assert "“优先”这一类先叫" in said["sentence"]["zh"]


def test_turn_of_another_lane_is_told() -> None:
    said = _why(_waiting(A001, Y001, hall_plan=_by(TURNS, LONGEST)), "A001")

    assert said["windows"][0]["because"] == "ratio"
    assert "lanes take turns, and it is the turn of “Priority”" in said["sentence"]["en"]


def test_longer_wait_of_the_same_lane_is_told_where_lanes_take_turns() -> None:
    driver = _waiting(A001, waiting("B001", minutes=4), hall_plan=_by(TURNS, LONGEST))

    assert "it has waited longer, 9 minutes, and B001 4 minutes" in _why(driver, "B001")["sentence"]["en"]


def test_longest_wait_is_told_with_both_waits() -> None:
    driver = _waiting(A001, waiting("B001", minutes=0.5), hall_plan=_by(LONGEST))

    assert "已等 9 分钟，B001 等了不到 1 分钟" in _why(driver, "B001")["sentence"]["zh"]


def test_lane_that_no_rule_takes_is_told_so() -> None:
    said = _why(_waiting(A001, hall_plan=_by(PRIORITY_FIRST)), "A001")

    assert said["windows"][0]["because"] == "uncalled"
    assert said["sentence"]["en"].endswith("By its rules window 1 cannot call A001 now.")


def test_busy_window_is_said_to_be_busy_and_with_whom() -> None:
    driver = _waiting(A001, A002)
    driver.serve("w01")

    assert _why(driver, "A002")["sentence"]["en"] == "Window 1 is serving A001 and calls A002 next."


def test_nearest_window_comes_first() -> None:
    driver = Driver(hall_with(A001, waiting("B001", minutes=20), waiting("B002", minutes=19)))

    said = _why(driver, "A001")

    assert [(here["id"], here["place"]) for here in said["windows"]] == [("w02", 1), ("w01", 3), ("w03", 3)]


def test_paused_windows_come_last_and_are_said_to_pause() -> None:
    driver = Driver(hall_with(A001))
    driver.do(c.PauseWindow("w01"))

    last = _why(driver, "A001")["windows"][-1]

    assert (last["id"], last["sentence"]["en"]) == ("w01", "Window 1 has paused now.")


def test_remote_window_whose_partner_has_gone_is_said_to_call_nobody() -> None:
    partner = Remote(Name("合作城市", "The partner city"), (Span(13 * 60, 17 * 60),))
    remote = replace(window("w02", "social"), kind="remote", remote=partner)
    driver = Driver(hall_with(A001, hall_plan=plan(windows=(remote, window("w03", "social")))))

    here, last = _why(driver, "A001")["windows"]

    assert (here["id"], last["id"]) == ("w03", "w02")
    assert last["sentence"]["en"].startswith("Window 2 calls nobody now: ")
    assert "13:00" in last["sentence"]["zh"]


def test_ticket_whose_windows_are_all_closed_is_told_so() -> None:
    driver = _waiting(A001)
    driver.do(c.CloseWindow("w01"))

    said = _why(driver, "A001")

    assert (said["windows"], said["sentence"]["zh"]) == ([], "A001 在等候；办理这项业务的窗口现在都没有开。")


def test_ticket_for_one_window_is_told_which() -> None:
    driver = Driver(hall_with(A001, A002))
    driver.do(c.TransferTicket("20261123-a002", window_id="w03"))

    said = _why(driver, "A002")

    assert [here["id"] for here in said["windows"]] == ["w03"]
    assert said["sentence"]["en"] == "A002 must go to window 3. Window 3 calls A002 next."


# --- not waiting ---


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no-papers", "until the papers are complete"),
        ("papers", "with its papers at the window"),
        ("step", "another step"),
    ],
)
def test_held_ticket_is_told_what_it_waits_for(kind: e.HoldKind, words: str) -> None:
    driver = _waiting(A001)
    driver.serve("w01")
    driver.do(c.HoldTicket("w01", kind))

    said = _why(driver, "A001")

    assert words in said["sentence"]["en"]
    assert said["called"]["window"] == "w01"


def test_ticket_whose_form_is_to_be_filled_in_is_told_so() -> None:
    driver = _waiting(A001)
    driver.hall.apply(e.FormPending("20261123-a001", driver.now_ms))

    assert _why(driver, "A001")["sentence"]["en"] == "A001 waits in line once its form is filled in."


def test_missed_ticket_is_told_when_it_was_called() -> None:
    driver = _waiting(A001)
    driver.call("w01")
    driver.do(c.RecordNoShow("w01"))

    assert _why(driver, "A001")["sentence"]["zh"] == (
        "09:00 1号窗口叫了 A001：它在本队列排第一，别的队列没有人等。没有人应答，已过号；请找工作人员恢复。"
    )


@pytest.mark.parametrize(
    ("by", "words"), [("visitor", "was given up by its holder"), ("staff", "was cancelled by staff")]
)
def test_cancelled_ticket_is_told_by_whom(by: str, words: str) -> None:
    driver = _waiting(A001)
    driver.do(c.CancelTicket("20261123-a001", by))

    assert words in _why(driver, "A001")["sentence"]["en"]


def test_visit_without_a_number_has_no_call() -> None:
    driver = _waiting()
    driver.do(c.WalkDirect("w01"))
    (walk_in,) = driver.hall.tickets.values()

    said = why_view(driver.hall, walk_in, driver.now_ms, is_public=False)

    assert (said["called"], said["sentence"]["en"]) == (None, "This visit began at the window without a number.")


# --- called ---


def test_called_ticket_tells_its_points_and_the_next_ones() -> None:
    driver = _waiting(A001, Y001)
    driver.call("w01")

    said = _why(driver, "Y001")

    assert (
        said["sentence"]["en"]
        == "Window 1 called Y001 at 09:00. It had 32 points; of the other queues A001 came first, with 9."
    )
    assert (said["called"]["rule"], said["called"]["runner_up"], said["called"]["runner_up_points"]) == (
        "points",
        "A001",
        9,
    )


def test_reason_stays_as_it_was_recorded_whatever_the_plan_says_later() -> None:
    driver = _waiting(A001, Y001)
    driver.serve("w01")
    driver.do(c.FinishService("w01"))
    before = _why(driver, "Y001")["called"]
    weighed = tuple(replace(lane, credit=99_000) for lane in PLAN.lanes)
    driver.do(c.ConfigureHall(replace(ONE_WINDOW, lanes=weighed)))
    driver.wait(minutes=30)

    assert _why(driver, "Y001")["called"] == before


def test_reason_of_a_finished_visit_survives_a_restart() -> None:
    driver = _waiting(A001, Y001)
    driver.serve("w01")
    driver.do(c.FinishService("w01"))
    before = _why(driver, "Y001")
    driver.hall = type(driver.hall).from_rows(driver.hall.plan, driver.hall.to_rows())

    assert _why(driver, "Y001") == before


def test_call_from_a_later_tier_is_explained() -> None:
    driver = _waiting(A001, waiting("Y001", minutes=30), hall_plan=_tiers_of_three())
    driver.call("w01")

    assert _why(driver, "A001")["called"]["rule"] == "points"
    assert "Of the other queues Y001 came first" in _why(driver, "A001")["sentence"]["en"]


@pytest.mark.parametrize(
    ("rules", "called", "words"),
    [
        (
            (AFTER_40, LONGEST),
            "A001",
            "It had waited 45 minutes, which is past the limit. Of the other queues B001 came first.",
        ),
        ((PRIORITY_FIRST, LONGEST), "Y001", "Its lane is called first. Of the other queues A001 came first."),
        ((TURNS, LONGEST), "Y001", "Lanes take turns, and it was its lane's. Of the other queues A001 came first."),
        ((LONGEST,), "A001", "It had waited longest, 45 minutes. Of the other queues B001 came first."),
    ],
)
def test_rule_that_chose_is_explained(rules: tuple[PolicyRule, ...], called: str, words: str) -> None:
    driver = _waiting(waiting("A001", minutes=45), waiting("B001", minutes=42), Y001, hall_plan=_by(*rules))
    driver.call("w01")

    assert _why(driver, called)["sentence"]["en"].endswith(words)


def test_words_of_a_call_out_of_order_are_for_staff_alone() -> None:
    driver = _waiting(A001, A002)
    driver.do(c.CallTicket("w01", "20261123-a002", "feels faint"))
    ticket = driver.ticket("20261123-a002")

    of_staff = why_view(driver.hall, ticket, driver.now_ms, is_public=False)
    of_public = why_view(driver.hall, ticket, driver.now_ms, is_public=True)

    assert of_staff["called"]["words"] == "feels faint"
    assert "feels faint" in of_staff["called"]["sentence"]["en"]
    assert "faint" not in str(of_public)
    assert "Staff chose it, out of order." in of_public["sentence"]["en"]


def _by(*rules: PolicyRule) -> HallPlan:
    return calling_by(*rules, hall_plan=ONE_WINDOW)


def _tiers_of_three() -> HallPlan:
    return plan(windows=(window("w01", "social", "young"), window("w02", "tax")))


def _waiting(*tickets: Waiting, hall_plan: HallPlan = ONE_WINDOW) -> Driver:
    return Driver(hall_with(*tickets, hall_plan=hall_plan))


def _why(driver: Driver, number: str) -> View:
    ticket = next(ticket for ticket in driver.hall.tickets.values() if ticket.number == number)
    return why_view(driver.hall, ticket, driver.now_ms, is_public=False)
