"""A heap of whole numbers whose nodes have four children: the smallest stands first.

Its array is four times as long as the heap may grow, and holds `LAST` behind the last of them, so that the children of
a node can be compared without asking which of them are there.
"""

from typing import Final

from sim.kernel.compiled import inlined
from sim.kernel.tables import Long

LAST: Final = 2**63 - 1
"""Larger than whatever is put in."""


@inlined
def push(heap: Long, count: int, key: int) -> None:
    """Put in another number beside the `count` that are there."""
    place = count
    while place > 0:
        parent = (place - 1) >> 2
        if heap[parent] < key:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = key


@inlined
def replace(heap: Long, count: int, key: int) -> None:
    """Put in a number in place of the smallest of the `count` that are there."""
    place = 0
    first = 1
    while first < count:
        left = first + (heap[first + 1] < heap[first])
        right = first + 2 + (heap[first + 3] < heap[first + 2])
        child = right if heap[right] < heap[left] else left
        if heap[child] > key:
            break
        heap[place] = heap[child]
        place = child
        first = 4 * place + 1
    heap[place] = key


@inlined
def pop(heap: Long, count: int) -> None:
    """Take out the smallest of the `count` numbers that are there."""
    key = heap[count - 1]
    heap[count - 1] = LAST
    if count > 1:
        replace(heap, count - 1, key)
