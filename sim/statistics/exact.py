"""The exact world as a core: one hall that lives through the days one after the other."""

import os
from collections.abc import Iterable, Iterator
from typing import Literal

from engine.core import calendar
from engine.core.plan import MINUTE_MS
from sim.day import Day, Days
from sim.run import Run
from sim.statistics.batch import Batch
from sim.statistics.cores import OnDays, Stopped
from sim.statistics.experiment import Experiment
from sim.statistics.watcher import Watcher


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
            drawn = self._draw(days)
            for place, number in enumerate(days):
                if not stopped():
                    self._let_happen(number, drawn.day(place))
                    on_days(1)
            batch = self._watcher.take(os.times().user - began_s)
            if batch.days:
                yield batch

    def events(self) -> int:
        return self._run.events

    def _draw(self, days: range) -> Days:
        given = self._experiment
        return Days(given.scenario, given.plan, given.seed, given.date_of(days.start), len(days), begins=days.start)

    def _let_happen(self, number: int, day: Day) -> None:
        given = self._experiment
        opens, date = given.scenario.scenario.opens, given.date_of(number).strftime("%Y%m%d")
        self._watcher.begin_day(calendar.moment(given.plan, date, opens) - opens * MINUTE_MS)
        self._run.add(day.visits, day.orders)
