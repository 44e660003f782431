"""Where each key of a TOML text stands: the line numbers that `tomllib` does not give.

The text has been accepted by `tomllib` before, so this scanner checks nothing; it only has to know where a key begins
and where a value ends.
"""

import re
import tomllib
from contextlib import suppress

Step = str | int
Path = tuple[Step, ...]
"""Table and key names, and places in a list counted from 0: `("service", 2, "prefix")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_GAP = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN_VALUE = re.compile(r"[^,\]}#\n]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


def locate(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every table, key and list entry of a valid TOML text."""
    scanner = _Scanner(text.replace("\r\n", "\n"))
    with suppress(RecursionError):  # lists nested this deep are nobody's hall; the lines known so far will do
        scanner.scan()
    return scanner.lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest thing around it that stands in the text; 1 when nothing does."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._counted_to = 0
        self._line = 1
        self._lengths: dict[Path, int] = {}
        """How many `[[…]]` tables there are so far under each path."""

    def scan(self) -> None:
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            if self._take("[["):
                table = self._header(is_list=True)
            elif self._take("["):
                table = self._header(is_list=False)
            else:
                self._pair(table)

    def _header(self, *, is_list: bool) -> Path:
        line = self._line_here()
        keys = self._dotted_key()
        self._at += 2 if is_list else 1
        path: Path = ()
        for key in keys[:-1]:
            path = self._entered((*path, key))
            self.lines.setdefault(path, line)
        path = (*path, keys[-1])
        self.lines.setdefault(path, line)
        if is_list:
            self._lengths[path] = self._lengths.get(path, 0) + 1
            path = self._entered(path)
            self.lines[path] = line
        return path

    def _entered(self, path: Path) -> Path:
        """`path` itself, or the newest table of the list that stands there."""
        return (*path, self._lengths[path] - 1) if path in self._lengths else path

    def _pair(self, table: Path) -> None:
        line = self._line_here()
        path = table
        for key in self._dotted_key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self._take("=")
        self._skip(_GAP)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._take("["):
            self._list(path)
        elif self._take("{"):
            self._inline_table(path)
        elif not self._skip_string():
            self._skip(_PLAIN_VALUE)

    def _list(self, path: Path) -> None:
        place = 0
        while self._skip(_BLANK) < len(self._text) and not self._take("]"):
            self.lines[(*path, place)] = self._line_here()
            self._value((*path, place))
            self._skip(_BLANK)
            self._take(",")
            place += 1

    def _inline_table(self, path: Path) -> None:
        while self._skip(_BLANK) < len(self._text) and not self._take("}"):
            self._pair(path)
            self._skip(_BLANK)
            self._take(",")

    def _dotted_key(self) -> list[str]:
        keys = [self._key()]
        while self._skip(_GAP) < len(self._text) and self._take("."):
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        start = self._skip(_GAP)
        if self._skip_string():
            key: str = tomllib.loads(f"key = {self._text[start : self._at]}")["key"]
            return key
        return self._text[start : self._skip(_BARE_KEY)]

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _skip_string(self) -> bool:
        start = self._at
        return self._skip(_STRING) > start

    def _take(self, token: str) -> bool:
        found = self._text.startswith(token, self._at)
        self._at += len(token) if found else 0
        return found

    def _line_here(self) -> int:
        self._line += self._text.count("\n", self._counted_to, self._at)
        self._counted_to = self._at
        return self._line
