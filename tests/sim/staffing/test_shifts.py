"""Shifts: they cover the need within their contracts, and no cheaper ones would."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.plan import HallPlan, Span
from engine.wire.bad_file import BadFile
from sim.scenario import read_scenario
from sim.staffing.contracts import ContractTable, check_contracts, usual_contracts
from sim.staffing.grid import Grid, Staff, grid_of
from sim.staffing.patterns import Pattern, patterns_of
from sim.staffing.result import Shift
from sim.staffing.seating import seated
from sim.staffing.shifts import CannotCover, cover, kinds_of
from tests.sim.staffing.halls import SCENARIO, small_hall, small_scenario

TWO_HOURS = """
[[contracts]]
name = "short"
hours = "09:00-14:00"
shortest_hours = 0.5
longest_hours = 1
"""
WITH_BREAK = """
[[contracts]]
name = "long"
hours = "09:00-14:00"
shortest_hours = 1
longest_hours = 5
break_minutes = 30
break_within = "09:30-10:30"
"""


def hall() -> HallPlan:
    return small_hall(social=2, tax=2, both=1)


def grid() -> Grid:
    return grid_of(hall(), small_scenario())


def contracts(text: str) -> list[ContractTable]:
    return read_scenario(SCENARIO.format(visits=90, more="") + text, "small.toml").contracts


def need_of(*rows: list[int]) -> Staff:
    """By group (social, tax, both); the hall is open in slots 0-3 and 8-9."""
    return np.array(rows, dtype=np.int64)


NEEDS = st.lists(st.integers(0, 1), min_size=12, max_size=12).map(
    lambda bits: need_of(
        *([*bits[g * 6 : g * 6 + 4], 0, 0, 0, 0, *bits[g * 6 + 4 : g * 6 + 6]] for g in range(2)), [0] * 10
    )
)


@settings(max_examples=40, deadline=None)
@given(NEEDS)
def test_no_cheaper_shifts_cover_the_need(need: Staff) -> None:
    """Against every set of shifts that there is, smallest first."""
    table, board = contracts(TWO_HOURS), grid()
    kinds = kinds_of(table, board)

    found = cover(need, kinds, table, board)

    # Who knows both may sit anywhere, who knows one service at its windows: each group can be covered by itself.
    cheapest = sum(_cheapest(need[group], patterns_of(table[0], board)) for group in range(2))
    paid = sum(pattern.paid_minutes for pattern, _ in found.clerks)
    assert found.is_best
    assert paid <= cheapest
    assert paid >= _least(need, patterns_of(table[0], board))


def _cheapest(row: Staff, patterns: list[Pattern]) -> int:
    """Paid minutes of the cheapest shifts that fill one row of seats, by trying all."""
    if not row.any():
        return 0
    for count in range(1, 7):
        paid = [
            sum(pattern.paid_minutes for pattern in chosen)
            for chosen in combinations_with_replacement(patterns, count)
            if (np.sum([pattern.works for pattern in chosen], axis=0) >= row).all()
        ]
        if paid:
            return min(paid)
    raise AssertionError("six shifts of an hour cover three hours")


def _least(need: Staff, patterns: list[Pattern]) -> int:
    """No shifts can be paid for less time than the seats there are to fill."""
    return int(need.sum()) * 30


def test_one_clerk_moves_between_groups_that_they_know() -> None:
    need = need_of([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 0, 0, 0, 0, 0, 0], [0] * 10)
    table, board = contracts(WITH_BREAK.replace('break_minutes = 30\nbreak_within = "09:30-10:30"\n', "")), grid()

    shifts, _ = seated(cover(need, kinds_of(table, board), table, board), need, board)

    assert len(shifts) == 1
    assert [seat.group for seat in shifts[0].seats] == [0, 1]


def test_clerk_of_a_contract_sits_only_where_they_know_everything() -> None:
    text = TWO_HOURS + 'services = ["social"]\n' + TWO_HOURS + 'services = ["tax"]\n'
    table, board = contracts(text), grid()
    need = need_of([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0] * 10)

    shifts, _ = seated(cover(need, kinds_of(table, board), table, board), need, board)

    assert sorted(seat.group for shift in shifts for seat in shift.seats) == [0, 1]


def test_nobody_works_in_their_break_and_a_shut_hall_is_one() -> None:
    table, board = contracts(WITH_BREAK), grid()

    patterns = patterns_of(table[0], board)

    assert {pattern.breaks for pattern in patterns if pattern.end <= 660} == {((570, 600),), ((600, 630),)}
    assert {pattern.breaks for pattern in patterns if pattern.start == 540 and pattern.end == 840} == {((660, 780),)}
    for pattern in patterns:
        for since, until in pattern.breaks:
            inside = [s for s, slot in enumerate(board.slots) if since <= slot.start_minute < until]
            assert not any(pattern.works[s] for s in inside)
        assert 60 <= pattern.paid_minutes <= 300


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=6, max_size=6), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_seats_fill_the_need_once_each_within_shifts(social: list[int], tax: list[int]) -> None:
    need = need_of(*([*row[:4], 0, 0, 0, 0, *row[4:]] for row in (social, tax)), [0] * 10)
    table, board = contracts(WITH_BREAK), grid()

    shifts, coverage = seated(cover(need, kinds_of(table, board), table, board), need, board)

    assert (coverage >= need).all()
    assert (coverage <= board.most).all()
    for shift in shifts:
        assert all(shift.start_minute <= seat.from_minute < seat.to_minute <= shift.end_minute for seat in shift.seats)
        assert _is_one_at_a_time(shift)


def _is_one_at_a_time(shift: Shift) -> bool:
    ends = [seat.to_minute for seat in shift.seats[:-1]]
    return all(end <= seat.from_minute for end, seat in zip(ends, shift.seats[1:], strict=True))


def test_need_outside_every_shift_is_named_by_its_half_hour() -> None:
    table, board = contracts(TWO_HOURS.replace("09:00-14:00", "09:00-11:00")), grid()
    need = need_of([0, 0, 0, 0, 0, 0, 0, 0, 1, 0], [0] * 10, [0] * 10)

    with pytest.raises(CannotCover) as refused:
        cover(need, kinds_of(table, board), table, board)

    assert "13:00" in refused.value.why.en and "13:00" in refused.value.why.zh
    assert refused.value.empty[0, 8] == 1


def test_too_few_clerks_are_named_by_what_stays_empty() -> None:
    table, board = contracts(TWO_HOURS + "clerks_max = 1\n"), grid()
    need = need_of([2, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0] * 10, [0] * 10)

    with pytest.raises(CannotCover, match="09:00: 1 missing"):
        cover(need, kinds_of(table, board), table, board)


def test_usual_contracts_cover_an_ordinary_day() -> None:
    board = grid_of(hall(), small_scenario())
    table = usual_contracts(board.hours)
    need = np.minimum(board.most, 1)

    shifts, coverage = seated(cover(need, kinds_of(table, board), table, board), need, board)

    assert (coverage >= need).all()
    assert {shift.contract.en for shift in shifts} == {"Half a day"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("shortest_hours = 0.5|shortest_hours = 2", "longer than the longest"),
        ('hours = "09:00-14:00"|hours = "09:10-14:00"', "half hour"),
        ("longest_hours = 1|longest_hours = 0.7", "half an hour"),
        ("longest_hours = 1|longest_hours = nan", "number"),
        ("longest_hours = 1|longest_hours = -1", "0.5"),
        ("longest_hours = 1|longest_hours = 1\nbreak_minutes = 20", "30"),
        ("longest_hours = 1|longest_hours = 1\nclerks_max = 0", "clerks_max"),
        ('longest_hours = 1|longest_hours = 1\nservices = ["taxi"]', "did you mean tax"),
        (
            'longest_hours = 1|longest_hours = 1\nbreak_minutes = 60\nbreak_within = "10:00-10:30"',
            "shorter than the break",
        ),
    ],
)
def test_mistake_in_a_contract_is_named_with_its_line(line: str, words: str) -> None:
    old, new = line.split("|")
    text = SCENARIO.format(visits=90, more="") + TWO_HOURS.replace(old, new)

    with pytest.raises(BadFile) as refused:
        scenario = read_scenario(text, "small.toml")
        check_contracts(scenario.contracts, hall(), "small.toml", scenario.line_of)

    assert words in str(refused.value)
    assert refused.value.problems[0].line > 20


def test_hours_of_a_hall_that_is_open_all_day_have_a_break_around_noon() -> None:
    (full, _) = usual_contracts([(8 * 60 + 30, 17 * 60 + 30)])

    assert full.hours == Span(510, 1050)
    assert full.break_within == Span(660, 840)
