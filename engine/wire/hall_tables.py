"""The tables of `hall.toml`, key by key: types, defaults and limits; docs/reference/hall-file.md describes each."""

import re
from decimal import Decimal
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from engine.core.plan import THOUSANDTHS, Name, Span
from engine.wire.findings import choose_among, nearest
from engine.wire.shape import Table, say_no

ZONE_KINDS: Final = ("windows", "waiting", "self-service", "consulting", "agency")
DAY_MINUTES: Final = 24 * 60
NAME_LETTERS_MAX: Final = 80
ID_LETTERS_MAX: Final = 64

_ID = re.compile(r"[a-z0-9-]+")
_PREFIX = re.compile(r"[A-HJ-NPR-Z]{1,2}")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_TIMEZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*")


def _an_id(text: str) -> str:
    if not _ID.fullmatch(text) or len(text) > ID_LETTERS_MAX:
        raise say_no(
            Name("编号不合规", "not an id"),
            Name("只用小写字母、数字和连字符，不超过 64 个", "use small letters, digits and hyphens only, 64 at most"),
        )
    return text


def _a_window_id(text: str) -> str:
    if text == "hall":  # the topic of facts that belong to no window ends in /hall
        raise say_no(Name("hall 是保留字", "hall is a reserved word"), Name("例如改为 w01", "choose another, as w01"))
    return _an_id(text)


def _a_prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise say_no(
            Name("号段前缀不合规", "not a prefix"),
            Name(
                "用一到两个大写字母，不用 I、O、Q（易与 1、0 混淆）",
                "use one or two capital letters, but not I, O or Q, which look like 1 and 0",
            ),
        )
    return text


def _a_name(text: str) -> str:
    if not text.strip() or len(text) > NAME_LETTERS_MAX or not text.isprintable():
        raise say_no(
            Name("名称为空、过长或含控制字符", "a name that is empty, too long or has control characters"),
            Name("请写 1 到 80 个可见字符", "write 1 to 80 visible characters"),
        )
    return text


def _in_both_languages(value: Any) -> Any:
    return {"zh": _a_name(value), "en": value} if isinstance(value, str) else value


def _a_span(value: Any) -> Span:
    span = span_of(value) if isinstance(value, str) else None
    if span is None:
        raise say_no(
            Name("时段写法不对", "not a span of hours"),
            Name('请写成 "08:30-12:00"', 'write it as "08:30-12:00"'),
        )
    if span.start >= span.end:
        raise say_no(
            Name("结束不晚于开始", "the end is not after the beginning"),
            Name("请对调；跨午夜的时段须在 24:00 处拆成两段", "swap them; split a span over midnight at 24:00"),
        )
    return span


def span_of(text: str) -> Span | None:
    """`"08:30-12:00"` as minutes of the day, whichever way round; None when it is no such text."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    return Span(start, end) if max(start, end) <= DAY_MINUTES else None


def _a_zone_kind(text: str) -> str:
    if text not in ZONE_KINDS:
        raise say_no(Name("没有这种区域", "no such kind of zone"), choose_among(text, ZONE_KINDS))
    return text


def _a_timezone(text: str) -> str:
    try:
        if not _TIMEZONE.fullmatch(text):
            raise ValueError(text)
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):  # a directory of zones, such as "Asia", is an OSError on some systems
        meant = nearest(text, available_timezones()) or "Asia/Shanghai"
        fix = Name(f"例如 {meant}", f"write for example {meant}")
        raise say_no(Name("没有这个时区", "no such time zone"), fix) from None
    return text


def _thousandths(least: int, most: int) -> BeforeValidator:
    """Turns a number with up to three decimals into whole thousandths, exactly."""

    def whole_thousandths(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
            raise say_no(Name("应为数字", "must be a number"), Name("例如 1 或 0.5", "write for example 1 or 0.5"))
        if not Decimal(least) / THOUSANDTHS <= value <= Decimal(most) / THOUSANDTHS:
            bounds = f"{Decimal(least) / THOUSANDTHS} … {Decimal(most) / THOUSANDTHS}"
            raise say_no(
                Name("数字超出范围", "negative, zero or too large" if least else "negative or too large"),
                Name(f"请写 {bounds} 之间的数", f"write a number from {bounds}"),
            )
        scaled = Decimal(value) * THOUSANDTHS
        if scaled != scaled.to_integral_value():
            raise say_no(
                Name("小数超过三位", "more than three decimals"), Name("请四舍五入到三位", "round it to three decimals")
            )
        return int(scaled)

    return BeforeValidator(whole_thousandths)


Id = Annotated[str, AfterValidator(_an_id)]
Reference = str
"""The id of something else in the file; whether it exists is a question of sense."""
Hours = Annotated[list[Annotated[Span, BeforeValidator(_a_span)]], Field(max_length=16)]


class NameTable(Table):
    """A name in both languages; `name = "…"` alone means the same in both."""

    zh: Annotated[str, AfterValidator(_a_name)] = Field(examples=['zh = "社会保障"'])
    en: Annotated[str, AfterValidator(_a_name)] = Field(examples=['en = "Social security"'])


InBoth = Annotated[NameTable, BeforeValidator(_in_both_languages)]
_NAME_EXAMPLE: Final = ['name = { zh = "社会保障", en = "Social security" }']


class HallTable(Table):
    """`[hall]`: which hall this is."""

    id: Id = Field(examples=['id = "our-hall"'])
    region: Id = Field(examples=['region = "our-city"'])
    name: InBoth = Field(examples=_NAME_EXAMPLE)
    timezone: Annotated[str, AfterValidator(_a_timezone)] = Field(examples=['timezone = "Asia/Shanghai"'])
    hours: Hours = Field(default=[], examples=['hours = ["08:30-12:00", "13:30-17:00"]'])


class RulesTable(Table):
    """`[rules]`: the hall's settings."""

    call_expiry_s: int = Field(default=300, ge=10, le=3600, examples=["call_expiry_s = 300"])
    last_call_grace_s: int = Field(default=60, ge=0, le=3600, examples=["last_call_grace_s = 60"])
    recall_limit: int = Field(default=3, ge=0, le=20, examples=["recall_limit = 3"])
    overtime_min: int = Field(default=120, ge=0, le=720, examples=["overtime_min = 120"])
    number_digits: int = Field(default=3, ge=3, le=6, examples=["number_digits = 3"])
    first_number: int = Field(default=1, ge=1, le=999_999, examples=["first_number = 1"])


