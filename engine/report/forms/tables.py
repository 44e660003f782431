"""A statement as plain tables, the same for every form that has rows and columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.core.plan import Name
from engine.report.figures import FIGURES, GROUPS, NOTES
from engine.report.forms.words import BREAKDOWNS, SECTIONS, WORDS, both, part_name, satisfaction

_PARTS_OF: Final = {"by_outcome": ("outcome", "id"), "warnings": ("warning", "kind")}
_COUNTED: Final = ("appointments", "stages", "cases", "follow_ups", "home_visits")
_LISTED: Final = {
    "by_outcome": {"outcome": "text", "items": "count", "share": "share"},
    "pauses": {"reason": "text", "count": "count", "s": "s"},
    "turned_away_reasons": {"reason": "text", "count": "count"},
    "warnings": {"kind": "text", "raised": "count", "cleared": "count"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands below it: `text`, or a unit of a figure."""

    heading: Name
    unit: str


@dataclass(frozen=True, slots=True)
class Table:
    """A title, columns, and rows of plain values."""

    key: str
    title: Name
    columns: tuple[Column, ...]
    rows: tuple[Sequence[Any], ...]


def headline(report: dict[str, Any]) -> Name:
    """What hall and period a form is about."""
    hall = report["hall"]["name"] if report["hall"] else {"zh": "", "en": ""}
    kinds = {
        "day": ("日报表", "daily report"),
        "month": ("月报表", "monthly report"),
        "year": ("年报表", "annual report"),
    }
    zh, en = kinds[report["period"]["kind"]]
    return Name(f"{hall['zh']} {report['period']['text']} {zh}", f"{hall['en']}, {en} {report['period']['text']}")


def remarks(report: dict[str, Any]) -> Iterator[Name]:
    """What a reader must know before the figures."""
    days = len(report["period"]["days"])
    yield Name(f"共 {days} 个服务日", f"{days} service day{'s' if days > 1 else ''}")
    until = report["period"]["until"][:16].replace("T", " ")
    if not report["period"]["is_complete"]:
        yield Name(f"服务日尚未结束，截至 {until}", f"the day is still open: as of {until}")
    target = report["rules"]["target_wait_s"] // 60
    yield Name(f"等候达标线 {target} 分钟", f"a wait within {target} minutes is within target")
    yield satisfaction(report["total"])
    if not report["has_forecasts"]:
        yield Name("日志中没有取号时的预计等候，故不作对比", "no forecasts were recorded, so none is compared")


def overview(report: dict[str, Any]) -> Table:
    """Every figure of the whole period."""
    rows = [
        (both(figure.name), report["total"][figure.key], figure.unit)
        for group in GROUPS
        for figure in group.figures
        if figure.key in report["total"]
    ]
    return Table(
        "total", SECTIONS["total"], (Column(WORDS["figure"], "text"), Column(WORDS["value"], "mixed")), tuple(rows)
    )


def breakdown(report: dict[str, Any], dimension: str, keys: Sequence[str]) -> Table:
    """Lines of a breakdown with these figures; a figure that has no place there stays empty."""
    lines = report[f"by_{dimension}"]
    columns = [Column(WORDS["id"], "text"), Column(WORDS["name"], "text")]
    columns += [Column(FIGURES[key].name, FIGURES[key].unit) for key in keys]
    rows = [
        (
            "" if line["id"] is None else str(line["id"]),
            both(part_name(dimension, line)),
            *(line.get(key) for key in keys),
        )
        for line in lines
    ]
    return Table(f"by_{dimension}", BREAKDOWNS[dimension], tuple(columns), tuple(rows))


def dimensions(report: dict[str, Any]) -> list[str]:
    """The breakdowns a report has, in the order of the forms."""
    return [dimension for dimension in BREAKDOWNS if f"by_{dimension}" in report]


def listed(report: dict[str, Any], key: str) -> Table:
    """Outcomes, reasons or warnings."""
    units = _LISTED[key]
    dimension, part = _PARTS_OF.get(key, ("", "reason"))
    rows = [
        (
            both(part_name(dimension, {"id": row[part]})) if dimension else row[part],
            *(row[name] for name in list(units)[1:]),
        )
        for row in report[key]
    ]
    return Table(key, SECTIONS[key], tuple(Column(WORDS[name], unit) for name, unit in units.items()), tuple(rows))


def counted(report: dict[str, Any], key: str) -> Table:
    """A section that is a handful of counts."""
    rows = tuple((both(WORDS[name]), value) for name, value in report[key].items())
    return Table(key, SECTIONS[key], (Column(WORDS["figure"], "text"), Column(WORDS["value"], "count")), rows)


def sections(report: dict[str, Any]) -> list[Table]:
    """All tables beside overview and breakdowns."""
    return [*(listed(report, key) for key in _LISTED), *(counted(report, key) for key in _COUNTED)]


def notes() -> Table:
    """The definitions of all figures."""
    columns = (
        Column(WORDS["figure"], "text"),
        Column(WORDS["definition"], "text"),
        Column(Name("英文", "English"), "text"),
    )
    rows = [
        (both(figure.name), figure.definition.zh, figure.definition.en) for group in GROUPS for figure in group.figures
    ]
    rows += [(both(name), meaning.zh, meaning.en) for name, meaning in NOTES]
    return Table("notes", SECTIONS["notes"], columns, tuple(rows))
