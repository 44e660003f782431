"""What devices say is read exactly, or refused with a code: no bytes whatsoever may do more."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.wire import requests
from engine.wire.messages import encode
from engine.wire.requests import Ack, BadMessage, CommandMessage, DeviceInfo, ReplayRequest, Reply
from engine.wire.topics import Encoding

ids = st.from_regex(r"[a-z0-9-]{1,10}", fullmatch=True)
message_ids = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
encodings = st.sampled_from(["json", "msgpack"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
objects = st.dictionaries(texts, values, max_size=3)

commands = st.builds(
    CommandMessage,
    ids,
    st.sampled_from(sorted(requests.VERBS)),
    message_ids,
    ids,
    st.none() | ids,
    st.dictionaries(ids, ids | st.integers(0, 999), max_size=3),
    st.sampled_from(["zh", "en"]),
)
replies = st.builds(Reply, message_ids, st.booleans(), st.none() | objects, st.none() | ids, st.none() | texts)
positions = st.integers(1, 2**53)
replays = st.tuples(positions, positions, texts).map(lambda t: ReplayRequest(min(t[:2]), max(t[:2]), t[2]))
acks = st.builds(
    Ack, positions, st.sampled_from(["shown", "spoken", "printed", "dropped"]), st.integers(0, 10**6), st.none() | texts
)
id_lists = st.lists(ids, max_size=5).map(tuple)
infos = st.builds(
    DeviceInfo, texts, texts, id_lists, id_lists, st.none() | texts, st.none() | positions, st.none() | texts
)

READERS: list[Callable[[bytes, Encoding], Any]] = [
    lambda body, encoding: CommandMessage.read("w01", "call-next", body, encoding),
    Reply.read,
    ReplayRequest.read,
    Ack.read,
    DeviceInfo.read,
]


@given(commands, encodings)
def test_a_command_comes_out_as_it_went_in(command: CommandMessage, encoding: Encoding) -> None:
    body = encode(command.to_payload(), encoding)

    assert CommandMessage.read(command.window_id, command.verb, body, encoding) == command


@given(st.one_of(replies, replays, acks, infos), encodings)
def test_every_other_message_comes_out_as_it_went_in(
    message: Reply | ReplayRequest | Ack | DeviceInfo, encoding: Encoding
) -> None:
    body = encode(message.to_payload(), encoding)

    if len(body) <= requests.MESSAGE_BYTES_MAX or isinstance(message, Reply):
        assert type(message).read(body, encoding) == message


@given(st.binary(max_size=300) | objects.map(encode) | values.map(lambda value: json.dumps(value).encode()), encodings)
def test_garbage_is_refused_with_a_code_and_never_a_crash(body: bytes, encoding: Encoding) -> None:
    for read in READERS:
        try:
            read(body, encoding)
        except BadMessage as bad:
            assert bad.code in requests.COMPLAINTS_ZH
            assert bad.sentence("zh") != bad.sentence("en")


@given(objects)
def test_fields_nobody_knows_are_ignored(more: dict[str, Any]) -> None:
    ack = Ack(5, "shown", 10)

    assert Ack.read(encode({**{f"x-{key}": value for key, value in more.items()}, **ack.to_payload()})) == ack


def refusal_of(payload: object, verb: str = "call-next") -> BadMessage:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    with pytest.raises(BadMessage) as refused:
        CommandMessage.read("w01", verb, body)
    return refused.value


def test_an_unknown_verb_is_answered_under_its_id() -> None:
    bad = refusal_of({"v": 1, "id": "X1", "client": "btn"}, "dance")

    assert (bad.code, bad.message_id, bad.client) == ("unknown-verb", "X1", "btn")


def test_a_newer_version_is_not_guessed_at() -> None:
    assert refusal_of({"v": 2, "id": "X1"}).code == "unknown-version"


def test_without_an_id_nobody_can_be_answered() -> None:
    bad = refusal_of({"v": 1})

    assert (bad.code, bad.message_id) == ("bad-message", None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 4000,
        b'{"v":1,"id":"\\ud800"}',
        b'{"v":1,"id":"a","x":NaN}',
        b'{"v":true,"id":5}',
        b'{"v":1,"id":"a","args":[]}',
        b'{"v":1,"id":"a","clerk":"A/B"}',
        b'{"v":1,"id":"a","client":"#"}',
    ],
)
def test_what_is_not_a_command_is_a_bad_message(body: bytes) -> None:
    assert refusal_of(body).code == "bad-message"


def test_a_message_larger_than_four_kibibytes_is_not_read() -> None:
    assert refusal_of({"v": 1, "id": "a", "args": {"reason": "x" * 4096}}).code == "too-large"


def test_the_answer_goes_to_the_window_unless_somebody_is_named() -> None:
    assert CommandMessage.read("w01", "recall", b'{"v":1,"id":"a"}').client == "w01"
    assert CommandMessage.read("w01", "recall", b'{"v":1,"id":"a","client":"btn-7"}').client == "btn-7"


def test_a_number_as_long_as_a_telephones_does_not_name_an_actor() -> None:
    bad = refusal_of({"v": 1, "id": "a", "client": "13800138000"})

    assert bad.code == "personal-data"
