"""The published contract says what the code does: every topic, how it travels, and the shape of every message."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from engine.core import commands as c
from engine.core import events as e
from engine.core.events import CallReason, Event
from engine.wire import messages
from engine.wire.messages import encode
from engine.wire.requests import VERBS, Ack, CommandMessage, DeviceInfo, ReplayRequest, Reply
from engine.wire.topics import KINDS, Topics
from tests.wire.halls import MORNING_MS, PLAN, hall_after
from tests.wire.test_requests import acks, commands, infos, replays, replies

CONTRACT = Path(__file__).parents[2] / "docs" / "reference" / "asyncapi.yaml"
ROOT = "jiaohao/v1/{region}/{hall}/"
REASON = CallReason("points", 0, 0, 0, None, None)
TICKET = "20261122-a012"

FACTS: list[Event] = [
    e.TicketIssued(TICKET, "A012", 1, "tax", "priority", "kiosk", "elderly", False, MORNING_MS),
    e.TicketCalled(TICKET, "w03", REASON, MORNING_MS, MORNING_MS),
    e.TicketRecalled(TICKET, "w03", 1, MORNING_MS, MORNING_MS),
    e.ServiceFinished(TICKET, "w03", "done", MORNING_MS),
    e.ServiceFinished("20261122-walk-3", "w03", "done", MORNING_MS),
    e.TicketMissed(TICKET, "w03", False, MORNING_MS),
    e.TicketReinstated(TICKET, "back", MORNING_MS),
    e.TicketHeld(TICKET, "w03", "papers", MORNING_MS),
    e.TicketTransferred(TICKET, "w03", "tax", None, "front", MORNING_MS),
    e.TicketCancelled(TICKET, None, "visitor", MORNING_MS),
    e.WindowOpened("w03", "c01", MORNING_MS),
    e.WindowClosed("w03", MORNING_MS),
    e.WindowPaused("w03", "lunch", MORNING_MS),
    e.WindowResumed("w03", MORNING_MS),
    e.WindowMoved("w03", 9, "hall", MORNING_MS),
    e.DayOpened("20261122", MORNING_MS, MORNING_MS, MORNING_MS),
    e.DayClosed(MORNING_MS),
    e.WarningRaised("wait", "tax", 1_800_001, 1_800_000, MORNING_MS),
    e.WarningCleared("tide", "w03", MORNING_MS),
    e.TicketCalled(TICKET, "gone", REASON, MORNING_MS, MORNING_MS),
]


@cache
def contract() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(CONTRACT.read_text("utf-8"))
    return loaded


@cache
def validator(schema: str) -> Draft202012Validator:
    resource: Resource[Any] = Resource.opaque(contract())
    registry: Registry[Any] = Registry().with_resource("contract", resource)
    return Draft202012Validator({"$ref": f"contract#/components/schemas/{schema}"}, registry=registry)


def check(schema: str, payload: dict[str, Any]) -> None:
    """The payload, as it travels, has the shape that is published."""
    validator(schema).validate(json.loads(encode(payload)))


def test_every_topic_is_published_and_no_other() -> None:
    addresses = {channel["address"].removeprefix(ROOT) for channel in contract()["channels"].values()}

    assert addresses == set(KINDS)


def test_every_topic_travels_as_published() -> None:
    for operation in contract()["operations"].values():
        channel = contract()["channels"][operation["channel"]["$ref"].rsplit("/", 1)[1]]
        how = operation["bindings"]["mqtt"]
        sent = KINDS[channel["address"].removeprefix(ROOT)]
        assert (how["qos"], how["retain"], how.get("messageExpiryInterval")) == (sent.qos, sent.retain, sent.ttl_s)


def test_every_channel_is_used_by_an_operation() -> None:
    used = {operation["channel"]["$ref"].rsplit("/", 1)[1] for operation in contract()["operations"].values()}

    assert used == set(contract()["channels"])


def test_the_topics_are_built_as_published() -> None:
    topics = Topics.at("r", "h")
    built = {
        "windowEvent": topics.event("{window}"),
        "hallEvent": topics.event(None),
        "state": topics.state,
        "windowState": topics.window_state("{window}"),
        "zoneState": topics.zone_state("{zone}"),
        "command": topics.command("{window}", "{verb}"),
        "reply": topics.reply("{client}"),
        "replay": topics.replay,
        "ack": topics.ack("{device}"),
        "deviceOnline": topics.device_online("{device}"),
        "deviceInfo": topics.device_info("{device}"),
        "engineOnline": topics.engine_online,
    }
    published = {
        name: channel["address"].replace("{region}", "r").replace("{hall}", "h")
        for name, channel in contract()["channels"].items()
    }

    assert built == published


def test_verbs_and_types_are_those_of_the_code() -> None:
    assert set(contract()["components"]["parameters"]["verb"]["enum"]) == VERBS
    assert set(contract()["components"]["schemas"]["fact"]["properties"]["type"]["enum"]) == set(
        messages.TYPES.values()
    )


def test_the_facts_tried_here_are_all_there_are() -> None:
    assert {type(fact) for fact in FACTS} == set(messages.TYPES)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_every_fact_has_the_published_shape(fact: Event) -> None:
    message = messages.event_message(PLAN, fact, 57, "e1")

    assert message is not None
    check("fact", message[1])


def test_states_have_the_published_shape() -> None:
    hall = hall_after(
        c.IssueTicket("tax", "priority"),
        c.IssueTicket("police"),
        c.OpenWindow("w01"),
        c.OpenWindow("w03"),
        c.CallNext("w01"),
        c.RecallTicket("w01"),
        c.WalkDirect("w03"),
    )

    check("state", messages.hall_state(hall, MORNING_MS, "e1", speed=60))
    for window_id in hall.windows:
        check("windowState", messages.window_state(hall, window_id))
    for zone in PLAN.zones:
        check("zoneState", messages.zone_state(hall, zone.zone_id, MORNING_MS, "e1"))


@given(st.one_of(commands, replays, acks, infos, replies))
def test_what_devices_say_has_the_published_shape(
    message: CommandMessage | ReplayRequest | Ack | DeviceInfo | Reply,
) -> None:
    schema = {CommandMessage: "command", ReplayRequest: "replay", Ack: "ack", DeviceInfo: "info", Reply: "reply"}

    if not isinstance(message, Reply) or message.ok or (message.code and message.detail is not None):
        check(schema[type(message)], message.to_payload())


def test_no_description_was_broken_by_a_comma() -> None:
    def keys_without_value(node: object) -> list[str]:
        if isinstance(node, dict):
            empty = [key for key, value in node.items() if value is None and key != "mark"]
            return empty + [key for value in node.values() for key in keys_without_value(value)]
        return [key for item in node for key in keys_without_value(item)] if isinstance(node, list) else []

    assert keys_without_value(contract()) == []


def test_the_examples_are_examples() -> None:
    for name, message in contract()["components"]["messages"].items():
        for example in message.get("examples", ()):
            validator(name).validate(example["payload"])


@pytest.mark.parametrize(
    ("schema", "payload"),
    [
        ("fact", {"v": 1}),
        ("fact", {**messages.event_message(PLAN, FACTS[1], 1, "e")[1], "type": "sung"}),  # type: ignore[index]
        ("ack", {"v": 1, "position": 1, "done": "eaten"}),
        ("reply", {"v": 1, "id": "x", "ok": False}),
        ("command", {"v": 2, "id": "x"}),
    ],
)
def test_other_shapes_are_refused(schema: str, payload: dict[str, Any]) -> None:
    assert not validator(schema).is_valid(payload)
