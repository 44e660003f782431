"""Random days of drawing numbers: every rule of admission at once, beside a plain account of what should be."""

from dataclasses import replace
from random import Random
from typing import Final

import msgpack

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.decide import decide
from engine.core.events import Event
from engine.core.hall import Hall
from engine.core.plan import HallPlan, Quota, Service, Span
from engine.core.refusals import Refusal
from engine.core.rules import issuing
from tests.builders import HOUR, MINUTE, NINE, PLAN, SERVICES

CHANNELS: Final = ("kiosk", "guide", "phone")
PERSONS: Final = (None, None, "p1", "p2", "p3")
SPANS: Final = (None, None, Span(9 * 60, 11 * 60), Span(10 * 60, 15 * 60), Span(13 * 60, 17 * 60))
HERE: Final = ("preparing", "waiting", "called", "serving", "held")
"""The states of those who are in the hall; a ticket in one of them is open."""


def a_plan(random: Random) -> HallPlan:
    """The usual hall with some of everything that limits drawing."""
    services = tuple(_limited(each, random) for each in SERVICES)
    rules = replace(PLAN.rules, occupancy_max=random.choice((0, 0, 3, 8)))
    return replace(PLAN, services=services, rules=rules)


def _limited(service: Service, random: Random) -> Service:
    quotas = [
        Quota(random.randint(0, 5), random.choice((None, *CHANNELS)), random.choice(SPANS))
        for _ in range(random.choice((0, 1, 1, 2)))
    ]
    return replace(
        service,
        quotas=tuple(quotas),
        channels=random.choice(((), (), (), ("kiosk", "guide"))),
        appointment_only=random.choice(((), (), (Span(11 * 60, 12 * 60),))),
        one_per_person=random.random() < 0.5,
        form=random.choice(("none", "optional", "required")),
    )


