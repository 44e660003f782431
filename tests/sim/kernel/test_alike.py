"""Days whose visitors are all alike, counted as they happen, come to the same as in the exact world."""

from collections.abc import Sequence
from datetime import date
from random import Random
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from engine.core.plan import HallPlan, Rules, Span
from sim.day import Days, habits_of
from sim.kernel.columns import visit_columns
from sim.kernel.quick import Quick
from sim.kernel.shapes import NEVER, SERVED, Roster
from sim.kernel.staff import hours_roster, staff_tables
from sim.kernel.tables import hall_tables
from sim.kernel.tally import FIGURE_OF, FIGURES, SLOT_MS, WAIT_MS, WITHIN, Tally, counts_for, merged, slots_of, tally_of
from sim.scenario import Scenario, read_scenario
from sim.visits import Habits, Visit
from tests.builders import MINUTE, NINE, lane, plan, service, window
from tests.sim.kernel.interpreted import QUICK, interpreted
from tests.sim.kernel.quick_days import CHANNELS, HOURS, MIDNIGHT, SLOTS, in_exact_world

FIRST = date(2026, 1, 5)
DAYS = 3
TARGET_MS = 2 * MINUTE
SCENARIO = """
[scenario]
name = {{ zh = "一天", en = "A day" }}
hall = "hall"
visits_per_day = {visits}
opens = "{opens}"
slot_minutes = {slot_minutes}
shape = [1, 3, 1]
[services.a]
share = 1
mean_minutes = {minutes}
distribution = "{distribution}"
[lanes]
ordinary = 1
[patience]
{patience}
[groups]
share = {groups}
size = 2
[clerks]
walk_seconds = {walk}
gap_seconds = {gap}
"""
ENDLESS, THREE_MINUTES = 'distribution = "none"', 'distribution = "exponential"\nmean_minutes = 3'


Day = tuple[HallPlan, Habits, list[Visit]]
Counted = tuple[object, ...]

MISTAKES = {
    "whoever would leave just now has left": {"now_ms > leaves_ms": "now_ms >= leaves_ms"},
    "somebody is called after the day has closed": {" or now_ms >= closes_ms": ""},
    "a visit that ends as the day closes has ended": {
        "ends_ms >= closes_ms:\n                visitors": "ends_ms > closes_ms:\n                visitors"
    },
    "a number is given as issuing ends": {"count, hall.issuing_ends_ms": "count, hall.issuing_ends_ms + 1"},
    "a half hour begins a millisecond late": {"begins, admitted, _until": "begins, admitted, 1 + _until"},
    "clerks call without a gap": {"ends_ms + gap_ms": "ends_ms"},
    "nobody walks": {"walk_ms + service": "service"},
    "windows that are done together call in the plan's order": {"(visit + windows) <<": "0 <<"},
    "the window that is free next is forgotten": {"min(key, second)": "key"},
    "the third window is forgotten": {"second = min(max(key, second), third)": "second = max(key, second)"},
    "the fourth window is forgotten": {"third = min(max(key, third), fourth)": "third = max(key, third)"},
    "a wait of just the target is too long": {"each <= target_ms": "each < target_ms"},
    "the day is over with the last call": {"max(last_ms, over_ms)": "max(last_ms, now_ms)"},
    "the day is over before the last has left": {"max(last_ms, min(leaves_ms, closes_ms))": "last_ms"},
}


