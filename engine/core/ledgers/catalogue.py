"""The catalogue of items (事项): those of the plan, overlaid by what was revised since.

A revision wins over the hall file until the file's own entry for that item changes: whoever edits the file afterwards
means it. Days are eight digits, and the day named by `effective_until` or `delegated_until` is still inside.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from typing import Any

from engine.core.ledgers.ledger import Ledger
from engine.core.plan import HallPlan, Item, Name


class Catalogue(Ledger):
    """Every item there is, and which of them are in force on a day."""

    __slots__ = ("_items", "_of_plan", "_revised", "_services", "added", "version")

    def __init__(self) -> None:
        super().__init__()
        self.version = 0
        """How many revisions there were."""
        self.added = 0
        """How many items the latest of them put in that were not there before."""
        self._of_plan: dict[str, Item] = {}
        self._services: frozenset[str] = frozenset()
        self._revised: dict[str, Item | None] = {}
        """What differs from the plan; None for an item that was taken out."""
        self._items: dict[str, Item] | None = None

    def item(self, item_id: str, day: str) -> Item | None:
        """The item in force on `day`, None when there is none; its `service_id` is where it is queued that day."""
        item = self.all_items().get(item_id)
        return None if item is None else self.on(item, day)

    def on(self, item: Item, day: str) -> Item | None:
        """An item as it is on `day`: under the service it is delegated to, None when it is not in force."""
        if (item.effective_from or day) > day or (item.effective_until or day) < day:
            return None
        # A delegation ends by itself after its last day; one without a last day goes on.
        if item.delegated_service_id is not None and (item.delegated_until or day) >= day:
            item = replace(item, service_id=item.delegated_service_id)
        # A later plan may have dropped the service, and nobody can be queued under it.
        return item if item.service_id in self._services else None

    def items(self, day: str) -> Iterator[Item]:
        """The items in force on `day`, those of the plan in its order first."""
        return (found for item in self.all_items().values() if (found := self.on(item, day)) is not None)

    def all_items(self) -> dict[str, Item]:
        """Every item by id, in force or not; another dict after every change, so its identity names the edition."""
        if self._items is None:
            revised = {item_id: self._revised.get(item_id, item) for item_id, item in self._of_plan.items()}
            revised.update((item_id, self._revised[item_id]) for item_id in sorted(self._revised))
            self._items = {item_id: item for item_id, item in revised.items() if item is not None}
        return self._items

    # --- what the fold calls ---

    def take_up(self, plan: HallPlan, before: HallPlan | None) -> None:
        """Stand on a new plan; where its own entry for an item has changed, the revision of that item is over."""
        self._of_plan = {item.item_id: item for item in plan.items}
        self._services = frozenset(service.service_id for service in plan.services)
        if before is not None:
            old = {item.item_id: item for item in before.items}
            self._revised = {
                item_id: item
                for item_id, item in self._revised.items()
                if old.get(item_id) == self._of_plan.get(item_id)
            }
        self._items = None

    def revise(self, version: int, items: Iterable[Item], removed: Iterable[str]) -> None:
        """Put items in, take others out."""
        before = self.all_items()
        self.version, self.added = version, 0
        for item in items:
            self.added += item.item_id not in before
            self._differ(item.item_id, item)
        for item_id in removed:
            self._differ(item_id, None)
        self._items = None

    def _differ(self, item_id: str, item: Item | None) -> None:
        if item == self._of_plan.get(item_id):
            self._revised.pop(item_id, None)
        else:
            self._revised[item_id] = item

    # --- snapshots ---

    def to_rows(self) -> Any:
        rows = [
            [item_id, None if item is None else list(_plain(item))] for item_id, item in sorted(self._revised.items())
        ]
        return [self.version, self.added, rows]

    def load(self, rows: Any) -> None:
        self.version, self.added, revised = rows
        self._revised = {item_id: None if row is None else _item(row) for item_id, row in revised}


def _plain(item: Item) -> tuple[Any, ...]:
    item_id, name, *rest = astuple(item)
    return (item_id, list(name), *rest)


def _item(row: list[Any]) -> Item:
    item_id, name, *rest = row
    return Item(item_id, Name(*name), *rest)
