"""A hall file becomes a plan, exactly as written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.plan import Clerk, Group, HallPlan, Item, Lane, Name, Rules, Service, Span, WindowPlan, Zone
from engine.wire.hall_file import read_hall
from engine.wire.hall_tables import ZONE_KINDS
from engine.wire.hall_template import template
from tests.wire.hall_texts import GOOD, problems_of, spoilt


def test_template_for_a_new_hall_reads_as_it_stands() -> None:
    plan = read_hall(template(), "hall.toml")

    assert (len(plan.services), len(plan.windows), len(plan.lanes)) == (3, 3, 2)


def test_template_states_the_defaults_of_the_rules() -> None:
    assert read_hall(template(), "hall.toml").rules == Rules()


def test_one_text_names_a_thing_in_both_languages() -> None:
    assert read_hall(GOOD, "hall.toml").lanes[0].name == Name("普通", "普通")


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


IDS = st.text("abz019-", min_size=1, max_size=6)
TEXTS = st.text("号A #\"'\\[]{}=.,é1", max_size=6).map(lambda text: text + "。")
NAMES = st.builds(Name, TEXTS, TEXTS)
PREFIXES = st.sampled_from("ABCDEFGHJKLMNPRSTUVWXYZ")
THOUSANDTHS = st.integers(0, 100_000)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    ends = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(Span(start, end) for start, end in zip(ends[::2], ends[1::2], strict=False))


def ids(most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(IDS, min_size=1, max_size=most, unique=True)


@st.composite
def plans(draw: st.DrawFn) -> HallPlan:
    """Any plan a hall file can describe."""
    zone_ids, service_ids, window_ids, group_ids = draw(ids(3)), draw(ids(4)), draw(ids(4)), draw(ids(2))
    prefixes = draw(st.lists(PREFIXES, min_size=len(service_ids), max_size=len(service_ids), unique=True))
    zones, services = st.sampled_from(zone_ids), st.sampled_from(service_ids)
    tiers = [(tuple(service_ids),)] + [
        (tuple(draw(st.lists(services, min_size=1, unique=True))),) for _ in window_ids[1:]
    ]
    return HallPlan(
        hall_id=draw(IDS),
        region=draw(IDS),
        name=draw(NAMES),
        timezone=draw(st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"])),
        lanes=tuple(
            Lane(
                lane_id,
                draw(NAMES),
                draw(THOUSANDTHS),
                draw(THOUSANDTHS),
                draw(st.none() | NAMES),
                (f"group-{place}",) if draw(st.booleans()) else (),
            )
            for place, lane_id in enumerate(draw(ids(3)))
        ),
        zones=tuple(Zone(zone_id, draw(NAMES), draw(st.sampled_from(ZONE_KINDS))) for zone_id in zone_ids),
        services=tuple(
            Service(
                service_id,
                draw(NAMES),
                prefix,
                draw(zones),
                draw(st.none() | st.sampled_from(group_ids)),
                draw(st.integers(1, 100_000)) * 60,
            )
            for service_id, prefix in zip(service_ids, prefixes, strict=True)
        ),
        windows=tuple(
            WindowPlan(window_id, number, draw(NAMES), draw(zones), tier)
            for number, (window_id, tier) in enumerate(zip(window_ids, tiers, strict=True), start=1)
        ),
        groups=tuple(Group(group_id, draw(NAMES)) for group_id in group_ids),
        items=tuple(Item(item_id, draw(NAMES), draw(services)) for item_id in draw(ids(3))),
        clerks=tuple(Clerk(clerk_id, draw(NAMES)) for clerk_id in draw(ids(2))),
        hours=draw(spans()),
        rules=Rules(
            draw(st.integers(10, 3600)) * 1_000,
            draw(st.integers(0, 3600)) * 1_000,
            draw(st.integers(0, 20)),
            draw(st.integers(0, 720)) * 60_000,
            draw(st.integers(3, 6)),
            draw(st.integers(1, 999)),
        ),
    )


@given(plans())
def test_every_plan_survives_being_written_down_and_read_again(plan: HallPlan) -> None:
    text = written(plan)

    assert problems_of(text) == ()
    assert read_hall(text, "hall.toml") == plan


def written(plan: HallPlan) -> str:
    """A plan as the text of a hall file."""
    rules = plan.rules
    lines = [
        f'[hall]\nid = "{plan.hall_id}"\nregion = "{plan.region}"\nname = {name(plan.name)}',
        f'timezone = "{plan.timezone}"\nhours = [{", ".join(map(hours, plan.hours))}]',
        f"[rules]\ncall_expiry_s = {rules.call_expiry_ms // 1_000}",
        f"last_call_grace_s = {rules.last_call_grace_ms // 1_000}\nrecall_limit = {rules.recall_limit}",
        f"overtime_min = {rules.overtime_ms // 60_000}\nnumber_digits = {rules.number_digits}",
        f"first_number = {rules.first_number}",
    ]
    for lane in plan.lanes:
        lines += [f'[[lane]]\nid = "{lane.lane_id}"\nname = {name(lane.name)}\ngroups = {list(lane.groups)}']
        lines += [f"credit = {Decimal(lane.credit) / 1000:f}\nrate = {Decimal(lane.rate) / 1000:f}"]
        lines += [f"mark = {name(lane.mark)}"] if lane.mark else []
    for zone in plan.zones:
        lines += [f'[[zone]]\nid = "{zone.zone_id}"\nname = {name(zone.name)}\nkind = "{zone.kind}"']
    for group in plan.groups:
        lines += [f'[[group]]\nid = "{group.group_id}"\nname = {name(group.name)}']
    for service in plan.services:
        lines += [f'[[service]]\nid = "{service.service_id}"\nname = {name(service.name)}\nzone = "{service.zone_id}"']
        lines += [f'prefix = "{service.prefix}"\nmean_minutes = {Decimal(service.mean_ms) / 60_000:f}']
        lines += [f'group = "{service.group_id}"'] if service.group_id else []
    for window in plan.windows:
        lines += [f'[[window]]\nid = "{window.window_id}"\nnumber = {window.number}\nname = {name(window.name)}']
        lines += [f'zone = "{window.zone_id}"\ntiers = {[list(tier) for tier in window.tiers]}']
    for item in plan.items:
        lines += [f'[[item]]\nid = "{item.item_id}"\nname = {name(item.name)}\nservice = "{item.service_id}"']
    for clerk in plan.clerks:
        lines += [f'[[clerk]]\nid = "{clerk.clerk_id}"\nname = {name(clerk.name)}']
    return "\n".join(lines) + "\n"


def name(name: Name) -> str:
    return f"{{ zh = {quoted(name.zh)}, en = {quoted(name.en)} }}"


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def hours(span: Span) -> str:
    return f'"{span.start // 60:02}:{span.start % 60:02}-{span.end // 60:02}:{span.end % 60:02}"'
