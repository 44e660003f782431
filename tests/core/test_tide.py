"""Tidal windows (潮汐窗口): they call while many wait, stand by while few do, and leave a clerk's own pause alone."""

from dataclasses import replace

from engine.core import commands as c
from engine.core import events as e
from engine.core.deadlines import next_deadline
from engine.core.events import Event
from engine.core.hall import Hall
from engine.core.plan import Tide
from engine.core.watch import TIDE
from tests.builders import NINE, PLAN, Driver, window

TIDAL = replace(window("w02", "social"), kind="tidal", tide=Tide(open_over=3, close_under=1))
HALL = replace(PLAN, windows=(window("w01", ["social", "tax", "young"]), TIDAL))


def waiting(driver: Driver, count: int) -> None:
    """So many more people draw a number; what falls due is done."""
    for _ in range(count):
        driver.issue()
    driver.wait()


def leaving(driver: Driver, count: int) -> None:
    """Whoever waits longest goes away, so many times."""
    tickets = [each for each in driver.hall.tickets.values() if each.state == "waiting"]
    for ticket in tickets[:count]:
        driver.do(c.CancelTicket(ticket.ticket_id))
    driver.wait()


def morning(*, is_open: bool = True) -> Driver:
    """The hall at nine; the tidal window opened by its clerk, or left closed."""
    driver = Driver()
    driver.do(c.ConfigureHall(HALL))
    driver.do(c.OpenDay())
    driver.do(c.OpenWindow("w01"))
    if is_open:
        driver.do(c.OpenWindow("w02", "c02"))
    return driver


def of_tide(driver: Driver) -> list[Event]:
    return [event for event in driver.events if isinstance(event, e.WarningRaised | e.WarningCleared)]


def test_window_opened_at_low_water_stands_by_in_the_same_decision() -> None:
    driver = morning(is_open=False)

    facts = driver.do(c.OpenWindow("w02"))

    assert facts == (e.WindowOpened("w02", None, NINE), e.WindowPaused("w02", TIDE, NINE))


def test_window_opened_at_high_water_calls() -> None:
    driver = morning(is_open=False)
    waiting(driver, 4)

    driver.do(c.OpenWindow("w02"))
    driver.wait()

    assert driver.window("w02").state == "idle"


def test_it_calls_when_more_wait_than_its_upper_mark() -> None:
    driver = morning()

    waiting(driver, 3)
    at_the_mark = driver.window("w02").state
    waiting(driver, 1)

    assert (at_the_mark, driver.window("w02").state) == ("paused", "idle")


def test_it_stands_by_when_as_few_wait_as_its_lower_mark() -> None:
    driver = morning()
    waiting(driver, 4)

    leaving(driver, 2)
    between = driver.window("w02").state
    leaving(driver, 1)

    assert between == "idle"
    assert (driver.window("w02").state, driver.window("w02").pause_reason) == ("paused", TIDE)


def test_it_finishes_its_visit_before_it_stands_by() -> None:
    driver = morning()
    waiting(driver, 4)
    driver.serve("w02")
    leaving(driver, 3)
    while_serving = driver.window("w02").state

    driver.do(c.FinishService("w02"))
    driver.wait()

    assert (while_serving, driver.window("w02").state) == ("serving", "paused")


def test_a_clerks_own_pause_is_left_alone() -> None:
    driver = morning()
    waiting(driver, 4)
    driver.do(c.PauseWindow("w02", "lunch"))

    waiting(driver, 5)
    leaving(driver, 9)

    assert driver.window("w02").pause_reason == "lunch"


def test_supervisor_may_resume_it_at_low_water_until_the_next_fall() -> None:
    driver = morning()
    driver.do(c.ResumeWindow("w02"))
    waiting(driver, 1)
    leaving(driver, 1)
    by_hand = driver.window("w02").state

    waiting(driver, 2)
    after_the_rise = driver.window("w02").state
    leaving(driver, 1)

    assert (by_hand, after_the_rise) == ("idle", "idle")
    assert driver.window("w02").pause_reason == TIDE


def test_resumed_by_hand_between_the_marks_it_stands_by_at_the_fall() -> None:
    driver = morning()
    waiting(driver, 2)
    driver.do(c.ResumeWindow("w02"))
    driver.wait()
    resumed = driver.window("w02").state

    leaving(driver, 1)

    assert (resumed, driver.window("w02").state) == ("idle", "paused")


def test_closed_window_is_called_for_and_the_call_ends_when_it_opens() -> None:
    driver = morning(is_open=False)
    waiting(driver, 4)
    raised = of_tide(driver)

    driver.do(c.OpenWindow("w02"))
    driver.wait()

    assert raised == [e.WarningRaised("tide", "w02", 4, 3, NINE)]
    assert of_tide(driver)[1:] == [e.WarningCleared("tide", "w02", NINE)]


def test_call_for_a_closed_window_ends_when_the_tide_has_fallen() -> None:
    driver = morning(is_open=False)
    waiting(driver, 4)
    leaving(driver, 2)
    between = of_tide(driver)

    leaving(driver, 1)

    assert len(between) == 1
    assert of_tide(driver)[1:] == [e.WarningCleared("tide", "w02", NINE)]


def test_people_of_other_services_are_no_tide_here() -> None:
    driver = morning()
    for _ in range(9):
        driver.issue("tax")

    driver.wait()

    assert driver.window("w02").state == "paused"


def test_marks_that_cross_do_not_let_it_open_and_close_for_ever() -> None:
    driver = Driver.opened(replace(HALL, windows=(HALL.windows[0], replace(TIDAL, tide=Tide(1, 5)))))

    waiting(driver, 3)

    assert driver.window("w02").state == "idle"


def test_a_restart_remembers_what_was_done_by_hand() -> None:
    driver = morning()
    driver.do(c.ResumeWindow("w02"))
    waiting(driver, 1)

    again = Hall.from_rows(driver.hall.plan, driver.hall.to_rows())

    assert again.warnings.by_hand == {"w02"}
    assert next_deadline(again) == next_deadline(driver.hall)


def test_by_hand_ends_with_the_pause_and_with_the_tide_mark_in_the_plan() -> None:
    driver = morning()
    driver.do(c.ResumeWindow("w02"))
    driver.do(c.ConfigureHall(replace(HALL, windows=(HALL.windows[0], replace(TIDAL, tide=None, kind="ordinary")))))

    assert driver.hall.warnings.by_hand == set()


def test_services_given_to_it_count_at_once() -> None:
    driver = morning()
    driver.do(c.ResumeWindow("w02"))
    for _ in range(2):
        driver.issue("tax")

    driver.do(c.ReassignWindow("w02", (("social", "tax"),)))

    assert driver.hall.warnings.by_hand == set()
