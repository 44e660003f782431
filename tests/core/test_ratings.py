"""Ratings (好差评): once per item, for some days, by three ways; and what a bad one leads to."""

from dataclasses import replace

import pytest

from engine.core import calendar
from engine.core import commands as c
from engine.core import events as e
from engine.core.commands import Command
from engine.core.hall import Hall
from engine.core.scores import PARTS, STARS
from engine.core.views.ratings import follow_up_view, own_ratings_view, ratings_view, scale_view
from tests.builders import MINUTE, NINE, PLAN, Driver, with_rules

DAY_MINUTES = 24 * 60


def finished(driver: Driver, window_id: str = "w01", outcome: str = "done") -> str:
    """A visit that was served and finished at a window; the ticket id."""
    driver.issue()
    ticket_id = driver.serve(window_id)
    driver.do(c.FinishService(window_id, outcome))
    return ticket_id


def rated(driver: Driver, stars: int) -> str:
    """A finished visit that was rated so; the ticket id."""
    ticket_id = finished(driver)
    driver.do(c.RateTicket(ticket_id, stars))
    return ticket_id


# --- who may rate what ---


def test_a_rating_names_what_was_rated_and_who_did_it() -> None:
    driver = Driver.opened()
    driver.do(c.CloseWindow("w01"))
    driver.do(c.OpenWindow("w01", "c01"))
    ticket_id = finished(driver)
    driver.wait(minutes=2)

    facts = driver.do(c.RateTicket(ticket_id, 4, 0, 5, None, 3, "qr"))

    assert facts == (
        e.TicketRated(ticket_id, 0, 4, 5, None, 3, "qr", "w01", "c01", NINE + 2 * MINUTE, "social", None, "done", NINE),
    )


def test_a_clerk_who_has_left_meanwhile_is_still_the_one_who_was_rated() -> None:
    driver = Driver.opened()
    driver.do(c.CloseWindow("w01"))
    driver.do(c.OpenWindow("w01", "c01"))
    ticket_id = finished(driver)
    driver.do(c.CloseWindow("w01"))
    driver.do(c.OpenWindow("w01", "c02"))

    (fact,) = driver.do(c.RateTicket(ticket_id, 5))

    assert isinstance(fact, e.TicketRated)
    assert fact.clerk_id == "c01"


def test_an_item_is_rated_once() -> None:
    driver = Driver.opened()
    ticket_id = rated(driver, 5)

    assert driver.refusal(c.RateTicket(ticket_id, 1)).code == "already-rated"


@pytest.mark.parametrize("step", [1, -1, 99])
def test_an_item_that_was_not_part_of_the_visit_is_not_rated(step: int) -> None:
    driver = Driver.opened()
    ticket_id = finished(driver)

    assert driver.refusal(c.RateTicket(ticket_id, 5, step)).code == "not-rateable"


def test_a_visit_is_not_rated_before_it_is_finished() -> None:
    driver = Driver.opened()
    ticket_id = driver.issue()
    assert driver.refusal(c.RateTicket(ticket_id, 5)).code == "not-rateable"

    driver.serve()
    assert driver.refusal(c.RateTicket(ticket_id, 5)).code == "not-rateable"


def test_a_visit_that_ended_otherwise_is_not_rated() -> None:
    driver = Driver.opened()
    missed, cancelled = driver.issue(), driver.issue()
    driver.call()
    driver.do(c.RecordNoShow("w01"))
    driver.do(c.CancelTicket(cancelled))

    for ticket_id in (missed, cancelled, "20261123-a404", "nonsense", ""):
        assert driver.refusal(c.RateTicket(ticket_id, 5)).code == "not-rateable"


def test_each_item_of_a_visit_is_rated_for_itself() -> None:
    driver = Driver.opened()
    (issued,) = driver.do(c.IssueTicket("social", items=(e.VisitItem("social"), e.VisitItem("tax"))))
    assert isinstance(issued, e.TicketIssued)
    driver.serve("w01")
    driver.do(c.FinishService("w01", stays=True))
    assert driver.refusal(c.RateTicket(issued.ticket_id, 5, 1)).code == "not-rateable"

    driver.do(c.RateTicket(issued.ticket_id, 5, 0))
    driver.do(c.FinishService("w01"))
    (second,) = driver.do(c.RateTicket(issued.ticket_id, 3, 1))

    assert isinstance(second, e.TicketRated)
    assert (second.service_id, second.step) == ("tax", 1)


