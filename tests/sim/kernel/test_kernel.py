"""The kernel's days add up to the exact world's, on any number of threads, and stop when enough of them have been."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from engine.core.plan import HallPlan, Rules, Span, Tide
from engine.halls import load_hall
from sim.day import Days, habits_of
from sim.kernel.kernel import Kernel, calls_of_trace
from sim.kernel.limits import Inexpressible
from sim.kernel.tally import SERVED, VISITORS, WAIT_MS, WITHIN, Tally
from sim.result import OUTCOMES
from sim.run import Run
from sim.scenario import Scenario, load_scenario, read_scenario
from tests.builders import MINUTE, lane, plan, service, window
from tests.sim.days import visit

FIRST = date(2026, 1, 5)
SCENARIO = """
[scenario]
name = { zh = "一天", en = "A day" }
hall = "hall"
visits_per_day = 60
opens = "09:00"
slot_minutes = 60
shape = [1, 2, 1]
over_dispersion = 2

[services.social]
share = 0.7
mean_minutes = 6

[services.tax]
share = 0.3
mean_minutes = 9

[lanes]
ordinary = 0.9
priority = 0.1

[patience]
distribution = "exponential"
mean_minutes = 20

[no_show]
share = 0.05
"""


@pytest.fixture
def hall() -> HallPlan:
    return plan(
        lanes=[lane("ordinary"), lane("priority", 30, 2)],
        services=[service("social", "A"), service("tax", "B")],
        windows=[window("w01", ["social"]), window("w02", ["social", "tax"])],
        hours=(Span(9 * 60, 12 * 60),),
        rules=Rules(overtime_ms=10 * MINUTE),
    )


@pytest.fixture
def scenario() -> Scenario:
    return read_scenario(SCENARIO, "scenario.toml")


def test_reference_hall_has_the_published_figures() -> None:
    kernel = Kernel(load_hall("hall1"), load_scenario("hall1"))

    figures = kernel.run(1, range(1), first=FIRST).counts.sum(axis=(0, 1, 2, 3))

    assert figures[[VISITORS, SERVED]].tolist() == [10_000, 8_670]
    assert round(figures[WAIT_MS] / figures[SERVED] / 1_000, 3) == 320.924
    assert round(figures[WITHIN] / figures[SERVED], 5) == 0.97970


def test_days_add_up_to_the_figures_of_the_exact_world(hall: HallPlan, scenario: Scenario) -> None:
    run = Run(hall, habits_of(scenario))
    for day in Days(scenario, hall, 7, FIRST, 12):
        run.add(day.visits, day.orders)

    tally = Kernel(hall, scenario).run(7, range(12), first=FIRST)

    exact, figures = run.figures(), tally.counts.sum(axis=(0, 1, 2, 3)).tolist()
    keys = ("visitors", "served", "abandoned", "no_shows", "turned_away", "unserved_at_close")
    assert [figures[place] for place in (0, 1, 3, 4, 5, 6)] == [exact[key] for key in keys]
    assert round(figures[WAIT_MS] / figures[SERVED] / 1_000, 3) == exact["wait_mean_s"]
    assert round(float(np.quantile(tally.wait_ms, 0.9)) / 1_000, 3) == exact["wait_p90_s"]
    assert round(tally.busy_ms.sum() / tally.open_ms.sum(), 6) == exact["window_utilisation"]


def test_threads_change_nothing(hall: HallPlan, scenario: Scenario) -> None:
    kernel = Kernel(hall, scenario)

    alone, together = (kernel.run(1, range(200), first=FIRST, threads=threads) for threads in (1, 3))

    assert _columns(alone) == _columns(together)


def test_days_are_the_same_whichever_were_run_before(hall: HallPlan, scenario: Scenario) -> None:
    kernel = Kernel(hall, scenario)

    later = kernel.run(1, range(40, 50), first=FIRST)

    assert later.counts.tolist() == kernel.run(1, range(50), first=FIRST).counts[40:].tolist()


def test_stop_is_asked_after_the_same_days_on_any_number_of_threads(hall: HallPlan, scenario: Scenario) -> None:
    kernel = Kernel(hall, scenario)

    days = [
        kernel.run(1, range(1_000), first=FIRST, threads=threads, stop=lambda tally: tally.days > 100).days
        for threads in (1, 3)
    ]

    assert days[0] == days[1] < 300


def test_day_by_itself_tells_what_the_days_add_up_to(hall: HallPlan, scenario: Scenario) -> None:
    kernel = Kernel(hall, scenario)

    calls = kernel.day(1, 3, first=FIRST)

    counted = kernel.run(1, range(3, 4), first=FIRST).counts.sum(axis=(0, 1, 2, 3))
    assert len(calls.visit) == counted[VISITORS]
    assert (calls.outcome == OUTCOMES.index("served")).sum() == counted[SERVED]


def test_waits_are_those_of_the_served(hall: HallPlan, scenario: Scenario) -> None:
    tally = Kernel(hall, scenario).run(1, range(20), first=FIRST)

    assert tally.wait_ms.sum() == tally.counts[..., WAIT_MS].sum()
    assert tally.waits.sum(axis=2).tolist() == tally.counts[..., SERVED].sum(axis=(0, 1)).tolist()
    assert tally.waits_until[-1] == len(tally.wait_ms)


def test_trace_is_lived_through_without_a_scenario(hall: HallPlan) -> None:
    visits = [visit(0, takes=5), visit(1, takes=5), visit(2, takes=5)]

    calls = calls_of_trace(hall, visits, habits_of(read_scenario(SCENARIO, "")))

    assert calls.window.tolist() == [0, 1, 0]
    assert (calls.called_ms - calls.issued_ms).tolist() == [0, 0, 3 * MINUTE]


def test_hall_with_tidal_windows_is_for_the_exact_world(hall: HallPlan, scenario: Scenario) -> None:
    tidal = replace(window("w03", ["tax"]), kind="tidal", tide=Tide(open_over=5, close_under=2))

    with pytest.raises(Inexpressible) as refused:
        Kernel(replace(hall, windows=(*hall.windows, tidal)), scenario)

    assert [feature.en for feature in refused.value.features] == ["tidal windows"]


def _columns(tally: Tally) -> list[object]:
    columns = tally.counts, tally.busy_ms, tally.open_ms, tally.wait_ms, tally.wait_cell, tally.waits_until
    return [column.tolist() for column in columns]
