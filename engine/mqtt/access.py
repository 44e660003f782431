"""Who may read and write which topics: one table for Mosquitto's list and for the embedded broker's checks."""

from dataclasses import dataclass
from typing import Final, Literal

from engine.wire.topics import LEVELS, Topics

Role = Literal["engine", "device", "observer"]

ENGINE: Final = "engine"
"""The engine's own user name with a broker of ours."""
PROBE: Final = "probe"
"""The user name with which the engine finds out whether a broker has read its new list."""
OBSERVER_PREFIX: Final = "watch-"
ACCESS_FILE: Final = "access.json"
"""The embedded broker's list, in its folder."""

_PUBLIC: Final = ("event/+", "state", "state/+", "zone/+/state", "engine/online")
_PRESENCE: Final = ("ack/+", "device/+/online", "device/+/info")


@dataclass(frozen=True, slots=True)
class Access:
    """Topic filters somebody may read, and those somebody may write."""

    read: tuple[str, ...]
    write: tuple[str, ...]


def access_of(role: Role, device_id: str, windows: tuple[str, ...], region: str, hall_id: str) -> Access:
    """What a device may do in one hall, on the JSON tree and on the MessagePack tree."""
    if role == ENGINE:
        return Access(("#",), ("#",))
    read, write = _tails(role, device_id, windows)
    roots = [Topics.at(region, hall_id, encoding).root for encoding in LEVELS]
    return Access(
        tuple(f"{root}/{tail}" for root in roots for tail in read),
        tuple(f"{root}/{tail}" for root in roots for tail in write),
    )


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic is one of those a filter names.

    >>> matches("a/+/c", "a/b/c"), matches("a/#", "a/b/c"), matches("a/#", "a"), matches("a/+", "a/b/c")
    (True, True, True, False)
    """
    wanted, parts = topic_filter.split("/"), topic.split("/")
    for index, level in enumerate(wanted):
        if level == "#":
            return True
        if index >= len(parts) or level not in ("+", parts[index]):
            return False
    return len(wanted) == len(parts)


def _tails(role: Role, device_id: str, windows: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if role == "observer":
        return (*_PUBLIC, *_PRESENCE), ()
    own = (f"device/{device_id}/online", f"device/{device_id}/info", f"ack/{device_id}", "req/replay")
    # Its own info tells a device after a restart how far it had come.
    answers = (f"device/{device_id}/info", f"reply/{device_id}", *(f"reply/{window_id}" for window_id in windows))
    return (
        (*_PUBLIC, *answers),
        (*own, *(f"cmd/{window_id}/+" for window_id in windows)),
    )
