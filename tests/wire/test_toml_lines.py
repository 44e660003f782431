"""Every key of a TOML text is found on the line where it stands."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from engine.halls import shipped_halls, shipped_text
from engine.wire.toml_lines import Path, line_of, locate

TEXT = '''\
top = 1
"quoted key" = 2   # a = comment

[plain]
text = """
not = a key
[[nor]] a "table" \\"""
"""
raw = \'\'\'
a ] = b\'\'\'\'
list = [ # [
  "one, ]", 'two',

  { deep = [1,
    2], more.dotted = 07:30:00 },
]
after.the = { list = "{", next = 1979-05-27 07:32:00 }
[[many]]
id = "a"
[many.below]
x = 1
[[many.lists]]
y = ""
[[many]]
id = \'\'
[[many.lists]]
y = -inf
[[many.lists]]
y = 1_000
'''

LINES = {
    ("top",): 1,
    ("quoted key",): 2,
    ("plain",): 4,
    ("plain", "text"): 5,
    ("plain", "raw"): 9,
    ("plain", "list"): 11,
    ("plain", "list", 0): 12,
    ("plain", "list", 1): 12,
    ("plain", "list", 2): 14,
    ("plain", "list", 2, "deep"): 14,
    ("plain", "list", 2, "deep", 0): 14,
    ("plain", "list", 2, "deep", 1): 15,
    ("plain", "list", 2, "more"): 15,
    ("plain", "list", 2, "more", "dotted"): 15,
    ("plain", "after"): 17,
    ("plain", "after", "the"): 17,
    ("plain", "after", "the", "list"): 17,
    ("plain", "after", "the", "next"): 17,
    ("many",): 18,
    ("many", 0): 18,
    ("many", 0, "id"): 19,
    ("many", 0, "below"): 20,
    ("many", 0, "below", "x"): 21,
    ("many", 0, "lists"): 22,
    ("many", 0, "lists", 0): 22,
    ("many", 0, "lists", 0, "y"): 23,
    ("many", 1): 24,
    ("many", 1, "id"): 25,
    ("many", 1, "lists"): 26,
    ("many", 1, "lists", 0): 26,
    ("many", 1, "lists", 0, "y"): 27,
    ("many", 1, "lists", 1): 28,
    ("many", 1, "lists", 1, "y"): 29,
}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_way_of_writing_a_key_is_found_on_its_line(ending: str) -> None:
    text = TEXT.replace("\n", ending)

    assert set(paths_of(tomllib.loads(text))) == set(LINES)
    assert locate(text) == LINES


@pytest.mark.parametrize("hall", shipped_halls())
def test_every_key_of_a_shipped_hall_is_found_on_a_line_that_has_it(hall: str) -> None:
    text = shipped_text(hall)
    text_lines = text.split("\n")

    lines = locate(text)

    assert set(lines) == set(paths_of(tomllib.loads(text)))
    assert all(str(path[-1]) in text_lines[line - 1] for path, line in lines.items() if isinstance(path[-1], str))


def test_key_that_is_not_there_is_where_its_table_is() -> None:
    assert line_of(LINES, ("many", 1, "name", "zh")) == 24


def test_table_that_is_not_there_is_the_whole_file() -> None:
    assert line_of(LINES, ("hall", "id")) == 1


def paths_of(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every path in a parsed TOML document."""
    if path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield from paths_of(below, (*path, step))
