"""How long visits take windows on average: what was planned, drawn towards what was seen."""

from typing import Final

from engine.core.events import Millis

PRIOR_VISITS: Final = 10
"""The plan's figure counts as much as so many visits."""


def mean_ms(planned_ms: Millis, count: int, total_ms: Millis) -> Millis:
    """The mean time of a visit after `count` visits that took windows `total_ms` in all.

    >>> mean_ms(600_000, 0, 0), mean_ms(600_000, 10, 0)
    (600000, 300000)
    """
    return (planned_ms * PRIOR_VISITS + total_ms) // (PRIOR_VISITS + count)
