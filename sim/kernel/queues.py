"""Who waits: queues threaded through the visitors of a day, first come first served.

Nobody is woken to leave; who is past their patience is passed over when somebody looks.
"""

from typing import NamedTuple

import numpy as np

from sim.kernel.compiled import inlined
from sim.kernel.shapes import NOBODY, Whole
from sim.kernel.tables import WORD, Bits, Long


class Queues(NamedTuple):
    """The queues of a hall: for each its head and tail, since when the head waits and when it leaves (int64: it may be
    after any day); behind each visitor the next one; and a bit for each queue that has somebody in it."""

    waiting: Bits
    head: Whole
    tail: Whole
    since_ms: Whole
    leaves_ms: Long
    following: Whole


def queues_for(queues: int, visitors: int) -> Queues:
    """Room for so many queues and visitors."""
    return Queues(
        waiting=np.empty(-(-queues // WORD), np.uint64),
        head=np.empty(queues, np.int32),
        tail=np.empty(queues, np.int32),
        since_ms=np.empty(queues, np.int32),
        leaves_ms=np.empty(queues, np.int64),
        following=np.empty(visitors, np.int32),
    )


@inlined
def join(queues: Queues, queue: int, visitor: int, arrived_ms: Whole, patience_ms: Whole) -> None:
    """Somebody stands behind everybody in a queue."""
    queues.following[visitor] = NOBODY
    if queues.head[queue] == NOBODY:
        queues.waiting[queue // WORD] |= np.uint64(1) << np.uint64(queue % WORD)
        queues.head[queue] = visitor
        queues.since_ms[queue] = arrived_ms[visitor]
        queues.leaves_ms[queue] = np.int64(arrived_ms[visitor]) + patience_ms[visitor]
    else:
        queues.following[queues.tail[queue]] = visitor
    queues.tail[queue] = visitor


@inlined
def move_up(queues: Queues, queue: int, arrived_ms: Whole, patience_ms: Whole) -> None:
    """The head of a queue goes, and whoever stood behind it is the head."""
    visitor = queues.following[queues.head[queue]]
    queues.head[queue] = visitor
    if visitor == NOBODY:
        queues.waiting[queue // WORD] &= ~(np.uint64(1) << np.uint64(queue % WORD))
    else:
        queues.since_ms[queue] = arrived_ms[visitor]
        queues.leaves_ms[queue] = np.int64(arrived_ms[visitor]) + patience_ms[visitor]


@inlined
def has_somebody(queues: Queues, queue: int, leaves_from: int, arrived_ms: Whole, patience_ms: Whole) -> bool:
    """Whether a queue, which has a head, still has one when all are gone who leave before `leaves_from`."""
    while queues.leaves_ms[queue] < leaves_from:
        move_up(queues, queue, arrived_ms, patience_ms)
        if queues.head[queue] == NOBODY:
            return False
    return True
