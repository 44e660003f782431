"""Random orders, legal and not, given to the core and to the model; after each, everything that must hold."""

import json
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeVar

import msgpack
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from engine.core import commands as c
from engine.core import events as e
from engine.core import views
from engine.core.calling import EMPTY
from engine.core.commands import Command
from engine.core.deadlines import next_deadline
from engine.core.decide import decide
from engine.core.events import Event
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.core.refusals import Refusal
from tests.properties.halls import CHANGES, changed, plans
from tests.properties.model import ACTIVE, DAY_MS, LIFE, Model, Visit

START_MS = 20_000 * DAY_MS + 9 * 3_600_000
ODDS = st.integers(0, 5)
PICK = st.integers(0, 99)
PLACES = st.sampled_from(["original", "front", "back"])
T = TypeVar("T")
EVIDENCE = "canary-evidence"

PAUSES_MS = st.sampled_from([0, 1, 999, 1_000, 60_000, 300_000, 59 * 60_000 + 500, 61 * 60_000, 5 * 3_600_000])


class HallMachine(RuleBasedStateMachine):
    """The core beside the model. Whatever it is told, both give the same answer and stand the same afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.hall = Hall()
        self.model = Model()
        self.now_ms = START_MS
        self.facts: list[Event] = []
        self.numbers: list[str] = []
        self.plan: HallPlan | None = None

    @initialize(plan=plans(), is_prepared=st.sampled_from([True, True, True, False]))
    def begin(self, plan: HallPlan, is_prepared: bool) -> None:
        self.plan = plan
        if not is_prepared:
            return
        self.order(c.ConfigureHall(plan))
        self.order(c.OpenDay())
        for window in plan.windows:
            self.order(c.OpenWindow(window.window_id))

    # --- orders ---

    @rule(service=PICK, lane=PICK)
    def issue(self, service: int, lane: int) -> None:
        assert self.plan is not None
        plan = self.hall.plan or self.plan
        services = [each.service_id for each in plan.services] * 3
        lanes = [each.lane_id for each in plan.lanes] * 3
        self.order(
            c.IssueTicket(
                _pick([*services, "no-service"], service), _pick([*lanes, None, "no-lane"], lane), "kiosk", EVIDENCE
            )
        )

    @rule(window=PICK, odds=ODDS)
    def call_next(self, window: int, odds: int) -> None:
        self.order(c.CallNext(self.window(window, odds, "idle")))

    @rule(window=PICK, ticket=PICK, odds=ODDS, reason=st.sampled_from(["because", "because", "because", " "]))
    def call_ticket(self, window: int, ticket: int, odds: int, reason: str) -> None:
        window_id = self.window(window, odds, "idle")
        self.order(c.CallTicket(window_id, self.ticket(ticket, odds, "waiting", "held"), reason))

    @rule(window=PICK, odds=ODDS)
    def recall(self, window: int, odds: int) -> None:
        self.order(c.RecallTicket(self.window(window, odds, "called")))

    @rule(window=PICK, odds=ODDS)
    def begin_service(self, window: int, odds: int) -> None:
        self.order(c.BeginService(self.window(window, odds, "called")))

    @rule(window=PICK, odds=ODDS)
    def finish(self, window: int, odds: int) -> None:
        self.order(c.FinishService(self.window(window, odds, "called", "serving")))

    @rule(window=PICK, odds=ODDS)
    def no_show(self, window: int, odds: int) -> None:
        self.order(c.RecordNoShow(self.window(window, odds, "called")))

    @rule(window=PICK, odds=ODDS, kind=st.sampled_from(["no-papers", "papers", "step"]))
    def hold(self, window: int, odds: int, kind: e.HoldKind) -> None:
        self.order(c.HoldTicket(self.window(window, odds, "called", "serving"), kind))

    @rule(ticket=PICK, odds=ODDS)
    def resume(self, ticket: int, odds: int) -> None:
        self.order(c.ResumeTicket(self.ticket(ticket, odds, "held")))

    @rule(ticket=PICK, odds=ODDS, place=PLACES)
    def reinstate(self, ticket: int, odds: int, place: e.Place) -> None:
        self.order(c.ReinstateTicket(self.ticket(ticket, odds, "missed"), place))

    @rule(ticket=PICK, window=PICK, service=PICK, odds=ODDS, place=PLACES)
    def transfer(self, ticket: int, window: int, service: int, odds: int, place: e.Place) -> None:
        assert self.plan is not None
        services = [each.service_id for each in (self.hall.plan or self.plan).services]
        to_window = self.window(window, odds) if odds in (0, 1, 2) else None
        to_service = _pick([*services, "no-service"], service) if odds in (2, 3, 4) else None
        ticket_id = self.ticket(ticket, odds, "waiting", "called", "serving", "held")
        self.order(c.TransferTicket(ticket_id, to_service, to_window, place))

    @rule(ticket=PICK, odds=ODDS)
    def cancel(self, ticket: int, odds: int) -> None:
        self.order(c.CancelTicket(self.ticket(ticket, odds, "waiting", "called", "held", "missed")))

    @rule(window=PICK, odds=ODDS, service=PICK)
    def walk_direct(self, window: int, odds: int, service: int) -> None:
        assert self.plan is not None
        services = [each.service_id for each in (self.hall.plan or self.plan).services]
        self.order(c.WalkDirect(self.window(window, odds, "idle"), _pick([None, *services, "no-service"], service)))

    @rule(window=PICK, odds=ODDS, clerk=st.sampled_from([None, None, "c01", "c02", "no-clerk"]))
    def open_window(self, window: int, odds: int, clerk: str | None) -> None:
        self.order(c.OpenWindow(self.window(window, odds, "closed"), clerk))

    @rule(window=PICK, odds=ODDS, verb=st.sampled_from([c.CloseWindow, c.PauseWindow, c.ResumeWindow, c.ResumeWindow]))
    def close_pause_or_resume_window(self, window: int, odds: int, verb: Any) -> None:
        self.order(verb(self.window(window, odds, "paused" if verb is c.ResumeWindow else "idle")))

    @rule(command=st.sampled_from([c.OpenDay(), c.EndIssuing(), c.CloseDay(), c.ExpireCalls(), c.OpenDay()]), odds=ODDS)
    def turn_the_day(self, command: Command, odds: int) -> None:
        if isinstance(command, c.OpenDay | c.ExpireCalls) or odds == 0:
            self.order(command)

    @rule(change=st.sampled_from(CHANGES), odds=ODDS)
    def change_the_plan(self, change: str, odds: int) -> None:
        assert self.plan is not None
        if self.hall.plan is None:
            self.order(c.ConfigureHall(self.plan))
        elif odds < 3:
            self.order(c.ConfigureHall(changed(self.hall.plan, change)))

    @rule(pause_ms=PAUSES_MS)
    def let_time_pass(self, pause_ms: int) -> None:
        self.now_ms += pause_ms

    @rule(back_ms=st.sampled_from([1, 60_000, 3_600_000]), odds=ODDS)
    def set_the_clock_back(self, back_ms: int, odds: int) -> None:
        if odds == 0:
            self.now_ms -= back_ms

    @rule(jump=st.sampled_from([False, False, True]))
    def meet_a_deadline(self, jump: bool) -> None:
        """At its time, or late; the model knows the same deadline."""
        due = next_deadline(self.hall)
        assert (due and (due[0], type(due[1]).__name__)) == self.model.next_deadline()
        if due and (jump or due[0] <= self.now_ms):
            self.now_ms = max(self.now_ms, due[0])
            self.order(due[1])
            assert next_deadline(self.hall) != due

    @precondition(lambda self: self.hall.plan is not None)
    @rule()
    def restart_from_a_snapshot(self) -> None:
        rows = msgpack.unpackb(msgpack.packb(self.hall.to_rows()))
        self.hall = Hall.from_rows(self.hall.plan, rows)

    # --- what an order does ---

    def order(self, command: Command) -> None:
        """Give an order to both, and compare their answers."""
        before = self.hall.to_rows()
        expected = self._expected_choice(command)
        try:
            events = decide(self.hall, command, self.now_ms)
        except Refusal as refusal:
            assert self.hall.to_rows() == before, "a refusal changed something"
            assert refusal.sentence("zh") and refusal.sentence("en")
            assert not self.model.obey(command, self.now_ms), f"refused, but should not be: {command}: {refusal}"
            return
        assert self.hall.to_rows() == before, "deciding changed something"
        assert self.model.obey(command, self.now_ms), f"not refused, but should be: {command}"
        for event in events:
            self._is_legal(event)
            self.hall.apply(event)
            self.facts.append(event)
            if isinstance(event, e.TicketCalled) and isinstance(command, c.CallNext):
                self._is_the_rules_choice(event, expected)

    def _expected_choice(self, command: Command) -> Sequence[tuple[int, Fraction, Visit]]:
        if isinstance(command, c.CallNext) and command.window_id in self.model.desks:
            return self.model.first_for(command.window_id, self.now_ms)
        return ()

    def _is_legal(self, event: Event) -> None:
        """S6: the ticket is in a state in which this may happen to it; S1: a new number is new."""
        if isinstance(event, e.DayOpened) and event.day != self.hall.day:
            self.numbers = []
        if isinstance(event, e.TicketIssued):
            assert event.number not in self.numbers, "a number given out twice"
            self.numbers.append(event.number)
        ticket_id = getattr(event, "ticket_id", None)
        if ticket_id is not None:
            ticket = self.hall.tickets.get(ticket_id)
            assert (ticket.state if ticket else "") in LIFE[type(event).__name__][0], f"illegal: {event}"

    def _is_the_rules_choice(self, event: e.TicketCalled, expected: Sequence[tuple[int, Fraction, Visit]]) -> None:
        """S3: whom sorting all who wait puts first was called, for the reason given."""
        tier, points, visit = expected[0]
        ticket = self.hall.tickets[event.ticket_id]
        assert ticket.number == visit.number, f"called {ticket.number}, not {visit.number}"
        reason = event.reason
        assert (reason.tier, reason.waited_ms) == (tier, self.now_ms - visit.since)
        assert Fraction(reason.urgency, 60_000_000) == points
        second = expected[1] if len(expected) > 1 else None
        runner_up = self.hall.tickets[reason.runner_up].number if reason.runner_up else None
        assert runner_up == (second[2].number if second else None)
        assert reason.runner_up_urgency == (second[1] * 60_000_000 if second else None)

    # --- what always holds ---

    @invariant()
    def all_is_well(self) -> None:
        self.hall_is_the_fold_of_its_facts()
        self.hall_is_what_the_model_says()
        self.numbers_of_a_series_leave_no_gap()
        self.one_ticket_is_at_one_window()
        self.no_window_is_stuck()
        if self.hall.plan is not None:
            self.queues_hold_whoever_waits_in_order()

    def hall_is_the_fold_of_its_facts(self) -> None:
        fold = Hall()
        for fact in self.facts:
            fold.apply(fact)
        rows = self.hall.to_rows()
        assert fold.to_rows() == rows
        restored = Hall.from_rows(self.hall.plan, rows)
        assert restored.to_rows() == rows
        if rows["windows"]:
            assert views.hall_view(restored, self.now_ms, "") == views.hall_view(self.hall, self.now_ms, "")

    def hall_is_what_the_model_says(self) -> None:
        hall, model = self.hall, self.model
        assert (hall.phase, hall.order) == (model.phase, model.order)
        assert {(t.number, t.order, t.state, t.service_id, t.lane_id) for t in hall.tickets.values()} == {
            (v.number, v.order, v.state, v.service, v.lane) for v in model.visits.values()
        }
        assert {
            window_id: (
                window.state,
                window.ticket.order if window.ticket else None,
                window.clerk_id,
                window.expires_ms,
            )
            for window_id, window in hall.windows.items()
        } == {
            window_id: (desk.state, desk.visit.order if desk.visit else None, desk.clerk, desk.expires)
            for window_id, desk in model.desks.items()
        }
        assert hall.alive == sum(visit.state in ACTIVE for visit in model.visits.values())

    def queues_hold_whoever_waits_in_order(self) -> None:
        queues, count = self.hall.queues, len(self.hall.queues.head_order)
        lines = {tuple(v.order for v in visits) for visits in self.model.lines().values()}
        assert {tuple(t.order for t in queues.tickets(queue)) for queue in range(count)} - {()} == lines
        for queue in range(count):
            first = next(queues.tickets(queue), None)
            assert queues.head_order[queue] == (first.order if first else EMPTY)
            assert first is None or queues.head_since[queue] == first.since_ms

    def numbers_of_a_series_leave_no_gap(self) -> None:
        """S1, S2."""
        series: dict[str, list[int]] = {}
        for number in self.numbers:
            prefix = number.rstrip("0123456789")
            series.setdefault(prefix, []).append(int(number.removeprefix(prefix)))
        for counts in series.values():
            assert counts == list(range(counts[0], counts[0] + len(counts)))

    def one_ticket_is_at_one_window(self) -> None:
        """S4."""
        at = Counter(w.ticket.ticket_id for w in self.hall.windows.values() if w.ticket)
        here = {t.ticket_id for t in self.hall.tickets.values() if t.state in ("called", "serving")}
        assert set(at) == here
        assert all(times == 1 for times in at.values())

    def no_window_is_stuck(self) -> None:
        """L4: from wherever it is, one order takes a window to idle, while the day is open."""
        ways = {"closed": c.OpenWindow, "paused": c.ResumeWindow, "called": c.FinishService, "serving": c.FinishService}
        for window_id, window in self.hall.windows.items():
            if window.state == "idle" or (window.state == "closed" and self.hall.phase == "closed"):
                continue
            assert decide(self.hall, ways[window.state](window_id), self.now_ms)

    def teardown(self) -> None:
        if self.hall.plan is None:
            return
        self._views_show_no_secret()
        if self.hall.phase != "closed":
            self.now_ms = max(self.now_ms, self.hall.closes_ms)
            self.order(c.CloseDay())
        ends = Counter(ticket.state for ticket in self.hall.tickets.values())
        assert ends.keys() <= {"finished", "cancelled", "missed"}, "S5: everybody has exactly one end"
        assert self.hall.alive == 0
        assert {window.state for window in self.hall.windows.values()} <= {"closed"}

    def _views_show_no_secret(self) -> None:
        hall, now_ms = self.hall, self.now_ms
        public = [views.hall_view(hall, now_ms, "epoch")]
        public += [views.ticket_view(hall, ticket, now_ms) for ticket in hall.tickets.values()]
        text = json.dumps(public)
        assert EVIDENCE not in text
        assert '"c01"' not in text and '"c02"' not in text
        for window in hall.windows.values():
            assert EVIDENCE not in json.dumps(views.window_view(hall, window, now_ms))

    # --- whom an order is about ---

    def window(self, number: int, odds: int, *states: str) -> str:
        """Mostly a window in one of these states, sometimes any, rarely one that does not exist."""
        fitting = [each for each, window in self.hall.windows.items() if window.state in states]
        if odds and fitting:
            return _pick(fitting, number)
        return _pick([*self.hall.windows, *self.hall.windows, "w99"], number)

    def ticket(self, number: int, odds: int, *states: str) -> str:
        """Mostly a ticket in one of these states, sometimes any, rarely one that does not exist."""
        fitting = [each for each, ticket in self.hall.tickets.items() if ticket.state in states]
        if odds and fitting:
            return _pick(fitting, number)
        return _pick([*self.hall.tickets, "20000101-z999"], number)


def _pick(choices: Sequence[T], number: int) -> T:
    return choices[number % len(choices)]
