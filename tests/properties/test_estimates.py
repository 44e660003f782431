"""Estimates on every day: never raised by somebody leaving, and a range that is one (M1)."""

from hypothesis import given
from hypothesis import strategies as st

from engine.core import commands as c
from engine.core.estimates import Outlook, estimate
from engine.core.refusals import Refusal
from tests.builders import PRIORITY, WINDOWS, Driver, plan, window

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
