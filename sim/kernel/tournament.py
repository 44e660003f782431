"""A tournament of whole numbers: which contestant's is the smallest (Knuth, The Art of Computer Programming, 5.4.1).

Each contestant has a leaf, and each node the smaller of the two below it: of node n the nodes 2n and 2n + 1, whether or
not there are as many contestants as a full tree has leaves. Whoever changes their number plays the same few matches
whatever comes of them, so that the machine need not guess how far a number rises or sinks.
"""

from typing import Final

import numpy as np

from sim.kernel.compiled import Number, inlined_inner
from sim.kernel.tables import Long

NONE: Final = 2**63 - 1
"""The number of a contestant who has none: larger than every other."""
TOP: Final = 1
"""Where the smallest number stands."""


def tournament_for(contestants: int) -> Long:
    """Room for so many contestants; nobody has a number."""
    return np.full(2 * contestants, NONE, np.int64)


@inlined_inner
def enter(tree: Long, contestant: Number, number: Number) -> None:
    """A contestant has this number from now on."""
    node = np.uint32((np.uint32(len(tree)) >> np.uint32(1)) + np.uint32(contestant))
    tree[node] = number
    while node > TOP:
        other = tree[node ^ np.uint32(1)]
        number = other if other < number else number
        node = np.uint32(node >> np.uint32(1))
        tree[node] = number
