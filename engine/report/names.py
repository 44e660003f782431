"""What things were called: names of services, windows, lanes and clerks as the plans of the period had them."""

from dataclasses import fields, replace
from typing import Any

from engine.core import events as e
from engine.core.ledgers.people import People, renumbered, with_windows
from engine.core.plan import HallPlan, Name, Rules
from engine.wire.records import Row, event_of

_PLAN, _ITEMS = 1, [field.name for field in fields(HallPlan)].index("items")


class Names:
    """Ids and their names; whoever was renamed keeps the earlier names beside the last one."""

    def __init__(self) -> None:
        self.plan: HallPlan | None = None
        self.rules = Rules()
        self.timezone = "UTC"
        self._people = People()
        """What a supervisor changed about windows: it outlives a new plan here as it does in the hall."""
        self._of: dict[tuple[str, str], list[Name]] = {}
        self._numbers: dict[str, list[int]] = {}
        self._prefixes: dict[str, str] = {}

    def take_plan(self, row: Row) -> None:
        """Learn the names of a `configured` row; its catalogue may be long, tells nothing here, and is left out."""
        row[_PLAN][_ITEMS] = []
        event = event_of(row)
        assert isinstance(event, e.HallConfigured)
        plan = self.plan = self._people.take_up(self.plan, event.plan)
        self.rules, self.timezone = plan.rules, plan.timezone
        self._prefixes = {service.prefix: service.service_id for service in plan.services}
        for service in plan.services:
            self._learn("service", service.service_id, service.name)
        for lane in plan.lanes:
            self._learn("lane", lane.lane_id, lane.name)
        for clerk in plan.clerks:
            self._learn("clerk", clerk.clerk_id, clerk.name)
        for window in plan.windows:
            self._learn("window", window.window_id, window.name)
            self._learn_number(window.window_id, window.number)

    def move_window(self, row: Row) -> None:
        """A window has another number from now on, and with it another name unless it has one of its own."""
        _, window_id, number, zone_id, _ = row
        assert self.plan is not None
        before = {window.window_id: window for window in self.plan.windows}[window_id]
        after = replace(before, number=number, zone_id=zone_id, name=renumbered(before, number))
        self._people.changed(before, after)
        self.plan = with_windows(self.plan, [after if window is before else window for window in self.plan.windows])
        self._learn("window", window_id, after.name)
        self._learn_number(window_id, number)

    def begin(self) -> None:
        """The period begins: what was before it is no history of it."""
        for names in self._of.values():
            del names[:-1]
        for numbers in self._numbers.values():
            del numbers[:-1]

    def service_of_number(self, number: str) -> str | None:
        """The service whose prefix a ticket number has, None when there is none now."""
        return self._prefixes.get(number.rstrip("0123456789"))

    def of(self, dimension: str, part: str) -> dict[str, Any]:
        """The name of something for a report: `name` in both languages, and what it was before if it changed."""
        known = self._of.get((dimension, part), [])
        told: dict[str, Any] = {"name": _both(known[-1]) if known else None}
        if len(known) > 1:
            told["formerly"] = [_both(name) for name in known[:-1]]
        if numbers := self._numbers.get(part) if dimension == "window" else None:
            told["number"] = numbers[-1]
            if len(numbers) > 1:
                told["numbers_before"] = numbers[:-1]
        return told

    def _learn(self, dimension: str, part: str, name: Name) -> None:
        names = self._of.setdefault((dimension, part), [])
        if name in names:
            names.remove(name)
        names.append(name)

    def _learn_number(self, window_id: str, number: int) -> None:
        numbers = self._numbers.setdefault(window_id, [])
        if number in numbers:
            numbers.remove(number)
        numbers.append(number)


def _both(name: Name) -> dict[str, str]:
    return {"zh": name.zh, "en": name.en}
