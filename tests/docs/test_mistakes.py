"""The page of others' mistakes has all twelve, each with a test of the rule and a wrong variant that is there."""

import ast
import re
from typing import Final

import pytest

from tests.docs.pages import ROOT

PAGE: Final = ROOT / "docs" / "explanation" / "mistakes-of-others.md"
ROWS: Final = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| ") and "::" in line
]
MISTAKES: Final = (
    "newest ticket",
    "department A",
    "green channel",
    "max() + 1",
    "lunch",
    "recall",
    "newest message",
    "failed sound",
    "never printed",
    "60 minutes",
    "every hall is empty",
    "before the commit",
)


def test_each_of_the_twelve_has_a_row() -> None:
    assert len(ROWS) == len(MISTAKES)
    for row, words in zip(ROWS, MISTAKES, strict=True):
        assert words in row[0]


@pytest.mark.parametrize("row", ROWS, ids=MISTAKES)
def test_each_mistake_is_told_in_both_languages_with_tests_that_are_there(row: list[str]) -> None:
    mistake, answer, tests, variants = row

    assert re.search(r"[\u4e00-\u9fff]", mistake)
    assert answer.endswith(".")
    for named in (tests, variants):
        pairs = re.findall(r"`(tests/[a-z_/]+\.py)::([a-z0-9_]+)`", named)
        assert pairs
        assert named == ", ".join(f"`{path}::{name}`" for path, name in pairs)
        assert [f"{path}::{name}" for path, name in pairs if name not in _functions(path)] == []


@pytest.mark.parametrize("row", ROWS, ids=MISTAKES)
def test_each_wrong_variant_is_tried(row: list[str]) -> None:
    """A variant that stands in no list of mutants would be a promise and no test."""
    for path, name in re.findall(r"`(tests/[a-z_/]+\.py)::([a-z0-9_]+)`", row[3]):
        source = (ROOT / path).read_text("utf-8")
        uses = len(re.findall(rf"\b{name}\b", source))
        assert name.startswith("test_") or uses > 1, f"{path}::{name}"


def _functions(path: str) -> set[str]:
    """The functions of a module, its test methods too; empty when there is no such module."""
    file = ROOT / path
    if not file.is_file():
        return set()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
