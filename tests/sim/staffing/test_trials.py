"""Trials: the figures of the kernel and of the exact world, on days that are drawn once and kept within bounds."""

from dataclasses import replace

import numpy as np
import pytest

from engine.core.plan import HallPlan, Name, Remote, Span, Tide
from engine.halls import load_hall
from sim.day import Days
from sim.kernel.limits import TIDE, WINDOWS_MAX
from sim.scenario import Scenario, load_scenario, shipped_scenarios
from sim.staffing import drawn as drawn_days
from sim.staffing.drawn import DrawnDays
from sim.staffing.evaluators import Exact, Fast
from sim.staffing.grid import Staff, grid_of
from sim.staffing.planning import Request, plan_staffing
from sim.staffing.targets import read_targets
from tests.builders import both
from tests.sim.staffing.halls import ALL_DAY, EVALUATORS, FIRST, small_hall, small_scenario

LIMIT_MS = 600_000
NOON = Span(11 * 60, 13 * 60)


def some_of(most: Staff, seed: int) -> Staff:
    """A plan by chance with some of the windows there are."""
    return np.random.default_rng(seed).integers(0, most + 1)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_trials_count_what_the_kernel_counts(name: str) -> None:
    scenario = load_scenario(name)
    search = EVALUATORS(load_hall(scenario.hall_beside(name)), scenario).search
    assert isinstance(search, Fast)
    staff = some_of(search.grid.most, 3)

    counts = search.counts(staff, range(3, 6), 5, LIMIT_MS)

    assert (counts == search.tally(staff, range(3, 6), 5, LIMIT_MS).counts).all()


@pytest.mark.parametrize(
    ("more", "hours"),
    [
        ("", ALL_DAY),
        ("[no_show]\nshare = 0.2", ALL_DAY),
        ("[clerks]\ngap_seconds = 20", ALL_DAY),
        ('[[pulse]]\nat = "08:10"\nshare = 0.2', (NOON,)),
    ],
)
def test_trials_count_what_the_exact_world_counts(more: str, hours: tuple[Span, ...]) -> None:
    """Also of a partner's window, and of those who come hours before the first half hour."""
    hall, scenario = small_hall(hours=hours), small_scenario(90, more)
    partner = replace(hall.windows[-1], kind="remote", remote=Remote(both("partner"), (NOON,)))
    hall = replace(hall, windows=(*hall.windows[:-1], partner))
    grid = grid_of(hall, scenario)
    staff = np.maximum(some_of(grid.most, 1), grid.least)

    counts = EVALUATORS(hall, scenario).search.counts(staff, range(2, 5), 7, LIMIT_MS)

    world = Exact(hall, scenario, grid, FIRST, None)
    assert (counts == world.counts(staff, range(2, 5), 7, LIMIT_MS)).all()


# --- drawn days ---


def days_of(scenario: Scenario) -> DrawnDays:
    return DrawnDays(small_hall(), scenario, FIRST)


def test_days_are_those_of_the_simulation_and_are_drawn_once() -> None:
    days = days_of(small_scenario())

    first, again = days.columns(4, range(2, 5)), days.columns(4, range(3, 6))

    wanted = Days(small_scenario(), small_hall(), 4, FIRST, 6)
    for day, (visits, _) in zip(range(2, 5), first, strict=True):
        assert all((one == other).all() for one, other in zip(visits, wanted.columns(day)[0], strict=True))
    assert first[1] is again[0] and first[2] is again[1]


def test_no_more_days_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    days = days_of(small_scenario())
    (visits, _), *_ = days.columns(1, range(1))
    monkeypatch.setattr(drawn_days, "_KEPT_BYTES", 10 * sum(column.nbytes for column in visits))

    for begins in range(0, 60, 6):
        assert len(days.columns(1, range(begins, begins + 6))) == 6

    assert 0 < len(days._kept) < 20
    assert days._bytes == sum(map(drawn_days._bytes_of, days._kept.values())) <= drawn_days._KEPT_BYTES


# --- halls that the kernel refuses ---


def tidal_hall() -> HallPlan:
    """One window more for tax, which opens when five wait and closes when one does."""
    hall = small_hall(hours=ALL_DAY)
    tidal = replace(hall.windows[-2], window_id="w99", number=99, kind="tidal", tide=Tide(open_over=5, close_under=1))
    return replace(hall, windows=(*hall.windows, tidal))


def test_hall_that_the_kernel_refuses_is_searched_in_a_simpler_one_and_confirmed_in_the_exact_world() -> None:
    evaluators = EVALUATORS(tidal_hall(), small_scenario())

    assert (evaluators.search.core, evaluators.search.why) == ("fast", None)
    assert (evaluators.confirm.core, evaluators.confirm.why) == ("exact", TIDE)


def test_plan_of_such_a_hall_says_so_and_is_held_by_what_the_exact_world_measured() -> None:
    hall = tidal_hall()
    targets = read_targets(["p90_wait<=15m", "abandoned<=15%"], hall)
    request = Request(targets, days=20, with_curves=False, with_shifts=False)

    staffing = plan_staffing(hall, small_scenario(), request, EVALUATORS)

    assert staffing.core == "exact"
    assert staffing.core_why == TIDE
    assert staffing.holds
    assert [group.fixed for group in staffing.groups if "w99" in group.windows] == [True]
    assert 0 < staffing.window_half_hours < 0.5 * staffing.half_hours_there_are
    world = Exact(hall, small_scenario(), grid_of(hall, small_scenario()), FIRST, None)
    served = world.counts(np.array(staffing.needed), range(20), 4_711, 900_000).sum(axis=(0, 1, 2, 3))
    assert served[2] >= 0.87 * served[1]


def test_hall_that_is_too_large_for_the_kernel_is_searched_in_the_exact_world_itself() -> None:
    hall = small_hall(social=WINDOWS_MAX, hours=ALL_DAY)

    evaluators = EVALUATORS(hall, small_scenario())

    assert evaluators.search is evaluators.confirm
    assert evaluators.search.core == "exact"
    assert evaluators.search.why == Name(f"超过 {WINDOWS_MAX} 个窗口", f"more than {WINDOWS_MAX} windows")
