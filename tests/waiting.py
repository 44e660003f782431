"""Looking again at what nobody tells: another process, a port, a page. What can be awaited is awaited instead."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Found = TypeVar("Found")

LOOK_S = 0.01


async def until(claim: Callable[[], Found | Awaitable[Found]], within_s: float = 5.0) -> Found:
    """What the claim says as soon as it is true; fails when it does not come true in time."""
    ends_at = time.monotonic() + within_s
    while True:
        said = claim()
        found = await said if isinstance(said, Awaitable) else said
        if found:
            return found
        assert time.monotonic() < ends_at, f"after {within_s:g} s still {found!r}: {claim}"
        await asyncio.sleep(LOOK_S)


def until_now(claim: Callable[[], Found], within_s: float = 5.0, look_s: float = LOOK_S) -> Found:
    """The same where no event loop runs; `look_s` when each look costs something."""
    ends_at = time.monotonic() + within_s
    while not (found := claim()):
        assert time.monotonic() < ends_at, f"after {within_s:g} s still {found!r}: {claim}"
        time.sleep(look_s)
    return found
