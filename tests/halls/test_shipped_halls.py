"""The halls that come with jiaohao are what they say they are."""

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from engine.core.plan import HallPlan
from engine.halls import load_hall, shipped_halls, shipped_text
from engine.wire.bad_file import BadFile, Problem


@pytest.mark.parametrize("name", shipped_halls())
def test_shipped_hall_reads_and_bears_its_name(name: str) -> None:
    assert load_hall(name).hall_id == name


@pytest.mark.parametrize("name", shipped_halls())
def test_shipped_hall_is_named_in_both_languages(name: str) -> None:
    plan = load_hall(name)

    for part in (
        plan,
        *plan.lanes,
        *plan.zones,
        *plan.services,
        *plan.windows,
        *plan.groups,
        *plan.items,
        *plan.clerks,
        *plan.departments,
        *plan.holidays,
    ):
        assert not part.name.zh.isascii()
        assert part.name.en.isascii()


def test_hongtang_has_twenty_windows_in_six_groups() -> None:
    plan = load_hall("hongtang")

    groups = [group_of(plan, window.tiers[0][0]) for window in plan.windows]

    assert len(plan.windows) == 20
    assert [group for group, _ in groupby(groups)] == [group.group_id for group in plan.groups]
    assert len(plan.groups) == 6


def test_hongtang_has_171_items_under_six_headings() -> None:
    plan = load_hall("hongtang")

    headings = Counter(group_of(plan, item.service_id) for item in plan.items)

    assert len({item.name.zh for item in plan.items}) == 171
    assert set(headings) == {group.group_id for group in plan.groups}


def test_hongtang_has_a_dedicated_window_that_takes_overflow() -> None:
    plan = load_hall("hongtang")

    (dedicated,) = (window for window in plan.windows if window.tiers[0] == ("vehicle-tax",))

    assert dedicated.tiers[1:] == (("tax-general",),)


def test_puming_has_five_zones_of_five_kinds_and_two_windows_beside_the_one_by_video() -> None:
    plan = load_hall("puming")

    kinds = {zone.kind for zone in plan.zones}

    assert kinds == {"windows", "agency", "self-service", "consulting", "waiting"}
    assert [window.kind for window in plan.windows] == ["ordinary", "ordinary", "remote"]


def test_lanzhou_has_68_windows_in_five_zones_and_no_service_above_its_longest_mean() -> None:
    plan = load_hall("lanzhou")

    assert len(plan.windows) == 68
    assert len({window.zone_id for window in plan.windows}) == 5
    assert max(service.mean_ms for service in plan.services) == 348_000


def test_hall1_is_the_yardstick() -> None:
    plan = load_hall("hall1")

    services = [f"s{n:02}" for n in range(12)]
    skills = [(20, services[0:4]), (16, services[2:7]), (14, services[5:9]), (10, services[8:12]), (8, services)]
    assert [service.service_id for service in plan.services] == services
    assert [service.mean_ms for service in plan.services] == [
        round(minutes * 60_000) for minutes in (1.95, 2.6, 2.6, 3.25, 3.25, 3.9, 3.9, 3.9, 4.55, 5.2, 5.2, 6.5)
    ]
    assert [(lane.lane_id, lane.credit, lane.rate) for lane in plan.lanes] == [
        ("ordinary", 0, 1_000),
        ("priority", 30_000, 2_000),
    ]
    assert [window.window_id for window in plan.windows] == [f"w{n:02}" for n in range(1, 69)]
    assert [list(window.tiers[0]) for window in plan.windows] == [ids for size, ids in skills for _ in range(size)]
    assert plan.hours == ()


def test_hall_file_is_read_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_text(shipped_text("puming"), encoding="utf-8")

    assert load_hall(str(file)) == load_hall("puming")


def test_misspelt_hall_is_answered_with_the_one_that_was_meant() -> None:
    problem = problem_of("hongtan")

    assert problem.what.en == "no such file, and nothing shipped has this name"
    assert problem.fix.en == f"did you mean hongtang? shipped are: {', '.join(shipped_halls())}"


def test_file_of_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_bytes("# one\n# 大厅\n".encode("gb18030"))

    problem = problem_of(str(file))

    assert (problem.line, problem.what.en) == (2, "not UTF-8")


def test_file_above_eight_mebibytes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "hall.toml"
    file.write_bytes(b"#" * (8 * 1024 * 1024 + 1))

    assert problem_of(str(file)).what.en == "the file is larger than 8 MiB"


def test_folder_in_place_of_a_file_is_a_bad_file(tmp_path: Path) -> None:
    assert problem_of(str(tmp_path)).what.en.startswith("cannot be read")


def problem_of(name_or_path: str) -> Problem:
    with pytest.raises(BadFile) as caught:
        load_hall(name_or_path)
    (problem,) = caught.value.problems
    return problem


def group_of(plan: HallPlan, service_id: str) -> str | None:
    return next(service.group_id for service in plan.services if service.service_id == service_id)