class Day:
    """A hall, the facts of its present day, and what they say should happen."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.plan = a_plan(random)
        self.hall = Hall()
        self.now_ms = NINE
        self.facts: list[Event] = []
        self._do(c.ConfigureHall(self.plan))
        self._begin()

    def _begin(self) -> None:
        self.facts = []
        self._do(c.OpenDay())
        for window in self.plan.windows:
            self._do(c.OpenWindow(window.window_id))

    # --- what happens ---

    def step(self) -> None:
        act = self.random.choice(
            (self._draw,) * 6
            + (
                self._promised,
                self._call,
                self._call,
                self._cancel,
                self._fill,
                self._reinstate,
                self._send,
                self._walk,
            )
            + (self._pass_time, self._pass_time, self._restart, self._reopen, self._next_day)
        )
        act()
        self._all_is_well()

    def _draw(self) -> None:
        service = self.random.choice(self.plan.services)
        channel, person = self.random.choice(CHANNELS), self.random.choice(PERSONS)
        expected = self._expected(service, channel, person)
        command = c.IssueTicket(
            service.service_id, channel=channel, person=person, form_filled=self.random.random() < 0.3
        )
        refusal = issuing.why_not(self.hall, service, channel, self.now_ms)
        said = self._do(command)
        assert said == expected, f"{command}: said {said}, should say {expected}"
        # What a kiosk shows is what the rule says, but for what depends on who asks.
        shown = None if refusal is None else refusal.code
        assert shown == (None if expected == "open-ticket-exists" else expected)

    def _promised(self) -> None:
        """Somebody comes back with what was missing: passes all but the cap, and counts in no quota."""
        used = {fact.return_of for fact in self.facts if isinstance(fact, e.TicketIssued)}
        rights = [fact for fact in self.facts if isinstance(fact, e.ReturnGranted) and fact.ticket_id not in used]
        if rights:
            right = self.random.choice(rights)
            expected = None if self._has_room() else "hall-full"
            said = self._do(c.IssueTicket(right.service_id, return_of=right.ticket_id))
            assert said == expected, f"{right}: said {said}, should say {expected}"

    def _call(self) -> None:
        window = self.random.choice(list(self.hall.windows.values()))
        if window.ticket is None:
            self._do(c.CallNext(window.window_id))
            return
        orders: tuple[Command, ...] = (
            c.FinishService(window.window_id),
            c.FinishService(window.window_id, "told-missing"),
            c.RecordNoShow(window.window_id),
            c.HoldTicket(window.window_id),
        )
        self._do(self.random.choice(orders))

    def _cancel(self) -> None:
        if ticket_id := self._any_ticket("waiting", "preparing", "held"):
            self._do(c.CancelTicket(ticket_id))

    def _fill(self) -> None:
        if ticket_id := self._any_ticket("preparing"):
            self._do(c.RecordForm(ticket_id))
            ticket = self.hall.tickets[ticket_id]
            assert (ticket.state, ticket.since_ms) == ("waiting", ticket.issued_ms), "the original place is lost"

    def _reinstate(self) -> None:
        if ticket_id := self._any_ticket("missed"):
            self._do(c.ReinstateTicket(ticket_id))

    def _send(self) -> None:
        if ticket_id := self._any_ticket("waiting"):
            self._do(c.TransferTicket(ticket_id, self.random.choice(self.plan.services).service_id))

    def _walk(self) -> None:
        self._do(c.WalkDirect(self.random.choice(self.plan.windows).window_id))

    def _pass_time(self) -> None:
        self.now_ms += self.random.choice((1, 7, 30)) * MINUTE
        if calendar.minute_of_day(self.plan.timezone, self.now_ms) > 20 * 60:
            self._next_day()

    def _restart(self) -> None:
        rows = msgpack.unpackb(msgpack.packb(self.hall.to_rows()))
        restored = Hall.from_rows(self.hall.plan, rows)
        assert restored.to_rows() == self.hall.to_rows()
        self.hall = restored

    def _reopen(self) -> None:
        """The supervisor closes the day and opens it again: numbers and quotas go on."""
        if self.random.random() < 0.3:
            facts = self.facts
            self._close()
            self._begin()
            self.facts = facts + self.facts

    def _next_day(self) -> None:
        if self.random.random() < 0.3 or calendar.minute_of_day(self.plan.timezone, self.now_ms) > 20 * 60:
            self._close()
            self.now_ms += 24 * HOUR - (self.now_ms - NINE) % (24 * HOUR)
            self._begin()

    def _close(self) -> None:
        for window in self.hall.windows.values():
            if window.ticket is not None:
                self._do(c.FinishService(window.window_id))
        assert self._do(c.CloseDay()) is None
        assert {ticket.state for ticket in self.hall.tickets.values()} <= {"finished", "cancelled", "missed"}

    # --- what should be ---

    def _expected(self, service: Service, channel: str, person: str | None) -> str | None:
        """The code of the refusal to a visitor, worked out from the day's facts alone; None for a number."""
        minute = calendar.minute_of_day(self.plan.timezone, self.now_ms)
        if not self._has_room():
            return "hall-full"
        if service.channels and channel not in service.channels:
            return "channel-not-taken"
        if any(span.start <= minute < span.end for span in service.appointment_only):
            return "appointments-only"
        for quota in service.quotas:
            applies = quota.channel in (None, channel) and (quota.span is None or _is_in(quota.span, minute))
            if applies and self._drawn(service, quota) >= quota.count:
                return "quota-used-up"
        if person is not None and service.one_per_person and self._holds_open(person, service):
            return "open-ticket-exists"
        return None

    def _has_room(self) -> bool:
        cap = self.plan.rules.occupancy_max
        return not cap or sum(ticket.state in HERE for ticket in self.hall.tickets.values()) < cap

    def _drawn(self, service: Service, quota: Quota) -> int:
        """How many numbers were drawn today under a quota, given up or not; places promised before do not count."""
        return sum(
            fact.service_id == service.service_id
            and quota.channel in (None, fact.channel)
            and (quota.span is None or _is_in(quota.span, calendar.minute_of_day(self.plan.timezone, fact.at_ms)))
            for fact in self.facts
            if isinstance(fact, e.TicketIssued) and fact.return_of is None
        )

    def _holds_open(self, person: str, service: Service) -> bool:
        return any(
            ticket.person == person and ticket.service_id == service.service_id and ticket.state in HERE
            for ticket in self.hall.tickets.values()
        )

    # --- what always holds ---

    def _all_is_well(self) -> None:
        for service in self.plan.services:
            for quota in service.quotas:
                assert self._drawn(service, quota) <= quota.count, "more numbers were drawn than the quota has"
        self._numbers_have_no_gaps()

    def _numbers_have_no_gaps(self) -> None:
        """S1, S2: refused or not, the next number is one more than the last."""
        series: dict[str, list[int]] = {}
        for fact in self.facts:
            if isinstance(fact, e.TicketIssued):
                series.setdefault(fact.number[0], []).append(int(fact.number[1:]))
        for counts in series.values():
            assert counts == list(range(1, len(counts) + 1))

    # --- doing ---

    def _do(self, command: Command) -> str | None:
        """Give an order; the code of the refusal if there is one."""
        before = self.hall.to_rows()
        try:
            facts = decide(self.hall, command, self.now_ms)
        except Refusal as refusal:
            assert self.hall.to_rows() == before
            return refusal.code
        self._apply(facts)
        return None

    def _apply(self, facts: tuple[Event, ...]) -> None:
        for fact in facts:
            if isinstance(fact, e.TicketCalled):
                assert self.hall.tickets[fact.ticket_id].state in ("waiting", "held"), (
                    "called before its form was filled"
                )
            self.hall.apply(fact)
            self.facts.append(fact)

    def _any_ticket(self, *states: str) -> str | None:
        fitting = [each for each, ticket in self.hall.tickets.items() if ticket.state in states]
        return self.random.choice(fitting) if fitting else None


def _is_in(span: Span, minute: int) -> bool:
    return span.start <= minute < span.end


def walk(random: Random, steps: int) -> None:
    """Some days of drawing; fails when anything does not hold."""
    day = Day(random)
    for _ in range(steps):
        day.step()
