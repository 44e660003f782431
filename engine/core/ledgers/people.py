"""Which clerks are here, who stands in for whom, and what a supervisor changed."""

from typing import Any

from engine.core.ledgers.ledger import Ledger


class People(Ledger):
    """Which clerks are here, who stands in for whom, and what a supervisor changed."""

    __slots__ = ()

    def to_rows(self) -> Any:
        return []

    def load(self, rows: Any) -> None:
        pass
