"""`hall.toml`, the file in which somebody describes a hall, turned into a plan."""

from engine.core.plan import HallPlan
from engine.wire.hall_sense import findings_of_sense
from engine.wire.hall_tables import HallFile
from engine.wire.hall_tables.values import in_order
from engine.wire.toml_file import read_toml


def read_hall(text: str, source: str) -> HallPlan:
    """The plan that `text` describes; raises `BadFile`, which names every mistake in `source` by line, with its fix."""
    file = read_toml(text, source, HallFile, findings_of_sense)
    profiles = {profile.id: profile for profile in file.profile}
    service_ids = tuple(service.id for service in file.service)
    return HallPlan(
        hall_id=file.hall.id,
        region=file.hall.region,
        name=file.hall.name.planned(),
        timezone=file.hall.timezone,
        lanes=tuple(lane.planned() for lane in file.lane),
        zones=tuple(zone.planned() for zone in file.zone),
        services=tuple(service.planned() for service in file.service),
        windows=tuple(window.planned(profiles, service_ids) for window in file.window),
        groups=tuple(group.planned() for group in file.group),
        items=tuple(item.planned() for item in file.item),
        clerks=tuple(clerk.planned() for clerk in file.clerk),
        hours=in_order(file.hall.hours),
        rules=file.rules.planned(),
        policies=tuple(policy.planned() for policy in file.policy),
        departments=tuple(department.planned() for department in file.department),
        workdays=tuple(sorted(file.calendar.workdays)),
        holidays=tuple(holiday.planned() for holiday in file.calendar.holidays),
        extra_workdays=tuple(sorted(file.calendar.extra_workdays)),
        limits=file.limits.planned(),
    )
