"""A second hall, written from the description of the rules in plain dicts and lists; it shares nothing with the engine.

Slow and obvious on purpose: no queues are kept, whoever waits is sorted anew for every question. Its plans are in UTC
and have no hours, so that a day is 86,400,000 ms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.core import commands as c
from engine.core.commands import Command
from engine.core.plan import HallPlan

DAY_MS = 86_400_000
ACTIVE = ("waiting", "called", "serving", "held")

# Which states a visit may be in when this happens to it, and where it is then: the table of its life, written twice.
LIFE: dict[str, tuple[tuple[str, ...], str]] = {
    "TicketIssued": (("",), "waiting"),
    "WalkInBegan": (("",), "serving"),
    "TicketCalled": (("waiting", "held"), "called"),
    "TicketRecalled": (("called",), "called"),
    "ServiceBegan": (("called",), "serving"),
    "ServiceFinished": (("serving",), "finished"),
    "TicketMissed": (("called",), "missed"),
    "TicketReinstated": (("missed",), "waiting"),
    "TicketHeld": (("called", "serving"), "held"),
    "TicketResumed": (("held",), "waiting"),
    "TicketTransferred": (("waiting", "called", "serving", "held"), "waiting"),
    "TicketCancelled": (("preparing", "waiting", "called", "held", "missed"), "cancelled"),
    "FormPending": (("waiting",), "preparing"),
    "FormFilled": (("preparing", "waiting"), "waiting"),
    "ItemFinished": (("serving",), "serving"),
    "ItemBegan": (("serving",), "serving"),
}


class No(Exception):
    """The answer is no; raised before anything has changed."""


@dataclass
class Visit:
    """Somebody with a ticket, or without one at a window. `tied` is the only window it may be called to."""

    name: str
    number: str
    order: int
    service: str
    lane: str
    issued: int
    state: str = "waiting"
    since: int = 0
    rank: int = 0
    tied: str | None = None
    window: str | None = None
    recalls: int = 0

    @property
    def line(self) -> tuple[str, str]:
        """The line it stands in: those of one line never pass each other."""
        return (f"to {self.tied}" if self.tied else self.service, self.lane)


@dataclass
class Desk:
    """A window."""

    state: str = "closed"
    visit: Visit | None = None
    clerk: str | None = None
    expires: int | None = None

    def free(self) -> None:
        self.state, self.visit, self.expires = "idle", None, None


class Model:
    """What a hall should be after the same orders."""

    def __init__(self) -> None:
        self.plan: HallPlan | None = None
        self.phase = "closed"
        self.day: int | None = None
        self.ends = 0
        self.closes = 0
        self.order = 0
        self.last: dict[str, int] = {}
        self.visits: dict[str, Visit] = {}
        self.desks: dict[str, Desk] = {}

    def obey(self, command: Command, now: int) -> bool:
        """Whether the answer is yes; when it is, it is so from now on."""
        if self.plan is None and not isinstance(command, c.ConfigureHall | c.ExpireCalls):
            return False
        try:
            ORDERS[type(command)](self, command, now)
        except No:
            return False
        return True

    def next_deadline(self) -> tuple[int, str] | None:
        """When the hall does what by itself."""
        if self.plan is None:
            return None
        if self.phase == "closed":
            return (0 if self.day is None else (self.day + 1) * DAY_MS), "OpenDay"
        if self.phase == "open":
            end = (self.ends, "EndIssuing")
        else:
            end = (self.closes if any(v.state in ACTIVE for v in self.visits.values()) else self.ends, "CloseDay")
        expiries = [(desk.expires, "ExpireCalls") for desk in self.desks.values() if desk.expires is not None]
        return min([*expiries, end], key=lambda due: due[0])

    def lines(self) -> dict[tuple[str, str], list[Visit]]:
        """Everybody who waits, line by line, first first."""
        lines: dict[tuple[str, str], list[Visit]] = {}
        for visit in sorted(self.visits.values(), key=lambda visit: (visit.rank, visit.order)):
            if visit.state == "waiting":
                lines.setdefault(visit.line, []).append(visit)
        return lines

    def first_for(self, window: str, now: int) -> list[tuple[int, Fraction, Visit]]:
        """The firsts of all lines a window may call from, with tier and points, best first."""
        found = [(*self._weight(visits[0], window, now), visits[0]) for visits in self.lines().values()]
        found = [each for each in found if each[0] >= 0]
        return sorted(found, key=lambda each: (each[0], -each[1], each[2].order))

    def _weight(self, visit: Visit, window: str, now: int) -> tuple[int, Fraction]:
        assert self.plan is not None
        lane = next(lane for lane in self.plan.lanes if lane.lane_id == visit.lane)
        points = Fraction(lane.credit, 1_000) + Fraction(lane.rate, 1_000) * Fraction(now - visit.since, 60_000)
        if visit.tied:
            return (0 if visit.tied == window else -1), points
        return next((i for i, tier in enumerate(self._tiers(window)) if visit.service in tier), -1), points

    def _tiers(self, window: str) -> tuple[tuple[str, ...], ...]:
        assert self.plan is not None
        return next(each.tiers for each in self.plan.windows if each.window_id == window)

    # --- the hall and its day ---

    def _configure_hall(self, command: c.ConfigureHall, now: int) -> None:
        plan = command.plan
        services = {each.service_id for each in plan.services}
        lanes = {each.lane_id for each in plan.lanes}
        windows = {each.window_id for each in plan.windows}
        for window, desk in self.desks.items():
            if desk.state != "closed" and window not in windows:
                raise No
        for visit in self.visits.values():
            if self.phase == "closed":
                break
            if visit.state in (*ACTIVE, "missed") and not (
                visit.service in services and visit.lane in lanes and (visit.window is None or visit.window in windows)
            ):
                raise No
        self.plan = plan
        self.desks = {each.window_id: self.desks.get(each.window_id, Desk()) for each in plan.windows}

    def _open_day(self, command: c.OpenDay, now: int) -> None:
        assert self.plan is not None
        if self.phase != "closed":
            raise No
        today = max(now // DAY_MS, -1 if self.day is None else self.day)
        if today != self.day:
            self.day, self.order, self.last, self.visits = today, 0, {}, {}
        self.phase = "open"
        self.ends = (now // DAY_MS + 1) * DAY_MS
        self.closes = self.ends + self.plan.rules.overtime_ms

    def _end_issuing(self, command: c.EndIssuing, now: int) -> None:
        if self.phase != "open":
            raise No
        self.phase = "ending"

    def _close_day(self, command: c.CloseDay, now: int) -> None:
        if self.phase == "closed" or (now < self.closes and any(desk.visit for desk in self.desks.values())):
            raise No
        for visit in self.visits.values():
            if visit.state in ACTIVE:
                visit.state = "finished" if visit.state == "serving" else "cancelled"
        for desk in self.desks.values():
            desk.free()
            desk.state, desk.clerk = "closed", None
        self.phase = "closed"

    def _expire_calls(self, command: c.ExpireCalls, now: int) -> None:
        for desk in self.desks.values():
            if desk.visit and desk.expires is not None and desk.expires <= now:
                desk.visit.state = "missed"
                desk.free()

    # --- tickets ---

    def _issue_ticket(self, command: c.IssueTicket, now: int) -> None:
        assert self.plan is not None
        prefix = next((each.prefix for each in self.plan.services if each.service_id == command.service_id), None)
        lane = command.lane_id or self.plan.lanes[0].lane_id
        if prefix is None or lane not in [each.lane_id for each in self.plan.lanes] or self.phase != "open":
            raise No
        count = self.last[prefix] + 1 if prefix in self.last else self.plan.rules.first_number
        self.last[prefix] = count
        number = prefix + str(count).rjust(self.plan.rules.number_digits, "0")
        self._new(number.lower(), number, command.service_id, lane, now)

    def _new(self, name: str, number: str, service: str, lane: str, now: int) -> Visit:
        self.order += 1
        visit = Visit(name, number, self.order, service, lane, now, since=now, rank=now)
        self.visits[name] = visit
        return visit

    def _call_next(self, command: c.CallNext, now: int) -> None:
        desk = self._idle(command.window_id)
        found = self.first_for(command.window_id, now) if desk else []
        if not desk or not found:
            raise No
        self._call(desk, command.window_id, found[0][2], now)

    def _call_ticket(self, command: c.CallTicket, now: int) -> None:
        desk, visit = self._idle(command.window_id), self._visit(command.ticket_id, "TicketCalled")
        if not desk or not visit or not command.reason.strip():
            raise No
        if visit.tied != command.window_id if visit.tied else not self._serves(command.window_id, visit.service):
            raise No
        self._call(desk, command.window_id, visit, now)

    def _call(self, desk: Desk, window: str, visit: Visit, now: int) -> None:
        assert self.plan is not None
        visit.state, visit.window, visit.recalls = "called", window, 0
        desk.state, desk.visit, desk.expires = "called", visit, now + self.plan.rules.call_expiry_ms

    def _reinstate_ticket(self, command: c.ReinstateTicket, now: int) -> None:
        visit = self._visit(command.ticket_id, "TicketReinstated")
        if not visit or self.phase == "closed" or not self._is_offered(visit):
            raise No
        visit.tied = visit.window = None
        self._wait(visit, command.place, now)

    def _is_offered(self, visit: Visit) -> bool:
        assert self.plan is not None
        services = [each.service_id for each in self.plan.services]
        return visit.service in services and visit.lane in [each.lane_id for each in self.plan.lanes]

    def _resume_ticket(self, command: c.ResumeTicket, now: int) -> None:
        visit = self._visit(command.ticket_id, "TicketResumed")
        if not visit:
            raise No
        visit.window = visit.tied
        self._wait(visit, "original", now)

    def _transfer_ticket(self, command: c.TransferTicket, now: int) -> None:
        assert self.plan is not None
        visit = self._visit(command.ticket_id, "TicketTransferred")
        if not visit or not visit.number or (command.service_id is None) == (command.window_id is None):
            raise No
        if command.window_id is not None and command.window_id not in self.desks:
            raise No
        if command.service_id is not None and command.service_id not in [s.service_id for s in self.plan.services]:
            raise No
        self._leave(visit)
        visit.service = command.service_id or visit.service
        visit.tied = visit.window = command.window_id
        self._wait(visit, command.place, now)

    def _cancel_ticket(self, command: c.CancelTicket, now: int) -> None:
        visit = self._visit(command.ticket_id, "TicketCancelled")
        if not visit:
            raise No
        self._leave(visit)
        visit.state = "cancelled"

    def _wait(self, visit: Visit, place: str, now: int) -> None:
        visit.since = visit.rank = now if place == "back" else visit.issued
        others = self.lines().get(visit.line, [])
        if place == "front" and others:
            visit.rank = min(visit.rank, others[0].rank - 1)
            visit.since = min(visit.since, others[0].since)
        visit.state = "waiting"

    def _leave(self, visit: Visit) -> None:
        for desk in self.desks.values():
            if desk.visit is visit:
                desk.free()
        visit.state = "on the way"

    # --- windows ---

    def _recall_ticket(self, command: c.RecallTicket, now: int) -> None:
        assert self.plan is not None
        desk = self._with(command.window_id, "called")
        if not desk or not desk.visit or desk.visit.recalls >= self.plan.rules.recall_limit:
            raise No
        desk.visit.recalls += 1
        is_last = desk.visit.recalls == self.plan.rules.recall_limit
        desk.expires = now + (self.plan.rules.last_call_grace_ms if is_last else self.plan.rules.call_expiry_ms)

    def _begin_service(self, command: c.BeginService, now: int) -> None:
        desk = self._with(command.window_id, "called")
        if not desk or not desk.visit:
            raise No
        desk.state = desk.visit.state = "serving"
        desk.expires = None

    def _finish_service(self, command: c.FinishService, now: int) -> None:
        self._end(command.window_id, "finished", "called", "serving")

    def _record_no_show(self, command: c.RecordNoShow, now: int) -> None:
        self._end(command.window_id, "missed", "called")

    def _hold_ticket(self, command: c.HoldTicket, now: int) -> None:
        desk = self._with(command.window_id, "called", "serving")
        if not desk or not desk.visit or not desk.visit.number:
            raise No
        desk.visit.tied = command.window_id if command.kind == "papers" else None
        self._end(command.window_id, "held", "called", "serving")

    def _end(self, window: str, state: str, *before: str) -> None:
        desk = self._with(window, *before)
        if not desk or not desk.visit:
            raise No
        desk.visit.state = state
        desk.free()

    def _walk_direct(self, command: c.WalkDirect, now: int) -> None:
        assert self.plan is not None
        desk = self._idle(command.window_id)
        service = command.service_id or (self._tiers(command.window_id)[0][0] if desk else "")
        if not desk or not self._serves(command.window_id, service):
            raise No
        visit = self._new(f"walk-{self.order + 1}", "", service, self.plan.lanes[0].lane_id, now)
        visit.state, visit.window = "serving", command.window_id
        desk.state, desk.visit = "serving", visit

    def _open_window(self, command: c.OpenWindow, now: int) -> None:
        assert self.plan is not None
        desk = self._with(command.window_id, "closed")
        known = [None, *(clerk.clerk_id for clerk in self.plan.clerks)]
        taken = [each.clerk for each in self.desks.values() if each.clerk]
        if not desk or self.phase == "closed" or command.clerk_id not in known or command.clerk_id in taken:
            raise No
        desk.state, desk.clerk = "idle", command.clerk_id

    def _close_window(self, command: c.CloseWindow, now: int) -> None:
        desk = self._with(command.window_id, "idle", "paused")
        if not desk:
            raise No
        desk.state, desk.clerk = "closed", None

    def _pause_window(self, command: c.PauseWindow, now: int) -> None:
        self._turn(command.window_id, "idle", "paused")

    def _resume_window(self, command: c.ResumeWindow, now: int) -> None:
        self._turn(command.window_id, "paused", "idle")

    def _turn(self, window: str, before: str, after: str) -> None:
        desk = self._with(window, before)
        if not desk:
            raise No
        desk.state = after

    def _idle(self, window: str) -> Desk | None:
        return self._with(window, "idle")

    def _with(self, window: str, *states: str) -> Desk | None:
        desk = self.desks.get(window)
        return desk if desk and desk.state in states else None

    def _visit(self, ticket_id: str, fact: str) -> Visit | None:
        visit = self.visits.get(ticket_id.partition("-")[2])
        return visit if visit and visit.state in LIFE[fact][0] else None

    def _serves(self, window: str, service: str) -> bool:
        return any(service in tier for tier in self._tiers(window))


ORDERS: dict[type[Command], Callable[[Model, Any, int], None]] = {
    c.ConfigureHall: Model._configure_hall,
    c.OpenDay: Model._open_day,
    c.EndIssuing: Model._end_issuing,
    c.CloseDay: Model._close_day,
    c.ExpireCalls: Model._expire_calls,
    c.IssueTicket: Model._issue_ticket,
    c.CallNext: Model._call_next,
    c.CallTicket: Model._call_ticket,
    c.ReinstateTicket: Model._reinstate_ticket,
    c.ResumeTicket: Model._resume_ticket,
    c.TransferTicket: Model._transfer_ticket,
    c.CancelTicket: Model._cancel_ticket,
    c.RecallTicket: Model._recall_ticket,
    c.BeginService: Model._begin_service,
    c.FinishService: Model._finish_service,
    c.RecordNoShow: Model._record_no_show,
    c.HoldTicket: Model._hold_ticket,
    c.WalkDirect: Model._walk_direct,
    c.OpenWindow: Model._open_window,
    c.CloseWindow: Model._close_window,
    c.PauseWindow: Model._pause_window,
    c.ResumeWindow: Model._resume_window,
}
