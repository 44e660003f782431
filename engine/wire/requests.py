"""What devices say to the engine: commands, acknowledgements, presence, requests for a replay; and the answers.

Each kind is a frozen shape that both sides share: `to_payload` writes it, `read` checks and reads it. What cannot be
read raises `BadMessage` with a stable code: `too-large`, `bad-message`, `unknown-version`, `unknown-verb`,
`personal-data`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar, cast, get_args

import msgpack

from engine.wire.messages import VERSION, Payload
from engine.wire.topics import Encoding, is_id

Done = Literal["shown", "spoken", "printed", "dropped"]
Code = Literal["too-large", "bad-message", "unknown-version", "unknown-verb", "personal-data"]
T = TypeVar("T")

MESSAGE_BYTES_MAX: Final = 4096
TEXT_CHARACTERS_MAX: Final = 200
LIST_ITEMS_MAX: Final = 64
REPLAY_EVENTS_MAX: Final = 200
MESSAGE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONG_NUMBER: Final = re.compile(r"\d{11}")

COMPLAINTS_ZH: Final[dict[Code, str]] = {
    "too-large": "消息过大",
    "bad-message": "消息格式有误",
    "unknown-version": "消息版本不支持",
    "unknown-verb": "没有这项操作",
    "personal-data": "请不要填写个人信息",
}

VERBS: Final = frozenset(
    {
        "open", "close", "pause", "resume", "call-next", "call", "recall", "begin", "finish", "no-show", "hold",
        "transfer", "walk-direct",
    }
)  # fmt: skip
"""What may be asked of a window, over HTTP as over MQTT."""


class BadMessage(Exception):
    """A message that cannot be read; `message_id` and `client` are there when at least they could be."""

    def __init__(self, code: Code, detail: str, *, message_id: str | None = None, client: str | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.message_id = message_id
        self.client = client

    def sentence(self, language: str) -> str:
        """What is wrong, for the person who writes the device's program."""
        return f"{COMPLAINTS_ZH[self.code]}（{self.detail}）" if language == "zh" else self.detail


@dataclass(frozen=True, slots=True)
class CommandMessage:
    """`cmd/{window}/{verb}`: one order to a window.

    `message_id` (a ULID) is the idempotency key. `client` names the topic `reply/{client}` of the answer, by default
    the window: MQTT 3.1.1 does not tell the receiver who sent a message. `lang` is the language of a refusal.
    """

    window_id: str
    verb: str
    message_id: str
    client: str
    clerk: str | None = None
    args: Payload = field(default_factory=dict)
    lang: str = "zh"

    def to_payload(self) -> Payload:
        payload: Payload = {"v": VERSION, "id": self.message_id, "client": self.client}
        if self.clerk is not None:
            payload["clerk"] = self.clerk
        if self.args:
            payload["args"] = self.args
        if self.lang != "zh":
            payload["lang"] = self.lang
        return payload

    @classmethod
    def read(cls, window_id: str, verb: str, body: bytes, encoding: Encoding = "json") -> "CommandMessage":
        payload = decode(body, encoding)
        asked = payload.get("client")
        client: str = asked if is_id(asked) else window_id
        message_id = payload.get("id")
        if not isinstance(message_id, str) or not MESSAGE_ID.fullmatch(message_id):
            raise BadMessage("bad-message", "id must be 1 to 64 letters, digits, - or _", client=client)
        try:
            _require_version(payload)
            if verb not in VERBS:
                raise BadMessage("unknown-verb", f"there is no verb {verb[:32]!r}")
            if not is_id(payload.get("client", window_id)):
                raise BadMessage("bad-message", "client must be an id")
            if LONG_NUMBER.search(client):  # it names the actor in the journal
                raise BadMessage("personal-data", "client holds a number as long as a telephone's")
            return cls(
                window_id,
                verb,
                message_id,
                client,
                _optional_id(payload, "clerk"),
                _take(payload, "args", dict, {}),
                "en" if payload.get("lang") == "en" else "zh",
            )
        except BadMessage as bad:
            raise BadMessage(bad.code, bad.detail, message_id=message_id, client=client) from None


@dataclass(frozen=True, slots=True)
class Reply:
    """`reply/{client}`: the answer to a command or to a replay request; `result` when ok, else `code` and `detail`."""

    message_id: str
    ok: bool
    result: Payload | None = None
    code: str | None = None
    detail: str | None = None

    def to_payload(self) -> Payload:
        optional = {"result": self.result, "code": self.code, "detail": self.detail}
        given = {name: value for name, value in optional.items() if value is not None}
        return {"v": VERSION, "id": self.message_id, "ok": self.ok, **given}

    @classmethod
    def read(cls, body: bytes, encoding: Encoding = "json") -> "Reply":
        payload = decode(body, encoding, limit=None)
        _require_version(payload)
        return cls(
            _take(payload, "id", str),
            _take(payload, "ok", bool),
            _take(payload, "result", dict, None),
            _take(payload, "code", str, None),
            _take(payload, "detail", str, None),
        )


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """`req/replay`: please repeat the events of positions `first` to `last`, to `reply` and nobody else.

    On the wire the fields are `from`, `to` and `reply`: a whole topic, `…/reply/{client}`, or the client's id alone. A
    device that knows nothing yet asks from 0.
    """

    first: int
    last: int
    reply: str

    @property
    def client(self) -> str | None:
        """Who asked, None when `reply` does not say."""
        return _client_of(self.reply)

    def to_payload(self) -> Payload:
        return {"v": VERSION, "from": self.first, "to": self.last, "reply": self.reply}

    @classmethod
    def read(cls, body: bytes, encoding: Encoding = "json") -> "ReplayRequest":
        payload = decode(body, encoding)
        _require_version(payload)
        reply = _take(payload, "reply", str)
        try:
            first, last = max(1, _take(payload, "from", int)), _take(payload, "to", int)
            if payload["from"] < 0 or not first <= last < 2**63:
                raise BadMessage("bad-message", "from and to must be positions, from not after to")
        except BadMessage as bad:
            raise BadMessage(bad.code, bad.detail, client=_client_of(reply)) from None
        return cls(first, last, reply)


