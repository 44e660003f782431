"""The hall as it is now: the fold of all that has happened. Only `Hall.apply` changes it, and it never refuses."""

from collections import deque
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from typing import Any, Final

from engine.core import events as e
from engine.core.capacity import Capacity
from engine.core.events import Event, Millis
from engine.core.model import CLOSED, IDLE, NO_QUEUE, PAUSED, Ticket, Window
from engine.core.plan import HallPlan, Lane, Service
from engine.core.queues import Queues
from engine.core.transitions import CALLED, CANCELLED, FINISHED, HELD, MISSED, SERVING, WAITING

RECENT_CALLS: Final = 20

PHASE_CLOSED: Final = "closed"
PHASE_OPEN: Final = "open"
PHASE_ENDING: Final = "ending"


@dataclass(frozen=True, slots=True)
class Call:
    """One line of the boards' list of recent calls; `count` is 0 for the call itself, then the recalls."""

    ticket_id: str
    window_id: str
    at_ms: Millis
    position: int
    count: int


class Hall:
    """Today's tickets, windows and queues under one plan. Read anything; change it only through `apply`."""

    __slots__ = (
        "_recent",
        "alive",
        "aside",
        "call_expiry_ms",
        "capacity",
        "closes_ms",
        "counters",
        "day",
        "handled",
        "issuing_ends_ms",
        "lanes",
        "order",
        "phase",
        "plan",
        "position",
        "queues",
        "services",
        "tickets",
        "windows",
    )

    def __init__(self) -> None:
        self.plan: HallPlan | None = None
        self.position = 0
        self.day: str | None = None
        self.phase = PHASE_CLOSED
        self.issuing_ends_ms: Millis = 0
        self.closes_ms: Millis = 0
        self.order = 0
        self.alive = 0
        """How many tickets wait, are held, or are at a window."""
        self.aside: dict[str, Ticket] = {}
        """Tickets on hold or missed, which staff may bring back."""
        self.counters: dict[str, int] = {}
        """Per prefix, the last count given out today."""
        self.handled: dict[str, tuple[int, Millis]] = {}
        """Per service, how many visits were finished and how long windows were taken by them in all."""
        self.tickets: dict[str, Ticket] = {}
        self.windows: dict[str, Window] = {}
        self.services: dict[str, Service] = {}
        self.call_expiry_ms: Millis = 0
        self.lanes: dict[str | None, Lane] = {}
        """By id; None is the lane of whoever names none, the plan's first."""
        # Rows that become calls when somebody looks: most have been pushed out by then.
        self._recent: deque[tuple[str, str, Millis, int, int]] = deque(maxlen=RECENT_CALLS)
        self.queues: Queues
        self.capacity: Capacity

    def apply(self, event: Event) -> None:
        """Let a fact be so."""
        self.position += 1
        _APPLY[type(event)](self, event)

    @property
    def recent(self) -> list[Call]:
        """The latest calls, newest first."""
        return [Call(*row) for row in self._recent]

    def waiting_count(self, service_id: str) -> int:
        """How many wait for a service, in all lanes, for any window or a certain one."""
        return self.queues.waiting(service_id)

    # --- the hall and its day ---

    def _hall_configured(self, event: e.HallConfigured) -> None:
        old = self.windows
        self.plan = event.plan
        self.services = {service.service_id: service for service in event.plan.services}
        self.call_expiry_ms = event.plan.rules.call_expiry_ms
        self.lanes = {None: event.plan.lanes[0]}
        self.lanes.update((lane.lane_id, lane) for lane in event.plan.lanes)
        self.queues = Queues(event.plan)
        self.windows = {
            plan.window_id: self._window(plan.window_id, old.get(plan.window_id)) for plan in event.plan.windows
        }
        self._staff_changed()
        for ticket in self.tickets.values():
            ticket.queue = NO_QUEUE
            if ticket.state == WAITING:
                self.queues.put(ticket)

    def _staff_changed(self) -> None:
        self.capacity = Capacity(self.windows, tuple(self.services), self.queues)

    def _window(self, window_id: str, before: Window | None) -> Window:
        """A window under the present plan, going on with what it was doing."""
        assert self.plan is not None
        plan = next(plan for plan in self.plan.windows if plan.window_id == window_id)
        candidates = list(self.queues.of_window(window_id))
        tiers = [0] * len(candidates)
        for tier, service_ids in enumerate(plan.tiers):
            for service_id in service_ids:
                queues = self.queues.of_service(service_id)
                candidates += queues
                tiers += [tier] * len(queues)
        window = Window(plan, candidates, tiers, frozenset(s for tier_ids in plan.tiers for s in tier_ids))
        if before is not None:
            for name in _WINDOW_STATE:
                setattr(window, name, getattr(before, name))
        return window

    def _day_opened(self, event: e.DayOpened) -> None:
        if event.day != self.day:
            self.day = event.day
            self.order = 0
            self.alive = 0
            self.counters = {}
            self.tickets = {}
            self.aside = {}
            self._recent.clear()
            for window in self.windows.values():
                window.served = 0
        self.phase = PHASE_OPEN
        self.issuing_ends_ms = event.issuing_ends_ms
        self.closes_ms = event.closes_ms

    def _issuing_ended(self, event: e.IssuingEnded) -> None:
        self.phase = PHASE_ENDING

    def _day_closed(self, event: e.DayClosed) -> None:
        self.phase = PHASE_CLOSED

    # --- tickets ---

    def _ticket_issued(self, event: e.TicketIssued) -> None:
        prefix = self.services[event.service_id].prefix
        self.counters[prefix] = int(event.number[len(prefix) :])
        self.order = event.order
        self.alive += 1
        at_ms = event.at_ms
        ticket = Ticket(
            event.ticket_id,
            event.number,
            event.order,
            event.service_id,
            event.lane_id,
            at_ms,
            event.channel,
            event.evidence,
            event.on_behalf,
            WAITING,
            at_ms,
            at_ms,
        )
        self.tickets[event.ticket_id] = ticket
        self.queues.put(ticket)

    def _ticket_called(self, event: e.TicketCalled) -> None:
        ticket_id, window_id, at_ms = event.ticket_id, event.window_id, event.at_ms
        ticket = self.tickets[ticket_id]
        if ticket.state == WAITING:
            self.queues.take(ticket)
        else:
            del self.aside[ticket_id]
        ticket.state = CALLED
        ticket.called_ms = at_ms
        ticket.window_id = window_id
        ticket.recalls = 0
        ticket.hold_kind = None
        window = self.windows[window_id]
        window.state = CALLED
        window.ticket = ticket
        window.since_ms = at_ms
        window.expires_ms = event.expires_ms
        window.reason = event.reason
        window.changed_at = self.position
        self._recent.appendleft((ticket_id, window_id, at_ms, self.position, 0))

    def _ticket_recalled(self, event: e.TicketRecalled) -> None:
        ticket = self.tickets[event.ticket_id]
        ticket.recalls = event.count
        window = self.windows[event.window_id]
        window.expires_ms = event.expires_ms
        window.changed_at = self.position
        self._recent.appendleft((event.ticket_id, event.window_id, event.at_ms, self.position, event.count))

    def _service_began(self, event: e.ServiceBegan) -> None:
        at_ms = event.at_ms
        ticket = self.tickets[event.ticket_id]
        ticket.state = SERVING
        ticket.began_ms = at_ms
        window = self.windows[event.window_id]
        window.state = SERVING
        window.since_ms = at_ms
        window.expires_ms = None
        window.changed_at = self.position

    def _service_finished(self, event: e.ServiceFinished) -> None:
        at_ms = event.at_ms
        ticket = self.tickets[event.ticket_id]
        ticket.state = FINISHED
        ticket.finished_ms = at_ms
        ticket.outcome = event.outcome
        self.alive -= 1
        assert ticket.called_ms is not None
        count, total_ms = self.handled.get(ticket.service_id, (0, 0))
        # A clock set back during a visit must not make the mean time a visit takes negative.
        if at_ms > ticket.called_ms:
            total_ms += at_ms - ticket.called_ms
        self.handled[ticket.service_id] = (count + 1, total_ms)
        self._free(event.window_id, at_ms).served += 1

    def _ticket_missed(self, event: e.TicketMissed) -> None:
        ticket = self.tickets[event.ticket_id]
        ticket.state = MISSED
        self.aside[ticket.ticket_id] = ticket
        self.alive -= 1
        self._free(event.window_id, event.at_ms)

    def _ticket_reinstated(self, event: e.TicketReinstated) -> None:
        ticket = self.tickets[event.ticket_id]
        self.alive += 1
        ticket.pinned = False
        ticket.window_id = None
        self._wait_again(ticket, event.place, event.at_ms)

    def _ticket_held(self, event: e.TicketHeld) -> None:
        ticket = self.tickets[event.ticket_id]
        ticket.state = HELD
        ticket.hold_kind = event.kind
        ticket.pinned = event.kind == "papers"
        self.aside[ticket.ticket_id] = ticket
        self._free(event.window_id, event.at_ms)

    def _ticket_resumed(self, event: e.TicketResumed) -> None:
        ticket = self.tickets[event.ticket_id]
        ticket.hold_kind = None
        if not ticket.pinned:
            ticket.window_id = None
        self._wait_again(ticket, "original", event.at_ms)

    def _ticket_transferred(self, event: e.TicketTransferred) -> None:
        ticket = self.tickets[event.ticket_id]
        if ticket.state == WAITING:
            self.queues.take(ticket)
        if event.from_window_id is not None:
            self._free(event.from_window_id, event.at_ms)
        ticket.service_id = event.service_id
        ticket.window_id = event.window_id
        ticket.pinned = event.window_id is not None
        ticket.hold_kind = None
        self._wait_again(ticket, event.place, event.at_ms)

    def _ticket_cancelled(self, event: e.TicketCancelled) -> None:
        ticket = self.tickets[event.ticket_id]
        if ticket.state == WAITING:
            self.queues.take(ticket)
        if ticket.state != MISSED:
            self.alive -= 1
        self.aside.pop(ticket.ticket_id, None)
        if event.window_id is not None:
            self._free(event.window_id, event.at_ms)
        ticket.state = CANCELLED
        ticket.finished_ms = event.at_ms
        ticket.outcome = event.reason

    def _walk_in_began(self, event: e.WalkInBegan) -> None:
        self.order = event.order
        self.alive += 1
        at_ms = event.at_ms
        ticket = Ticket(event.ticket_id, "", event.order, event.service_id, event.lane_id, at_ms, "walk-in")
        ticket.state = SERVING
        ticket.since_ms = ticket.rank = ticket.called_ms = ticket.began_ms = at_ms
        ticket.window_id = event.window_id
        self.tickets[event.ticket_id] = ticket
        window = self.windows[event.window_id]
        window.state = SERVING
        window.ticket = ticket
        window.since_ms = at_ms
        window.changed_at = self.position

    def _wait_again(self, ticket: Ticket, place: e.Place, at_ms: Millis) -> None:
        ticket.state = WAITING
        self.aside.pop(ticket.ticket_id, None)
        ticket.since_ms = ticket.rank = at_ms if place == "back" else ticket.issued_ms
        if place == "front":
            self.queues.put_first(ticket)
        else:
            self.queues.put(ticket)

    def _free(self, window_id: str, at_ms: Millis) -> Window:
        window = self.windows[window_id]
        window.state = IDLE
        window.ticket = None
        window.since_ms = at_ms
        window.expires_ms = None
        window.reason = None
        window.changed_at = self.position
        return window

    # --- windows ---

    def _window_opened(self, event: e.WindowOpened) -> None:
        self._set_window(event.window_id, IDLE, event.at_ms).clerk_id = event.clerk_id

    def _window_closed(self, event: e.WindowClosed) -> None:
        self._set_window(event.window_id, CLOSED, event.at_ms).clerk_id = None

    def _window_paused(self, event: e.WindowPaused) -> None:
        self._set_window(event.window_id, PAUSED, event.at_ms).pause_reason = event.reason

    def _window_resumed(self, event: e.WindowResumed) -> None:
        self._set_window(event.window_id, IDLE, event.at_ms)

    def _set_window(self, window_id: str, state: str, at_ms: Millis) -> Window:
        window = self.windows[window_id]
        window.state = state
        window.since_ms = at_ms
        window.pause_reason = None
        window.changed_at = self.position
        self._staff_changed()
        return window

    # --- snapshots ---

    def to_rows(self) -> dict[str, Any]:
        """Everything but the plan, as plain lists and dicts; equal halls give equal rows."""
        return {
            "position": self.position,
            "day": self.day,
            "phase": self.phase,
            "issuing_ends_ms": self.issuing_ends_ms,
            "closes_ms": self.closes_ms,
            "order": self.order,
            "alive": self.alive,
            "counters": sorted(self.counters.items()),
            "handled": sorted((service, *sums) for service, sums in self.handled.items()),
            "tickets": [[getattr(ticket, name) for name in _TICKET_STATE] for ticket in self.tickets.values()],
            "windows": [
                [
                    window_id,
                    window.ticket.ticket_id if window.ticket else None,
                    list(astuple(window.reason)) if window.reason else None,
                    *(getattr(window, name) for name in _WINDOW_ROW),
                ]
                for window_id, window in self.windows.items()
            ],
            "recent": [list(row) for row in self._recent],
        }

    @classmethod
    def from_rows(cls, plan: HallPlan | None, rows: dict[str, Any]) -> "Hall":
        """The hall that gave these rows under this plan."""
        hall = cls()
        for name in ("day", "phase", "issuing_ends_ms", "closes_ms", "order", "alive", "position"):
            setattr(hall, name, rows[name])
        hall.counters = dict(rows["counters"])
        hall.handled = {service_id: (count, total_ms) for service_id, count, total_ms in rows["handled"]}
        for row in rows["tickets"]:
            ticket = Ticket(*row[:6])
            for name, value in zip(_TICKET_STATE[6:], row[6:], strict=True):
                setattr(ticket, name, value)
            hall.tickets[ticket.ticket_id] = ticket
            if ticket.state in (HELD, MISSED):
                hall.aside[ticket.ticket_id] = ticket
        hall._recent.extend(tuple(row) for row in rows["recent"])
        if plan is not None:
            hall._hall_configured(e.HallConfigured(plan, 0))
        for window_id, ticket_id, reason, *values in rows["windows"]:
            window = hall.windows[window_id]
            window.reason = e.CallReason(*reason) if reason else None
            window.ticket = hall.tickets[ticket_id] if ticket_id else None
            for name, value in zip(_WINDOW_ROW, values, strict=True):
                setattr(window, name, value)
        return hall


