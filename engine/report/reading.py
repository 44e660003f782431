"""From the bodies of a journal to a statement, in one pass."""

from collections.abc import Iterable
from typing import Any

from engine.core.events import Millis
from engine.garbage import uncollected
from engine.report.period import Stretch
from engine.report.tally import Tally


def read(
    stretch: Stretch, bodies: Iterable[tuple[int, Millis, bytes]], *, now_ms: Millis | None = None
) -> dict[str, Any]:
    """The figures of a period from the entries of its stretch; raises `UnknownRecord`.

    `bodies` are (last position, time, body); `now_ms` is the present when the day may still be open.
    """
    tally = Tally(stretch.period)
    # Visits and their posts form no cycles.
    with uncollected():
        for body in stretch.before:
            tally.add_body(0, body)
        for _, at_ms, body in bodies:
            tally.add_body(at_ms, body)
    return tally.report(now_ms)
