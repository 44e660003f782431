"""The items in force, over those of the plan."""

from typing import Any

from engine.core.ledgers.ledger import Ledger


class Catalogue(Ledger):
    """The items in force, over those of the plan."""

    __slots__ = ()

    def to_rows(self) -> Any:
        return []

    def load(self, rows: Any) -> None:
        pass
