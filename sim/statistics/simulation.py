"""Many days of an experiment: let happen until they are enough, and what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Literal, Protocol

from engine.core.plan import Name
from sim.statistics.batch import Batch
from sim.statistics.cores import Core
from sim.statistics.experiment import Experiment, batch_days, batches_of
from sim.statistics.observed import Observed
from sim.statistics.stopping import HalfWidth, each_confidence, looks
from sim.statistics.trial import Trial

CONFIDENCE: Final = 0.95

STEADY: Final = ("wait_mean_s", "wait_p50_s", "wait_p90_s", "within_target")
"""What is told of the rest of a day, after the warm-up."""

OnBatch = Callable[[Batch], None]
EndedBy = Literal["days", "half-width", "interrupted"]


class Watching(Protocol):
    """Whoever looks on while days happen."""

    def expect(self, days: int) -> None:
        """So many days in all will do, as far as is known."""

    def done(self, days: int) -> None:
        """So many days more are done."""

    def stopped(self) -> bool:
        """Whether to leave it at that."""


class Nobody:
    """Looks on without a word."""

    def expect(self, days: int) -> None:
        """Nothing is shown."""

    def done(self, days: int) -> None:
        """Nothing is shown."""

    def stopped(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of an experiment; `confidence` is the wanted one, `of_each_look` that of each interval that is told."""

    trial: Trial
    confidence: float
    of_each_look: float
    asked: tuple[HalfWidth, ...]
    looks: tuple[int, ...]
    ended_by: EndedBy

    @property
    def is_interrupted(self) -> bool:
        return self.ended_by == "interrupted"

    def to_json(self) -> dict[str, Any]:
        """The JSON object of `simulate`; docs/reference/simulate.md describes each key."""
        figures = self.trial.figures(self.of_each_look)
        if self.asked:
            figures["half_widths"] = self._half_widths()
        if self.is_interrupted:
            figures["interrupted"] = True
        return figures

    def _half_widths(self) -> dict[str, Any]:
        found = [(each, each.interval(self.trial.observed, self.of_each_look)) for each in self.asked]
        return {
            "confidence": self.confidence,
            "confidence_of_each_look": round(self.of_each_look, 6),
            "looks": list(self.looks),
            "ended_by": self.ended_by,
            "asked": [
                {
                    "text": asked.text,
                    "limit": asked.limit,
                    "reached": None if known is None else round(known.half_width, 6),
                    "is_met": known is not None and known.half_width <= asked.limit,
                }
                for asked, known in found
            ],
        }


def simulate(
    core: Core,
    experiment: Experiment,
    days: int,
    *,
    core_reason: tuple[Name, ...] = (),
    confidence: float = CONFIDENCE,
    half_widths: Sequence[HalfWidth] = (),
    watching: Watching | None = None,
    on_batch: OnBatch = lambda batch: None,
) -> Simulated:
    """Let `days` days happen, or fewer: until all half-widths hold, or somebody says stop.

    Every batch is given to `on_batch` as it comes.
    """
    watching = watching or Nobody()
    looked_at = looks(days) if half_widths else (days,)
    level = each_confidence(confidence, len(looked_at))
    observed = Observed(experiment.plan)
    ended_by: EndedBy = "days"
    watching.expect(looked_at[0])
    for begins, ends in pairwise((0, *looked_at)):
        size = _doubled_size(experiment, ends) if half_widths else batch_days(experiment.scenario, days)
        for batch in core.batches(batches_of(range(begins, ends), size), watching.stopped, watching.done):
            observed.add(batch)
            on_batch(batch)
        if observed.days < ends:
            ended_by = "interrupted"
            break
        if half_widths and all(each.is_met(observed, level) for each in half_widths):
            ended_by = "half-width"
            break
        watching.expect(_enough(half_widths, observed, level, days))
    trial = Trial(experiment, observed, core.name, core_reason, core.events())
    return Simulated(trial, confidence, level, tuple(half_widths), looked_at, ended_by)


def _doubled_size(experiment: Experiment, days: int) -> int:
    """How many days are let happen together before a look after so many: a power of two, so that earlier batches make
    sections of as many days as later ones."""
    return 1 << (batch_days(experiment.scenario, days).bit_length() - 1)


def _enough(half_widths: Sequence[HalfWidth], observed: Observed, confidence: float, days: int) -> int:
    """How many days it will take, as far as is known: half-widths shrink as the square root of days grows."""
    known = ((each.interval(observed, confidence), each.limit) for each in half_widths)
    times = max(((found.half_width / limit) ** 2 if found else 2.0 for found, limit in known), default=1.0)
    wanted = times * observed.days
    return next((look for look in looks(days) if look >= wanted), days)