_TICKET_STATE: Final = tuple(f.name for f in fields(Ticket) if f.name != "queue")
_WINDOW_ROW: Final = ("state", "clerk_id", "since_ms", "expires_ms", "pause_reason", "served", "changed_at")
_WINDOW_STATE: Final = (*_WINDOW_ROW, "ticket", "reason")

_APPLY: Final[dict[type[Event], Callable[[Hall, Any], None]]] = {
    e.HallConfigured: Hall._hall_configured,
    e.DayOpened: Hall._day_opened,
    e.IssuingEnded: Hall._issuing_ended,
    e.DayClosed: Hall._day_closed,
    e.TicketIssued: Hall._ticket_issued,
    e.TicketCalled: Hall._ticket_called,
    e.TicketRecalled: Hall._ticket_recalled,
    e.ServiceBegan: Hall._service_began,
    e.ServiceFinished: Hall._service_finished,
    e.TicketMissed: Hall._ticket_missed,
    e.TicketReinstated: Hall._ticket_reinstated,
    e.TicketHeld: Hall._ticket_held,
    e.TicketResumed: Hall._ticket_resumed,
    e.TicketTransferred: Hall._ticket_transferred,
    e.TicketCancelled: Hall._ticket_cancelled,
    e.WalkInBegan: Hall._walk_in_began,
    e.WindowOpened: Hall._window_opened,
    e.WindowClosed: Hall._window_closed,
    e.WindowPaused: Hall._window_paused,
    e.WindowResumed: Hall._window_resumed,
}
