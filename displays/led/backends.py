"""Where a strip's words go: a picture file, or the terminal. A controller of real lamps is one more such class."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from displays.led.strip import Showing


class Backend(Protocol):
    def show(self, showing: Showing) -> None:
        """Put the words on the strip and return when they are there; raises `OSError` when they are not."""


class TextBackend:
    """One line in the terminal per change."""

    def __init__(self, write: Callable[[str], None] = print) -> None:
        self._write = write

    def show(self, showing: Showing) -> None:
        marks = " ✦" * showing.is_flashing + " (无信号 no signal)" * showing.is_stale
        self._write(f"{datetime.now():%H:%M:%S} {showing.window_id} [{showing.text}]{marks}")


class PngBackend:
    """`{window}.png` in a folder, replaced in one step, so that whoever looks never sees half a picture."""

    def __init__(self, folder: Path, columns: int, colour: str, font: Path | None = None) -> None:
        from displays.led.dots import Typeface
        from displays.led.picture import LIT

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._columns = columns
        self._colour = next(known for known in LIT if known == colour)
        self._typeface = Typeface(font)

    def show(self, showing: Showing) -> None:
        from displays.led.picture import frames, to_png

        text = self._typeface.dots(showing.text)
        drawn = frames(text, self._columns, is_flashing=showing.is_flashing, is_stale=showing.is_stale)
        repeats = text.width > self._columns and not showing.is_stale
        half = self._folder / f"{showing.window_id}.part"
        half.write_bytes(to_png(drawn, self._colour, is_dim=showing.is_stale, repeats=repeats))
        half.replace(self._folder / f"{showing.window_id}.png")
