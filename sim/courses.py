"""What happens on each visit of a day beside waiting and being served, drawn from a scenario's `[conduct]`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from numpy.random import Generator

from engine.core import calendar
from engine.core import commands as c
from engine.core.events import Millis
from engine.core.plan import MINUTE_MS, HallPlan, Service, Span
from sim.bookings import bookings_of
from sim.scenario import Scenario
from sim.scenario_conduct import Conduct
from sim.visits import Break, Course, Errand, Order, Visit

CANNOT: Final = "rule-unclear"
TURNED_AWAY: Final = "not-eligible"
ENTRANCE: Final = "wrong-place"
SELF_SERVICE_COUNTS: Final = 8
"""How often a day a self-service machine tells what it has done."""


class Courses:
    """Draws the courses of one day's visits; `orders` are what is asked of the hall beside them, in order of time."""

    def __init__(self, scenario: Scenario, plan: HallPlan, day: date, generator: Generator) -> None:
        self.orders: list[Order] = []
        self._conduct: Conduct = scenario.conduct
        self._scenario = scenario
        self._plan = plan
        self._services = {service.service_id: service for service in plan.services}
        self._day = day.strftime("%Y%m%d")
        self._chance = generator

    def of(self, visits: list[Visit]) -> list[Visit]:
        """The visits of the day with their courses, those who will miss their appointment among them."""
        planned = [self._course(place, visit) for place, visit in enumerate(visits)]
        self.orders += bookings_of(planned, self._plan)
        if visits:
            self.orders += self._beside(visits[0].arrived_ms, visits[-1].arrived_ms)
        self.orders.sort(key=lambda order: order.at_ms)
        return [self._come_or_not(visit) for visit in planned]

    def _come_or_not(self, visit: Visit) -> Visit:
        if visit.course is None or visit.appointment_ms is None:
            return visit
        return replace(visit, course=replace(visit.course, is_missed=self._happens(self._conduct.appointments.missed)))

    def _course(self, place: int, visit: Visit) -> Visit:
        service = self._services[visit.service_id]
        course = self._alone(visit, service)
        course = self._with_others(visit, service, course)
        if service.booking is not None and self._happens(self._conduct.appointments.share):
            slot_ms = self._slot_ms(visit, service)
            if slot_ms is not None:
                course = replace(course, booking=f"{self._day}-{place}")
                visit = replace(visit, appointment_ms=slot_ms)
        return visit if course == Course() else replace(visit, course=course)

    def _alone(self, visit: Visit, service: Service) -> Course:
        """What concerns the visitor: paper, form, a hold, how it ends, and the rating."""
        conduct = self._conduct
        outcome, reason = self._outcome()
        returns = outcome == "told-missing" and self._happens(conduct.outcomes.returns)
        return Course(
            outcome=outcome,
            reason=reason,
            hold=self._hold(visit) if self._happens(conduct.holds.share) else None,
            form_ms=self._minutes(conduct.forms.minutes)
            if service.form != "none" and self._happens(conduct.forms.share)
            else None,
            returns_ms=self._minutes(conduct.outcomes.returns_minutes) if returns else None,
            stars=1 + int(self._chance.choice(5, p=conduct.ratings.stars))
            if self._happens(conduct.ratings.share)
            else None,
            on_behalf=self._happens(conduct.beside.on_behalf),
            is_printed=not self._happens(conduct.beside.not_printed),
        )

    def _with_others(self, visit: Visit, service: Service, course: Course) -> Course:
        """What takes the visit elsewhere: further items, a back office, another service."""
        conduct = self._conduct
        if self._happens(conduct.combined.share):
            more = tuple(self._errand(visit.service_id) for _ in range(conduct.combined.items - 1))
            return replace(course, more=more, stays=self._happens(conduct.combined.stays))
        if service.back_office is not None and course.outcome == "done" and self._happens(conduct.back_office.share):
            is_today = self._happens(conduct.back_office.same_day)
            return replace(
                course,
                outcome="accepted",
                stage_ms=self._minutes(conduct.back_office.minutes) if is_today else None,
                waits=is_today and self._happens(conduct.back_office.waits),
                collect_ms=self._minutes(conduct.back_office.collect_minutes),
            )
        if self._happens(conduct.transfers.share):
            return replace(course, transfer_to=self._errand(visit.service_id).service_id)
        return course

    def _outcome(self) -> tuple[str, str | None]:
        outcomes = self._conduct.outcomes
        chance = self._chance.random()
        for outcome, reason, share in (
            ("told-missing", None, outcomes.told_missing),
            ("papers-follow", None, outcomes.papers_follow),
            ("turned-away", TURNED_AWAY, outcomes.turned_away),
            ("cannot", CANNOT, outcomes.cannot),
        ):
            if chance < share:
                return outcome, reason
            chance -= share
        return "done", None

    def _hold(self, visit: Visit) -> Break:
        holds = self._conduct.holds
        return Break(holds.kind, visit.service_ms // 2, self._minutes(holds.minutes))

    def _errand(self, but: str) -> Errand:
        """Another service as often as people come for it, and about as long as it takes."""
        others = {name: table for name, table in self._scenario.services.items() if name != but and table.share > 0}
        names = list(others) or [but]
        weights = [others[name].share if others else 1.0 for name in names]
        name = names[int(self._chance.choice(len(names), p=[weight / sum(weights) for weight in weights]))]
        return Errand(name, self._minutes(self._scenario.services[name].mean_minutes))

    def _slot_ms(self, visit: Visit, service: Service) -> Millis | None:
        """The slot nearest to when the visitor comes; None when the day has none."""
        assert service.booking is not None
        step = service.booking.slot_minutes
        hours = service.booking.hours or service.hours or self._plan.hours or (Span(0, calendar.MIDNIGHT),)
        starts = [start for span in hours for start in range(span.start, span.end - step + 1, step)]
        if not starts:
            return None
        minute = calendar.minute_of_day(self._plan.timezone, visit.arrived_ms)
        start = min(starts, key=lambda each: abs(each - minute))
        return calendar.at_minute(self._plan.timezone, visit.arrived_ms, start)

    def _beside(self, first_ms: Millis, last_ms: Millis) -> Iterator[Order]:
        """What happens beside the windows between the first visitor and the last."""
        beside, plan = self._conduct.beside, self._plan
        machine_service = next((s for s in plan.services if s.mode == "self-service"), plan.services[0]).service_id
        home_service = next((s for s in plan.services if s.mode == "extended"), plan.services[0]).service_id
        if beside.self_service:
            for each in range(SELF_SERVICE_COUNTS):
                at_ms = first_ms + (last_ms - first_ms) * (each + 1) // SELF_SERVICE_COUNTS
                share = (each + 1) * beside.self_service // SELF_SERVICE_COUNTS
                before = each * beside.self_service // SELF_SERVICE_COUNTS
                if share > before:
                    yield Order(at_ms, "kiosk", c.CountSelfService(machine_service, "self-1", share - before))
        for _ in range(beside.turned_away):
            yield Order(self._between(first_ms, last_ms), "guide", c.TurnAway(ENTRANCE))
        for each in range(beside.home_visits):
            request = c.RequestHomeVisit(home_service, f"{self._day}-home-{each + 1}")
            yield Order(self._between(first_ms, last_ms), "phone", request)

    def _happens(self, share: float) -> bool:
        return share > 0 and bool(self._chance.random() < share)

    def _minutes(self, mean: float) -> Millis:
        return max(1, round(self._chance.exponential(mean) * MINUTE_MS))

    def _between(self, first_ms: Millis, last_ms: Millis) -> Millis:
        return first_ms + round(self._chance.random() * (last_ms - first_ms))
