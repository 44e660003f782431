"""What a link is made with and what it hands over, as frozen data, and its limits."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from paho.mqtt.reasoncodes import ReasonCode

KEEPALIVE_S: Final = 15
RECEIVE_LIMIT: Final = 4096
"""Messages received and not yet read; one more ends the link."""


class Refused(ConnectionError):
    """The broker said no: to a login, a message or a subscription. `code` is the MQTT reason code."""

    def __init__(self, what: str, reason: ReasonCode) -> None:
        super().__init__(f"{what}: {reason}")
        self.code: int = reason.value


@dataclass(frozen=True, slots=True)
class Address:
    """Where a broker listens."""

    host: str
    port: int = 1883
    tls: bool = False

    @classmethod
    def parse(cls, text: str) -> "Address":
        """From `host:port`, `mqtt://host:port` or `mqtts://host:port`; raises `ValueError` that says what is wrong."""
        parts = urlsplit(text if "//" in text else f"mqtt://{text}")
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.username or parts.path.strip("/"):
            raise ValueError(f"not a broker address: {text!r}; write mqtt://host:port")
        tls = parts.scheme == "mqtts"
        port = parts.port
        return cls(parts.hostname, port if port is not None else (8883 if tls else 1883), tls)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'mqtts' if self.tls else 'mqtt'}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes for us when the link breaks without a farewell."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = True


@dataclass(frozen=True, slots=True)
class Login:
    """Everything one connection needs; `client_id` is also the user name, `token` the password.

    `keep_s` > 0 asks the broker to keep the session that long: it then delivers again what was never acknowledged.
    """

    address: Address
    client_id: str
    token: str | None = None
    will: Will | None = None
    keep_s: int = 0
    keepalive_s: int = KEEPALIVE_S


@dataclass(frozen=True, slots=True)
class Message:
    """One message received; `reply_to` and `correlation` are there only when the sender and the broker speak MQTT 5."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    mid: int
    reply_to: str | None = None
    correlation: bytes | None = None
