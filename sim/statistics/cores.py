"""The face of both cores: whoever lets days happen gives them back as batches, in order."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from sim.statistics.batch import Batch

Stopped = Callable[[], bool]
OnDays = Callable[[int], None]
"""Told how many days have just been done."""


class Core(Protocol):
    """Lets days of one experiment happen."""

    @property
    def name(self) -> Literal["exact", "fast"]:
        """Which core it is."""

    def batches(self, ranges: Iterable[range], stopped: Stopped, on_days: OnDays) -> Iterator[Batch]:
        """What came of these days, which follow each other; once `stopped`, no further day is begun."""

    def events(self) -> int | None:
        """How many facts there have been; None where none are made."""
