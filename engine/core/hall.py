"""The hall as it is now: the fold of all that has happened. Only `Hall.apply` changes it, and it never refuses."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

from engine.core import events as e
from engine.core.capacity import Capacity
from engine.core.events import Event, Millis
from engine.core.fold import appointments, cases, catalogue, days, people, ratings, tickets, visits, warnings, windows
from engine.core.fold.table import Folds
from engine.core.ledgers.admission import Admission
from engine.core.ledgers.appointments import Appointments
from engine.core.ledgers.cases import Cases
from engine.core.ledgers.catalogue import Catalogue
from engine.core.ledgers.ledger import Ledger
from engine.core.ledgers.people import People
from engine.core.ledgers.ratings import Ratings
from engine.core.ledgers.visits import Visits
from engine.core.ledgers.warnings import Warnings
from engine.core.model import PHASE_CLOSED, WINDOW_ROW, Ticket, Window
from engine.core.plan import HallPlan, Lane, Service
from engine.core.queues import Queues
from engine.core.transitions import HELD, MISSED

RECENT_CALLS: Final = 20

LEDGERS: Final = ("admission", "visits", "appointments", "people", "cases", "ratings", "warnings", "catalogue")


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
        "admission",
        "alive",
        "appointments",
        "aside",
        "at_ms",
        "call_expiry_ms",
        "capacity",
        "cases",
        "catalogue",
        "closes_ms",
        "counters",
        "day",
        "handled",
        "idle",
        "issuing_ends_ms",
        "lanes",
        "longest_ms",
        "open_to_all",
        "order",
        "people",
        "phase",
        "plan",
        "position",
        "queues",
        "ratings",
        "recent_rows",
        "services",
        "smallest_quotas",
        "tickets",
        "visits",
        "warnings",
        "windows",
    )

    def __init__(self) -> None:
        self.plan: HallPlan | None = None
        self.position = 0
        self.at_ms: Millis = 0
        """When the latest fact happened."""
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
        self.longest_ms: Millis = 0
        """No service's mean handling time (`engine.core.estimates`) is longer than this."""
        self.tickets: dict[str, Ticket] = {}
        self.windows: dict[str, Window] = {}
        self.idle: dict[str, None] = {}
        """The windows that are free to call, longest first."""
        self.services: dict[str, Service] = {}
        self.open_to_all: dict[str, Service] = {}
        """The services for which the plan has no rule about who may draw a number, and no form."""
        self.smallest_quotas: dict[str, int] = {}
        """Per service with quotas, how many numbers the smallest of them allows."""
        self.call_expiry_ms: Millis = 0
        self.lanes: dict[str | None, Lane] = {}
        """By id; None is the lane of whoever names none, the plan's first."""
        # Rows that become calls when somebody looks: most have been pushed out by then.
        self.recent_rows: deque[tuple[str, str, Millis, int, int]] = deque(maxlen=RECENT_CALLS)
        self.queues: Queues
        self.capacity: Capacity
        self.admission = Admission()
        self.visits = Visits()
        self.appointments = Appointments()
        self.people = People()
        self.cases = Cases()
        self.ratings = Ratings()
        self.warnings = Warnings()
        self.catalogue = Catalogue()

    def apply(self, event: Event) -> None:
        """Let a fact be so."""
        self.position += 1
        self.at_ms = event.at_ms
        _APPLY[type(event)](self, event)

    @property
    def recent(self) -> list[Call]:
        """The latest calls, newest first."""
        return [Call(*row) for row in self.recent_rows]

    def ledgers(self) -> Iterator[Ledger]:
        """What is remembered beside tickets and windows."""
        return (getattr(self, name) for name in LEDGERS)

    def waiting_count(self, service_id: str) -> int:
        """How many wait for a service, in all lanes, for any window or a certain one."""
        return self.queues.waiting(service_id)

    # --- snapshots ---

    def to_rows(self) -> dict[str, Any]:
        """Everything but the plan, as plain lists and dicts; equal halls give equal rows."""
        return {
            "position": self.position,
            "at_ms": self.at_ms,
            "day": self.day,
            "phase": self.phase,
            "issuing_ends_ms": self.issuing_ends_ms,
            "closes_ms": self.closes_ms,
            "order": self.order,
            "alive": self.alive,
            "counters": sorted(self.counters.items()),
            "handled": sorted((service, *sums) for service, sums in self.handled.items()),
            "tickets": [_ticket_row(ticket) for ticket in self.tickets.values()],
            "windows": [
                [
                    window_id,
                    window.ticket.ticket_id if window.ticket else None,
                    _reason_row(window.reason),
                    *(getattr(window, name) for name in WINDOW_ROW),
                ]
                for window_id, window in self.windows.items()
            ],
            "recent": [list(row) for row in self.recent_rows],
            "ledgers": {name: getattr(self, name).to_rows() for name in LEDGERS},
        }

    @classmethod
    def from_rows(cls, plan: HallPlan | None, rows: dict[str, Any]) -> "Hall":
        """The hall that gave these rows under this plan."""
        hall = cls()
        for name in ("day", "phase", "issuing_ends_ms", "closes_ms", "order", "alive", "position", "at_ms"):
            setattr(hall, name, rows[name])
        hall.counters = dict(rows["counters"])
        hall.handled = {service_id: (count, total_ms) for service_id, count, total_ms in rows["handled"]}
        for row in rows["tickets"]:
            ticket = _ticket_of(row)
            hall.tickets[ticket.ticket_id] = ticket
            if ticket.state in (HELD, MISSED):
                hall.aside[ticket.ticket_id] = ticket
        hall.recent_rows.extend(tuple(row) for row in rows["recent"])
        for name in LEDGERS:
            getattr(hall, name).load(rows["ledgers"][name])
        if plan is not None:
            days.take_up(hall, plan)
        for window_id, ticket_id, reason, *values in rows["windows"]:
            window = hall.windows[window_id]
            window.reason = e.CallReason(*reason) if reason else None
            window.ticket = hall.tickets[ticket_id] if ticket_id else None
            for name, value in zip(WINDOW_ROW, values, strict=True):
                setattr(window, name, value)
        days.find_idle(hall)
        return hall


