"""Days of appointments beside a count of our own, made from the facts alone: booked, given back, kept, missed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.deadlines import next_deadline
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import Booking, HallPlan, Span
from engine.core.refusals import Refusal
from tests.builders import DAY, LANES, MINUTE, NINE, RULES, SERVICES, Driver, lane, plan
from tests.properties.wakings import check_waking

PLACES: Final = 2
LIMIT: Final = 1
EARLY, LATE, CANCEL = 20, 10, 45
STARTS: Final = (540, 570, 600, 630, 780)
DAYS: Final = (DAY, "20261124", "20261125", "20261126", "20261127")
BOOKERS: Final = ("x", "y", None, None)
MIDNIGHT: Final = NINE - 9 * 60 * MINUTE

PLAN: Final[HallPlan] = plan(
    lanes=(*LANES, lane("booked-in", 5, 1)),
    services=(
        replace(
            SERVICES[0],
            booking=Booking(
                PLACES,
                days_ahead=2,
                early_ms=EARLY * MINUTE,
                late_ms=LATE * MINUTE,
                cancel_ms=CANCEL * MINUTE,
                lane_id="booked-in",
                hours=(Span(540, 660), Span(780, 810)),
            ),
        ),
        *SERVICES[1:],
    ),
    hours=(Span(480, 840),),
    rules=replace(RULES, no_show_bookings_max=LIMIT, overtime_ms=0),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that happens, with two numbers to choose by."""

    name: str
    first: int
    second: int


