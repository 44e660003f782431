"""What each window is worth, from few trials: many windows go at once, far enough apart to tell whose going did what.

A window of one half hour is felt by those who come in the half hour before and the few after it, and only for services
that its group shares with others, directly or through a third. So one trial can take out a window every fifth half
hour, in one group of each set of groups that have nothing to do with each other; what then changes near a place is put
down to the window that went there. These are estimates: who uses them tries what they suggest.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from sim.staffing.grid import Grid, Staff
from sim.staffing.promises import Floats

Move = tuple[int, int]
"""A group and a slot of which one window goes, or comes."""
Cells = Callable[[Sequence[Staff]], Sequence[Floats]]
"""The mean gaps of some plans, each by promise, slot and service."""

APART: Final = 5


class Screen:
    """Screens the moves of one hall."""

    def __init__(self, grid: Grid) -> None:
        links = csr_matrix(grid.serves)
        self._count, self._sets = connected_components(links @ links.T, directed=False)
        self._services = np.array([grid.serves[self._sets == each].any(axis=0) for each in range(self._count)])
        order: dict[int, int] = defaultdict(int)
        self._turns = []
        for each in self._sets.tolist():
            self._turns.append(order[each])
            order[each] += 1

    def effects(self, staff: Staff, moves: Sequence[Move], by: int, cells: Cells) -> Floats:
        """By move and promise: about how much the mean gap changes when a window goes (`by` -1) or comes (1)."""
        together: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place, (group, slot) in enumerate(moves):
            together[self._turns[group], slot % APART].append(place)
        trials = [moved(staff, [moves[place] for place in places], by) for places in together.values()]
        before, *after = cells([staff, *trials])
        effects = np.zeros((len(moves), len(before)))
        for places, there in zip(together.values(), after, strict=True):
            # Summed up to each slot: what happened between two slots is a difference.
            change = np.cumsum(there - before, axis=1)
            for place in places:
                effects[place] = self._near(change, moves[place], [moves[other] for other in places])
        return effects

    def _near(self, change: Floats, move: Move, others: Sequence[Move]) -> Floats:
        """By promise: the changes from the half hour before this move to that before the next one in the same set."""
        group, slot = move
        following = [s for g, s in others if self._sets[g] == self._sets[group] and s > slot]
        end = min(following) - 2 if following else change.shape[1] - 1
        within = change[:, end] - (change[:, slot - 2] if slot >= 2 else 0.0)
        effects: Floats = within[:, self._services[self._sets[group]]].sum(axis=1)
        return effects


def moved(staff: Staff, moves: Iterable[Move], by: int) -> Staff:
    """The plan after these moves: one window less (`by` -1) or more (1) in each of these places."""
    other = staff.copy()
    for move in moves:
        other[move] += by
    return other
