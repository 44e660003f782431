"""Days of the exact world under a roster, as the page takes them."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from engine.core import calendar
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from sim.day import Days, habits_of, visits_of
from sim.kernel.shapes import NEVER, NOBODY, TURNED_AWAY, Calls, Roster, VisitColumns
from sim.planner_page.lived import LivedDay
from sim.result import OUTCOMES, outcome_of
from sim.scenario import Scenario
from sim.world import World

MONDAY = date(2026, 11, 23)


def lived_days(plan: HallPlan, scenario: Scenario, roster: Roster, count: int, *, seed: int = 1) -> list[LivedDay]:
    """The first days of a seed."""
    days = Days(scenario, plan, seed, MONDAY, count)
    return [lived_day(plan, scenario, roster, days.columns(place)[0]) for place in range(count)]


def drawn_visits(plan: HallPlan, scenario: Scenario, seed: int) -> VisitColumns:
    """Who comes on the first day of a seed."""
    return Days(scenario, plan, seed, MONDAY, 1).columns(0)[0]


def lived_day(plan: HallPlan, scenario: Scenario, roster: Roster, visits: VisitColumns) -> LivedDay:
    """These visitors on a Monday; people do nothing beside waiting and being served."""
    tickets: list[tuple[int, ...]] = []
    day = MONDAY.strftime("%Y%m%d")
    midnight_ms = calendar.moment(plan, day, 0)
    windows = [window.window_id for window in plan.windows]

    def since(at_ms: Millis | None) -> int:
        return NEVER if at_ms is None else at_ms - midnight_ms

    def day_over(hall: Hall) -> None:
        for ticket in hall.tickets.values():
            window = NOBODY if ticket.window_id is None else windows.index(ticket.window_id)
            times = (since(ticket.first_called_ms), since(ticket.called_ms), since(ticket.began_ms))
            tickets.append(
                (since(ticket.issued_ms), window, *times, since(ticket.finished_ms), OUTCOMES.index(outcome_of(ticket)))
            )

    world = World(plan, habits=habits_of(scenario), day_over=day_over, roster=roster)
    people = visits_of(visits, scenario, plan, day)
    world.run(people)
    refused = {id(visit) for visit, _ in world.turned_away}
    got = [place for place, visit in enumerate(people) if id(visit) not in refused]
    return LivedDay(visits, None, _calls(visits, got, tickets))


def _calls(visits: VisitColumns, got: Sequence[int], tickets: Sequence[tuple[int, ...]]) -> Calls:
    rest = sorted(set(range(len(visits.arrived_ms))) - set(got))
    order = np.array([*got, *rest], np.int32)
    nothing = [(int(visits.arrived_ms[place]), NOBODY, *[NEVER] * 4, TURNED_AWAY) for place in rest]
    rows = np.array([*tickets, *nothing], np.int64).reshape(-1, 7).T
    issued, window, first_called, called, began, finished, outcome = (column.astype(np.int32) for column in rows)
    return Calls(
        visit=order,
        service=visits.service[order],
        lane=visits.lane[order],
        issued_ms=issued,
        window=window,
        first_called_ms=first_called,
        called_ms=called,
        began_ms=began,
        finished_ms=finished,
        outcome=outcome.astype(np.uint8),
        rule=np.where(called == NEVER, -1, 0).astype(np.int32),
    )
