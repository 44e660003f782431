"""What Ciw can do of HALL-1, and M/M/3.

Ciw knows no windows with skills of their own, no choice of window and no points that grow with the wait. Its easier
rule: every window serves everything, and the priority lane is called first. Patience and services are those of the
trace, so the exact world with that rule must agree with it visitor by visitor.
"""

from collections.abc import Sequence
from dataclasses import replace

import ciw
import numpy as np
from numpy.typing import NDArray

from benchmarks.hall1_trace import LEFT, Trace
from engine.core.plan import HallPlan, Policy, PolicyRule

LANES = ("priority", "ordinary")


def easier(plan: HallPlan) -> HallPlan:
    """The hall with Ciw's rule."""
    everything = (tuple(service.service_id for service in plan.services),)
    windows = tuple(replace(window, tiers=everything) for window in plan.windows)
    policy = Policy("strict", (PolicyRule("absolute", LANES),), may_starve=LANES)
    return replace(plan, windows=windows, policies=(policy,), rules=replace(plan.rules, policy_id="strict"))


class OfVisitor(ciw.dists.Distribution):
    """Not a distribution: the value that the trace has for this visitor, by lane and order of arrival in it."""

    def __init__(self, values: Sequence[int]) -> None:
        self._values = values

    def sample(self, t: float | None = None, ind: "ciw.Individual | None" = None) -> int:
        assert ind is not None
        return self._values[ind.id_number - 1]


def run(trace: Trace, count: int) -> NDArray[np.int64]:
    """The first `count` visitors: a row each, whether served (else -1) and the moment of the call."""
    moments, queues, services, patience = trace.columns[:count].T
    lanes = {lane: queues % 2 == place for place, lane in enumerate(reversed(LANES))}
    gaps = {lane: np.diff(moments[mine], prepend=0).tolist() for lane, mine in lanes.items()}
    network = ciw.create_network(
        arrival_distributions={lane: [ciw.dists.Sequential([*gaps[lane], float("inf")])] for lane in LANES},
        service_distributions={lane: [OfVisitor(services.tolist())] for lane in LANES},
        reneging_time_distributions={lane: [OfVisitor(patience.tolist())] for lane in LANES},
        number_of_servers=[len(trace.plan.windows)],
        priority_classes={lane: place for place, lane in enumerate(LANES)},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(2 * 86_400_000)
    rows = np.zeros((count, 2), np.int64)
    for record in simulation.get_all_records(only=["service", "renege"]):
        is_served = record.record_type == "service"
        rows[record.id_number - 1] = (0, round(record.service_start_date)) if is_served else (LEFT, 0)
    return rows


def mmc(seed: int, customers: int) -> float:
    """M/M/3 at 90% until so many have been served; the mean wait in mean services."""
    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(2.7)],
        service_distributions=[ciw.dists.Exponential(1)],
        number_of_servers=[3],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(customers)
    waits = [record.waiting_time for record in simulation.get_all_records()]
    return float(sum(waits) / len(waits))
