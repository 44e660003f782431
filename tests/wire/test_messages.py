"""What the hall tells: the right topic, the right fields, and nothing about a person."""

import json

import pytest

from engine.core import commands as c
from engine.core import events as e
from engine.core.events import CallReason, Event
from engine.wire import messages
from engine.wire.messages import event_message
from engine.wire.topics import KINDS, Topics, is_id
from tests.wire.halls import MORNING_MS, PLAN, hall_after

REASON = CallReason("points", 0, 0, 0, None, None)


def told(event: Event) -> tuple[str, dict[str, object]]:
    message = event_message(PLAN, event, 57, "e1", "20261122")
    assert message is not None
    return message


def test_a_call_says_who_goes_where_in_both_languages() -> None:
    topic, message = told(e.TicketCalled("20261122-a012", "w03", REASON, MORNING_MS, MORNING_MS))

    assert topic == "jiaohao/v1/ningbo/hongtang/event/w03"
    assert message == {
        "v": 1,
        "epoch": "e1",
        "position": 57,
        "id": "20261122-57",
        "at": "2026-11-22T09:00:00.000+08:00",
        "type": "called",
        "ticket": "A012",
        "window": "w03",
        "zone": "b",
        "number": 3,
        "mark": None,
        "say": {"zh": "请A012号到3号窗口办理", "en": "Ticket A012, please go to window 3"},
        "reason": "points",
    }


@pytest.mark.parametrize(
    ("event", "tail", "expected"),
    [
        (e.TicketRecalled("20261122-a012", "w03", 2, 0, 0), "w03", {"type": "recalled", "count": 2}),
        (e.ServiceFinished("20261122-a012", "w03", "done", 0), "w03", {"type": "finished", "outcome": "done"}),
        (e.TicketMissed("20261122-a012", "w03", True, 0), "w03", {"type": "no-show", "expired": True}),
        (e.TicketHeld("20261122-a012", "w03", "step", 0), "w03", {"type": "held", "kind": "step"}),
        (e.TicketCancelled("20261122-a012", None, "visitor", 0), "hall", {"type": "cancelled", "reason": "visitor"}),
        (e.TicketCancelled("20261122-a012", "w01", "visitor", 0), "w01", {"type": "cancelled", "zone": "a"}),
        (e.TicketReinstated("20261122-a012", "back", 0), "hall", {"type": "reinstated", "window": None}),
        (e.WindowPaused("w01", "lunch", 0), "w01", {"type": "paused", "reason": "lunch", "ticket": None}),
        (e.WindowOpened("w01", "c01", 0), "w01", {"type": "opened"}),
        (e.DayOpened("20261122", 0, 0, 0), "hall", {"type": "day-opened", "day": "20261122"}),
        (
            e.TicketTransferred("20261122-a012", "w01", "police", None, "back", 0),
            "w01",
            {"type": "transferred", "to": {"service": "police", "window": None}},
        ),
        (
            e.TicketIssued("20261122-a012", "A012", 1, "tax", "priority", "kiosk", "elderly", True, 0),
            "hall",
            {"type": "issued", "service": "tax", "zone": "a"},
        ),
    ],
)
def test_every_fact_has_its_topic_and_its_detail(event: Event, tail: str, expected: dict[str, object]) -> None:
    topic, message = told(event)

    assert topic == f"jiaohao/v1/ningbo/hongtang/event/{tail}"
    assert message.items() >= expected.items()


def test_every_fact_is_either_a_message_or_a_change() -> None:
    kinds = set(messages.TYPES) | set(messages.CHANGES) | messages.PRIVATE

    assert kinds == set(Event.__args__)
    assert not set(messages.TYPES) & set(messages.CHANGES)


def test_a_clerk_and_the_reason_of_priority_are_nobodys_business() -> None:
    issued = e.TicketIssued("20261122-a012", "A012", 1, "tax", "priority", "kiosk", "elderly", True, 0)
    opened = e.WindowOpened("w01", "c01", 0)

    told_of = json.dumps([told(issued), told(opened)])

    assert all(secret not in told_of for secret in ("elderly", "priority", "c01"))


def test_what_a_clerk_writes_freely_about_a_pause_stays_in_the_journal() -> None:
    _, message = told(e.WindowPaused("w01", "接王小丫的电话", 0))

    assert message["type"] == "paused"
    assert "reason" not in message


def test_a_warning_that_everybody_can_see_is_told_to_the_hall() -> None:
    topic, message = told(e.WarningRaised("count", "tax", 21, 20, MORNING_MS))

    assert topic == "jiaohao/v1/ningbo/hongtang/event/hall"
    assert message.items() >= {"kind": "count", "subject": "tax", "value": 21, "limit": 20}.items()


