"""The hours of the exact world: the day opens, windows open, rest and close, by the hall's hours or by a roster.

Without a roster a window opens with the hall's first hour, rests in the break between two spans of its hours, and stays
open until the day closes; a window whose partner has hours of its own follows those. With a roster every window follows
its spans, clipped to its partner's hours, and the hall's break means nothing to it.

- A window opens at the beginning of a span, before anything else of that millisecond: first those that close, then
  those that open, both in the plan's order; then whoever has opened calls, in the plan's order.
- A window whose span ends while a visit is at it (from the call on, also before the visitor sits down) finishes that
  visit, or its items that follow without a call, and then closes. When it has been staffed again by then it stays open.
- After a visit a clerk rests: for the pause that was drawn with the visit, and then for the gap. Nothing ends a rest:
  at a window that closes and opens again meanwhile nobody is called before it is over.
- A pause is `PauseWindow`, and its time is no open time of the window; a gap is open time.
- A day begins at the hall's first hour, or with the first visitor, whichever is earlier. What a roster asks for before
  that happens then.
"""

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Millis
from engine.core.model import CLOSED, PAUSED
from engine.core.plan import MINUTE_MS, HallPlan
from sim.agenda import AT_WINDOW, DEADLINE
from sim.clerk import Clerk
from sim.kernel.shapes import NEVER, Roster

if TYPE_CHECKING:
    from sim.world import World

ENGINE: Final = "engine"
LUNCH: Final = "lunch"
REST: Final = "rest"

Shift = tuple[list[Clerk], list[Clerk]]
"""Who goes and who comes at one moment."""


