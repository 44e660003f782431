"""More work than the staffed windows can do is told, with how much of it is left."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from engine.core.plan import HallPlan, Span
from engine.halls import load_hall
from sim.kernel.shapes import Roster
from sim.overflow import Floats, _left, overflow
from sim.scenario import Scenario, load_scenario, read_scenario, shipped_scenarios
from tests.builders import MINUTE, plan, window

HOURS = (Span(9 * 60, 11 * 60),)


def scenario(social: float, tax: float, *, minutes: float = 6, more: str = "", shape: str = "[1, 1, 1, 1]") -> Scenario:
    """A morning of two hours: 20 visits an hour, of which these shares are for one service and the other."""
    text = f"""[scenario]
name = "x"
hall = "x"
visits_per_day = 40
opens = "09:00"
shape = {shape}
[services.social]
share = {social}
mean_minutes = {minutes}
[services.tax]
share = {tax}
mean_minutes = {minutes}
[lanes]
ordinary = 1
{more}"""
    return read_scenario(text, "x.toml")


def hall(*skills: list[str]) -> HallPlan:
    return plan(windows=[window(f"w{place:02d}", each) for place, each in enumerate(skills, 1)], hours=HOURS)


def test_work_that_fits_leaves_nothing() -> None:
    found = overflow(scenario(0.5, 0.5), hall(["social"], ["tax"]))

    assert found.work.sum() == pytest.approx(240)
    assert found.capacity.tolist() == [60] * 4
    assert not found.is_unstable


def test_work_that_does_not_fit_is_left_with_the_service_whose_windows_are_too_few() -> None:
    """24 visits of 6 minutes for one window of 120 minutes."""
    found = overflow(scenario(0.6, 0.4), hall(["social"], ["tax"]))

    assert found.left_minutes == pytest.approx(24)
    assert found.services_left == ("social",)
    assert found.behind[0].tolist() == pytest.approx([6, 12, 18, 24])


def test_windows_that_serve_both_share_the_work_as_is_best() -> None:
    """Whoever fills the comprehensive window with what the other could do leaves something undone."""
    found = overflow(scenario(0.5, 0.5), hall(["social", "tax"], ["tax"]))

    assert not found.is_unstable
    assert overflow(scenario(0.4, 0.6), hall(["social"], ["social", "tax"])).left_minutes == pytest.approx(24)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_way_to_share_the_work_leaves_less_of_it_in_any_half_hour(data: st.DataObject) -> None:
    """Against a linear programme for each half hour: the most that can be done by its end."""
    services, kinds, slots = (data.draw(st.integers(1, most)) for most in (4, 3, 5))
    work = minutes(data, services, slots)
    capacity = minutes(data, kinds, slots)
    flags = st.lists(st.booleans(), min_size=kinds, max_size=kinds)
    able = np.array([data.draw(flags) for _ in range(services)])

    behind = _left(work, able, capacity, at_best=True)

    assert (behind >= -1e-9).all()
    by_then = [most_done(work[:, :end], able, capacity[:, :end]) for end in range(1, slots + 1)]
    assert behind.sum(axis=0) == pytest.approx(np.cumsum(work.sum(axis=0)) - by_then, abs=1e-6)


def minutes(data: st.DataObject, rows: int, slots: int) -> Floats:
    row = st.lists(st.integers(0, 60), min_size=slots, max_size=slots)
    return np.array([data.draw(row) for _ in range(rows)], dtype=np.float64)


def most_done(work: Floats, able: np.ndarray[tuple[int, int], np.dtype[np.bool_]], capacity: Floats) -> float:
    """The most work that windows can do: of no service more than has come, of no kind more than it has time for."""
    (services, slots), kinds = work.shape, len(capacity)
    done = np.eye(services * kinds * slots).reshape(services, kinds, slots, -1)
    come = np.cumsum(done.sum(axis=1), axis=1).reshape(services * slots, -1)
    limits = np.concatenate([np.cumsum(work, axis=1).ravel(), capacity.ravel()])
    allowed = np.where(np.repeat(able.ravel(), slots), None, 0)
    solved = linprog(
        -np.ones(done.shape[-1]),
        A_ub=np.concatenate([come, done.sum(axis=0).reshape(kinds * slots, -1)]),
        b_ub=limits,
        bounds=[(0, most) for most in allowed],
    )
    return -float(solved.fun)


def test_work_of_the_morning_is_done_later_when_there_is_time() -> None:
    found = overflow(scenario(1, 0, shape="[2, 0, 0, 0]"), hall(["social"], ["social"]))

    assert found.behind.sum(axis=0).tolist() == pytest.approx([180, 120, 60, 0])
    assert not found.is_unstable


def test_time_that_windows_are_idle_in_the_morning_does_not_help_in_the_evening() -> None:
    found = overflow(scenario(1, 0, shape="[0, 0, 0, 1]"), hall(["social"], ["social"]))

    assert found.left_minutes == pytest.approx(180)


def test_roster_is_what_can_be_done() -> None:
    roster = Roster((((9 * 60 * MINUTE, 10 * 60 * MINUTE),), ((9 * 60 * MINUTE, 11 * 60 * MINUTE),)))

    found = overflow(scenario(0.5, 0.5), hall(["social"], ["tax"]), roster)

    assert found.left_minutes == pytest.approx(60)
    assert found.services_left == ("social",)


def test_lunch_takes_its_time() -> None:
    lunch = '[clerks.lunch]\nspan = "09:30-10:30"\nminutes = 30\nat_once = 1'

    found = overflow(scenario(0.5, 0.5, more=lunch), hall(["social"], ["tax"]))

    assert found.capacity.tolist() == [60, 30, 30, 60]
    assert found.left_minutes == pytest.approx(60)


def test_what_passes_around_a_visit_is_work_too() -> None:
    around = (
        "[clerks]\ncall_seconds = 6\nwalk_seconds = 12\ngap_seconds = 18\n[clerks.pauses]\nshare = 0.1\nminutes = 4"
    )

    found = overflow(scenario(0.5, 0.5, more=around), hall(["social"], ["tax"]))

    assert found.work.sum() == pytest.approx(240 + 40 * (0.6 + 0.4))


def test_whoever_does_not_appear_costs_the_wait_for_them() -> None:
    found = overflow(scenario(0.5, 0.5, more="[no_show]\nshare = 0.5\nwait_seconds = 60"), hall(["social"], ["tax"]))

    assert found.work.sum() == pytest.approx(20 * 6 + 20 * 1)


def test_a_busier_day_overflows_first() -> None:
    assert overflow(scenario(0.5, 0.5), hall(["social"], ["tax"]), factor=1.5).left_minutes == pytest.approx(120)


def test_overflow_is_told_in_both_languages() -> None:
    words = overflow(scenario(0.6, 0.4), hall(["social"], ["tax"])).sentence()

    assert "24 minutes of it would be undone at 11:00 (behind since 09:00; services: social)" in words.en
    assert "还剩 24 分钟未办" in words.zh


@pytest.mark.parametrize("name", [name for name in shipped_scenarios() if name not in ("hall1", "xianan")])
def test_shipped_scenarios_bring_no_more_than_their_halls_can_do(name: str) -> None:
    read = load_scenario(name)

    assert not overflow(read, load_hall(read.hall_beside(name))).is_unstable


def test_yardstick_brings_more_than_its_windows_can_do_so_that_people_leave() -> None:
    found = overflow(load_scenario("hall1"), load_hall("hall1"))

    assert found.work.sum() > found.capacity.sum()
    assert found.left_minutes >= found.work.sum() - found.capacity.sum()