def test_whoever_is_served_without_a_ticket_can_be_asked_at_the_window() -> None:
    driver = Driver.opened()
    driver.do(c.WalkDirect("w02"))
    driver.do(c.FinishService("w02"))

    assert driver.hall.ratings.ended_at("w02", NINE) == ("20261123-walk-1", 0)
    driver.do(c.RateTicket("20261123-walk-1", 5, channel="evaluator"))


def test_the_evaluator_means_what_ended_at_its_window_last_and_lately() -> None:
    driver = Driver.opened()
    finished(driver)
    last = finished(driver)
    elsewhere = finished(driver, "w02")
    driver.wait(minutes=5)
    ratings = driver.hall.ratings

    assert ratings.ended_at("w01", driver.now_ms - 5 * MINUTE) == (last, 0)
    assert ratings.ended_at("w02", driver.now_ms - 5 * MINUTE) == (elsewhere, 0)
    assert ratings.ended_at("w01", driver.now_ms - 5 * MINUTE + 1) is None
    assert ratings.ended_at("w03", 0) is None


# --- for how long ---


def test_a_visit_may_be_rated_for_three_more_service_days() -> None:
    driver = Driver.opened()
    early, late = finished(driver), finished(driver)

    driver.wait(minutes=3 * DAY_MINUTES)
    driver.do(c.RateTicket(early, 5))
    driver.wait(minutes=DAY_MINUTES)

    assert driver.hall.ratings.rateable_days(3) == ["20261127", "20261126", "20261125", "20261124"]
    assert driver.refusal(c.RateTicket(late, 5)).code == "not-rateable"


def test_days_on_which_the_hall_stays_shut_do_not_count() -> None:
    driver = Driver.opened(replace(with_rules(rating_days=1), workdays=(1, 2, 5)))
    driver.wait(minutes=DAY_MINUTES)
    driver.do(c.OpenWindow("w01"))
    ticket_id = finished(driver)

    # From Tuesday to Friday: one service day.
    driver.wait(minutes=3 * DAY_MINUTES)

    assert driver.hall.day == "20261127"
    driver.do(c.RateTicket(ticket_id, 5))


def test_what_may_not_be_rated_any_more_is_forgotten() -> None:
    driver = Driver.opened(with_rules(rating_days=2))

    for _ in range(6):
        if driver.window("w01").state == "closed":
            driver.do(c.OpenWindow("w01"))
        finished(driver)
        driver.wait(minutes=DAY_MINUTES)

    rows = driver.hall.ratings.to_rows()["days"]
    assert [(day, len(items)) for day, items in rows][-4:] == [
        ("20261126", 1),
        ("20261127", 1),
        ("20261128", 1),
        ("20261129", 0),
    ]
    assert len(rows) == 4


# --- a bad one ---


