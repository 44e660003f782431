"""A TOML file somebody wrote, read against a pydantic model: the model, or every mistake by line.

Syntax, shape and sense are looked at in one go: nobody has to mend a file one mistake at a time. A `key = value` line
that is not TOML is set aside and the reading goes on; what depends on it is then not judged.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from engine.core.plan import Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import Finding, key_text
from engine.wire.shape import fit
from engine.wire.toml_lines import line_of, locate

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
SYNTAX_PROBLEMS_MAX: Final = 20

M = TypeVar("M", bound=BaseModel)
RawTable = dict[str, Any]
Sense = Callable[[RawTable], Iterable[Finding]]
"""Looks at a table of any shape whatever and names what contradicts itself; must not raise."""

_PLACE = re.compile(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", re.DOTALL)
_PAIR = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_SET_ASIDE = "set-aside"


def read_toml(text: str, source: str, model: type[M], sense: Sense) -> M:
    """`text` as a `model`; raises `BadFile` with every problem, which names the file as `source`."""
    text = text.removeprefix("\ufeff")
    if len(text) > FILE_BYTES_MAX or len(text.encode("utf-8", "replace")) > FILE_BYTES_MAX:
        raise BadFile((too_large(source),))

    table, text, problems = _parse(text, source)
    if table is None:
        raise BadFile(tuple(problems))

    read, findings = fit(model, table)
    if not problems:
        findings = [*findings, *sense(table)]
    if read is None or findings or problems:
        raise _bad_file(findings, problems, text, source)
    return read


def too_large(source: str) -> Problem:
    """The answer to a file above the limit, also for whoever can tell before reading it."""
    return Problem(
        source, 1, "", Name("文件超过 8 MiB", "the file is larger than 8 MiB"), Name("请拆分或精简", "make it smaller")
    )


def _parse(text: str, source: str) -> tuple[RawTable | None, str, list[Problem]]:
    """The table, the text it was read from (with unreadable lines set aside), and the problems of syntax."""
    problems: list[Problem] = []
    while len(problems) < SYNTAX_PROBLEMS_MAX:
        try:
            return tomllib.loads(text, parse_float=_exact), text, problems
        except RecursionError:
            problems.append(_syntax_problem(source, 1, "Nested too deep"))
            return None, text, problems
        except ValueError as error:  # TOMLDecodeError is one; so is a number with thousands of digits
            message, line = _place_of(str(error), text)
            problems.append(_syntax_problem(source, line, message))
            mended = _set_aside(text, line, message)
            if mended is None:
                return None, text, problems
            text = mended
    return None, text, problems


def _exact(number: str) -> Decimal:
    try:
        return Decimal(number)
    except InvalidOperation:  # an exponent no decimal can hold: not a number, which no key accepts
        return Decimal("NaN")


def _place_of(message: str, text: str) -> tuple[str, int]:
    """The bare message of a syntax error, and the line it speaks of."""
    found = _PLACE.match(message)
    if found is None:
        return message, 1
    lines = text.split("\n")
    line = int(found[2]) if found[2] else len(text.rstrip().split("\n"))
    if found[1].startswith("Unclosed"):  # the parser noticed too late: the mistake is where the list or table began
        line = next((n for n in range(line, 0, -1) if re.search(r"=\s*[\[{]", lines[n - 1])), line)
    return found[1], line


def _set_aside(text: str, line: int, message: str) -> str | None:
    """`text` without the offending value, or None when the mistake reaches beyond one `key = value` line."""
    lines = text.split("\n")
    pair = _PAIR.match(lines[line - 1])
    if pair is None or message.startswith("Unclosed"):
        return None
    is_second = message.startswith("Cannot overwrite")
    mended = "" if is_second else f'{pair[1]} = "{_SET_ASIDE}"'
    if lines[line - 1] == mended:
        return None
    lines[line - 1] = mended
    return "\n".join(lines)


def _syntax_problem(source: str, line: int, message: str) -> Problem:
    for start, what, fix in _SYNTAX_WORDS:
        if message.startswith(start):
            return Problem(source, line, "", what, fix)
    return Problem(
        source,
        line,
        "",
        Name(f"不是合法的 TOML（{message}）", f"not valid TOML ({message})"),
        Name("请改正这一行", "correct this line"),
    )


def _bad_file(findings: Iterable[Finding], problems: list[Problem], text: str, source: str) -> BadFile:
    lines = locate(text)
    unreadable = {problem.line for problem in problems}
    located = [_located(finding, lines, source) for finding in findings]
    judged = [problem for problem in located if problem.line not in unreadable]
    return BadFile(tuple(sorted([*problems, *judged], key=lambda problem: problem.line)))


def _located(finding: Finding, lines: dict[tuple[str | int, ...], int], source: str) -> Problem:
    what = finding.what
    if finding.other is not None:
        line = line_of(lines, finding.other)
        what = Name(f"{what.zh}（另一处在第 {line} 行）", f"{what.en} (the other is at line {line})")
    return Problem(source, line_of(lines, finding.path), key_text(finding.path), what, finding.fix)


_SYNTAX_WORDS: Final = (
    (
        "Unclosed",
        Name("括号没有闭合", "a bracket is never closed"),
        Name("请补上 ] 或 }，并检查逗号", "add the missing ] or }, and look for a missing comma"),
    ),
    (
        "Cannot overwrite",
        Name("同一个键写了两次", "the same key is written twice"),
        Name("请删去其中一个", "remove one of them"),
    ),
    (
        "Cannot declare",
        Name("同一个表写了两次", "the same table is written twice"),
        Name(
            "请合并；可重复的表用双层方括号，如 [[window]]",
            "join them; a table that repeats has double brackets, as in [[window]]",
        ),
    ),
    (
        "Expected '='",
        Name("键后面缺少等号", "there is no = after the key"),
        Name("请写成 键 = 值；含空格或中文的键须加引号", "write key = value; quote a key with spaces or Chinese"),
    ),
    (
        "Invalid value",
        Name("等号后面的值无法识别", "what follows the = is not a value"),
        Name('文字要加引号，如 "A"；列表写成 ["a", "b"]', 'put text in quotes, as in "A"; write a list as ["a", "b"]'),
    ),
    (
        "Illegal character",
        Name("有不允许的字符，或引号没有闭合", "a character that may not stand here, or a quote that is never closed"),
        Name("请用英文半角引号成对括起文字", 'close the text with a plain " on the same line'),
    ),
    (
        "Unterminated string",
        Name("引号没有闭合", "a quote is never closed"),
        Name('请补上 "', 'add the missing "'),
    ),
    (
        "Expected newline",
        Name("一行里有多余的内容", "there is something left over on this line"),
        Name("请每行只写一项，文字加引号", "write one key per line, and put text in quotes"),
    ),
    (
        "Expected ']",
        Name("表头的方括号没有闭合", "the brackets of a table heading do not match"),
        Name("请写成 [hall] 或 [[window]]", "write [hall] or [[window]]"),
    ),
    (
        "Invalid statement",
        Name("这一行不是键、表头或注释", "this line is no key, no table heading and no comment"),
        Name("注释以 # 开头；键写成 键 = 值", "begin a comment with #; write a key as key = value"),
    ),
    (
        "Nested too deep",
        Name("列表或表嵌套过深", "lists or tables are nested too deep"),
        Name("请减少嵌套", "nest less"),
    ),
)