@pytest.mark.parametrize("kind", ["idle", "paper", "offline", "stage", "case", "follow-up"])
def test_other_warnings_are_the_staffs_business(kind: e.WarningKind) -> None:
    for fact in (e.WarningRaised(kind, "w03", 1, 0, MORNING_MS), e.WarningCleared(kind, "w03", MORNING_MS)):
        assert event_message(PLAN, fact, 57, "e1", "20261122") is None
        assert messages.changed_message(PLAN, fact, 57, "e1") == {
            "v": 1,
            "epoch": "e1",
            "position": 57,
            "at": "2026-11-22T09:00:00.000+08:00",
            "type": "private",
            "ticket": None,
            "window": None,
        }


def test_a_fact_without_a_message_is_still_a_change() -> None:
    began = e.ServiceBegan("20261122-a012", "w03", MORNING_MS)

    assert event_message(PLAN, began, 57, "e1", "20261122") is None
    assert messages.changed_message(PLAN, began, 57, "e1") == {
        "v": 1,
        "epoch": "e1",
        "position": 57,
        "at": "2026-11-22T09:00:00.000+08:00",
        "type": "began",
        "ticket": "A012",
        "window": "w03",
    }


def test_a_priority_call_carries_the_neutral_mark() -> None:
    hall = hall_after(c.IssueTicket("tax", "priority"), c.OpenWindow("w01"), c.CallNext("w01"))
    call = e.TicketCalled("20261122-a001", "w01", REASON, 0, 0)

    assert messages.mark_of(hall, call) == {"zh": "优先", "en": "Priority"}


def test_the_state_shows_windows_calls_and_queues() -> None:
    hall = hall_after(
        c.IssueTicket("tax"), c.IssueTicket("tax"), c.IssueTicket("police"), c.OpenWindow("w01"), c.CallNext("w01")
    )

    state = messages.hall_state(hall, MORNING_MS, "e1")

    assert state["position"] == hall.position
    assert state["windows"] == {
        "w01": {"ticket": "A001", "state": "called"},
        "w03": {"ticket": None, "state": "closed"},
    }
    assert state["waiting"] == {"tax": 1, "police": 1}
    assert [call["ticket"] for call in state["recent"]] == ["A001"]
    assert "speed" not in state
    assert messages.hall_state(hall, MORNING_MS, "e1", speed=60)["speed"] == 60


def test_a_window_state_is_small_enough_for_a_small_strip() -> None:
    hall = hall_after(c.IssueTicket("tax"), c.OpenWindow("w01"), c.CallNext("w01"))

    state = messages.window_state(hall, "w01")

    assert state == {"v": 1, "position": 5, "ticket": "A001", "state": "called", "text": "请A001号"}
    assert len(messages.encode(state)) < 80


def test_a_zone_sees_its_own_windows_calls_and_queues_only() -> None:
    hall = hall_after(c.IssueTicket("tax"), c.OpenWindow("w03"), c.CallNext("w03"))

    state = messages.zone_state(hall, "a", MORNING_MS, "e1")

    assert list(state["windows"]) == ["w01"]
    assert state["recent"] == []
    assert state["waiting"] == {"tax": 0}
    assert [call["ticket"] for call in messages.zone_state(hall, "b", MORNING_MS, "e1")["recent"]] == ["A001"]


def test_events_are_never_retained_and_states_always() -> None:
    assert {kind: sent.retain for kind, sent in KINDS.items()} == {
        "event/{window}": False,
        "event/hall": False,
        "state": True,
        "state/{window}": True,
        "zone/{zone}/state": True,
        "cmd/{window}/{verb}": False,
        "reply/{client}": False,
        "req/replay": False,
        "ack/{device}": False,
        "device/{device}/online": True,
        "device/{device}/info": True,
        "engine/online": True,
    }


def test_the_messagepack_tree_stands_beside_the_json_tree() -> None:
    event = e.WindowOpened("w01", None, MORNING_MS)

    packed = event_message(PLAN, event, 1, "e1", "20261122", encoding="msgpack")

    assert packed is not None
    assert packed[0] == "jiaohao/v1m/ningbo/hongtang/event/w01"
    assert Topics(packed[0].partition("/event")[0]).encoding == "msgpack"
    assert len(messages.encode(packed[1], "msgpack")) < len(messages.encode(packed[1]))


@pytest.mark.parametrize("text", ["", "a.b", "a/b", "+", "#", "A", "窗", "x" * 65, None, 3])
def test_what_cannot_stand_in_a_topic_is_no_id(text: object) -> None:
    assert not is_id(text)
