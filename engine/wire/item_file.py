"""A catalogue of items as a table somebody keeps in a spreadsheet: CSV or XLSX, turned into items.

The first row names the columns, in Chinese or English, in any order. Each mistake is named with its line and column and
the way out; nothing is taken from a file with a mistake in it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Final

from engine.core.plan import HallPlan, Item, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import Finding, choose_among, shown
from engine.wire.hall_sense.items import findings as findings_of_sense
from engine.wire.hall_tables.services import ItemTable
from engine.wire.item_rows import Column, Row, normal_header, read_rows
from engine.wire.shape import fit

ITEMS_MAX: Final = 20_000
FILE_BYTES_MAX: Final = 8 * 1024 * 1024

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("编号", "事项编号", "事项编码", "item_id"),
    "name_zh": ("名称", "事项名称", "中文名称", "name"),
    "name_en": ("英文名称", "英文名", "english name"),
    "service": ("业务", "业务编号", "service_id"),
    "group": ("分组", "主题", "group_id"),
    "mode": ("办理方式", "办理模式", "handling mode"),
    "guide_url": ("办事指南", "指南网址", "guide"),
    "department": ("部门", "责任部门", "department_id"),
    "effective_from": ("生效日期", "生效日", "from"),
    "effective_until": ("失效日期", "失效日", "until"),
    "delegated_service": ("委托业务", "委托至", "delegated_service_id"),
    "delegated_until": ("委托截止日期", "委托截止", "delegated to"),
}
"""What a column may be called beside its own name."""

NEEDED: Final = ("id", "name_zh", "service")
_MODES: Final = {
    "即办": "instant", "即时办": "instant", "即时": "instant", "承诺": "promised", "承诺办": "promised",
    "预约": "appointment", "预约办": "appointment", "延时": "extended", "延时办": "extended",
    "自助": "self-service", "自助办": "self-service",
}  # fmt: skip
_DAYS: Final = ("effective_from", "effective_until", "delegated_until")
_COLUMN_OF: Final = {word: key for key, words in HEADERS.items() for word in (key, *words)}


@dataclass(frozen=True, slots=True)
class Known:
    """What a hall has that an item may refer to."""

    services: Collection[str]
    groups: Collection[str] = ()
    departments: Collection[str] = ()

    @classmethod
    def of(cls, plan: HallPlan) -> "Known":
        return cls(
            tuple(each.service_id for each in plan.services),
            tuple(each.group_id for each in plan.groups),
            tuple(each.department_id for each in plan.departments),
        )


def read_items(path: Path, known: Known | None = None) -> tuple[Item, ...]:
    """The items of a file, by its ending or its content; raises `BadFile`, and `OSError` when it cannot be read.

    With `known` everything an item refers to must be there.
    """
    with path.open("rb") as file:
        # One byte more tells a file that is too large without reading all of it.
        return items_of(file.read(FILE_BYTES_MAX + 1), str(path), known)


def items_of(body: bytes, source: str, known: Known | None = None) -> tuple[Item, ...]:
    """The items in the bytes of a file called `source`; raises `BadFile` with every mistake, from the top down."""
    if len(body) > FILE_BYTES_MAX:
        what = Name("文件超过 8 MiB", "the file is larger than 8 MiB")
        raise BadFile((Problem(source, 1, "", what, Name("请拆分或精简", "make it smaller")),))
    header, rows = read_rows(body, source)
    reading = _Reading(source, known, header)
    return reading.items(rows)


@dataclass(slots=True)
class _Reading:
    """One file on its way to becoming items."""

    source: str
    known: Known | None
    header: Row
    columns: dict[str, Column] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def items(self, rows: Iterable[Row]) -> tuple[Item, ...]:
        self._name_columns()
        if self.problems:
            raise BadFile(tuple(self.problems))
        items: list[Item] = []
        lines: dict[str, int] = {}
        for count, row in enumerate(rows, start=1):
            if count > ITEMS_MAX:
                what = Name(f"超过 {ITEMS_MAX} 项", f"more than {ITEMS_MAX} items")
                self._note(row.line, "", what, Name("请删减", "leave some out"))
                break
            table = self._table(row)
            self._once(lines, table, row.line)
            item, findings = fit(ItemTable, table)
            for finding in chain(findings, self._sense(table)):
                self._found(row.line, finding)
            if item is not None:
                items.append(item.planned())
        if not self.problems and not items:
            self._note(
                2, "", Name("没有事项", "there are no items"), Name("请从第二行起填写", "write them from line 2 on")
            )
        if self.problems:
            raise BadFile(tuple(self.problems))
        return tuple(items)

    def _name_columns(self) -> None:
        for column, text in self.header.cells:
            key = _COLUMN_OF.get(normal_header(text))
            if key is None:
                what = Name(f"不认识的列“{shown(str(text))}”", f'unknown column "{shown(str(text))}"')
                self._note(self.header.line, column.letters, what, _columns_there_are(normal_header(text)))
            elif key in self.columns:
                what = Name(f"列“{shown(str(text))}”重复", f'column "{shown(str(text))}" stands twice')
                self._note(self.header.line, column.letters, what, Name("请删去一列", "remove one of them"))
            else:
                self.columns[key] = Column(column.place, str(text).strip())
        for key in NEEDED:
            if key not in self.columns:
                zh = HEADERS[key][0]
                fix = Name(f"请加上“{zh}”或 {key} 列", f"add a column {key} or {zh}")
                self._note(self.header.line, key, Name(f"缺少“{zh}”列", f"there is no column {key}"), fix)

    def _table(self, row: Row) -> dict[str, Any]:
        """A row as the table of an item would stand in a hall file."""
        values = dict(row.values())
        table: dict[str, Any] = {
            key: values[column.place] for key, column in self.columns.items() if column.place in values
        }
        name_zh, name_en = table.pop("name_zh", None), table.pop("name_en", None)
        if name_zh is not None or name_en is not None:
            table["name"] = {"zh": name_zh or name_en, "en": name_en or name_zh}
        if "mode" in table:
            table["mode"] = _MODES.get(table["mode"], table["mode"])
        for key in _DAYS:
            if key in table:
                table[key] = _day(table[key])
        return table

    def _once(self, lines: dict[str, int], table: Mapping[str, Any], line: int) -> None:
        item_id = table.get("id")
        if item_id is None:
            return
        first = lines.setdefault(item_id, line)
        if first != line:
            what = Name(f"编号重复，第 {first} 行已有", f"this id stands on line {first} already")
            self._note(
                line, self._place("id"), what, Name("请换一个编号，或删去一行", "choose another id, or remove one")
            )

    def _sense(self, table: dict[str, Any]) -> Iterator[Finding]:
        services = self.known.services if self.known is not None else [table.get("delegated_service")]
        raw = {"item": [table], "service": [{"id": each} for each in services]} if "delegated_service" in table else {
            "item": [table]
        }  # fmt: skip
        for finding in findings_of_sense(raw):
            yield Finding(finding.path[2:], finding.what, finding.fix)
        if self.known is None:
            return
        for key, there, zh in (
            ("service", self.known.services, "业务"),
            ("group", self.known.groups, "分组"),
            ("department", self.known.departments, "部门"),
        ):
            word = table.get(key)
            if word is not None and word not in there:
                what = Name(f"大厅没有{zh}“{shown(word)}”", f'the hall has no {key} "{shown(word)}"')
                yield Finding((key,), what, choose_among(word, there))

    def _found(self, line: int, finding: Finding) -> None:
        if finding.path == ("name", "en") and "name_en" not in self.columns:
            # It is the Chinese name once more, and so is the mistake.
            return
        key = "_".join(str(step) for step in finding.path)
        self._note(line, self._place({"name": "name_zh"}.get(key, key)), finding.what, finding.fix)

    def _place(self, key: str) -> str:
        column = self.columns.get(key)
        return f"{column.letters} {column.title}" if column is not None else key

    def _note(self, line: int, key: str, what: Name, fix: Name) -> None:
        self.problems.append(Problem(self.source, line, key, what, fix))


def _columns_there_are(word: str) -> Name:
    if word.isascii():
        return choose_among(word, HEADERS)
    return choose_among(word, [words[0] for words in HEADERS.values()])


def _day(text: str) -> str:
    """A day as people write it, 2026/1/5 or 2026年1月5日 or 20260105, with hyphens; what is no day stays as it is."""
    parts = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-").split("-")
    if len(parts) == 1 and text.isdigit() and len(text) == len("20260105"):
        parts = [text[:4], text[4:6], text[6:]]
    if len(parts) != len(("year", "month", "day")) or not all(part.strip().isdigit() for part in parts):
        return text
    year, month, day = (int(part) for part in parts)
    return f"{year:04d}-{month:02d}-{day:02d}"
