"""The exact world: a trace of visits through `engine.core` under a virtual clock.

Everything the hall decides is asked of the core with the commands that a real hall sends: a number is drawn, the next
one is called, a visit begins and ends, somebody leaves. What is added here is what people do by themselves. A visitor
walks up to a window that is free; a clerk who is free calls; when windows are staffed is in `sim.hours`, and what
follows a visit (a form, a hold, a back office, a case) is in `sim.aftermath`.

The free window for a newcomer is one of the least flexible that can serve (fewest services; among equals the kind whose
first window comes first in the plan), and of these the one that has been idle longest. Of what happens in the same
millisecond the clock's deadlines come first (those of the core, then hours and rosters as they were noted), then what
happens at windows, then people leaving, then offices, then people coming; of one kind what was noted first.

A call is spoken by a loudspeaker of its window's zone. The calls of a zone are spoken in the order in which they were
made, each by the loudspeaker that is free first, for `call_ms`; until then the visitor does not set out, and the clerk
does not begin to wait for somebody who is absent. Whoever could not be there before the call expires is recorded as a
no-show a millisecond before it does.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from heapq import heappop, heapreplace, merge
from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.deadlines import due_in_ledgers, next_deadline
from engine.core.decide import decide
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import PHASE_CLOSED, PHASE_ENDING, PHASE_OPEN
from engine.core.plan import HallPlan
from engine.core.refusals import NobodyWaiting, Refusal
from engine.core.refusals.people import PartnerClosed
from engine.core.transitions import WAITING
from engine.wire.extension import Record
from sim.aftermath import Aftermath
from sim.agenda import AT_WINDOW, FOREVER, LEAVING, Agenda
from sim.clerk import Clerk, clerks_of, teams_of
from sim.hours import Hours
from sim.kernel.shapes import Roster
from sim.visits import Course, Habits, Order, Visit

OnDayEnd = Callable[[Hall], None]

ENGINE: Final = "engine"


class World:
    """One hall, its clerks and its visitors; `run` may be called again with later visits.

    `record` is told every fact as it happens; `day_over` sees the hall at the end of each service day, while it still
    knows the day's tickets. `turned_away` lists the visits that got no number, each with the code of the refusal, and
    `refused` counts the orders that were answered with no, by code.
    """

    def __init__(
        self,
        plan: HallPlan,
        *,
        habits: Habits | None = None,
        record: Record | None = None,
        day_over: OnDayEnd | None = None,
        roster: Roster | None = None,
    ) -> None:
        self.hall = Hall()
        self.now_ms: Millis = 0
        self.turned_away: list[tuple[Visit, str]] = []
        self.refused: dict[str, int] = {}
        self._plan = plan
        self._habits = habits or Habits()
        _require_called_visitors_come_in_time(plan, self._habits)
        self._record = record
        self._day_over = day_over
        self.clerks = clerks_of(plan)
        self._teams = teams_of(plan, self.clerks)
        self._has_deadlines = _has_deadlines(plan)
        self.agenda = Agenda()
        self._hours = Hours(self, plan, roster)
        self._loudspeakers = _loudspeakers_of(plan, self._habits)
        self._visits: dict[str, Visit] = {}
        """By ticket, who waits."""
        self._booked: dict[str, str] = {}
        """By the key of the order that booked it, each appointment."""
        self._aftermath = Aftermath(self)

    def run(self, visits: Iterable[Visit], orders: Iterable[Order] = ()) -> None:
        """Let these visits happen, in order of arrival, until the last of their visitors has gone.

        `orders` are given at their moments, before whoever comes in the same millisecond.
        """
        coming: Iterable[Visit | Order] = merge(orders, visits, key=_moment) if orders else visits
        for each in coming:
            now_ms = _moment(each)
            if now_ms >= self._hours.new_day_from_ms:
                self._begin_day(now_ms)
            self._advance(now_ms)
            if isinstance(each, Order):
                self._order(each, now_ms)
            else:
                self.arrive(each, now_ms)
        self._advance(FOREVER)

    def _begin_day(self, arrival_ms: Millis) -> None:
        """Let the days before end, and open the day of an arrival unless one of them goes on beyond midnight."""
        self._advance(self._hours.opening_ms(arrival_ms))
        if self.hall.phase == PHASE_CLOSED:
            self._hours.open_day(arrival_ms)

    def _advance(self, until_ms: Millis) -> None:
        """Let everything happen that is due by `until_ms`.

        A hall without hours closes when nobody is left and nobody else comes that day; once the last day is over, what
        the offices would still do is left undone.
        """
        hall, agenda = self.hall, self.agenda.heap
        is_last = until_ms >= hall.issuing_ends_ms and not self._plan.hours
        is_end, has_deadlines = until_ms == FOREVER, self._has_deadlines
        while agenda and agenda[0][0] <= until_ms and (hall.alive or not is_last):
            if is_end and hall.phase == PHASE_CLOSED:
                return
            if has_deadlines and self._meet_deadlines(agenda[0][0]):
                continue
            now_ms, _, _, act, subject = heappop(agenda)
            self.now_ms = now_ms
            act(subject, now_ms)
            if hall.alive == 0 and hall.phase == PHASE_ENDING:
                self.do(ENGINE, c.CloseDay(), now_ms)
                self._day_closed(now_ms)
        if self._has_deadlines and until_ms != FOREVER:
            self._meet_deadlines(until_ms)
        if is_last and hall.phase == PHASE_OPEN:
            self.do(ENGINE, c.EndIssuing(), self.now_ms)
            self.do(ENGINE, c.CloseDay(), self.now_ms)
            self._day_closed(self.now_ms)

    def do(self, actor: str, command: Command, now_ms: Millis) -> tuple[Event, ...]:
        """Ask the hall and let the answer be so; who gave the order knows which facts it comes to. Raises `Refusal`."""
        hall = self.hall
        events = decide(hall, command, now_ms)
        for event in events:
            hall.apply(event)
        if self._record is not None:
            self._record(actor, events, now_ms)
        return events

    def ask(self, actor: str, command: Command, now_ms: Millis) -> tuple[Event, ...]:
        """The same for what people try: a no is counted, and nothing happens."""
        try:
            return self.do(actor, command, now_ms)
        except Refusal as refusal:
            self.refused[refusal.code] = self.refused.get(refusal.code, 0) + 1
            return ()

    # --- visitors ---

    def arrive(self, visit: Visit, now_ms: Millis) -> None:
        """Somebody draws a number, or checks in for an appointment."""
        course = visit.course
        try:
            events = self.do(visit.channel, self._first_order(visit), now_ms)
        except Refusal as refusal:
            self.turned_away.append((visit, refusal.code))
            return
        issued = events[0]
        assert isinstance(issued, e.TicketIssued)
        ticket_id = issued.ticket_id
        self._visits[ticket_id] = visit
        if course is not None:
            self._aftermath.drawn(visit, course, ticket_id, now_ms)
        self.wish_for_window(visit, ticket_id, now_ms)
        clerk = self._free_clerk(visit.service_id, visit.window_id)
        if clerk is not None:
            self.call(clerk, now_ms)
        elif visit.patience_ms is not None:
            self.agenda.note(now_ms + visit.patience_ms, LEAVING, self._leave, ticket_id)

    def _first_order(self, visit: Visit) -> Command:
        course = visit.course
        if course is None:
            return _issue(visit.service_id, visit.lane_id, visit.channel)
        if course.booking in self._booked:
            is_filled = course.form_ms is None
            return c.CheckIn(self._booked[course.booking], visit.channel, None, form_filled=is_filled)
        return _issue_with(visit.service_id, visit.lane_id, visit.channel, course)

    def wish_for_window(self, visit: Visit, ticket_id: str, now_ms: Millis) -> None:
        """Whoever wants one window waits for it from now on, or as soon as the form is filled in."""
        if visit.window_id is not None and self.hall.tickets[ticket_id].state == WAITING:
            self.do(visit.channel, c.TransferTicket(ticket_id, window_id=visit.window_id), now_ms)

    def wait(self, ticket_id: str, visit: Visit, now_ms: Millis) -> None:
        """A ticket waits, again or for the first time, and stands for this visit from now on."""
        self._visits[ticket_id] = visit
        self.offer(ticket_id, now_ms)

    def offer(self, ticket_id: str, now_ms: Millis) -> None:
        """Let a free clerk call, if there is one for this ticket."""
        ticket = self.hall.tickets[ticket_id]
        if ticket_id in self._visits:
            clerk = self._free_clerk(ticket.service_id, ticket.window_id if ticket.pinned else None)
            if clerk is not None:
                self.call(clerk, now_ms)

    def _free_clerk(self, service_id: str, window_id: str | None) -> Clerk | None:
        """The clerk a newcomer walks up to; no longer counted as free."""
        if window_id is not None:
            clerk = self.clerks[window_id]
            if clerk not in clerk.team:
                return None
            clerk.team.remove(clerk)
            return clerk
        for team in self._teams[service_id]:
            if team:
                return team.popleft()
        return None

    def _leave(self, ticket_id: str, now_ms: Millis) -> None:
        if ticket_id in self._visits:
            del self._visits[ticket_id]
            self.do("visitor", c.CancelTicket(ticket_id, "left"), now_ms)

    def _order(self, order: Order, now_ms: Millis) -> None:
        for event in self.ask(order.actor, order.command, now_ms):
            if isinstance(event, e.AppointmentBooked):
                self._booked[order.key] = event.appointment_id
            elif isinstance(event, e.HomeVisitRequested):
                self._aftermath.home_visit(event, now_ms)

    # --- clerks ---

    def call(self, clerk: Clerk, now_ms: Millis) -> None:
        """Call whom the rule names; a clerk for whom nobody waits is free, and in the hall's break nobody calls."""
        if clerk.opened_ms is None or clerk.is_resting:
            return
        if self._hours.is_break:
            self._hours.pause(clerk, now_ms)
            return
        try:
            called = self.do(clerk.window_id, clerk.call, now_ms)[0]
        except NobodyWaiting:
            clerk.team.append(clerk)
            return
        except PartnerClosed:
            # The tide opened the window just as its partner goes: it closes before anything else happens.
            return
        assert isinstance(called, e.TicketCalled)
        clerk.taken_ms = now_ms
        clerk.ticket_id = called.ticket_id
        clerk.visit = visit = self._visits.pop(called.ticket_id)
        if self._habits.call_ms:
            self._speak(clerk, visit, now_ms)
        elif visit.is_absent:
            clerk.ending = clerk.no_show
            self.agenda.note(now_ms + self._habits.absent_ms, AT_WINDOW, self._end_visit, clerk)
        elif self._habits.walk_ms:
            self.agenda.note(now_ms + self._habits.walk_ms, AT_WINDOW, self._begin, clerk)
        else:
            self._begin(clerk, now_ms)

    def _speak(self, clerk: Clerk, visit: Visit, now_ms: Millis) -> None:
        """The visitor sets out when the call has been spoken; whoever cannot be there in time is as good as absent."""
        habits, free_ms = self._habits, self._loudspeakers.get(clerk.plan.zone_id)
        spoken_ms = (now_ms if free_ms is None else max(now_ms, free_ms[0])) + habits.call_ms
        if free_ms is not None:
            heapreplace(free_ms, spoken_ms)
        last_ms = now_ms + self._plan.rules.call_expiry_ms - 1
        there_ms = spoken_ms + habits.walk_ms
        if visit.is_absent or there_ms > last_ms:
            clerk.ending = clerk.no_show
            given_up_ms = spoken_ms + habits.absent_ms if visit.is_absent else last_ms
            self.agenda.note(min(given_up_ms, last_ms), AT_WINDOW, self._end_visit, clerk)
        else:
            self.agenda.note(there_ms, AT_WINDOW, self._begin, clerk)

    def _begin(self, clerk: Clerk, now_ms: Millis) -> None:
        assert clerk.visit is not None
        self.do(clerk.window_id, clerk.begin, now_ms)
        self._go_on(clerk, clerk.visit, now_ms)

    def _go_on(self, clerk: Clerk, visit: Visit, now_ms: Millis) -> None:
        """Be busy with a visit, or its next item, as long as it takes."""
        clerk.visit = visit
        clerk.ending, lasts_ms = clerk.finish, visit.service_ms
        if visit.course is not None:
            clerk.ending, lasts_ms = self._aftermath.ending(clerk, visit, visit.course)
        self.agenda.note(now_ms + lasts_ms, AT_WINDOW, self._end_visit, clerk)

    def _end_visit(self, clerk: Clerk, now_ms: Millis) -> None:
        visit, ticket_id = clerk.visit, clerk.ticket_id
        assert visit is not None
        events = self.do(clerk.window_id, clerk.ending, now_ms)
        goes_on, pause_ms = None, visit.pause_ms
        if visit.course is not None or len(events) > 1:
            is_here = isinstance(events[-1], e.ItemBegan)
            if pause_ms and not is_here:
                visit = replace(visit, pause_ms=0)
            goes_on = self._aftermath.ended(visit, ticket_id, events, now_ms)
            if goes_on is not None and is_here:
                self._go_on(clerk, goes_on, now_ms)
                return
        if goes_on is not None:
            self._visits[ticket_id] = goes_on
        clerk.free(now_ms)
        if pause_ms or self._habits.gap_ms or not clerk.is_staffed:
            self._hours.rest(clerk, pause_ms, self._habits.gap_ms, now_ms)
        self.call(clerk, now_ms)
        if goes_on is not None:
            self.offer(ticket_id, now_ms)

    # --- what falls due ---

    def obey(self, command: Command, now_ms: Millis) -> None:
        """Do what the core asks for at this moment, if it still asks for it."""
        due = next_deadline(self.hall, now_ms)
        if due is None or due[1] != command:
            return
        self.do(ENGINE, command, now_ms)
        if isinstance(command, c.CloseDay):
            self._day_closed(now_ms)

    def _meet_deadlines(self, until_ms: Millis) -> bool:
        """Do what falls due by itself until then; a window that the tide opens calls, one that it closes rests."""
        has_met = False
        while (due := due_in_ledgers(self.hall, until_ms)) is not None:
            now_ms = self.now_ms = max(due[0], self.now_ms)
            for event in self.do(ENGINE, due[1], now_ms):
                if isinstance(event, e.WindowResumed):
                    self.clerks[event.window_id].sit_down(now_ms)
                    self.call(self.clerks[event.window_id], now_ms)
                elif isinstance(event, e.WindowPaused):
                    self.clerks[event.window_id].stand_up(now_ms)
            has_met = True
        return has_met

    def _day_closed(self, now_ms: Millis) -> None:
        """Whatever else was to happen in the hall that day does not; offices go on."""
        for clerk in self.clerks.values():
            clerk.free(now_ms)
            clerk.stand_up(now_ms)
            clerk.is_resting = False
        self._hours.is_break = False
        self.agenda.close_day()
        self._visits.clear()
        if self._day_over is not None:
            self._day_over(self.hall)


