"""From the bodies of a journal to a statement, in one pass."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.core.events import Millis
from engine.report.period import Stretch
from engine.report.tally import Tally


def read(
    stretch: Stretch, bodies: Iterable[tuple[int, Millis, bytes]], *, now_ms: Millis | None = None
) -> dict[str, Any]:
    """The figures of a period from the entries of its stretch; raises `UnknownRecord`.

    `bodies` are (last position, time, body); `now_ms` is the present when the day may still be open.
    """
    tally = Tally(stretch.period)
    with _no_garbage_collection():
        for body in stretch.before:
            tally.add_body(0, body)
        for _, at_ms, body in bodies:
            tally.add_body(at_ms, body)
    return tally.report(now_ms)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Visits and their posts form no cycles; looking for some takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
