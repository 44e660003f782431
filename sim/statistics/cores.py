"""The two cores behind one face: whoever lets days happen gives them back as batches, in order."""

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Literal, Protocol

from engine.core import calendar
from engine.core.plan import MINUTE_MS
from sim.day import Days
from sim.run import Run
from sim.statistics.batch import Batch
from sim.statistics.experiment import Experiment
from sim.statistics.watcher import Watcher

Stopped = Callable[[], bool]
OnDays = Callable[[int], None]
"""Told how many days have just been done."""


class Core(Protocol):
    """Lets days of one experiment happen."""

    name: Literal["exact", "fast"]

    def batches(self, ranges: Iterable[range], stopped: Stopped, on_days: OnDays) -> Iterator[Batch]:
        """What came of these days, which follow each other; once `stopped`, no further day is begun."""

    def events(self) -> int | None:
        """How many facts there have been; None where none are made."""


class ExactCore:
    """The exact world: one hall that lives through the days one after the other, and remembers those before."""

    name: Literal["exact"] = "exact"

    def __init__(self, experiment: Experiment, run: Run) -> None:
        self._experiment = experiment
        self._run = run
        self._watcher = Watcher(experiment.plan, run.clerks, experiment.target_ms)
        run.watched_by(self._watcher)

    def batches(self, ranges: Iterable[range], stopped: Stopped, on_days: OnDays) -> Iterator[Batch]:
        """As `Core` says; a batch that was stopped has fewer days."""
        for days in ranges:
            began_s = os.times().user
            for number in days:
                if not stopped():
                    self._let_happen(number)
                    on_days(1)
            batch = self._watcher.take(os.times().user - began_s)
            if batch.days:
                yield batch

    def events(self) -> int:
        return self._run.events

    def _let_happen(self, number: int) -> None:
        given = self._experiment
        date = given.first + timedelta(days=number)
        day = Days(given.scenario, given.plan, given.seed, date, 1, begins=number).day(0)
        opens = given.scenario.scenario.opens
        self._watcher.begin_day(calendar.moment(given.plan, date.strftime("%Y%m%d"), opens) - opens * MINUTE_MS)
        self._run.add(day.visits, day.orders)
