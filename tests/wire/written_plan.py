"""A plan written down as the text of a hall file, every key of it."""

from collections.abc import Iterable
from decimal import Decimal

from engine.core.plan import (
    MINUTE_MS,
    BackOffice,
    Booking,
    HallPlan,
    Item,
    Limits,
    Name,
    Quota,
    Remote,
    Rules,
    Service,
    Span,
    Tide,
    WindowPlan,
)

Value = str | int | bool | Decimal | Name | Span | list[str] | list[int] | dict[str, int] | None


def written(plan: HallPlan) -> str:
    """A plan as the text of a hall file; what is None is left out."""
    hall = {"id": plan.hall_id, "region": plan.region, "name": plan.name, "timezone": plan.timezone}
    lines = table("[hall]", **hall)
    lines += [f"hours = {spans(plan.hours)}", *rules(plan.rules), *limits(plan.limits)]
    lines += table("[calendar]", workdays=list(plan.workdays), extra_workdays=[*map(day, plan.extra_workdays)])
    for holiday in plan.holidays:
        lines += table("[[calendar.holidays]]", day=day(holiday.day), name=holiday.name)
    for lane in plan.lanes:
        weights = {"credit": Decimal(lane.credit) / 1000, "rate": Decimal(lane.rate) / 1000}
        lines += table("[[lane]]", id=lane.lane_id, name=lane.name, mark=lane.mark, groups=list(lane.groups), **weights)
    for policy in plan.policies:
        lines += table("[[policy]]", id=policy.policy_id, may_starve=list(policy.may_starve))
        for rule in policy.rules:
            lines += table(
                "[[policy.rule]]",
                kind=rule.kind,
                lanes=list(rule.lane_ids) or None,
                after_minutes=rule.after_ms // MINUTE_MS or None,
                takes=list(rule.takes) or None,
            )
    for zone in plan.zones:
        lines += table("[[zone]]", id=zone.zone_id, name=zone.name, kind=zone.kind)
    for group in plan.groups:
        lines += table("[[group]]", id=group.group_id, name=group.name)
    for department in plan.departments:
        lines += table("[[department]]", id=department.department_id, name=department.name)
    for service in plan.services:
        lines += service_lines(service)
    for item in plan.items:
        lines += item_lines(item)
    for window in plan.windows:
        lines += window_lines(window)
    for clerk in plan.clerks:
        lines += table(
            "[[clerk]]",
            id=clerk.clerk_id,
            name=clerk.name,
            deputy=clerk.deputy_id,
            department=clerk.department_id,
        )
    return "\n".join(lines) + "\n"


def rules(rules: Rules) -> list[str]:
    return table(
        "[rules]",
        call_expiry_s=rules.call_expiry_ms // 1_000,
        last_call_grace_s=rules.last_call_grace_ms // 1_000,
        recall_limit=rules.recall_limit,
        overtime_min=rules.overtime_ms // MINUTE_MS,
        number_digits=rules.number_digits,
        first_number=rules.first_number,
        policy=rules.policy_id,
        occupancy_max=rules.occupancy_max,
        stops_by_forecast=rules.stops_by_forecast,
        draws_in_break=rules.draws_in_break,
        help_desk=rules.asks_at,
        next_item_place=rules.next_item_place,
        hold_minutes_max=rules.hold_ms_max // MINUTE_MS,
        return_days=rules.return_days,
        papers_days=rules.papers_days,
        no_show_bookings_max=rules.no_show_bookings_max,
        names_owner=rules.names_owner,
        pause_reasons=list(rules.pause_reasons),
        case_days=rules.case_days,
        case_escalation_days=rules.case_escalation_days,
        rating_days=rules.rating_days,
        bad_stars=rules.bad_stars,
        follow_up_days=rules.follow_up_days,
        target_wait_minutes=rules.target_wait_ms // MINUTE_MS,
    )


