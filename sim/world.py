"""The exact world: a trace of visits through `engine.core` under a virtual clock.

Everything the hall decides is asked of the core with the commands that a real hall sends: a number is drawn, the next
one is called, a visit begins and ends, somebody leaves. What is added here is what people do by themselves. A visitor
walks up to a window that is free; a clerk who is free calls; windows open, pause and resume with the hall's hours.

The free window for a newcomer is one of the least flexible that can serve (fewest services; among equals the kind whose
first window comes first in the plan), and of these the one that has been idle longest. Of what happens in the same
millisecond the clock's deadlines come first, then what happens at windows, then people leaving, then people coming.
"""

from collections import deque
from collections.abc import Callable, Iterable
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count, pairwise
from typing import Any, Final

from engine.core import calendar
from engine.core import commands as c
from engine.core.commands import Command
from engine.core.deadlines import next_deadline
from engine.core.decide import decide
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED, PHASE_ENDING, PHASE_OPEN
from engine.core.plan import HallPlan, WindowPlan
from engine.core.refusals import DayNotOpen, IssuingOver, NobodyWaiting, ServiceClosed
from engine.wire.extension import Record
from sim.visits import Habits, Visit

OnDayEnd = Callable[[Hall], None]

ENGINE: Final = "engine"
FOREVER: Final = 1 << 62
DEADLINE, AT_WINDOW, LEAVING = range(3)
Act = Callable[[Any, Millis], None]


class Clerk:
    """Somebody at a window, with the orders they give, and how long the window was open and taken."""

    __slots__ = (
        "begin",
        "busy_ms",
        "call",
        "ending",
        "finish",
        "no_show",
        "open_ms",
        "opened_ms",
        "taken_ms",
        "team",
        "visit",
        "window_id",
    )

    def __init__(self, plan: WindowPlan) -> None:
        self.window_id = plan.window_id
        self.call = c.CallNext(plan.window_id)
        self.begin = c.BeginService(plan.window_id)
        self.finish = c.FinishService(plan.window_id)
        self.no_show = c.RecordNoShow(plan.window_id)
        self.ending: Command = self.finish
        """The order that ends the present visit."""
        self.team: deque[Clerk] = deque()
        """The free clerks of all windows that serve the same services, longest idle first."""
        self.visit: Visit | None = None
        """Whom this clerk called last."""
        self.opened_ms: Millis | None = None
        self.open_ms: Millis = 0
        self.taken_ms: Millis | None = None
        self.busy_ms: Millis = 0

    def sit_down(self, now_ms: Millis) -> None:
        self.opened_ms = now_ms

    def stand_up(self, now_ms: Millis) -> None:
        if self.opened_ms is not None:
            self.open_ms += now_ms - self.opened_ms
            self.opened_ms = None

    def free(self, now_ms: Millis) -> None:
        """The visit at this window is over."""
        if self.taken_ms is not None:
            self.busy_ms += now_ms - self.taken_ms
            self.taken_ms = None


