"""The hall's local time: which day it is, when issuing ends, when the next day begins."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.core.events import Millis
from engine.core.plan import HallPlan, Span

MIDNIGHT = 24 * 60


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
    now = local(timezone, at_ms)
    return now.hour * 60 + now.minute


def within(hours: tuple[Span, ...], minute: int) -> bool:
    """Whether a minute of the day lies in `hours`; no hours at all means round the clock."""
    return not hours or any(span.start <= minute < span.end for span in hours)


def issuing_ends(plan: HallPlan, now_ms: Millis) -> Millis:
    """When issuing ends on the day of `now_ms`: at the last closing hour, or at midnight when that is past."""
    last = max((span.end for span in plan.hours), default=MIDNIGHT)
    end = at_minute(plan.timezone, now_ms, last)
    return end if end > now_ms else at_minute(plan.timezone, now_ms, MIDNIGHT)


def next_opening(plan: HallPlan, day: str) -> Millis:
    """When the service day after `day` begins."""
    first = min((span.start for span in plan.hours), default=0)
    tomorrow = datetime.strptime(day, "%Y%m%d").replace(tzinfo=zone_info(plan.timezone)) + timedelta(days=1)
    return at_minute(plan.timezone, int(tomorrow.timestamp() * 1_000), first)


def at_minute(timezone: str, now_ms: Millis, minute: int) -> Millis:
    """The moment of a minute of the local day of `now_ms`, on the wall clock even where the clocks change that day."""
    midnight = local(timezone, now_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((midnight + timedelta(minutes=minute)).timestamp() * 1_000)
