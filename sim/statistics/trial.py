"""One experiment and what has been seen of it, by whichever core."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from engine.core.plan import Name
from sim.statistics import batch as b
from sim.statistics.estimates import as_json, digits_of, figures_of, interval, intervals_of, name_of
from sim.statistics.experiment import Experiment
from sim.statistics.observed import Observed
from sim.statistics.part import ALL
from sim.statistics.warm_up import has_warm_up, warm_up

STEADY: Final = ("wait_mean_s", "wait_p50_s", "wait_p90_s", "within_target")
"""What is told of the rest of a day, after the warm-up."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of an experiment; `core_reason` says what the fast core could not express, `events` how many facts
    there were (None where none are made)."""

    experiment: Experiment
    observed: Observed
    core: Literal["exact", "fast"]
    core_reason: tuple[Name, ...]
    events: int | None

    def figures(self, confidence: float) -> dict[str, Any]:
        """The figures of `simulate` and their intervals; docs/reference/simulate.md describes each key."""
        given, observed = self.experiment, self.observed
        figures = {
            **figures_of(observed, given.target_ms),
            "events": self._happenings() if self.events is None else self.events,
            "user_s": round(observed.user_s, 3),
            "seed": given.seed,
            "core": self.core,
            "intervals": intervals_of(observed, confidence),
        }
        if self.core_reason:
            figures["core_reason"] = [{"zh": reason.zh, "en": reason.en} for reason in self.core_reason]
        if has_warm_up(given):
            figures["warm_up"] = self._warm_up(confidence)
        return figures

    def _warm_up(self, confidence: float) -> dict[str, Any] | None:
        """What a hall that never closes comes to, once it no longer matters that its day began empty."""
        found = warm_up(self.observed)
        if found is None:
            return None
        known = {name: interval(self.observed, found.rest, name, confidence) for name in STEADY}
        return {
            "rule": "MSER",
            "left_out_minutes": found.left_out * b.SLOT_MINUTES,
            "from": name_of(self.experiment.plan, found.rest),
            **{name: as_json(each, digits_of(name)) for name, each in known.items()},
        }

    def _happenings(self) -> int:
        """What counts as events where no facts are made: comings, calls, and how it ended for those with a number."""
        total = self.observed.counts(ALL).sum(axis=0).tolist()
        return int(2 * total[b.VISITORS] - total[b.TURNED_AWAY] + total[b.SERVED] + total[b.NO_SHOW])