class Bookings:
    """A hall and our own count of its appointments."""

    def __init__(self) -> None:
        self.driver = Driver.opened(PLAN, now_ms=NINE - 60 * MINUTE)
        self.booked: dict[str, e.AppointmentBooked] = {}
        self.ends: dict[str, list[Event]] = {}
        self.calls: Counter[str] = Counter()

    @property
    def now_ms(self) -> Millis:
        return self.driver.now_ms

    # --- what happens ---

    def act(self, act: Act) -> None:
        {
            "book": self._book,
            "cancel": self._cancel,
            "check in": self._check_in,
            "walk in": lambda _: self._order(c.IssueTicket("social")),
            "call": self._call,
            "wait": lambda each: self._wait((5, 15, 15, 30, 4 * 60)[each.first % 5]),
            "restart": self._restart,
        }[act.name](act)

    def end(self) -> None:
        """Let every day that could be booked go by; then each appointment has ended, and only once."""
        self._wait(6 * 24 * 60)
        for appointment_id in self.booked:
            assert len(self.ends[appointment_id]) == 1, (appointment_id, self.ends[appointment_id])
        fold = Hall()
        for event in self.driver.events:
            fold.apply(event)
        assert fold.to_rows() == self.driver.hall.to_rows()
        assert not self.driver.hall.appointments.by_id

    def _book(self, act: Act) -> None:
        start, day = STARTS[act.first % len(STARTS)], DAYS[act.second % len(DAYS)]
        booker = BOOKERS[act.second // len(DAYS) % len(BOOKERS)]
        refusal = self._order(c.BookAppointment("social", day, start, booker))
        if refusal is None:
            assert booker is None or self._missed_by(booker) < LIMIT
        elif refusal.code == "slot-full":
            assert self._taken(day, start) == PLACES
            self._next_is_right(str(refusal.words["next"]), day)
        elif refusal.code == "bookings-suspended":
            assert booker is not None
            assert self._missed_by(booker) >= LIMIT
        elif refusal.code == "already-booked":
            assert any(each.booker == booker and each.day == day for each in self._standing())

    def _next_is_right(self, words: str, day: str) -> None:
        """It has a free place, and no bookable slot before it has one."""
        named, clock = words.replace("-", "").split(" ")
        start = int(clock[:2]) * 60 + int(clock[3:])
        for each in (each for each in DAYS if day <= each <= named):
            for other in STARTS:
                if (each, other) == (named, start):
                    assert self._taken(each, other) < PLACES
                    return
                if self._start_ms(each, other) > self.now_ms:
                    assert self._taken(each, other) == PLACES

    def _cancel(self, act: Act) -> None:
        known = list(self.booked.values())
        booked = known[act.first % len(known)] if known else None
        if booked is not None and self._order(c.CancelAppointment(booked.appointment_id)) is None:
            assert self.now_ms <= self._start_ms(booked.day, booked.start_min) - CANCEL * MINUTE

    def _check_in(self, act: Act) -> None:
        booked = self._pick(act.first)
        if booked is None:
            return
        start_ms = self._start_ms(booked.day, booked.start_min)
        is_time = start_ms - EARLY * MINUTE <= self.now_ms <= start_ms + LATE * MINUTE
        refusal = self._order(c.CheckIn(booked.appointment_id))
        if refusal is None:
            ticket = next(each for each in reversed(self.driver.events) if isinstance(each, e.TicketIssued))
            kept = self.ends[booked.appointment_id][-1]
            assert isinstance(kept, e.AppointmentKept)
            assert self.now_ms >= start_ms - EARLY * MINUTE
            assert (kept.is_late, ticket.lane_id) == ((False, "booked-in") if is_time else (True, "ordinary"))
            assert (ticket.appointment_id, kept.ticket_id) == (booked.appointment_id, ticket.ticket_id)
        elif not self.ends[booked.appointment_id]:
            assert not is_time, refusal

    def _call(self, act: Act) -> None:
        if self._order(c.CallNext("w02")) is None:
            self._order(c.FinishService("w02"))
        elif act.first % 2:
            self._order(c.OpenWindow("w02"))

    def _wait(self, minutes: int) -> None:
        end_ms = self.now_ms + minutes * MINUTE
        for _ in range(1_000):
            due = next_deadline(self.driver.hall, end_ms)
            if due is None:
                break
            self.driver.now_ms = max(self.now_ms, due[0])
            self._order(due[1])
        else:
            raise AssertionError("deadlines without end")
        self.driver.now_ms = end_ms

    def _restart(self, act: Act) -> None:
        hall = self.driver.hall
        again = Hall.from_rows(hall.plan, hall.to_rows())
        assert again.to_rows() == hall.to_rows()
        check_waking(hall)
        self.driver.hall = again

    def _order(self, command: Command) -> Refusal | None:
        try:
            events = self.driver.do(command)
        except Refusal as refusal:
            return refusal
        for event in events:
            self._count(event)
        return None

    # --- our own count ---

    def _count(self, event: Event) -> None:
        if isinstance(event, e.AppointmentBooked):
            assert event.appointment_id not in self.booked
            self.booked[event.appointment_id] = event
            self.ends[event.appointment_id] = []
            assert self._taken(event.day, event.start_min) <= PLACES
        elif isinstance(event, e.AppointmentCancelled | e.AppointmentKept | e.AppointmentMissed):
            self.ends[event.appointment_id].append(event)
            assert len(self.ends[event.appointment_id]) == 1
        elif isinstance(event, e.TicketCalled):
            self.calls[event.ticket_id] += 1
            assert self.calls[event.ticket_id] == 1

    def _standing(self) -> list[e.AppointmentBooked]:
        """What was booked and not given back."""
        return [
            each
            for each in self.booked.values()
            if not any(isinstance(end, e.AppointmentCancelled) for end in self.ends[each.appointment_id])
        ]

    def _taken(self, day: str, start: int) -> int:
        return sum((each.day, each.start_min) == (day, start) for each in self._standing())

    def _missed_by(self, booker: str) -> int:
        return sum(
            each.booker == booker
            and any(isinstance(end, e.AppointmentMissed) for end in self.ends[each.appointment_id])
            for each in self.booked.values()
        )

    def _pick(self, number: int) -> e.AppointmentBooked | None:
        """One of the appointments: mostly one that is about due, now and then one that is over."""
        known = sorted(
            self.booked.values(),
            key=lambda each: (
                len(self.ends[each.appointment_id]),
                abs(self._start_ms(each.day, each.start_min) - self.now_ms),
            ),
        )
        return known[number % min(5, len(known))] if known else None

    def _start_ms(self, day: str, start: int) -> Millis:
        return MIDNIGHT + DAYS.index(day) * 24 * 60 * MINUTE + start * MINUTE


NAMES: Final = ("book", "book", "book", "cancel", "check in", "check in", "walk in", "call", "call", "wait", "restart")


def live(acts: Sequence[Act]) -> None:
    """Days in which these things happen; fails when anything does not hold."""
    bookings = Bookings()
    for each in acts:
        bookings.act(each)
    bookings.end()


def walk(seed: int, steps: int) -> None:
    """Days drawn by lot."""
    random = Random(seed)
    live([Act(random.choice(NAMES), random.randrange(100), random.randrange(100)) for _ in range(steps)])
