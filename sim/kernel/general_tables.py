"""A hall plan with all its rules as arrays, for the loop that knows them all.

Queues are numbered as in `engine.core.queues`: those of services first (`service × lanes + lane`), then those of
windows; one more holds whoever is still filling in a form.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from engine.core import calendar, slots
from engine.core.plan import MINUTE_MS, HallPlan, Help, Service, WindowPlan
from engine.core.policy import policy_of
from sim.kernel.shapes import NOBODY, Flags, Small, Whole
from sim.kernel.tables import WORD, Bits, HallTables, Long, PolicyTables, hall_tables, policy_tables
from sim.visits import Habits

ORIGINAL, FRONT, BACK, AFTER = range(4)
"""The places at which a ticket waits again."""
PLACES: Final = ("original", "front", "back", "after")
GUIDE, VOID, TO_BACK, TO_AFTER = range(4)
"""What becomes of a ticket that was called in vain."""
NO_SHOWS: Final = ("guide", "void", "back", "after")

Kind = tuple[tuple[tuple[str, ...], ...], tuple[Help, ...], str | None]

CLOSED, SLOT, LATE = 1, 2, 4
"""What a minute of the day may be for a service: nobody draws a number, not even who was promised one; a slot of
appointments begins; whoever is late for an appointment is still taken in."""

RULES: Final = np.dtype(
    [
        (name, np.int32)
        for name in (
            "lanes", "windows", "queues", "own_queues", "walk_ms", "gap_ms", "absent_ms", "issuing_ends_ms",
            "closes_ms", "opens_ms", "has_hours", "occupancy_max", "next_place", "holds_here", "call_ms", "expiry_ms",
        )
    ]
)  # fmt: skip
"""A hall's settings. The queues of windows are those from `own_queues` on; visits on hold wait for their own window
when it `holds_here`; further items wait at `next_place`."""

SERVICE: Final = np.dtype(
    [
        (name, np.int32)
        for name in (
            "needs_form", "no_show", "no_show_after", "returns_max", "has_office", "collect", "per_slot", "early_ms",
            "late_ms", "lane",
        )
    ]
)  # fmt: skip
"""What a hall does with a service: whether a form must be filled in, what becomes of no-shows, where the results of its
back office are collected (-1: nowhere), how many places a slot of appointments has (0: none), how long before and after
it begins its visitors check in, and in which lane they wait."""

DESK: Final = np.dtype([(name, np.int32) for name in ("kind", "team", "policy", "speaker", "speakers")])
"""A window: who calls as it does, who serves the same services, and its policy (-1: plain points, and no
help), and from where to where the loudspeakers of its zone stand (none: there are enough)."""

POLICY: Final = np.dtype([(name, np.int32) for name in ("rule", "rules", "start", "starts", "pattern", "patterns")])
"""Where the arrays of a policy begin and end."""


class GeneralTables(NamedTuple):
    """What the general loop knows of a hall.

    `settings` has one `RULES`; `services` and `desks` say what is done for each service and how each window calls.
    Windows that call alike are of one kind: `masks[kind, tier]` has a bit for each queue they call from, and
    `serves[kind, service]` says what they do. `able[service]` has a bit for each team that serves it, and
    `minutes[service, minute]` says what the minute is for it.
    """

    settings: Any
    services: Any
    desks: Any
    minutes: Small
    able: Bits
    masks: Bits
    serves: Flags


class RuleTables(NamedTuple):
    """How a hall's windows call, as `engine.core.calling` takes it: `credits` and `rates` of each queue; `help_ms[kind,
    queue]`, the wait from which a queue counts as of the first tier (-1: never); and the rules of `policies`, which are
    in the arrays from `kinds` on."""

    credits: Long
    rates: Long
    help_ms: Long
    policies: Any
    kinds: Long
    masks: Long
    after_ms: Long
    starts: Whole
    pattern: Whole


class ForecastTables(NamedTuple):
    """What a forecast needs to know of a hall: `tier_of[kind, service]` (-1: not served there), how long visits take as
    planned, and when each service closes, since midnight. Of a hall that refuses nobody by forecast it knows none."""

    tier_of: Whole
    mean_ms: Whole
    closes_ms: Whole


class Tables(NamedTuple):
    """What the general loop knows of a hall, how its windows call, and who would come too late."""

    hall: GeneralTables
    rule: RuleTables
    forecast: ForecastTables


def general_tables(plan: HallPlan, habits: Habits, *, holds_here: bool = False) -> Tables:
    """The tables of a hall; visits on hold wait for their own window when it `holds_here` (their papers stay there)."""
    hall, policies = hall_tables(plan, habits), policy_tables(plan)
    lanes = len(plan.lanes)
    queues = (len(plan.services) + len(plan.windows)) * lanes
    kinds = list(dict.fromkeys(_kind(plan, window) for window in plan.windows))
    places = {service.service_id: place for place, service in enumerate(plan.services)}
    general = GeneralTables(
        settings=_settings(plan, habits, hall, queues, holds_here),
        services=np.array([_service(plan, service, places) for service in plan.services], SERVICE),
        desks=np.array(
            [(kinds.index(_kind(plan, window)), hall.team_of[place], policies.policy_of[place],
              *_loudspeakers(habits, window.zone_id)) for place, window in enumerate(plan.windows)], DESK),
        minutes=np.array([_minutes(plan, service) for service in plan.services], np.uint8),
        able=np.ascontiguousarray(hall.able[hall.line_of]),
        masks=_masks(kinds, places, lanes, queues),
        serves=np.array(
            [[any(service_id in tier for tier in tiers) for service_id in places] for tiers, _, _ in kinds], np.uint8
        ),
    )  # fmt: skip
    rule = RuleTables(
        credits=np.array([lane.credit for lane in plan.lanes] * (queues // lanes), np.int64),
        rates=np.array([lane.rate for lane in plan.lanes] * (queues // lanes), np.int64),
        help_ms=_helps(kinds, places, lanes, queues),
        policies=_policies(policies),
        kinds=policies.kinds,
        masks=policies.masks,
        after_ms=policies.after_ms,
        starts=policies.starts,
        pattern=policies.pattern,
    )
    return Tables(general, rule, _forecast(plan, general, places))


def _forecast(plan: HallPlan, general: GeneralTables, places: dict[str, int]) -> ForecastTables:
    if not plan.rules.stops_by_forecast:
        none = np.empty(0, np.int32)
        return ForecastTables(none.reshape(0, 0), none, none)
    tier_of = np.full((len(general.serves), len(places)), NOBODY, np.int32)
    for place, window in enumerate(plan.windows):
        for tier, service_ids in enumerate(window.tiers):
            tier_of[general.desks[place]["kind"], [places[each] for each in service_ids]] = tier
    ends_ms = int(general.settings[0]["issuing_ends_ms"])
    lasts = [max((span.end * MINUTE_MS for span in service.hours), default=ends_ms) for service in plan.services]
    return ForecastTables(
        tier_of=tier_of,
        mean_ms=np.array([service.mean_ms for service in plan.services], np.int32),
        closes_ms=np.array([min(last, ends_ms) for last in lasts], np.int32),
    )


def _settings(plan: HallPlan, habits: Habits, hall: HallTables, queues: int, holds_here: bool) -> Any:
    return np.array(
        [
            (
                len(plan.lanes), len(plan.windows), queues, len(plan.services) * len(plan.lanes), habits.walk_ms,
                habits.gap_ms, habits.absent_ms, hall.issuing_ends_ms, hall.closes_ms,
                min((span.start for span in plan.hours), default=0) * MINUTE_MS, bool(plan.hours),
                plan.rules.occupancy_max, PLACES.index(plan.rules.next_item_place), holds_here, habits.call_ms,
                plan.rules.call_expiry_ms,
            )
        ],
        RULES,
    )  # fmt: skip


def _loudspeakers(habits: Habits, zone_id: str) -> tuple[int, int]:
    """Where the loudspeakers of a zone stand among all that are counted."""
    first = 0
    for counted_id, count in habits.loudspeakers:
        if counted_id == zone_id:
            return first, first + count
        first += count
    return 0, 0


def _service(plan: HallPlan, service: Service, places: dict[str, int]) -> tuple[int, ...]:
    office, booking = service.back_office, service.booking
    lanes = [lane.lane_id for lane in plan.lanes]
    return (
        service.form == "required",
        NO_SHOWS.index(service.no_show),
        service.no_show_after,
        service.returns_max,
        office is not None,
        places[office.collect_service_id] if office is not None and office.collect_service_id else NOBODY,
        booking.per_slot if booking is not None else 0,
        booking.early_ms if booking is not None else 0,
        booking.late_ms if booking is not None else 0,
        lanes.index(booking.lane_id) if booking is not None and booking.lane_id else 0,
    )


def _minutes(plan: HallPlan, service: Service) -> list[int]:
    """What each minute of the day is for a service."""
    starts, ends = [span.start for span in plan.hours], [span.end for span in plan.hours]
    minutes = []
    for minute in range(calendar.MIDNIGHT):
        is_break = len(starts) > 1 and min(starts) <= minute < max(ends) and not calendar.within(plan.hours, minute)
        is_closed = not calendar.within(service.hours, minute) or (is_break and not plan.rules.draws_in_break)
        minutes.append(CLOSED if is_closed else 0)
    if service.booking is not None:
        hours = (*slots.hours_of(plan, service, service.booking), *service.hours)
        for minute in slots.starts(plan, service, service.booking):
            minutes[minute] |= SLOT
        for minute in range(calendar.MIDNIGHT):
            minutes[minute] |= LATE if calendar.within(hours, minute) else 0
    return minutes


def _policies(tables: PolicyTables) -> Any:
    froms = (tables.rule_from, tables.start_from, tables.pattern_from)
    columns = [column for each in froms for column in (each[:-1].tolist(), each[1:].tolist())]
    return np.array(list(zip(*columns, strict=True)), POLICY)


def _kind(plan: HallPlan, window: WindowPlan) -> Kind:
    policy = policy_of(plan, window)
    return window.tiers, window.help_after_ms, policy.policy_id if policy is not None else None


def _masks(kinds: list[Kind], places: dict[str, int], lanes: int, queues: int) -> Bits:
    tiers_max = max(len(tiers) for tiers, _, _ in kinds)
    masks = np.zeros((len(kinds), tiers_max, -(-queues // WORD)), np.uint64)
    for kind, (tiers, _, _) in enumerate(kinds):
        for tier, service_ids in enumerate(tiers):
            for service_id in service_ids:
                for queue in range(places[service_id] * lanes, (places[service_id] + 1) * lanes):
                    masks[kind, tier, queue // WORD] |= np.uint64(1) << np.uint64(queue % WORD)
    return masks


def _helps(kinds: list[Kind], places: dict[str, int], lanes: int, queues: int) -> Long:
    helps = np.full((len(kinds), queues), -1, np.int64)
    for kind, (tiers, limits, _) in enumerate(kinds):
        later = {service_id for tier in tiers[1:] for service_id in tier}
        for limit in limits:
            if limit.service_id in later:
                first = places[limit.service_id] * lanes
                helps[kind, first : first + lanes] = limit.after_ms
    return helps
