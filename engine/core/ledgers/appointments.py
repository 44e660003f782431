"""Who booked which slot, who came and who did not."""

from typing import Any

from engine.core.ledgers.ledger import Ledger


class Appointments(Ledger):
    """Who booked which slot, who came and who did not."""

    __slots__ = ()

    def to_rows(self) -> Any:
        return []

    def load(self, rows: Any) -> None:
        pass
