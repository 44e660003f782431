"""What visitors said, what may still be rated, and which bad ratings are being looked into."""

from typing import Any

from engine.core.ledgers.ledger import Ledger


class Ratings(Ledger):
    """What visitors said, what may still be rated, and which bad ratings are being looked into."""

    __slots__ = ()

    def to_rows(self) -> Any:
        return []

    def load(self, rows: Any) -> None:
        pass
