"""Every figure of random days equals the naive count; every breakdown adds up; every visit ends once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.events import Event
from engine.report.figures import FIGURES, figures_of
from engine.report.period import Days, Period
from engine.report.reading import read
from engine.report.statement import BREAKDOWNS
from engine.report.tally import Tally
from tests.report import naive
from tests.report.bodies import bodies_of
from tests.report.random_days import RandomDays, days_of

SEEDS = st.integers(0, 10_000)
ACTS = st.integers(0, 160)


def tallied(facts: list[Event], period: Period) -> dict[str, Any]:
    tally = Tally(period)
    for fact in facts:
        tally.add(fact)
    return tally.report()


def agree(report: dict[str, Any], expected: dict[str, Any]) -> None:
    assert {key: report["total"][key] for key in expected} == expected


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, acts=ACTS, is_reopened=st.booleans(), is_closed=st.booleans())
def test_a_day_is_what_counting_by_hand_gives(seed: int, acts: int, is_reopened: bool, is_closed: bool) -> None:
    facts = RandomDays(seed).day(acts, is_reopened=is_reopened, is_closed=is_closed).facts
    ((day, story),) = days_of(facts)

    report = tallied(facts, Period("day", day))

    agree(report, naive.figures(facts))
    assert {line["id"]: line["issued"] + line["walk_ins"] for line in report["by_mode"] if line["id"]} == {
        **{line["id"]: 0 for line in report["by_mode"] if line["id"]},
        **naive.modes_of(story),
    }


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_a_month_is_what_counting_by_hand_gives_and_nothing_of_the_days_around(seed: int) -> None:
    made = RandomDays(seed)
    for number in range(5):
        made.day(60, is_reopened=number == 2)
    wanted = Period("month", "202611")

    report = tallied(made.facts, wanted)

    agree(report, naive.figures(made.facts, wanted.holds))
    assert [line["id"] for line in report["by_day"]] == report["period"]["days"]


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS)
def test_every_breakdown_adds_up_to_the_total(seed: int) -> None:
    made = RandomDays(seed).day(120).day(80)
    tally = Tally(Period("year", "2026"))
    for fact in made.facts:
        tally.add(fact)
    report = tally.report()

    for dimension in BREAKDOWNS:
        if f"by_{dimension}" not in report:
            continue
        lines = [figures_of(cell, dimension) for cell in tally.book.lines[dimension].values()]
        for key, figure in FIGURES.items():
            if figure.unit == "count" and dimension in figure.where:
                assert sum(line[key] or 0 for line in lines) == report["total"][key], (dimension, key)
    assert sum(line["items"] for line in report["by_outcome"]) == report["total"]["items"]


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, acts=ACTS)
def test_every_visit_ends_once_on_every_line(seed: int, acts: int) -> None:
    facts = RandomDays(seed).day(acts).facts
    ((day, _),) = days_of(facts)

    report = tallied(facts, Period("day", day))

    for dimension in ("hour", "service", "lane", "channel", "mode"):
        for line in (*report[f"by_{dimension}"], report["total"]):
            ended = sum(line[end] for end in naive.ENDS)
            assert line["issued"] + line["walk_ins"] == ended, (dimension, line["id"])


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, entry_facts=st.integers(1, 4))
def test_reading_only_the_stretch_of_a_day_gives_what_reading_everything_gives(seed: int, entry_facts: int) -> None:
    made = RandomDays(seed)
    for number in range(4):
        made.day(40, is_reopened=number % 2 == 1)
    bodies, marks = bodies_of(made.facts, entry_facts)
    days = Days(marks)

    for period in (*(Period("day", day) for day in days.names), Period("month", "202611"), Period("year", "2026")):
        stretch = days.stretch(period)
        inside = [row for row in bodies if stretch.after < row[0] and (stretch.upto is None or row[0] <= stretch.upto)]

        report = read(stretch, inside)

        expected = tallied(made.facts, period)
        for told in (report, expected):
            _forget_renamed(told)
        assert report == expected
        assert len(inside) < len(bodies) or period.kind == "year"


def _forget_renamed(report: dict[str, Any]) -> None:
    """Names and places of what was renamed or moved later differ when later plans are read; figures never do."""
    report["hall"] = report["rules"] = None
    report["by_window"].sort(key=lambda line: line["id"] or "")
    for line in (*report["by_service"], *report["by_window"]):
        for name in ("name", "formerly", "number", "numbers_before"):
            line.pop(name, None)


@pytest.mark.parametrize("days", [1, 12])
def test_what_is_remembered_does_not_grow_with_the_days(days: int) -> None:
    made = RandomDays(7)
    for _ in range(days):
        made.day(150)
    tally = Tally(Period("year", "2026"))
    for fact in made.facts:
        tally.add(fact)

    visits = sum(
        fact.__class__.__name__ in ("TicketIssued", "WalkInBegan") for fact in list(days_of(made.facts))[-1][1]
    )

    assert len(tally.visits._today) == visits
