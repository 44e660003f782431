"""A visit before the hall has done anything with it: who comes, when, for what, and what happens on the way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.core.events import HoldKind, Millis

if TYPE_CHECKING:
    from engine.core.commands import Command

TARGET_MS: Final = 15 * 60_000
"""A wait of at most so long is within target when nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A further item of a visit, and how long it takes at its window."""

    service_id: str
    service_ms: Millis


@dataclass(frozen=True, slots=True)
class Break:
    """A visit is put on hold so long after it began, for so long."""

    kind: HoldKind
    after_ms: Millis
    for_ms: Millis


@dataclass(frozen=True, slots=True)
class Course:
    """What happens on a visit beside waiting and being served; nothing, unless it stands here.

    `more` are further items, begun at the same window when the clerk `stays` with the visitor. `form_ms` is how long
    filling in the form takes (None: it is filled in). `stage_ms` is how long the back office works (None: longer than
    anybody looks), whether or not the visitor `waits` for it; `collect_ms` is how long collecting takes. `returns_ms`
    after being told what is missing the visitor is back. `booking` names the order that booked the appointment; whoever
    `is_missed` booked it and does not come. `stage_id` is the stage whose result is to be collected.
    """

    more: tuple[Errand, ...] = ()
    stays: bool = False
    outcome: str = "done"
    reason: str | None = None
    hold: Break | None = None
    transfer_to: str | None = None
    form_ms: Millis | None = None
    stage_ms: Millis | None = None
    waits: bool = False
    collect_ms: Millis = 0
    returns_ms: Millis | None = None
    stars: int | None = None
    on_behalf: bool = False
    is_printed: bool = True
    booking: str | None = None
    is_missed: bool = False
    return_of: str | None = None
    stage_id: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor of a trace.

    `arrived_ms` counts from 1970 in UTC, the other times are lengths. Without `patience_ms` nobody leaves; `window_id`
    is the one window that may serve the visit; `is_absent` says that the visitor will not appear when called. Once the
    window is free of the visit for the first time, its clerk rests for `pause_ms`.
    """

    arrived_ms: Millis
    service_id: str
    lane_id: str
    service_ms: Millis
    patience_ms: Millis | None = None
    window_id: str | None = None
    channel: str = "kiosk"
    is_absent: bool = False
    visitor: str = ""
    appointment_ms: Millis | None = None
    course: Course | None = None
    pause_ms: Millis = 0

    @property
    def comes(self) -> bool:
        """Whether there is a visitor at all, and not only an appointment."""
        return self.course is None or not self.course.is_missed


@dataclass(frozen=True, slots=True)
class Order:
    """Something that is asked of the hall at a moment, whoever comes: a booking, a home visit, a count.

    `key` is what a visit's `booking` refers to.
    """

    at_ms: Millis
    actor: str
    command: "Command"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """What everybody at the windows does alike; all lengths of time.

    A call is spoken for `call_ms` by one of the `loudspeakers` of its window's zone, of which there are so many (in a
    zone that is not named: enough). `walk_ms` passes from then until the visitor sits down, `absent_ms` until a clerk
    records a no-show, and `gap_ms` from the end of a visit, and of the pause after it, until the next call.
    """

    walk_ms: Millis = 0
    gap_ms: Millis = 0
    absent_ms: Millis = 60_000
    call_ms: Millis = 0
    loudspeakers: tuple[tuple[str, int], ...] = ()
