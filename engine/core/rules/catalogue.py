"""The rules of the catalogue."""

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, get_args

from engine.core import commands as c
from engine.core import events as e
from engine.core import lookups as look
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan, Item, Mode
from engine.core.refusals import catalogue as no
from engine.core.rules.table import Rules

ITEMS_MAX: Final = 20_000
NAME_CHARACTERS_MAX: Final = 80
ADDRESS_CHARACTERS_MAX: Final = 2_000

_ID = re.compile(r"[a-z0-9-]{1,64}")
_DAY = re.compile(r"\d{8}", re.ASCII)
_ADDRESS = re.compile(r"https://[^\s/?#\"<>]+([/?#][^\s\"<>]*)?")


def _revise(hall: Hall, command: c.ReviseCatalogue, now_ms: Millis) -> tuple[Event, ...]:
    """Only what differs becomes a fact: the same file again is no new version, and its journal does not swell."""
    plan = look.plan_of(hall)
    _require_well_formed(plan, command.items)
    before = hall.catalogue.all_items()
    named = {item.item_id for item in command.items}
    for row, item_id in enumerate(command.removed, start=1):
        if item_id in named:
            raise no.ItemTwice(row=row, item=item_id)
        if item_id not in before:
            raise no.RemovedItemUnknown(item=item_id)
    items = tuple(item for item in command.items if before.get(item.item_id) != item)
    removed = tuple(dict.fromkeys(command.removed))
    if not items and not removed:
        raise no.CatalogueUnchanged()
    if len(before.keys() | named) - len(removed) > ITEMS_MAX:
        raise no.CatalogueTooLarge(limit=ITEMS_MAX)
    return (e.CatalogueRevised(hall.catalogue.version + 1, items, removed, now_ms),)


def _require_well_formed(plan: HallPlan, items: tuple[Item, ...]) -> None:
    known = _Known(plan)
    seen: set[str] = set()
    for row, item in enumerate(items, start=1):
        if item.item_id in seen:
            raise no.ItemTwice(row=row, item=item.item_id)
        seen.add(item.item_id)
        for field in _malformed(item):
            raise no.ItemMalformed(row=row, field=field)
        if item.effective_from and item.effective_until and item.effective_from > item.effective_until:
            raise no.ItemDaysReversed(row=row)
        for field, value in known.missing(item):
            raise no.ItemRefersToNothing(row=row, field=field, value=value)


def _malformed(item: Item) -> Iterator[str]:
    """The fields that are not written as they must be."""
    if not _ID.fullmatch(item.item_id):
        yield "id"
    if not (_is_name(item.name.zh) and _is_name(item.name.en)):
        yield "name"
    if item.mode is not None and item.mode not in get_args(Mode):
        yield "mode"
    if item.guide_url is not None and not _is_address(item.guide_url):
        yield "guide_url"
    for field in ("effective_from", "effective_until", "delegated_until"):
        day = getattr(item, field)
        if day is not None and not _is_day(day):
            yield field
    if (item.delegated_service_id is None) != (item.delegated_until is None):
        yield "delegated_until"


def _is_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= NAME_CHARACTERS_MAX and text.isprintable()


def _is_address(text: str) -> bool:
    return len(text) <= ADDRESS_CHARACTERS_MAX and _ADDRESS.fullmatch(text) is not None


@lru_cache(maxsize=1024)  # most items of a catalogue share their days
def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        datetime.strptime(text, "%Y%m%d")
    except ValueError:
        return False
    return True


class _Known:
    """What an item may refer to."""

    def __init__(self, plan: HallPlan) -> None:
        self._services = {service.service_id for service in plan.services}
        self._groups = {group.group_id for group in plan.groups}
        self._departments = {department.department_id for department in plan.departments}

    def missing(self, item: Item) -> Iterator[tuple[str, str]]:
        """Field and value of each reference that leads nowhere."""
        references: tuple[tuple[str, str | None, Collection[str]], ...] = (
            ("service", item.service_id, self._services),
            ("delegated_service", item.delegated_service_id, self._services),
            ("group", item.group_id, self._groups),
            ("department", item.department_id, self._departments),
        )
        return ((field, value) for field, value, known in references if value is not None and value not in known)


RULES: Final[Rules] = {c.ReviseCatalogue: _revise}
