"""What goes on without a window: stages, rights to return, home visits, self-service."""

from typing import Any

from engine.core.ledgers.ledger import Ledger


class Visits(Ledger):
    """What goes on without a window: stages, rights to return, home visits, self-service."""

    __slots__ = ()

    def to_rows(self) -> Any:
        return []

    def load(self, rows: Any) -> None:
        pass
