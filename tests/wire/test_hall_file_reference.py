"""The reference of the hall file knows every key and every problem."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from engine.core.plan import THOUSANDTHS
from engine.wire.hall_file import read_hall
from engine.wire.hall_tables import HallFile, NameTable
from engine.wire.shape import model_at
from tests.wire import (
    test_hall_file_sense,
    test_hall_file_settings,
    test_hall_file_shape,
    test_hall_file_syntax,
)
from tests.wire.every_key import EVERY_KEY
from tests.wire.hall_texts import Mistake, problems_of

REFERENCE = (Path(__file__).parents[2] / "docs/reference/hall-file.md").read_text("utf-8")
MISTAKES = (
    *test_hall_file_shape.MISTAKES,
    *test_hall_file_sense.MISTAKES,
    *test_hall_file_settings.MISTAKES,
    *test_hall_file_syntax.MISTAKES,
)


def keys_below(*tables: str) -> Iterator[tuple[str, str, FieldInfo]]:
    """Each key with the table it stands in, as its heading writes it: `service.booking`."""
    model = model_at(HallFile, tables)
    assert model is not None
    for key, field in model.model_fields.items():
        if tables:
            yield ".".join(tables), key, field
        if model_at(HallFile, (*tables, key)) not in (None, NameTable):
            yield from keys_below(*tables, key)


KEYS = [*keys_below()]


@pytest.mark.parametrize(("table", "key", "field"), KEYS)
def test_every_key_is_described_with_its_default(table: str, key: str, field: FieldInfo) -> None:
    row = next(line for line in section_of(table).splitlines() if line.startswith(f"| `{key}` |"))

    _, type_, default, _ = (cell.strip() for cell in row.strip("|").split("|"))

    assert ("required" in default) == field.is_required()
    assert all(str(bound) in type_.replace(",", "") for rule in field.metadata for bound in bounds_of(rule))
    if isinstance(field.default, bool | str) or (isinstance(field.default, int) and field.annotation is int):
        assert f"`{str(field.default).lower()}`" in default or scaled(field.default) in default


def scaled(default: object) -> str:
    """A default kept in thousandths, as the file writes it."""
    return f"`{default // THOUSANDTHS}`" if isinstance(default, int) else ""


def test_file_of_every_key_has_each_of_them() -> None:
    raw = tomllib.loads(EVERY_KEY)

    missing = [f"{table}.{key}" for table, key, _ in KEYS if not any(key in found for found in tables_at(raw, table))]

    assert missing == ["catalogue.file", "profile.serves"]  # the one names another file, the other rules tiers out


def tables_at(raw: dict[str, Any], table: str) -> list[dict[str, Any]]:
    """The tables under a heading such as `policy.rule`."""
    found = [raw]
    for step in table.split("."):
        below = [each[step] for each in found if step in each]
        found = [entry for entries in below for entry in (entries if isinstance(entries, list) else [entries])]
    return found


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.rule)
def test_every_problem_is_listed(mistake: Mistake) -> None:
    (problem,) = problems_of(mistake.spoilt)
    what = re.sub(r" \(the other .*\)", "", problem.what.en)
    what = re.sub(r'"[^"]*"', '"…"', what)

    sentence = re.sub(r"\d+", "N", what)

    assert sentence in REFERENCE.split("## Problems")[1]


def test_example_of_the_reference_reads_as_it_stands() -> None:
    example = REFERENCE.split("```toml\n")[1].split("```")[0]

    assert read_hall(example, "hall.toml").hall_id == "our-hall"


def section_of(table: str) -> str:
    """What the reference says under the heading of a table."""
    found = re.search(rf"^## `\[+{re.escape(table)}\]+`$(.*?)^## ", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, f"no heading for {table}"
    return found[1]


def bounds_of(rule: object) -> list[int]:
    """The limits a rule of a field sets, as far as it is one of numbers."""
    return [bound for name in ("ge", "le") if isinstance(bound := getattr(rule, name, None), int)]
