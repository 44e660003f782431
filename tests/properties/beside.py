"""The core beside the model: both get the same orders, give the same answers and stand the same afterwards."""

import json
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import msgpack

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
from tests.properties.model import ACTIVE, DAY_MS, LIFE, Model, Visit

START_MS = 20_000 * DAY_MS + 9 * 3_600_000
EVIDENCE = "canary-evidence"


class Beside:
    """A hall and its model under one clock. `fold` has seen the same facts, and was never restarted."""

    def __init__(self, plan: HallPlan) -> None:
        self.plan = plan
        self.hall = Hall()
        self.fold = Hall()
        self.model = Model()
        self.now_ms = START_MS
        self.numbers: list[str] = []

    def prepare(self) -> None:
        """Open the day and every window."""
        self.order(c.ConfigureHall(self.plan))
        self.order(c.OpenDay())
        for window in self.plan.windows:
            self.order(c.OpenWindow(window.window_id))

    def meet_deadline(self, *, early: bool) -> None:
        """Do what is due, at its time or late; `early` jumps to it. The model knows the same deadline."""
        due = next_deadline(self.hall)
        assert (due and (due[0], type(due[1]).__name__)) == self.model.next_deadline()
        if due and (early or due[0] <= self.now_ms):
            self.now_ms = max(self.now_ms, due[0])
            self.order(due[1])
            assert next_deadline(self.hall) != due

    def restart(self) -> None:
        """Go on from a snapshot, as after a crash."""
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
            self.fold.apply(event)
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

    def all_is_well(self) -> None:
        self.hall_is_the_fold_of_its_facts()
        self.hall_is_what_the_model_says()
        self.numbers_of_a_series_leave_no_gap()
        self.one_ticket_is_at_one_window()
        self.no_window_is_stuck()
        if self.hall.plan is not None:
            self.queues_hold_whoever_waits_in_order()

    def hall_is_the_fold_of_its_facts(self) -> None:
        rows = self.hall.to_rows()
        assert self.fold.to_rows() == rows
        restored = Hall.from_rows(self.hall.plan, rows)
        assert restored.to_rows() == rows
        if rows["windows"]:
            assert views.hall_view(restored, self.now_ms, "") == views.hall_view(self.hall, self.now_ms, "")

    def hall_is_what_the_model_says(self) -> None:
        hall, model = self.hall, self.model
        assert (hall.phase, hall.order) == (model.phase, model.order)
        assert {
            (t.number, t.order, t.state, t.service_id, t.lane_id, t.since_ms, t.recalls) for t in hall.tickets.values()
        } == {(v.number, v.order, v.state, v.service, v.lane, v.since, v.recalls) for v in model.visits.values()}
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
        assert {t.order for t in hall.aside.values()} == {
            v.order for v in model.visits.values() if v.state in ("held", "missed")
        }
        for service_id in hall.services:
            waiting = [v for v in model.visits.values() if v.state == "waiting" and v.service == service_id]
            assert hall.waiting_count(service_id) == len(waiting)
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

    def end_well(self) -> None:
        """Close the day; everybody who came has exactly one end (S5)."""
        if self.hall.plan is None:
            return
        self._views_show_no_secret()
        if self.hall.phase != "closed":
            self.now_ms = max(self.now_ms, self.hall.closes_ms)
            self.order(c.CloseDay())
        ends = Counter(ticket.state for ticket in self.hall.tickets.values())
        assert ends.keys() <= {"finished", "cancelled", "missed"}
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
