"""A scenario's rosters and lunch rota as spans of each window."""

from dataclasses import replace

from engine.core.plan import HallPlan, Remote, Span
from sim.kernel.shapes import NEVER
from sim.roster import roster_of, staffed, until_close
from sim.scenario import Scenario, read_scenario
from tests.builders import HOUR, MINUTE, both, plan, window
from tests.sim.test_scenario import COUNTER

HOURS = (Span(9 * 60, 12 * 60), Span(13 * 60, 17 * 60))
ROSTER = '[[roster]]\nwindows = ["w01"]\nspans = ["10:00-12:00", "13:00-17:00"]\n'


def scenario(more: str = "") -> Scenario:
    return read_scenario(COUNTER + more, "x.toml")


def hall(count: int = 2, hours: tuple[Span, ...] = HOURS) -> HallPlan:
    return plan(windows=[window(f"w{place:02d}", ["social", "tax"]) for place in range(1, count + 1)], hours=hours)


def test_without_a_roster_windows_follow_the_hall() -> None:
    assert roster_of(scenario(), hall()) is None


def test_window_without_a_roster_of_its_own_follows_the_hall_until_the_day_closes() -> None:
    roster = roster_of(scenario(ROSTER), hall())

    assert roster is not None
    assert roster.spans == (
        ((10 * HOUR, 12 * HOUR), (13 * HOUR, NEVER)),
        ((9 * HOUR, 12 * HOUR), (13 * HOUR, NEVER)),
    )


def test_span_that_ends_before_the_hall_closes_ends_then() -> None:
    assert until_close(hall(), [Span(13 * 60, 16 * 60)]) == ((13 * HOUR, 16 * HOUR),)


def test_in_a_hall_without_hours_only_midnight_goes_on() -> None:
    always = hall(hours=())

    assert until_close(always, [Span(0, 1_439)]) == ((0, 1_439 * MINUTE),)
    assert until_close(always, [Span(720, 1_440)]) == ((12 * HOUR, NEVER),)


def test_spans_that_touch_are_one() -> None:
    spans = [Span(14 * 60, 15 * 60), Span(9 * 60, 10 * 60), Span(10 * 60, 11 * 60)]

    assert until_close(hall(), spans) == ((9 * HOUR, 11 * HOUR), (14 * HOUR, 15 * HOUR))


def test_neighbours_have_lunch_one_after_the_other_so_many_at_a_time() -> None:
    lunch = '[clerks.lunch]\nspan = "10:00-12:00"\nminutes = 30\nat_once = 2\n'

    roster = roster_of(scenario(lunch), hall(5))

    assert roster is not None
    rests = [spans[0][1] // MINUTE - 600 for spans in roster.spans]
    assert rests == [0, 30, 60, 0, 30]
    assert roster.spans[0] == ((9 * HOUR, 10 * HOUR), (10 * HOUR + 30 * MINUTE, 12 * HOUR), (13 * HOUR, NEVER))


def test_lunch_at_the_edge_of_a_span_leaves_no_empty_one() -> None:
    lunch = '[clerks.lunch]\nspan = "10:00-11:00"\nminutes = 60\nat_once = 2\n'

    roster = roster_of(scenario(ROSTER + lunch), hall())

    assert roster is not None
    assert roster.spans[0] == ((11 * HOUR, 12 * HOUR), (13 * HOUR, NEVER))


def test_partner_s_hours_bound_every_span() -> None:
    windows = hall().windows
    partner = replace(windows[1], remote=Remote(both("afar"), (Span(10 * 60, 14 * 60),)))

    spans = staffed(scenario(ROSTER), replace(hall(), windows=(windows[0], partner))).spans

    assert spans[1] == ((10 * HOUR, 12 * HOUR), (13 * HOUR, 14 * HOUR))
