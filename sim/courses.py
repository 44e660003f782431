"""What happens on each visit of a day beside waiting and being served, from columns; and what is asked beside it."""

from collections.abc import Iterator
from typing import Final

from engine.core import calendar
from engine.core import commands as c
from engine.core.events import Millis
from engine.core.plan import MINUTE_MS, HallPlan
from sim.bookings import bookings_of
from sim.chance import Attribute, Word
from sim.draws import draw_uniforms
from sim.kernel.shapes import CANNOT, NEVER, OUTCOME_NAMES, SENT_AWAY, CourseColumns
from sim.scenario import Scenario
from sim.visits import Break, Course, Errand, Order, Visit

REASONS: Final = {CANNOT: "rule-unclear", SENT_AWAY: "not-eligible"}
ENTRANCE: Final = "wrong-place"
SELF_SERVICE_COUNTS: Final = 8
"""How often a day a self-service machine tells what it has done."""


def courses_of(
    courses: CourseColumns, scenario: Scenario, plan: HallPlan, day: str, midnight_ms: Millis
) -> Iterator[tuple[Course | None, Millis | None]]:
    """The course of each visit (None: nothing happens), and the moment of its appointment."""
    services = [service.service_id for service in plan.services]
    kind = scenario.conduct.holds.kind
    columns = [column.tolist() for column in courses[3:]]
    item_from, item_service, item_ms = (column.tolist() for column in courses[:3])
    plain = Course()
    for place, (
        stays, outcome, hold_after_ms, hold_ms, transfer_to, form_ms, stage_ms, waits, collect_ms, returns_ms, stars,
        on_behalf, printed, appointment_ms, missed,
    ) in enumerate(zip(*columns, strict=True)):  # fmt: skip
        items = range(item_from[place], item_from[place + 1])
        is_booked = appointment_ms != NEVER
        course = Course(
            more=tuple(Errand(services[item_service[item]], item_ms[item]) for item in items),
            stays=bool(stays),
            outcome=OUTCOME_NAMES[outcome],
            reason=REASONS.get(outcome),
            hold=None if hold_ms == NEVER else Break(kind, hold_after_ms, hold_ms),
            transfer_to=None if transfer_to < 0 else services[transfer_to],
            form_ms=_length(form_ms),
            stage_ms=_length(stage_ms),
            waits=bool(waits),
            collect_ms=collect_ms,
            returns_ms=_length(returns_ms),
            stars=stars or None,
            on_behalf=bool(on_behalf),
            is_printed=bool(printed),
            booking=f"{day}-{place}" if is_booked else None,
            is_missed=bool(missed),
        )
        slot_ms = calendar.moment(plan, day, appointment_ms // MINUTE_MS) if is_booked else None
        yield (None if course == plain else course), slot_ms


def _length(length_ms: int) -> Millis | None:
    return None if length_ms == NEVER else length_ms


def orders_of(
    planned: list[Visit], scenario: Scenario, plan: HallPlan, day: str, key: Word, number: int
) -> list[Order]:
    """What is asked of the hall beside the visits: bookings as it opens, and what happens beside the windows."""
    orders = bookings_of(planned, plan)
    if planned:
        first_ms, last_ms = planned[0].arrived_ms, planned[-1].arrived_ms
        orders += _self_service(scenario, plan, first_ms, last_ms)
        orders += _at_the_entrance(scenario, plan, day, key, number, first_ms, last_ms)
    return sorted(orders, key=lambda order: order.at_ms)


def _self_service(scenario: Scenario, plan: HallPlan, first_ms: Millis, last_ms: Millis) -> Iterator[Order]:
    """What the machines tell at intervals between the first visitor and the last."""
    visits = scenario.conduct.beside.self_service
    service = next((each for each in plan.services if each.mode == "self-service"), plan.services[0])
    for each in range(SELF_SERVICE_COUNTS):
        at_ms = first_ms + (last_ms - first_ms) * (each + 1) // SELF_SERVICE_COUNTS
        counted = (each + 1) * visits // SELF_SERVICE_COUNTS - each * visits // SELF_SERVICE_COUNTS
        if counted:
            yield Order(at_ms, "kiosk", c.CountSelfService(service.service_id, "self-1", counted))


def _at_the_entrance(
    scenario: Scenario, plan: HallPlan, day: str, key: Word, number: int, first_ms: Millis, last_ms: Millis
) -> Iterator[Order]:
    """Who is turned away before a number, and who asks for somebody to come, at any moment of the day."""
    beside = scenario.conduct.beside
    service = next((each for each in plan.services if each.mode == "extended"), plan.services[0])
    shares = draw_uniforms(key, number, Word(Attribute.BESIDE), beside.turned_away + beside.home_visits).tolist()
    moments = [first_ms + round(share * (last_ms - first_ms)) for share in shares]
    for at_ms in moments[: beside.turned_away]:
        yield Order(at_ms, "guide", c.TurnAway(ENTRANCE))
    for each, at_ms in enumerate(moments[beside.turned_away :]):
        request = c.RequestHomeVisit(service.service_id, f"{day}-home-{each + 1}")
        yield Order(at_ms, "phone", request)
