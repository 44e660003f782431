"""What is simulated: a hall, a scenario, and the days it is tried on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from engine.core.events import Millis
from engine.core.plan import HallPlan
from sim.scenario import Scenario
from sim.visits import TARGET_MS

FIRST_DAY: Final = date(2026, 1, 5)
SECTIONS: Final = 32
"""Into how many sections of equally many days a run is cut: enough for an interval, each long enough for a quantile."""
BATCH_DAYS_MAX: Final = 256
BATCH_VISITS_MAX: Final = 2_000_000
"""So much is held in memory at a time, and at most so much is lost when a machine dies."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One scenario in one hall. Day 0 is `first`; the same seed gives the same days; a wait of at most `target_ms` is
    within target."""

    plan: HallPlan
    scenario: Scenario
    seed: int = 1
    first: date = FIRST_DAY
    target_ms: Millis = TARGET_MS

    def date_of(self, number: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=number)


def batch_days(scenario: Scenario, days: int) -> int:
    """How many days are let happen together of so many in all; it depends on nothing but these."""
    by_visits = max(1, BATCH_VISITS_MAX // scenario.scenario.visits_per_day)
    return min(-(-days // SECTIONS), BATCH_DAYS_MAX, by_visits)


def batches_of(days: range, size: int) -> Iterator[range]:
    """The days in batches of a size; the last one may be smaller."""
    return (range(at, min(at + size, days.stop)) for at in range(days.start, days.stop, size))
