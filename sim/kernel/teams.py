"""Who is free: the windows of each team in a row, the one that has been free longest first."""

from typing import NamedTuple

import numpy as np

from sim.kernel.compiled import Number, inlined_inner, lowest_bit
from sim.kernel.shapes import NOBODY, Flags, Whole
from sim.kernel.tables import WORD, WORD_BITS, Bits


class Free(NamedTuple):
    """The free windows: for each team the first and the last, for each window its neighbours and whether it is free;
    and a bit for each team that has one."""

    teams: Bits
    first: Whole
    last: Whole
    after: Whole
    before: Whole
    is_free: Flags


def free_for(windows: int, words: int) -> Free:
    """Room for so many windows in teams that fill so many words."""
    return Free(
        teams=np.empty(words, np.uint64),
        first=np.empty(WORD * words, np.int32),
        last=np.empty(WORD * words, np.int32),
        after=np.empty(windows, np.int32),
        before=np.empty(windows, np.int32),
        is_free=np.empty(windows, np.uint8),
    )


@inlined_inner
def put(free: Free, team: Number, window: Number) -> None:
    """A window is free, the last of its team to be so."""
    last = free.last[team]
    free.is_free[window] = 1
    free.before[window] = last
    free.after[window] = NOBODY
    free.last[team] = window
    if last == NOBODY:
        free.first[team] = window
        free.teams[team >> WORD_BITS] |= np.uint64(1) << np.uint64(team & (WORD - 1))
    else:
        free.after[np.uint32(last)] = window


@inlined_inner
def take(free: Free, team: Number, window: Number) -> None:
    """A window is free no more."""
    before, after = free.before[window], free.after[window]
    free.is_free[window] = 0
    if before == NOBODY:
        free.first[team] = after
    else:
        free.after[np.uint32(before)] = after
    if after == NOBODY:
        free.last[team] = before
    else:
        free.before[np.uint32(after)] = before
    if free.first[team] == NOBODY:
        free.teams[team >> WORD_BITS] &= ~(np.uint64(1) << np.uint64(team & (WORD - 1)))


@inlined_inner
def first_able(free: Free, able: Bits, line: Number) -> Number:
    """The window that a newcomer of a line walks up to; -1 when none is free that could serve them."""
    for word in range(able.shape[1]):
        teams = free.teams[word] & able[line, word]
        if teams:
            return free.first[WORD * word + lowest_bit(teams)]
    return NOBODY
