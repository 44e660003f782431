"""Windows follow their rosters, clerks rest, and calls wait for a loudspeaker."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import events as e
from engine.core.hall import Hall
from engine.core.plan import HallPlan, Remote, Span
from sim.kernel.shapes import NEVER, Roster
from sim.visits import Course, Errand, Habits, Visit
from sim.world import World
from tests.builders import MINUTE, NINE, PLAN, both, plan, window
from tests.sim.days import Lived, visit
from tests.sim.test_properties import HABITS, days

ONE = plan(windows=[window("w01", "social")])
TWO = plan(windows=[window("w01", "social"), window("w02", "social")])
MIDNIGHT = NINE - 9 * 60 * MINUTE


def staffed(*spans: Sequence[tuple[float, float | None]]) -> Roster:
    """For each window its spans, in minutes after nine; None: until the day closes."""
    return Roster(
        tuple(
            tuple((_of_day(begins), NEVER if ends is None else _of_day(ends)) for begins, ends in of_window)
            for of_window in spans
        )
    )


def live(visits: Sequence[Visit], hall: HallPlan, habits: Habits | None = None, roster: Roster | None = None) -> Lived:
    lived = Lived()
    lived.world = World(hall, habits=habits, record=lived.record, day_over=lived.day_over, roster=roster)
    lived.world.run(visits)
    return lived


def minutes_of(lived: Lived, kind: type[e.Event]) -> list[float]:
    """When such facts happened, in minutes after nine."""
    return [(fact.at_ms - NINE) / MINUTE for fact in lived.of_type(kind)]


def called_at(lived: Lived) -> list[float | None]:
    return [None if ticket.called_ms is None else (ticket.called_ms - NINE) / MINUTE for ticket in lived.tickets]


# --- rosters ---


def test_window_calls_only_while_it_is_staffed() -> None:
    lived = live([visit(0), visit(1), visit(2)], ONE, roster=staffed([(5, 6), (30, None)]))

    assert called_at(lived) == [5, 30, 40]


def test_visit_that_is_under_way_when_the_span_ends_is_finished_and_the_window_then_closes() -> None:
    lived = live([visit(0, takes=10), visit(1)], ONE, roster=staffed([(0, 4)]))

    assert minutes_of(lived, e.WindowClosed) == [10]
    assert called_at(lived) == [0, None]


def test_visitor_who_walks_to_the_window_when_the_span_ends_is_served() -> None:
    lived = live([visit(0, takes=10)], ONE, Habits(walk_ms=5 * MINUTE - 1), staffed([(0, 4)]))

    assert lived.tickets[0].state == "finished"


def test_window_that_is_staffed_again_before_the_visit_ends_stays_open() -> None:
    lived = live([visit(0, takes=10), visit(1)], ONE, roster=staffed([(0, 4), (8, None)]))

    assert called_at(lived) == [0, 10]


def test_windows_close_and_open_before_anything_else_of_the_millisecond() -> None:
    """The visitor who comes as one window closes and another opens is called by the second."""
    lived = live([visit(0, takes=1), visit(5)], TWO, roster=staffed([(0, 5)], [(5, None)]))

    assert [ticket.window_id for ticket in lived.tickets] == ["w01", "w02"]


def test_window_closes_before_the_visit_that_ends_in_the_same_millisecond_lets_it_call() -> None:
    lived = live([visit(0, takes=5), visit(1)], ONE, roster=staffed([(0, 5)]))

    assert called_at(lived) == [0, None]
    assert minutes_of(lived, e.WindowClosed) == [5]


def test_windows_that_open_together_call_in_the_plan_s_order() -> None:
    lived = live([visit(0), visit(1), visit(2)], TWO, roster=staffed([(5, None)], [(5, None)]))

    assert [ticket.window_id for ticket in lived.tickets] == ["w01", "w02", "w01"]


def test_roster_knows_no_break_of_the_hall() -> None:
    hall = replace(ONE, hours=(Span(9 * 60, 10 * 60), Span(11 * 60, 12 * 60)))

    lived = live([visit(0), visit(70)], hall, roster=staffed([(0, 90)]))

    assert called_at(lived) == [0, 70]
    assert not lived.of_type(e.WindowPaused)


def test_roster_of_a_partner_s_window_ends_with_the_partner_s_hours() -> None:
    partner = replace(window("w01", "social"), remote=Remote(both("afar"), (Span(9 * 60 + 10, 9 * 60 + 20),)))

    lived = live(
        [visit(0, takes=4), visit(1, takes=20), visit(2)], plan(windows=[partner]), roster=staffed([(0, None)])
    )

    assert called_at(lived) == [10, 14, None]
    assert minutes_of(lived, e.WindowClosed) == [34]


def test_partner_who_leaves_ends_the_visit_first_without_a_roster_too() -> None:
    partner = replace(window("w01", "social"), remote=Remote(both("afar"), (Span(9 * 60, 9 * 60 + 20),)))

    lived = live([visit(15, takes=20), visit(16)], plan(windows=[partner]))

    assert minutes_of(lived, e.WindowClosed) == [35]


def test_open_time_is_the_time_staffed() -> None:
    lived = live([visit(0, takes=1), visit(59, takes=1)], TWO, roster=staffed([(0, 10), (20, 30)], [(0, 60)]))

    assert lived.world is not None
    assert [clerk.open_ms // MINUTE for clerk in lived.world.clerks.values()] == [20, 60]


@given(days(), HABITS, st.booleans())
@settings(max_examples=40, deadline=None)
def test_roster_that_says_what_the_hours_say_changes_nothing(
    visits: list[Visit], habits: Habits, has_hours: bool
) -> None:
    hall = plan(hours=(Span(9 * 60, 11 * 60),)) if has_hours else PLAN
    spans = ((_of_day(0), NEVER),) if has_hours else ((-1, NEVER),)

    rostered = live(visits, hall, habits, Roster((spans,) * len(hall.windows)))

    assert rostered.facts == live(visits, hall, habits).facts


SPANS = st.lists(st.integers(-10, 200), min_size=1, max_size=6, unique=True).map(sorted)


@given(days(), HABITS, st.lists(SPANS, min_size=3, max_size=3))
@settings(max_examples=60, deadline=None)
def test_whatever_the_roster_windows_begin_no_visit_outside_it(
    visits: list[Visit], habits: Habits, edges: list[list[int]]
) -> None:
    visits = [replace(each, pause_ms=each.service_ms // 3) for each in visits]
    roster = staffed(*(list(zip(each[::2], each[1::2], strict=False)) for each in edges))

    lived = live(visits, PLAN, habits, roster)

    spans = dict(zip((window.window_id for window in PLAN.windows), roster.spans, strict=True))
    for fact in lived.of_type(e.TicketCalled):
        assert isinstance(fact, e.TicketCalled)
        assert any(begins <= fact.at_ms - MIDNIGHT < ends for begins, ends in spans[fact.window_id])
    folded = Hall()
    for event in lived.facts:
        folded.apply(event)
    assert lived.world is not None
    assert folded.to_rows() == lived.world.hall.to_rows()
    assert len(lived.tickets) + len(lived.world.turned_away) == len(visits)


# --- pauses ---


def test_clerk_rests_after_a_visit_for_the_pause_and_then_for_the_gap() -> None:
    first = replace(visit(0, takes=10), pause_ms=5 * MINUTE)

    lived = live([first, visit(1)], ONE, Habits(gap_ms=30_000))

    assert minutes_of(lived, e.WindowPaused) == [10]
    assert minutes_of(lived, e.WindowResumed) == [15]
    assert called_at(lived) == [0, 15.5]


def test_pause_is_no_open_time() -> None:
    lived = live([replace(visit(0, takes=10), pause_ms=5 * MINUTE), visit(20, takes=1)], ONE)

    assert lived.world is not None
    (clerk,) = lived.world.clerks.values()
    assert (clerk.open_ms, clerk.busy_ms) == (16 * MINUTE, 11 * MINUTE)


def test_nobody_is_called_before_the_rest_is_over_though_the_window_opens_again() -> None:
    first = replace(visit(0, takes=4), pause_ms=20 * MINUTE)

    lived = live([first, visit(1)], ONE, roster=staffed([(0, 10), (12, None)]))

    assert called_at(lived) == [0, 24]


def test_pause_that_lasts_into_the_break_of_the_hall_does_not_end_with_it() -> None:
    hall = replace(ONE, hours=(Span(9 * 60, 10 * 60), Span(10 * 60 + 30, 12 * 60)))
    first = replace(visit(50, takes=5), pause_ms=60 * MINUTE)

    lived = live([first, visit(51)], hall)

    assert called_at(lived) == [50, 115]


def test_pause_for_which_the_hall_has_no_other_word_than_lunch_does_not_end_with_it_either() -> None:
    hall = replace(ONE, hours=(Span(9 * 60, 10 * 60), Span(10 * 60 + 30, 12 * 60)))
    hall = replace(hall, rules=replace(hall.rules, pause_reasons=("lunch",)))
    first = replace(visit(50, takes=5), pause_ms=60 * MINUTE)

    lived = live([first, visit(51)], hall)

    assert minutes_of(lived, e.WindowResumed) == [115]


def test_clerk_who_sends_a_visit_on_rests_and_the_next_one_does_not() -> None:
    first = replace(visit(0, takes=10), pause_ms=5 * MINUTE, course=Course(more=(Errand("tax", 2 * MINUTE),)))
    hall = plan(windows=[window("w01", "social"), window("w02", "tax")])

    lived = live([first], hall)

    assert [(fact.window_id, fact.at_ms) for fact in lived.facts if isinstance(fact, e.WindowPaused)] == [
        ("w01", NINE + 10 * MINUTE)
    ]


def test_pause_after_somebody_who_did_not_appear_is_taken_too() -> None:
    absent = replace(visit(0, is_absent=True), pause_ms=5 * MINUTE)

    lived = live([absent, visit(0.5)], ONE, Habits(absent_ms=MINUTE))

    assert called_at(lived) == [0, 6]


# --- loudspeakers ---

LOUD = Habits(call_ms=MINUTE, walk_ms=MINUTE, loudspeakers=(("a", 1),))


def test_visitor_sets_out_when_the_call_has_been_spoken() -> None:
    lived = live([visit(0)], ONE, replace(LOUD, loudspeakers=()))

    assert minutes_of(lived, e.ServiceBegan) == [2]


def test_calls_of_a_zone_wait_for_its_loudspeaker_in_the_order_in_which_they_were_made() -> None:
    lived = live([visit(0), visit(0)], TWO, LOUD)

    assert called_at(lived) == [0, 0]
    assert minutes_of(lived, e.ServiceBegan) == [2, 3]


def test_two_loudspeakers_speak_at_once() -> None:
    lived = live([visit(0), visit(0)], TWO, replace(LOUD, loudspeakers=(("a", 2),)))

    assert minutes_of(lived, e.ServiceBegan) == [2, 2]


def test_clerk_waits_for_an_absent_visitor_from_when_the_call_has_been_spoken() -> None:
    lived = live([visit(0), visit(0, is_absent=True)], TWO, replace(LOUD, absent_ms=MINUTE))

    assert minutes_of(lived, e.TicketMissed) == [3]


def test_visitor_who_cannot_be_there_before_the_call_expires_has_not_appeared() -> None:
    hall = plan(windows=[window(f"w{place:02d}", "social") for place in range(1, 9)])

    lived = live([visit(0) for _ in range(8)], hall, LOUD)

    assert [ticket.state for ticket in lived.tickets] == ["finished"] * 3 + ["missed"] * 5
    assert minutes_of(lived, e.TicketMissed) == [5 - 1 / MINUTE] * 5


def _of_day(minute: float) -> int:
    return round((9 * 60 + minute) * MINUTE)
