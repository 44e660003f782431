"""The hall's local time: which day it is, when issuing ends, when the next day begins, and working days."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.core.events import Millis
from engine.core.plan import HallPlan, Span

MIDNIGHT = 24 * 60
SHUT_DAYS_MAX = 366
"""How far a search for the next working day looks. A plan that never opens is refused when it is read; should one get
here all the same, the search answers with the day so far ahead."""


@lru_cache(maxsize=64)
def zone_info(timezone: str) -> ZoneInfo:
    return ZoneInfo(timezone)


def local(timezone: str, at_ms: Millis) -> datetime:
    """`at_ms` on the hall's clock, with its offset."""
    seconds, millis = divmod(at_ms, 1_000)
    return datetime.fromtimestamp(seconds, zone_info(timezone)).replace(microsecond=millis * 1_000)


def iso(timezone: str, at_ms: Millis) -> str:
    """`at_ms` as people and machines write it: ISO 8601 with offset, to the millisecond."""
    minute, millis = divmod(at_ms, 60_000)
    start, offset = _minute(timezone, minute)
    return f"{start}:{millis // 1_000:02d}.{millis % 1_000:03d}{offset}"


@lru_cache(maxsize=4_096)
def _minute(timezone: str, minute: int) -> tuple[str, str]:
    """A minute since 1970 as local date, hour and minute, and its offset; the same ones are asked for again."""
    written = datetime.fromtimestamp(minute * 60, zone_info(timezone)).isoformat(timespec="minutes")
    return written[:16], written[16:]


def day_of(timezone: str, at_ms: Millis) -> str:
    """The local date as eight digits, the name of the service day."""
    return local(timezone, at_ms).strftime("%Y%m%d")


def minute_of_day(timezone: str, at_ms: Millis) -> int:
    """Minutes since local midnight."""
    return _minute_of_day(timezone, at_ms // 60_000)


@lru_cache(maxsize=4_096)
def _minute_of_day(timezone: str, minute: int) -> int:
    """A minute since 1970 on the local clock; whoever draws a number asks for the present one."""
    now = datetime.fromtimestamp(minute * 60, zone_info(timezone))
    return now.hour * 60 + now.minute


def within(hours: tuple[Span, ...], minute: int) -> bool:
    """Whether a minute of the day lies in `hours`; no hours at all means round the clock."""
    return not hours or any(span.start <= minute < span.end for span in hours)


def hours_text(hours: tuple[Span, ...]) -> str:
    """Spans of the day as people write them.

    >>> hours_text((Span(9 * 60, 12 * 60), Span(13 * 60 + 30, 17 * 60)))
    '09:00-12:00, 13:30-17:00'
    """
    return ", ".join(f"{clock_text(span.start)}-{clock_text(span.end)}" for span in hours)


def clock_text(minute: int) -> str:
    """A minute of the day as people write it.

    >>> clock_text(9 * 60 + 5)
    '09:05'
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def day_text(day: str) -> str:
    """A service day as people and machines write it.

    >>> day_text("20261123")
    '2026-11-23'
    """
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def is_date(day: str) -> bool:
    """Whether these are eight digits of a date that exists.

    >>> is_date("20280229"), is_date("20270229")
    (True, False)
    """
    try:
        return len(day) == len("20261123") and _date(day).strftime("%Y%m%d") == day
    except ValueError:
        return False


def days_later(day: str, count: int) -> str:
    """The day so many days later, across months and years.

    >>> days_later("20261231", 1)
    '20270101'
    """
    return (_date(day) + timedelta(days=count)).strftime("%Y%m%d")


def quarter_of(day: str) -> str:
    """The calendar quarter of a day; quarters sort as they follow each other.

    >>> quarter_of("20261123")
    '2026q4'
    """
    return f"{day[:4]}q{(int(day[4:6]) + 2) // 3}"


def moment(plan: HallPlan, day: str, minute: int) -> Millis:
    """When the clock of the hall shows this minute of `day` (eight digits, a date that exists)."""
    return _at(plan, _date(day), minute)


def issuing_ends(plan: HallPlan, now_ms: Millis) -> Millis:
    """When issuing ends on the day of `now_ms`: at the last closing hour, or at midnight when that is past."""
    last = max((span.end for span in plan.hours), default=MIDNIGHT)
    end = at_minute(plan.timezone, now_ms, last)
    return end if end > now_ms else at_minute(plan.timezone, now_ms, MIDNIGHT)


def next_opening(plan: HallPlan, day: str) -> Millis:
    """When the service day after `day` begins, days on which the hall stays shut left out.

    Nothing keeps a supervisor from opening such a day by hand: this is only what happens by itself.
    """
    first = min((span.start for span in plan.hours), default=0)
    return _at(plan, _next_workday(plan, _date(day)), first)


def is_workday(plan: HallPlan, day: str) -> bool:
    """Whether the hall opens on `day` (eight digits): its weekday says so and it is no holiday, or it is an extra day.

    An extra working day (调休) wins over a holiday of the same date.
    """
    if day in plan.extra_workdays:
        return True
    if any(holiday.day == day for holiday in plan.holidays):
        return False
    return _date(day).isoweekday() in plan.workdays


def add_working_days(plan: HallPlan, at_ms: Millis, n: int) -> Millis:
    """The end of the `n`-th working day after the local day of `at_ms`: its last closing hour, or midnight.

    The day of `at_ms` itself is never counted; 0 is its own end, whether it is a working day or not.
    """
    day = local(plan.timezone, at_ms).date()
    for _ in range(n):
        day = _next_workday(plan, day)
    return _at(plan, day, max((span.end for span in plan.hours), default=MIDNIGHT))


def _next_workday(plan: HallPlan, day: date) -> date:
    for ahead in range(1, SHUT_DAYS_MAX):
        candidate = day + timedelta(days=ahead)
        if is_workday(plan, candidate.strftime("%Y%m%d")):
            return candidate
    return day + timedelta(days=SHUT_DAYS_MAX)


def _date(day: str) -> date:
    return datetime.strptime(day, "%Y%m%d").date()


def _at(plan: HallPlan, day: date, minute: int) -> Millis:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone_info(plan.timezone))
    return at_minute(plan.timezone, int(noon.timestamp() * 1_000), minute)


def at_minute(timezone: str, now_ms: Millis, minute: int) -> Millis:
    """The moment of a minute of the local day of `now_ms`, on the wall clock even where the clocks change that day."""
    midnight = local(timezone, now_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight + timedelta(minutes=minute)).timestamp() * 1_000)
