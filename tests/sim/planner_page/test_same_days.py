"""The page's own simulation is the exact world's, call for call."""

import json
from typing import Any

import numpy as np
import pytest
from playwright.async_api import Page

from engine.core.plan import HallPlan
from sim.kernel.shapes import NEVER, NOBODY, TURNED_AWAY, Roster, VisitColumns
from sim.planner_page.lived import LivedDay, packed_tickets, tickets_of
from sim.planner_page.rule import hall_of, staff_of
from sim.scenario import Scenario
from sim.staffing.grid import grid_of
from tests.sim.planner_page.exact_days import drawn_visits, lived_day
from tests.sim.planner_page.plans import street_case, street_hall, street_scenario

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MINUTE = 60_000
LIVE = """async ([hall, spans, columns]) => {
  const { live } = await import("page/hall_day");
  const { unpackedTickets } = await import("page/packed");
  const { called_ms, window } = live(hall, spans, unpackedTickets(columns));
  return [Array.from(called_ms), Array.from(window)];
}"""
SPANS = """async ([staff, needed, windows]) => {
  const { spansOf } = await import("page/trials");
  return spansOf(staff, needed, windows);
}"""
SCALED = """async ([columns, others, arrivals, handling]) => {
  const { scaledDay } = await import("page/trials");
  const { unpackedTickets } = await import("page/packed");
  const scaled = scaledDay(unpackedTickets(columns), unpackedTickets(others), arrivals, handling);
  return [Array.from(scaled.arrived_ms), scaled.service_ms.reduce((sum, each) => sum + each, 0)];
}"""


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("step_ms", [1, MINUTE], ids=["as drawn", "with many ties"])
async def test_a_day_is_the_same_call_for_call(modules: Page, seed: int, step_ms: int) -> None:
    plan = street_hall(insurance=2, tax=1, fund=1, both=1 + seed % 2)
    scenario = street_scenario(visits=150 + 40 * seed)
    roster = _roster(plan, np.random.default_rng(seed))
    visits = _rounded(drawn_visits(plan, scenario, seed), step_ms)

    exact = lived_day(plan, scenario, roster, visits)
    called_ms, window = await _live(modules, plan, scenario, roster, exact)

    got = exact.calls.outcome != TURNED_AWAY
    order = np.argsort(exact.calls.issued_ms, kind="stable")
    expected_called = np.where(got, exact.calls.first_called_ms, NEVER)[order]
    expected_window = np.where(got, exact.calls.window, NOBODY)[order]
    assert (expected_called != NEVER).sum() > 50
    assert called_ms == expected_called.tolist()
    assert window == expected_window.tolist()


async def test_the_plan_staffs_the_same_spans_in_the_page(modules: Page) -> None:
    case = street_case()
    staff = staff_of(case.staffing, case.plan, case.scenario)
    grid = grid_of(case.plan, case.scenario)
    needed = np.random.default_rng(1).integers(0, grid.most + 1)

    spans = await modules.evaluate(SPANS, [staff, needed.tolist(), len(case.plan.windows)])

    assert spans == [[list(span) for span in each] for each in grid.roster(needed).spans]


@pytest.mark.parametrize("arrivals", [0.7, 1.0, 1.3])
async def test_other_numbers_of_visitors_come_in_order_and_in_proportion(modules: Page, arrivals: float) -> None:
    day, other = (packed_tickets(tickets_of(each)) for each in street_case().days[:2])
    count, others = (len(each.calls.visit) for each in street_case().days[:2])

    arrived_ms, _ = await modules.evaluate(SCALED, [day, other, arrivals, 1])

    wanted = min(arrivals, 1) * count + max(arrivals - 1, 0) * others
    assert arrived_ms == sorted(arrived_ms)
    assert abs(len(arrived_ms) - wanted) <= 3


async def test_longer_visits_take_so_much_longer(modules: Page) -> None:
    case = street_case()
    tickets = tickets_of(case.days[0])
    day = packed_tickets(tickets)

    _, service_ms = await modules.evaluate(SCALED, [day, day, 1, 1.2])

    assert service_ms == pytest.approx(1.2 * int(tickets.service_ms.sum()), abs=len(tickets.service_ms))


async def _live(modules: Page, plan: HallPlan, scenario: Scenario, roster: Roster, day: LivedDay) -> Any:
    hall = json.loads(json.dumps(hall_of(plan, scenario)))
    spans = [[list(span) for span in each] for each in roster.spans]
    return await modules.evaluate(LIVE, [hall, spans, packed_tickets(tickets_of(day))])


def _rounded(visits: VisitColumns, step_ms: int) -> VisitColumns:
    """The same visitors with every moment and length a multiple of so much."""
    lengths = {
        name: (getattr(visits, name) // step_ms * step_ms).astype(np.int32)
        for name in ("arrived_ms", "service_ms", "patience_ms", "pause_ms")
    }
    return visits._replace(**lengths)


def _roster(plan: HallPlan, chance: np.random.Generator) -> Roster:
    """Every window from some half hour on; some rest, and the first stays until the end."""
    spans = []
    for place in range(len(plan.windows)):
        start = 540 + 30 * int(chance.integers(0, 3)) * (place > 0)
        rest = 660 + 30 * int(chance.integers(0, 3))
        parts = [(start, rest), (rest + 30, 840)] if chance.random() < 0.5 else [(start, 840)]
        last = len(parts) - 1
        spans.append(
            tuple(
                (start * MINUTE, NEVER if number == last and place % 2 == 0 else end * MINUTE)
                for number, (start, end) in enumerate(parts)
            )
        )
    return Roster(tuple(spans))
