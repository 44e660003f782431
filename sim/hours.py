"""The hours of the exact world: the day opens, windows open, rest in the break, and follow their partners."""

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.events import Millis
from engine.core.model import PAUSED, PHASE_CLOSED
from engine.core.plan import HallPlan
from sim.agenda import AT_WINDOW, DEADLINE
from sim.clerk import Clerk

if TYPE_CHECKING:
    from sim.world import World

ENGINE: Final = "engine"
LUNCH: Final = "lunch"
# How often a clerk whose partner has gone looks up from the visit that is still at the window.
PARTNER_MS: Final = 60_000


class Hours:
    """When the windows of a world are staffed."""

    def __init__(self, world: "World", plan: HallPlan) -> None:
        self.is_break = False
        self._world = world
        self._plan = plan
        reasons = plan.rules.pause_reasons
        self._lunch = LUNCH if not reasons or LUNCH in reasons else reasons[0]

    def is_new_day(self, arrival_ms: Millis) -> bool:
        """Whether somebody comes on a day that has not been yet; a day that is over is not opened again."""
        day = self._world.hall.day
        return day is None or calendar.day_of(self._plan.timezone, arrival_ms) > day

    def open_day(self, arrival_ms: Millis) -> None:
        """Open the day at the hall's first hour, or for somebody who comes before it; windows open at the hour."""
        plan, world, hall = self._plan, self._world, self._world.hall
        spans = sorted((calendar.at_minute(plan.timezone, arrival_ms, span.start),
                        calendar.at_minute(plan.timezone, arrival_ms, span.end)) for span in plan.hours)  # fmt: skip
        windows_open_ms = max(world.now_ms, spans[0][0] if spans else arrival_ms)
        now_ms = world.now_ms = min(windows_open_ms, max(world.now_ms, arrival_ms))
        if hall.plan is None:
            world.do(ENGINE, c.ConfigureHall(plan), now_ms)
        world.do(ENGINE, c.OpenDay(), now_ms)
        world.agenda.note(windows_open_ms, DEADLINE, self._open_windows, None)
        for (_, pauses_ms), (resumes_ms, _) in pairwise(spans):
            if resumes_ms > windows_open_ms:
                world.agenda.note(max(pauses_ms, windows_open_ms), DEADLINE, self._begin_break, None)
                world.agenda.note(resumes_ms, DEADLINE, self._end_break, None)
        world.agenda.note(hall.issuing_ends_ms, DEADLINE, world.obey, c.EndIssuing())
        world.agenda.note(hall.closes_ms, DEADLINE, world.obey, c.CloseDay())

    def _open_windows(self, _: None, now_ms: Millis) -> None:
        clerks = self._world.clerks.values()
        for clerk in clerks:
            if clerk.plan.remote is not None and clerk.plan.remote.hours:
                self._note_partner(clerk, now_ms)
            else:
                self._take_seat(clerk, now_ms)
        for clerk in clerks:
            if clerk.opened_ms is not None:
                self._world.call(clerk, now_ms)

    def _take_seat(self, clerk: Clerk, now_ms: Millis) -> None:
        """Sit down at a window, unless it stands by for the tide."""
        events = self._world.do(clerk.window_id, c.OpenWindow(clerk.window_id, clerk.clerk_id), now_ms)
        if not isinstance(events[-1], e.WindowPaused):
            clerk.sit_down(now_ms)

    # --- windows whose partner has hours of its own ---

    def _note_partner(self, clerk: Clerk, now_ms: Millis) -> None:
        assert clerk.plan.remote is not None
        for span in clerk.plan.remote.hours:
            for minute, act in ((span.start, self._partner_comes), (span.end, self._partner_goes)):
                at_ms = calendar.at_minute(self._plan.timezone, now_ms, minute)
                self._world.agenda.note(max(at_ms, now_ms), DEADLINE, act, clerk)

    def _partner_comes(self, clerk: Clerk, now_ms: Millis) -> None:
        if self._world.hall.phase != PHASE_CLOSED:
            self._take_seat(clerk, now_ms)
            if clerk.opened_ms is not None:
                self._world.call(clerk, now_ms)

    def _partner_goes(self, clerk: Clerk, now_ms: Millis) -> None:
        """The partner's hours are over: the window closes, once the visit at it has ended."""
        if clerk.taken_ms is not None:
            self._world.agenda.note(now_ms + PARTNER_MS, AT_WINDOW, self._partner_goes, clerk)
            return
        clerk.stand_up(now_ms)
        self._world.ask(clerk.window_id, c.CloseWindow(clerk.window_id), now_ms)

    # --- the hall's break ---

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
            if windows[window_id].state == PAUSED and windows[window_id].pause_reason == self._lunch
        ]
        for clerk in paused:
            clerk.sit_down(now_ms)
            self._world.do(clerk.window_id, c.ResumeWindow(clerk.window_id), now_ms)
        for clerk in paused:
            self._world.call(clerk, now_ms)
