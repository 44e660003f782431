"""What contradicts itself in a hall file of well-formed keys: ids that stand twice, references to nothing, settings
that cannot both hold.

Works on tables of any shape, so that these mistakes are named together with those of shape.
"""

from collections.abc import Iterator
from typing import Final

from engine.core.plan import Name
from engine.wire.findings import Finding
from engine.wire.hall_sense import clerks, items, policies, services, settings, windows
from engine.wire.hall_sense.tables import RawTable, tables, texts, twice, unknown, values

_KINDS_WITH_ID: Final = (
    "lane",
    "policy",
    "zone",
    "group",
    "department",
    "service",
    "item",
    "profile",
    "window",
    "clerk",
)
_REFERENCES: Final = (
    ("service", "zone"),
    ("service", "group"),
    ("service", "department"),
    ("item", "service"),
    ("item", "group"),
    ("item", "department"),
    ("profile", "policy"),
    ("window", "zone"),
    ("window", "policy"),
    ("window", "profile"),
    ("clerk", "department"),
)
_ID_TWICE: Final = Name("编号重复", "this id stands twice"), Name("请换一个编号", "choose another id")
_PREFIX_TWICE: Final = Name("号段前缀重复", "this prefix stands twice"), Name("请换一个字母", "choose another letter")
_NUMBER_TWICE: Final = (
    Name("窗口号重复", "this window number stands twice"),
    Name("请换一个号", "choose another number"),
)


def findings_of_sense(hall: RawTable) -> Iterator[Finding]:
    """Every contradiction in the tables of a hall file; never raises, whatever the tables hold."""
    for kind in _KINDS_WITH_ID:
        yield from twice(values(hall, kind, "id", str), *_ID_TWICE)
    yield from twice(values(hall, "service", "prefix", str), *_PREFIX_TWICE)
    yield from twice(values(hall, "window", "number", int), *_NUMBER_TWICE)
    for kind, key in _REFERENCES:
        yield from unknown(hall, key, values(hall, kind, key, str))
    yield from _visitor_groups(hall)
    for noun in (settings, services, items, windows, policies, clerks):
        yield from noun.findings(hall)


def _visitor_groups(hall: RawTable) -> Iterator[Finding]:
    yield from twice(
        [place for path, lane in tables(hall, "lane") for place in texts(path, lane, "groups")],
        Name("同一类人员写在两处", "this group of visitors stands twice"),
        Name("每类人员只属于一个队列类别，请删去一处", "a group belongs to one lane: remove one of them"),
    )
