"""A command line that cannot be used, said in both languages: what is wrong with which option, and the way out."""

import re
from math import isnan
from typing import Any, Final, Protocol, runtime_checkable


@runtime_checkable
class Misuse(Protocol):
    """What typer raises of such a command line; where the class lives differs between its releases."""

    exit_code: int
    ctx: Any

    def format_message(self) -> str:
        """The option and what is wrong with it, in English."""
        ...


_PLACED: Final = re.compile(r"Invalid value(?: for (?P<place>[^:]+))?: (?P<rest>.+)", re.DOTALL)
_HANZI: Final = re.compile(r"[\u4e00-\u9fff]")

_WORDS: Final = tuple(
    (re.compile(pattern, re.DOTALL), zh, en)
    for pattern, zh, en in (
        (r"Missing (?:option|argument|parameter):? '?([^'.]+)'?.*", "缺少 {0}，请补上", "{0} is missing: add it"),
        (r"Input should be greater than or equal to (\S+)", "请写不小于 {0} 的数", "write {0} or more"),
        (r"Input should be less than or equal to (\S+)", "请写不大于 {0} 的数", "write {0} or less"),
        (r"Input should be a valid integer.*", "请写整数", "write a whole number"),
        (r"Input should be a valid number.*", "请写数字", "write a number"),
        (
            r"(?:Value error, )?'(.*)' is not one of (.+)\.",
            "没有“{0}”，可选：{1}",
            "there is no “{0}”: choose from {1}",
        ),
        (
            r"(?:Value error, )?'(.*)' does not match the formats? .+",
            "没有“{0}”这一天，请写成 2026-01-05 的样子",
            "“{0}” is no day: write it like 2026-01-05",
        ),
        (r"\w+ '(.*)' is a directory\.", "{0} 是文件夹，请写文件名", "{0} is a folder: name a file"),
        (r"\w+ '(.*)' does not exist\.", "没有 {0}，请检查路径", "there is no {0}: check the path"),
        (r"Option '(.+)' requires an argument\.", "{0} 后面缺少值", "{0} needs a value after it"),
        (r"Option '(.+)' does not take a value\.", "{0} 不带值", "{0} takes no value"),
        (r"No such option: (\S+)(?: (.+))?", "没有选项 {0}", "there is no option {0} {1}"),
        (r"No such command '(.*?)'\.(?: (.+))?", "没有命令“{0}”", "there is no command “{0}” {1}"),
        (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", "多了参数 {0}", "{0} is one argument too many"),
    )
)


def sentence(error: Misuse) -> str:
    """`option: what; where to look`, in English and under it in Chinese; as it is where it is in both already."""
    said = error.format_message()
    placed = _PLACED.fullmatch(said)
    place, rest = ((placed["place"] or "").replace("'", ""), placed["rest"]) if placed else ("", said)
    prefix = f"{place}: " if place else ""
    if _HANZI.search(rest):
        return rest if rest.startswith(prefix) else prefix + rest
    zh, en = _both(rest, error)
    help_of = f"{error.ctx.command_path} --help" if error.ctx is not None else "--help"
    return f"{prefix}{en}; see {help_of}\n    {zh}；详见 {help_of}"


def _both(said: str, error: Misuse) -> tuple[str, str]:
    if _is_no_number(error):
        return "nan 不是数，请写数字", "nan is no number: write one"
    for pattern, zh, en in _WORDS:
        found = pattern.fullmatch(said)
        if found is not None:
            groups = [each or "" for each in found.groups()]
            return zh.format(*groups), en.format(*groups).rstrip()
    return f"用法不对（{said}）", said


def _is_no_number(error: Misuse) -> bool:
    """Whether a number was wanted and “not a number” was written: it is neither less nor more than anything."""
    found: list[Any] = getattr(getattr(error, "__cause__", None), "errors", list)()
    try:
        return any(isnan(float(each["input"])) for each in found)
    except (TypeError, ValueError):
        return False
