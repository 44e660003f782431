"""The hall plan: what a hall is made of before anybody arrives, as frozen data.

A plan says nothing about today. It is read from `hall.toml` (`engine.wire.hall_file`), written into the journal as a
fact (`HallConfigured`), and never changed in place: a new plan is a new fact, and history keeps the old one.
"""

from dataclasses import dataclass
from typing import Final, Literal

MINUTE_MS: Final = 60_000
SECOND_MS: Final = 1_000
THOUSANDTHS: Final = 1_000

Mode = Literal["instant", "promised", "appointment", "extended", "self-service"]
"""How an item is handled: 即时办, 承诺办, 预约办, 延时办, 自助办."""


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
class Department:
    """An authority behind the windows: it takes stages, sub-tasks of cases, and items."""

    department_id: str
    name: Name


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day on which the hall stays shut; `day` is eight digits."""

    day: str
    name: Name


@dataclass(frozen=True, slots=True)
class Quota:
    """How many numbers of a service a channel (None: all) may draw in a span of the day (None: the whole day)."""

    count: int
    channel: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """How appointments for a service are made and kept: slots of so many places within `hours`.

    Somebody may check in from `early_ms` before the slot begins until `late_ms` after; whoever comes later waits in
    the plan's first lane. Nobody may cancel later than `cancel_ms` before.
    """

    per_slot: int
    slot_minutes: int = 30
    days_ahead: int = 7
    early_ms: int = 15 * MINUTE_MS
    late_ms: int = 15 * MINUTE_MS
    cancel_ms: int = 60 * MINUTE_MS
    lane_id: str | None = None
    hours: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class BackOffice:
    """What happens after acceptance: who works on it, until when, and where the result is collected.

    The due time is `due_days` working days, or `due_ms` when that is not 0.
    """

    department_id: str | None = None
    due_days: int = 5
    due_ms: int = 0
    collect_service_id: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What people come for; it has a number prefix and one queue per lane.

    `channels` are those that may draw it (none named: all); in `appointment_only` hours nobody draws it without an
    appointment. `no_show` says what becomes of a missed ticket: it waits for staff to reinstate it (`guide`), is void,
    or goes to the back, or behind `no_show_after` others, at most `returns_max` times.
    """

    service_id: str
    name: Name
    prefix: str
    zone_id: str
    group_id: str | None = None
    mean_ms: int = 10 * MINUTE_MS
    hours: tuple[Span, ...] = ()
    quotas: tuple[Quota, ...] = ()
    channels: tuple[str, ...] = ()
    one_per_person: bool = False
    form: Literal["none", "optional", "required"] = "none"
    mode: Mode = "instant"
    appointment_only: tuple[Span, ...] = ()
    no_show: Literal["guide", "void", "back", "after"] = "guide"
    no_show_after: int = 3
    returns_max: int = 2
    department_id: str | None = None
    booking: Booking | None = None
    back_office: BackOffice | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the catalogue (事项), found by search and queued under its service.

    It is in force from `effective_from` to `effective_until` (days as eight digits, None: no limit); until
    `delegated_until` it is queued under `delegated_service_id` instead.
    """

    item_id: str
    name: Name
    service_id: str
    group_id: str | None = None
    mode: Mode | None = None
    guide_url: str | None = None
    department_id: str | None = None
    effective_from: str | None = None
    effective_until: str | None = None
    delegated_service_id: str | None = None
    delegated_until: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule of a calling policy, looked at when no rule before it has chosen.

    `ceiling`: whoever has waited `after_ms` or longer, longest first, of `lane_ids` (none named: all lanes).
    `absolute`: whoever waits in `lane_ids`, in their order, longest first.
    `ratio`: `lane_ids` take turns, `takes[i]` calls of lane i in each round; an empty lane is passed over.
    `points`: the largest credit + rate × minutes waited. `longest`: whoever has waited longest.
    """

    kind: Literal["ceiling", "absolute", "ratio", "points", "longest"]
    lane_ids: tuple[str, ...] = ()
    after_ms: int = 0
    takes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Help:
    """A service of a later tier and how long its head waits before the window takes it for its own."""

    service_id: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class Policy:
    """How the next ticket is chosen: the first rule that finds somebody. Lanes in `may_starve` may wait for ever."""

    policy_id: str
    rules: tuple[PolicyRule, ...]
    may_starve: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tide:
    """When a tidal window (潮汐窗口) calls: from `open_over` people waiting for its services down to `close_under`."""

    open_over: int
    close_under: int


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the clerk of a video window sits, and that partner's hours."""

    site: Name
    hours: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """A window and the services it serves, in tiers: a later tier is looked at when the earlier ones are empty.

    `help_after_ms` names services of later tiers that count as the window's own once their head has waited so long.
    """

    window_id: str
    number: int
    name: Name
    zone_id: str
    tiers: tuple[tuple[str, ...], ...]
    kind: Literal["ordinary", "comprehensive", "dedicated", "tidal", "remote", "cases", "collection"] = "ordinary"
    policy_id: str | None = None
    help_after_ms: tuple[Help, ...] = ()
    tide: Tide | None = None
    remote: Remote | None = None


