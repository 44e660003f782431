"""`jiaohao verify`: reads a journal as a stranger would and says the first thing that cannot be true.

Two kinds of evidence. The bytes: hash chain, seal, head, indexes (`engine.journal.inspection`). The story: each fact is
held against the rules before it is folded in, so a journal rewritten with a fresh chain, or written by a faulty
engine, is found out too. The names S1 … S12 are explained in docs/reference/verify.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from engine.core import choice
from engine.core import events as e
from engine.core.events import Event
from engine.core.hall import Hall
from engine.core.model import CLOSED, IDLE, PAUSED, PHASE_CLOSED, Ticket
from engine.core.transitions import AT_WINDOW, TERMINAL, TRANSITIONS, UNBORN, WAITING
from engine.journal.inspection import inspect
from engine.ports import Entry, JournalUnusable, Snapshot
from engine.wire.snapshots import hall_digest, is_of_another_version, pack_hall

VIOLATIONS_MAX = 100


@dataclass(frozen=True, slots=True)
class Violation:
    """A property that does not hold, and where: `entry 57 (position 112)`, `page 12`, `seal`."""

    rule: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.rule}: {self.what}"


@dataclass(slots=True)
class Report:
    """What was read and what was wrong, in the order of the journal; at most `VIOLATIONS_MAX` violations are kept."""

    entries: int = 0
    events: int = 0
    days: int = 0
    tickets: int = 0
    last_position: int = 0
    chain_head: str = ""
    hall_digest: str = ""
    longest_priority_run: int = 0
    """Most calls from other lanes that any waiting head of the first lane has had to watch (L1)."""
    violations: list[Violation] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.violations


def verify(data: Path) -> Report:
    """Check the journal in `data`; raises `JournalInUse` while an engine writes it, and `FileNotFoundError`."""
    with inspect(data) as journal:
        damage = [Violation("S12", finding.place, finding.what.en) for finding in journal.findings()]
        checker = Checker()
        try:
            checker.expect(journal.snapshots())
            checker.check(journal.entries())
            checker.report.chain_head = journal.end().hash.hex()
        except JournalUnusable as error:
            damage.append(Violation("S12", checker.place, f"the journal cannot be read on: {error}"))
    report = checker.report
    report.violations = [*damage, *report.violations][:VIOLATIONS_MAX]
    return report


class Checker:
    """Folds a story fact by fact and objects to what the rules do not allow."""

    def __init__(self) -> None:
        self.report = Report()
        self.place = "journal"
        """Where the checker is, in words."""
        self._hall = Hall()
        self._snapshots: dict[int, bytes] = {}
        self._keys: set[str] = set()
        self._last_at_ms = 0
        self._runs: dict[str, int] = {}

    def expect(self, snapshots: Iterable[Snapshot]) -> None:
        """Compare these with the fold when it gets there."""
        self._snapshots = {snapshot.position: snapshot.body for snapshot in snapshots}

    def check(self, entries: Iterable[Entry]) -> None:
        """Hold every entry against the rules; stops where the story can no longer be followed."""
        for entry in entries:
            self.report.entries += 1
            self.place = f"entry {self.report.entries} (position {entry.position})"
            self._check_entry(entry)
            if not self._follow(entry.events):
                break
            self._check_snapshot()
        if self._hall.phase == PHASE_CLOSED:
            self._check_everybody_left()
        self.report.last_position = self._hall.position
        self.report.hall_digest = hall_digest(self._hall).hex()

    def _object(self, rule: str, what: str) -> None:
        if len(self.report.violations) < VIOLATIONS_MAX:
            self.report.violations.append(Violation(rule, self.place, what))

    def _check_entry(self, entry: Entry) -> None:
        if entry.position != self._hall.position + 1:
            self._object("S12", f"expected position {self._hall.position + 1}, found {entry.position}")
        if entry.at_ms < self._last_at_ms:
            self._object("S15", f"time runs backwards: {entry.at_ms} after {self._last_at_ms}")
        self._last_at_ms = max(self._last_at_ms, entry.at_ms)
        if entry.key is not None:
            if entry.key in self._keys:
                self._object("S9", f"idempotency key {entry.key!r} was applied twice")
            self._keys.add(entry.key)
        if not entry.events:
            self._object("S8", "an entry without facts: something refused was recorded")

    def _follow(self, events: tuple[Event, ...]) -> bool:
        for event in events:
            try:
                self._check_event(event)
                self._hall.apply(event)
            except (KeyError, IndexError, AttributeError, TypeError, ValueError, AssertionError) as error:
                self._object("S11", f"{type(event).__name__} does not fit the hall as it was: {error!r}")
                return False
            self.report.events += 1
        return True

    def _check_event(self, event: Event) -> None:
        if type(event) in TRANSITIONS:
            self._check_transition(event)
        if isinstance(event, e.TicketIssued):
            self._check_number(event)
        elif isinstance(event, e.TicketCalled):
            self._check_call(event)
        elif isinstance(event, e.DayOpened):
            self._check_new_day(event)
        elif isinstance(event, e.DayClosed):
            self._check_everybody_left()

    def _check_transition(self, event: Event) -> None:
        ticket_id: str = getattr(event, "ticket_id", "")
        ticket = self._hall.tickets.get(ticket_id)
        state = ticket.state if ticket is not None else UNBORN
        if state not in TRANSITIONS[type(event)][0]:
            rule = "S1" if isinstance(event, e.TicketIssued) else "S6"
            self._object(rule, f"{type(event).__name__} for {ticket_id}, which is {state or 'not issued'}")
        window_id = getattr(event, "window_id", None)
        if ticket is None or window_id is None or isinstance(event, e.TicketTransferred):
            return
        holder = self._hall.windows[window_id].ticket
        if state in AT_WINDOW and holder is not ticket:
            self._object("S4", f"{type(event).__name__}: {ticket_id} is at {ticket.window_id}, not at {window_id}")

    def _check_number(self, event: e.TicketIssued) -> None:
        plan = self._hall.plan
        assert plan is not None
        prefix = self._hall.services[event.service_id].prefix
        expected = plan.rules.first_number + self._hall.counters.get(prefix, 0)
        digits = event.number.removeprefix(prefix)
        if not digits.isdecimal() or int(digits) != expected:
            self._object("S2", f"{event.number} was issued where {prefix} {expected} was due")
        if event.order != self._hall.order + 1:
            self._object("S2", f"{event.number} has order {event.order}, expected {self._hall.order + 1}")
        self.report.tickets += 1

    def _check_call(self, event: e.TicketCalled) -> None:
        hall = self._hall
        window = hall.windows[event.window_id]
        ticket = hall.tickets[event.ticket_id]
        if window.state in (CLOSED, PAUSED) or window.ticket is not None:
            self._object("S4", f"{event.window_id} called {ticket.number} while it was {window.state}")
        if event.reason.rule == "chosen":
            if not event.reason.words:
                self._object("S3", f"{ticket.number} was called out of order without a reason")
        else:
            self._check_due(event, choice.next_call(hall, window, event.at_ms), ticket)
        self._count_runs(ticket)

    def _check_due(self, event: e.TicketCalled, due: tuple[Ticket, e.CallReason] | None, called: Ticket) -> None:
        if due is None or due[0] is not called:
            self._object("S3", f"{called.number} was called where {due[0].number if due else 'nobody'} was due")
            return
        for name in ("rule", "tier", "urgency", "waited_ms", "runner_up", "runner_up_urgency", "turn"):
            told, found = getattr(event.reason, name), getattr(due[1], name)
            if told != found:
                self._object("S3", f"{called.number}: {name} {told} recorded, {found} computed")

    def _count_runs(self, called: Ticket) -> None:
        """How many calls the heads of the first lane have watched go by in their own service."""
        plan = self._hall.plan
        assert plan is not None
        run = 0
        first = self._hall.queues.of_service(called.service_id)[0]
        if called.lane_id != plan.lanes[0].lane_id and self._hall.queues.length(first):
            run = self._runs.get(called.service_id, 0) + 1
        self._runs[called.service_id] = run
        self.report.longest_priority_run = max(self.report.longest_priority_run, run)

    def _check_new_day(self, event: e.DayOpened) -> None:
        if self._hall.phase != PHASE_CLOSED:
            self._object("S5", f"day {event.day} was opened before {self._hall.day} was closed")
        if self._hall.day is not None and event.day < self._hall.day:
            self._object("S15", f"day {event.day} was opened after {self._hall.day}")
        self.report.days += event.day != self._hall.day

    def _check_everybody_left(self) -> None:
        for ticket in self._hall.tickets.values():
            if ticket.state not in TERMINAL:
                self._object("S5", f"{ticket.ticket_id} is still {ticket.state} when the day closes")
        for window in self._hall.windows.values():
            if window.ticket is not None and window.state in (IDLE, WAITING):
                self._object("S4", f"{window.window_id} is {window.state} and still has {window.ticket.number}")

    def _check_snapshot(self) -> None:
        """A hall that was brought up to date has snapshots of an earlier version, which nothing reads any more."""
        body = self._snapshots.pop(self._hall.position, None)
        if body is not None and body != pack_hall(self._hall) and not is_of_another_version(body):
            self._object("S11", f"the snapshot at position {self._hall.position} is not the fold of the journal")
