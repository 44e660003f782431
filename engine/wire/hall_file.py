"""`hall.toml`, the file in which somebody describes a hall, turned into a plan."""

from collections.abc import Callable
from dataclasses import replace

from engine.core.plan import HallPlan, Item, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import key_text
from engine.wire.hall_sense import findings_of_sense
from engine.wire.hall_tables import HallFile
from engine.wire.hall_tables.values import in_order
from engine.wire.toml_file import read_toml
from engine.wire.toml_lines import Path, line_of, locate

Beside = Callable[[str], bytes]
"""The content of a file that stands beside the hall file, by its name; raises `OSError`."""


def nothing_beside(name: str) -> bytes:
    """For a text that is no file: nothing stands beside it."""
    raise FileNotFoundError(2, "no such file", name)


def read_hall(text: str, source: str, beside: Beside = nothing_beside) -> HallPlan:
    """The plan that `text` describes; raises `BadFile`, which names every mistake in `source` by line, with its fix.

    Its catalogue may stand in another file, whose mistakes are named when the hall itself has none.
    """
    file = read_toml(text, source, HallFile, findings_of_sense)
    plan = _plan(file)
    if file.catalogue.file is None:
        return plan
    return replace(plan, items=plan.items + _items_beside(plan, file.catalogue.file, text, source, beside))


def _items_beside(plan: HallPlan, name: str, text: str, source: str, beside: Beside) -> tuple[Item, ...]:
    from engine.wire.item_file import Known, items_of  # it knows spreadsheets, which take long to import

    lines = locate(text)

    def problem(path: Path, what: Name, fix: Name) -> Problem:
        return Problem(source, line_of(lines, path), key_text(path), what, fix)

    try:
        body = beside(name)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        what = Name(f"无法读取 {name}（{reason}）", f"{name} cannot be read ({reason})")
        raise BadFile(
            (problem(("catalogue", "file"), what, Name("请把它放在本文件旁边", "put it beside this file")),)
        ) from None
    items = items_of(body, name, Known.of(plan))
    there = {item.item_id for item in items}
    what = Name(f"{name} 中也有这个事项", f"{name} has this item too")
    if twice := tuple(
        problem(("item", place, "id"), what, Name("请删去其中一个", "remove one of them"))
        for place, item in enumerate(plan.items)
        if item.item_id in there
    ):
        raise BadFile(twice)
    return items


def _plan(file: HallFile) -> HallPlan:
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
