"""The reference of the hall file knows every key and every problem."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from engine.wire.hall_file import read_hall
from engine.wire.hall_tables import HallFile
from engine.wire.shape import model_at
from tests.wire import test_hall_file_sense, test_hall_file_shape, test_hall_file_syntax
from tests.wire.hall_texts import Mistake, problems_of, spoilt

REFERENCE = (Path(__file__).parents[2] / "docs/reference/hall-file.md").read_text("utf-8")
MISTAKES = (*test_hall_file_shape.MISTAKES, *test_hall_file_sense.MISTAKES, *test_hall_file_syntax.MISTAKES)


def table_model(table: str) -> type[BaseModel]:
    model = model_at(HallFile, (table,))
    assert model is not None
    return model


KEYS = [(table, key) for table in HallFile.model_fields for key in table_model(table).model_fields]


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_every_key_is_described_with_its_default(table: str, key: str) -> None:
    row = next(line for line in section_of(table).splitlines() if line.startswith(f"| `{key}` |"))

    _, type_, default, _ = (cell.strip() for cell in row.strip("|").split("|"))

    field = table_model(table).model_fields[key]
    assert ("required" in default) == field.is_required()
    assert all(str(bound) in type_ for rule in field.metadata for bound in bounds_of(rule))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
def test_every_problem_is_listed(mistake: Mistake) -> None:
    (problem,) = problems_of(spoilt(mistake.right, mistake.wrong))
    what = re.sub(r" \(the other .*\)", "", problem.what.en)
    what = re.sub(r'"[^"]*"', '"…"', what)

    sentence = re.sub(r"\d+", "N", what)

    assert sentence in REFERENCE.split("## Problems")[1]


def test_example_of_the_reference_reads_as_it_stands() -> None:
    example = REFERENCE.split("```toml\n")[1].split("```")[0]

    assert read_hall(example, "hall.toml").hall_id == "our-hall"


def section_of(table: str) -> str:
    """What the reference says under the heading of a table."""
    found = re.search(rf"^## `\[+{table}\]+`$(.*?)^## ", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, f"no heading for {table}"
    return found[1]


def bounds_of(rule: object) -> list[int]:
    """The limits a rule of a field sets, as far as it is one of numbers."""
    return [bound for name in ("ge", "le") if isinstance(bound := getattr(rule, name, None), int)]
