"""Estimates on every day: never raised by somebody leaving, and a range that is one (M1)."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import choice
from engine.core import commands as c
from engine.core.estimates import Estimate, Outlook, estimate
from engine.core.model import Ticket, Window
from engine.core.plan import HallPlan
from engine.core.refusals import Refusal
from tests.builders import MINUTE, PRIORITY, WINDOWS, Driver, plan, window
from tests.properties import policy_days as days

FOUR_WINDOWS = plan(windows=(*WINDOWS, window("w04", "young")))

SERVICES = st.sampled_from(["social", "tax", "young"])
ARRIVALS = st.lists(
    st.tuples(SERVICES, st.sampled_from([None, None, PRIORITY]), st.sampled_from([0, 1, 7, 20])), max_size=15
)
CALLS = st.lists(st.sampled_from(["w01", "w02", "w03"]), max_size=3)
CLOSED = st.sets(st.sampled_from(["w01", "w02", "w03"]))


@given(ARRIVALS, CALLS, CLOSED, st.integers(0, 99))
def test_removing_somebody_never_raises_an_estimate(
    arrivals: list[tuple[str, str | None, int]], calls: list[str], closed: set[str], whom: int
) -> None:
    driver = _hall(arrivals, calls, closed)
    waiting = [ticket for ticket in driver.hall.tickets.values() if ticket.state == "waiting"]
    if not waiting:
        return
    leaving = waiting[whom % len(waiting)]
    before = {ticket.number: estimate(driver.hall, ticket, driver.now_ms) for ticket in waiting}

    driver.do(c.CancelTicket(leaving.ticket_id))

    for ticket in waiting:
        now, then = estimate(driver.hall, ticket, driver.now_ms), before[ticket.number]
        if now is not None and then is not None:
            assert (now.ahead <= then.ahead, now.p50_ms <= then.p50_ms, now.p90_ms <= then.p90_ms) == (True,) * 3


@given(ARRIVALS, CALLS, CLOSED)
def test_half_is_not_more_than_nine_tenths(
    arrivals: list[tuple[str, str | None, int]], calls: list[str], closed: set[str]
) -> None:
    driver = _hall(arrivals, calls, closed)
    outlook = Outlook(driver.hall, driver.now_ms)

    for service_id in ("social", "tax", "young"):
        for lane in driver.hall.queues.lane_ids:
            found = outlook.of_newcomer(service_id, lane)
            assert 0 <= found.p50_ms <= found.p90_ms
            assert 0 <= found.ahead <= driver.hall.waiting_count(service_id)


@given(ARRIVALS, CALLS, CLOSED, st.sampled_from(["w01", "w02", "w03"]))
def test_one_more_window_never_raises_an_estimate(
    arrivals: list[tuple[str, str | None, int]], calls: list[str], closed: set[str], opened: str
) -> None:
    """Whatever it serves; as long as some open window could serve the ticket before."""
    driver = _hall(arrivals, calls, closed | {opened})
    if driver.window(opened).state != "closed":
        return
    open_before = [each for each in driver.hall.windows.values() if each.state not in ("closed", "paused")]
    waiting = [
        ticket
        for ticket in driver.hall.tickets.values()
        if ticket.state == "waiting" and any(ticket.service_id in each.services for each in open_before)
    ]
    before = [estimate(driver.hall, ticket, driver.now_ms) for ticket in waiting]

    driver.do(c.OpenWindow(opened))

    for ticket, then in zip(waiting, before, strict=True):
        now = estimate(driver.hall, ticket, driver.now_ms)
        assert now is not None and then is not None
        assert (now.p50_ms <= then.p50_ms, now.p90_ms <= then.p90_ms) == (True, True)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 99))
def test_removing_somebody_never_raises_an_estimate_under_any_policy(seed: int, whom: int) -> None:
    driver = _hall_of_policies(Random(seed))
    waiting = _waiting(driver)
    if not waiting:
        return
    before = _estimates(driver, waiting)

    driver.do(c.CancelTicket(waiting[whom % len(waiting)].ticket_id))

    _none_is_raised(driver, waiting, before)


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(0, 99))
def test_one_more_window_never_raises_an_estimate_under_any_policy(seed: int, which: int) -> None:
    driver = _hall_of_policies(Random(seed))
    window_id = list(driver.hall.windows)[which % len(driver.hall.windows)]
    if driver.window(window_id).state != "idle":
        return
    driver.do(c.CloseWindow(window_id))
    manned = [each for each in driver.hall.windows.values() if each.state not in ("closed", "paused")]
    waiting = [ticket for ticket in _waiting(driver) if any(_may_call(each, ticket) for each in manned)]
    before = _estimates(driver, waiting)

    driver.do(c.OpenWindow(window_id))

    _none_is_raised(driver, waiting, before)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_whoever_is_called_next_by_a_free_window_has_no_wait_under_any_policy(seed: int) -> None:
    driver = _hall_of_policies(Random(seed))

    for each in driver.hall.windows.values():
        due = choice.next_call(driver.hall, each, driver.now_ms)
        if each.state == "idle" and due is not None and not due[0].pinned:
            found = estimate(driver.hall, due[0], driver.now_ms)
            assert found is not None and found.ahead == 0


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_at_the_only_window_the_wait_is_that_of_all_whom_it_calls_first(seed: int) -> None:
    random = Random(seed)

    days.estimates_are_the_line(days.seeded_plan(random), random)


def _hall_of_policies(random: Random) -> Driver:
    """People wait in lanes and for windows under tiers, help and policies; some windows are busy, some have closed."""
    driver = _with_people(days.seeded_plan(random), random)
    for window_id in list(driver.hall.windows):
        if random.random() < 0.3:
            days.call(driver, window_id)
        elif random.random() < 0.3:
            driver.do(c.CloseWindow(window_id))
    return driver


def _with_people(hall_plan: HallPlan, random: Random) -> Driver:
    mean_ms = {each.service_id: random.randint(1, 30) * MINUTE for each in hall_plan.services}
    timed = tuple(replace(each, mean_ms=mean_ms[each.service_id]) for each in hall_plan.services)
    driver = Driver.opened(replace(hall_plan, services=timed))
    for _ in range(random.randint(1, 20)):
        ticket_id = driver.issue(random.choice(hall_plan.services).service_id, random.choice(days.LANES).lane_id)
        if random.random() < 0.05:
            driver.do(c.TransferTicket(ticket_id, window_id=random.choice(hall_plan.windows).window_id))
        driver.now_ms += random.choice((0, 1, 3)) * MINUTE
    return driver


def _may_call(each: Window, ticket: Ticket) -> bool:
    return ticket.window_id == each.window_id if ticket.pinned else ticket.service_id in each.services


def _waiting(driver: Driver) -> list[Ticket]:
    return [ticket for ticket in driver.hall.tickets.values() if ticket.state == "waiting"]


def _estimates(driver: Driver, waiting: list[Ticket]) -> list[Estimate | None]:
    return [estimate(driver.hall, ticket, driver.now_ms) for ticket in waiting]


def _none_is_raised(driver: Driver, waiting: list[Ticket], before: list[Estimate | None]) -> None:
    for then, now in zip(before, _estimates(driver, waiting), strict=True):
        if then is not None and now is not None:
            assert now.ahead <= then.ahead
            assert now.p50_ms <= then.p50_ms
            assert now.p90_ms <= then.p90_ms


def _hall(arrivals: list[tuple[str, str | None, int]], calls: list[str], closed: set[str]) -> Driver:
    """w01 serves everything, w02 social, w03 tax before social, w04 young."""
    driver = Driver.opened(FOUR_WINDOWS)
    for service_id, lane, minutes in arrivals:
        driver.issue(service_id, lane)
        driver.now_ms += minutes * 60_000
    for window_id in closed:
        driver.do(c.CloseWindow(window_id))
    for window_id in calls:
        try:
            driver.serve(window_id)
        except Refusal:
            continue
    return driver