def _client_of(reply: str) -> str | None:
    parent, _, client = reply.rpartition("/")
    return client if is_id(client) and (not parent or parent.endswith("/reply")) else None


@dataclass(frozen=True, slots=True)
class Ack:
    """`ack/{device}`: what a device did with the event at `position`, and how long after it happened."""

    position: int
    done: Done
    delay_ms: int
    reason: str | None = None

    def to_payload(self) -> Payload:
        payload: Payload = {"v": VERSION, "position": self.position, "done": self.done, "delay_ms": self.delay_ms}
        return payload if self.reason is None else {**payload, "reason": self.reason}

    @classmethod
    def read(cls, body: bytes, encoding: Encoding = "json") -> "Ack":
        payload = decode(body, encoding)
        _require_version(payload)
        done = _take(payload, "done", str)
        if done not in get_args(Done):
            raise BadMessage("bad-message", f"done must be one of {', '.join(get_args(Done))}")
        return cls(
            _take(payload, "position", int),
            cast("Done", done),
            _take(payload, "delay_ms", int, 0),
            _text(payload, "reason"),
        )


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """`device/{device}/info`: what a device is and shows; its age is the presence (30 s without it: offline)."""

    kind: str
    version: str
    windows: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    showing: str | None = None
    position: int | None = None
    at: str | None = None

    def to_payload(self) -> Payload:
        return {
            "v": VERSION,
            "kind": self.kind,
            "version": self.version,
            "windows": list(self.windows),
            "zones": list(self.zones),
            "showing": self.showing,
            "position": self.position,
            "at": self.at,
        }

    @classmethod
    def read(cls, body: bytes, encoding: Encoding = "json") -> "DeviceInfo":
        payload = decode(body, encoding)
        _require_version(payload)
        return cls(
            _text(payload, "kind") or "",
            _text(payload, "version") or "",
            _ids(payload, "windows"),
            _ids(payload, "zones"),
            _text(payload, "showing"),
            _take(payload, "position", int, None),
            _text(payload, "at"),
        )


def decode(body: bytes, encoding: Encoding = "json", *, limit: int | None = MESSAGE_BYTES_MAX) -> Payload:
    """The object in a message of at most `limit` bytes; raises `BadMessage`."""
    if limit is not None and len(body) > limit:
        raise BadMessage("too-large", f"{len(body)} bytes; at most {limit} are read")
    try:
        payload = _DECODERS[encoding](body)
        json.dumps(payload, ensure_ascii=False, allow_nan=False).encode()  # no half of a character, no NaN, no bytes
    except (ValueError, TypeError, RecursionError, msgpack.UnpackException):
        raise BadMessage("bad-message", f"this is not {encoding}") from None
    if not isinstance(payload, dict):
        raise BadMessage("bad-message", "the message must be an object")
    return payload


_DECODERS: Final[dict[Encoding, Callable[[bytes], Any]]] = {
    "json": lambda body: json.loads(body.decode()),
    "msgpack": lambda body: msgpack.unpackb(body, strict_map_key=True),
}

_NEEDED: Final[Any] = object()


def _take(payload: Payload, name: str, kind: type[T], default: Any = _NEEDED) -> Any:
    value = payload.get(name)
    if value is None and default is not _NEEDED:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadMessage("bad-message", f"{name} must be {_KIND_NAMES[kind]}")
    return value


_KIND_NAMES: Final[dict[type, str]] = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


def _text(payload: Payload, name: str) -> str | None:
    value: str | None = _take(payload, name, str, None)
    if value is not None and len(value) > TEXT_CHARACTERS_MAX:
        raise BadMessage("bad-message", f"{name} has more than {TEXT_CHARACTERS_MAX} characters")
    return value


def _ids(payload: Payload, name: str) -> tuple[str, ...]:
    values = _take(payload, name, list, [])
    if len(values) > LIST_ITEMS_MAX or not all(is_id(value) for value in values):
        raise BadMessage("bad-message", f"{name} must be at most {LIST_ITEMS_MAX} ids")
    return tuple(values)


def _optional_id(payload: Payload, name: str) -> str | None:
    value: str | None = _take(payload, name, str, None)
    if value is not None and not is_id(value):
        raise BadMessage("bad-message", f"{name} must be an id")
    return value


def _require_version(payload: Payload) -> None:
    if payload.get("v") != VERSION:
        raise BadMessage("unknown-version", f"v must be {VERSION}")
