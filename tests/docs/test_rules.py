"""The page of the rules names every setting, order and refusal where it belongs, and shows each rule at work."""

import re
from collections import defaultdict
from typing import Any, Final

import pytest
from pydantic.fields import FieldInfo

from engine.core import commands
from engine.core.refusals import Refusal
from engine.http import problems
from engine.report import refusals as report_refusals
from engine.wire.hall_tables import HallFile, NameTable
from engine.wire.shape import model_at
from tests.core.test_refusals import ALL, OF_THE_ENGINE, every_case, refused
from tests.docs.pages import ROOT

RULES: Final = (ROOT / "docs" / "reference" / "rules.md").read_text("utf-8")
SECTIONS: Final = {part.split("\n")[0]: part for part in re.split(r"^### ", RULES, flags=re.M)[1:]}

_LINE: Final = r"{word} [^:\n]*: ((?:`[^`]+`(?:\\\*)?(?:, (?=`))?)+)"
_SETTING: Final = re.compile(r"`([a-z_.]+)(?: = ([^`]+))?`\\?(\*?)")

DESCRIBING: Final = {"id", "name", "region", "timezone", "zone", "group", "number", "day", "site"}
"""What says which thing it is, and is no rule."""
OF_THE_DOOR: Final[tuple[type[Refusal], ...]] = (
    problems.PersonalWords,
    problems.OtherWindow,
    problems.OtherClerk,
    problems.OtherDevice,
    problems.ProofWrong,
    problems.LaneNeedsStaff,
    problems.TooManyAttempts,
    problems.BadTable,
)
"""The rules that the HTTP door keeps; its other refusals are about requests."""
OF_REPORTS: Final = [each for each in Refusal.__subclasses__() if each.__module__ == report_refusals.__name__]


def settings(*tables: str) -> dict[str, FieldInfo]:
    """Every setting of a hall file by its path: `service.booking.per_slot`."""
    model = model_at(HallFile, tables)
    assert model is not None
    found: dict[str, FieldInfo] = {}
    for key, field in model.model_fields.items():
        if tables and key not in DESCRIBING:
            found[".".join((*tables, key))] = field
        if model_at(HallFile, (*tables, key)) not in (None, NameTable):
            found |= settings(*tables, key)
    return found


def named(word: str, section: str = RULES) -> list[str]:
    """What stands between backticks behind a word such as `Orders`."""
    return [each for line in re.findall(_LINE.format(word=word), section) for each in re.findall(r"`([^`]+)`", line)]


def default_of(path: str, field: FieldInfo) -> str:
    """The default as the page says it; empty where there is none."""
    default: Any = field.default
    if field.is_required() or default is None:
        return ""
    if path in ("lane.rate", "service.mean_minutes"):
        return str(default // 1_000)
    return str(default).lower()


SETTINGS: Final = {path: field for path, field in settings().items() if path != "zone.kind"}
NAMED: Final = {
    path: (default, star)
    for line in re.findall(_LINE.format(word="Settings"), RULES)
    for path, default, star in _SETTING.findall(line)
}
"""Each setting that is named, with the default that is said of it, and a star when it must be written."""
ORDERS: Final = [name for name in commands.__all__ if name != "Command"]
OF_THE_CORE: Final = sorted({each.code for each in ALL})
BESIDE_THE_CORE: Final = sorted({each.code for each in (*OF_REPORTS, *OF_THE_DOOR)} | OF_THE_ENGINE)


@pytest.fixture(scope="module")
def orders_of() -> dict[str, set[str]]:
    """Per refusal of the core, the orders that are known to meet it."""
    met = defaultdict(set)
    for before, command in every_case():
        met[refused(before, command).code].add(type(command).__name__)
    return met


def test_every_setting_is_named_with_a_rule_and_none_besides() -> None:
    assert NAMED.keys() == SETTINGS.keys()


@pytest.mark.parametrize("path", SETTINGS)
def test_a_setting_is_named_with_its_default_and_a_star_when_it_must_be_written(path: str) -> None:
    field = SETTINGS[path]

    assert NAMED.get(path) == (default_of(path, field), "*" if field.is_required() else "")


@pytest.mark.parametrize("code", OF_THE_CORE)
def test_every_refusal_is_named_with_a_rule_whose_order_meets_it(code: str, orders_of: dict[str, set[str]]) -> None:
    rules = [section for section in SECTIONS.values() if code in named("Refusals", section)]

    assert rules
    assert code in OF_THE_ENGINE or any(orders_of[code] & {*named("Orders", section)} for section in rules)


@pytest.mark.parametrize("code", BESIDE_THE_CORE)
def test_every_refusal_beside_the_core_is_named_with_a_rule(code: str) -> None:
    assert code in named("Refusals")


def test_no_refusal_is_named_that_nobody_says() -> None:
    assert {*named("Refusals")} - {*OF_THE_CORE, *BESIDE_THE_CORE} == set()


def test_every_order_is_named_with_a_rule_and_none_besides() -> None:
    assert {*named("Orders")} == {*ORDERS}


@pytest.mark.parametrize("heading", SECTIONS)
def test_every_rule_has_a_sentence_in_both_languages_and_an_example(heading: str) -> None:
    section = SECTIONS[heading]
    sentence = section.split("\n\n")[1]

    assert re.search(r"[A-Za-z].* · [\u4e00-\u9fff]", heading)
    assert re.search(r"[a-z]{3}.*\.", sentence, re.S)
    assert re.search(r"[\u4e00-\u9fff].*。", sentence, re.S)
    assert "```python\n>>> " in section
