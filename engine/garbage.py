"""When the garbage collector may rest: while something large is loaded that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no cycles inside the block, which makes much that stays and next to no garbage.

    What is loaded would be looked through again and again as it grows: for a hall's snapshot that takes seven times as
    long as the loading itself. Blocks may be nested.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
