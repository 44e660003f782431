"""What the page is made of: tables, and plots with a sentence that says what to see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.core.plan import Name

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")
Drawing = dict[str, Any]
"""Traces and layout as plotly takes them."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under headings; the first column names the row."""

    columns: Sequence[Name]
    rows: Sequence[Sequence[Name]]


@dataclass(frozen=True, slots=True)
class Plot:
    """One picture: its key in the page, what it shows, what to see in it, the same as a table.

    `height` is in pixels of the screen; a table that is `is_open` is printed.
    """

    key: str
    title: Name
    see: Name
    table: Table
    drawings: Mapping[Language, Drawing]
    height: int = 380
    is_open: bool = False


def said(name: Name, language: Language) -> str:
    """A name in one language.

    >>> said(Name("大厅", "Hall"), "en")
    'Hall'
    """
    return name.en if language == "en" else name.zh
