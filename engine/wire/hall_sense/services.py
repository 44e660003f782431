"""What contradicts itself in services: their hours, quotas, bookings and back offices."""

from collections.abc import Iterator
from typing import Final

from engine.core.plan import Name, Span
from engine.wire.findings import Finding
from engine.wire.hall_sense.tables import (
    RawTable,
    closed,
    hall_spans,
    overlaps,
    spans,
    table_in,
    tables,
    tables_in,
    text,
    texts,
    twice,
    unknown,
    whole,
)
from engine.wire.hall_tables.values import span_of
from engine.wire.toml_lines import Path

_Spans = list[tuple[Path, Span]]
_SLOT_MINUTES: Final = 30
_QUOTA_TWICE: Final = Name("同一渠道、同一时段有两个限额", "this channel and span have a quota already")


def findings(hall: RawTable) -> Iterator[Finding]:
    opened = hall_spans(hall)
    for path, service in tables(hall, "service"):
        own = spans(path, service)
        yield from overlaps(own)
        yield from closed(own, opened)
        hours, whose = (own, "service") if own else (opened, "hall")
        yield from _quotas(path, service, hours, whose)
        yield from _appointments(path, service, hours, whose)
        yield from _missed(path, service)
        yield from unknown(hall, "lane", text(*table_in(path, service, "booking"), "lane"))
        yield from _back_office(hall, path, service)


def _quotas(path: Path, service: RawTable, hours: _Spans, whose: str) -> Iterator[Finding]:
    channels = {channel for _, channel in texts(path, service, "channels")}
    yield from twice(texts(path, service, "channels"), Name("渠道重复", "this channel stands twice"))
    quotas = tables_in(path, service, "quotas")
    counted = [(place, (quota.get("channel"), quota.get("span"))) for place, quota in quotas if _is_hashable(quota)]
    yield from twice(counted, _QUOTA_TWICE)
    for place, quota in quotas:
        written = text(place, quota, "span")
        found = [
            (span_path, span) for span_path, words in written if (span := span_of(words)) and span.start < span.end
        ]
        yield from closed(found, hours, whose)
        for channel_path, channel in text(place, quota, "channel"):
            if channels and channel not in channels:
                yield Finding(
                    channel_path,
                    Name("这个渠道不能取这项业务的号", "this channel may not draw this service"),
                    Name("请加进 channels，或删去这个限额", "add it to channels, or remove the quota"),
                )


def _is_hashable(quota: RawTable) -> bool:
    return all(isinstance(quota.get(key), str | None) for key in ("channel", "span"))


def _appointments(path: Path, service: RawTable, hours: _Spans, whose: str) -> Iterator[Finding]:
    only = spans(path, service, "appointment_only")
    yield from overlaps(only)
    yield from closed(only, hours, whose)
    if only and "booking" not in service:
        yield Finding(
            (*path, "appointment_only"),
            Name("只能凭预约取号，却不能预约", "numbers only by appointment, and no appointments"),
            Name("请加上 [service.booking]，或删去这一项", "add [service.booking], or remove this"),
        )
    booking_path, booking = table_in(path, service, "booking")
    booked = spans(booking_path, booking)
    yield from overlaps(booked)
    yield from closed(booked, hours, whose)
    minutes = whole(booking, "slot_minutes", _SLOT_MINUTES)
    longest = max((span.end - span.start for _, span in booked or hours), default=None)
    if booking and minutes is not None and longest is not None and minutes > longest:
        yield Finding(
            (*booking_path, "slot_minutes"),
            Name("没有一段时间容得下一个预约时段", "no slot fits into the hours"),
            Name(f"请写 {longest} 或更小的数", f"write {longest} or less"),
        )


def _missed(path: Path, service: RawTable) -> Iterator[Finding]:
    if "no_show_after" in service and service.get("no_show") != "after":
        yield Finding(
            (*path, "no_show_after"),
            Name("过号者并不排在几人之后", "whoever is missed does not wait behind others"),
            Name('请写 no_show = "after"，或删去这一项', 'write no_show = "after", or remove this'),
        )


def _back_office(hall: RawTable, path: Path, service: RawTable) -> Iterator[Finding]:
    office_path, office = table_in(path, service, "back_office")
    collect = text(office_path, office, "collect")
    yield from unknown(hall, "department", text(office_path, office, "department"))
    yield from unknown(hall, "service", collect)
    if "due_days" in office and "due_minutes" in office:
        yield Finding(
            (*office_path, "due_minutes"),
            Name("due_days 和 due_minutes 只能写一个", "due_days and due_minutes stand together"),
            Name("请删去其中一个", "remove one of them"),
            (*office_path, "due_days"),
        )
    for place, collected in collect:
        if collected == service.get("id"):
            yield Finding(
                place,
                Name("出件又回到本业务", "the result is collected at the service it came from"),
                Name("请改为出件业务，或删去这一项", "name a service for collecting, or remove this"),
            )
