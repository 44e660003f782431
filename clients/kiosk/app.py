"""The kiosk as an app of the hall."""

from pathlib import Path
from typing import Final

from engine.wire.extension import App, Page

_HERE: Final = Path(__file__).parent

APP: Final = App(
    name="kiosk",
    templates=_HERE / "templates",
    static=_HERE / "static",
    pages=(Page("/kiosk/{id}", "kiosk.html"),),
)
