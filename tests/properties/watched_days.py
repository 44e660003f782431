"""Random days of a hall with limits and tides, each step beside a re-computation that remembers nothing but figures.

The core keeps what it found and looks only where something changed; here every figure is counted anew at every step,
from the tickets themselves. Time moves by what is due, so a warning that comes a millisecond late is seen.
"""

from dataclasses import dataclass, field, replace
from random import Random

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.deadlines import next_deadline
from engine.core.decide import decide
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.model import Window
from engine.core.plan import HallPlan, Limit, Limits, Tide, WindowPlan
from engine.core.refusals import Refusal
from tests.builders import MINUTE, NINE, PLAN, both, service
from tests.properties.wakings import check_waking

Subject = tuple[str, str]

PAUSES = (0, 1_000, MINUTE - 1, MINUTE, MINUTE + 1, 3 * MINUTE, 7 * MINUTE)


def watched_plan(random: Random) -> HallPlan:
    """Three services, four windows, limits and marks close to what a short day reaches; some are not set at all."""
    services = tuple(service(f"s{index}", prefix) for index, prefix in enumerate("ABC"))
    windows = tuple(_window(index, random) for index in range(1, 5))
    limits = Limits(
        wait_ms=random.choice((None, Limit(5 * MINUTE, 2 * MINUTE), Limit(MINUTE, MINUTE), Limit(3 * MINUTE, 0))),
        count=random.choice((None, Limit(2, 1), Limit(3, 0), Limit(0, 0))),
        idle_ms=random.choice((None, Limit(MINUTE, 0), Limit(4 * MINUTE, MINUTE))),
    )
    return replace(PLAN, services=services, windows=windows, limits=limits)


def _window(number: int, random: Random) -> WindowPlan:
    order = ["s0", "s1", "s2"]
    random.shuffle(order)
    low = random.randint(0, 2)
    tide = Tide(low + random.randint(1, 2), low) if number > 2 else None
    tiers = (tuple(order[: random.randint(1, 3)]),)
    return WindowPlan(f"w{number:02d}", number, both("window"), "a", tiers, tide=tide)


