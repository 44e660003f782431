"""What people and devices may see: agreed shapes, local times, and nobody's secrets."""

import json

from engine.core import commands as c
from engine.core import views
from engine.core.hall import Hall
from tests.builders import MINUTE, NINE, PRIORITY, Driver

A001 = "20261123-a001"


def test_hall_view_has_the_agreed_shape() -> None:
    driver = _busy_hall()

    view = views.hall_view(driver.hall, driver.now_ms, "epoch-1")

    assert list(view) == [
        *("position", "epoch", "at", "hall", "day", "phase"),
        *("services", "lanes", "groups", "zones", "windows", "recent"),
    ]
    assert (view["position"], view["epoch"], view["day"], view["phase"]) == (
        driver.hall.position,
        "epoch-1",
        "20261123",
        "open",
    )
    assert view["at"] == "2026-11-23T09:00:00.000+08:00"
    assert view["hall"] == {"id": "hall", "region": "region", "name": {"zh": "大厅", "en": "Hall"}}
    assert view["zones"] == [{"id": "a", "name": {"zh": "a", "en": "a"}, "kind": "windows", "waiting": 2}]
    social = view["services"][0]
    assert {key: social[key] for key in ("id", "prefix", "group", "zone", "waiting", "is_open")} == {
        "id": "social",
        "prefix": "A",
        "group": None,
        "zone": "a",
        "waiting": 2,
        "is_open": True,
    }
    assert list(social["wait_s"]) == ["p50", "p90"]


def test_those_sent_to_one_window_still_count_as_waiting_for_their_service() -> None:
    driver = Driver.opened()
    driver.do(c.TransferTicket(driver.issue("tax"), window_id="w02"))
    driver.issue("tax")

    view = views.hall_view(driver.hall, driver.now_ms, "")

    assert [each["waiting"] for each in view["services"]] == [0, 2, 0]
    assert view["zones"][0]["waiting"] == 2


def test_hall_view_shows_windows_and_recent_calls_with_the_neutral_mark() -> None:
    driver = _busy_hall()

    view = views.hall_view(driver.hall, driver.now_ms, "")

    mark = {"zh": "优先", "en": "Priority"}
    assert view["windows"][0] == {
        "id": "w01",
        "number": 1,
        "name": {"zh": "w01", "en": "w01"},
        "zone": "a",
        "state": "called",
        "ticket": "A002",
        "mark": mark,
        "serves": ["social", "tax", "young"],
    }
    (call,) = view["recent"]
    assert call == {
        "ticket": "A002",
        "window": "w01",
        "number": 1,
        "zone": "a",
        "at": "2026-11-23T09:00:00.000+08:00",
        "position": driver.hall.position,
        "count": 0,
        "mark": mark,
    }


def test_recent_calls_are_newest_first_count_recalls_and_stop_at_twenty() -> None:
    driver = _busy_hall()
    driver.do(c.RecallTicket("w01"))
    for _ in range(25):
        driver.do(c.FinishService("w01"))
        driver.issue("young")
        driver.call("w01")

    recent = views.hall_view(driver.hall, driver.now_ms, "")["recent"]

    assert len(recent) == 20
    assert [each["position"] for each in recent] == sorted((each["position"] for each in recent), reverse=True)


def test_public_views_tell_neither_clerk_nor_evidence() -> None:
    driver = Driver.opened()
    driver.do(c.CloseWindow("w01"))
    driver.do(c.OpenWindow("w01", "c01"))
    driver.do(c.IssueTicket("social", PRIORITY, "guide", "disability-card", on_behalf=True))
    driver.call("w01")

    public = json.dumps(
        [
            views.hall_view(driver.hall, driver.now_ms, ""),
            views.ticket_view(driver.hall, driver.ticket(A001), driver.now_ms),
            views.issued_view(driver.hall, driver.ticket(A001), driver.now_ms),
        ]
    )

    assert "c01" not in public
    assert "disability-card" not in public