class World:
    """One hall, its clerks and its visitors; `run` may be called again with later visits.

    `record` is told every fact as it happens; `day_over` sees the hall at the end of each service day, while it still
    knows the day's tickets. `turned_away` lists the visits that got no number, each with the code of the refusal.
    """

    def __init__(
        self,
        plan: HallPlan,
        *,
        habits: Habits | None = None,
        record: Record | None = None,
        day_over: OnDayEnd | None = None,
    ) -> None:
        self.hall = Hall()
        self.now_ms: Millis = 0
        self.turned_away: list[tuple[Visit, str]] = []
        self._plan = plan
        self._habits = habits or Habits()
        _require_called_visitors_come_in_time(plan, self._habits)
        self._record = record
        self._day_over = day_over
        self.clerks = {window.window_id: Clerk(window) for window in plan.windows}
        self._teams = _teams(plan, self.clerks)
        self._is_break = False
        self._agenda: list[tuple[Millis, int, int, Act, Any]] = []
        self._noted = count()
        self._visits: dict[str, Visit] = {}
        """By ticket, who waits."""

    def run(self, visits: Iterable[Visit]) -> None:
        """Let these visits happen, in order of arrival, until the last of their visitors has gone."""
        hall = self.hall
        for visit in visits:
            now_ms = visit.arrived_ms
            self._advance(now_ms)
            if hall.phase == PHASE_CLOSED and self._is_new_day(now_ms):
                self._open_day(now_ms)
                self._advance(now_ms)
            self._arrive(visit, now_ms)
        self._advance(FOREVER)

    def _advance(self, until_ms: Millis) -> None:
        """Let everything happen that is due by `until_ms`.

        A hall without hours closes when nobody is left and nobody else comes that day.
        """
        hall, agenda = self.hall, self._agenda
        is_last = until_ms >= hall.issuing_ends_ms and not self._plan.hours
        while agenda and agenda[0][0] <= until_ms and (hall.alive or not is_last):
            now_ms, _, _, act, subject = heappop(agenda)
            self.now_ms = now_ms
            act(subject, now_ms)
            if hall.alive == 0 and hall.phase == PHASE_ENDING:
                self._obey(c.CloseDay(), now_ms)
        if is_last and hall.phase == PHASE_OPEN:
            self._do(ENGINE, c.EndIssuing(), self.now_ms)
            self._close(c.CloseDay(), self.now_ms)

    def _note(self, at_ms: Millis, kind: int, act: Act, subject: Any) -> None:
        heappush(self._agenda, (at_ms, kind, next(self._noted), act, subject))

    def _do(self, actor: str, command: Command, now_ms: Millis) -> tuple[Any, ...]:
        """Ask the hall and let the answer be so; who gave the order knows which facts it comes to."""
        hall = self.hall
        events = decide(hall, command, now_ms)
        for event in events:
            hall.apply(event)
        if self._record is not None:
            self._record(actor, events, now_ms)
        return events

    # --- visitors ---

    def _arrive(self, visit: Visit, now_ms: Millis) -> None:
        try:
            (issued,) = self._do(visit.channel, _issue(visit.service_id, visit.lane_id, visit.channel), now_ms)
        except (DayNotOpen, IssuingOver, ServiceClosed) as refusal:
            self.turned_away.append((visit, refusal.code))
            return
        ticket_id: str = issued.ticket_id
        self._visits[ticket_id] = visit
        if visit.window_id is not None:
            self._do(visit.channel, c.TransferTicket(ticket_id, window_id=visit.window_id), now_ms)
        clerk = self._free_clerk(visit)
        if clerk is not None:
            self._call(clerk, now_ms)
        elif visit.patience_ms is not None:
            self._note(now_ms + visit.patience_ms, LEAVING, self._leave, ticket_id)

    def _free_clerk(self, visit: Visit) -> Clerk | None:
        """The clerk a newcomer walks up to; no longer counted as free."""
        if visit.window_id is not None:
            clerk = self.clerks[visit.window_id]
            if clerk not in clerk.team:
                return None
            clerk.team.remove(clerk)
            return clerk
        for team in self._teams[visit.service_id]:
            if team:
                return team.popleft()
        return None

    def _leave(self, ticket_id: str, now_ms: Millis) -> None:
        if ticket_id in self._visits:
            del self._visits[ticket_id]
            self._do("visitor", c.CancelTicket(ticket_id, "left"), now_ms)

    # --- clerks ---

    def _call(self, clerk: Clerk, now_ms: Millis) -> None:
        """Call whom the rule names; a clerk for whom nobody waits is free, and in the hall's break nobody calls."""
        if self._is_break:
            self._pause(clerk, now_ms)
            return
        try:
            (called,) = self._do(clerk.window_id, clerk.call, now_ms)
        except NobodyWaiting:
            clerk.team.append(clerk)
            return
        clerk.taken_ms = now_ms
        clerk.visit = visit = self._visits.pop(called.ticket_id)
        if visit.is_absent:
            clerk.ending = clerk.no_show
            self._note(now_ms + self._habits.absent_ms, AT_WINDOW, self._end_visit, clerk)
        elif self._habits.walk_ms:
            self._note(now_ms + self._habits.walk_ms, AT_WINDOW, self._begin, clerk)
        else:
            self._begin(clerk, now_ms)

    def _begin(self, clerk: Clerk, now_ms: Millis) -> None:
        assert clerk.visit is not None
        self._do(clerk.window_id, clerk.begin, now_ms)
        clerk.ending = clerk.finish
        self._note(now_ms + clerk.visit.service_ms, AT_WINDOW, self._end_visit, clerk)

    def _end_visit(self, clerk: Clerk, now_ms: Millis) -> None:
        self._do(clerk.window_id, clerk.ending, now_ms)
        clerk.free(now_ms)
        if self._habits.gap_ms:
            self._note(now_ms + self._habits.gap_ms, AT_WINDOW, self._call, clerk)
        else:
            self._call(clerk, now_ms)

    # --- the hall's hours ---

    def _is_new_day(self, arrival_ms: Millis) -> bool:
        """Whether somebody comes on a day that has not been yet; a day that is over is not opened again."""
        return self.hall.day is None or calendar.day_of(self._plan.timezone, arrival_ms) > self.hall.day

    def _open_day(self, arrival_ms: Millis) -> None:
        """Open the day at the hall's first hour, or for somebody who comes before it; windows open at the hour."""
        plan, hall = self._plan, self.hall
        spans = sorted((calendar.at_minute(plan.timezone, arrival_ms, span.start),
                        calendar.at_minute(plan.timezone, arrival_ms, span.end)) for span in plan.hours)  # fmt: skip
        windows_open_ms = max(self.now_ms, spans[0][0] if spans else arrival_ms)
        now_ms = self.now_ms = min(windows_open_ms, max(self.now_ms, arrival_ms))
        if hall.plan is None:
            self._do(ENGINE, c.ConfigureHall(plan), now_ms)
        self._do(ENGINE, c.OpenDay(), now_ms)
        self._note(windows_open_ms, DEADLINE, self._open_windows, None)
        for (_, pauses_ms), (resumes_ms, _) in pairwise(spans):
            if resumes_ms > windows_open_ms:
                self._note(max(pauses_ms, windows_open_ms), DEADLINE, self._begin_break, None)
                self._note(resumes_ms, DEADLINE, self._end_break, None)
        self._note(hall.issuing_ends_ms, DEADLINE, self._obey, c.EndIssuing())
        self._note(hall.closes_ms, DEADLINE, self._obey, c.CloseDay())

    def _obey(self, command: Command, now_ms: Millis) -> None:
        """Do what the core asks for at this moment, if it still asks for it."""
        due = next_deadline(self.hall)
        if due is None or due[0] > now_ms or due[1] != command:
            return
        if isinstance(command, c.CloseDay):
            self._close(command, now_ms)
        else:
            self._do(ENGINE, command, now_ms)

    def _open_windows(self, _: None, now_ms: Millis) -> None:
        for clerk in self.clerks.values():
            clerk.sit_down(now_ms)
            self._do(clerk.window_id, c.OpenWindow(clerk.window_id), now_ms)
        for clerk in self.clerks.values():
            self._call(clerk, now_ms)

    def _begin_break(self, _: None, now_ms: Millis) -> None:
        self._is_break = True
        for clerk in self.clerks.values():
            if clerk in clerk.team:
                clerk.team.remove(clerk)
                self._pause(clerk, now_ms)

    def _pause(self, clerk: Clerk, now_ms: Millis) -> None:
        clerk.stand_up(now_ms)
        self._do(clerk.window_id, c.PauseWindow(clerk.window_id), now_ms)

    def _end_break(self, _: None, now_ms: Millis) -> None:
        self._is_break = False
        paused = [clerk for clerk in self.clerks.values() if clerk.opened_ms is None]
        for clerk in paused:
            clerk.sit_down(now_ms)
            self._do(clerk.window_id, c.ResumeWindow(clerk.window_id), now_ms)
        for clerk in paused:
            self._call(clerk, now_ms)

    def _close(self, command: c.CloseDay, now_ms: Millis) -> None:
        """Close the day; whatever else was to happen in it does not."""
        self._do(ENGINE, command, now_ms)
        for clerk in self.clerks.values():
            clerk.free(now_ms)
            clerk.stand_up(now_ms)
            clerk.team.clear()
        self._is_break = False
        self._agenda.clear()
        self._visits.clear()
        if self._day_over is not None:
            self._day_over(self.hall)


@lru_cache(maxsize=10_000)
def _issue(service_id: str, lane_id: str, channel: str) -> c.IssueTicket:
    """An order is a value: everybody who wants the same gives the same one."""
    return c.IssueTicket(service_id, lane_id, channel)


def _teams(plan: HallPlan, clerks: dict[str, Clerk]) -> dict[str, list[deque[Clerk]]]:
    """For each service the teams that serve it, least flexible first; every clerk is told their team."""
    teams: dict[frozenset[str], deque[Clerk]] = {}
    for window in plan.windows:
        skills = frozenset(service_id for tier in window.tiers for service_id in tier)
        clerks[window.window_id].team = teams.setdefault(skills, deque())
    by_flexibility = sorted(teams.items(), key=lambda item: len(item[0]))
    return {
        service.service_id: [team for skills, team in by_flexibility if service.service_id in skills]
        for service in plan.services
    }


def _require_called_visitors_come_in_time(plan: HallPlan, habits: Habits) -> None:
    limit_ms = plan.rules.call_expiry_ms
    if max(habits.walk_ms, habits.absent_ms) >= limit_ms:
        raise ValueError(f"a call expires after {limit_ms / 1_000:g} s; walking and waiting must both be shorter")
