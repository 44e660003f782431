"""What the plan would be like if something were otherwise: a window more or less, more visitors, slower service."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from sim.scenario import Scenario
from sim.staffing.bench import Bench, Evaluator
from sim.staffing.erlang import erlang_windows, pooled_windows
from sim.staffing.grid import Grid, Staff
from sim.staffing.load import Demand
from sim.staffing.measuring import measure
from sim.staffing.promises import Floats
from sim.staffing.result import CurvePoint, ErlangPlan, Reached, Sensitivity, Target

EvaluatorOf = Callable[[Scenario], Evaluator]

_ARRIVALS: Final = (0.8, 0.9, 0.95, 1.05, 1.1, 1.2)
_SERVICE_TIMES: Final = (0.9, 1.1)


@dataclass(frozen=True)
class WhatIf:
    """Tries what differs from a plan on the first `days` of a seed."""

    grid: Grid
    bench: Bench
    seed: int
    days: int

    def reached(self, staff: Staff, evaluator: Evaluator | None = None) -> tuple[Reached, ...]:
        """What a plan reaches of each target."""
        bench = self.bench if evaluator is None else replace(self.bench, confirm=evaluator)
        return measure(bench, staff, days=self.days, seed=self.seed).reached

    def curve(self, staff: Staff) -> tuple[CurvePoint, ...]:
        """One window less and one more: in each group all day, and in each half hour in the group with most then."""
        return tuple(self._points(staff))

    def _points(self, staff: Staff) -> Iterator[CurvePoint]:
        places: list[tuple[int, int | None]] = [(g, None) for g in np.flatnonzero(self.grid.is_planned).tolist()]
        planned = np.where(self.grid.is_planned[:, None], staff, -1)
        places += [(int(planned[:, s].argmax()), s) for s in np.flatnonzero(self.grid.weights > 0).tolist()]
        for group, slot in places:
            for change in (-1, 1):
                moved = staff.copy()
                inside = moved[group] > 0 if slot is None else np.arange(moved.shape[1]) == slot
                moved[group, inside] += change
                moved = np.clip(moved, self.grid.least, self.grid.most)
                if (moved != staff).any():
                    yield CurvePoint(group, slot, change, self.grid.cost(moved), self.reached(moved))

    def sensitivity(self, staff: Staff, scenario: Scenario, evaluator_of: EvaluatorOf) -> tuple[Sensitivity, ...]:
        """More and fewer visitors, longer and shorter visits, under the same plan."""
        cases: list[tuple[Literal["arrivals", "service_times"], float]] = [("arrivals", each) for each in _ARRIVALS]
        cases += [("service_times", each) for each in _SERVICE_TIMES]
        change = {"arrivals": _with_arrivals, "service_times": _with_service_times}
        return tuple(
            Sensitivity(what, factor, self.reached(staff, evaluator_of(change[what](scenario, factor))))
            for what, factor in cases
        )

    def erlang(self, targets: Sequence[Target], demand: Demand, parts: Floats) -> ErlangPlan | None:
        """What the formula asks for, of the first target about waiting; None when there is no such target."""
        waits = [target for target in targets if target.measure != "abandoned"]
        if not waits:
            return None
        widest = min(waits, key=lambda target: (target.lane is not None, target.service is not None))
        share, limit_s = widest.share, widest.limit_s
        visitors, minutes = demand.visitors_when_open(), demand.minutes()
        needed = erlang_windows(visitors, parts, minutes, share, limit_s)
        needed = np.where(self.grid.is_planned[:, None], needed, self.grid.most)
        pooled = pooled_windows(visitors, minutes, share, limit_s)
        return ErlangPlan(
            needed=counts_of(needed),
            window_half_hours=self.grid.cost(needed),
            pooled_half_hours=float((pooled * self.grid.weights).sum()),
            is_more_than_there_are=bool((needed > self.grid.most).any()),
            reached=self.reached(np.minimum(needed, self.grid.most)),
        )


def counts_of(staff: Staff) -> tuple[tuple[int, ...], ...]:
    """A plan as the result tells it."""
    return tuple(tuple(row) for row in staff.tolist())


def _with_arrivals(scenario: Scenario, factor: float) -> Scenario:
    day = scenario.scenario
    count = max(1, round(day.visits_per_day * factor))
    return scenario.model_copy(update={"scenario": day.model_copy(update={"visits_per_day": count})})


def _with_service_times(scenario: Scenario, factor: float) -> Scenario:
    services = {
        name: table.model_copy(
            update={
                "mean_minutes": table.mean_minutes * factor,
                "minutes": [minutes * factor for minutes in table.minutes],
            }
        )
        for name, table in scenario.services.items()
    }
    return scenario.model_copy(update={"services": services})
