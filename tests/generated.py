"""Pages of the reference drawn from the code, so that they cannot say anything else: `make docs` writes them."""

import importlib
import pkgutil
import sys
from pathlib import Path

from engine.core import refusals, transitions
from engine.core.refusals import Refusal
from engine.http import problems
from engine.report import refusals as reports
from engine.report.figures import GROUPS, NOTES, Group
from engine.wire import requests

for _each in pkgutil.iter_modules(refusals.__path__, f"{refusals.__name__}."):
    importlib.import_module(
        _each.name
    )  # whoever imports this page's maker knows every no, however little else it knows

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"

STATES = {
    "preparing": ("填表中", "has a number, and a form to fill in before it is called"),
    "waiting": ("等候", "waits in a queue"),
    "called": ("呼叫中", "has been called to a window and is on the way"),
    "serving": ("办理中", "is at a window"),
    "held": ("挂起", "is suspended: papers are missing, or another step comes first"),
    "missed": ("过号", "did not come when called; may be reinstated"),
    "finished": ("办结", "is over"),
    "cancelled": ("取消", "was given up by the visitor, by staff, or by the close of the day"),
}


UNITS = {"count": "次 count", "s": "秒 s", "share": "占比 share", "stars": "星 stars"}
SECTIONS_OF_A_REPORT = (
    "`hall` | `id`, `region` and `name` of the hall, as at the end of the period",
    "`period` | `kind` (day, month, year), `text`, the service `days` in it, `is_complete` (no day is "
    "open), `until` (the last that was counted)",
    "`rules` | what figures were held against: `target_wait_s`, `hold_max_s`, `bad_stars` (so many stars "
    "or fewer are bad), as at the end",
    "`total` | every figure below, of the whole period",
    "`by_month`, `by_day` | the trend of a year, of a month; only there",
    "`by_weekday`, `by_hour` | Monday is 1; local hours",
    "`by_service`, `by_window`, `by_clerk`, `by_channel`, `by_mode`, `by_lane` | the figures once more for each",
    "`by_outcome` | `id`, `items` and `share` of each outcome of an item",
    "`pauses` | `reason`, `count` and seconds `s`; after 50 reasons the rest is one",
    "`turned_away_reasons` | `reason` and `count`, before a number and at windows",
    "`appointments` | `booked`, `kept`, `late` (of those kept), `missed`, `cancelled`",
    "`stages` | `opened`, `papers_opened` (of those), `finished`, `overdue`: late, or past due and open "
    "at the end; of those opened in the period",
    "`cases` | `opened`, `informed`, `escalated`, `called_back`, `closed`",
    "`follow_ups` | of bad ratings: `opened`, `called_back`, `closed`, and of those opened in the period "
    "`open` and `overdue` at its end",
    "`home_visits` | `requested`, `assigned`, `finished`",
    "`warnings` | `kind`, how often `raised` and `cleared`",
    "`has_forecasts` | whether the journal has the waits visitors were told; without, the forecast figures are null",
)


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {"ticket-life.md": _ticket_life(), "refusals.md": _refusals(), "report.md": _report()}


def _ticket_life() -> str:
    states = "\n".join(f"| `{state}` | {STATES[state][0]} | {STATES[state][1]} |" for state in transitions.STATES)
    facts = "\n".join(
        f"| `{fact.__name__}` | {', '.join(each for each in transitions.STATES if each in before) or '–'} | {after} |"
        for fact, (before, after) in transitions.TRANSITIONS.items()
    )
    return f"""# A ticket's life · 号票的一生

Made from `engine/core/transitions.py` by `make docs`; a test compares.
本页由 `make docs` 生成，测试保证与规则一致。

```mermaid
{transitions.mermaid()}
```

## States · 状态

| state | 中文 | a ticket in it |
|---|---|---|
{states}

## Facts · 事实

A fact that is not listed for a state cannot happen to a ticket in it; the order that asks for it is refused.
表中没有的变化不会发生，相应的操作会被拒绝。

| fact | from | to |
|---|---|---|
{facts}
"""


