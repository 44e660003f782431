"""The day that the peers are compared on: HALL-1's first day, as visits and as columns of whole milliseconds."""

from datetime import date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.halls import load_hall
from sim.day import Days
from sim.scenario import Scenario, load_scenario
from sim.visits import Visit
from sim.world import World

SEED: Final = 1
DAY: Final = date(2026, 1, 5)
LEFT: Final = -1

Columns = NDArray[np.int64]


class Trace(NamedTuple):
    """A day of HALL-1.

    `columns` has a row a visitor in order of arrival: moment, queue (2 × service + lane), service, patience; moments
    are counted from local midnight.
    """

    plan: HallPlan
    scenario: Scenario
    visits: list[Visit]
    midnight_ms: int
    columns: Columns


def first_day() -> Trace:
    """The yardstick's day."""
    plan, scenario = load_hall("hall1"), load_scenario("hall1")
    visits = next(iter(Days(scenario, plan, SEED, DAY, 1))).visits
    hours_to_utc_ms = 8 * 3_600_000
    midnight_ms = (visits[0].arrived_ms + hours_to_utc_ms) // 86_400_000 * 86_400_000 - hours_to_utc_ms
    services = {service.service_id: place for place, service in enumerate(plan.services)}
    lanes = {lane.lane_id: place for place, lane in enumerate(plan.lanes)}
    rows = [
        (
            visit.arrived_ms - midnight_ms,
            len(lanes) * services[visit.service_id] + lanes[visit.lane_id],
            visit.service_ms,
            visit.patience_ms,
        )
        for visit in visits
    ]
    return Trace(plan, scenario, visits, midnight_ms, np.array(rows, np.int64))


def calls_of_the_hall(trace: Trace, plan: HallPlan) -> NDArray[np.int64]:
    """What the exact world makes of the day: a row a visitor, the place of the window in the plan (-1: left) and the
    moment of the call."""
    windows = {window.window_id: place for place, window in enumerate(plan.windows)}
    rows: list[tuple[int, int]] = []

    def keep(hall: Hall) -> None:
        for ticket in hall.tickets.values():
            is_served = ticket.window_id is not None and ticket.called_ms is not None
            rows.append(
                (windows[ticket.window_id or ""], (ticket.called_ms or 0) - trace.midnight_ms)
                if is_served
                else (LEFT, 0)
            )

    World(plan, day_over=keep).run(trace.visits)
    return np.array(rows, np.int64)