class Hours:
    """When the windows of a world are staffed."""

    def __init__(self, world: "World", plan: HallPlan, roster: Roster | None) -> None:
        self.is_break = False
        self.new_day_from_ms: Millis = 0
        """The midnight after the last day that was opened."""
        self._world = world
        self._plan = plan
        self._roster = roster
        reasons = plan.rules.pause_reasons
        self._lunch = LUNCH if not reasons or LUNCH in reasons else reasons[0]
        others = [reason for reason in reasons if reason != self._lunch]
        self._rest = REST if not reasons or REST in reasons else [*others, self._lunch][0]

    def opening_ms(self, arrival_ms: Millis) -> Millis:
        """When the day of an arrival begins: at the hall's first hour, or with whoever comes before it."""
        first = min((span.start for span in self._plan.hours), default=calendar.MIDNIGHT)
        return min(arrival_ms, calendar.at_minute(self._plan.timezone, arrival_ms, first))

    def open_day(self, arrival_ms: Millis) -> None:
        """Open the day; its windows follow the hours or the roster from then on."""
        plan, world, hall = self._plan, self._world, self._world.hall
        now_ms = world.now_ms = max(world.now_ms, self.opening_ms(arrival_ms))
        self.new_day_from_ms = calendar.at_minute(plan.timezone, now_ms, calendar.MIDNIGHT)
        if hall.plan is None:
            world.do(ENGINE, c.ConfigureHall(plan), now_ms)
        world.do(ENGINE, c.OpenDay(), now_ms)
        self._note_shifts(now_ms)
        if self._roster is None:
            self._note_hours(now_ms)
        world.agenda.note(hall.issuing_ends_ms, DEADLINE, world.obey, c.EndIssuing())
        world.agenda.note(hall.closes_ms, DEADLINE, world.obey, c.CloseDay())

    def rest(self, clerk: Clerk, pause_ms: Millis, gap_ms: Millis, now_ms: Millis) -> None:
        """A visit is over: the clerk goes if nobody is staffed here any more, and calls nobody for so long."""
        if not clerk.is_staffed:
            self._close(clerk, now_ms)
        if pause_ms:
            clerk.is_resting = True
            if clerk.is_staffed:
                clerk.stand_up(now_ms)
                self._world.do(clerk.window_id, c.PauseWindow(clerk.window_id, self._rest), now_ms)
            self._world.agenda.note(now_ms + pause_ms, AT_WINDOW, self._end_pause, (clerk, gap_ms))
        elif gap_ms:
            clerk.is_resting = True
            self._world.agenda.note(now_ms + gap_ms, AT_WINDOW, self._end_rest, clerk)

    def _end_pause(self, paused: tuple[Clerk, Millis], now_ms: Millis) -> None:
        clerk, gap_ms = paused
        window = self._world.hall.windows[clerk.window_id]
        if window.state == PAUSED and window.pause_reason == self._rest:
            clerk.sit_down(now_ms)
            self._world.do(clerk.window_id, c.ResumeWindow(clerk.window_id), now_ms)
        if gap_ms:
            self._world.agenda.note(now_ms + gap_ms, AT_WINDOW, self._end_rest, clerk)
        else:
            self._end_rest(clerk, now_ms)

    def _end_rest(self, clerk: Clerk, now_ms: Millis) -> None:
        clerk.is_resting = False
        self._world.call(clerk, now_ms)

    # --- windows with spans of their own: by a roster, or by a partner's hours ---

    def _note_shifts(self, now_ms: Millis) -> None:
        """Note who comes and goes when; what would have been before now happens now."""
        shifts: dict[Millis, Shift] = defaultdict(lambda: ([], []))
        for place, clerk in enumerate(self._world.clerks.values()):
            spans = self._spans_of(place, clerk)
            clerk.is_staffed = spans is None
            for from_ms, to_ms in spans or ():
                ends_ms = None if to_ms == NEVER else self._moment(to_ms, now_ms)
                if ends_ms is None or ends_ms > now_ms:
                    shifts[max(self._moment(from_ms, now_ms), now_ms)][1].append(clerk)
                    if ends_ms is not None:
                        shifts[ends_ms][0].append(clerk)
        for at_ms in sorted(shifts):
            self._world.agenda.note(at_ms, DEADLINE, self._change_shift, shifts[at_ms])

    def _spans_of(self, place: int, clerk: Clerk) -> tuple[tuple[int, int], ...] | None:
        """When a window is staffed, since midnight; None: as long as the hall is open."""
        remote = clerk.plan.remote
        hours = remote.hours if remote is not None else ()
        partner = tuple(sorted((span.start * MINUTE_MS, span.end * MINUTE_MS) for span in hours))
        if self._roster is None:
            return partner or None
        spans = self._roster.spans[place]
        if not partner:
            return spans
        parts = ((max(begins, opens), min(ends, closes)) for begins, ends in spans for opens, closes in partner)
        return tuple((begins, ends) for begins, ends in parts if begins < ends)

    def _moment(self, at_ms: int, now_ms: Millis) -> Millis:
        """A time since midnight as the clock of the hall shows it on this day."""
        minute, rest_ms = divmod(at_ms, MINUTE_MS)
        return calendar.at_minute(self._plan.timezone, now_ms, minute) + rest_ms

    def _change_shift(self, shift: Shift, now_ms: Millis) -> None:
        goes, comes = shift
        for clerk in goes:
            clerk.is_staffed = False
            if clerk.taken_ms is None:
                self._close(clerk, now_ms)
        self._take_seats(comes, now_ms)

    def _close(self, clerk: Clerk, now_ms: Millis) -> None:
        clerk.stand_up(now_ms)
        self._world.do(clerk.window_id, c.CloseWindow(clerk.window_id), now_ms)

    def _take_seats(self, clerks: list[Clerk], now_ms: Millis) -> None:
        """Sit down at windows, but for those that stand by for the tide; then call."""
        windows = self._world.hall.windows
        shut = [clerk for clerk in clerks if windows[clerk.window_id].state == CLOSED]
        for clerk in clerks:
            clerk.is_staffed = True
        for clerk in shut:
            events = self._world.do(clerk.window_id, c.OpenWindow(clerk.window_id, clerk.clerk_id), now_ms)
            if not isinstance(events[-1], e.WindowPaused):
                clerk.sit_down(now_ms)
        for clerk in shut:
            self._world.call(clerk, now_ms)

    # --- windows that follow the hall's hours ---

    def _note_hours(self, now_ms: Millis) -> None:
        plan, agenda = self._plan, self._world.agenda
        spans = sorted((calendar.at_minute(plan.timezone, now_ms, span.start),
                        calendar.at_minute(plan.timezone, now_ms, span.end)) for span in plan.hours)  # fmt: skip
        opens_ms = max(now_ms, spans[0][0] if spans else now_ms)
        agenda.note(opens_ms, DEADLINE, self._open_windows, None)
        for (_, pauses_ms), (resumes_ms, _) in pairwise(spans):
            if resumes_ms > opens_ms:
                agenda.note(max(pauses_ms, opens_ms), DEADLINE, self._begin_break, None)
                agenda.note(resumes_ms, DEADLINE, self._end_break, None)

    def _open_windows(self, _: None, now_ms: Millis) -> None:
        clerks = self._world.clerks.values()
        self._take_seats([clerk for place, clerk in enumerate(clerks) if self._spans_of(place, clerk) is None], now_ms)

    def _begin_break(self, _: None, now_ms: Millis) -> None:
        self.is_break = True
        for clerk in self._world.clerks.values():
            if clerk in clerk.team:
                self.pause(clerk, now_ms)

    def pause(self, clerk: Clerk, now_ms: Millis) -> None:
        """The clerk rests until the break is over."""
        clerk.stand_up(now_ms)
        self._world.do(clerk.window_id, c.PauseWindow(clerk.window_id, self._lunch), now_ms)

    def _end_break(self, _: None, now_ms: Millis) -> None:
        self.is_break = False
        windows = self._world.hall.windows
        paused = [
            clerk
            for window_id, clerk in self._world.clerks.items()
            if windows[window_id].state == PAUSED
            and windows[window_id].pause_reason == self._lunch
            and not clerk.is_resting
        ]
        for clerk in paused:
            clerk.sit_down(now_ms)
            self._world.do(clerk.window_id, c.ResumeWindow(clerk.window_id), now_ms)
        for clerk in paused:
            self._world.call(clerk, now_ms)
