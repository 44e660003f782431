"""The hall plan: what a hall is made of before anybody arrives, as frozen data.

A plan says nothing about today. It is read from `hall.toml` (`engine.wire.hall_file`), written into the journal as a
fact (`HallConfigured`), and never changed in place: a new plan is a new fact, and history keeps the old one.
"""

from dataclasses import dataclass
from typing import Final

MINUTE_MS: Final = 60_000
SECOND_MS: Final = 1_000
THOUSANDTHS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Name:
    """One name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Span:
    """A span of a local day in minutes from midnight, from `start` up to but not including `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the hall with its own boards and its own loudspeaker."""

    zone_id: str
    name: Name
    kind: str = "windows"


@dataclass(frozen=True, slots=True)
class Lane:
    """A class of visitors and what a minute of its waiting weighs.

    `credit` is in thousandths of a point, `rate` in thousandths of a point per minute: whole numbers, so that every
    machine and every compiler computes the same urgency.
    """

    lane_id: str
    name: Name
    credit: int
    rate: int
    mark: Name | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the catalogue under which a kiosk shows services."""

    group_id: str
    name: Name


@dataclass(frozen=True, slots=True)
class Service:
    """What people come for; it has a number prefix and one queue per lane."""

    service_id: str
    name: Name
    prefix: str
    zone_id: str
    group_id: str | None = None
    mean_ms: int = 10 * MINUTE_MS
    hours: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the catalogue (事项), found by search and queued under its service."""

    item_id: str
    name: Name
    service_id: str


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """A window and the services it serves, in tiers: a later tier is looked at when the earlier ones are empty."""

    window_id: str
    number: int
    name: Name
    zone_id: str
    tiers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody who may sit at a window."""

    clerk_id: str
    name: Name


@dataclass(frozen=True, slots=True)
class Rules:
    """The hall's settings, each with the default of docs/reference/hall-file.md."""

    call_expiry_ms: int = 300 * SECOND_MS
    last_call_grace_ms: int = 60 * SECOND_MS
    recall_limit: int = 3
    overtime_ms: int = 120 * MINUTE_MS
    number_digits: int = 3
    first_number: int = 1


@dataclass(frozen=True, slots=True)
class HallPlan:
    """Everything that is fixed about a hall; the order of each tuple is the order people see."""

    hall_id: str
    region: str
    name: Name
    timezone: str
    lanes: tuple[Lane, ...]
    zones: tuple[Zone, ...]
    services: tuple[Service, ...]
    windows: tuple[WindowPlan, ...]
    groups: tuple[Group, ...] = ()
    items: tuple[Item, ...] = ()
    clerks: tuple[Clerk, ...] = ()
    hours: tuple[Span, ...] = ()
    rules: Rules = Rules()
