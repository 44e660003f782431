"""What contradicts itself in a hall file of well-formed keys: ids that stand twice, references to nothing.

Works on tables of any shape, so that these mistakes are named together with those of shape; what is no table or text is
passed over.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, TypeVar

from engine.core.plan import Name, Span
from engine.wire.findings import Finding, choose_among, nearest, shown
from engine.wire.hall_tables import span_of
from engine.wire.toml_lines import Path

RawTable = dict[str, Any]
V = TypeVar("V")

_KINDS_WITH_ID = ("lane", "zone", "group", "service", "item", "window", "clerk")
_REFERENCES = (("service", "zone"), ("service", "group"), ("item", "service"), ("window", "zone"))
_ID_TWICE = Name("编号重复", "this id stands twice"), Name("请换一个编号", "choose another id")
_PREFIX_TWICE = Name("号段前缀重复", "this prefix stands twice"), Name("请换一个字母", "choose another letter")
_NUMBER_TWICE = Name("窗口号重复", "this window number stands twice"), Name("请换一个号", "choose another number")


def findings_of_sense(hall: RawTable) -> Iterator[Finding]:
    """Every contradiction in the tables of a hall file; never raises, whatever the tables hold."""
    for kind in _KINDS_WITH_ID:
        yield from _twice(_values(hall, kind, "id", str), *_ID_TWICE)
    yield from _twice(_values(hall, "service", "prefix", str), *_PREFIX_TWICE)
    yield from _twice(_values(hall, "window", "number", int), *_NUMBER_TWICE)
    for kind, key in _REFERENCES:
        yield from _unknown(hall, key, _values(hall, kind, key, str))
    yield from _windows(hall)
    yield from _unserved(hall)
    yield from _visitor_groups(hall)
    yield from _hours(hall)
    yield from _first_number(hall)


def _windows(hall: RawTable) -> Iterator[Finding]:
    for path, window in _tables(hall, "window"):
        if "serves" in window and "tiers" in window:
            yield Finding(
                (*path, "tiers"),
                Name("serves 和 tiers 只能写一个", "serves and tiers stand together"),
                Name("请删去其中一个", "remove one of them"),
            )
        if "serves" not in window and "tiers" not in window:
            yield Finding(
                (*path, "serves"),
                Name("窗口没有业务", "the window serves nothing"),
                Name('例如 serves = ["social-security"]', 'write for example serves = ["social-security"]'),
            )
        served = _services_of(path, window)
        yield from _unknown(hall, "service", served)
        yield from _twice(
            served,
            Name("同一业务在此窗口写了两次", "this service stands twice at this window"),
            Name("请删去一个", "remove one of them"),
        )


def _services_of(path: Path, window: RawTable) -> list[tuple[Path, str]]:
    """The services a window names, tier by tier, each with its place."""
    tiers = [((*path, "serves"), window.get("serves"))]
    if isinstance(window.get("tiers"), list):
        tiers += [((*path, "tiers", place), tier) for place, tier in enumerate(window["tiers"])]
    return [
        ((*tier_path, place), service)
        for tier_path, tier in tiers
        if isinstance(tier, list)
        for place, service in enumerate(tier)
        if isinstance(service, str)
    ]


def _unserved(hall: RawTable) -> Iterator[Finding]:
    windows = _tables(hall, "window")
    services = _values(hall, "service", "id", str)
    known = {service for _, service in services}
    served = {service for path, window in windows for _, service in _services_of(path, window)}
    meant = {nearest(service, known) for service in served - known}  # a misspelt service is one mistake, not two
    for path, service in services:
        if windows and service not in served | meant:
            yield Finding(
                path,
                Name("没有窗口办理这项业务", "no window serves this service"),
                Name(
                    f'请在某个窗口的 serves 中加上 "{shown(service)}"',
                    f'add "{shown(service)}" to the serves of a window',
                ),
            )


def _visitor_groups(hall: RawTable) -> Iterator[Finding]:
    groups = [
        ((*path, "groups", place), group)
        for path, lane in _tables(hall, "lane")
        if isinstance(lane.get("groups"), list)
        for place, group in enumerate(lane["groups"])
        if isinstance(group, str)
    ]
    yield from _twice(
        groups,
        Name("同一类人员写在两处", "this group of visitors stands twice"),
        Name("每类人员只属于一个队列类别，请删去一处", "a group belongs to one lane: remove one of them"),
    )


def _hours(hall: RawTable) -> Iterator[Finding]:
    hall_table = hall.get("hall")
    hall_spans = _spans(("hall",), hall_table) if isinstance(hall_table, dict) else []
    yield from _overlaps(hall_spans)
    for path, service in _tables(hall, "service"):
        spans = _spans(path, service)
        yield from _overlaps(spans)
        for span_path, span in spans:
            if hall_spans and not any(_meet(span, other) for _, other in hall_spans):
                yield Finding(
                    span_path,
                    Name("这段时间大厅不开门", "the hall is closed at these hours"),
                    Name("请改到大厅的时段之内", "move them into the hours of the hall"),
                )


def _overlaps(spans: list[tuple[Path, Span]]) -> Iterator[Finding]:
    for place, (path, span) in enumerate(spans):
        other = next((other_path for other_path, other in spans[:place] if _meet(span, other)), None)
        if other is not None:
            what = Name("时段重叠", "the hours overlap")
            yield Finding(path, what, Name("请让各段互不相交", "let one end before the next begins"), other)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _spans(path: Path, table: RawTable) -> list[tuple[Path, Span]]:
    hours = table.get("hours")
    if not isinstance(hours, list):
        return []
    spans = (((*path, "hours", place), span_of(text)) for place, text in enumerate(hours) if isinstance(text, str))
    return [(span_path, span) for span_path, span in spans if span is not None and span.start < span.end]


def _first_number(hall: RawTable) -> Iterator[Finding]:
    rules = hall.get("rules")
    first, digits = (rules.get("first_number"), rules.get("number_digits", 3)) if isinstance(rules, dict) else (1, 3)
    if type(first) is int and type(digits) is int and 3 <= digits <= 6 and first >= 10**digits:
        yield Finding(
            ("rules", "first_number"),
            Name(f"起始号超过 {digits} 位", f"the first number has more than {digits} digits"),
            Name("请减小起始号，或加大 number_digits", "begin lower, or raise number_digits"),
        )


def _twice(values: Iterable[tuple[Path, Hashable]], what: Name, fix: Name) -> Iterator[Finding]:
    first: dict[Hashable, Path] = {}
    for path, value in values:
        if value in first:
            yield Finding(path, what, fix, first[value])
        else:
            first[value] = path


def _unknown(hall: RawTable, kind: str, references: Iterable[tuple[Path, str]]) -> Iterator[Finding]:
    known = {name for _, name in _values(hall, kind, "id", str)}
    for path, word in references:
        if word not in known:
            zh, en = _CALLED[kind]
            what = Name(f"没有编号为 {shown(word)} 的{zh}", f'there is no {en} "{shown(word)}"')
            yield Finding(path, what, choose_among(word, known))


_CALLED = {"zone": ("区域", "zone"), "group": ("分组", "group"), "service": ("业务", "service")}


def _values(hall: RawTable, kind: str, key: str, type_: type[V]) -> list[tuple[Path, V]]:
    """The value of `key` in every table of a kind that has one of this type, each with its place."""
    return [((*path, key), table[key]) for path, table in _tables(hall, kind) if type(table.get(key)) is type_]


def _tables(hall: RawTable, kind: str) -> list[tuple[Path, RawTable]]:
    """The tables of a kind, each with its place."""
    tables = hall.get(kind)
    if not isinstance(tables, list):
        return []
    return [((kind, place), table) for place, table in enumerate(tables) if isinstance(table, dict)]
