"""What every ledger of a hall can do."""

from abc import ABC, abstractmethod
from typing import Any, Final

from engine.core.events import DayClosed, DayOpened, Millis

AT_ONCE: Final[Millis] = 0
FOREVER: Final[Millis] = 1 << 62


class Ledger(ABC):
    """One noun's memory. It outlives the day unless it says otherwise."""

    __slots__ = ("next_ms",)

    def __init__(self) -> None:
        self.next_ms: Millis = FOREVER
        """When something falls due by itself; see `engine.core.deadlines`."""

    def day_opened(self, event: DayOpened) -> None:  # noqa: B027 - most have nothing to forget
        """Forget what belonged to the day before; not called when the same day is opened again."""

    def day_closed(self, event: DayClosed) -> None:  # noqa: B027 - the same
        """Let go of what is over."""

    @abstractmethod
    def to_rows(self) -> Any:
        """Plain lists and dicts; equal ledgers give equal rows."""

    @abstractmethod
    def load(self, rows: Any) -> None:
        """Become the ledger that gave these rows; this one is new and empty."""
