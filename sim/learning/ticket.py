"""A ticket's day, gathered fact by fact from a journal."""

from dataclasses import dataclass
from typing import Final

from engine.core.events import Millis
from sim.learning.seen import Seen
from sim.result import DAY_CLOSED, LEFT, NO_SHOW, SERVED
from sim.visits import Break, Course, Errand

WAITING, CALLED, AT_WINDOW, HELD, OVER = range(5)
NOTHING_ELSE: Final = Course()


@dataclass(slots=True)
class TicketDay:
    """What a ticket did on its day; times are milliseconds since local midnight.

    `is_own` says that somebody came for it: nobody comes anew to collect a result, or back with what was missing.
    `is_first_part` lasts until the visit goes on with another item or elsewhere; `is_sound` says that the clock was.
    """

    at_ms: Millis
    service_id: str
    lane_id: str
    channel: str
    state: int = WAITING
    since_ms: Millis = 0
    is_own: bool = True
    items: tuple[str, ...] = ()
    is_absent: bool | None = None
    called_ms: Millis | None = None
    waited_ms: Millis | None = None
    is_first_part: bool = True
    has_begun: bool = False
    is_sound: bool = True
    handled_ms: Millis = 0
    end: str = DAY_CLOSED
    outcome: str = "done"
    finished_ms: Millis | None = None
    hold: Break | None = None
    form_from_ms: Millis | None = None
    form_ms: Millis | None = None
    stays: bool = False
    waits: bool = False
    on_behalf: bool = False
    is_printed: bool = True
    transfer_to: str | None = None
    stage_ms: Millis | None = None
    returns_ms: Millis | None = None
    collect_ms: Millis = 0
    stars: int | None = None
    booking: str | None = None

    def seen(self) -> Seen:
        """The visit as it was seen by the end of its day."""
        course = self._course()
        return Seen(
            self.at_ms,
            self.service_id,
            self.lane_id,
            self.channel,
            self.end,
            self.is_absent,
            self.handling_ms,
            self.waited_ms,
            None,
            None if course == NOTHING_ELSE else course,
        )

    @property
    def handling_ms(self) -> Millis | None:
        """The time at the window for the first item; None when it was cut short, or never began."""
        is_whole = self.end == SERVED or not self.is_first_part
        return self.handled_ms if self.has_begun and is_whole and self.is_sound else None

    def leave_window(self, at_ms: Millis) -> Millis | None:
        """The visit is at no window any more; how long it was, None when it was at none."""
        if self.state != AT_WINDOW:
            return None
        lasted_ms = at_ms - self.since_ms
        if self.is_first_part:
            self.handled_ms += lasted_ms
        return lasted_ms

    def finish(self, outcome: str, at_ms: Millis) -> None:
        self.state, self.finished_ms = OVER, at_ms
        if outcome != DAY_CLOSED:
            self.end, self.outcome = SERVED, outcome

    def miss(self, at_ms: Millis) -> None:
        self.state, self.end = OVER, NO_SHOW
        if self.is_absent is None:
            self.is_absent = True

    def cancel(self, reason: str, at_ms: Millis) -> None:
        self.state = OVER
        if reason != DAY_CLOSED:
            self.end = LEFT
        if self.called_ms is None:
            self.waited_ms = at_ms - self.at_ms

    def _course(self) -> Course:
        return Course(
            more=tuple(Errand(service_id, 0) for service_id in self.items[1:]),
            stays=self.stays,
            outcome=self.outcome,
            hold=self.hold,
            transfer_to=self.transfer_to,
            form_ms=self.form_ms,
            stage_ms=self.stage_ms,
            waits=self.waits,
            collect_ms=self.collect_ms,
            returns_ms=self.returns_ms,
            stars=self.stars,
            on_behalf=self.on_behalf,
            is_printed=self.is_printed,
            booking=self.booking,
        )
