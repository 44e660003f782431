"""Days for the general loop: halls with every rule, people with every course, in the exact world and compiled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np

from engine.core import calendar
from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import BackOffice, Booking, HallPlan, Quota, Remote, Rules, Service, Span
from engine.core.policy import KINDS, policy_of
from sim.bookings import bookings_of
from sim.kernel import general, general_room, general_tables
from sim.kernel.admission import admission_tables
from sim.kernel.columns import course_columns, visit_columns
from sim.kernel.general_calls import calls_of
from sim.kernel.general_room import Room, tickets_max
from sim.kernel.general_staff import shifts_of
from sim.kernel.shapes import NEVER, NOBODY, Roster
from sim.result import OUTCOMES, outcome_of
from sim.visits import Break, Course, Errand, Habits, Order, Visit
from sim.world import World
from tests.builders import MINUTE, NINE, both
from tests.properties.policy_days import LANES, seeded_plan
from tests.sim.kernel.interpreted import as_records

Row = tuple[Any, ...]
CHANNELS = ["kiosk", "guide", "phone"]
COMPILED = SimpleNamespace(general=general, general_room=general_room, general_tables=general_tables)
"""The general loop as it is compiled."""


@dataclass(frozen=True)
class Story:
    """A day as it is given: `planned` come, or only booked to."""

    plan: HallPlan
    habits: Habits
    planned: Sequence[Visit]
    orders: Sequence[Order] = ()
    roster: Roster | None = None
    holds_here: bool = False

    @property
    def midnight_ms(self) -> Millis:
        return calendar.at_minute(self.plan.timezone, self.planned[0].arrived_ms, 0)

    @property
    def date(self) -> date:
        return calendar.local(self.plan.timezone, self.planned[0].arrived_ms).date()


@dataclass(frozen=True)
class Day:
    """A day as it was: a row a ticket, each call, who got no number, and how long windows were taken and open.

    In a hall without hours it is not told how long: when the exact world notices that the last visitor has gone depends
    on what else happens, a rating or a case.
    """

    tickets: list[Row]
    calls: list[Row]
    refused: list[Row]
    busy_ms: list[Millis]
    open_ms: list[Millis]


def exact_day(story: Story) -> Day:
    """The day in `sim.world`."""
    plan, midnight_ms = story.plan, story.midnight_ms
    windows = [window.window_id for window in plan.windows]
    services = [service.service_id for service in plan.services]
    lanes = [lane.lane_id for lane in plan.lanes]
    calls: list[tuple[str, e.TicketCalled]] = []
    tickets: list[Row] = []
    orders: dict[str, int] = {}

    def record(_: str, facts: Sequence[Event], __: Millis) -> None:
        calls.extend((fact.ticket_id, fact) for fact in facts if isinstance(fact, e.TicketCalled))

    def since_midnight(at_ms: Millis | None) -> int:
        return NEVER if at_ms is None else at_ms - midnight_ms

    def day_over(hall: Hall) -> None:
        last = dict(calls)
        orders.update((ticket.ticket_id, ticket.order - 1) for ticket in hall.tickets.values())
        for ticket in hall.tickets.values():
            fact = last.get(ticket.ticket_id)
            moments = (ticket.issued_ms, ticket.first_called_ms, ticket.called_ms, ticket.began_ms, ticket.finished_ms)
            tickets.append(
                (
                    services.index(ticket.service_id),
                    lanes.index(ticket.lane_id),
                    *map(since_midnight, moments),
                    NOBODY if fact is None else windows.index(fact.window_id),
                    "" if fact is None else fact.reason.rule,
                    OUTCOMES.index(outcome_of(ticket)),
                )
            )

    world = World(plan, habits=story.habits, record=record, day_over=day_over, roster=story.roster)
    world.run([visit for visit in story.planned if visit.comes], story.orders)
    return Day(
        tickets,
        sorted((since_midnight(fact.at_ms), orders[key], windows.index(fact.window_id)) for key, fact in calls),
        [(since_midnight(visit.arrived_ms), services.index(visit.service_id)) for visit, _ in world.turned_away],
        [clerk.busy_ms for clerk in world.clerks.values()],
        [clerk.open_ms for clerk in world.clerks.values()] if plan.hours else [],
    )


def compiled_day(story: Story, loop: Any = COMPILED) -> Day:
    """The day in the general loop."""
    plan = story.plan
    visits = visit_columns(story.planned, plan, CHANNELS, story.midnight_ms)
    room = lived(story, loop)
    rows, log, day = calls_of(room, visits), room.log, room.scene.day[0]
    moments = (rows.issued_ms, rows.first_called_ms, rows.called_ms, rows.began_ms, rows.finished_ms)
    kinds = [_kind(plan, window, rule) for window, rule in zip(rows.window.tolist(), rows.rule.tolist(), strict=True)]
    columns = [column.tolist() for column in (rows.service, rows.lane, *moments, rows.window)]
    tickets = list(zip(*columns, kinds, rows.outcome.tolist(), strict=True))
    taken, spans = log.calls[: day["calls"]], log.spans[: day["spans"]]
    windows = range(len(plan.windows))
    return Day(
        tickets[: day["tickets"]],
        sorted(zip(*(taken[name].tolist() for name in ("from_ms", "ticket", "window")), strict=True)),
        [(row[2], row[0]) for row in tickets[day["tickets"] :]],
        [int((taken["to_ms"] - taken["from_ms"])[taken["window"] == each].sum()) for each in windows],
        [int((spans["to_ms"] - spans["from_ms"])[spans["window"] == each].sum()) for each in windows if plan.hours],
    )


def lived(story: Story, loop: Any) -> Room:
    """The room after a day in a general loop."""
    plan = story.plan
    visits = visit_columns(story.planned, plan, CHANNELS, story.midnight_ms)
    courses = course_columns(story.planned, plan, story.midnight_ms)
    admission, shifts = admission_tables(plan, CHANNELS), shifts_of(plan, story.roster)
    tables = loop.general_tables.general_tables(plan, story.habits, holds_here=story.holds_here)
    tickets = tickets_max(visits, courses)
    room = loop.general_room.room_for(tables, tickets, len(courses.item_ms), len(shifts.at_ms))
    desk = loop.general_room.desk_for(tables, len(story.planned), len(admission.quota_count))
    is_workday = calendar.is_workday(plan, story.date.strftime("%Y%m%d"))
    if loop is not COMPILED:
        tables, room, desk = as_records(tables), as_records(room), as_records(desk)
    with np.errstate(over="ignore"):
        loop.general.live(tables, admission, shifts, visits, courses, len(story.planned), room, desk, is_workday)
    return room


def _kind(plan: HallPlan, window: int, rule: int) -> str:
    """The kind of a rule of a window's policy."""
    if rule == NOBODY:
        return ""
    policy = policy_of(plan, plan.windows[window])
    kind = policy.rules[rule].kind if policy is not None else "points"
    assert kind in KINDS
    return kind


