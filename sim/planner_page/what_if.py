"""What the page needs to answer what-if questions itself, and to say how far its answers lie from the simulator's."""

from collections.abc import Iterator, Sequence
from typing import Any

from engine.core.plan import SECOND_MS, HallPlan
from sim.planner_page.lived import LivedDay, packed_tickets, ticket_days
from sim.planner_page.rule import hall_of, issuing_ends_ms, staff_of
from sim.scenario import Scenario
from sim.staffing.result import Reached, Staffing, Target
from sim.staffing.target_words import measured_of, wanted_of


def what_if_of(
    staffing: Staffing, scenario: Scenario, plan: HallPlan, days: Sequence[LivedDay]
) -> dict[str, Any] | None:
    """None when the days are too large to be handed over."""
    handed = ticket_days(days, issuing_ends_ms(plan))
    if not handed:
        return None
    return {
        "hall": hall_of(plan, scenario),
        "staff": staff_of(staffing, plan, scenario),
        "targets": [_target(each.target, plan) for each in staffing.reached],
        "simulated": [_figure(each) for each in staffing.reached],
        "confirm_days": staffing.confirm_days,
        "probes": list(_probes(staffing)),
        "days": [packed_tickets(tickets) for tickets in handed],
    }


def _target(target: Target, plan: HallPlan) -> dict[str, Any]:
    lanes = [lane.lane_id for lane in plan.lanes]
    services = [service.service_id for service in plan.services]
    name, wanted = measured_of(target), wanted_of(target)
    return {
        "measure": target.measure,
        "share": target.share,
        "limit_ms": round(target.limit_s * SECOND_MS),
        "lane": None if target.lane is None else lanes.index(target.lane),
        "service": None if target.service is None else services.index(target.service),
        "per_slot": target.per_slot,
        "name": {"zh": name.zh, "en": name.en},
        "wanted": {"zh": wanted.zh, "en": wanted.en},
    }


def _figure(reached: Reached) -> dict[str, Any]:
    """In milliseconds for a wait, a share otherwise."""
    per = SECOND_MS if reached.target.measure == "wait" else 1
    return {"value": reached.value * per, "low": reached.low * per, "high": reached.high * per, "held": reached.held}


def _probes(staffing: Staffing) -> Iterator[dict[str, Any]]:
    """What the simulator was asked beside the plan: the page tries the same and tells how far it is off."""
    for case in staffing.sensitivity:
        factors = {"arrivals": 1.0, "handling": 1.0}
        factors["arrivals" if case.what == "arrivals" else "handling"] = case.factor
        yield {"needed": None, **factors, "reached": [_figure(each) for each in case.reached]}
    for point in staffing.curve:
        if point.slot is None:
            needed = [list(row) for row in staffing.needed]
            most = len(staffing.groups[point.group].windows)
            needed[point.group] = [
                min(most, max(0, count + point.change)) if count else 0 for count in needed[point.group]
            ]
            reached = [_figure(each) for each in point.reached]
            yield {"needed": needed, "arrivals": 1.0, "handling": 1.0, "reached": reached}
