"""Local time on every day, in zones whose clocks change, and in some whose midnight now and then is missing (S15)."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.core import calendar
from engine.core.plan import Span
from tests.builders import HOUR, plan

ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
MOMENTS = st.integers(100_000_000_000, 4_000_000_000_000)
HOURS = st.sampled_from([(), (Span(510, 720), Span(810, 1_020)), (Span(0, 60),), (Span(120, 1_440),)])


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
