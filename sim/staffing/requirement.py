"""The search for the fewest window-half-hours that keep the promises.

It begins with the load of a delayed infinite-server model and a margin common to all half hours, found by halving;
takes windows out on few days (`sim.staffing.trimming`); tells on many days whether the promises are kept with a margin
for chance; and confirms on days nobody has seen. What fails there gets windows back and is confirmed on other days.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.staffing.bench import Bench, Interrupted
from sim.staffing.grid import Grid, Staff
from sim.staffing.load import staffed
from sim.staffing.measuring import Measured, measure
from sim.staffing.promises import Z_95, Floats, Standing, representative
from sim.staffing.trimming import Trimming

# Margins of the common move, in square roots of the load; beyond them every window or none is staffed.
_MARGINS: Final = np.arange(-3.0, 6.05, 0.05)
# By how much of a standard error the nearest plan may do worse than every window there is.
_UNNOTICED: Final = 0.5
# The search asks for more standard errors than an interval needs: the best of many plans has been lucky, and one that
# is just confirmed on some days would fail on every tenth other set of as many.
_Z_SEARCH: Final = 3.0
_Z_CONFIRM: Final = 2.6
# The part of all windows that is taken out too much, to see whether others do as well.
_EXCHANGED: Final = 0.06
_ADDITIONS: Final = 8
_CONFIRMATIONS: Final = 6


@dataclass(frozen=True)
class Effort:
    """How many days are simulated for a trial while trimming, for a judgement, and for the confirmation.

    `rounds` is how often windows are taken out and exchanged.
    """

    trial_days: int
    judge_days: int
    confirm_days: int
    rounds: int = 1


@dataclass(frozen=True)
class Requirement:
    """What the search found, and what was `measured` of it on days nobody had seen: the first `days` of `seed`.

    When not even every window there is keeps the promises, `holds` is False and `staff` is the fewest windows that come
    as near as all do. Of an interrupted search, the days are those that were searched.
    """

    staff: Staff
    measured: Measured
    seed: int
    days: int
    holds: bool
    is_interrupted: bool = False


class Search:
    """One search; `must` by service and slot says where a window that can serve it has to be."""

    def __init__(self, grid: Grid, bench: Bench, load: Floats, must: NDArray[np.bool_], effort: Effort) -> None:
        self._grid, self._bench, self._load, self._must, self._effort = grid, bench, load, must, effort
        self._trimming = Trimming(grid, bench, range(effort.trial_days), must)
        self._best = grid.most

    def run(self) -> Requirement:
        """The plan; raises `Interrupted` when that happens before anything is known."""
        most = self._judge(self._grid.most)
        try:
            if not self._is_sure(most):
                return self._confirm(self._nearest(most))
            self._search()
            return self._confirm_or_add()
        except Interrupted:
            return self._as_it_stands()

    def without_confirmation(self) -> Staff | None:
        """The plan that the search finds, or None when every window there is does not keep the promises."""
        if not self._is_sure(self._judge(self._grid.most)):
            return None
        self._search()
        return self._best

    # --- on the days that are searched ---

    def _search(self) -> None:
        """Let the best plan be the cheapest found that keeps the promises, with a margin for chance."""
        self._allow(self._grid.most, self._judge(self._grid.most), 0.0)
        staff = self._settle(self._common_margin())
        for _ in range(self._effort.rounds):
            self._allow(staff, self._judge(staff), _Z_SEARCH)
            staff = self._settle(self._trimming.exchange(self._trimming.trim(staff), _EXCHANGED))

    def _settle(self, staff: Staff) -> Staff:
        """This plan, with windows added until it keeps the promises on the judged days."""
        for _ in range(_ADDITIONS):
            judged = self._judge(staff)
            if self._is_sure(judged):
                if self._grid.cost(staff) < self._grid.cost(self._best):
                    self._best = staff
                return staff
            self._allow(staff, judged, _Z_SEARCH)
            staff = self._trimming.repair(staff)
        return self._best

    def _common_margin(self) -> Staff:
        """The smallest margin for all half hours alike that keeps the promises on the days of a trial."""
        low, high = 0, len(_MARGINS) - 1
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._trimming.holds(self._with_margin(middle)) else (middle + 1, high)
        return self._with_margin(high)

    def _with_margin(self, place: int) -> Staff:
        return self._trimming.covered(staffed(self._grid, self._load, float(_MARGINS[place])))

    def _judge(self, staff: Staff) -> Standing:
        return self._bench.standing(staff, range(self._effort.judge_days))

    def _is_sure(self, judged: Standing) -> bool:
        return bool((judged.scores(self._effort.confirm_days) >= Z_95).all())

    def _allow(self, staff: Staff, judged: Standing, z: float, seed: int | None = None) -> None:
        """Let trials run on days like the judged ones, and ask so many standard errors of them."""
        days = representative(judged, self._effort.trial_days)
        self._trimming.read_as(staff, judged, z * self._error(judged), days, self._bench.seed if seed is None else seed)

    def _error(self, judged: Standing) -> Floats:
        error: Floats = judged.sd / np.sqrt(self._effort.confirm_days)
        return error

    def _nearest(self, most: Standing) -> Staff:
        """The fewest windows that do not do noticeably worse by a broken promise than all of them.

        What all windows reach is promised in place of what they do not keep.
        """
        just_kept = self._searched(self._grid.most).just_kept(_UNNOTICED)
        kept = most.mean >= Z_95 * self._error(most)
        promises = [
            promise if is_kept else in_its_place
            for promise, is_kept, in_its_place in zip(self._bench.promises, kept, just_kept, strict=True)
        ]
        bench = Bench(self._bench.search, self._bench.confirm, promises, self._bench.seed, self._bench.on_trial)
        trimming = Trimming(self._grid, bench, range(self._effort.trial_days), self._must)
        judged_days = range(self._effort.judge_days)
        judged = bench.standing(self._grid.most, judged_days)
        needed = np.where(kept, Z_95 * self._error(judged), 0.0)
        trimming.read_as(self._grid.most, judged, needed, representative(judged, self._effort.trial_days), bench.seed)
        staff = trimming.trim(self._grid.most)
        trimming.read_as(self._grid.most, judged, needed, judged_days, bench.seed)
        return trimming.repair(staff)

    # --- on other days ---

    def _confirm_or_add(self) -> Requirement:
        """The best plan on fresh days, with windows added until they confirm it."""
        for attempt in range(_CONFIRMATIONS):
            found = self._confirm(self._best, attempt)
            stood = found.measured.standing()
            if (stood.scores(found.days) >= _Z_CONFIRM).all():
                return found
            self._allow(self._best, stood, _Z_SEARCH, found.seed)
            repaired = self._trimming.repair(self._best)
            if (repaired == self._best).all():
                return found
            self._best = repaired
        return self._confirm(self._grid.most, _CONFIRMATIONS)

    def _confirm(self, staff: Staff, attempt: int = 0) -> Requirement:
        seed, days = self._bench.seed + 1 + attempt, self._effort.confirm_days
        measured = measure(self._bench, staff, days=days, seed=seed)
        return Requirement(staff, measured, seed, days, self._is_kept(measured))

    def _as_it_stands(self) -> Requirement:
        """The best plan on the days that were searched."""
        measured = self._searched(self._best)
        holds = self._is_kept(measured)
        return Requirement(self._best, measured, self._bench.seed, self._effort.judge_days, holds, is_interrupted=True)

    def _searched(self, staff: Staff) -> Measured:
        """What a plan reaches on the days that are searched."""
        bench = replace(self._bench, confirm=self._bench.search, on_trial=_unheard)
        return measure(bench, staff, days=self._effort.judge_days, seed=self._bench.seed)

    def _is_kept(self, measured: Measured) -> bool:
        """Whether all targets are; one about people of whom nobody was there to count is not."""
        return self._is_sure(measured.standing()) and all(each.held for each in measured.reached)


def _unheard(days: int) -> None:
    """Tells nobody."""
