"""The console as an app of the hall."""

from pathlib import Path
from typing import Final

from engine.wire.extension import App, Page

_HERE: Final = Path(__file__).parent

APP: Final = App(
    name="console",
    templates=_HERE / "templates",
    static=_HERE / "static",
    pages=(Page("/window/{id}", "console.html"),),
)
