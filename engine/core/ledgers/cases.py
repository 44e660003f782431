"""What could not be done at a window, until it is."""

from typing import Any

from engine.core.ledgers.ledger import Ledger


class Cases(Ledger):
    """What could not be done at a window, until it is."""

    __slots__ = ()

    def to_rows(self) -> Any:
        return []

    def load(self, rows: Any) -> None:
        pass
