"""What happens on and after a visit beside waiting and being served: forms, holds, further items, offices, ratings."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.events import Event, Millis
from engine.core.model import PHASE_OPEN
from engine.core.transitions import PREPARING
from sim.agenda import LEAVING, OFFICE
from sim.clerk import Clerk
from sim.visits import Course, Visit

if TYPE_CHECKING:
    from sim.world import World

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

RATED_AFTER_MS: Final = MINUTE_MS // 4
COLLECTED_AFTER_MS: Final = 30 * MINUTE_MS
INFORMED_AFTER_MS: Final = 10 * MINUTE_MS
COORDINATED_AFTER_MS: Final = HOUR_MS
SOLVED_AFTER_MS: Final = 2 * DAY_MS
CALLED_BACK_AFTER_MS: Final = 3 * DAY_MS


class Aftermath:
    """The people beside the windows of a world: whoever fills in, waits for an office, rates, or is called back."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def drawn(self, visit: Visit, course: Course, ticket_id: str, now_ms: Millis) -> None:
        """A number was drawn: its paper comes out or not, and a form is filled in."""
        world = self._world
        if not course.is_printed:
            world.ask("kiosk", c.RecordPrint(ticket_id, "kiosk", False, "paper-jam"), now_ms)
            world.ask("kiosk", c.ReprintTicket(ticket_id), now_ms)
            world.ask("kiosk", c.RecordPrint(ticket_id, "kiosk", True), now_ms)
        if course.form_ms is not None:
            world.agenda.note(now_ms + course.form_ms, LEAVING, partial(self._form_filled, visit), ticket_id)

    def _form_filled(self, visit: Visit, ticket_id: str, now_ms: Millis) -> None:
        waits_for_it = self._world.hall.tickets[ticket_id].state == PREPARING
        self._world.ask("guide", c.RecordForm(ticket_id), now_ms)
        if waits_for_it:
            self._world.wish_for_window(visit, ticket_id, now_ms)
        self._world.offer(ticket_id, now_ms)

    def ending(self, clerk: Clerk, visit: Visit, course: Course) -> tuple[Command, Millis]:
        """The order that ends this part of a visit, and after how long."""
        if course.hold is not None:
            return c.HoldTicket(clerk.window_id, course.hold.kind), course.hold.after_ms
        if course.transfer_to is not None:
            return c.TransferTicket(clerk.ticket_id, service_id=course.transfer_to), visit.service_ms
        if course.more:
            serves = self._world.hall.windows[clerk.window_id].services
            stays = course.stays and course.more[0].service_id in serves
            return c.FinishService(clerk.window_id, stays=stays), visit.service_ms
        outcome = course.outcome
        ticket = self._world.hall.tickets[clerk.ticket_id]
        # The last item of a visit may be one that no office works on.
        if outcome == "accepted" and self._world.hall.services[ticket.service_id].back_office is None:
            outcome = "done"
        finish = c.FinishService(clerk.window_id, outcome, course.reason, waits=course.waits)
        return finish, visit.service_ms

    def ended(self, visit: Visit, ticket_id: str, events: tuple[Event, ...], now_ms: Millis) -> Visit | None:
        """What follows from the end of a part of a visit; the rest of it when it goes on in the hall at once."""
        course = visit.course or Course()
        goes_on = None
        for event in events:
            match event:
                case e.TicketReinstated():
                    # The second call is heard.
                    goes_on = replace(visit, is_absent=False)
                case e.TicketHeld():
                    assert course.hold is not None
                    rest = replace(visit, service_ms=max(0, visit.service_ms - course.hold.after_ms))
                    rest = replace(rest, course=replace(course, hold=None))
                    self._world.agenda.note(now_ms + course.hold.for_ms, LEAVING, self._resume, (ticket_id, rest))
                case e.ItemBegan() | e.TicketTransferred():
                    goes_on = _next_part(visit, course)
                case e.ReturnGranted() if course.returns_ms is not None:
                    self._world.agenda.note(now_ms + course.returns_ms, LEAVING, self._return, (visit, ticket_id))
                case e.StageOpened() if course.stage_ms is not None:
                    self._world.agenda.note(now_ms + course.stage_ms, OFFICE, self._stage_done, (event.stage_id, visit))
                case e.CaseOpened():
                    self._world.agenda.note(now_ms + INFORMED_AFTER_MS, OFFICE, self._inform, event.case_id)
                case e.ServiceFinished() if course.stars is not None:
                    last = len(self._world.hall.tickets[ticket_id].items) - 1
                    self._world.agenda.note(
                        now_ms + RATED_AFTER_MS, LEAVING, self._rate, (ticket_id, max(0, last), course.stars)
                    )
                case _:
                    pass
        return goes_on

    def _resume(self, held: tuple[str, Visit], now_ms: Millis) -> None:
        ticket_id, rest = held
        if self._world.ask("guide", c.ResumeTicket(ticket_id), now_ms):
            self._world.wait(ticket_id, rest, now_ms)

    def _return(self, told: tuple[Visit, str], now_ms: Millis) -> None:
        """Somebody comes back with what was missing."""
        visit, ticket_id = told
        again = Course(return_of=ticket_id)
        self._world.arrive(replace(visit, arrived_ms=now_ms, channel="guide", course=again, patience_ms=None), now_ms)

    def _stage_done(self, stage: tuple[str, Visit], now_ms: Millis) -> None:
        """The back office is done; whoever waits is called to the collection window, others come for it."""
        stage_id, visit = stage
        course = visit.course or Course()
        for event in self._world.ask("back-office", c.FinishStage(stage_id), now_ms):
            collects = Visit(now_ms, visit.service_id, visit.lane_id, course.collect_ms)
            if isinstance(event, e.TicketIssued):
                self._world.wait(event.ticket_id, replace(collects, service_id=event.service_id), now_ms)
            elif isinstance(event, e.StageFinished) and event.collect_service_id is not None and not course.waits:
                fetches = replace(collects, service_id=event.collect_service_id, course=Course(stage_id=stage_id))
                self._world.agenda.note(now_ms + COLLECTED_AFTER_MS, LEAVING, self._collect, fetches)

    def _collect(self, visit: Visit, now_ms: Millis) -> None:
        if self._world.hall.phase == PHASE_OPEN:
            self._world.arrive(replace(visit, arrived_ms=now_ms), now_ms)

    def home_visit(self, request: e.HomeVisitRequested, now_ms: Millis) -> None:
        """Somebody is sent home to a visitor, and has been there by the next day."""
        plan = self._world.hall.plan
        if plan is not None and plan.clerks:
            self._world.agenda.note(now_ms + HOUR_MS, OFFICE, self._send_home, request.request_id)

    def _send_home(self, request_id: str, now_ms: Millis) -> None:
        plan = self._world.hall.plan
        assert plan is not None
        self._world.ask("supervisor", c.AssignHomeVisit(request_id, plan.clerks[-1].clerk_id), now_ms)
        self._world.agenda.note(now_ms + DAY_MS, OFFICE, self._been_home, request_id)

    def _been_home(self, request_id: str, now_ms: Millis) -> None:
        self._world.ask("supervisor", c.FinishHomeVisit(request_id), now_ms)

    # --- ratings and cases ---

    def _rate(self, rating: tuple[str, int, int], now_ms: Millis) -> None:
        ticket_id, step, stars = rating
        for event in self._world.ask("evaluator", c.RateTicket(ticket_id, stars, step, channel="evaluator"), now_ms):
            if isinstance(event, e.FollowUpOpened):
                self._world.agenda.note(now_ms + SOLVED_AFTER_MS, OFFICE, self._follow_up, (ticket_id, step))

    def _follow_up(self, rated: tuple[str, int], now_ms: Millis) -> None:
        ticket_id, step = rated
        self._world.ask("supervisor", c.CallBackFollowUp(ticket_id, step, True, True), now_ms)
        self._world.ask("supervisor", c.CloseFollowUp(ticket_id, step), now_ms)

    def _inform(self, case_id: str, now_ms: Millis) -> None:
        self._world.ask("supervisor", c.InformCase(case_id), now_ms)
        self._world.agenda.note(now_ms + COORDINATED_AFTER_MS, OFFICE, self._coordinate, case_id)

    def _coordinate(self, case_id: str, now_ms: Millis) -> None:
        """Give the first department the lead, and the next one a part."""
        plan = self._world.hall.plan
        assert plan is not None
        for place, department in enumerate(plan.departments[:2]):
            self._world.ask("supervisor", c.GiveCaseTask(case_id, department.department_id, place == 0), now_ms)
        self._world.agenda.note(now_ms + SOLVED_AFTER_MS, OFFICE, self._solve, case_id)

    def _solve(self, case_id: str, now_ms: Millis) -> None:
        case = self._world.hall.cases.get(case_id)
        for task in case.unfinished if case is not None else ():
            self._world.ask("department", c.FinishCaseTask(case_id, task.number), now_ms)
        self._world.agenda.note(now_ms + CALLED_BACK_AFTER_MS - SOLVED_AFTER_MS, OFFICE, self._call_back, case_id)

    def _call_back(self, case_id: str, now_ms: Millis) -> None:
        self._world.ask("supervisor", c.CallBackCase(case_id, True, True), now_ms)
        self._world.ask("supervisor", c.CloseCase(case_id), now_ms)


def _next_part(visit: Visit, course: Course) -> Visit:
    """What is left of a visit that goes on with its next item, or at the service it was sent to."""
    if course.transfer_to is not None:
        return replace(visit, service_id=course.transfer_to, window_id=None, course=replace(course, transfer_to=None))
    first, *others = course.more
    return replace(
        visit,
        service_id=first.service_id,
        service_ms=first.service_ms,
        window_id=None,
        course=replace(course, more=tuple(others)),
    )
