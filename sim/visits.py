"""A visit before the hall has done anything with it: who comes, when, for what, and how long it takes."""

from dataclasses import dataclass

from engine.core.events import Millis


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor of a trace.

    `arrived_ms` counts from 1970 in UTC, the other times are lengths. Without `patience_ms` nobody leaves; `window_id`
    is the one window that may serve the visit; `is_absent` says that the visitor will not appear when called.
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


@dataclass(frozen=True, slots=True)
class Habits:
    """What everybody at the windows does alike; all lengths of time.

    `walk_ms` passes from the call until the visitor sits down, `gap_ms` from the end of a visit until the next call,
    `absent_ms` until a clerk records a no-show.
    """

    walk_ms: Millis = 0
    gap_ms: Millis = 0
    absent_ms: Millis = 60_000
