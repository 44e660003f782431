"""The embedded broker listens to greetings of MQTT 3.1.1, says no to others, and waits for nobody for ever."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from engine.mqtt.access import ACCESS_FILE, access_of, matches
from engine.mqtt.devices import hash_token
from engine.mqtt.embedded import MQTT_311, AccessList, HallBroker, read_greeting


def connect_packet(level: int, *, name: bytes = b"MQTT", length: bytes = b"\x0c") -> bytes:
    return b"\x10" + length + len(name).to_bytes(2, "big") + name + bytes((level,)) + b"\x02\x00\x0f\x00\x00"


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    (tmp_path / ACCESS_FILE).write_text("{}")
    broker = HallBroker(AccessList(tmp_path / ACCESS_FILE), 0)
    await broker.start()
    yield broker.port
    await broker.shutdown()


async def answer(port: int, *said: bytes) -> bytes:
    """What the broker says until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.writelines(said)
    writer.write_eof()
    heard = await asyncio.wait_for(reader.read(), 3)
    writer.close()
    return heard


async def test_mqtt_5_is_told_at_once_that_it_is_not_spoken_here(port: int) -> None:
    assert await answer(port, connect_packet(5)) == b"\x20\x02\x00\x01"


async def test_a_stranger_is_told_that_he_is_not_authorised(port: int) -> None:
    assert await answer(port, connect_packet(MQTT_311)) == b"\x20\x02\x00\x05"


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x10\xff\xff\xff\xff\xff",
        connect_packet(4, name=b"HTTP"),
        b"\x10\x0c\x00",
        bytes(5_000),
    ],
)
async def test_other_greetings_are_hung_up_on_and_do_no_harm(port: int, garbage: bytes) -> None:
    assert await answer(port, garbage) == b""

    assert await answer(port, connect_packet(5)) == b"\x20\x02\x00\x01"


async def test_a_long_length_is_read() -> None:
    reader = asyncio.StreamReader()
    packet = connect_packet(4, length=b"\x8c\x01")
    reader.feed_data(packet)

    assert await read_greeting(reader) == packet[:10]


def test_a_changed_list_holds_at_once(tmp_path: Path) -> None:
    path = tmp_path / ACCESS_FILE
    path.write_text(json.dumps({"a": {"hash": hash_token("t"), "read": ["x/+"], "write": []}}))
    access = AccessList(path)
    assert access.knows("a", "t")
    assert access.may("a", "read", "x/1")

    path.write_text("{}")

    assert not access.knows("a", "t")
    assert not access.may("a", "read", "x/1")


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("a", "a", True),
        ("a", "a/b", False),
        ("a/b", "a", False),
        ("+/b", "a/b", True),
        ("+", "a/b", False),
        ("a/#", "a/b/c", True),
        ("#", "a", True),
    ],
)
def test_filters_match_as_mqtt_says(topic_filter: str, topic: str, expected: bool) -> None:
    assert matches(topic_filter, topic) is expected


def test_an_observer_may_write_nothing_at_all() -> None:
    assert access_of("observer", "watch-1", (), "r", "h").write == ()
