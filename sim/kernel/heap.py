"""A heap of whole numbers whose nodes have four children: the smallest stands first.

Its array is four times as long as the heap may grow, and holds `LAST` behind the last of them, so that the children of
a node can be compared without asking which of them are there.
"""

from typing import Final

import numpy as np

from sim.kernel.compiled import Number, inlined_inner
from sim.kernel.tables import Long

LAST: Final = 2**63 - 1
"""Larger than whatever is put in."""


@inlined_inner
def push(heap: Long, count: Number, key: Number) -> None:
    """Put in another number beside the `count` that are there."""
    place = np.uint32(count)
    while place > 0:
        parent = np.uint32((place - 1) >> 2)
        if heap[parent] < key:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = key


@inlined_inner
def replace(heap: Long, count: Number, key: Number) -> None:
    """Put in a number in place of the smallest of the `count` that are there."""
    place, first = np.uint32(0), np.uint32(1)
    while first < np.uint32(count):
        left = np.uint32(first + (heap[np.uint32(first + 1)] < heap[first]))
        third = np.uint32(first + 2)
        right = np.uint32(third + (heap[np.uint32(first + 3)] < heap[third]))
        child = right if heap[right] < heap[left] else left
        if heap[child] > key:
            break
        heap[place] = heap[child]
        place = child
        first = np.uint32(4 * place + 1)
    heap[place] = key


@inlined_inner
def pop(heap: Long, count: Number) -> None:
    """Take out the smallest of the `count` numbers that are there."""
    last = np.uint32(count - 1)
    key = heap[last]
    heap[last] = LAST
    if last > 0:
        replace(heap, last, key)
