"""Pages of the reference drawn from the code, so that they cannot say anything else: `make docs` writes them."""

import sys
from pathlib import Path

from engine.core import refusals, transitions
from engine.core.refusals import Refusal
from engine.http import problems
from engine.report import refusals as reports
from engine.wire import requests

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


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    return {"ticket-life.md": _ticket_life(), "refusals.md": _refusals()}


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
    of_report = sorted(
        (each for each in Refusal.__subclasses__() if each.__module__ == reports.__name__), key=_by_code
    )
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
