"""Two experiments on the same days: what differs between them, and between which ends the difference lies.

Draws do not depend on who is staffed nor on the hall, so both meet the same visitors on the same days (common random
numbers). What a day adds to the one and to the other is taken from each other first, and only then is it asked how much
days differ: most of what makes a day easy or hard is the same in both.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.core.plan import Name
from sim.statistics.cores import Core
from sim.statistics.estimates import FIGURES, UTILISATION, digits_of, name_of, pulled
from sim.statistics.experiment import Experiment, batch_days, batches_of
from sim.statistics.intervals import Interval, around, difference
from sim.statistics.observed import Observed
from sim.statistics.part import ALL, Kind, Part
from sim.statistics.simulation import CONFIDENCE, Nobody, Watching
from sim.statistics.trial import Trial

COMMON: Final[tuple[Kind, ...]] = ("lane", "service")
"""What both halls may have by the same name."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of both experiments; the second less the first, with its interval; and how many times as many days it
    would have taken with visitors of their own for each (None where the difference is the same every day)."""

    first: float
    second: float
    interval: Interval
    gain: float | None

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.interval.low > 0 or self.interval.high < 0

    def to_json(self, digits: int) -> dict[str, Any]:
        found = self.interval
        return {
            "first": round(self.first, digits),
            "second": round(self.second, digits),
            "difference": round(found.value, digits),
            "low": round(found.low, digits),
            "high": round(found.high, digits),
            "is_clear": self.is_clear,
            "gain": None if self.gain is None else round(self.gain, 2),
        }


@dataclass(frozen=True, slots=True)
class Compared:
    """Two experiments after equally many of the same days."""

    first: Trial
    second: Trial
    confidence: float
    is_interrupted: bool

    def difference(self, figure: str, part: Part = ALL, other: Part = ALL) -> Difference | None:
        """Of a figure of some visits (`part` of the first, `other` of the second) in both; None when too few days were
        seen, or nobody the figure is about."""
        one, two = pulled(self.first.observed, part, figure), pulled(self.second.observed, other, figure)
        if one is None or two is None:
            return None
        both = difference(two, one)
        found = around(both, self.confidence)
        if found is None:
            return None
        apart, together = (float(np.nansum(pulls**2)) for pulls in (np.append(one.pulls, two.pulls), both.pulls))
        return Difference(one.value, two.value, found, apart / together if together > 0 else None)

    def to_json(self) -> dict[str, Any]:
        """The JSON object of `compare`; docs/reference/simulate.md describes each key."""
        parts = {"all": [("", ALL, ALL)], **{f"by_{kind}": self._common(kind) for kind in COMMON}}
        return {
            "days": self.first.observed.days,
            "seed": self.first.experiment.seed,
            "confidence": self.confidence,
            "first": self.first.figures(self.confidence),
            "second": self.second.figures(self.confidence),
            "difference": {key: {name: self._figures(*pair) for name, *pair in found} for key, found in parts.items()},
            **({"interrupted": True} if self.is_interrupted else {}),
        }

    def _figures(self, part: Part, other: Part) -> dict[str, Any]:
        names = (*FIGURES, UTILISATION) if part == ALL else FIGURES
        found = {name: self.difference(name, part, other) for name in names}
        return {name: each and each.to_json(digits_of(name)) for name, each in found.items()}

    def _common(self, kind: Kind) -> list[tuple[str, Part, Part]]:
        """The lanes or services in which people came in both, by name."""
        one, two = (
            {name_of(trial.observed.plan, part): part for part in trial.observed.parts_of(kind)}
            for trial in (self.first, self.second)
        )
        return [(name, one[name], two[name]) for name in sorted(one.keys() & two.keys())]


def compare(
    cores: tuple[Core, Core],
    experiments: tuple[Experiment, Experiment],
    days: int,
    *,
    reasons: tuple[tuple[Name, ...], tuple[Name, ...]] = ((), ()),
    confidence: float = CONFIDENCE,
    watching: Watching | None = None,
) -> Compared:
    """Let the same days happen in two experiments, batch by batch in turn; when somebody says stop, days that only one
    of them has lived through do not count."""
    watching = watching or Nobody()
    watching.expect(2 * days)
    observed = tuple(Observed(experiment.plan) for experiment in experiments)
    size = min(batch_days(experiment.scenario, days) for experiment in experiments)
    is_interrupted = False
    for batch in batches_of(range(days), size):
        both = [list(core.batches([batch], watching.stopped, watching.done)) for core in cores]
        is_interrupted = any(not found or found[0].days < len(batch) for found in both)
        if is_interrupted:
            break
        for seen, found in zip(observed, both, strict=True):
            seen.add(found[0])
    trials = [
        Trial(experiment, seen, core.name, reason, core.events())
        for experiment, seen, core, reason in zip(experiments, observed, cores, reasons, strict=True)
    ]
    return Compared(trials[0], trials[1], confidence, is_interrupted)
