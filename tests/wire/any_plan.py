"""Any plan a hall file can describe, for properties over all of them."""

from datetime import date

from hypothesis import strategies as st

from engine.core.plan import (
    MINUTE_MS,
    BackOffice,
    Booking,
    Clerk,
    Department,
    Group,
    HallPlan,
    Help,
    Holiday,
    Item,
    Lane,
    Limit,
    Limits,
    Name,
    Policy,
    PolicyRule,
    Quota,
    Remote,
    Rules,
    Service,
    Span,
    Tide,
    WindowPlan,
    Zone,
)
from engine.wire.hall_tables import ZONE_KINDS

IDS = st.text("abz019-", min_size=1, max_size=6)
TEXTS = st.text("号A #\"'\\[]{}=.,é1", max_size=6).map(lambda text: text + "。")
NAMES = st.builds(Name, TEXTS, TEXTS)
PREFIXES = st.sampled_from("ABCDEFGHJKLMNPRSTUVWXYZ")
MODES = st.sampled_from(["instant", "promised", "appointment", "extended", "self-service"])
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31)).map(lambda day: f"{day:%Y%m%d}")


def ids(most: int, least: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(IDS, min_size=least, max_size=most, unique=True)


def minutes(most: int, least: int = 1) -> st.SearchStrategy[int]:
    """Whole minutes in milliseconds."""
    return st.integers(least, most).map(lambda count: count * MINUTE_MS)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    ends = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(Span(start, end) for start, end in zip(ends[::2], ends[1::2], strict=False))


def some_of(hours: tuple[Span, ...]) -> st.SearchStrategy[tuple[Span, ...]]:
    """Some spans out of these, in the order of the day."""
    if not hours:
        return st.just(())
    return st.lists(st.sampled_from(hours), unique=True).map(lambda some: tuple(sorted(some, key=lambda s: s.start)))


@st.composite
def plans(draw: st.DrawFn) -> HallPlan:
    """Any plan a hall file can describe."""
    lane_ids, zone_ids, group_ids, department_ids = draw(ids(3)), draw(ids(3)), draw(ids(2)), draw(ids(2))
    service_ids, window_ids = draw(ids(4)), draw(ids(4))
    departments = st.none() | st.sampled_from(department_ids)
    prefixes = draw(st.lists(PREFIXES, min_size=len(service_ids), max_size=len(service_ids), unique=True))
    hours = draw(spans())
    policies = draw(policies_of(lane_ids))
    policy = st.none() | st.sampled_from([policy.policy_id for policy in policies]) if policies else st.none()
    holidays, extra = draw(calendars())
    return HallPlan(
        hall_id=draw(IDS),
        region=draw(IDS),
        name=draw(NAMES),
        timezone=draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"])),
        lanes=tuple(draw(lanes(lane_id, f"group-{place}")) for place, lane_id in enumerate(lane_ids)),
        zones=tuple(Zone(zone_id, draw(NAMES), draw(st.sampled_from(ZONE_KINDS))) for zone_id in zone_ids),
        services=tuple(
            draw(services(service_id, prefix, zone_ids, group_ids, departments, lane_ids, service_ids, hours))
            for service_id, prefix in zip(service_ids, prefixes, strict=True)
        ),
        windows=tuple(
            draw(windows(window_id, number, zone_ids, service_ids, policy, hours))
            for number, window_id in enumerate(window_ids, start=1)
        ),
        groups=tuple(Group(group_id, draw(NAMES)) for group_id in group_ids),
        items=tuple(draw(items(item_id, service_ids, group_ids, departments)) for item_id in draw(ids(3))),
        clerks=draw(clerks(departments)),
        hours=hours,
        rules=draw(rules(policy)),
        policies=policies,
        departments=tuple(Department(department_id, draw(NAMES)) for department_id in department_ids),
        workdays=tuple(sorted(draw(st.sets(st.integers(1, 7), min_size=1)))),
        holidays=holidays,
        extra_workdays=extra,
        limits=draw(limits()),
    )


@st.composite
def lanes(draw: st.DrawFn, lane_id: str, group: str) -> Lane:
    groups = (group,) if draw(st.booleans()) else ()
    weights = st.integers(0, 100_000), st.integers(1, 100_000)
    return Lane(lane_id, draw(NAMES), draw(weights[0]), draw(weights[1]), draw(st.none() | NAMES), groups)


@st.composite
def policies_of(draw: st.DrawFn, lane_ids: list[str]) -> tuple[Policy, ...]:
    """Policies of every kind of rule, under which nobody starves who is not marked."""
    named = tuple(draw(st.permutations(lane_ids)))
    takes = tuple(draw(st.integers(1, 100)) for _ in named)
    ceiling = PolicyRule("ceiling", (), draw(minutes(1440)))
    endings = (PolicyRule("points"), PolicyRule("longest"), PolicyRule("ratio", named, 0, takes))
    kinds = (
        (draw(st.sampled_from(endings)),),
        (ceiling, PolicyRule("absolute", named[:1]), draw(st.sampled_from(endings))),
        (PolicyRule("absolute", named),),
    )
    return tuple(
        Policy(policy_id, chosen, tuple(named) if chosen[0].kind == "absolute" else ())
        for policy_id in draw(ids(3, 0))
        for chosen in [draw(st.sampled_from(kinds))]
    )


@st.composite
def services(
    draw: st.DrawFn,
    service_id: str,
    prefix: str,
    zone_ids: list[str],
    group_ids: list[str],
    departments: st.SearchStrategy[str | None],
    lane_ids: list[str],
    service_ids: list[str],
    hall_hours: tuple[Span, ...],
) -> Service:
    own = draw(some_of(hall_hours))
    opened = own or hall_hours
    channels = tuple(draw(ids(2, 0)))
    booking = draw(bookings(lane_ids, opened))
    no_show = draw(st.sampled_from(["guide", "void", "back", "after"]))
    quotas = st.builds(
        Quota,
        st.integers(0, 100_000),
        st.none() | (st.sampled_from(channels) if channels else IDS),
        st.none() | st.sampled_from(opened) if opened else st.none(),
    )
    return Service(
        service_id=service_id,
        name=draw(NAMES),
        prefix=prefix,
        zone_id=draw(st.sampled_from(zone_ids)),
        group_id=draw(st.none() | st.sampled_from(group_ids)),
        mean_ms=draw(st.integers(1, 100_000)) * 60,
        hours=own,
        quotas=tuple(draw(st.lists(quotas, max_size=2, unique_by=lambda quota: (quota.channel, quota.span)))),
        channels=channels,
        one_per_person=draw(st.booleans()),
        form=draw(st.sampled_from(["none", "optional", "required"])),
        mode=draw(MODES),
        appointment_only=draw(some_of(opened)) if booking else (),
        no_show=no_show,
        no_show_after=draw(st.integers(1, 100)) if no_show == "after" else 3,
        returns_max=draw(st.integers(0, 20)),
        department_id=draw(departments),
        booking=booking,
        back_office=draw(back_offices(departments, [other for other in service_ids if other != service_id])),
    )


@st.composite
def bookings(draw: st.DrawFn, lane_ids: list[str], opened: tuple[Span, ...]) -> Booking | None:
    hours = draw(some_of(opened))
    longest = max((span.end - span.start for span in hours or opened), default=480)
    if longest < 5 or draw(st.booleans()):
        return None
    return Booking(
        per_slot=draw(st.integers(1, 10_000)),
        slot_minutes=draw(st.integers(5, min(480, longest))),
        days_ahead=draw(st.integers(0, 365)),
        early_ms=draw(minutes(480, 0)),
        late_ms=draw(minutes(480, 0)),
        cancel_ms=draw(minutes(10_080, 0)),
        lane_id=draw(st.none() | st.sampled_from(lane_ids)),
        hours=hours,
    )


@st.composite
def back_offices(draw: st.DrawFn, departments: st.SearchStrategy[str | None], others: list[str]) -> BackOffice | None:
    if draw(st.booleans()):
        return None
    collect = draw(st.none() | st.sampled_from(others)) if others else None
    if draw(st.booleans()):
        return BackOffice(draw(departments), due_ms=draw(minutes(10_080)), collect_service_id=collect)
    return BackOffice(draw(departments), draw(st.integers(1, 365)), collect_service_id=collect)


@st.composite
def items(
    draw: st.DrawFn,
    item_id: str,
    service_ids: list[str],
    group_ids: list[str],
    departments: st.SearchStrategy[str | None],
) -> Item:
    service_id = draw(st.sampled_from(service_ids))
    others = [other for other in service_ids if other != service_id]
    is_delegated = bool(others) and draw(st.booleans())
    first, last = draw(st.none() | DAYS), draw(st.none() | DAYS)
    if first and last:
        first, last = sorted((first, last))
    return Item(
        item_id=item_id,
        name=draw(NAMES),
        service_id=service_id,
        group_id=draw(st.none() | st.sampled_from(group_ids)),
        mode=draw(st.none() | MODES),
        guide_url=draw(st.sampled_from([None, "https://www.example.org/a?b=c#d"])),
        department_id=draw(departments),
        effective_from=first,
        effective_until=last,
        delegated_service_id=draw(st.sampled_from(others)) if is_delegated else None,
        delegated_until=draw(DAYS) if is_delegated else None,
    )


@st.composite
def windows(
    draw: st.DrawFn,
    window_id: str,
    number: int,
    zone_ids: list[str],
    service_ids: list[str],
    policy: st.SearchStrategy[str | None],
    hall_hours: tuple[Span, ...],
) -> WindowPlan:
    """The first window serves everything, any other some services in one or two tiers."""
    some = draw(st.lists(st.sampled_from(service_ids), min_size=1, unique=True))
    cut = draw(st.integers(1, len(some)))
    tiers = ((*some[:cut],), (*some[cut:],)) if cut < len(some) else ((*some,),)
    later = [service_id for tier in tiers[1:] for service_id in tier]
    kind = draw(st.sampled_from(["ordinary", "comprehensive", "dedicated", "tidal", "remote", "cases", "collection"]))
    tide = sorted(draw(st.tuples(st.integers(1, 10_000), st.integers(1, 10_000))))
    return WindowPlan(
        window_id=window_id,
        number=number,
        name=draw(NAMES),
        zone_id=draw(st.sampled_from(zone_ids)),
        tiers=(tuple(service_ids),) if number == 1 else tiers,
        kind=kind,
        policy_id=draw(policy),
        help_after_ms=tuple(Help(each, draw(minutes(1440))) for each in later if number > 1 and draw(st.booleans())),
        tide=Tide(tide[1], tide[0]) if kind == "tidal" else None,
        remote=Remote(draw(NAMES), draw(some_of(hall_hours))) if kind == "remote" else None,
    )


@st.composite
def clerks(draw: st.DrawFn, departments: st.SearchStrategy[str | None]) -> tuple[Clerk, ...]:
    """Clerks whose deputies all come later in the list, or two who stand in for each other."""
    clerk_ids = draw(ids(4, 0))
    listed = []
    for place, clerk_id in enumerate(clerk_ids):
        later = clerk_ids[place + 1 :]
        deputy = draw(st.none() | st.sampled_from(later)) if later else None
        if place == 1 and listed[0].deputy_id == clerk_id and draw(st.booleans()):
            deputy = clerk_ids[0]
        listed.append(Clerk(clerk_id, draw(NAMES), deputy, draw(departments)))
    return tuple(listed)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[tuple[Holiday, ...], tuple[str, ...]]:
    """Holidays, and working days that are none of them."""
    days = draw(st.lists(DAYS, max_size=5, unique=True))
    cut = draw(st.integers(0, len(days)))
    return tuple(Holiday(day, draw(NAMES)) for day in days[:cut]), tuple(sorted(days[cut:]))


@st.composite
def limits(draw: st.DrawFn) -> Limits:
    def pair(unit: int) -> Limit | None:
        low, high = sorted((draw(st.integers(0, 1440)), draw(st.integers(1, 1440))))
        return draw(st.sampled_from([None, Limit(max(high, 1) * unit, low * unit)]))

    return Limits(pair(MINUTE_MS), pair(1), pair(MINUTE_MS), draw(st.integers(5, 3600)) * 1_000)


@st.composite
def rules(draw: st.DrawFn, policy: st.SearchStrategy[str | None]) -> Rules:
    days = st.integers(1, 365)
    desk = draw(st.none() | NAMES)
    return Rules(
        call_expiry_ms=draw(st.integers(10, 3600)) * 1_000,
        last_call_grace_ms=draw(st.integers(0, 3600)) * 1_000,
        recall_limit=draw(st.integers(0, 20)),
        overtime_ms=draw(minutes(720, 0)),
        number_digits=draw(st.integers(3, 6)),
        first_number=draw(st.integers(1, 999)),
        policy_id=draw(policy),
        occupancy_max=draw(st.integers(0, 100_000)),
        stops_by_forecast=draw(st.booleans()),
        draws_in_break=draw(st.booleans()),
        help_desk=desk.zh if desk else "",
        help_desk_en=desk.en if desk else "",
        next_item_place=draw(st.sampled_from(["original", "front", "back"])),
        hold_ms_max=draw(minutes(1440)),
        return_days=draw(st.integers(0, 365)),
        papers_days=draw(days),
        no_show_bookings_max=draw(st.integers(0, 100)),
        names_owner=draw(st.booleans()),
        pause_reasons=tuple(draw(st.lists(TEXTS, max_size=2, unique=True))),
        case_days=draw(days),
        case_escalation_days=draw(days),
        rating_days=draw(st.integers(0, 31)),
        bad_stars=draw(st.integers(0, 5)),
        follow_up_days=draw(days),
        target_wait_ms=draw(minutes(1440)),
    )
