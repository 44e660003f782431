"""What people do beside waiting and being served: everything goes through the core, and the rest is theirs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import commands as c
from engine.core import events as e
from engine.core.plan import BackOffice, Booking, Department, HallPlan, Limit, Limits, Remote, Span, Tide
from engine.halls import load_hall
from engine.ports import Entry
from engine.verify import Checker
from engine.wire.bad_file import BadFile
from sim.bookings import bookings_of
from sim.day import Days, habits_of
from sim.scenario import load_scenario
from sim.trace import read_trace, write_trace
from sim.visits import Break, Course, Errand, Order, Visit
from sim.world import World
from tests.builders import MINUTE, NINE, PLAN, both, plan, service, window
from tests.sim.days import Lived, live, visit

OFFICE = replace(
    plan(
        services=(
            replace(service("social", "A"), back_office=BackOffice(None, 1, 0, "collect")),
            replace(service("tax", "B"), form="required"),
            service("collect", "C"),
        ),
        windows=(window("w01", ["social", "tax"]), window("w02", "collect")),
    ),
    departments=(Department("police", both("police")), Department("land", both("land"))),
)
BOTH_FOR_TAX = (window("w01", ["social", "tax", "collect"]), window("w02", ["social", "tax"]))
AT_DESK = plan(windows=[window("w01", ["social", "tax", "young"])])


def with_course(came: Visit, **course: object) -> Visit:
    return replace(came, course=Course(**course))  # type: ignore[arg-type]


def kinds(lived: Lived) -> list[str]:
    return [type(fact).__name__ for fact in lived.facts]


def live_with(visits: Sequence[Visit], orders: Sequence[Order], hall: HallPlan) -> Lived:
    lived = Lived()
    lived.world = World(hall, record=lived.record, day_over=lived.day_over)
    lived.world.run(visits, orders)
    return lived


# --- one visit ---


def test_visit_for_two_items_queues_for_the_second_under_the_same_number() -> None:
    came = with_course(visit(0, "social", takes=5), more=(Errand("tax", 3 * MINUTE),))

    lived = live([came])

    (ticket,) = lived.tickets
    assert [fact.service_id for fact in lived.facts if isinstance(fact, e.TicketTransferred)] == ["tax"]
    assert (ticket.state, ticket.step, ticket.finished_ms) == ("finished", 1, NINE + 8 * MINUTE)


def test_clerk_who_serves_both_items_goes_on_without_a_call() -> None:
    came = with_course(visit(0, "social", takes=5), more=(Errand("tax", 3 * MINUTE),), stays=True)

    lived = live([came], AT_DESK)

    assert kinds(lived).count("TicketCalled") == 1
    assert kinds(lived).count("ItemBegan") == 1
    assert lived.tickets[0].finished_ms == NINE + 8 * MINUTE


def test_hold_frees_the_window_and_the_visit_goes_on_afterwards() -> None:
    held = with_course(visit(0, "social", takes=10), hold=Break("step", 4 * MINUTE, 20 * MINUTE))

    lived = live([held, visit(1, "social", takes=2)], AT_DESK)

    first, second = lived.tickets
    assert second.finished_ms == NINE + 6 * MINUTE
    assert first.finished_ms == NINE + 30 * MINUTE


def test_form_is_filled_in_before_the_visit_is_called() -> None:
    lived = live([with_course(visit(0, "tax", takes=5), form_ms=7 * MINUTE)], OFFICE)

    assert lived.tickets[0].called_ms == NINE + 7 * MINUTE


def test_visit_of_which_nothing_more_is_known_has_its_form_filled_in() -> None:
    lived = live([visit(0, "tax", takes=5)], OFFICE)

    assert lived.tickets[0].called_ms == NINE


def test_whoever_wants_one_window_waits_for_it_once_the_form_is_filled_in() -> None:
    wants_one = with_course(visit(1, "tax", takes=5, window_id="w02"), form_ms=3 * MINUTE)

    lived = live([visit(0, "tax", takes=9, window_id="w02"), wants_one], replace(OFFICE, windows=BOTH_FOR_TAX))

    assert (lived.tickets[1].window_id, lived.tickets[1].called_ms) == ("w02", NINE + 9 * MINUTE)


def test_visitor_who_waits_for_the_back_office_is_called_to_collect_when_it_is_done() -> None:
    came = with_course(
        visit(0, "social", takes=5), outcome="accepted", stage_ms=30 * MINUTE, waits=True, collect_ms=2 * MINUTE
    )

    lived = live([came, visit(120, "tax", takes=1)], OFFICE)

    _, collected, _ = lived.tickets
    assert (collected.number, collected.service_id) == ("C001", "collect")
    assert (collected.called_ms, collected.finished_ms) == (NINE + 35 * MINUTE, NINE + 37 * MINUTE)


def test_visitor_who_went_home_comes_for_the_result_half_an_hour_after_it_is_done() -> None:
    came = with_course(visit(0, "social", takes=5), outcome="accepted", stage_ms=30 * MINUTE, collect_ms=2 * MINUTE)

    lived = live([came, visit(120, "tax", takes=1)], OFFICE)

    assert [ticket.number for ticket in lived.tickets] == ["A001", "C001", "B001"]
    assert lived.tickets[1].issued_ms == NINE + 65 * MINUTE


def test_visitor_who_was_told_what_is_missing_comes_back_without_queueing_anew() -> None:
    told = with_course(visit(0, "social", takes=5), outcome="told-missing", returns_ms=10 * MINUTE)
    others = [visit(1 + each, "social", takes=6) for each in range(4)]

    lived = live([told, *others], AT_DESK)

    back = lived.tickets[-1]
    assert back.return_of == lived.tickets[0].ticket_id
    assert back.called_ms == NINE + 17 * MINUTE


def test_visit_that_cannot_be_done_opens_a_case_that_is_called_back_and_closed() -> None:
    cannot = with_course(visit(0, "social", takes=5), outcome="cannot", reason="rule-unclear")

    lived = live([cannot, *(visit(day * 24 * 60, "tax", takes=1) for day in range(1, 6))], OFFICE)

    steps = [kind for kind in kinds(lived) if kind.startswith("Case")]
    assert steps[:3] == ["CaseOpened", "CaseInformed", "CaseTaskGiven"]
    assert steps[-2:] == ["CaseCalledBack", "CaseClosed"]


def test_visit_is_rated_after_it_has_ended() -> None:
    lived = live([with_course(visit(0, takes=5), stars=1), visit(20, takes=1)])

    (rated,) = lived.of_type(e.TicketRated)
    assert isinstance(rated, e.TicketRated)
    assert rated.stars == 1
    assert lived.of_type(e.FollowUpOpened)


def test_paper_that_did_not_come_out_is_printed_again() -> None:
    lived = live([with_course(visit(0), is_printed=False)])

    assert [kind for kind in kinds(lived) if "rint" in kind] == ["TicketNotPrinted", "TicketReprinted", "TicketPrinted"]


def test_missed_ticket_that_goes_to_the_back_by_itself_is_there_the_second_time() -> None:
    hall = plan(services=[replace(service("social", "A"), no_show="back")], windows=[window("w01", "social")])

    lived = live([visit(0, is_absent=True), visit(0.5, takes=2)], hall)

    assert [ticket.state for ticket in lived.tickets] == ["finished", "finished"]
    assert lived.tickets[0].misses == 1


# --- appointments ---

BOOKED = plan(
    services=[replace(service("social", "A"), booking=Booking(2, hours=(Span(9 * 60, 12 * 60),)))],
    windows=[window("w01", "social")],
    hours=(Span(9 * 60, 12 * 60),),
)


def test_appointment_is_booked_as_the_day_opens_and_kept_on_arrival() -> None:
    came = with_course(replace(visit(31), appointment_ms=NINE + 30 * MINUTE), booking="first")
    visits = [visit(0, takes=5), came]

    lived = live_with(visits, bookings_of(visits, BOOKED), BOOKED)

    (kept,) = lived.of_type(e.AppointmentKept)
    assert isinstance(kept, e.AppointmentKept)
    assert not kept.is_late
    assert lived.tickets[1].mode == "appointment"


def test_appointment_nobody_comes_for_is_missed() -> None:
    missed = with_course(replace(visit(31), appointment_ms=NINE + 30 * MINUTE), booking="first")

    lived = live_with([visit(0, takes=5)], bookings_of([visit(0), missed], BOOKED), BOOKED)

    assert len(lived.of_type(e.AppointmentMissed)) == 1


def test_trace_with_courses_and_appointments_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    visits = [
        with_course(visit(0), more=(Errand("tax", 90_000),), stays=True, stars=4, on_behalf=True),
        with_course(visit(1), outcome="turned-away", reason="not-eligible", is_printed=False),
        with_course(visit(2), hold=Break("papers", 60_000, 120_500), form_ms=1_000, returns_ms=60_000),
        with_course(visit(3), outcome="accepted", stage_ms=60_000, waits=True, collect_ms=30_000, transfer_to="tax"),
        with_course(replace(visit(4), appointment_ms=NINE + 30 * MINUTE), booking="row-6"),
        with_course(replace(visit(5), appointment_ms=NINE + 30 * MINUTE), booking="row-7", is_missed=True),
    ]

    write_trace(path, visits, PLAN, as_iso=True, with_courses=True)

    assert read_trace(path, PLAN) == visits


def test_an_appointment_to_miss_needs_its_slot(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    path.write_text("arrived_at,service,lane,service_s,missed\n32400,social,ordinary,600,1\n", "utf-8")

    with pytest.raises(BadFile) as bad:
        read_trace(path, PLAN)

    assert [(each.line, each.key) for each in bad.value.problems] == [(2, "missed")]


# --- windows that follow the tide, a partner, or the clock ---


def test_tidal_window_calls_while_the_queue_is_long_and_rests_afterwards() -> None:
    tidal = replace(window("w02", "social"), kind="tidal", tide=Tide(3, 1))
    hall = plan(windows=[window("w01", "social"), tidal], hours=(Span(9 * 60, 12 * 60),))

    lived = live([visit(0.1 * each, "social", takes=10) for each in range(9)], hall)

    assert {ticket.window_id for ticket in lived.tickets} == {"w01", "w02"}
    paused = [fact for fact in lived.facts if isinstance(fact, e.WindowPaused)]
    assert [fact.reason for fact in paused] == ["tide"] * len(paused)
    assert len(paused) >= 2


def test_remote_window_is_open_while_its_partner_is_there() -> None:
    remote = replace(window("w02", "tax"), kind="remote", remote=Remote(both("far"), (Span(9 * 60 + 30, 10 * 60),)))
    hall = plan(windows=[window("w01", "social"), remote], hours=(Span(9 * 60, 12 * 60),))

    lived = live([visit(0, "tax", takes=2), visit(45, "tax", takes=20), visit(50, "tax", takes=1)], hall)

    assert [ticket.called_ms for ticket in lived.tickets[:2]] == [NINE + 30 * MINUTE, NINE + 45 * MINUTE]
    assert lived.tickets[2].state == "cancelled"


def test_long_waits_are_warned_of_as_they_pass_their_limit() -> None:
    hall = replace(plan(windows=[window("w01", "social")]), limits=Limits(wait_ms=Limit(15 * MINUTE, 10 * MINUTE)))

    lived = live([visit(0, takes=40), visit(1, takes=1), visit(60, takes=1)], hall)

    raised = [at for fact, at in zip(lived.facts, lived.times_ms, strict=True) if isinstance(fact, e.WarningRaised)]
    assert raised == [NINE + 16 * MINUTE + 1]


# --- every course ---

COURSES = st.builds(
    Course,
    more=st.sampled_from([(), (), (Errand("tax", 60_000),), (Errand("tax", 60_000), Errand("social", 0))]),
    stays=st.booleans(),
    outcome=st.sampled_from(["done", "told-missing", "papers-follow", "accepted", "turned-away", "cannot"]),
    reason=st.just("because"),
    hold=st.sampled_from([None, Break("papers", 0, 60_000), Break("no-papers", 60_000, 0), Break("step", 1, 600_000)]),
    form_ms=st.sampled_from([None, 0, 300_000]),
    stage_ms=st.sampled_from([None, 0, 900_000]),
    waits=st.booleans(),
    collect_ms=st.sampled_from([0, 60_000]),
    returns_ms=st.sampled_from([None, 0, 600_000]),
    stars=st.sampled_from([None, 1, 5]),
    is_printed=st.booleans(),
)


@st.composite
def days(draw: st.DrawFn) -> list[Visit]:
    one = st.builds(
        visit,
        st.integers(-10, 170),
        st.just("social"),
        takes=st.integers(0, 30),
        patience=st.none() | st.integers(0, 30),
        is_absent=st.sampled_from([False, False, False, True]),
    )
    visits = [replace(came, course=draw(COURSES)) for came in draw(st.lists(one, max_size=25))]
    return sorted(visits, key=lambda came: came.arrived_ms)


@given(days())
@settings(max_examples=60, deadline=None)
def test_whatever_people_do_the_story_is_one_the_rules_allow(visits: list[Visit]) -> None:
    entries: list[Entry] = []
    position = 0

    def record(actor: str, events: Sequence[e.Event], at_ms: int) -> None:
        nonlocal position
        entries.append(Entry(position + 1, at_ms, actor, tuple(events)))
        position += len(events)

    world = World(OFFICE, record=record)
    world.run(visits)

    checker = Checker()
    checker.check(entry for entry in entries if entry.events)
    assert checker.report.holds, checker.report.violations
    assert world.hall.phase == "closed" or not visits


@pytest.mark.parametrize("name", ["puming", "ningcheng-station", "hongtang", "xianan"])
def test_day_of_a_shipped_scenario_has_everything_its_conduct_names(name: str) -> None:
    scenario, hall = load_scenario(name), load_hall(name)
    seen: set[type] = set()
    world = World(
        hall, habits=habits_of(scenario), record=lambda actor, events, at_ms: seen.update(type(fact) for fact in events)
    )

    for day in Days(scenario, hall, 1, date(2026, 1, 5), 10):
        world.run(day.visits, day.orders)

    assert {e.TicketRated, e.ReturnGranted, e.ItemFinished, e.SelfServiceCounted} <= seen


def test_same_seed_gives_the_same_courses() -> None:
    scenario, hall = load_scenario("hongtang"), load_hall("hongtang")

    first, second = (list(Days(scenario, hall, 3, date(2026, 1, 5), 2)) for _ in range(2))

    assert first == second
    assert any(isinstance(order.command, c.CountSelfService) for order in first[0].orders)