def _ticket_row(ticket: Ticket) -> list[Any]:
    row = [getattr(ticket, name) for name in _TICKET_STATE]
    row[_ITEMS] = [[item.service_id, item.item_id] for item in ticket.items]
    row[_REASON] = _reason_row(ticket.reason)
    return row


def _ticket_of(row: list[Any]) -> Ticket:
    ticket = Ticket(*row[:6])
    for name, value in zip(_TICKET_STATE[6:], row[6:], strict=True):
        setattr(ticket, name, value)
    ticket.items = tuple(e.VisitItem(*item) for item in row[_ITEMS])
    ticket.reason = e.CallReason(*row[_REASON]) if row[_REASON] else None
    return ticket


def _reason_row(reason: e.CallReason | None) -> list[Any] | None:
    return [getattr(reason, name) for name in _REASON_STATE] if reason else None


_TICKET_STATE: Final = tuple(f.name for f in fields(Ticket) if f.name != "queue")
_ITEMS, _REASON = _TICKET_STATE.index("items"), _TICKET_STATE.index("reason")
_REASON_STATE: Final = tuple(f.name for f in fields(e.CallReason))

_APPLY: Final[Folds] = warnings.heeded(
    {
        **days.FOLDS,
        **tickets.FOLDS,
        **windows.FOLDS,
        **visits.FOLDS,
        **appointments.FOLDS,
        **people.FOLDS,
        **cases.FOLDS,
        **ratings.FOLDS,
        **warnings.FOLDS,
        **catalogue.FOLDS,
    }
)