def test_clerk_sees_who_comes_next_best_first_in_the_rules_own_order() -> None:
    driver = Driver.opened()
    driver.issue("social")
    driver.wait(minutes=20)
    driver.issue("tax")
    driver.wait(minutes=10)
    for _ in range(2):
        driver.issue("social", PRIORITY)
    driver.wait(minutes=1)
    driver.do(c.CallTicket("w02", "20261123-a003", "test of the rule"))
    driver.do(c.RecordNoShow("w02"))
    driver.do(c.ReinstateTicket("20261123-a003", "front"))

    view = views.window_view(driver.hall, driver.window("w01"), driver.now_ms)

    assert [line["number"] for line in view["waiting"]] == driver.in_line("w01") == ["A003", "A002", "A001", "B001"]
    assert view["waiting_total"] == 4


def test_clerk_sees_at_most_fifty_of_those_who_wait() -> None:
    driver = Driver.opened()
    for _ in range(60):
        driver.issue()

    view = views.window_view(driver.hall, driver.window("w01"), driver.now_ms)

    assert (len(view["waiting"]), view["waiting_total"]) == (50, 60)


def test_ticket_view_follows_the_visit() -> None:
    driver = Driver.opened()
    driver.issue()
    waiting = views.ticket_view(driver.hall, driver.ticket(A001), driver.now_ms)
    driver.wait(minutes=2)
    driver.serve()
    driver.wait(minutes=5)
    driver.do(c.FinishService("w01"))

    finished = views.ticket_view(driver.hall, driver.ticket(A001), driver.now_ms)

    assert (waiting["state"], waiting["window"], waiting["called_at"]) == ("waiting", None, None)
    assert waiting["wait_s"] is not None
    assert (finished["state"], finished["wait_s"], finished["outcome"]) == ("finished", None, "done")
    assert finished["window"] == {"id": "w01", "number": 1, "name": {"zh": "w01", "en": "w01"}, "zone": "a"}
    assert [finished[key][11:19] for key in ("issued_at", "called_at", "began_at", "finished_at")] == [
        "09:00:00",
        "09:02:00",
        "09:02:00",
        "09:07:00",
    ]


def test_answer_to_a_call_gives_the_reason_in_points() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.wait(seconds=90)

    events = driver.do(c.CallNext("w01"))
    view = views.verb_view(driver.hall, driver.window("w01"), driver.ticket(A001), events, driver.now_ms)

    assert view["reason"] == {
        "rule": "points",
        "tier": 0,
        "points": 1.5,
        "waited_s": 90,
        "runner_up": None,
        "runner_up_points": None,
        "words": None,
    }
    assert view["window"] == {"id": "w01", "number": 1, "state": "called", "ticket": "A001"}


def test_waits_are_promised_in_whole_seconds_rounded_up() -> None:
    driver = Driver.opened()
    driver.issue()
    driver.now_ms = NINE + MINUTE + 1

    issued = views.issued_view(driver.hall, driver.ticket(A001), driver.now_ms)

    assert issued["wait_s"] == {"p50": 0, "p90": 200}


def test_clerk_sees_tickets_held_here_though_another_window_serves_them() -> None:
    driver = Driver.opened()
    driver.do(c.TransferTicket(driver.issue("tax"), window_id="w02"))
    driver.serve("w02")
    driver.do(c.HoldTicket("w02", "papers"))

    view = views.window_view(driver.hall, driver.window("w02"), driver.now_ms)

    assert [line["number"] for line in view["held"]] == ["B001"]


def _busy_hall() -> Driver:
    """One priority ticket called to w01, two ordinary ones waiting."""
    driver = Driver.opened()
    driver.issue("social")
    driver.issue("social", PRIORITY)
    driver.issue("social")
    driver.call("w01")
    return driver


def test_a_clerks_page_still_knows_why_after_a_restart() -> None:
    driver = Driver.opened()
    driver.issue("social")
    driver.issue("tax")
    driver.wait(minutes=3)
    driver.call("w01")
    again = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    view = views.window_view(again, again.windows["w01"], driver.now_ms)

    assert view["reason"]["rule"] == "points"
    assert view["reason"]["points"] == 3.0
    assert view["reason"]["runner_up"] == "20261123-b001"