# --- what may be on a day ---

HOURS = (
    (),
    (Span(9 * 60, 10 * 60),),
    (Span(9 * 60, 9 * 60 + 25), Span(9 * 60 + 40, 10 * 60 + 10)),
)


def seeded_story(random: Random) -> Story:
    """A day in whole minutes, so that much happens at once, in a hall with some of all rules."""
    plan = _seeded_hall(random)
    habits = Habits(
        walk_ms=random.choice((0, 0, 1)) * MINUTE,
        gap_ms=random.choice((0, 0, 1)) * MINUTE,
        absent_ms=random.choice((0, 1, 2)) * MINUTE,
        call_ms=random.choice((0, 0, 0, 20_000, 60_000)),
        loudspeakers=random.choice(((), (("a", 1),), (("a", 2),))),
    )
    holds_here = random.random() < 0.5
    has_courses = random.random() < 0.8
    absent = random.choice((0.0, 0.15, 0.5))
    planned = [
        _seeded_visit(plan, random, minute, absent, holds_here=holds_here, has_courses=has_courses)
        for minute in sorted(random.randint(-5, 70) for _ in range(random.randint(1, 40)))
    ]
    planned.sort(key=lambda visit: visit.arrived_ms)
    planned = [_booked(visit, plan, random, place) for place, visit in enumerate(planned)]
    roster = _seeded_roster(plan, random) if random.random() < 0.4 else None
    return Story(plan, habits, planned, bookings_of(planned, plan), roster, holds_here)


def _seeded_hall(random: Random) -> HallPlan:
    plan = seeded_plan(random)
    if random.random() < 0.3:
        # A hall that calls by points, which may stop by forecast.
        windows = tuple(replace(window, policy_id=None) for window in plan.windows)
        plan = replace(plan, windows=windows, rules=replace(plan.rules, policy_id=None))
    services = tuple(_seeded_service(service, random) for service in plan.services)
    windows = tuple(
        replace(window, remote=Remote(both("far"), (Span(9 * 60 + 5, 9 * 60 + 30),)))
        if random.random() < 0.1
        else window
        for window in plan.windows
    )
    rules = replace(
        Rules(policy_id=plan.rules.policy_id),
        overtime_ms=random.choice((0, 7, 120)) * MINUTE,
        next_item_place=random.choice(("original", "front", "back")),
        occupancy_max=random.choice((0, 0, 0, 6)),
        stops_by_forecast=random.random() < 0.5 and all(policy_of(plan, window) is None for window in plan.windows),
        call_expiry_ms=random.choice((300, 300, 190)) * 1_000,
        draws_in_break=random.random() < 0.7,
        pause_reasons=random.choice(((), ("break",), ("break", "lunch"))),
    )
    return replace(plan, services=services, windows=windows, rules=rules, hours=random.choice(HOURS))


