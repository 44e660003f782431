"""Pages of the reference say what the program does: every command and option, every property, every drawn page."""

import re
from typing import Any

import typer

from engine import verify
from engine.cli import make_app
from tests import generated
from tests.docs.pages import ROOT, headings

CLI = ROOT / "docs" / "reference" / "cli.md"
VERIFY = ROOT / "docs" / "reference" / "verify.md"


def test_pages_drawn_from_the_code_are_fresh() -> None:
    assert generated.stale() == []


def test_every_command_has_its_section_and_no_section_is_left_over() -> None:
    named = [words.split("`")[1].split()[1] for level, words in headings(CLI) if level == 2 and "`jiaohao " in words]

    assert sorted(named) == sorted(_commands())


def test_every_option_and_argument_is_named_with_its_command() -> None:
    text = CLI.read_text("utf-8")
    sections = {part.split(maxsplit=1)[0].rstrip("`"): part for part in text.split("\n## `jiaohao ")[1:]}

    for name, command in _commands().items():
        heading, _, body = sections[name].partition("\n")
        options = {option for row in body.splitlines() if row.startswith("| `--") for option in _options(row)}
        arguments = [each.metavar for each in command.params if _is_argument(each)]

        assert options == {option for each in command.params if not _is_argument(each) for option in _names(each)}, name
        assert all(argument in heading for argument in arguments), (heading, arguments)


def test_every_property_that_verify_names_is_on_its_page() -> None:
    source = (ROOT / "engine" / "verify.py").read_text("utf-8")
    used = set(re.findall(r'"(S\d+)"', source))
    checked = set(re.findall(r"^\| (S\d+) \|", VERIFY.read_text("utf-8").split("## Not in a journal")[0], re.M))

    assert checked == used
    assert str(verify.VIOLATIONS_MAX) in VERIFY.read_text("utf-8")


def _commands() -> dict[str, Any]:
    """The commands as typer sees them; its classes of them are its own affair."""
    group: Any = typer.main.get_command(make_app())
    return dict(group.commands)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _names(parameter: Any) -> list[str]:
    return [name for name in parameter.opts if name.startswith("--") and name != "--help"]


def _options(row: str) -> list[str]:
    return re.findall(r"--[a-z-]+", row.split("|")[1])