@pytest.mark.parametrize(("stars", "is_bad"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_a_bad_rating_and_no_other_is_looked_into(stars: int, is_bad: bool) -> None:
    driver = Driver.opened()
    rated(driver, stars)

    assert bool(driver.hall.ratings.open_follow_ups()) is is_bad


def test_it_is_due_in_fifteen_working_days() -> None:
    driver = Driver.opened(replace(PLAN, workdays=(1, 2, 3, 4, 5)))
    ticket_id = rated(driver, 1)

    (follow_up,) = driver.hall.ratings.open_follow_ups()

    assert calendar.iso("Asia/Shanghai", follow_up.due_ms) == "2026-12-15T00:00:00.000+08:00"
    assert (follow_up.subject, follow_up.stars, follow_up.window_id) == (f"{ticket_id}/0", 1, "w01")
    assert driver.hall.ratings.earliest_due_ms == follow_up.due_ms


def test_it_is_closed_after_a_call_back_and_not_before() -> None:
    driver = Driver.opened()
    ticket_id = rated(driver, 2)
    assert driver.refusal(c.CloseFollowUp(ticket_id, 0)).code == "call-back-first"

    driver.do(c.CallBackFollowUp(ticket_id, 0, True, True))
    driver.do(c.CloseFollowUp(ticket_id, 0))

    assert driver.hall.ratings.open_follow_ups() == []


def test_whoever_rated_and_cannot_be_reached_is_tried_three_times() -> None:
    driver = Driver.opened()
    ticket_id = rated(driver, 2)
    for _ in range(2):
        driver.do(c.CallBackFollowUp(ticket_id, 0, False))
    assert driver.refusal(c.CloseFollowUp(ticket_id, 0)).code == "call-back-first"

    driver.do(c.CallBackFollowUp(ticket_id, 0, False))
    driver.do(c.CloseFollowUp(ticket_id, 0, "not-reached"))


def test_it_stays_open_long_after_the_visit_is_forgotten() -> None:
    driver = Driver.opened()
    ticket_id = rated(driver, 1)
    driver.wait(minutes=40 * DAY_MINUTES)

    driver.do(c.CallBackFollowUp(ticket_id, 0, True, False))
    driver.do(c.CloseFollowUp(ticket_id, 0))


@pytest.mark.parametrize("command", [c.CallBackFollowUp("20261123-a001", 0, True), c.CloseFollowUp("20261123-a001", 0)])
def test_a_rating_that_was_not_bad_is_not_looked_into(command: Command) -> None:
    driver = Driver.opened()
    rated(driver, 3)

    assert driver.refusal(command).code == "follow-up-unknown"


# --- figures ---


def test_figures_say_of_how_many() -> None:
    driver = Driver.opened()
    for stars in (5, 5, 4, 1):
        rated(driver, stars)
    for _ in range(4):
        finished(driver, "w02")

    view = ratings_view(driver.hall)

    assert view["all"] == {
        "items": 8,
        "rated": 4,
        "rate": 0.5,
        "mean": 3.75,
        "satisfied": 0.75,
        "stars": {"5": 2, "4": 1, "3": 0, "2": 0, "1": 1},
    }
    assert [(each["window"], each["items"], each["satisfied"]) for each in view["windows"]] == [
        ("w01", 4, 0.75),
        ("w02", 4, None),
    ]
    assert (view["clerks"], view["open_follow_ups"]) == ([], 1)


def test_figures_of_nothing_are_none() -> None:
    figures = ratings_view(Driver.opened().hall)["all"]

    assert (figures["items"], figures["rate"], figures["mean"], figures["satisfied"]) == (0, None, None, None)


def test_a_clerk_sees_sums_of_the_own_ratings_at_whatever_window() -> None:
    driver = Driver.opened()
    for window_id, clerk_id, stars in (("w01", "c01", 5), ("w01", "c02", 1), ("w02", "c01", 3)):
        driver.do(c.CloseWindow(window_id))
        driver.do(c.OpenWindow(window_id, clerk_id))
        ticket_id = finished(driver, window_id)
        driver.do(c.RateTicket(ticket_id, stars))
        driver.do(c.CloseWindow(window_id))
        driver.do(c.OpenWindow(window_id))
    driver.do(c.CloseWindow("w03"))
    driver.do(c.OpenWindow("w03", "c01"))

    own = own_ratings_view(driver.hall, "w03")

    assert (own["clerk"], own["items"], own["mean"]) == ("c01", 2, 4.0)
    assert "20261123" not in str(own)


def test_a_window_where_nobody_said_who_sits_there_shows_its_own_sums() -> None:
    driver = Driver.opened()
    rated(driver, 5)

    assert own_ratings_view(driver.hall, "w01")["items"] == 1
    assert own_ratings_view(driver.hall, "w02")["items"] == 0


def test_a_follow_up_says_when_it_is_overdue() -> None:
    driver = Driver.opened()
    rated(driver, 1)
    (follow_up,) = driver.hall.ratings.open_follow_ups()

    assert follow_up_view(driver.hall, follow_up, follow_up.due_ms - 1)["is_overdue"] is False
    assert follow_up_view(driver.hall, follow_up, follow_up.due_ms)["is_overdue"] is True


def test_the_words_of_a_rating_stand_in_both_languages() -> None:
    scale = scale_view()

    assert [(each["stars"], each["name"]["zh"]) for each in scale["stars"]] == [
        (5, "非常满意"),
        (4, "满意"),
        (3, "基本满意"),
        (2, "不满意"),
        (1, "非常不满意"),
    ]
    assert [each["name"]["zh"] for each in scale["parts"]] == ["效率", "水平", "态度"]
    assert all(words.en and words.en != words.zh for words in (*STARS.values(), *PARTS.values()))


# --- restart ---


def test_a_restart_remembers_everything() -> None:
    driver = Driver.opened()
    bad = rated(driver, 1)
    driver.do(c.CallBackFollowUp(bad, 0, False))
    unrated = finished(driver)
    driver.wait(minutes=DAY_MINUTES)

    again = Driver(Hall.from_rows(driver.hall.plan, driver.hall.to_rows()), now_ms=driver.now_ms)

    assert again.hall.to_rows() == driver.hall.to_rows()
    assert again.refusal(c.RateTicket(bad, 5)).code == "already-rated"
    again.do(c.RateTicket(unrated, 5))
    assert again.hall.ratings.ended_at("w01", 0) == driver.hall.ratings.ended_at("w01", 0)
