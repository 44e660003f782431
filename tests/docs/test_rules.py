"""The page of the rules names every setting, every order and every refusal, and shows each rule at work."""

import re
from typing import Final

import pytest

from engine.core import commands
from engine.core.refusals import Refusal
from engine.report import refusals as report_refusals
from engine.wire.hall_tables import HallFile, NameTable
from engine.wire.shape import model_at
from tests.core.test_refusals import ALL
from tests.docs.pages import ROOT

RULES: Final = (ROOT / "docs" / "reference" / "rules.md").read_text("utf-8")
SECTIONS: Final = {part.split("\n")[0]: part for part in re.split(r"^### ", RULES, flags=re.M)[1:]}
LINES: Final = "\n".join(line for line in RULES.splitlines() if line.startswith("Settings "))
NAMED: Final = dict(re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)(?: = ([^`]+))?`", LINES))
"""Each setting that is named, with the default that is said of it."""

DESCRIBING: Final = {"id", "name", "region", "timezone", "zone", "group", "number", "day", "site"}
"""What says which thing it is, and is no rule."""


def settings(*tables: str) -> dict[str, object]:
    """Every setting of a hall file with its default, by its path: `service.booking.per_slot`."""
    model = model_at(HallFile, tables)
    assert model is not None
    found: dict[str, object] = {}
    for key, field in model.model_fields.items():
        if tables and key not in DESCRIBING:
            found[".".join((*tables, key))] = field.default
        if model_at(HallFile, (*tables, key)) not in (None, NameTable):
            found |= settings(*tables, key)
    return found


OF_REPORTS: Final = [each for each in Refusal.__subclasses__() if each.__module__ == report_refusals.__name__]
SETTINGS: Final = {path: default for path, default in settings().items() if path != "zone.kind"}
REFUSALS: Final = sorted({each.code for each in (*ALL, *OF_REPORTS)})


def test_every_setting_is_named_with_a_rule_and_none_besides() -> None:
    assert NAMED.keys() == SETTINGS.keys()


@pytest.mark.parametrize("path", [path for path, default in NAMED.items() if default])
def test_default_is_the_one_of_the_hall_file(path: str) -> None:
    default = SETTINGS[path]
    scale = 1_000 if path in ("lane.rate", "service.mean_minutes") else 1
    said = (
        str(default // scale)
        if type(default) is int
        else str(default).lower()
        if type(default) is bool
        else str(default)
    )

    assert NAMED[path] == said


@pytest.mark.parametrize("code", REFUSALS)
def test_every_refusal_is_named_with_a_rule(code: str) -> None:
    assert f"`{code}`" in RULES


@pytest.mark.parametrize("order", [name for name in commands.__all__ if name != "Command"])
def test_every_order_is_named_with_a_rule(order: str) -> None:
    assert f"`{order}`" in RULES


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_rule_has_a_sentence_in_both_languages_and_an_example(heading: str) -> None:
    section = SECTIONS[heading]
    sentence = section.split("\n\n")[1]

    assert re.search(r"[a-z]{3}.*\.", sentence, re.S)
    assert re.search(r"[\u4e00-\u9fff].*。", sentence, re.S)
    assert "```python\n>>> " in section
