"""Shifts that cover a plan: how many of which, by an integer programme, and who of them sits where.

Let y be how many clerks of a kind (what they can do) have a shift, z how many of a kind sit at a group of windows in a
half hour, u the seats that stay empty. Wanted are the fewest paid hours, then the fewest clerks:

    min  sum paid y + e sum y + M sum u
    sum over shifts at work in s of y[k] >= sum over groups of z[k, ., s]      for every kind k and half hour s
    sum over kinds of z[., g, s] + u[g, s] >= need[g, s]                       for every group g and half hour s
    sum over the kinds and shifts of a contract of y <= its clerks

Given whole y, what is left is a transport problem in every half hour, whose z are whole by themselves. HiGHS solves it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, lil_matrix

from engine.core.plan import Name
from sim.staffing.contracts import ContractTable
from sim.staffing.grid import Grid, Staff
from sim.staffing.patterns import Pattern, patterns_of

_TIME_LIMIT_S: Final = 4.0
# An empty seat is dearer than any shift that could fill it, paid by the minute.
_EMPTY: Final = 100_000.0
# All clerks together weigh less than the half hour by which one shift is shorter than another.
_CLERK: Final = 0.001
_GAP: Final = 1e-6


class Kind(NamedTuple):
    """Clerks who can do the same: the groups of windows they may sit at, and the shifts they may have."""

    contract: int
    groups: tuple[int, ...]
    patterns: tuple[Pattern, ...]


class CannotCover(Exception):
    """No shifts cover the need; `empty` are the seats that stay empty, by group and slot."""

    def __init__(self, empty: Staff, why: Name) -> None:
        super().__init__(why)
        self.empty, self.why = empty, why


@dataclass(frozen=True)
class Cover:
    """Shifts, each with the groups its clerk may sit at; `gap` is by what part their hours may be too many."""

    clerks: tuple[tuple[Pattern, tuple[int, ...]], ...]
    is_best: bool
    gap: float


def kinds_of(contracts: Sequence[ContractTable], grid: Grid) -> list[Kind]:
    """A contract with services: clerks who can do those. Without: for each group, clerks who know its services.

    A clerk may sit wherever nothing is asked that they do not know.
    """
    kinds = []
    for place, contract in enumerate(contracts):
        patterns = tuple(patterns_of(contract, grid))
        known = [set(contract.services)] if contract.services else [set(g.services) for g in grid.groups if not g.fixed]
        for services in dict.fromkeys(map(frozenset, known)):
            groups = tuple(
                g for g, group in enumerate(grid.groups) if not group.fixed and services.issuperset(group.services)
            )
            kinds.append(Kind(place, groups, patterns))
    return kinds


def cover(need: Staff, kinds: Sequence[Kind], contracts: Sequence[ContractTable], grid: Grid) -> Cover:
    """The cheapest shifts that fill these seats; raises `CannotCover`.

    Kinds that have no group and no limited contract in common are solved apart.
    """
    need = np.where(grid.is_planned[:, None], need, 0)
    covers = []
    empty = need.copy()
    for together in _apart(kinds, contracts):
        groups = sorted({group for kind in together for group in kind.groups})
        part = np.zeros_like(need)
        part[groups] = need[groups]
        solved, left = _solve(part, together, contracts)
        covers.append(solved)
        empty[groups] = left[groups]
    if empty.any():
        raise CannotCover(empty, _why_empty(empty, grid))
    return Cover(
        tuple(clerk for each in covers for clerk in each.clerks),
        all(each.is_best for each in covers),
        max((each.gap for each in covers), default=0.0),
    )


def _apart(kinds: Sequence[Kind], contracts: Sequence[ContractTable]) -> list[list[Kind]]:
    """The kinds in sets that do not touch each other; a limited contract touches all its kinds."""
    sets: list[tuple[set[int], list[Kind]]] = []
    for kind in kinds:
        is_limited = contracts[kind.contract].clerks_max is not None
        touched = {*kind.groups, *([-1 - kind.contract] if is_limited else [])}
        joined = [each for each in sets if each[0] & touched]
        sets = [each for each in sets if not each[0] & touched]
        sets.append((touched.union(*(each[0] for each in joined)), [*(k for each in joined for k in each[1]), kind]))
    return [members for _, members in sets]


def _solve(need: Staff, kinds: Sequence[Kind], contracts: Sequence[ContractTable]) -> tuple[Cover, Staff]:
    """The shifts of these kinds, and the seats they leave empty."""
    if not need.any():
        return Cover((), is_best=True, gap=0.0), need
    programme = _Programme(need, kinds, contracts)
    answer = milp(
        programme.prices,
        constraints=programme.constraints,
        integrality=programme.is_whole,
        bounds=Bounds(0, np.inf),
        options={"time_limit": _TIME_LIMIT_S, "mip_rel_gap": _GAP},
    )
    if answer.x is None:
        return Cover((), is_best=False, gap=1.0), need
    clerks = tuple(
        (pattern, kinds[k].groups)
        for (k, pattern), count in zip(programme.shifts, np.rint(answer.x).astype(int).tolist(), strict=False)
        for _ in range(count)
    )
    empty = np.rint(answer.x[-need.size :]).astype(np.int64).reshape(need.shape)
    return Cover(clerks, answer.status == 0, float(answer.mip_gap or 0.0)), empty


class _Programme:
    """The integer programme: columns are shifts of kinds, then seats of kinds (kind, group, slot), then empty seats."""

    def __init__(self, need: Staff, kinds: Sequence[Kind], contracts: Sequence[ContractTable]) -> None:
        self.shifts = [(k, pattern) for k, kind in enumerate(kinds) for pattern in kind.patterns]
        slots = need.shape[1]
        seats = [(k, g, s) for k, kind in enumerate(kinds) for g in kind.groups for s in range(slots) if need[g, s]]
        self._at_work = lil_matrix((len(kinds) * slots, len(self.shifts) + len(seats) + need.size))
        self._seated = lil_matrix((need.size, self._at_work.shape[1]))
        limited = [place for place, contract in enumerate(contracts) if contract.clerks_max is not None]
        self._limits = lil_matrix((len(limited), self._at_work.shape[1]))
        for column, (k, pattern) in enumerate(self.shifts):
            for s in np.flatnonzero(pattern.works).tolist():
                self._at_work[k * slots + s, column] = 1
            if kinds[k].contract in limited:
                self._limits[limited.index(kinds[k].contract), column] = 1
        for column, (k, g, s) in enumerate(seats, len(self.shifts)):
            self._at_work[k * slots + s, column] = -1
            self._seated[g * slots + s, column] = 1
        for row in range(need.size):
            self._seated[row, len(self.shifts) + len(seats) + row] = 1
        self.constraints = [
            LinearConstraint(csr_matrix(self._at_work), 0, np.inf),
            LinearConstraint(csr_matrix(self._seated), need.ravel(), np.inf),
        ]
        if limited:
            most = [contracts[place].clerks_max or 0 for place in limited]
            self.constraints.append(LinearConstraint(csr_matrix(self._limits), 0, most))
        paid = [pattern.paid_minutes + _CLERK for _, pattern in self.shifts]
        self.prices: NDArray[np.float64] = np.concatenate((paid, np.zeros(len(seats)), np.full(need.size, _EMPTY)))
        self.is_whole = np.concatenate((np.ones(len(paid)), np.zeros(len(seats)), np.zeros(need.size)))


def _why_empty(empty: Staff, grid: Grid) -> Name:
    """The first half hours that no shift can cover, by group."""
    places = np.argwhere(empty).tolist()
    named = [(grid.groups[g].name, grid.slots[s].label, int(empty[g, s])) for g, s in places[:3]]
    zh = "；".join(f"{name.zh} {label} 缺 {count} 人" for name, label, count in named)
    en = "; ".join(f"{name.en} at {label}: {count} missing" for name, label, count in named)
    more = len(places) - len(named)
    tail = Name(f"；另有 {more} 处", f"; and {more} more") if more else Name("", "")
    return Name(
        f"现有合同无法排满班次：{zh}{tail.zh}。请放宽合同的时段、时长、人数或业务",
        f"the contracts cannot cover the plan: {en}{tail.en}. Widen their hours, lengths, clerks or services",
    )
