"""Small halls for tests: a plan, a hall with people waiting, and a driver with a clock of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.deadlines import next_deadline
from engine.core.decide import decide
from engine.core.events import Event, Millis, VisitItem
from engine.core.hall import Hall
from engine.core.model import Ticket, Window
from engine.core.plan import (
    Clerk,
    HallPlan,
    Help,
    Lane,
    Name,
    Policy,
    PolicyRule,
    Rules,
    Service,
    Span,
    WindowPlan,
    Zone,
)
from engine.core.refusals import Refusal

ORDINARY = "ordinary"
PRIORITY = "priority"

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

DAY = "20261123"
NINE = int(datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1_000)
"""A Monday, nine in the morning."""


def both(text: str) -> Name:
    """A name that is the same in both languages."""
    return Name(text, text)


def lane(lane_id: str, credit: float = 0, rate: float = 1) -> Lane:
    """A lane; `credit` in points, `rate` in points per minute. Every lane but the ordinary one has a mark."""
    mark = None if lane_id == ORDINARY else Name("优先", "Priority")
    return Lane(lane_id, both(lane_id), round(credit * 1_000), round(rate * 1_000), mark)


def service(service_id: str, prefix: str, *, mean_minutes: int = 10, hours: tuple[Span, ...] = ()) -> Service:
    return Service(service_id, both(service_id), prefix, "a", mean_ms=mean_minutes * MINUTE, hours=hours)


def window(window_id: str, *tiers: str | Sequence[str]) -> WindowPlan:
    """A window; each argument is a tier, one service id or several."""
    listed = tuple((tier,) if isinstance(tier, str) else tuple(tier) for tier in tiers)
    return WindowPlan(window_id, int(window_id.removeprefix("w")), both(window_id), "a", listed)


LANES = (lane(ORDINARY, 0, 1), lane(PRIORITY, 30, 2))
SERVICES = (service("social", "A"), service("tax", "B"), service("young", "Y"))
WINDOWS = (window("w01", ["social", "tax", "young"]), window("w02", "social"), window("w03", "tax", "social"))
RULES = Rules()
CLERKS = (Clerk("c01", both("c01")), Clerk("c02", both("c02")))


def plan(
    *,
    lanes: Sequence[Lane] = LANES,
    services: Sequence[Service] = SERVICES,
    windows: Sequence[WindowPlan] = WINDOWS,
    hours: tuple[Span, ...] = (),
    rules: Rules = RULES,
    timezone: str = "Asia/Shanghai",
) -> HallPlan:
    """A hall of one zone: w01 serves everything, w02 social only, w03 tax before social."""
    return HallPlan(
        "hall",
        "region",
        Name("大厅", "Hall"),
        timezone,
        tuple(lanes),
        (Zone("a", both("a")),),
        tuple(services),
        tuple(windows),
        clerks=CLERKS,
        hours=hours,
        rules=rules,
    )


PLAN = plan()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that has waited for some minutes at nine o'clock."""

    number: str
    minutes: float
    lane: str


def waiting(number: str, *, minutes: float, lane: str = ORDINARY) -> Waiting:
    """A ticket with this number; its service is the one with the number's prefix."""
    return Waiting(number, minutes, lane)


def hall_with(*tickets: Waiting, hall_plan: HallPlan = PLAN) -> Hall:
    """A hall at nine, its day and windows open, where these tickets wait; the longest wait was issued first."""
    hall = Hall()
    hall.apply(e.HallConfigured(hall_plan, NINE - 2 * HOUR))
    hall.apply(e.DayOpened(DAY, NINE + 15 * HOUR, NINE + 17 * HOUR, NINE - 2 * HOUR))
    for each in hall_plan.windows:
        hall.apply(e.WindowOpened(each.window_id, None, NINE - 2 * HOUR))
    prefixes = {each.prefix: each.service_id for each in hall_plan.services}
    for order, ticket in enumerate(sorted(tickets, key=lambda ticket: -ticket.minutes), start=1):
        ticket_id = f"{DAY}-{ticket.number.lower()}"
        service_id = prefixes[ticket.number.rstrip("0123456789")]
        issued_ms = NINE - round(ticket.minutes * MINUTE)
        hall.apply(
            e.TicketIssued(ticket_id, ticket.number, order, service_id, ticket.lane, "kiosk", None, False, issued_ms)
        )
    return hall


def called_next(hall: Hall, window_id: str = "w01", now_ms: Millis = NINE) -> str:
    """The number the rule would call to this window; the hall stays as it was."""
    (event,) = decide(hall, c.CallNext(window_id), now_ms)
    assert isinstance(event, e.TicketCalled)
    return hall.tickets[event.ticket_id].number


