"""The tables of a hall file before anybody knows whether they are well-formed: what can be read of them, and where.

Whatever is no table, list, text or number where one belongs is passed over: its shape is named elsewhere.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Final, TypeVar

from engine.core.plan import Name, Span
from engine.wire.findings import Finding, choose_among, shown
from engine.wire.hall_tables.values import span_of
from engine.wire.toml_lines import Path

RawTable = dict[str, Any]
Places = list[tuple[Path, str]]
V = TypeVar("V")

REMOVE_ONE: Final = Name("请删去其中一个", "remove one of them")
_CALLED: Final = {
    "zone": ("区域", "zone"),
    "group": ("分组", "group"),
    "service": ("业务", "service"),
    "department": ("部门", "department"),
    "lane": ("队列类别", "lane"),
    "policy": ("叫号规则", "policy"),
    "profile": ("窗口模板", "profile"),
    "clerk": ("工作人员", "clerk"),
}


def tables(hall: RawTable, kind: str) -> list[tuple[Path, RawTable]]:
    """The tables of a kind, each with its place."""
    return tables_in((), hall, kind)


def tables_in(path: Path, table: RawTable, key: str) -> list[tuple[Path, RawTable]]:
    """The tables of the list under `key`, each with its place."""
    entries = table.get(key)
    if not isinstance(entries, list):
        return []
    return [((*path, key, place), entry) for place, entry in enumerate(entries) if isinstance(entry, dict)]


def table_in(path: Path, table: RawTable, key: str) -> tuple[Path, RawTable]:
    """The table under `key` with its place; an empty one when there is none."""
    below = table.get(key)
    return (*path, key), below if isinstance(below, dict) else {}


def values(hall: RawTable, kind: str, key: str, type_: type[V]) -> list[tuple[Path, V]]:
    """The value of `key` in every table of a kind that has one of this type, each with its place."""
    return [((*path, key), table[key]) for path, table in tables(hall, kind) if type(table.get(key)) is type_]


def texts(path: Path, table: RawTable, key: str) -> Places:
    """The texts in the list under `key`, each with its place."""
    entries = table.get(key)
    if not isinstance(entries, list):
        return []
    return [((*path, key, place), entry) for place, entry in enumerate(entries) if isinstance(entry, str)]


def text(path: Path, table: RawTable, key: str) -> Places:
    """The text under `key` with its place, when there is one."""
    entry = table.get(key)
    return [((*path, key), entry)] if isinstance(entry, str) else []


def whole(table: RawTable, key: str, default: int | None = None) -> int | None:
    """The whole number under `key`; the default when the key is missing, None when it holds something else."""
    number = table.get(key, default)
    return number if type(number) is int else None


def spans(path: Path, table: RawTable, key: str = "hours") -> list[tuple[Path, Span]]:
    """The spans of hours in the list under `key` that are well-formed, each with its place."""
    found = ((place, span_of(written)) for place, written in texts(path, table, key))
    return [(place, span) for place, span in found if span is not None and span.start < span.end]


def hall_spans(hall: RawTable) -> list[tuple[Path, Span]]:
    """The hours of the hall, each with its place."""
    return spans(*table_in((), hall, "hall"))


def twice(placed: Iterable[tuple[Path, Hashable]], what: Name, fix: Name = REMOVE_ONE) -> Iterator[Finding]:
    """Every value that has stood before."""
    first: dict[Hashable, Path] = {}
    for path, value in placed:
        if value in first:
            yield Finding(path, what, fix, first[value])
        else:
            first[value] = path


def known_ids(hall: RawTable, kind: str) -> set[str]:
    return {name for _, name in values(hall, kind, "id", str)}


def unknown(hall: RawTable, kind: str, references: Iterable[tuple[Path, str]]) -> Iterator[Finding]:
    """Every reference to something of this kind that is not in the file."""
    known = known_ids(hall, kind)
    zh, en = _CALLED[kind]
    for path, word in references:
        if word not in known:
            what = Name(f"没有编号为 {shown(word)} 的{zh}", f'there is no {en} "{shown(word)}"')
            yield Finding(path, what, choose_among(word, known))


def overlaps(placed: list[tuple[Path, Span]]) -> Iterator[Finding]:
    """Every span that meets one before it."""
    for place, (path, span) in enumerate(placed):
        other = next((other_path for other_path, other in placed[:place] if meet(span, other)), None)
        if other is not None:
            what = Name("时段重叠", "the hours overlap")
            yield Finding(path, what, Name("请让各段互不相交", "let one end before the next begins"), other)


def closed(
    placed: Iterable[tuple[Path, Span]], opened: list[tuple[Path, Span]], whose: str = "hall"
) -> Iterator[Finding]:
    """Every span that meets none of the opening hours; no opening hours are round the clock."""
    zh = {"hall": "大厅", "service": "这项业务"}[whose]
    for path, span in placed:
        if opened and not any(meet(span, other) for _, other in opened):
            yield Finding(
                path,
                Name(f"这段时间{zh}不开门", f"the {whose} is closed at these hours"),
                Name(f"请改到{zh}的时段之内", f"move them into the hours of the {whose}"),
            )


def meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