def numbered_window(number: int) -> Name:
    """What a window is called that has no name of its own.

    >>> numbered_window(3).zh
    '3号窗口'
    """
    return Name(f"{number}号窗口", f"Window {number}")


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody who may sit at a window; `deputy_id` stands in for them (AB岗)."""

    clerk_id: str
    name: Name
    deputy_id: str | None = None
    department_id: str | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A warning is raised when a figure passes `raise_at` and cleared when it is back at `clear_at`."""

    raise_at: int
    clear_at: int


@dataclass(frozen=True, slots=True)
class Limits:
    """When to warn: longest wait and idle gap in milliseconds, people waiting as a count; None: never."""

    wait_ms: Limit | None = None
    count: Limit | None = None
    idle_ms: Limit | None = None
    offline_ms: int = 30 * SECOND_MS


@dataclass(frozen=True, slots=True)
class Rules:
    """The hall's settings, each with the default of docs/reference/hall-file.md.

    `occupancy_max` 0 is no cap; with `stops_by_forecast` no number is given to somebody whose visit would begin after
    closing. Days are working days. `policy_id` None is the hall's plain rule: points.
    """

    call_expiry_ms: int = 300 * SECOND_MS
    last_call_grace_ms: int = 60 * SECOND_MS
    recall_limit: int = 3
    overtime_ms: int = 120 * MINUTE_MS
    number_digits: int = 3
    first_number: int = 1
    policy_id: str | None = None
    occupancy_max: int = 0
    stops_by_forecast: bool = False
    help_desk: str = ""
    next_item_place: Literal["original", "front", "back"] = "original"
    hold_ms_max: int = 60 * MINUTE_MS
    return_days: int = 5
    papers_days: int = 5
    no_show_bookings_max: int = 3
    names_owner: bool = False
    pause_reasons: tuple[str, ...] = ()
    case_days: int = 5
    case_escalation_days: int = 2
    rating_days: int = 3
    bad_stars: int = 2
    follow_up_days: int = 15
    target_wait_ms: int = 15 * MINUTE_MS
    draws_in_break: bool = True
    help_desk_en: str = ""
    """`help_desk` in English; the same text when empty."""

    @property
    def asks_at(self) -> Name | None:
        """Where whoever got no number may ask; None when nobody is named."""
        return Name(self.help_desk, self.help_desk_en or self.help_desk) if self.help_desk else None


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
    policies: tuple[Policy, ...] = ()
    departments: tuple[Department, ...] = ()
    workdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    """Days of the week on which the hall opens, Monday is 1."""
    holidays: tuple[Holiday, ...] = ()
    extra_workdays: tuple[str, ...] = ()
    """Days on which the hall opens although their weekday says no (调休)."""
    limits: Limits = Limits()