def _refusals() -> str:
    of_hall = sorted(
        (each for each in Refusal.__subclasses__() if each.__module__.startswith(refusals.__name__)), key=_by_code
    )
    of_report = sorted((each for each in Refusal.__subclasses__() if each.__module__ == reports.__name__), key=_by_code)
    of_door = sorted(_leaves(problems.HttpRefusal), key=_by_code)
    hall = "\n".join(f"| `{each.code}` | {each.kind} | {each.zh} | {each.en} |" for each in of_hall)
    door = "\n".join(f"| `{each.code}` | {each.status} | {each.zh} | {each.en} |" for each in of_door)
    report = "\n".join(f"| `{each.code}` | {each.kind} | {each.zh} | {each.en} |" for each in of_report)
    wire = "\n".join(f"| `{code}` | {zh} |" for code, zh in sorted(requests.COMPLAINTS_ZH.items()))
    return f"""# Refusals · 拒绝

Made from the code by `make docs`; a test compares.
本页由 `make docs` 生成，测试保证与程序一致。

A refusal changes nothing. `code` is for machines and never changes; the sentence is for people, in their language.
What stands in braces is filled in.
拒绝不改变任何事。`code` 供程序使用，永不改变；句子供人阅读。

## The hall says no · 大厅

Everywhere: HTTP, MQTT, simulator. Over HTTP the kind gives the status: unknown 404, conflict 409, invalid 422,
denied 403, limit 429, unavailable 503 (`disk-full`: 507).

| code | kind | 中文 | English |
|---|---|---|---|
{hall}

## The report says no · 报表

`jiaohao report` and `GET /report`; on the command line `invalid` is exit code 2, everything else 1.

| code | kind | 中文 | English |
|---|---|---|---|
{report}

## The HTTP door says no · HTTP

| code | status | 中文 | English |
|---|---|---|---|
{door}

## The MQTT door says no · MQTT

In a reply on `root/reply/{{client}}`; what is wrong follows the sentence.

| code | 中文 |
|---|---|
{wire}
| `too-many-requests` | 重放请求过于频繁 |
"""


def _report() -> str:
    groups = "\n\n".join(_figures(group) for group in GROUPS)
    notes = "\n".join(f"| {name.zh} {name.en} | {means.zh} | {means.en} |" for name, means in NOTES)
    sections = "\n".join(f"| {each} |" for each in SECTIONS_OF_A_REPORT)
    return f"""# Figures of a report · 报表指标

Made from `engine/report/figures.toml` by `make docs`; a test compares.
本页由 `make docs` 生成，测试保证与程序一致。

`jiaohao report DATA --json` and `GET /api/v1/report` give one JSON object. Keys that end in `_s` are seconds, shares
are from 0 to 1, and null means that there is nothing to say (no visit, no rating). Nothing in it identifies a visitor.
键以 `_s` 结尾者为秒；占比为 0 到 1；null 表示没有可说的。报表不含任何可识别群众的内容。

| key | holds · 内容 |
|---|---|
{sections}

A line of a breakdown has an `id` (null: belongs nowhere), for services, windows, clerks and lanes a `name`, what it
was called earlier in the period (`formerly`, `numbers_before`), and the figures below. Every count adds up to the total
over each breakdown. Window time has lines only by window, clerk, weekday, day and month; `still_here` has none by
window and clerk. 每种分类的计数之和等于总计。

{groups}

## Definitions for several figures · 通用说明

| 名称 name | 含义 | meaning |
|---|---|---|
{notes}
"""


def _figures(group: Group) -> str:
    rows = "\n".join(
        f"| `{each.key}` | {each.name.zh} {each.name.en} | {UNITS[each.unit]}"
        f" | {each.definition.zh} | {each.definition.en} |"
        for each in group.figures
    )
    return f"""## {group.name.en} · {group.name.zh}

| key | 名称 name | unit | 定义 | definition |
|---|---|---|---|---|
{rows}"""


def _leaves(refusal: type[problems.HttpRefusal]) -> list[type[problems.HttpRefusal]]:
    """Every refusal below this one that somebody can meet."""
    below = [leaf for child in refusal.__subclasses__() for leaf in _leaves(child)]
    return [*([refusal] if "code" in vars(refusal) else []), *below]


def _by_code(refusal: type[Refusal]) -> str:
    return refusal.code


def stale() -> list[str]:
    """The names of pages that say something else than the code."""
    return [name for name, text in pages().items() if _read(name) != text]


def _read(name: str) -> str | None:
    page = REFERENCE / name
    return page.read_text(encoding="utf-8") if page.exists() else None


def main(arguments: list[str]) -> int:
    """Write the pages with `--write`; without, name the stale ones and say 1 when there are any."""
    if arguments == ["--write"]:
        for name, text in pages().items():
            (REFERENCE / name).write_text(text, encoding="utf-8")
    for name in stale():
        print(name)
    return 1 if stale() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
