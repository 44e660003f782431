"""The page of a plan without a browser: what stands in it, what is left out, and how large it may become."""

import json
import re
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from engine.core.plan import Name
from sim.kernel.shapes import LEFT, NEVER, SERVED, Calls, blank_visits
from sim.planner_page.day_plots import runs
from sim.planner_page.lived import DAYS_MAX, FRESH_SEED, TICKETS_MAX, LivedDay, lived_under, ticket_days
from sim.planner_page.page import plots_of, render
from sim.planner_page.what_if import what_if_of
from sim.staffing.evaluators import Exact
from sim.staffing.grid import grid_of
from sim.staffing.result import CurvePoint, Slot, Staffing
from tests.sim.planner_page.exact_days import MONDAY
from tests.sim.planner_page.plans import Case, street_case

MEGABYTE = 1_000_000
EVIL = '</script><img src=x onerror="alert(1)">'


def test_a_name_that_looks_like_markup_is_shown_as_it_is_written() -> None:
    case = street_case()
    services = (replace(case.plan.services[0], name=Name(EVIL, EVIL)), *case.plan.services[1:])
    groups = (replace(case.staffing.groups[0], name=Name(EVIL, EVIL)), *case.staffing.groups[1:])
    staffing = replace(case.staffing, hall=Name(EVIL, EVIL), groups=groups)

    page = render(staffing, case.scenario, replace(case.plan, services=services), case.days)

    assert "<img" not in _without_plotly(page).replace('<img class="paper"', "")
    assert _data(page)["day"]["services"][0]["name"]["zh"] == EVIL


def test_the_page_names_no_address_outside_itself() -> None:
    page = _without_plotly(render(*street_case()))

    assert not re.search(r"(src|href|url\()\s*=?\s*[\"']?\s*(https?:)?//", page)


def test_a_plan_that_cannot_be_had_is_said_first() -> None:
    page = _without_plotly(render(*street_case(holds=False)))

    main = page[page.index("<main>") :]
    assert main.index("现有窗口做不到") < main.index("下面是最接近的方案") < main.index('class="tiles"')
    assert 'class="lead missed"' in main


def test_a_plan_that_does_not_hold_is_not_said_to_hold_until_something_changes() -> None:
    page = _without_plotly(render(*street_case(holds=False)))

    assert "就做不到" not in page
    assert page.count("本方案做不到目标") == 2


def test_what_was_not_asked_for_is_not_drawn() -> None:
    case = street_case()
    bare = replace(case.staffing, curve=(), sensitivity=(), shifts=None, erlang=None, abandoned=())

    page = _without_plotly(render(bare, case.scenario, case.plan, []))

    assert re.findall(r'<section id="([a-z-]+)"', page) == ["staffing", "arrivals", "waits", "utilisation"]
    assert "Erlang" not in page


def test_every_plot_has_a_title_a_sentence_and_a_table_in_both_languages() -> None:
    plots = plots_of(street_case().staffing)

    assert len(plots) == 8
    for plot in plots:
        texts = [plot.title, plot.see, *plot.table.columns, *(cell for row in plot.table.rows for cell in row)]
        assert plot.table.rows
        assert all(text.zh and text.en for text in texts)
        assert all(len(row) == len(plot.table.columns) for row in plot.table.rows)
        assert not any(re.search(r"[\u4e00-\u9fff]", text.en) for text in texts)


def test_the_staffing_table_tells_each_group_and_their_sum() -> None:
    staffing = street_case().staffing

    rows = [[cell.zh for cell in row] for row in plots_of(staffing)[0].table.rows]

    needed = [row[0] for row in staffing.needed]
    assert rows[0][1 : len(needed) + 2] == [str(count) for count in [*needed, sum(needed)]]


def test_more_clerks_than_a_sheet_can_show_are_shown_on_several() -> None:
    staffing = street_case().staffing
    assert staffing.shifts is not None
    many = replace(staffing.shifts, shifts=staffing.shifts.shifts * 11)

    plots = [plot for plot in plots_of(replace(staffing, shifts=many)) if plot.key.startswith("shifts")]

    assert [(plot.key, plot.title.en[-5:], len(plot.table.rows)) for plot in plots] == [
        ("shifts", "(1/3)", 45),
        ("shifts-2", "(2/3)", 45),
        ("shifts-3", "(3/3)", 9),
    ]


def test_a_midday_break_parts_the_spans_of_the_headline() -> None:
    slots = [Slot("11:30", 690, 720, 30), Slot("12:00", 720, 750, 0), Slot("12:30", 750, 780, 30)]

    assert runs(slots, [4, 0, 4]) == [("11:30–12:00", 4), ("12:30–13:00", 4)]


