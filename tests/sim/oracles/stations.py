"""Halls simple enough to have a formula, the days that are simulated in them, and what became of their visitors.

A day is a replication. It begins at midnight with an empty hall and is drawn as 47 half hours of equal rate; visitors
who come in the first `WARM_UP_MINUTES` are left out, by which time even the slowest of these halls has forgotten that
it was empty. Whoever comes before the last of the half hours is over is followed to the end of the visit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core.hall import Hall
from engine.core.plan import MINUTE_MS, HallPlan, Policy, PolicyRule, Rules
from engine.core.transitions import FINISHED
from sim.day import Days
from sim.kernel.kernel import Kernel
from sim.kernel.shapes import SERVED, TURNED_AWAY
from sim.scenario import Scenario, read_scenario
from sim.world import World
from tests import builders

FIRST = date(2026, 1, 5)
MIDNIGHT_MS = round(datetime(2026, 1, 5, tzinfo=UTC).timestamp() * 1_000)
"""Of the first day, in a hall whose clocks show UTC."""
DAY_MS = 24 * 60 * MINUTE_MS
SLOTS = 47
OPEN_MINUTES = 30 * SLOTS
WARM_UP_MINUTES = 180
REPLICATIONS = 40

Times = NDArray[np.int64]


class Lived(NamedTuple):
    """The visitors of one day in order of arrival, warm-up left out: one entry each, moments since midnight.

    `waited_ms` is until the call or until somebody left; who was turned away has waited nothing and is gone at once.
    """

    arrived_ms: Times
    lane: Times
    waited_ms: Times
    ended_ms: Times
    is_served: NDArray[np.bool_]
    is_turned_away: NDArray[np.bool_]


def station(
    servers: int, credits: Sequence[float] = (0,), slopes: Sequence[float] = (1,), services: Sequence[str] = ("a",)
) -> HallPlan:
    """Equal windows, lanes of these head starts and points per minute, first come first served among equals."""
    lanes = [
        builders.lane(lane_id, credit, slope)
        for lane_id, credit, slope in zip(lane_ids(len(credits)), credits, slopes, strict=True)
    ]
    plan = builders.plan(
        lanes=lanes,
        services=[builders.service(each, each.upper()) for each in services],
        windows=[builders.window(f"w{number:03}", services) for number in range(1, servers + 1)],
        timezone="UTC",
    )
    return replace(plan, clerks=())


def by_priority(plan: HallPlan, lane_order: Sequence[int]) -> HallPlan:
    """The same station where lanes are called strictly in this order."""
    names = lane_ids(len(plan.lanes))
    rule = PolicyRule("absolute", tuple(names[lane] for lane in lane_order))
    policy = Policy("strict", (rule,), may_starve=tuple(names))
    return replace(plan, policies=(policy,), rules=Rules(policy_id="strict"))


def with_room_for(plan: HallPlan, people: int) -> HallPlan:
    """The same station where nobody may come in when so many are there."""
    return replace(plan, rules=Rules(occupancy_max=people))


def lane_ids(count: int) -> list[str]:
    return [builders.ORDINARY, "second", "third"][:count]


def scenario(
    per_minute: float,
    services: str,
    *,
    shares: Sequence[float] = (1,),
    patience_minutes: float | None = None,
    shape: Sequence[float] = (1,) * SLOTS,
) -> Scenario:
    """Poisson arrivals at this rate on average; `services` are the tables of a scenario file."""
    lanes = "\n".join(f"{name} = {share}" for name, share in zip(lane_ids(len(shares)), shares, strict=True))
    patience = "none" if patience_minutes is None else "exponential"
    mean = "" if patience_minutes is None else f"mean_minutes = {patience_minutes}"
    text = f"""
[scenario]
name = {{ zh = "公式", en = "A formula" }}
hall = "station"
visits_per_day = {round(per_minute * OPEN_MINUTES)}
opens = "00:00"
shape = {list(shape)}
{services}
[lanes]
{lanes}
[patience]
distribution = "{patience}"
{mean}
"""
    return read_scenario(text, "station.toml")


def exponential(mean_minutes: float) -> str:
    """One service, exponential."""
    return f'[services.a]\nshare = 1\nmean_minutes = {mean_minutes}\ndistribution = "exponential"'


def per_minute(given: Scenario) -> float:
    """The rate that the file says: its visits are a whole number."""
    return given.scenario.visits_per_day / OPEN_MINUTES


def exact_days(plan: HallPlan, given: Scenario, seed: int, warm_up_minutes: int) -> Iterator[Lived]:
    """Days of the exact world."""
    lanes = {lane.lane_id: place for place, lane in enumerate(plan.lanes)}
    for place, day in enumerate(Days(given, plan, seed, FIRST, REPLICATIONS)):
        seen: list[tuple[int, int, int, int, bool, bool]] = []

        def keep(hall: Hall, seen: list[tuple[int, int, int, int, bool, bool]] = seen) -> None:
            for ticket in hall.tickets.values():
                is_served = ticket.state == FINISHED
                ended_ms = ticket.finished_ms
                until_ms = ticket.called_ms if is_served else ended_ms
                assert until_ms is not None
                assert ended_ms is not None
                waited_ms = until_ms - ticket.issued_ms
                seen.append((ticket.issued_ms, lanes[ticket.lane_id], waited_ms, ended_ms, is_served, False))

        world = World(plan, day_over=keep)
        world.run(day.visits)
        seen += [(visit.arrived_ms, 0, 0, visit.arrived_ms, False, True) for visit, _ in world.turned_away]
        yield _lived(np.array(seen, np.int64), MIDNIGHT_MS + place * DAY_MS, warm_up_minutes)


def fast_days(plan: HallPlan, given: Scenario, seed: int, warm_up_minutes: int) -> Iterator[Lived]:
    """Days of the kernel."""
    kernel = Kernel(plan, given)
    for day in range(REPLICATIONS):
        calls = kernel.day(seed, day, first=FIRST)
        is_served, is_turned_away = calls.outcome == SERVED, calls.outcome == TURNED_AWAY
        ended_ms = np.where(is_turned_away, calls.issued_ms, calls.finished_ms)
        waited_ms = np.where(is_served, calls.called_ms, ended_ms) - calls.issued_ms
        rows = (calls.issued_ms, calls.lane, waited_ms, ended_ms, is_served, is_turned_away)
        yield _lived(np.array(rows, np.int64).T, 0, warm_up_minutes)


def _lived(rows: Times, midnight_ms: int, warm_up_minutes: int) -> Lived:
    arrived_ms, lane, waited_ms, ended_ms, is_served, is_turned_away = rows.T
    counts = arrived_ms - midnight_ms >= warm_up_minutes * MINUTE_MS
    return Lived(
        arrived_ms[counts] - midnight_ms,
        lane[counts],
        waited_ms[counts],
        ended_ms[counts] - midnight_ms,
        is_served[counts] == 1,
        is_turned_away[counts] == 1,
    )