def _seeded_service(service: Service, random: Random) -> Service:
    return replace(
        service,
        form=random.choice(("none", "none", "optional", "required")),
        no_show=random.choice(("guide", "void", "back", "after")),
        no_show_after=random.choice((0, 1, 3)),
        returns_max=random.choice((0, 1, 2)),
        back_office=BackOffice(None, 1, 0, random.choice((None, "s1", "s2"))) if random.random() < 0.6 else None,
        booking=Booking(1, 10, early_ms=5 * MINUTE, late_ms=3 * MINUTE, lane_id=random.choice((None, "p")),
                        hours=(Span(9 * 60, 9 * 60 + 40),)) if random.random() < 0.4 else None,
        hours=random.choice(((), (), (), (Span(9 * 60, 9 * 60 + 50),))),
        channels=random.choice(((), (), (), ("kiosk",))),
        quotas=random.choice(((), (), (), (Quota(5), Quota(1, "guide", Span(9 * 60 + 10, 9 * 60 + 20))))),
        appointment_only=random.choice(((), (), (), (Span(9 * 60 + 15, 9 * 60 + 20),))),
    )  # fmt: skip


def _seeded_visit(
    plan: HallPlan, random: Random, minute: int, absent: float, *, holds_here: bool, has_courses: bool
) -> Visit:
    return Visit(
        NINE + minute * MINUTE + random.choice((0, 0, 0, 0, 1, -1)),
        random.choice(plan.services).service_id,
        random.choice(LANES).lane_id,
        random.choice((0, 1, 2, 5, 12)) * MINUTE,
        random.choice((None, 0, 2, 5, 15, 40)),
        None if random.random() < 0.85 else random.choice(plan.windows).window_id,
        random.choice(CHANNELS),
        random.random() < absent,
        course=_seeded_course(plan, random, holds_here=holds_here) if has_courses else Course(stars=5),
        pause_ms=random.choice((0, 0, 0, 0, 1, 7)) * MINUTE,
    )


def _seeded_course(plan: HallPlan, random: Random, *, holds_here: bool) -> Course:
    """Something of all that may happen on a visit; a rating says nothing, and tells it from no course at all."""
    services = [service.service_id for service in plan.services]
    errands = [Errand(random.choice(services), random.choice((0, 1, 4)) * MINUTE) for _ in range(2)]
    kind = "papers" if holds_here else random.choice(("no-papers", "step"))
    return Course(
        more=tuple(errands[: random.choice((0, 0, 0, 1, 2))]),
        stays=random.random() < 0.5,
        outcome=random.choice(("done", "done", "told-missing", "papers-follow", "accepted", "turned-away", "cannot")),
        reason="because",
        hold=random.choice((None, None, None, Break(kind, 1 * MINUTE, random.choice((0, 1, 9)) * MINUTE))),
        transfer_to=random.choice((None, None, None, random.choice(services))),
        form_ms=random.choice((None, None, 0, 2 * MINUTE, 9 * MINUTE)),
        stage_ms=random.choice((None, 0, 3 * MINUTE)),
        waits=random.random() < 0.5,
        collect_ms=random.choice((0, 1)) * MINUTE,
        returns_ms=random.choice((None, 0, 4 * MINUTE)),
        stars=5,
    )


def _booked(visit: Visit, plan: HallPlan, random: Random, place: int) -> Visit:
    """Some have an appointment, and some of them come for another slot than theirs, or not at all."""
    service = next(each for each in plan.services if each.service_id == visit.service_id)
    if service.booking is None or visit.course is None or random.random() < 0.4:
        return visit
    slot = random.choice((0, 10, 20, 30, 40))
    course = replace(visit.course, booking=f"b{place}", is_missed=random.random() < 0.2)
    return replace(visit, appointment_ms=NINE + slot * MINUTE, course=course)


def _seeded_roster(plan: HallPlan, random: Random) -> Roster:
    spans = []
    for _ in plan.windows:
        edges = sorted(random.sample(range(-5, 80), random.choice((2, 4))))
        moments = [(9 * 60 + edge) * MINUTE for edge in edges]
        if random.random() < 0.7:
            moments[-1] = NEVER
        spans.append(tuple(pairwise(moments))[::2])
    return Roster(tuple(spans))
