"""Taking windows out of a plan, and putting some back, until none can go.

Screening says about how much each window is worth to the promises. Those that are worth least are taken out together,
as many as the promises allow when tried, and the rest is screened again. Trials run on few days; what these days' luck
adds or takes is known from one trial of the same plan on many days, and allowed for.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.staffing.bench import Bench
from sim.staffing.grid import Grid, Staff
from sim.staffing.promises import Floats, Standing
from sim.staffing.screening import Move, Screen, moved

# So many trials at a time while halving; processors would stand idle with fewer.
_AT_ONCE: Final = 2
# Below it, a part of the slack is nothing: the last digits of a sum.
_NOTHING: Final = 1e-9


class Trimming:
    """Moves from one plan to a cheaper one, or to one that keeps its promises.

    `must` by service and slot says where a window that can serve it has to be. `allowance` is by how much
    each promise's mean gap on `days` may stay short of 0 (or must exceed it, when negative).
    """

    def __init__(self, grid: Grid, bench: Bench, days: range, must: NDArray[np.bool_]) -> None:
        self.allowance: Floats = np.zeros(len(bench.promises))
        self._days, self._seed = days, bench.seed
        self._grid, self._bench, self._must = grid, bench, must
        self._screen = Screen(grid)

    def read_as(self, staff: Staff, judged: Standing, needed: Floats, days: range, seed: int) -> None:
        """Try on these days of this seed from now on, and read what comes of it as if it were on the judged days.

        `judged` is how this plan did there, `needed` by what each promise's mean gap there must exceed 0. Where what is
        missing is more than all windows bring in a trial, half of what they bring is asked for: a hall that is tried
        in place of a fuller one (`sim.staffing.evaluators`) does not know how much is to be won there.
        """
        self._days, self._seed = days, seed
        here, tried = judged.mean - needed, self._bench.standing(staff, days, seed).mean
        self.allowance = here - tried
        if (here < 0).any():
            most = self._bench.standing(self._grid.most, days, seed).mean + self.allowance
            self.allowance -= np.where(most < 0, (here + most) / 2, 0.0)

    def slack(self, staff: Staff) -> Floats:
        """By promise: how much there is to lose; below 0 it is broken."""
        return self._bench.standing(staff, self._days, self._seed).mean + self.allowance

    def holds(self, staff: Staff) -> bool:
        """Whether every promise is kept on the days of a trial."""
        return self._hold([staff])[0]

    def trim(self, staff: Staff) -> Staff:
        """A plan from which no window that is likely to be spare can go."""
        while True:
            moves = self._ranked_removals(staff)
            count = self._most_that_hold(staff, moves)
            if not count:
                return staff
            staff = moved(staff, moves[:count], -1)

    def exchange(self, staff: Staff, share: float) -> Staff:
        """A cheaper plan by taking out too much, this share of all windows, and putting back what helps most.

        The same plan when that does not make it cheaper.
        """
        moves = self._ranked_removals(staff)
        count = max(2, round(share * float(staff[self._grid.is_planned].sum())))
        other = self.trim(self.repair(moved(staff, moves[:count], -1)))
        return other if self.holds(other) and self._grid.cost(other) < self._grid.cost(staff) else staff

    def repair(self, staff: Staff) -> Staff:
        """A plan that keeps the promises, made by adding the windows that help most; all there are if need be."""
        while not self.holds(staff):
            moves = self._ranked_additions(staff)
            if not moves:
                return staff
            staff = self._with_enough(staff, moves)
        return staff

    def covered(self, staff: Staff) -> Staff:
        """The plan with a window, of the group with most of them, wherever one must be and none is."""
        staff, can = staff.copy(), self._grid.serves.T.astype(np.int64)
        for service, slot in np.argwhere((can @ staff == 0) & self._must).tolist():
            able = np.flatnonzero(self._grid.serves[:, service] & (staff[:, slot] < self._grid.most[:, slot]))
            if len(able) and not can[service] @ staff[:, slot]:
                staff[max(able, key=lambda group: int(self._grid.most[group, slot])), slot] += 1
        return staff

    # --- which first ---

    def _ranked_removals(self, staff: Staff) -> list[Move]:
        """Windows that may go together, least missed first: by the part of the scarcest slack each uses up."""
        moves = self._may_go(staff, _places(staff > self._grid.least))
        slack = np.maximum(self.slack(staff), _NOTHING)
        lost = -self._screen.effects(staff, moves, -1, self._cells)
        harm = (np.maximum(lost, 0) / slack).max(axis=1, initial=0.0)
        return self._may_go(staff, self._by_worth(moves, harm), at_once=True)

    def _ranked_additions(self, staff: Staff) -> list[Move]:
        """Windows that may come, most helpful first: by the part of what is missing that each brings for its price."""
        moves = _places(staff < self._grid.most)
        missing = np.maximum(-self.slack(staff), 0)
        won = np.minimum(self._screen.effects(staff, moves, 1, self._cells), missing)
        return self._by_worth(moves, -won.sum(axis=1))

    def _by_worth(self, moves: Sequence[Move], worth: Floats) -> list[Move]:
        prices = np.array([self._grid.weights[slot] for _, slot in moves])
        return [moves[place] for place in np.argsort(worth / prices, kind="stable")]

    def _cells(self, staffs: Sequence[Staff]) -> list[Floats]:
        return [each.cells for each in self._bench.standings(staffs, self._days, self._seed)]

    def _may_go(self, staff: Staff, moves: Iterable[Move], *, at_once: bool = False) -> list[Move]:
        """Those of the moves, each by itself or all at once, that leave a window wherever one must be."""
        trial, allowed = staff.copy(), []
        for move in moves:
            trial[move] -= 1
            slot = move[1]
            is_covered = (self._grid.serves.T @ (trial[:, slot] > 0)) | ~self._must[:, slot]
            is_allowed = trial[move] >= self._grid.least[move] and bool(is_covered.all())
            if is_allowed:
                allowed.append(move)
            if not is_allowed or not at_once:
                trial[move] += 1
        return allowed

    # --- how many ---

    def _most_that_hold(self, staff: Staff, moves: Sequence[Move]) -> int:
        """How many of these, from the first on, can go together: steps that double, then parts."""
        low, high, step = 0, len(moves) + 1, 1
        while high - low > 1:
            if step:
                counts = sorted({min(low + step * 2**each, high - 1) for each in range(_AT_ONCE)})
            else:
                counts = sorted(
                    {low + (high - low) * each // (_AT_ONCE + 1) for each in range(1, _AT_ONCE + 1)} - {low}
                )
            hold = self._hold([moved(staff, moves[:count], -1) for count in counts])
            kept = [count for count, holds in zip(counts, hold, strict=True) if holds]
            broken = [count for count in counts if count not in kept]
            # What is not monotone is read from below: the first that breaks ends it.
            high = min([high, *broken])
            low = max([low, *(count for count in kept if count < high)])
            step = 0 if broken else step * 2**_AT_ONCE
        return low

    def _hold(self, staffs: Sequence[Staff]) -> list[bool]:
        """Whether each of some plans keeps every promise on the days of a trial."""
        found = self._bench.standings(staffs, self._days, self._seed)
        return [bool((each.mean + self.allowance >= 0).all()) for each in found]

    def _with_enough(self, staff: Staff, moves: Sequence[Move]) -> Staff:
        """The fewest of these moves, from the best on, after which the promises are kept; all when that is too few."""
        count = 1
        while count < len(moves) and not self.holds(moved(staff, moves[:count], 1)):
            count *= 2
        low, high = count // 2, min(count, len(moves))
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.holds(moved(staff, moves[:middle], 1)) else (middle, high)
        return moved(staff, moves[:high], 1)


def _places(mask: NDArray[np.bool_]) -> list[Move]:
    return [(group, slot) for group, slot in np.argwhere(mask).tolist()]
