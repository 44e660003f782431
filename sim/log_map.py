"""The map file: how the columns and words of somebody else's ticket log become those of a trace."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from engine.core.plan import Name
from engine.halls import read_text
from engine.wire.findings import Finding, choose_among
from engine.wire.hall_tables import Id
from engine.wire.shape import Table, say_no
from engine.wire.toml_file import RawTable, read_toml

ENCODINGS: Final = ("utf-8", "gb18030")


def _an_encoding(text: str) -> str:
    if text not in ENCODINGS:
        raise say_no(Name("不支持这种编码", "unknown encoding"), choose_among(text, ENCODINGS))
    return text


def _one_letter(text: str) -> str:
    if len(text) != 1:
        raise say_no(Name("应为一个字符", "must be one character"), Name('例如 ","', 'write for example ","'))
    return text


class FileTable(Table):
    """`[file]`: how the log is written."""

    encoding: Annotated[str, AfterValidator(_an_encoding)] = Field(default="utf-8", examples=['encoding = "gb18030"'])
    delimiter: Annotated[str, AfterValidator(_one_letter)] = Field(default=",", examples=['delimiter = ","'])


class ColumnsTable(Table):
    """`[columns]`: which column of the log holds what. What is not named is not there."""

    arrived_at: str = Field(examples=['arrived_at = "取号时间"'])
    service: str | None = Field(default=None, examples=['service = "业务"'])
    lane: str | None = Field(default=None, examples=['lane = "客户类型"'])
    service_s: str | None = Field(default=None, examples=['service_s = "办理时长"'])
    began_at: str | None = Field(default=None, examples=['began_at = "开始时间"'])
    finished_at: str | None = Field(default=None, examples=['finished_at = "结束时间"'])
    patience_s: str | None = Field(default=None, examples=['patience_s = "耐心"'])
    called_at: str | None = Field(default=None, examples=['called_at = "叫号时间"'])
    left_at: str | None = Field(default=None, examples=['left_at = "离开时间"'])
    served_by: str | None = Field(default=None, examples=['served_by = "窗口号"'])
    window: str | None = Field(default=None, examples=['window = "窗口"'])
    channel: str | None = Field(default=None, examples=['channel = "渠道"'])
    date: str | None = Field(default=None, examples=['date = "日期"'])


class FormatsTable(Table):
    """`[formats]`: how moments and lengths are written."""

    moment: str = Field(default="%Y-%m-%d %H:%M:%S", examples=['moment = "%Y-%m-%d %H:%M:%S"'])
    length: Literal["seconds", "minutes", "h:m:s"] = Field(default="seconds", examples=['length = "h:m:s"'])


class DefaultsTable(Table):
    """`[defaults]`: what stands where the log has no such column or an empty cell."""

    service: Id | None = Field(default=None, examples=['service = "reception"'])
    lane: Id | None = Field(default=None, examples=['lane = "ordinary"'])
    channel: Id = Field(default="kiosk", examples=['channel = "kiosk"'])


class LogMap(Table):
    """A map file; words of the log that stand in no table are taken as they are."""

    file: FileTable = Field(default=FileTable.model_construct(encoding="utf-8", delimiter=","), examples=["[file]"])
    columns: ColumnsTable = Field(examples=["[columns]"])
    formats: FormatsTable = Field(
        default=FormatsTable.model_construct(moment="%Y-%m-%d %H:%M:%S", length="seconds"), examples=["[formats]"]
    )
    services: dict[str, Id] = Field(default={}, max_length=20_000, examples=['"社保" = "social-security"'])
    lanes: dict[str, Id] = Field(default={}, max_length=1_000, examples=['"老人" = "priority"'])
    windows: dict[str, Id] = Field(default={}, max_length=20_000, examples=['"3" = "w03"'])
    channels: dict[str, Id] = Field(default={}, max_length=1_000, examples=['"取号机" = "kiosk"'])
    defaults: DefaultsTable = Field(
        default=DefaultsTable.model_construct(service=None, lane=None, channel="kiosk"), examples=["[defaults]"]
    )


def load_map(path: str) -> LogMap:
    """The map in this file; raises `BadFile`, which names every mistake by line."""
    return read_toml(read_text(path, shipped=()), path, LogMap, _sense)


def _sense(table: RawTable) -> Iterator[Finding]:
    columns, defaults = table.get("columns"), table.get("defaults", {})
    if not isinstance(columns, dict) or not isinstance(defaults, dict):
        return
    for key in ("service", "lane"):
        if key not in columns and key not in defaults:
            what = Name(f"没有说明 {key} 从哪里来", f"nothing says where {key} comes from")
            fix = Name(f"请写列名，或在 [defaults] 里写 {key}", f"name its column, or write {key} under [defaults]")
            yield Finding(("columns", key), what, fix)
    yield from _duration(columns)


def _duration(columns: dict[str, Any]) -> Iterator[Finding]:
    if "service_s" not in columns and not {"began_at", "finished_at"} <= columns.keys():
        what = Name("没有说明办理时长从哪里来", "nothing says how long a visit took")
        fix = Name("请写 service_s，或 began_at 和 finished_at", "name service_s, or began_at and finished_at")
        yield Finding(("columns",), what, fix)
