"""Numbers by their rank in each of many groups, without putting any of them in order.

Lengths fall into cells of about four seconds; how many lie in each cell tells in which one a rank lies, and only what
lies in that cell is sorted. Two passes over the lengths, whatever the number of groups.
"""

from collections.abc import Sequence
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.kernel.compiled import compiled

Lengths = NDArray[np.int32]
Groups = NDArray[np.int16]
Counts = NDArray[np.int64]

CELL_BITS: Final = 12
"""A cell holds 2 ** 12 ms."""

Grouped = Sequence[tuple[Lengths, Groups]]
"""Lengths in pieces, each with the group of every length."""


def quantiles_by_group(pieces: Grouped, groups: int, shares: Sequence[float]) -> dict[int, tuple[float, ...]]:
    """Quantiles of the lengths of each group that has any, on the line between the two neighbours (Hyndman and Fan's
    seventh definition)."""
    longest = max((int(lengths.max()) for lengths, _ in pieces if len(lengths)), default=-1)
    coarse = np.zeros((groups, (longest >> CELL_BITS) + 1), np.int64)
    for lengths, group in pieces:
        count_cells(lengths, group, coarse)
    counts = coarse.sum(axis=1).tolist()
    ranks = [_ranks(count, shares) for count in counts]
    values = _values(pieces, coarse, ranks)
    return {
        group: tuple(_on_the_line(values[group], share * (count - 1)) for share in shares)
        for group, count in enumerate(counts)
        if count
    }


def _ranks(count: int, shares: Sequence[float]) -> list[int]:
    """The ranks, from 0, on both sides of each quantile."""
    belows = [floor(share * (count - 1)) for share in shares] if count else []
    return sorted({min(below + step, count - 1) for below in belows for step in (0, 1)})


def _on_the_line(values: dict[int, int], place: float) -> float:
    below = floor(place)
    low = values[below]
    return low + (place - below) * (values.get(below + 1, low) - low)


def _values(pieces: Grouped, coarse: Counts, ranks: list[list[int]]) -> list[dict[int, int]]:
    """For each group, the length at each of its ranks."""
    risen = np.cumsum(coarse, axis=1)
    cells = [np.searchsorted(of_group, wanted, side="right") for of_group, wanted in zip(risen, ranks, strict=True)]
    places = {pair: place for place, pair in enumerate(
        (group, cell) for group, of_group in enumerate(cells) for cell in sorted(set(of_group.tolist()))
    )}  # fmt: skip
    starts = np.zeros(len(places) + 1, np.int64)
    place_of = np.full(coarse.shape, -1, np.int32)
    for (group, cell), place in places.items():
        place_of[group, cell] = place
        starts[place + 1] = starts[place] + coarse[group, cell]
    found, ends = np.empty(starts[-1], np.int32), starts[:-1].copy()
    for lengths, group_of in pieces:
        collect(lengths, group_of, place_of, found, ends)
    for place in range(len(places)):
        found[starts[place] : starts[place + 1]].sort()
    values: list[dict[int, int]] = []
    for group, (wanted, of_group) in enumerate(zip(ranks, cells, strict=True)):
        before = risen[group] - coarse[group]
        values.append({
            rank: int(found[starts[places[group, cell]] + rank - before[cell]])
            for rank, cell in zip(wanted, of_group.tolist(), strict=True)
        })  # fmt: skip
    return values


@compiled
def count_cells(lengths: Lengths, groups: Groups, coarse: Counts) -> None:
    """Count how many lengths of each group lie in each cell."""
    for place in range(len(lengths)):
        coarse[groups[place], lengths[place] >> CELL_BITS] += 1


@compiled
def collect(lengths: Lengths, groups: Groups, place_of: Lengths, found: Lengths, ends: Counts) -> None:
    """Put the lengths of wanted cells where each cell has its room."""
    for place in range(len(lengths)):
        room = place_of[groups[place], lengths[place] >> CELL_BITS]
        if room >= 0:
            found[ends[room]] = lengths[place]
            ends[room] += 1
