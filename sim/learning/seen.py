"""What a log shows: days of visits as they were seen, whichever kind of log they come from."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from engine.core.events import Millis
from engine.core.plan import Name
from sim.visits import Course

DAY_MS: Final = 24 * 60 * 60_000
LONGEST_MS: Final = 12 * 60 * 60_000
"""No visit is at a window for longer; a log that says so has a clock that jumped."""
SHORTEST_MS: Final = 1_000
"""A visit that took less was no visit: somebody pressed two buttons at once."""

DOUBTS_NAMED: Final = 20


class Seen(NamedTuple):
    """One visit; lengths are None where the log says nothing.

    `at_ms` counts from local midnight. `handling_ms` is the time at the window for the service it was drawn for;
    `waited_ms` lasts until the first call, or until the visitor left; `patience_ms` is how long the visitor would have
    waited, where a log knows that. `end` is one of `sim.result.OUTCOMES`; who `is_absent` was not there at the first
    call, None for somebody who was never called.
    """

    at_ms: Millis
    service_id: str
    lane_id: str
    channel: str
    end: str
    is_absent: bool | None
    handling_ms: Millis | None
    waited_ms: Millis | None
    patience_ms: Millis | None
    course: Course | None


@dataclass(slots=True)
class SeenDay:
    """One service day: its visits in the order of arrival, and what was seen at the windows.

    `walks_ms`, `gaps_ms`, `absences_ms` and `pauses_ms` are lengths of time; `staffed` has the spans from local
    midnight in which each window was open and not at rest for long, as it was told (`knows_hours`) or as its calls let
    one guess; `beside` counts what happened without a number.
    """

    day: date
    visits: list[Seen] = field(default_factory=list)
    walks_ms: list[Millis] = field(default_factory=list)
    gaps_ms: list[Millis] = field(default_factory=list)
    absences_ms: list[Millis] = field(default_factory=list)
    pauses_ms: list[Millis] = field(default_factory=list)
    staffed: dict[str, list[tuple[Millis, Millis]]] = field(default_factory=dict)
    knows_hours: bool = False
    beside: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Doubts:
    """What in a log cannot be: how often, and the first places in words; such visits are left out."""

    source: str
    count: int = 0
    named: list[tuple[int, Name]] = field(default_factory=list)

    def add(self, place: int, what: Name) -> None:
        """Name something impossible at a line of a file or a position of a journal."""
        self.count += 1
        if len(self.named) < DOUBTS_NAMED:
            self.named.append((place, what))


def served_length(length_ms: Millis) -> bool:
    """Whether somebody may have been at a window for so long."""
    return SHORTEST_MS <= length_ms <= LONGEST_MS
