"""Half hours and groups: what is alike is one group, and a plan becomes spans within the hall's hours."""

from dataclasses import replace

import numpy as np
import pytest

from engine.core.plan import Remote, Span
from sim.kernel.shapes import NEVER
from sim.staffing.grid import grid_of, with_more_windows
from tests.builders import both
from tests.sim.staffing.halls import HOURS, small_hall, small_scenario

HOUR = 3_600_000


def test_windows_alike_are_one_group() -> None:
    grid = grid_of(small_hall(social=4, tax=3, both=1), small_scenario())

    assert [group.windows for group in grid.groups] == [("w01", "w02", "w03", "w04"), ("w05", "w06", "w07"), ("w08",)]
    assert [group.name.en for group in grid.groups] == ["Windows 1–4", "Windows 5–7", "Window 8"]


def test_half_hours_span_the_hours_and_the_arrivals() -> None:
    grid = grid_of(small_hall(), small_scenario())

    assert (grid.slots[0].label, grid.slots[-1].label) == ("09:00", "13:30")
    assert [slot.open_minutes for slot in grid.slots] == [30] * 4 + [0] * 4 + [30] * 2


def test_hall_that_opens_off_the_half_hour_pays_for_what_it_is_open() -> None:
    hall = replace(small_hall(), hours=(Span(9 * 60 + 15, 11 * 60),))
    grid = grid_of(hall, small_scenario())

    assert grid.cost(grid.most) == pytest.approx(8 * 3.5)


def test_roster_staffs_the_first_windows_of_a_group_within_the_hours() -> None:
    grid = grid_of(small_hall(), small_scenario())
    staff = np.zeros_like(grid.most)
    staff[0] = [2, 2, 1, 2, 0, 0, 0, 0, 1, 1]

    spans = grid.roster(staff).spans

    assert spans[0] == ((9 * HOUR, 11 * HOUR), (13 * HOUR, NEVER))
    assert spans[1] == ((9 * HOUR, 10 * HOUR), (10 * HOUR + HOUR // 2, 11 * HOUR))
    assert spans[2] == ()


def test_window_of_a_partner_keeps_its_hours_and_is_not_planned() -> None:
    hall = small_hall()
    partner = replace(hall.windows[-1], kind="remote", remote=Remote(both("site"), (Span(9 * 60, 10 * 60),)))
    grid = grid_of(replace(hall, windows=(*hall.windows[:-1], partner)), small_scenario())

    assert grid.groups[-1].fixed
    assert grid.cost(grid.most) == 7 * 6
    assert grid.roster(np.zeros_like(grid.most)).spans[-1] == ((9 * HOUR, 10 * HOUR),)


def test_hall_without_hours_is_open_while_people_come() -> None:
    grid = grid_of(replace(small_hall(), hours=()), small_scenario())

    assert all(slot.open_minutes == 30 for slot in grid.slots)
    assert grid.roster(grid.most).spans[0] == ((9 * HOUR, NEVER),)


def test_hall_with_more_windows_has_the_same_groups() -> None:
    hall = small_hall()

    bigger = grid_of(with_more_windows(hall, 2), small_scenario())

    assert (bigger.most == 2 * grid_of(hall, small_scenario()).most).all()
    assert len({window.number for window in with_more_windows(hall, 3).windows}) == 3 * len(hall.windows)
    assert hall.hours == HOURS
