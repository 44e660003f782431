"""Local time on every day, in zones whose clocks change, and in some whose midnight now and then is missing (S15)."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.core import calendar
from engine.core.plan import HallPlan, Holiday, Span
from tests.builders import HOUR, both, plan

ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
MOMENTS = st.integers(100_000_000_000, 4_000_000_000_000)
HOURS = st.sampled_from([(), (Span(510, 720), Span(810, 1_020)), (Span(0, 60),), (Span(120, 1_440),)])
WEEKS = st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days)))
OFFSETS = st.sets(st.integers(0, 20), max_size=8)


@given(ZONES, MOMENTS)
def test_moment_is_written_as_the_local_clock_shows_it(timezone: str, at_ms: int) -> None:
    written = calendar.iso(timezone, at_ms)

    assert written == calendar.local(timezone, at_ms).isoformat(timespec="milliseconds")
    assert round(datetime.fromisoformat(written).timestamp() * 1_000) == at_ms


@given(ZONES, MOMENTS, HOURS)
def test_issuing_ends_later_than_now_and_not_after_midnight(
    timezone: str, now_ms: int, hours: tuple[Span, ...]
) -> None:
    ends_ms = calendar.issuing_ends(plan(timezone=timezone, hours=hours), now_ms)

    assert now_ms < ends_ms <= now_ms + 26 * HOUR
    assert calendar.day_of(timezone, ends_ms - 1) == calendar.day_of(timezone, now_ms)


@given(ZONES, MOMENTS, HOURS)
def test_next_day_opens_on_the_next_date(timezone: str, now_ms: int, hours: tuple[Span, ...]) -> None:
    day = calendar.day_of(timezone, now_ms)
    tomorrow = (datetime.strptime(day, "%Y%m%d") + timedelta(days=1)).strftime("%Y%m%d")

    opens_ms = calendar.next_opening(plan(timezone=timezone, hours=hours), day)

    assert opens_ms > now_ms
    assert calendar.day_of(timezone, opens_ms) == tomorrow


@given(ZONES, MOMENTS, HOURS)
def test_hall_is_open_on_its_first_minute_and_not_on_its_last(
    timezone: str, now_ms: int, hours: tuple[Span, ...]
) -> None:
    for span in hours:
        assert calendar.within(hours, span.start)
        assert not calendar.within((span,), span.end)
    assert calendar.within((), calendar.minute_of_day(timezone, now_ms))


@given(ZONES, MOMENTS, HOURS, WEEKS, OFFSETS, OFFSETS)
def test_next_opening_passes_over_every_day_on_which_the_hall_stays_shut_and_no_other(
    timezone: str, now_ms: int, hours: tuple[Span, ...], workdays: tuple[int, ...], shut: set[int], extra: set[int]
) -> None:
    hall_plan = _with_days(timezone, now_ms, hours, workdays, shut, extra)
    day = calendar.day_of(timezone, now_ms)

    opens_on = calendar.day_of(timezone, calendar.next_opening(hall_plan, day))

    assert opens_on > day
    assert calendar.is_workday(hall_plan, opens_on)
    assert not any(calendar.is_workday(hall_plan, between) for between in _days_between(day, opens_on))


@given(ZONES, MOMENTS, HOURS, WEEKS, OFFSETS, OFFSETS, st.integers(0, 12))
def test_working_days_end_on_a_working_day_with_the_others_before_it(
    timezone: str,
    now_ms: int,
    hours: tuple[Span, ...],
    workdays: tuple[int, ...],
    shut: set[int],
    extra: set[int],
    count: int,
) -> None:
    hall_plan = _with_days(timezone, now_ms, hours, workdays, shut, extra)

    end_ms = calendar.add_working_days(hall_plan, now_ms, count)

    first, last = calendar.day_of(timezone, now_ms), calendar.day_of(timezone, end_ms - 1)
    passed = [*_days_between(first, last), *([last] if count else [])]
    assert sum(calendar.is_workday(hall_plan, day) for day in passed) == count
    assert count == 0 or calendar.is_workday(hall_plan, last)
    closing = max((span.end for span in hours), default=calendar.MIDNIGHT)
    assert end_ms == calendar.at_minute(timezone, end_ms - 1, closing)


@given(MOMENTS, st.integers(1, 3))
def test_plan_that_never_opens_is_answered_with_a_day_far_ahead(now_ms: int, count: int) -> None:
    never = replace(plan(), workdays=())
    day = calendar.day_of("Asia/Shanghai", now_ms)

    opens_ms = calendar.next_opening(never, day)
    end_ms = calendar.add_working_days(never, now_ms, count)

    assert len(_days_between(day, calendar.day_of("Asia/Shanghai", opens_ms))) == calendar.SHUT_DAYS_MAX - 1
    assert end_ms > now_ms + count * 365 * 24 * HOUR


def test_an_extra_day_wins_over_a_holiday_and_a_holiday_over_the_week() -> None:
    # 20261121 is a Saturday, 20261123 a Monday.
    weekdays = replace(plan(), workdays=(1, 2, 3, 4, 5), holidays=(Holiday("20261123", both("founding")),))

    assert not calendar.is_workday(weekdays, "20261121")
    assert not calendar.is_workday(weekdays, "20261123")
    assert calendar.is_workday(replace(weekdays, extra_workdays=("20261121", "20261123")), "20261121")
    assert calendar.is_workday(replace(weekdays, extra_workdays=("20261121", "20261123")), "20261123")


def _with_days(
    timezone: str, now_ms: int, hours: tuple[Span, ...], workdays: tuple[int, ...], shut: set[int], extra: set[int]
) -> HallPlan:
    today = calendar.local(timezone, now_ms).date()
    days = [(today + timedelta(days=ahead)).strftime("%Y%m%d") for ahead in range(21)]
    return replace(
        plan(timezone=timezone, hours=hours),
        workdays=workdays,
        holidays=tuple(Holiday(days[ahead], both("holiday")) for ahead in sorted(shut)),
        extra_workdays=tuple(days[ahead] for ahead in sorted(extra)),
    )


def _days_between(first: str, last: str) -> list[str]:
    """The dates after `first` and before `last`."""
    start, end = (datetime.strptime(day, "%Y%m%d") for day in (first, last))
    return [(start + timedelta(days=ahead)).strftime("%Y%m%d") for ahead in range(1, (end - start).days)]
