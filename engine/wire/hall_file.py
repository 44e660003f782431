"""`hall.toml`, the file in which somebody describes a hall, turned into a plan."""

from engine.core.plan import (
    MINUTE_MS,
    SECOND_MS,
    THOUSANDTHS,
    Clerk,
    Group,
    HallPlan,
    Item,
    Lane,
    Name,
    Rules,
    Service,
    Span,
    WindowPlan,
    Zone,
)
from engine.wire.hall_sense import findings_of_sense
from engine.wire.hall_tables import HallFile, LaneTable, NameTable, RulesTable, ServiceTable, WindowTable
from engine.wire.toml_file import read_toml


def read_hall(text: str, source: str) -> HallPlan:
    """The plan that `text` describes; raises `BadFile`, which names every mistake in `source` by line, with its fix."""
    file = read_toml(text, source, HallFile, findings_of_sense)
    return HallPlan(
        hall_id=file.hall.id,
        region=file.hall.region,
        name=_name(file.hall.name),
        timezone=file.hall.timezone,
        lanes=tuple(_lane(lane) for lane in file.lane),
        zones=tuple(Zone(zone.id, _name(zone.name), zone.kind) for zone in file.zone),
        services=tuple(_service(service) for service in file.service),
        windows=tuple(_window(window) for window in file.window),
        groups=tuple(Group(group.id, _name(group.name)) for group in file.group),
        items=tuple(Item(item.id, _name(item.name), item.service) for item in file.item),
        clerks=tuple(Clerk(clerk.id, _name(clerk.name)) for clerk in file.clerk),
        hours=_spans(file.hall.hours),
        rules=_rules(file.rules),
    )


def _lane(lane: LaneTable) -> Lane:
    mark = _name(lane.mark) if lane.mark else None
    return Lane(lane.id, _name(lane.name), lane.credit, lane.rate, mark, tuple(lane.groups))


def _service(service: ServiceTable) -> Service:
    return Service(
        service_id=service.id,
        name=_name(service.name),
        prefix=service.prefix,
        zone_id=service.zone,
        group_id=service.group,
        mean_ms=service.mean_minutes * (MINUTE_MS // THOUSANDTHS),
        hours=_spans(service.hours),
    )


def _window(window: WindowTable) -> WindowPlan:
    name = _name(window.name) if window.name else Name(f"{window.number}号窗口", f"Window {window.number}")
    tiers = window.tiers if window.tiers is not None else [window.serves or []]
    return WindowPlan(window.id, window.number, name, window.zone, tuple(tuple(tier) for tier in tiers))


def _rules(rules: RulesTable) -> Rules:
    return Rules(
        call_expiry_ms=rules.call_expiry_s * SECOND_MS,
        last_call_grace_ms=rules.last_call_grace_s * SECOND_MS,
        recall_limit=rules.recall_limit,
        overtime_ms=rules.overtime_min * MINUTE_MS,
        number_digits=rules.number_digits,
        first_number=rules.first_number,
    )


def _spans(hours: list[Span]) -> tuple[Span, ...]:
    return tuple(sorted(hours, key=lambda span: span.start))


def _name(name: NameTable) -> Name:
    return Name(name.zh, name.en)
