"""Days in the exact world and in the general loop, as the same rows."""

from collections.abc import Sequence
from typing import Any

from engine.core import calendar
from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.core.policy import KINDS, policy_of
from sim.kernel.admission import admission_tables
from sim.kernel.columns import course_columns, visit_columns
from sim.kernel.general import live
from sim.kernel.general_calls import calls_of
from sim.kernel.general_room import desk_for, room_for, tickets_max
from sim.kernel.general_staff import shifts_of
from sim.kernel.general_tables import general_tables
from sim.kernel.shapes import NEVER, NOBODY, Roster
from sim.result import OUTCOMES, outcome_of
from sim.visits import Habits, Order, Visit
from sim.world import World

Row = tuple[Any, ...]
CHANNELS = ["kiosk", "guide", "phone"]


class Witness:
    """Sees every call of an exact day, and its tickets as the day closes."""

    def __init__(self, plan: HallPlan, midnight_ms: Millis) -> None:
        self.rows: list[Row] = []
        self.calls: list[Row] = []
        self._plan = plan
        self._midnight_ms = midnight_ms
        self._last: dict[str, e.TicketCalled] = {}
        self._windows = [window.window_id for window in plan.windows]

    def record(self, actor: str, events: Sequence[Event], at_ms: Millis) -> None:
        for event in events:
            if isinstance(event, e.TicketCalled):
                self._last[event.ticket_id] = event
                self.calls.append((event.ticket_id, event.window_id, at_ms - self._midnight_ms))

    def day_over(self, hall: Hall) -> None:
        services = [service.service_id for service in self._plan.services]
        lanes = [lane.lane_id for lane in self._plan.lanes]
        for ticket in hall.tickets.values():
            called = self._last.get(ticket.ticket_id)
            self.rows.append(
                (
                    services.index(ticket.service_id),
                    lanes.index(ticket.lane_id),
                    self._since_midnight(ticket.issued_ms),
                    self._windows.index(called.window_id) if called else NOBODY,
                    self._since_midnight(ticket.first_called_ms),
                    self._since_midnight(ticket.called_ms),
                    self._since_midnight(ticket.began_ms),
                    self._since_midnight(ticket.finished_ms),
                    OUTCOMES.index(outcome_of(ticket)),
                    self._rule(called),
                )
            )

    def _since_midnight(self, at_ms: Millis | None) -> int:
        return NEVER if at_ms is None else at_ms - self._midnight_ms

    def _rule(self, called: e.TicketCalled | None) -> int:
        """The place of the rule that chose in its window's policy; of rules of one kind, the first."""
        if called is None:
            return NOBODY
        policy = policy_of(self._plan, self._plan.windows[self._windows.index(called.window_id)])
        kinds = [rule.kind for rule in policy.rules] if policy is not None else ["points"]
        return KINDS.index(called.reason.rule) if called.reason.rule in kinds else NOBODY


def midnight_of(plan: HallPlan, visits: Sequence[Visit]) -> Millis:
    return calendar.at_minute(plan.timezone, visits[0].arrived_ms, 0) if visits else 0


def exact_rows(
    plan: HallPlan,
    habits: Habits,
    planned: Sequence[Visit],
    orders: Sequence[Order] = (),
    *,
    roster: Roster | None = None,
) -> tuple[list[Row], list[Row]]:
    """The tickets of an exact day in the order of issue and the calls, each with who got no ticket behind them."""
    midnight_ms = midnight_of(plan, planned)
    witness = Witness(plan, midnight_ms)
    world = World(plan, habits=habits, record=witness.record, day_over=witness.day_over, roster=roster)
    world.run([visit for visit in planned if visit.comes], orders)
    services = [service.service_id for service in plan.services]
    refused = [(services.index(visit.service_id), visit.arrived_ms - midnight_ms) for visit, _ in world.turned_away]
    return witness.rows, refused


def kernel_rows(
    plan: HallPlan,
    habits: Habits,
    planned: Sequence[Visit],
    *,
    roster: Roster | None = None,
    holds_here: bool = False,
) -> tuple[list[Row], list[Row]]:
    """The same from the general loop."""
    midnight_ms = midnight_of(plan, planned)
    visits = visit_columns(planned, plan, CHANNELS, midnight_ms)
    courses = course_columns(planned, plan, midnight_ms)
    general = general_tables(plan, habits, holds_here=holds_here)
    admission = admission_tables(plan, CHANNELS)
    staff = shifts_of(plan, roster)
    tickets = tickets_max(visits, courses)
    room = room_for(general, tickets, len(courses.item_ms), len(staff.at_ms))
    desk = desk_for(general, len(planned), len(admission.quota_count))
    is_workday = not planned or calendar.is_workday(plan, calendar.day_of(plan.timezone, planned[0].arrived_ms))
    live(general, admission, staff, visits, courses, len(planned), room, desk, is_workday)
    calls = calls_of(room, visits)
    count = int(room.day[0]["tickets"])
    kinds = []
    for window, rule in zip(calls.window[:count].tolist(), calls.rule[:count].tolist(), strict=True):
        policy = policy_of(plan, plan.windows[window]) if window != NOBODY else None
        kind = NOBODY if rule == NOBODY else KINDS.index(policy.rules[rule].kind if policy else "points")
        kinds.append(kind)
    columns = [column[:count].tolist() for column in calls[1:-1]]
    rows = list(zip(*columns, kinds, strict=True))
    refused = list(zip(calls.service[count:].tolist(), calls.issued_ms[count:].tolist(), strict=True))
    return rows, refused


def compare(plan: HallPlan, habits: Habits, planned: Sequence[Visit], orders: Sequence[Order] = (), **how: Any) -> str:
    """How the two differ, for people."""
    exact, kernel = exact_rows(plan, habits, planned, orders, roster=how.get("roster")), kernel_rows(plan, habits, planned, **how)
    if exact == kernel:
        return f"equal {len(exact[0])} {len(exact[1])}"
    for place, (mine, theirs) in enumerate(zip(exact[0], kernel[0], strict=False)):
        if mine != theirs:
            return f"{place}: {mine} {theirs} {len(exact[0])} {len(kernel[0])}"
    return f"{len(exact[0])} {len(kernel[0])} {exact[1][:5]} {kernel[1][:5]}"


