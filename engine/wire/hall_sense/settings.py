"""What contradicts itself in the settings of a hall: its hours, days, limits and rules."""

from collections.abc import Iterator
from typing import Final

from engine.core.plan import Name
from engine.wire.findings import Finding
from engine.wire.hall_sense.tables import (
    RawTable,
    hall_spans,
    overlaps,
    table_in,
    tables_in,
    text,
    texts,
    twice,
    unknown,
    whole,
)
from engine.wire.hall_tables.values import day_of
from engine.wire.toml_lines import Path

_LIMITS: Final = (
    ("wait_minutes", "wait_clear_minutes"),
    ("count", "count_clear"),
    ("idle_minutes", "idle_clear_minutes"),
)
_DAY_TWICE: Final = Name("日期重复", "this day stands twice")


def findings(hall: RawTable) -> Iterator[Finding]:
    yield from overlaps(hall_spans(hall))
    yield from _rules(hall, *table_in((), hall, "rules"))
    yield from _calendar(*table_in((), hall, "calendar"))
    yield from _limits(*table_in((), hall, "limits"))


def _rules(hall: RawTable, path: Path, rules: RawTable) -> Iterator[Finding]:
    yield from unknown(hall, "policy", text(path, rules, "policy"))
    yield from twice(texts(path, rules, "pause_reasons"), Name("暂停原因重复", "this reason stands twice"))
    first, digits = whole(rules, "first_number", 1), whole(rules, "number_digits", 3)
    if first is not None and digits is not None and 3 <= digits <= 6 and first >= 10**digits:
        yield Finding(
            (*path, "first_number"),
            Name(f"起始号超过 {digits} 位", f"the first number has more than {digits} digits"),
            Name("请减小起始号，或加大 number_digits", "begin lower, or raise number_digits"),
        )


def _calendar(path: Path, calendar: RawTable) -> Iterator[Finding]:
    holidays = _days([((*place, "day"), table.get("day")) for place, table in tables_in(path, calendar, "holidays")])
    listed = calendar.get("extra_workdays")
    extra = _days(
        [((*path, "extra_workdays", n), day) for n, day in enumerate(listed if isinstance(listed, list) else [])]
    )
    yield from twice(holidays, _DAY_TWICE)
    yield from twice(extra, _DAY_TWICE)
    both = {day: place for place, day in holidays}
    for place, day in extra:
        if day in both:
            what = Name("既是假日又是上班日", "this day is a holiday and a working day")
            yield Finding(place, what, Name("请删去其中一个", "remove one of them"), both[day])
    yield from _workdays(path, calendar)


def _days(placed: list[tuple[Path, object]]) -> list[tuple[Path, str]]:
    """Those that are days, as eight digits."""
    return [(place, day) for place, value in placed if (day := day_of(value)) is not None]


def _workdays(path: Path, calendar: RawTable) -> Iterator[Finding]:
    workdays = calendar.get("workdays")
    if not isinstance(workdays, list):
        return
    numbered = [((*path, "workdays", place), day) for place, day in enumerate(workdays) if type(day) is int]
    yield from twice(numbered, Name("星期重复", "this weekday stands twice"))
    if not workdays and not calendar.get("extra_workdays"):
        yield Finding(
            (*path, "workdays"),
            Name("大厅没有一天开门", "the hall never opens"),
            Name("例如 workdays = [1, 2, 3, 4, 5]", "write for example workdays = [1, 2, 3, 4, 5]"),
        )


def _limits(path: Path, limits: RawTable) -> Iterator[Finding]:
    for raising, clearing in _LIMITS:
        raise_at, clear_at = whole(limits, raising), whole(limits, clearing)
        if clearing in limits and raising not in limits:
            yield Finding(
                (*path, clearing),
                Name(f"没有 {raising}，无从解除", f"there is no {raising} that it could clear"),
                Name(f"请加上 {raising}，或删去这一项", f"add {raising}, or remove this"),
            )
        elif raise_at is not None and clear_at is not None and clear_at > raise_at:
            yield Finding(
                (*path, clearing),
                Name(f"解除值高于报警值 {raise_at}", f"it clears above {raise_at}, where it is raised"),
                Name(f"请写 {raise_at} 或更小的数", f"write {raise_at} or less"),
                (*path, raising),
            )
