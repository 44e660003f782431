"""What came of a few successive days, in whole numbers: the same whichever core let them happen, and where."""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import MINUTE_MS

Counts = NDArray[np.int64]

SLOT_MINUTES: Final = 30
SLOT_MS: Final = SLOT_MINUTES * MINUTE_MS
SLOTS: Final = 24 * 60 // SLOT_MINUTES

VISITORS, SERVED, WITHIN, ABANDONED, NO_SHOW, TURNED_AWAY, UNSERVED, WAIT_MS = range(8)
"""What is counted: who came, who was served, who of these within the target, how the others ended, and the waits of the
served in milliseconds."""
FIGURES: Final = 8


class Waits(NamedTuple):
    """The waits of those who were served, one by one, with their half hour of issue, service and lane."""

    wait_ms: NDArray[np.int32]
    slot: NDArray[np.int16]
    service: NDArray[np.int16]
    lane: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Batch:
    """Successive days from the one at `first`: counts by day, by part (lanes, services, the 48 half hours of issue) and
    by what is counted; single waits; and how long each window was open and taken on all of these days together.

    `user_s` is the processor time they took.
    """

    first: int
    lanes: Counts
    services: Counts
    slots: Counts
    waits: Waits
    busy_ms: Counts
    open_ms: Counts
    user_s: float

    @property
    def days(self) -> int:
        return len(self.lanes)
