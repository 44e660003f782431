"""Random service days as facts alone, with everything in them that may happen; what follows what is always legal."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from engine.core import events as e
from engine.core.events import Event
from engine.core.plan import Name
from tests.builders import CLERKS, LANES, PLAN, SECOND, SERVICES, WINDOWS

OUTCOMES = ("done", "done", "told-missing", "papers-follow", "accepted", "turned-away", "cannot", "stamped")
CHANNELS = ("kiosk", "guide", "phone")
PLAN_OF_DAYS = replace(PLAN, rules=replace(PLAN.rules, hold_ms_max=20 * 60 * SECOND))


class RandomDays:
    """Makes facts; `facts` are those so far. The clock goes on by up to `stride_s` with each act."""

    def __init__(self, seed: int, *, stride_s: int = 240) -> None:
        self.chance = Random(seed)
        self.facts: list[Event] = []
        self.plan = PLAN_OF_DAYS
        self.at_ms = 0
        self._stride_s = stride_s
        self._date = datetime(2026, 11, 27, 8, 30, tzinfo=ZoneInfo(PLAN.timezone))
        self._numbers = 0
        self._things = 0
        self._states: dict[str, str] = {}
        self._steps: dict[str, int] = {}
        self._items: dict[str, tuple[e.VisitItem, ...]] = {}
        self._at: dict[str, str] = {}
        self._desks: dict[str, str] = {}
        self._clerks: dict[str, str | None] = {}
        self._finished: list[str] = []
        self._stages: list[str] = []
        self._bad: list[tuple[str, int]] = []
        self._homes: list[str] = []
        self._is_ending = False
        self._tell(e.HallConfigured(self.plan, self._now()))

    def day(self, acts: int, *, is_reopened: bool = False, is_closed: bool = True) -> "RandomDays":
        """One service day, with visits of the evening after it."""
        self._open_day()
        if is_reopened:
            self._act_often(acts // 2)
            self._close_day()
            self._tell(e.DayOpened(self._day, self.at_ms, self.at_ms, self.at_ms))
            self._is_ending = False
        self._act_often(acts)
        if is_closed:
            self._close_day()
            for _ in range(3):
                self._rate()
            self._date += timedelta(days=self.chance.choice((1, 1, 3)))
        return self

    def _open_day(self) -> None:
        self.at_ms = max(self.at_ms, int(self._date.timestamp() * 1_000))
        self._day = self._date.strftime("%Y%m%d")
        self._numbers = 0
        self._is_ending = False
        for known in (self._states, self._steps, self._items, self._at, self._desks, self._clerks):
            known.clear()
        self._tell(e.DayOpened(self._day, self.at_ms, self.at_ms, self.at_ms))

    def _act_often(self, acts: int) -> None:
        many = (
            [self._issue] * 6 + [self._work] * 12 + [self._staff] * 4 + [self._around] * 3 + [self._paper, self._turn]
        )
        for act in range(acts):
            self.at_ms += self.chance.randrange(self._stride_s) * SECOND + self.chance.randrange(SECOND)
            if act == acts * 4 // 5 and not self._is_ending:
                self._is_ending = True
                self._tell(e.IssuingEnded(self.at_ms))
            self.chance.choice(many)()

    def _close_day(self) -> None:
        for ticket_id, state in list(self._states.items()):
            window_id = self._at.get(ticket_id)
            if state == "serving" and window_id:
                self._leave(ticket_id, "finished", e.ServiceFinished(ticket_id, window_id, "day-closed", self.at_ms))
            elif state in ("waiting", "called", "held"):
                self._leave(ticket_id, "cancelled", e.TicketCancelled(ticket_id, window_id, "day-closed", self.at_ms))
        for window_id in sorted(self._desks):
            if self._desks[window_id] != "closed":
                self._desks[window_id] = "closed"
                self._tell(e.WindowClosed(window_id, self.at_ms))
        self._tell(e.DayClosed(self.at_ms))

    # --- acts ---

    def _issue(self) -> None:
        if self._is_ending:
            return
        self._numbers += 1
        service = self.chance.choice(SERVICES)
        number = f"{service.prefix}{self._numbers:03d}"
        ticket_id = f"{self._day}-{number.lower()}"
        items: tuple[e.VisitItem, ...] = ()
        if self.chance.random() < 0.2:
            items = (e.VisitItem(service.service_id), e.VisitItem(self.chance.choice(SERVICES).service_id))
        returned = "20260101-a001" if self.chance.random() < 0.1 else None
        issued = e.TicketIssued(
            ticket_id, number, self._numbers, service.service_id, self.chance.choice(LANES).lane_id,
            self.chance.choice(CHANNELS), None, False, self.at_ms, None, self.chance.choice(("instant", "promised")),
            items, appointment_id=self.chance.choice((None, None, "b1")), return_of=returned,
        )  # fmt: skip
        self._tell(issued)
        self._states[ticket_id], self._steps[ticket_id], self._items[ticket_id] = "waiting", 0, items
        if returned:
            self._tell(e.TicketTransferred(ticket_id, None, service.service_id, None, "front", self.at_ms))
        if issued.appointment_id:
            self._tell(e.AppointmentKept("b1", ticket_id, self.chance.random() < 0.3, self.at_ms))

    def _staff(self) -> None:
        window_id = self.chance.choice(WINDOWS).window_id
        state = self._desks.get(window_id, "closed")
        if state == "closed":
            clerk_id = self.chance.choice((None, *(clerk.clerk_id for clerk in CLERKS)))
            self._desks[window_id], self._clerks[window_id] = "idle", clerk_id
            self._tell(e.WindowOpened(window_id, clerk_id, self.at_ms))
        elif state == "paused":
            self._desks[window_id] = "idle"
            self._tell(e.WindowResumed(window_id, self.at_ms))
        elif state == "idle" and self.chance.random() < 0.4:
            self._desks[window_id] = "paused"
            self._tell(e.WindowPaused(window_id, self.chance.choice(("lunch", "meeting")), self.at_ms))
        elif state == "idle" and self.chance.random() < 0.1:
            self._desks[window_id] = "closed"
            self._tell(e.WindowClosed(window_id, self.at_ms))

    def _work(self) -> None:
        for window_id in sorted(self._desks):
            if self._desks[window_id] == "idle" and self.chance.random() < 0.6:
                self._call(window_id)
            elif self._desks[window_id] == "busy" and self.chance.random() < 0.6:
                self._go_on(window_id)

    def _call(self, window_id: str) -> None:
        waiting = [ticket_id for ticket_id, state in self._states.items() if state in ("waiting", "held")]
        if waiting and self.chance.random() < 0.9:
            ticket_id = self.chance.choice(waiting)
            reason = e.CallReason("points", 0, 0, 0, None, None)
            self._come(ticket_id, window_id, "called")
            self._tell(e.TicketCalled(ticket_id, window_id, reason, self.at_ms, self.at_ms))
        else:
            self._numbers += 1
            ticket_id = f"{self._day}-walk-{self._numbers}"
            self._states[ticket_id], self._steps[ticket_id], self._items[ticket_id] = "waiting", 0, ()
            self._come(ticket_id, window_id, "serving")
            service_id = self.chance.choice(SERVICES).service_id
            self._tell(e.WalkInBegan(ticket_id, self._numbers, service_id, "ordinary", window_id, self.at_ms))

    def _go_on(self, window_id: str) -> None:
        ticket_id = next(ticket_id for ticket_id, at in self._at.items() if at == window_id)
        draw = self.chance.random()
        if self._states[ticket_id] == "called" and draw < 0.7:
            self._states[ticket_id] = "serving"
            self._tell(e.ServiceBegan(ticket_id, window_id, self.at_ms))
        elif self._states[ticket_id] == "called" and draw < 0.8:
            self._tell(e.TicketRecalled(ticket_id, window_id, 1, self.at_ms, self.at_ms))
        elif self._states[ticket_id] == "called":
            self._leave(ticket_id, "missed", e.TicketMissed(ticket_id, window_id, draw < 0.9, self.at_ms))
            if draw > 0.95:
                self._reinstate(ticket_id, is_automatic=True)
        elif draw < 0.1 and "walk" not in ticket_id:
            kind = self.chance.choice(("no-papers", "step"))
            self._leave(ticket_id, "held", e.TicketHeld(ticket_id, window_id, kind, self.at_ms))
        elif draw < 0.2 and "walk" not in ticket_id:
            self._transfer(ticket_id, window_id)
        else:
            self._finish(ticket_id, window_id)

    def _finish(self, ticket_id: str, window_id: str) -> None:
        outcome = self.chance.choice(OUTCOMES)
        reason = "no papers" if outcome == "turned-away" else None
        step, items = self._steps[ticket_id], self._items[ticket_id]
        if step + 1 < len(items):
            self._steps[ticket_id] += 1
            self._tell(e.ItemFinished(ticket_id, window_id, step, outcome, reason, self.at_ms))
            following = items[step + 1].service_id
            if self.chance.random() < 0.5:
                self._tell(e.ItemBegan(ticket_id, window_id, step + 1, following, self.at_ms))
            else:
                gone = e.TicketTransferred(ticket_id, window_id, following, None, "original", self.at_ms, step=step + 1)
                self._leave(ticket_id, "waiting", gone)
            return
        self._leave(ticket_id, "finished", e.ServiceFinished(ticket_id, window_id, outcome, self.at_ms, reason))
        self._finished.append(ticket_id)
        if outcome in ("accepted", "papers-follow"):
            stage_id = self._thing("s")
            self._stages.append(stage_id)
            due_ms = self.at_ms + self.chance.choice((1, 60, 6_000)) * 60 * SECOND
            kind: e.StageKind = "back-office" if outcome == "accepted" else "papers"
            self._tell(e.StageOpened(stage_id, ticket_id, kind, "social", None, due_ms, False, self.at_ms))

    def _transfer(self, ticket_id: str, window_id: str | None) -> None:
        service_id = self.chance.choice(SERVICES).service_id
        fact = e.TicketTransferred(ticket_id, window_id, service_id, None, "original", self.at_ms)
        self._leave(ticket_id, "waiting", fact)

    def _turn(self) -> None:
        """Something about a ticket that is at no window."""
        if not self._states:
            return
        ticket_id = self.chance.choice(sorted(self._states))
        state = self._states[ticket_id]
        if state == "missed" and not self._is_ending:
            self._reinstate(ticket_id, is_automatic=False)
        elif state == "held" and self.chance.random() < 0.5:
            self._leave(ticket_id, "waiting", e.TicketResumed(ticket_id, self.at_ms))
        elif state in ("waiting", "held") and self.chance.random() < 0.5:
            self._transfer(ticket_id, None)
        elif state in ("waiting", "held", "missed"):
            self._leave(ticket_id, "cancelled", e.TicketCancelled(ticket_id, None, "visitor", self.at_ms))

    def _reinstate(self, ticket_id: str, *, is_automatic: bool) -> None:
        self._states[ticket_id] = "waiting"
        self._tell(e.TicketReinstated(ticket_id, "back", self.at_ms, 0, is_automatic))

    def _paper(self) -> None:
        numbered = [ticket_id for ticket_id in self._states if "walk" not in ticket_id]
        if numbered:
            ticket_id = self.chance.choice(numbered)
            if self.chance.random() < 0.6:
                self._tell(e.TicketNotPrinted(ticket_id, "k1", "paper out", self.at_ms))
            else:
                self._tell(e.TicketPrinted(ticket_id, "k1", 0, self.at_ms))

    def _around(self) -> None:
        self.chance.choice((self._rate, self._rate, self._stage, self._elsewhere, self._people, self._plan))()

    def _rate(self) -> None:
        if not self._finished:
            return
        ticket_id = self._finished.pop(self.chance.randrange(len(self._finished)))
        scores = [self.chance.choice((None, 1, 5)) for _ in range(3)]
        stars, step = self.chance.randrange(1, 6), self._steps.get(ticket_id, 0)
        window_id, clerk_id = self.chance.choice(WINDOWS).window_id, self.chance.choice((None, "c01"))
        self._tell(e.TicketRated(ticket_id, step, stars, *scores, "phone", window_id, clerk_id, self.at_ms))
        if stars <= 2:
            self._bad.append((ticket_id, step))
            self._tell(e.FollowUpOpened(ticket_id, step, self.at_ms + 7_200 * SECOND, self.at_ms))
        elif self._bad:
            bad = self._bad.pop(0)
            self._tell(e.FollowUpClosed(*bad, "explained", self.at_ms))

    def _stage(self) -> None:
        if self._stages:
            stage_id = self._stages.pop(self.chance.randrange(len(self._stages)))
            self._tell(e.StageFinished(stage_id, "ready", None, self.at_ms))

    def _elsewhere(self) -> None:
        """Visits that need no window."""
        service_id = self.chance.choice(SERVICES).service_id
        draw = self.chance.randrange(4)
        if draw == 0:
            self._tell(e.VisitorTurnedAway(service_id, "wrong hall", "guide", self.at_ms))
        elif draw == 1:
            self._tell(e.SelfServiceCounted(service_id, "m1", self.chance.randrange(1, 9), self.at_ms))
        elif draw == 2 or not self._homes:
            self._homes.append(self._thing("h"))
            self._tell(e.HomeVisitRequested(self._homes[-1], service_id, "kept outside", self.at_ms, self.at_ms))
        else:
            self._tell(e.HomeVisitFinished(self._homes.pop(), "done", self.at_ms))

    def _people(self) -> None:
        draw = self.chance.randrange(5)
        if draw == 0:
            self._tell(e.AppointmentBooked(self._thing("b"), "social", "20261130", 540, None, "phone", self.at_ms))
        elif draw == 1:
            self._tell(e.AppointmentMissed("b1", self.at_ms))
        elif draw == 2:
            self._tell(e.CaseOpened(self._thing("c"), None, "tax", "stuck", self.at_ms, self.at_ms))
        elif draw == 3:
            self._tell(e.CaseEscalated("c1", 1, self.at_ms, self.at_ms))
        else:
            self._tell(e.WarningRaised("wait", "social", 1, 1, self.at_ms))

    def _plan(self) -> None:
        if self.chance.random() < 0.5:
            self._tell(e.WindowMoved("w02", self.chance.randrange(10, 99), "a", self.at_ms))
            return
        renamed = replace(self.plan.services[0], name=Name(self._thing("社保"), self._thing("social")))
        self.plan = replace(self.plan, services=(renamed, *self.plan.services[1:]))
        self._tell(e.HallConfigured(self.plan, self.at_ms))

    # --- bookkeeping ---

    def _come(self, ticket_id: str, window_id: str, state: str) -> None:
        self._states[ticket_id], self._at[ticket_id], self._desks[window_id] = state, window_id, "busy"

    def _leave(self, ticket_id: str, state: str, fact: Event) -> None:
        self._states[ticket_id] = state
        window_id = self._at.pop(ticket_id, None)
        if window_id is not None:
            self._desks[window_id] = "idle"
        self._tell(fact)

    def _thing(self, prefix: str) -> str:
        self._things += 1
        return f"{prefix}{self._things}"

    def _now(self) -> int:
        return int(self._date.timestamp() * 1_000) - 60 * SECOND

    def _tell(self, fact: Event) -> None:
        self.facts.append(fact)


def days_of(facts: list[Event]) -> Iterator[tuple[str, list[Event]]]:
    """The facts of each service day, a day opened again together; what is before the first day is left out."""
    days: dict[str, list[Event]] = {}
    today: list[Event] | None = None
    for fact in facts:
        if isinstance(fact, e.DayOpened):
            today = days.setdefault(fact.day, [])
        if today is not None:
            today.append(fact)
    yield from days.items()
