"""The compiled kernel as a peer among peers: HALL-1 as a trace, HALL-1 with draws, and M/M/3; on one thread."""

from collections.abc import Callable
from datetime import date
from typing import Final

import numpy as np

from benchmarks.hall1_trace import DAY, LEFT, SEED, Columns, Trace
from engine.core.plan import HallPlan, Lane, Name, Service, WindowPlan, Zone, numbered_window
from sim.day import Days, habits_of
from sim.kernel.admission import admission_tables
from sim.kernel.compiled import compiled
from sim.kernel.days import QuickHall, QuickRoom, let_happen, quick_room_for
from sim.kernel.kernel import Kernel
from sim.kernel.shapes import SERVED, VisitColumns
from sim.kernel.staff import hours_roster, staff_tables
from sim.kernel.tables import hall_tables
from sim.kernel.tally import SERVED as SERVED_COUNT
from sim.kernel.tally import WAIT_MS
from sim.scenario import read_scenario

STATION_PER_DAY: Final = 190_350
SERVICE_MS: Final = 1_200
STATION: Final = f"""
[scenario]
name = {{ zh = "三个窗口", en = "Three windows" }}
hall = "station"
visits_per_day = {STATION_PER_DAY}
opens = "00:00"
shape = {[1] * 47}
[services.a]
share = 1
mean_minutes = {SERVICE_MS / 60_000}
distribution = "exponential"
[lanes]
ordinary = 1
"""
"""2.7 visitors a service on average, drawn at random over 47 half hours; a service lasts 1.2 seconds."""


def calls(trace: Trace) -> Columns:
    """A row a visitor: the place of the window in the plan (-1: left) and the moment of the call."""
    called = Kernel(trace.plan, trace.scenario).day(SEED, 0, first=DAY)
    return np.column_stack((np.where(called.outcome == SERVED, called.window, LEFT), called.called_ms)).astype(np.int64)


def runs_of(trace: Trace, times: int) -> Callable[[], None]:
    """The same day so many times, compiled."""
    plan, scenario = trace.plan, trace.scenario
    hall, staff = hall_tables(plan, habits_of(scenario)), staff_tables(hours_roster(plan))
    quick = QuickHall(hall, staff, admission_tables(plan, list(scenario.channels)), is_pooled=False)
    visits, _ = Days(scenario, plan, SEED, DAY, 1).columns(0)
    count = len(visits.arrived_ms)
    room = quick_room_for(quick, count)

    def run() -> None:
        _happen(quick, visits, count, room, times)

    run()
    return run


@compiled
def _happen(quick: QuickHall, visits: VisitColumns, count: int, room: QuickRoom, times: int) -> None:
    """The days follow each other in compiled code, as they do in the kernel and in the C program."""
    for _ in range(times):
        let_happen(quick, visits, count, room)


def runs_drawn(trace: Trace, days: int) -> Callable[[], Columns]:
    """So many days of HALL-1, each drawn from its own streams, and counted by day, half hour, service and lane.

    The answer is how many are served on each day.
    """
    drawn_apart = trace.scenario.scenario.model_copy(update={"draws": "apart"})
    kernel = Kernel(trace.plan, trace.scenario.model_copy(update={"scenario": drawn_apart}))

    def run() -> Columns:
        counts = kernel.run(SEED, range(days), first=DAY, threads=1).counts
        return counts[..., SERVED_COUNT].sum(axis=(1, 2, 3))

    run()
    return run


def runs_of_station(days: int) -> Callable[[], float]:
    """M/M/3 at 90%, so many days of `STATION_PER_DAY` on average, compiled: the mean wait in mean services."""
    kernel = Kernel(_station(3), read_scenario(STATION, "station.toml"))

    def run() -> float:
        counts = kernel.run(SEED, range(days), first=date(2026, 1, 5), threads=1).counts
        return float(counts[..., WAIT_MS].sum() / counts[..., SERVED_COUNT].sum() / SERVICE_MS)

    run()
    return run


def _station(servers: int) -> HallPlan:
    name = Name("站", "Station")
    return HallPlan(
        "station",
        "yardstick",
        name,
        "UTC",
        (Lane("ordinary", name, 0, 1_000),),
        (Zone("a", name),),
        (Service("a", name, "A", "a"),),
        tuple(
            WindowPlan(f"w{number:02}", number, numbered_window(number), "a", (("a",),))
            for number in range(1, servers + 1)
        ),
    )
