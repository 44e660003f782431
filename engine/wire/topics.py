"""The MQTT topics of a hall: every name, who may use it, and how its messages are sent."""

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeGuard

from engine.core.plan import HallPlan

Encoding = Literal["json", "msgpack"]

LEVELS: Final[dict[Encoding, str]] = {"json": "v1", "msgpack": "v1m"}
ID: Final = re.compile(r"[a-z0-9-]{1,64}")
HALL: Final = "hall"
"""The window part of the event topic for facts of no one window."""

EVENT_TTL_S: Final = 30
COMMAND_TTL_S: Final = 10
HEARTBEAT_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Sent:
    """How the messages of one kind of topic travel; `ttl_s` holds where the broker speaks MQTT 5."""

    retain: bool = False
    ttl_s: int | None = None
    qos: int = 1


KINDS: Final[dict[str, Sent]] = {
    "event/{window}": Sent(ttl_s=EVENT_TTL_S),
    "event/hall": Sent(ttl_s=EVENT_TTL_S),
    "state": Sent(retain=True),
    "state/{window}": Sent(retain=True),
    "zone/{zone}/state": Sent(retain=True),
    "cmd/{window}/{verb}": Sent(ttl_s=COMMAND_TTL_S),
    "reply/{client}": Sent(),
    "req/replay": Sent(),
    "ack/{device}": Sent(),
    "device/{device}/online": Sent(retain=True),
    "device/{device}/info": Sent(retain=True),
    "engine/online": Sent(retain=True),
}
"""Every kind of topic below the root. Never retain an event: a reconnect must not announce the last call again."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics under one root, `jiaohao/v1/{region}/{hall}`; the MessagePack tree is `jiaohao/v1m/…`.

    >>> Topics.at("ningbo", "hongtang").window_state("w03")
    'jiaohao/v1/ningbo/hongtang/state/w03'
    """

    root: str

    @classmethod
    def at(cls, region: str, hall_id: str, encoding: Encoding = "json") -> "Topics":
        return cls(f"jiaohao/{LEVELS[encoding]}/{region}/{hall_id}")

    @classmethod
    def of(cls, plan: HallPlan, encoding: Encoding = "json") -> "Topics":
        return cls.at(plan.region, plan.hall_id, encoding)

    @property
    def encoding(self) -> Encoding:
        return "msgpack" if self.root.split("/")[1] == LEVELS["msgpack"] else "json"

    @property
    def state(self) -> str:
        return f"{self.root}/state"

    @property
    def engine_online(self) -> str:
        return f"{self.root}/engine/online"

    @property
    def replay(self) -> str:
        return f"{self.root}/req/replay"

    def window_state(self, window_id: str) -> str:
        return f"{self.root}/state/{window_id}"

    def zone_state(self, zone_id: str) -> str:
        return f"{self.root}/zone/{zone_id}/state"

    def event(self, window_id: str | None) -> str:
        """The topic of a window's facts; None for facts of no one window; `+` for all of them."""
        return f"{self.root}/event/{window_id or HALL}"

    def command(self, window_id: str, verb: str) -> str:
        return f"{self.root}/cmd/{window_id}/{verb}"

    def reply(self, client: str) -> str:
        return f"{self.root}/reply/{client}"

    def ack(self, device_id: str) -> str:
        return f"{self.root}/ack/{device_id}"

    def device_online(self, device_id: str) -> str:
        return f"{self.root}/device/{device_id}/online"

    def device_info(self, device_id: str) -> str:
        return f"{self.root}/device/{device_id}/info"

    def tail(self, topic: str) -> tuple[str, ...] | None:
        """The parts below the root, None for a topic that is not ours.

        >>> Topics("jiaohao/v1/r/h").tail("jiaohao/v1/r/h/cmd/w03/call-next")
        ('cmd', 'w03', 'call-next')
        """
        prefix = f"{self.root}/"
        return tuple(topic[len(prefix) :].split("/")) if topic.startswith(prefix) else None


def is_id(text: object) -> TypeGuard[str]:
    """Whether this may stand in a topic: no dot, no slash, no wildcard, nothing a person is called by.

    >>> is_id("w03"), is_id("w.3"), is_id("+"), is_id("")
    (True, False, False, False)
    """
    return isinstance(text, str) and ID.fullmatch(text) is not None
