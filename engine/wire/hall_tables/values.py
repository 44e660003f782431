"""The kinds of values in `hall.toml`: ids, names, hours, days, numbers; whatever is none of them is told its fix."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from engine.core.plan import THOUSANDTHS, Name, Span
from engine.wire.findings import choose_among, nearest
from engine.wire.personal import may_be_personal
from engine.wire.shape import Table, say_no

ZONE_KINDS: Final = ("windows", "waiting", "self-service", "consulting", "agency")
DAY_MINUTES: Final = 24 * 60
NAME_LETTERS_MAX: Final = 80
ID_LETTERS_MAX: Final = 64
ADDRESS_LETTERS_MAX: Final = 2_000
FILE_NAME_LETTERS_MAX: Final = 80

_ID = re.compile(r"[a-z0-9-]+")
_PREFIX = re.compile(r"[A-HJ-NPR-Z]{1,2}")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_ADDRESS = re.compile(r"https://[^\s/?#\"<>]+([/?#][^\s\"<>]*)?")
_FILE_NAME = re.compile(r"[^./\\:][^/\\:]*")
_TIMEZONE = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*")


def _a_code(text: str) -> str:
    if not _ID.fullmatch(text) or len(text) > ID_LETTERS_MAX:
        raise say_no(
            Name("编号不合规", "not an id"),
            Name("只用小写字母、数字和连字符，不超过 64 个", "use small letters, digits and hyphens only, 64 at most"),
        )
    return text


def _an_id(text: str) -> str:
    if may_be_personal(text):
        raise say_no(
            Name("像身份证号或电话号码，会写进日志", "could be an identity or telephone number, and would be recorded"),
            Name("请改用短编号，例如 c01", "choose a short id, as c01"),
        )
    return _a_code(text)


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
    if not isinstance(value, str | dict | Table):
        raise say_no(
            Name("应为一段文字，或中英文各一段", "must be text, or text in both languages"),
            Name(
                '例如 "税务" 或 { zh = "税务", en = "Tax" }', 'write for example "Tax" or { zh = "税务", en = "Tax" }'
            ),
        )
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


def _a_day(value: Any) -> str:
    day = day_of(value)
    if day is None:
        raise say_no(Name("不是日期", "not a day"), Name('请写成 "2026-10-01"', 'write it as "2026-10-01"'))
    return day


def day_of(value: Any) -> str | None:
    """A day as eight digits, from a TOML date or from text such as `"2026-10-01"`; None when it is neither."""
    if isinstance(value, str) and len(value) == len("2026-10-01"):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return None
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat().replace("-", "") if is_day else None


def _an_address(text: str) -> str:
    if not _ADDRESS.fullmatch(text) or len(text) > ADDRESS_LETTERS_MAX or not text.isprintable():
        raise say_no(
            Name("不是安全网址", "not an address that begins with https://"),
            Name('请写成 "https://…"，不超过 2000 个字符', 'write it as "https://…", 2000 characters at most'),
        )
    return text


def _a_file_name(text: str) -> str:
    if not _FILE_NAME.fullmatch(text) or len(text) > FILE_NAME_LETTERS_MAX or not text.isprintable():
        raise say_no(
            Name("不是同目录的文件名", "not the name of a file beside this one"),
            Name('例如 file = "items.csv"，不带目录', 'write for example file = "items.csv", without a folder'),
        )
    return text


def thousandths(least: int, most: int) -> BeforeValidator:
    """Turns a number with up to three decimals into whole thousandths, exactly."""

    def wholethousandths(value: Any) -> int:
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

    return BeforeValidator(wholethousandths)


Id = Annotated[str, AfterValidator(_an_id)]
Code = Annotated[str, AfterValidator(_a_code)]
"""An id that an authority may have given: of a place, of itself, of an item; it may be a long row of digits."""
WindowId = Annotated[str, AfterValidator(_a_window_id)]
Prefix = Annotated[str, AfterValidator(_a_prefix)]
ZoneKind = Annotated[str, AfterValidator(_a_zone_kind)]
Timezone = Annotated[str, AfterValidator(_a_timezone)]
Day = Annotated[str, BeforeValidator(_a_day)]
"""Eight digits; written as a TOML date, with or without quotes."""
Address = Annotated[str, AfterValidator(_an_address)]
FileName = Annotated[str, AfterValidator(_a_file_name)]
Words = Annotated[str, AfterValidator(_a_name)]
"""A short text for people, the same in both languages."""
Reference = str
"""The id of something else in the file; whether it exists is a question of sense."""
HoursSpan = Annotated[Span, BeforeValidator(_a_span)]
Hours = Annotated[list[HoursSpan], Field(max_length=16)]


class NameTable(Table):
    """A name in both languages; `name = "…"` alone means the same in both."""

    zh: Annotated[str, AfterValidator(_a_name)] = Field(examples=['zh = "社会保障"'])
    en: Annotated[str, AfterValidator(_a_name)] = Field(examples=['en = "Social security"'])

    def planned(self) -> Name:
        return Name(self.zh, self.en)


InBoth = Annotated[NameTable, BeforeValidator(_in_both_languages)]
NAME_EXAMPLE: Final = ['name = { zh = "社会保障", en = "Social security" }']


def in_order(hours: list[Span]) -> tuple[Span, ...]:
    """Spans in the order of the day."""
    return tuple(sorted(hours, key=lambda span: span.start))
