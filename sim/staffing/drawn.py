"""Days as they are drawn, kept for the next plan: draws do not depend on who is staffed."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Final

from engine.core.plan import HallPlan
from sim.day import Days
from sim.kernel.shapes import CourseColumns, VisitColumns
from sim.scenario import Scenario

# As many as a search comes back to, and no more than a small machine has to spare.
_KEPT_BYTES: Final = 64_000_000

Columns = tuple[VisitColumns, CourseColumns | None]


@dataclass
class DrawnDays:
    """Days of a scenario, of which the one with the number 0 is on `first`; threads may ask at the same time."""

    plan: HallPlan
    scenario: Scenario
    first: date
    _kept: OrderedDict[tuple[int, int], Columns] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def columns(self, seed: int, days: range) -> list[Columns]:
        """Who comes on each of these days, which follow each other."""
        with self._lock:
            kept = [self._kept.get((seed, day)) for day in days]
        if None not in kept:
            return [each for each in kept if each is not None]
        drawing = Days(
            self.scenario, self.plan, seed, self.first + timedelta(days=days.start), len(days), begins=days.start
        )
        drawn = [each if each is not None else drawing.columns(place) for place, each in enumerate(kept)]
        self._keep({(seed, day): each for day, each in zip(days, drawn, strict=True)})
        return drawn

    def _keep(self, drawn: dict[tuple[int, int], Columns]) -> None:
        """Keep these, and let go of those that were drawn first when there are too many."""
        with self._lock:
            for key, columns in drawn.items():
                if key not in self._kept:
                    self._kept[key] = columns
                    self._bytes += _bytes_of(columns)
            while self._bytes > _KEPT_BYTES:
                _, columns = self._kept.popitem(last=False)
                self._bytes -= _bytes_of(columns)


def _bytes_of(columns: Columns) -> int:
    visits, courses = columns
    return sum(column.nbytes for column in visits) + sum(column.nbytes for column in courses or ())