@dataclass
class WatchedDay:
    """A hall under a clock, with what must stand by now."""

    plan: HallPlan
    now_ms: Millis = NINE
    hall: Hall = field(default_factory=Hall)
    standing: set[Subject] = field(default_factory=set)
    said: list[Event] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    """Tidal windows that somebody let call at low water, and whose tide has not risen since."""

    def begin(self) -> None:
        for order in (c.ConfigureHall(self.plan), c.OpenDay(), c.OpenWindow("w01"), c.OpenWindow("w03")):
            self.order(order)

    def order(self, command: Command) -> None:
        """Give an order; then do what is due at once, and compare."""
        try:
            events = decide(self.hall, command, self.now_ms)
        except Refusal:
            return
        self._apply(events)
        self.meet_deadlines()
        self.check()

    def pass_time(self, pause_ms: Millis) -> None:
        """Let time pass, stopping where something is due."""
        end_ms = self.now_ms + pause_ms
        while (due := next_deadline(self.hall, end_ms)) is not None:
            self.now_ms = max(self.now_ms, due[0])
            self.meet_deadlines()
            self.check()
        self.now_ms = end_ms
        self.meet_deadlines()
        self.check()

    def meet_deadlines(self) -> None:
        """Do everything due now; it ends, each time says something new, and afterwards nothing is due any more."""
        for _ in range(50):
            due = next_deadline(self.hall, self.now_ms)
            if due is None:
                return
            events = decide(self.hall, due[1], self.now_ms)
            assert events, f"{due[1]} was due and said nothing: the engine would ask for ever"
            for event in events:
                self._is_called_for(event)
            self._apply(events)
        raise AssertionError("deadlines without end")

    def _apply(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.hall.apply(event)
            self._note_tide(event)
            if isinstance(event, e.WarningRaised):
                subject = (event.kind, event.subject)
                assert subject not in self.standing, f"raised twice: {event}"
                assert event.value > event.limit
                self.standing.add(subject)
            elif isinstance(event, e.WarningCleared):
                self.standing.remove((event.kind, event.subject))

    # --- what must be so, counted anew ---

    def _is_called_for(self, event: Event) -> None:
        """The clock's own facts, before they are so: nothing is cleared too early, and no hand's work is undone."""
        limits, hall = self.plan.limits, self.hall
        if isinstance(event, e.WindowResumed):
            assert hall.windows[event.window_id].pause_reason == "tide", "undid a clerk's own pause"
        elif isinstance(event, e.WindowPaused):
            assert event.window_id not in self.by_hand, "undid what was done by hand"
        elif isinstance(event, e.WarningCleared) and event.kind in ("wait", "count", "idle"):
            limit = {"wait": limits.wait_ms, "count": limits.count, "idle": limits.idle_ms}[event.kind]
            figure = self._figure(event.kind, event.subject)
            assert limit is None or figure <= limit.clear_at, f"cleared too early: {event} at {figure}"

    def _figure(self, kind: str, subject: str) -> int:
        """As it was when something last happened."""
        if kind == "count":
            return self._waiting(subject)
        figure = self._longest_ms(subject) if kind == "wait" else self._idle_ms(self.hall.windows[subject])
        return figure - (self.now_ms - self.hall.at_ms)

    def check(self) -> None:
        """Nothing stands that is well, nothing is missing that is over its limit, and a restart knows the same."""
        limits, hall = self.plan.limits, self.hall
        for service_id in hall.services:
            self._check("wait", service_id, limits.wait_ms, self._longest_ms(service_id))
            self._check("count", service_id, limits.count, self._waiting(service_id))
        for window in hall.windows.values():
            self._check("idle", window.window_id, limits.idle_ms, self._idle_ms(window))
            if window.plan.tide is not None:
                self._check_tide(window, window.plan.tide)
        again = Hall.from_rows(hall.plan, hall.to_rows())
        assert again.to_rows() == hall.to_rows()
        # Seldom, or nothing would be found out from what was looked at several facts ago.
        if hall.position % 3 == 0:
            check_waking(hall)

    def _check(self, kind: str, subject: str, limit: Limit | None, figure: int) -> None:
        is_standing = (kind, subject) in self.standing
        if limit is None:
            assert not is_standing
        elif is_standing:
            assert self._figure(kind, subject) > limit.clear_at, f"{kind} of {subject} stands at {figure}"
        else:
            assert figure <= limit.raise_at, f"nobody was told of {kind} of {subject}: {figure}"

    def _check_tide(self, window: Window, tide: Tide) -> None:
        level = self._level(window)
        is_called_for = ("tide", window.window_id) in self.standing
        if is_called_for:
            assert window.state == "closed"
            assert level > tide.close_under
        elif window.state == "closed":
            assert level <= tide.open_over
        elif window.state == "paused" and window.pause_reason == "tide":
            assert level <= tide.open_over, "stands by at high water"
        elif window.state == "idle":
            assert level > tide.close_under or window.window_id in self.by_hand, "calls at low water"

    def _note_tide(self, event: Event) -> None:
        for window in self.hall.windows.values():
            tide = window.plan.tide
            if tide is None:
                continue
            is_low = self._level(window) <= tide.close_under
            if isinstance(event, e.WindowOpened | e.WindowResumed) and event.window_id == window.window_id and is_low:
                self.by_hand.add(window.window_id)
            if not is_low or window.state in ("paused", "closed"):
                self.by_hand.discard(window.window_id)

    def _level(self, window: Window) -> int:
        return sum(self._waiting(service_id) for service_id in window.services)

    def _waiting(self, service_id: str) -> int:
        return sum(each.state == "waiting" and each.service_id == service_id for each in self.hall.tickets.values())

    def _longest_ms(self, service_id: str) -> Millis:
        tickets = [each for each in self.hall.tickets.values() if each.state == "waiting"]
        return max((self.now_ms - each.since_ms for each in tickets if each.service_id == service_id), default=-1)

    def _idle_ms(self, window: Window) -> Millis:
        mine = [
            each.since_ms
            for each in self.hall.tickets.values()
            if each.state == "waiting"
            and (each.window_id == window.window_id if each.pinned else each.service_id in window.services)
        ]
        if window.state != "idle" or not mine:
            return -1
        return self.now_ms - max(window.since_ms, min(mine))


def watched_day(seed: int, steps: int) -> WatchedDay:
    """A day of random orders; fails when anything does not hold."""
    random = Random(seed)
    day = WatchedDay(watched_plan(random))
    day.begin()
    for _ in range(steps):
        if random.random() < 0.4:
            day.pass_time(random.choice(PAUSES))
        elif random.random() < 0.03:
            day.plan = replace(watched_plan(random), windows=day.plan.windows)
            day.order(c.ConfigureHall(day.plan))
        else:
            day.order(_order(day.hall, random))
    day.order(c.CloseDay())
    day.pass_time(3 * 60 * MINUTE)
    return day


def _order(hall: Hall, random: Random) -> Command:
    window_id = random.choice(list(hall.windows))
    ticket_id = random.choice([*hall.tickets, "none"])
    service_id = random.choice(list(hall.services))
    orders: tuple[Command, ...] = (
        c.IssueTicket(service_id, random.choice(("ordinary", "priority"))),
        c.IssueTicket(service_id),
        c.IssueTicket(service_id),
        c.CallNext(window_id),
        c.CallNext(window_id),
        c.CallTicket(window_id, ticket_id, "urgent"),
        c.WalkDirect(window_id, service_id),
        c.FinishService(window_id),
        c.FinishService(window_id),
        c.OpenWindow(window_id),
        c.CloseWindow(window_id),
        c.PauseWindow(window_id, "lunch"),
        c.ResumeWindow(window_id),
        c.ResumeWindow(window_id),
        c.HoldTicket(window_id),
        c.ResumeTicket(ticket_id),
        c.CancelTicket(ticket_id),
        c.TransferTicket(ticket_id, service_id=service_id, place=random.choice(("original", "front", "back"))),
        c.TransferTicket(ticket_id, window_id=window_id),
        c.RecordNoShow(window_id),
        c.ReinstateTicket(ticket_id, random.choice(("original", "front", "back"))),
    )
    return random.choice(orders)