def _moment(each: Visit | Order) -> Millis:
    return each.at_ms if isinstance(each, Order) else each.arrived_ms


@lru_cache(maxsize=10_000)
def _issue(service_id: str, lane_id: str, channel: str) -> c.IssueTicket:
    """An order is a value: everybody who wants the same gives the same one; nobody has a form left to fill in."""
    return c.IssueTicket(service_id, lane_id, channel, form_filled=True)


def _issue_with(service_id: str, lane_id: str, channel: str, course: Course) -> c.IssueTicket:
    """The order of somebody whose visit has more to it."""
    services = (service_id, *(errand.service_id for errand in course.more))
    return c.IssueTicket(
        service_id,
        lane_id,
        channel,
        on_behalf=course.on_behalf,
        items=tuple(e.VisitItem(each) for each in services) if course.more else (),
        form_filled=course.form_ms is None,
        return_of=course.return_of,
        stage_id=course.stage_id,
    )


def _has_deadlines(plan: HallPlan) -> bool:
    """Whether anything but calls and the day can fall due by itself in this hall."""
    limits = plan.limits
    return (
        any(limit is not None for limit in (limits.wait_ms, limits.count, limits.idle_ms))
        or any(service.booking is not None or service.back_office is not None for service in plan.services)
        or any(window.tide is not None for window in plan.windows)
        or bool(plan.departments)
    )


def _require_called_visitors_come_in_time(plan: HallPlan, habits: Habits) -> None:
    limit_ms = plan.rules.call_expiry_ms
    if habits.call_ms + max(habits.walk_ms, habits.absent_ms) >= limit_ms:
        raise ValueError(f"a call expires after {limit_ms / 1_000:g} s; walking and waiting must both be shorter")


def _loudspeakers_of(plan: HallPlan, habits: Habits) -> dict[str, list[Millis]]:
    """For each zone whose loudspeakers are counted, when each of them is free: a heap."""
    counts = dict(habits.loudspeakers)
    return {zone.zone_id: [0] * counts[zone.zone_id] for zone in plan.zones if zone.zone_id in counts}
