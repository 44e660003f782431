"""Small experiments, and a core whose days are numbers somebody chose."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from engine.core.plan import HallPlan
from sim.scenario import Scenario, read_scenario
from sim.statistics import batch as b
from sim.statistics.batch import Batch, Waits
from sim.statistics.cores import OnDays, Stopped
from sim.statistics.experiment import Experiment
from tests.builders import PLAN

COUNTER = """
[scenario]
name = "counter"
hall = "counter"
visits_per_day = 60
opens = "09:00"
shape = [1, 2, 2, 1]

[services.social]
share = 0.7
mean_minutes = 5

[services.tax]
share = 0.3
mean_minutes = 8
distribution = "exponential"

[lanes]
ordinary = 0.9
priority = 0.1

[patience]
distribution = "exponential"
mean_minutes = 30
"""


def scenario_of(*more: str, text: str = COUNTER) -> Scenario:
    """The counter's scenario, with more tables."""
    return read_scenario("\n".join((text, *more)), "counter.toml")


def experiment_of(*more: str, plan: HallPlan = PLAN, seed: int = 1, text: str = COUNTER) -> Experiment:
    """The counter's scenario in a small hall."""
    return Experiment(plan, scenario_of(*more, text=text), seed)


Draw = Callable[[np.random.Generator], list[int]]
"""The waits of one day in milliseconds."""


@dataclass
class Made:
    """A core that serves everybody, after waits that are drawn from a known distribution."""

    plan: HallPlan
    draw: Draw
    seed: int = 1
    name: ClassVar[Literal["fast"]] = "fast"

    def batches(self, ranges: Iterable[range], stopped: Stopped, on_days: OnDays) -> Iterator[Batch]:
        for days in ranges:
            if stopped():
                return
            on_days(len(days))
            yield self.batch(days)

    def batch(self, days: range) -> Batch:
        """These days, each from its own seed."""
        return batch_of([self.draw(np.random.default_rng((self.seed, day))) for day in days], days.start, self.plan)

    def events(self) -> None:
        return


def batch_of(days: list[list[int]], first: int = 0, plan: HallPlan = PLAN, target_ms: int = 900_000) -> Batch:
    """Days on which everybody came at nine for the first service, in the first lane, and waited so long."""
    lanes, services = (np.zeros((len(days), len(each), b.FIGURES), np.int64) for each in (plan.lanes, plan.services))
    slots = np.zeros((len(days), b.SLOTS, b.FIGURES), np.int64)
    for counts, place in ((lanes, 0), (services, 0), (slots, 18)):
        for day, waits_ms in enumerate(days):
            counts[day, place, [b.VISITORS, b.SERVED]] = len(waits_ms)
            counts[day, place, b.WITHIN] = sum(wait_ms <= target_ms for wait_ms in waits_ms)
            counts[day, place, b.WAIT_MS] = sum(waits_ms)
    wait_ms = np.array([wait_ms for day in days for wait_ms in day], np.int32)
    nobody = np.zeros(len(wait_ms), np.int16)
    windows = np.ones(len(plan.windows), np.int64)
    return Batch(first, lanes, services, slots, Waits(wait_ms, nobody + 18, nobody, nobody), windows, 2 * windows, 0.0)
