"""What needs no window: visits at home, self-service machines, who is turned away at the door, visits by mode."""

from typing import Any

import pytest

from engine.core import calendar, views
from engine.core import commands as c
from engine.core import events as e
from engine.core.hall import Hall
from engine.core.plan import BackOffice
from engine.core.views.visits import modes_view
from tests.builders import HOUR, NINE, PLAN, Driver, with_service

REFERENCE = "outside-7"


def test_home_visit_is_due_in_three_working_days_unless_somebody_says_otherwise() -> None:
    driver = Driver.opened()

    (usual,) = driver.do(c.RequestHomeVisit("social", REFERENCE))
    (sooner,) = driver.do(c.RequestHomeVisit("social", REFERENCE, NINE + HOUR))

    assert usual == e.HomeVisitRequested("h1", "social", REFERENCE, calendar.add_working_days(PLAN, NINE, 3), NINE)
    assert sooner == e.HomeVisitRequested("h2", "social", REFERENCE, NINE + HOUR, NINE)


@pytest.mark.parametrize("due_ms", [NINE, NINE - 1, NINE + 366 * 24 * HOUR + 1])
def test_home_visit_is_not_due_in_the_past_or_in_years(due_ms: int) -> None:
    assert Driver.opened().refusal(c.RequestHomeVisit("social", REFERENCE, due_ms)).code == "due-unfit"


def test_home_visit_is_assigned_and_finished() -> None:
    driver = _requested()

    driver.do(c.AssignHomeVisit("h1", "c01"))
    driver.do(c.FinishHomeVisit("h1", "told-missing"))

    visit = driver.hall.visits.home_visits["h1"]
    assert (visit.clerk_id, visit.outcome, visit.finished_ms) == ("c01", "told-missing", NINE)


def test_home_visit_may_be_given_to_somebody_else() -> None:
    driver = _requested()
    driver.do(c.AssignHomeVisit("h1", "c01"))

    driver.do(c.AssignHomeVisit("h1", "c02"))

    assert driver.hall.visits.home_visits["h1"].clerk_id == "c02"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.RequestHomeVisit("none", REFERENCE), "service-unknown"),
        (c.AssignHomeVisit("h9", "c01"), "home-visit-unknown"),
        (c.AssignHomeVisit("h1", "c99"), "clerk-unknown"),
        (c.FinishHomeVisit("h9"), "home-visit-unknown"),
        (c.FinishHomeVisit("h1"), "home-visit-unassigned"),
    ],
)
def test_home_visit_that_cannot_be_is_refused(command: Any, code: str) -> None:
    assert _requested().refusal(command).code == code


def test_home_visit_ends_once_and_with_an_outcome_that_is_known() -> None:
    driver = _requested()
    driver.do(c.AssignHomeVisit("h1", "c01"))
    assert driver.refusal(c.FinishHomeVisit("h1", "accepted")).code == "outcome-unknown"

    driver.do(c.FinishHomeVisit("h1", "nobody-home"))

    assert driver.refusal(c.FinishHomeVisit("h1")).code == "home-visit-over"
    assert driver.refusal(c.AssignHomeVisit("h1", "c02")).code == "home-visit-over"


def test_home_visit_outlives_the_day_until_it_is_made() -> None:
    driver = _requested()
    driver.do(c.RequestHomeVisit("tax", REFERENCE))
    driver.do(c.AssignHomeVisit("h1", "c01"))
    driver.do(c.FinishHomeVisit("h1"))

    _next_day(driver)
    driver.do(c.RequestHomeVisit("tax", REFERENCE))

    assert list(driver.hall.visits.home_visits) == ["h2", "h3"]


def test_home_visit_may_be_asked_for_while_the_hall_is_closed() -> None:
    driver = Driver.opened()
    driver.do(c.CloseDay())

    driver.do(c.RequestHomeVisit("social", REFERENCE))

    assert "h1" in driver.hall.visits.home_visits


def test_machines_are_counted_day_and_night() -> None:
    driver = Driver.opened()
    driver.do(c.CountSelfService("social", "m1", 3))
    driver.do(c.CloseDay())

    driver.do(c.CountSelfService("social", "m2", 2))

    assert driver.hall.visits.self_service == {"social": 5}


def test_machine_of_a_service_nobody_knows_is_refused() -> None:
    assert Driver.opened().refusal(c.CountSelfService("none", "m1")).code == "service-unknown"


def test_whoever_is_turned_away_at_the_door_is_counted_with_the_reason() -> None:
    driver = Driver.opened()

    (fact,) = driver.do(c.TurnAway("wrong-office", "tax"))

    assert fact == e.VisitorTurnedAway("tax", "wrong-office", "guide", NINE)
    assert driver.hall.visits.turned_away == 1


@pytest.mark.parametrize(
    ("command", "code"), [(c.TurnAway("  "), "reason-missing"), (c.TurnAway("full", "none"), "service-unknown")]
)
def test_turning_away_needs_a_reason_and_a_service_that_exists(command: c.TurnAway, code: str) -> None:
    assert Driver.opened().refusal(command).code == code


def test_nobody_is_turned_away_while_the_hall_is_closed() -> None:
    driver = Driver.opened()
    driver.do(c.CloseDay())

    assert driver.refusal(c.TurnAway("closed")).code == "day-not-open"


def test_visits_are_counted_by_their_mode() -> None:
    driver = _day_of_all_modes()

    counts = {each["mode"]: (each["visits"], each["finished"]) for each in modes_view(driver.hall)["modes"]}

    assert counts == {
        "instant": (2, 1),
        "promised": (1, 1),
        "appointment": (0, 0),
        "extended": (1, 1),
        "self-service": (4, 4),
    }


def test_home_visits_machines_and_the_door_are_told_apart() -> None:
    view = modes_view(_day_of_all_modes().hall)

    assert (view["home_visits"], view["self_service"], view["turned_away"]) == (1, 4, 1)


def test_counts_are_of_the_day() -> None:
    driver = _day_of_all_modes()

    _next_day(driver)

    view = modes_view(driver.hall)
    assert sum(each["visits"] for each in view["modes"]) == 0
    assert (view["home_visits"], view["self_service"], view["turned_away"]) == (0, 0, 0)


def test_everything_survives_a_restart() -> None:
    driver = _day_of_all_modes()

    restarted = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert restarted.to_rows() == driver.hall.to_rows()
    assert modes_view(restarted) == modes_view(driver.hall)


def test_reference_of_a_home_visit_is_no_business_of_the_public() -> None:
    driver = _requested()

    assert REFERENCE not in str(views.hall_view(driver.hall, NINE, "epoch"))


def _requested() -> Driver:
    driver = Driver.opened()
    driver.do(c.RequestHomeVisit("social", REFERENCE))
    return driver


def _day_of_all_modes() -> Driver:
    driver = Driver.opened(with_service("tax", back_office=BackOffice(due_days=1)))
    driver.issue()
    driver.serve()
    driver.do(c.FinishService("w01"))
    driver.issue("tax")
    driver.serve()
    driver.do(c.FinishService("w01", "accepted"))
    driver.issue()
    driver.do(c.CountSelfService("social", "m1", 4))
    driver.do(c.TurnAway("wrong-office"))
    driver.do(c.RequestHomeVisit("social", REFERENCE))
    driver.do(c.AssignHomeVisit("h1", "c01"))
    driver.do(c.FinishHomeVisit("h1"))
    return driver


def _next_day(driver: Driver) -> None:
    driver.do(c.CloseDay())
    driver.now_ms += 24 * HOUR
    driver.do(c.OpenDay())