class LaneTable(Table):
    """`[[lane]]`: a class of visitors; the first is the one for everybody."""

    id: Id = Field(examples=['id = "ordinary"'])
    name: InBoth = Field(examples=_NAME_EXAMPLE)
    credit: Annotated[int, _thousandths(0, 100_000 * THOUSANDTHS)] = Field(default=0, examples=["credit = 30"])
    rate: Annotated[int, _thousandths(0, 1_000 * THOUSANDTHS)] = Field(default=THOUSANDTHS, examples=["rate = 1"])
    mark: InBoth | None = Field(default=None, examples=['mark = { zh = "优先", en = "Priority" }'])
    groups: list[Id] = Field(default=[], max_length=32, examples=['groups = ["elderly", "disabled"]'])


class ZoneTable(Table):
    """`[[zone]]`: a part of the hall with its own boards and loudspeaker."""

    id: Id = Field(examples=['id = "a"'])
    name: InBoth = Field(examples=_NAME_EXAMPLE)
    kind: Annotated[str, AfterValidator(_a_zone_kind)] = Field(default="windows", examples=['kind = "windows"'])


class GroupTable(Table):
    """`[[group]]`: a heading of the catalogue."""

    id: Id = Field(examples=['id = "social"'])
    name: InBoth = Field(examples=_NAME_EXAMPLE)


class ServiceTable(Table):
    """`[[service]]`: what people draw a number for."""

    id: Id = Field(examples=['id = "social-security"'])
    prefix: Annotated[str, AfterValidator(_a_prefix)] = Field(examples=['prefix = "A"'])
    name: InBoth = Field(examples=_NAME_EXAMPLE)
    zone: Reference = Field(examples=['zone = "a"'])
    group: Reference | None = Field(default=None, examples=['group = "social"'])
    mean_minutes: Annotated[int, _thousandths(1, DAY_MINUTES * THOUSANDTHS)] = Field(
        default=10 * THOUSANDTHS, examples=["mean_minutes = 10"]
    )
    hours: Hours = Field(default=[], examples=['hours = ["09:00-11:30"]'])


class ItemTable(Table):
    """`[[item]]`: one entry of the catalogue."""

    id: Id = Field(examples=['id = "card-loss"'])
    name: InBoth = Field(examples=_NAME_EXAMPLE)
    service: Reference = Field(examples=['service = "social-security"'])


class WindowTable(Table):
    """`[[window]]`: a window and what it serves, by `serves` or by `tiers`."""

    id: Annotated[str, AfterValidator(_a_window_id)] = Field(examples=['id = "w01"'])
    number: int = Field(ge=1, le=9999, examples=["number = 1"])
    name: InBoth | None = Field(default=None, examples=['name = { zh = "综合窗口", en = "Comprehensive window" }'])
    zone: Reference = Field(examples=['zone = "a"'])
    serves: list[Reference] | None = Field(default=None, min_length=1, examples=['serves = ["social-security"]'])
    tiers: list[Annotated[list[Reference], Field(min_length=1)]] | None = Field(
        default=None, min_length=1, max_length=8, examples=['tiers = [["social-security"], ["tax"]]']
    )


class ClerkTable(Table):
    """`[[clerk]]`: somebody who may sit at a window."""

    id: Id = Field(examples=['id = "c01"'])
    name: InBoth = Field(examples=_NAME_EXAMPLE)


class HallFile(Table):
    """The whole of `hall.toml`."""

    hall: HallTable = Field(examples=["[hall]"])
    rules: RulesTable = Field(default=RulesTable(), examples=["[rules]"])
    lane: list[LaneTable] = Field(min_length=1, max_length=64, examples=["[[lane]]"])
    zone: list[ZoneTable] = Field(min_length=1, max_length=200, examples=["[[zone]]"])
    group: list[GroupTable] = Field(default=[], max_length=200, examples=["[[group]]"])
    service: list[ServiceTable] = Field(min_length=1, max_length=500, examples=["[[service]]"])
    item: list[ItemTable] = Field(default=[], max_length=20_000, examples=["[[item]]"])
    window: list[WindowTable] = Field(min_length=1, max_length=2_000, examples=["[[window]]"])
    clerk: list[ClerkTable] = Field(default=[], max_length=10_000, examples=["[[clerk]]"])
