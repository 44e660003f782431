"""What people do by themselves in the exact world, and that the core decides everything else."""

from engine.core import events as e
from engine.core.hall import Hall
from engine.core.plan import Span
from sim.visits import Habits
from tests.builders import MINUTE, NINE, PRIORITY, plan, window
from tests.sim.days import live, visit


def test_newcomer_walks_up_to_the_least_flexible_free_window() -> None:
    lived = live([visit(0, "social")])

    assert lived.tickets[0].window_id == "w02"


def test_of_equally_flexible_windows_the_longest_idle_one_is_taken() -> None:
    hall = plan(windows=[window("w01", "social"), window("w02", "social")])

    lived = live([visit(0, takes=1), visit(0.5, takes=5), visit(2, takes=1), visit(10)], hall)

    assert [ticket.window_id for ticket in lived.tickets] == ["w01", "w02", "w01", "w01"]


def test_freed_window_calls_whom_the_rule_names() -> None:
    hall = plan(windows=[window("w01", ["social", "tax"])])

    lived = live([visit(0, takes=10), visit(1), visit(2, lane=PRIORITY)], hall)

    called = [event.ticket_id for event in lived.of_type(e.TicketCalled)]
    assert called == [lived.tickets[0].ticket_id, lived.tickets[2].ticket_id, lived.tickets[1].ticket_id]


def test_visitor_leaves_when_patience_is_over() -> None:
    hall = plan(windows=[window("w01", ["social"])])

    lived = live([visit(0, takes=10), visit(1, patience=5)], hall)

    ticket = lived.tickets[1]
    assert (ticket.state, ticket.outcome, ticket.finished_ms) == ("cancelled", "left", NINE + 6 * MINUTE)


def test_visitor_whose_patience_ends_as_a_window_is_freed_is_served() -> None:
    hall = plan(windows=[window("w01", ["social"])])

    lived = live([visit(0, takes=10), visit(1, patience=9)], hall)

    assert lived.tickets[1].state == "finished"


def test_visitor_for_one_window_waits_for_it_though_another_is_free() -> None:
    lived = live([visit(0, "social", takes=10), visit(1, "social", window_id="w02")])

    assert lived.tickets[1].window_id == "w02"
    assert lived.tickets[1].called_ms == NINE + 10 * MINUTE


def test_visitor_for_one_window_is_called_at_once_when_it_is_free() -> None:
    lived = live([visit(0, "social", window_id="w01")])

    assert lived.tickets[0].window_id == "w01"
    assert lived.tickets[0].called_ms == NINE


def test_absent_visitor_is_missed_and_the_window_goes_on() -> None:
    hall = plan(windows=[window("w01", ["social"])])

    lived = live([visit(0, is_absent=True), visit(0.5)], hall, Habits(absent_ms=2 * MINUTE))

    assert [ticket.state for ticket in lived.tickets] == ["missed", "finished"]
    assert lived.tickets[1].called_ms == NINE + 2 * MINUTE


def test_walk_and_gap_pass_before_and_after_a_visit() -> None:
    hall = plan(windows=[window("w01", ["social"])])

    lived = live([visit(0, takes=10), visit(0)], hall, Habits(walk_ms=20_000, gap_ms=10_000))

    first, second = lived.tickets
    assert first.began_ms == NINE + 20_000
    assert second.called_ms == NINE + 20_000 + 10 * MINUTE + 10_000


def test_windows_open_at_the_hour_and_pause_between_the_hours() -> None:
    hall = plan(windows=[window("w01", "social")], hours=(Span(9 * 60 + 30, 12 * 60), Span(13 * 60, 17 * 60)))

    lived = live([visit(0), visit(178, takes=10), visit(200)], hall)

    assert [ticket.called_ms for ticket in lived.tickets] == [NINE + m * MINUTE for m in (30, 178, 240)]
    (paused,) = lived.of_type(e.WindowPaused)
    assert paused.at_ms == NINE + 188 * MINUTE


def test_whoever_comes_after_the_last_hour_is_turned_away() -> None:
    hall = plan(hours=(Span(9 * 60, 10 * 60),))

    lived = live([visit(59, takes=30), visit(61)], hall)

    assert lived.world is not None
    assert [code for _, code in lived.world.turned_away] == ["issuing-over"]
    assert [ticket.state for ticket in lived.tickets] == ["finished"]


def test_a_day_that_is_over_is_not_opened_again() -> None:
    hall = plan(hours=(Span(9 * 60, 10 * 60),))

    lived = live([visit(90), visit(95)], hall)

    assert lived.world is not None
    assert [code for _, code in lived.world.turned_away] == ["day-not-open", "day-not-open"]
    assert len(lived.of_type(e.DayOpened)) == 1


def test_overtime_ends_the_day_for_those_still_waiting() -> None:
    hall = plan(windows=[window("w01", "social")], hours=(Span(9 * 60, 10 * 60),))

    lived = live([visit(50, takes=300), visit(51)], hall)

    assert [ticket.outcome for ticket in lived.tickets] == ["day-closed", "day-closed"]


def test_each_day_begins_with_its_first_visitor() -> None:
    day = 24 * 60

    lived = live([visit(0), visit(day), visit(3 * day)])

    assert [event.day for event in lived.of_type(e.DayOpened)] == ["20261123", "20261124", "20261126"]
    assert len(lived.of_type(e.DayClosed)) == 3


def test_hall_without_a_window_for_them_sends_everybody_home_at_its_end() -> None:
    lived = live([visit(0, "young")], plan(windows=[window("w01", "social")]))

    assert [ticket.outcome for ticket in lived.tickets] == ["day-closed"]


def test_fold_of_recorded_facts_is_the_live_hall() -> None:
    lived = live([visit(0), visit(0, "tax", patience=3), visit(1), visit(2, is_absent=True), visit(3, window_id="w03")])
    folded = Hall()

    for fact in lived.facts:
        folded.apply(fact)

    assert lived.world is not None
    assert folded.to_rows() == lived.world.hall.to_rows()
