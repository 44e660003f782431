"""What happens on visits has the shares its scenario says, and changing one part of it moves no other."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from engine.core import commands as c
from engine.core.plan import BackOffice, Booking, Span
from engine.halls import load_hall
from sim.chance import key_of
from sim.conduct_recipe import conduct_recipe_of
from sim.course_draws import draw_courses
from sim.day import Days
from sim.draws import fill_visits
from sim.kernel.shapes import (
    ACCEPTED,
    CANNOT,
    DONE,
    NEVER,
    PAPERS_FOLLOW,
    SENT_AWAY,
    TOLD_MISSING,
    CourseColumns,
    VisitColumns,
    blank_visits,
)
from sim.recipe import recipe_of
from sim.scenario import Scenario, load_scenario, read_scenario
from tests.builders import MINUTE, plan, service, window
from tests.sim.test_scenario import COUNTER

MANY = 50_000
P_LEAST = 1e-4
CONDUCT = """
[conduct.combined]
share = 0.1
items = 3
stays = 0.4
[conduct.outcomes]
told_missing = 0.1
papers_follow = 0.05
turned_away = 0.02
cannot = 0.01
returns = 0.5
[conduct.back_office]
share = 0.5
same_day = 0.5
waits = 0.5
[conduct.holds]
share = 0.2
minutes = 10
[conduct.transfers]
share = 0.1
[conduct.forms]
share = 0.3
[conduct.appointments]
share = 0.25
missed = 0.1
[conduct.ratings]
share = 0.4
stars = [0.1, 0.1, 0.1, 0.2, 0.5]
[conduct.beside]
on_behalf = 0.05
not_printed = 0.02
"""


SCENARIO = read_scenario(COUNTER + CONDUCT, "x.toml")
SOCIAL, TAX = 0, 1
HALL = plan(
    services=(
        replace(service("social", "A"), back_office=BackOffice(None)),
        replace(service("tax", "B"), form="required", booking=Booking(1, hours=(Span(9 * 60, 10 * 60),))),
    ),
    windows=(window("w01", ["social", "tax"]),),
)


def drawn(scenario: Scenario = SCENARIO) -> tuple[VisitColumns, CourseColumns]:
    visits = blank_visits(MANY)
    fill_visits(recipe_of(scenario, HALL), key_of(1), 0, visits)
    return visits, draw_courses(conduct_recipe_of(scenario, HALL), key_of(1), 0, visits)


@pytest.fixture(scope="module")
def day() -> tuple[VisitColumns, CourseColumns]:
    """Very many visits of one day."""
    return drawn()


@pytest.fixture
def visits(day: tuple[VisitColumns, CourseColumns]) -> VisitColumns:
    return day[0]


@pytest.fixture
def courses(day: tuple[VisitColumns, CourseColumns]) -> CourseColumns:
    return day[1]


@pytest.fixture
def is_combined(courses: CourseColumns) -> NDArray[np.bool_]:
    return np.diff(courses.item_from) > 0


def is_share(happens: NDArray[np.bool_], share: float) -> bool:
    """Whether something happens about as often as it should."""
    return bool(stats.binomtest(int(happens.sum()), len(happens), share).pvalue > P_LEAST)


def is_exponential(lengths_ms: NDArray[np.int32], mean_minutes: float) -> bool:
    return bool(stats.kstest(lengths_ms / (mean_minutes * MINUTE), stats.expon.cdf).pvalue > P_LEAST)


def test_combined_visits_have_their_further_items(courses: CourseColumns, is_combined: NDArray[np.bool_]) -> None:
    assert is_share(is_combined, 0.1)
    assert set(np.diff(courses.item_from).tolist()) == {0, 2}
    assert is_share(courses.stays[is_combined] == 1, 0.4)
    assert not courses.stays[~is_combined].any()


def test_a_further_item_is_another_service_and_takes_as_long_as_that_does(
    visits: VisitColumns, courses: CourseColumns
) -> None:
    own = np.repeat(visits.service, np.diff(courses.item_from))

    assert np.all(courses.item_service != own)
    assert is_exponential(courses.item_ms[courses.item_service == SOCIAL], 2)
    assert is_exponential(courses.item_ms[courses.item_service == TAX], 3)


def test_visits_end_as_often_as_they_should_in_each_way(visits: VisitColumns, courses: CourseColumns) -> None:
    without_office = courses.outcome[visits.service == TAX]

    for outcome, share in ((TOLD_MISSING, 0.1), (PAPERS_FOLLOW, 0.05), (SENT_AWAY, 0.02), (CANNOT, 0.01), (DONE, 0.82)):
        assert is_share(without_office == outcome, share)


def test_half_of_those_who_are_told_what_is_missing_come_back(courses: CourseColumns) -> None:
    told = courses.outcome == TOLD_MISSING

    assert is_share(courses.returns_ms[told] != NEVER, 0.5)
    assert np.all(courses.returns_ms[~told] == NEVER)
    assert is_exponential(courses.returns_ms[courses.returns_ms != NEVER], 60)


def test_back_office_takes_what_is_done_at_the_window_and_goes_no_further(
    visits: VisitColumns, courses: CourseColumns, is_combined: NDArray[np.bool_]
) -> None:
    accepted = courses.outcome == ACCEPTED

    eligible = (visits.service == SOCIAL) & ~is_combined & ((courses.outcome == DONE) | accepted)
    assert is_share(accepted[eligible], 0.5)
    assert not accepted[~eligible].any()
    assert is_share(courses.stage_ms[accepted] != NEVER, 0.5)
    assert is_share(courses.waits[accepted & (courses.stage_ms != NEVER)] == 1, 0.5)
    assert np.all(courses.transfer_to[accepted] == -1)
    assert np.all(courses.collect_ms[accepted] > 0)


def test_transferred_visits_go_to_another_service(
    visits: VisitColumns, courses: CourseColumns, is_combined: NDArray[np.bool_]
) -> None:
    may = ~is_combined & (courses.outcome != ACCEPTED)
    sent = courses.transfer_to >= 0

    assert is_share(sent[may], 0.1)
    assert np.all(courses.transfer_to[sent] != visits.service[sent])


def test_holds_begin_half_way(visits: VisitColumns, courses: CourseColumns) -> None:
    held = courses.hold_ms != NEVER

    assert is_share(held, 0.2)
    assert np.all(courses.hold_after_ms[held] == visits.service_ms[held] // 2)
    assert is_exponential(courses.hold_ms[held], 10)


def test_forms_are_filled_in_where_there_is_one(visits: VisitColumns, courses: CourseColumns) -> None:
    fills = courses.form_ms != NEVER

    assert is_share(fills[visits.service == TAX], 0.3)
    assert not fills[visits.service == SOCIAL].any()


def test_appointments_are_for_the_nearest_slot_and_some_are_missed(
    visits: VisitColumns, courses: CourseColumns
) -> None:
    booked = courses.appointment_ms != NEVER
    minutes = courses.appointment_ms[booked] // MINUTE

    assert is_share(booked[visits.service == TAX], 0.25)
    assert not booked[visits.service == SOCIAL].any()
    assert set(minutes.tolist()) == {540, 570}
    assert np.all((minutes == 540) == (visits.arrived_ms[booked] // MINUTE <= 555))
    assert is_share(courses.missed[booked] == 1, 0.1)
    assert not courses.missed[~booked].any()


def test_ratings_and_papers_have_their_shares(courses: CourseColumns) -> None:
    stars = np.bincount(courses.stars, minlength=6)

    assert is_share(courses.stars > 0, 0.4)
    assert stats.chisquare(stars[1:], np.array([0.1, 0.1, 0.1, 0.2, 0.5]) * stars[1:].sum()).pvalue > P_LEAST
    assert is_share(courses.on_behalf == 1, 0.05)
    assert is_share(courses.printed == 0, 0.02)


def test_the_only_service_people_come_for_is_its_own_errand() -> None:
    text = COUNTER.replace("share = 0.5", "share = 0", 1).replace("share = 0.5", "share = 1") + CONDUCT

    visits, courses = drawn(read_scenario(text, "x.toml"))

    assert set(visits.service.tolist()) == {TAX}
    assert set(courses.item_service.tolist()) == {TAX}


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        (("[conduct.holds]\nshare = 0.2", "[conduct.holds]\nshare = 0.3"), {"hold_after_ms", "hold_ms"}),
        (("[conduct.ratings]\nshare = 0.4", "[conduct.ratings]\nshare = 0.5"), {"stars"}),
        (("[conduct.forms]\nshare = 0.3", "[conduct.forms]\nshare = 0.1"), {"form_ms"}),
        (("missed = 0.1", "missed = 0.9"), {"missed"}),
    ],
)
def test_a_change_in_one_part_moves_no_other(change: tuple[str, str], moved: set[str], courses: CourseColumns) -> None:
    _, after = drawn(read_scenario(COUNTER + CONDUCT.replace(*change), "x.toml"))

    differ = {
        name
        for name, now, before in zip(CourseColumns._fields, after, courses, strict=True)
        if not np.array_equal(now, before)
    }
    assert differ == moved


def test_what_happens_beside_the_windows_is_asked_between_the_first_visitor_and_the_last() -> None:
    scenario = load_scenario("lanzhou")

    day = Days(scenario, load_hall("lanzhou"), 1, date(2026, 1, 5), 1).day(0)

    beside = scenario.conduct.beside
    counted = [order.command.count for order in day.orders if isinstance(order.command, c.CountSelfService)]
    sent_away = [order for order in day.orders if isinstance(order.command, c.TurnAway)]
    assert sum(counted) == beside.self_service
    assert len(sent_away) == beside.turned_away
    assert all(day.visits[0].arrived_ms <= order.at_ms <= day.visits[-1].arrived_ms for order in sent_away)
    assert [order.at_ms for order in day.orders] == sorted(order.at_ms for order in day.orders)