def test_a_window_more_is_tried_within_the_windows_there_are_and_where_any_is_staffed() -> None:
    case = street_case()
    point = CurvePoint(0, None, 1, 10.0, case.staffing.reached)
    needed = ((1, 0, *case.staffing.needed[0][2:]), *case.staffing.needed[1:])
    staffing = replace(case.staffing, needed=needed, curve=(point,), sensitivity=())

    probe = _probe(staffing, case)

    assert needed[0] == (1, 0, 3, 3, 3, 3, 3, 3, 3, 2)
    assert probe["needed"][0] == [2, 0, 3, 3, 3, 3, 3, 3, 3, 3]


def test_a_page_has_days_for_what_if_only_as_long_as_there_is_room() -> None:
    large, small = _drawn_day(TICKETS_MAX // 2 + 1), _drawn_day(10)

    assert len(ticket_days([small] * 100, NEVER)) == DAYS_MAX
    assert len(ticket_days([_drawn_day(10_000)] * 20, NEVER)) == TICKETS_MAX // 10_000
    assert ticket_days([large, large], NEVER) == []


def test_ten_thousand_visitors_a_day_fit_into_eight_megabytes() -> None:
    case = street_case()

    page = render(case.staffing, case.scenario, case.plan, [_drawn_day(10_000)] * 9)

    assert len(page.encode()) < 8 * MEGABYTE
    assert len(_data(page)["what_if"]["days"]) == 8


@pytest.mark.parametrize("count", [60_000, 60_001])
def test_a_day_with_too_many_tickets_to_be_drawn_is_not_shown(count: int) -> None:
    case = street_case()

    page = render(case.staffing, case.scenario, case.plan, [_drawn_day(count)])

    assert (_data(page)["day"] is not None) == (count <= 60_000)


def test_the_page_asks_for_days_that_neither_search_nor_confirmation_has_seen() -> None:
    case = street_case()
    asked: list[tuple[int, int]] = []

    class Evaluator:
        core = "fast"

        def calls(self, staff: Any, day: int, seed: int) -> Calls:
            asked.append((day, seed))
            return case.days[0].calls

    days = lived_under(case.staffing, case.scenario, case.plan, cast("Any", Evaluator()), MONDAY)

    assert asked == [(day, case.staffing.seed + FRESH_SEED) for day in range(DAYS_MAX)]
    assert len({day.visits.arrived_ms[0] for day in days}) == DAYS_MAX


def test_of_a_hall_for_the_exact_world_one_day_is_shown_and_what_is_left_out_is_said() -> None:
    case = street_case()
    staffing = replace(case.staffing, core="exact")
    evaluator = Exact(case.plan, case.scenario, grid_of(case.plan, case.scenario), MONDAY, None)

    days = lived_under(staffing, case.scenario, case.plan, evaluator, MONDAY)
    page = render(staffing, case.scenario, case.plan, days)

    assert len(_data(page)["what_if"]["days"]) == DAYS_MAX
    assert _data(page)["day"]["tickets"]["issued"]["text"]
    assert "当天再来或取件的号票" in page


def _probe(staffing: Staffing, case: Case) -> dict[str, Any]:
    what_if = what_if_of(staffing, case.scenario, case.plan, case.days)
    assert what_if is not None
    probe: dict[str, Any] = what_if["probes"][0]
    return probe


def _drawn_day(count: int) -> LivedDay:
    """So many visitors who come evenly over five hours, of whom every fifth leaves."""
    visits = blank_visits(count)
    visits.arrived_ms[:] = 9 * 3_600_000 + np.arange(count) * (5 * 3_600_000 // count)
    visits.service_ms[:] = 1 + np.arange(count) * 7_919 % 900_000
    visits.patience_ms[:] = 1 + np.arange(count) * 104_729 % 7_200_000
    visits.service[:] = np.arange(count) % 3
    outcome = np.where(np.arange(count) % 5 == 0, LEFT, SERVED).astype(np.uint8)
    called = visits.arrived_ms + 60_000
    ends = called + visits.service_ms
    number, window = np.arange(count, dtype=np.int32), np.arange(count, dtype=np.int32) % 9
    calls = Calls(
        number, visits.service, visits.lane, visits.arrived_ms, window, called, called, called, ends, outcome, window
    )
    return LivedDay(visits, None, calls)


def _data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def _without_plotly(page: str) -> str:
    """The page without the library's own text: what we answer for."""
    return re.sub(r"<script>.*?</script>", "", page, count=1, flags=re.S)