class Driver:
    """A hall under a clock that only moves when told to; remembers every fact."""

    def __init__(self, hall: Hall | None = None, *, now_ms: Millis = NINE) -> None:
        self.hall = Hall() if hall is None else hall
        self.now_ms = now_ms
        self.events: list[Event] = []

    @classmethod
    def opened(cls, hall_plan: HallPlan = PLAN, *, now_ms: Millis = NINE) -> "Driver":
        """A driver whose hall has a plan, an open day and every window open."""
        driver = cls(now_ms=now_ms)
        driver.do(c.ConfigureHall(hall_plan))
        driver.do(c.OpenDay())
        for each in hall_plan.windows:
            driver.do(c.OpenWindow(each.window_id))
        return driver

    def do(self, command: Command) -> tuple[Event, ...]:
        """The facts that follow, already applied; raises `Refusal`."""
        events = decide(self.hall, command, self.now_ms)
        for event in events:
            self.hall.apply(event)
        self.events += events
        return events

    def refusal(self, command: Command) -> Refusal:
        """The no this command gets; fails when it is a yes, or when anything changed."""
        before = self.hall.to_rows()
        try:
            events = decide(self.hall, command, self.now_ms)
        except Refusal as refusal:
            assert self.hall.to_rows() == before
            return refusal
        raise AssertionError(f"not refused: {command} gave {events}")

    def wait(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass, and do what falls due on the way, at its time."""
        end_ms = self.now_ms + round(minutes * MINUTE + seconds * SECOND)
        for _ in range(1_000):
            due = next_deadline(self.hall, end_ms)
            if due is None:
                self.now_ms = end_ms
                return
            self.now_ms = max(self.now_ms, due[0])
            self.do(due[1])
        raise AssertionError("deadlines without end")

    def issue(self, service_id: str = "social", lane_id: str | None = None) -> str:
        """Draw a number; its ticket id."""
        event, *_ = self.do(c.IssueTicket(service_id, lane_id))
        assert isinstance(event, e.TicketIssued)
        return event.ticket_id

    def call(self, window_id: str = "w01") -> str:
        """Call whom the rule names; the ticket id."""
        (event,) = self.do(c.CallNext(window_id))
        assert isinstance(event, e.TicketCalled)
        return event.ticket_id

    def serve(self, window_id: str = "w01") -> str:
        """Call whom the rule names and begin; the ticket id."""
        ticket_id = self.call(window_id)
        self.do(c.BeginService(window_id))
        return ticket_id

    def ticket(self, ticket_id: str) -> Ticket:
        return self.hall.tickets[ticket_id]

    def window(self, window_id: str) -> Window:
        return self.hall.windows[window_id]

    def state(self, ticket_id: str) -> str:
        return self.hall.tickets[ticket_id].state

    def in_line(self, window_id: str = "w01") -> list[str]:
        """The numbers a window would call one after the other from now on, nothing else happening; changes nothing."""
        copy = Driver(Hall.from_rows(self.hall.plan, self.hall.to_rows()), now_ms=self.now_ms)
        numbers = []
        while copy.hall.alive:
            try:
                ticket_id = copy.call(window_id)
            except Refusal:
                break
            numbers.append(copy.ticket(ticket_id).number)
            copy.do(c.FinishService(window_id))
        return numbers


def with_rules(**changes: Any) -> HallPlan:
    """The usual plan under other rules."""
    return replace(PLAN, rules=replace(PLAN.rules, **changes))


def calling_by(*rules: PolicyRule, hall_plan: HallPlan = PLAN) -> HallPlan:
    """The plan when all its windows call by these rules."""
    return replace(hall_plan, policies=(Policy("own", rules),), rules=replace(hall_plan.rules, policy_id="own"))


def helping(each: WindowPlan, service_id: str, *, after_minutes: float) -> WindowPlan:
    """The window when a service of a later tier counts as its own once its head has waited so long."""
    limit = Help(service_id, round(after_minutes * MINUTE))
    return replace(each, help_after_ms=(*each.help_after_ms, limit))


def with_service(service_id: str = "social", *, hall_plan: HallPlan = PLAN, **changes: Any) -> HallPlan:
    """The plan when one of its services is set otherwise."""
    services = tuple(replace(s, **changes) if s.service_id == service_id else s for s in hall_plan.services)
    return replace(hall_plan, services=services)


def items(*service_ids: str) -> tuple[VisitItem, ...]:
    """What a combined visit is for."""
    return tuple(VisitItem(service_id) for service_id in service_ids)
