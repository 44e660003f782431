"""Who waits in the quick loop: queues threaded through the visitors of a day, first come first served.

Nobody is woken to leave; who is past their patience is passed over when somebody looks.
"""

from typing import Final, NamedTuple

import numpy as np

from sim.kernel.compiled import Number, inlined_inner
from sim.kernel.shapes import NOBODY, Flags, Whole

ARRIVES, LEAVES, LASTS, FOLLOWING = range(4)
"""What is known of a visitor, in this order: when they come and when they would leave (`NEVER`), for how long they take
a window, gap included, and who stands behind them (-1: nobody)."""
FACTS: Final = 4

QUEUES_MAX: Final = 64
"""A bit for each queue fits into a word."""
NO_QUEUE: Final = 255
"""In place of the queue of somebody who gets no number."""


class Visitors(NamedTuple):
    """The visitors of a day: `FACTS` whole numbers for each, one visitor after the other, and the queue of each."""

    facts: Whole
    queue: Flags


class Queues(NamedTuple):
    """For each queue its head and tail, since when the head waits and when it leaves."""

    head: Whole
    tail: Whole
    since_ms: Whole
    leaves_ms: Whole


def visitors_for(count: int) -> Visitors:
    """Room for so many visitors."""
    return Visitors(np.empty(count * FACTS, np.int32), np.empty(count, np.uint8))


def queues_for() -> Queues:
    """Room for as many queues as there may be."""
    return Queues(*(np.empty(QUEUES_MAX, np.int32) for _ in Queues._fields))


@inlined_inner
def fact(visitor: Number, which: Number) -> Number:
    """Where a fact of a visitor stands."""
    return np.uint32(visitor * FACTS + which)


@inlined_inner
def join(queues: Queues, waiting: np.uint64, facts: Whole, queue: Number, visitor: Number) -> np.uint64:
    """Somebody stands behind everybody in a queue; the answer is which queues have somebody."""
    if queues.head[queue] == NOBODY:
        waiting |= np.uint64(1) << np.uint64(queue)
        queues.head[queue] = visitor
        queues.since_ms[queue] = facts[fact(visitor, ARRIVES)]
        queues.leaves_ms[queue] = facts[fact(visitor, LEAVES)]
    else:
        facts[fact(queues.tail[queue], FOLLOWING)] = visitor
    queues.tail[queue] = visitor
    return waiting


@inlined_inner
def move_up(queues: Queues, waiting: np.uint64, facts: Whole, queue: Number) -> np.uint64:
    """The head of a queue goes, and whoever stood behind it is the head; the answer is as above."""
    visitor = facts[fact(queues.head[queue], FOLLOWING)]
    queues.head[queue] = visitor
    if visitor == NOBODY:
        return waiting & ~(np.uint64(1) << np.uint64(queue))
    queues.since_ms[queue] = facts[fact(visitor, ARRIVES)]
    queues.leaves_ms[queue] = facts[fact(visitor, LEAVES)]
    return waiting