@st.composite
def halls(draw: st.DrawFn, windows_max: int = 6, hours: Sequence[tuple[Span, ...]] = HOURS) -> HallPlan:
    """One queue before a few windows."""
    return plan(
        lanes=[lane("ordinary")],
        services=[service("a", "A")],
        windows=[window(f"w{number}", ["a"]) for number in range(1, draw(st.integers(1, windows_max)) + 1)],
        hours=draw(st.sampled_from(hours)),
        rules=Rules(overtime_ms=draw(st.sampled_from((0, 7, 120))) * MINUTE),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Quiet days and days that are far too busy, some of whose visitors come before the doors open or as they close."""
    keys = {
        "visits": draw(st.integers(1, 120)),
        "opens": draw(st.sampled_from(("08:30", "09:00", "23:00"))),
        "slot_minutes": draw(st.sampled_from((5, 15, 20))),
        "minutes": draw(st.sampled_from((0.2, 1, 5, 40))),
        "distribution": draw(st.sampled_from(("exponential", "lognormal", "gamma"))),
        "patience": draw(st.sampled_from((ENDLESS, THREE_MINUTES))),
        "groups": draw(st.sampled_from((0, 0.5))),
        "walk": draw(st.sampled_from((0, 10))),
        "gap": draw(st.sampled_from((0, 20))),
    }
    return read_scenario(SCENARIO.format(**keys), "scenario.toml")


@st.composite
def days(draw: st.DrawFn) -> Day:
    """A day in whole minutes, so that much happens at once."""
    hall = draw(halls(4, HOURS[:2]))
    walk, gap = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    patience = draw(st.sampled_from((st.none(), st.integers(0, 15))))
    visits = [
        Visit(
            NINE + minute * MINUTE,
            "a",
            "ordinary",
            draw(st.integers(0, 12)) * MINUTE,
            None if (minutes := draw(patience)) is None else minutes * MINUTE,
        )
        for minute in sorted(draw(st.lists(st.integers(-4, 45), min_size=1, max_size=40)))
    ]
    return hall, Habits(walk * MINUTE, gap * MINUTE, 0), visits


def counted_in(loop: SimpleNamespace, day: Day) -> Counted:
    """The figures by half hour, how long windows were taken and open, and the waits."""
    hall, habits, visits = day
    columns, count = visit_columns(visits, hall, CHANNELS, MIDNIGHT), len(visits)
    if columns.patience_ms.max() == NEVER:
        columns = columns._replace(patience_ms=columns.patience_ms[:0])
    counts = counts_for(hall, SLOTS, 1, count, TARGET_MS)
    waits = loop.alike.live(hall_tables(hall, habits), staff_tables(hours_roster(hall)), columns, count, counts, 0, 0)
    tally = tally_of(counts, np.array([waits]), 0.0)
    windows = tally.busy_ms.sum(axis=0), tally.open_ms.sum(axis=0)
    figures = tally.counts[0, :, 0, 0, 1:]
    return *(column.tolist() for column in (figures, *windows, tally.wait_ms)), set(tally.wait_cell.tolist())


def counted_in_exact_world(day: Day) -> Counted:
    lived = in_exact_world(*day)
    figures = np.zeros((SLOTS.number, FIGURES), np.int64)
    waits, cells = [], set()
    for issued_ms, called_ms, _, _, _, outcome in [
        *lived.tickets,
        *((at_ms, 0, 0, 0, 0, 4) for (at_ms,) in lived.turned_away),
    ]:
        slot = issued_ms // SLOT_MS - SLOTS.first
        figures[slot, FIGURE_OF[outcome]] += 1
        if outcome == SERVED:
            waits.append(called_ms - issued_ms)
            cells.add(slot)
            figures[slot, WITHIN] += waits[-1] <= TARGET_MS
            figures[slot, WAIT_MS] += waits[-1]
    return figures[:, 1:].tolist(), lived.busy_ms, lived.open_ms, waits, cells


def alike(mistakes: dict[str, str] | None = None) -> SimpleNamespace:
    return interpreted((*QUICK, "tally", "alike"), mistakes)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days())
def test_days_come_to_the_same_as_in_the_exact_world(day: Day) -> None:
    assert counted_in(alike(), day) == counted_in_exact_world(day)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_seen_within_some_days(mistake: dict[str, str]) -> None:
    loop = alike(mistake)

    def is_wrong(day: Day) -> bool:
        return counted_in(loop, day) != counted_in_exact_world(day)

    searching = settings(max_examples=1_500, phases=[Phase.generate], database=None, deadline=None)
    day = find(days(), is_wrong, settings=searching, random=Random(1))

    assert is_wrong(day)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(halls(), scenarios(), st.integers(0, 2**32))
def test_days_counted_as_they_are_drawn_are_those_counted_one_by_one(
    hall: HallPlan, scenario: Scenario, seed: int
) -> None:
    quick = _quick(hall, scenario)

    tally = quick.part(seed, range(DAYS), FIRST, TARGET_MS)

    assert _columns(tally) == _columns(_one_by_one(quick, hall, scenario, seed))


def test_window_that_nobody_staffs_serves_nobody() -> None:
    hall = plan(
        lanes=[lane("ordinary")], services=[service("a", "A")], windows=[window("w1", ["a"]), window("w2", ["a"])]
    )
    keys = {"visits": 60, "opens": "09:00", "slot_minutes": 20, "minutes": 1, "distribution": "gamma"}
    scenario = read_scenario(SCENARIO.format(**keys, patience=ENDLESS, groups=0, walk=0, gap=0), "scenario.toml")
    quick = _quick(hall, scenario).under(Roster(((), ((9 * 60 * MINUTE, NEVER),))))

    tally = quick.part(1, range(DAYS), FIRST, TARGET_MS)

    assert not tally.busy_ms[:, 0].any()
    assert tally.busy_ms[:, 1].any()
    assert _columns(tally) == _columns(_one_by_one(quick, hall, scenario, 1))


def _quick(hall: HallPlan, scenario: Scenario) -> Quick:
    tables = hall_tables(hall, habits_of(scenario))
    return Quick(hall, tables, list(scenario.channels), slots_of(hall, scenario), scenario)


def _one_by_one(quick: Quick, hall: HallPlan, scenario: Scenario, seed: int) -> Tally:
    drawn = Days(scenario, hall, seed, FIRST, DAYS)
    return merged([quick.count(drawn.columns(day)[0], TARGET_MS) for day in range(DAYS)])


def _columns(tally: Tally) -> list[object]:
    columns = tally.counts, tally.busy_ms, tally.open_ms, tally.wait_ms, tally.wait_cell, tally.waits_until
    return [column.tolist() for column in columns]