def limits(limits: Limits) -> list[str]:
    wait, count, idle = limits.wait_ms, limits.count, limits.idle_ms
    return table(
        "[limits]",
        wait_minutes=wait and wait.raise_at // MINUTE_MS,
        wait_clear_minutes=wait and wait.clear_at // MINUTE_MS,
        count=count and count.raise_at,
        count_clear=count and count.clear_at,
        idle_minutes=idle and idle.raise_at // MINUTE_MS,
        idle_clear_minutes=idle and idle.clear_at // MINUTE_MS,
        offline_s=limits.offline_ms // 1_000,
    )


def service_lines(service: Service) -> list[str]:
    lines = table(
        "[[service]]",
        id=service.service_id,
        name=service.name,
        prefix=service.prefix,
        zone=service.zone_id,
        group=service.group_id,
        mean_minutes=Decimal(service.mean_ms) / MINUTE_MS,
        channels=list(service.channels),
        one_per_person=service.one_per_person,
        form=service.form,
        mode=service.mode,
        no_show=service.no_show,
        no_show_after=service.no_show_after if service.no_show == "after" else None,
        returns_max=service.returns_max,
        department=service.department_id,
    )
    lines += [f"hours = {spans(service.hours)}", f"appointment_only = {spans(service.appointment_only)}"]
    lines += quotas(service.quotas)
    lines += booking(service.booking) if service.booking else []
    return lines + (back_office(service.back_office) if service.back_office else [])


def quotas(quotas: Iterable[Quota]) -> list[str]:
    lines: list[str] = []
    for quota in quotas:
        lines += table("[[service.quotas]]", count=quota.count, channel=quota.channel, span=quota.span)
    return lines


def booking(booking: Booking) -> list[str]:
    return [
        *table(
            "[service.booking]",
            per_slot=booking.per_slot,
            slot_minutes=booking.slot_minutes,
            days_ahead=booking.days_ahead,
            early_minutes=booking.early_ms // MINUTE_MS,
            late_minutes=booking.late_ms // MINUTE_MS,
            cancel_minutes=booking.cancel_ms // MINUTE_MS,
            lane=booking.lane_id,
        ),
        f"hours = {spans(booking.hours)}",
    ]


def back_office(office: BackOffice) -> list[str]:
    return table(
        "[service.back_office]",
        department=office.department_id,
        due_days=None if office.due_ms else office.due_days,
        due_minutes=office.due_ms // MINUTE_MS or None,
        collect=office.collect_service_id,
    )


def item_lines(item: Item) -> list[str]:
    return table(
        "[[item]]",
        id=item.item_id,
        name=item.name,
        service=item.service_id,
        group=item.group_id,
        mode=item.mode,
        guide_url=item.guide_url,
        department=item.department_id,
        effective_from=item.effective_from and day(item.effective_from),
        effective_until=item.effective_until and day(item.effective_until),
        delegated_service=item.delegated_service_id,
        delegated_until=item.delegated_until and day(item.delegated_until),
    )


def window_lines(window: WindowPlan) -> list[str]:
    lines = table(
        "[[window]]",
        id=window.window_id,
        number=window.number,
        name=window.name,
        zone=window.zone_id,
        kind=window.kind,
        policy=window.policy_id,
        help_after_minutes={each.service_id: each.after_ms // MINUTE_MS for each in window.help_after_ms},
    )
    lines += [f"tiers = {[list(tier) for tier in window.tiers]}"]
    return [*lines, *tide(window.tide), *remote(window.remote)]


def tide(tide: Tide | None) -> list[str]:
    return table("[window.tide]", open_over=tide.open_over, close_under=tide.close_under) if tide else []


def remote(remote: Remote | None) -> list[str]:
    return [*table("[window.remote]", site=remote.site), f"hours = {spans(remote.hours)}"] if remote else []


def table(heading: str, /, **values: Value) -> list[str]:
    return [heading, *(f"{key} = {toml(value)}" for key, value in values.items() if value is not None)]


def toml(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case Name(zh, en):
            return f"{{ zh = {quoted(zh)}, en = {quoted(en)} }}"
        case Span(start, end):
            return f'"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"'
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{quoted(key)} = {toml(each)}' for key, each in value.items())} }}"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def spans(hours: Iterable[Span]) -> str:
    return f"[{', '.join(map(toml, hours))}]"


def day(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
