"""A hall file becomes a plan, exactly as written."""

import re

import pytest
from hypothesis import given

from engine.core.plan import Booking, HallPlan, Help, Limit, Name, Rules, Span
from engine.wire.hall_file import read_hall
from engine.wire.hall_template import template
from tests.wire.any_plan import plans
from tests.wire.every_key import EVERY_KEY
from tests.wire.hall_texts import GOOD, problems_of, spoilt
from tests.wire.written_plan import written


def test_template_for_a_new_hall_reads_as_it_stands() -> None:
    plan = read_hall(template(), "hall.toml")

    assert (len(plan.services), len(plan.windows), len(plan.lanes)) == (3, 3, 2)


def test_template_states_the_defaults_of_the_rules() -> None:
    assert read_hall(template(), "hall.toml").rules == Rules()


def test_template_reads_with_every_example_it_leaves_out() -> None:
    text = re.sub(r"^# (?=\[|[a-z_]+ = )", "", template(), flags=re.M)

    plan = read_hall(text, "hall.toml")

    assert plan.limits.wait_ms == Limit(30 * 60_000, 24 * 60_000)
    assert plan.services[0].booking == Booking(per_slot=4)
    assert plan.windows[1].help_after_ms == (Help("comprehensive", 20 * 60_000),)


def test_one_text_names_a_thing_in_both_languages() -> None:
    assert read_hall(GOOD, "hall.toml").lanes[0].name == Name("普通", "普通")


def test_the_desk_to_ask_at_has_a_name_in_each_language_or_one_for_both() -> None:
    pair = 'help_desk = { zh = "3号窗口", en = "window 3" }'
    texts = [EVERY_KEY, EVERY_KEY.replace(pair, 'help_desk = "3"')]

    desks = [read_hall(text, "hall.toml").rules.asks_at for text in texts]

    assert desks == [Name("3号窗口", "window 3"), Name("3", "3")]


def test_window_without_a_name_is_called_by_its_number() -> None:
    assert read_hall(GOOD, "hall.toml").windows[0].name == Name("1号窗口", "Window 1")


def test_credit_rate_and_means_are_exact_thousandths() -> None:
    plan = read_hall(spoilt("credit = 30", "credit = 0.001"), "hall.toml")

    assert (plan.lanes[1].credit, plan.lanes[1].rate, plan.services[0].mean_ms) == (1, 1_500, 117_000)


def test_lane_weighs_one_point_a_minute_unless_it_says_otherwise() -> None:
    lane = read_hall(GOOD, "hall.toml").lanes[0]

    assert (lane.credit, lane.rate) == (0, 1_000)


def test_serves_is_one_tier() -> None:
    windows = read_hall(GOOD, "hall.toml").windows

    assert [window.tiers for window in windows] == [(("tax", "pension"),), (("tax",), ("pension",))]


def test_hours_stand_in_the_order_of_the_day() -> None:
    text = spoilt('["08:30-12:00", "13:30-17:00"]', '["13:30-24:00", "08:30-12:00"]')

    assert read_hall(text, "hall.toml").hours == (Span(510, 720), Span(810, 1440))


def test_hall_without_hours_is_open_round_the_clock() -> None:
    text = spoilt('hours = ["08:30-12:00", "13:30-17:00"]\n', "")

    assert read_hall(text, "hall.toml").hours == ()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_files_of_every_editor_read_alike(ending: str) -> None:
    text = "\ufeff" + GOOD.replace("\n", ending)

    assert read_hall(text, "hall.toml") == read_hall(GOOD, "hall.toml")


def test_window_has_the_keys_of_its_profile_that_it_does_not_set_itself() -> None:
    text = spoilt(
        'profile = "front"', 'profile = "front"\nserves = ["tax", "collection"]\nhelp_after_minutes = {}', EVERY_KEY
    )

    window = read_hall(text, "hall.toml").windows[0]

    assert (window.tiers, window.kind, window.policy_id) == ((("tax", "collection"),), "dedicated", "green")


def test_comprehensive_window_that_names_no_service_serves_all() -> None:
    assert read_hall(EVERY_KEY, "hall.toml").windows[3].tiers == (("tax", "collection"),)


def test_warning_clears_at_four_fifths_unless_it_says_otherwise() -> None:
    text = spoilt("wait_clear_minutes = 20\ncount = 50\ncount_clear = 45\n", "count = 51\n", EVERY_KEY)

    limits = read_hall(text, "hall.toml").limits

    assert (limits.wait_ms, limits.count) == (Limit(1_800_000, 1_440_000), Limit(51, 40))


def test_days_read_alike_with_and_without_quotes() -> None:
    plan = read_hall(EVERY_KEY, "hall.toml")

    assert [holiday.day for holiday in plan.holidays] == ["20261001", "20261002"]
    assert plan.extra_workdays == ("20261010", "20261011")


@given(plans())
def test_every_plan_survives_being_written_down_and_read_again(plan: HallPlan) -> None:
    text = written(plan)

    assert problems_of(text) == ()
    assert read_hall(text, "hall.toml") == plan
