"""How a strip of light-emitting diodes looks, drawn dot by dot: one picture, or a moving one that blinks or scrolls."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image, ImageDraw

from displays.led.dots import ROWS

Colour = Literal["red", "amber"]
RGB = tuple[int, int, int]

LIT: Final[dict[Colour, RGB]] = {"red": (255, 48, 32), "amber": (255, 168, 24)}
DIM: Final = 0.45
"""Brightness of a strip that no longer hears the hall."""
DARK: Final[RGB] = (34, 26, 24)
BODY: Final[RGB] = (8, 8, 8)
PITCH: Final = 6
DOT: Final = 5
BEZEL: Final = 6

BLINKS: Final = 5
BLINK_MS: Final = 400
SCROLL_MS: Final = 60
SCROLL_STEP: Final = 4
REST_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Frame:
    """What the dots show for how long."""

    dots: Image.Image
    lasts_ms: int


def frames(text: Image.Image, columns: int, *, is_flashing: bool, is_stale: bool) -> list[Frame]:
    """The text on a strip of `columns` dots: centred when it fits, else scrolling; blinking first when it is a call.

    A stale strip does neither, and has a dotted line along its lower edge.
    """
    still = _placed(text, columns)
    if is_stale:
        ImageDraw.Draw(still).point([(x, ROWS - 1) for x in range(0, columns, 4)], fill=1)
        return [Frame(still, REST_MS)]
    blank = Image.new("1", (columns, ROWS))
    blinking = [Frame(dots, BLINK_MS) for _ in range(BLINKS if is_flashing else 0) for dots in (still, blank)]
    return [*blinking, Frame(still, REST_MS), *(_scrolling(text, columns) if text.width > columns else ())]


def _placed(text: Image.Image, columns: int) -> Image.Image:
    strip = Image.new("1", (columns, ROWS))
    strip.paste(text, (max(0, (columns - text.width) // 2), 0))
    return strip


def _scrolling(text: Image.Image, columns: int) -> list[Frame]:
    """The text moving out to the left and coming in again from the right."""
    scrolled = []
    for x in [*range(0, -text.width, -SCROLL_STEP), *range(columns, 0, -SCROLL_STEP)]:
        strip = Image.new("1", (columns, ROWS))
        strip.paste(text, (x, 0))
        scrolled.append(Frame(strip, SCROLL_MS))
    return scrolled


def to_png(frames: Sequence[Frame], colour: Colour, *, is_dim: bool = False, repeats: bool = False) -> bytes:
    """The strip as a PNG; of several frames an animated one, whose first frame is what an older viewer shows.

    It stops on its last frame unless it `repeats`.
    """
    lit = LIT[colour]
    if is_dim:
        lit = (round(lit[0] * DIM), round(lit[1] * DIM), round(lit[2] * DIM))
    pictures = [_lamps(frame.dots, lit) for frame in frames]
    file = io.BytesIO()
    pictures[0].save(
        file,
        "PNG",
        save_all=len(pictures) > 1,
        append_images=pictures[1:],
        duration=[frame.lasts_ms for frame in frames],
        loop=0 if repeats else 1,
    )
    return file.getvalue()


def _lamps(dots: Image.Image, lit: RGB) -> Image.Image:
    size = dots.width * PITCH, dots.height * PITCH
    picture = Image.composite(_lattice(size, lit), _lattice(size, DARK), dots.resize(size, Image.Resampling.NEAREST))
    strip = Image.new("RGB", (size[0] + 2 * BEZEL, size[1] + 2 * BEZEL), BODY)
    strip.paste(picture, (BEZEL, BEZEL))
    return strip


def _lattice(size: tuple[int, int], colour: RGB) -> Image.Image:
    """A whole strip of round lamps of one colour."""
    row = Image.new("RGB", (size[0], PITCH), BODY)
    pen = ImageDraw.Draw(row)
    for x in range(0, size[0], PITCH):
        pen.ellipse((x, 0, x + DOT - 1, DOT - 1), fill=colour)
    lattice = Image.new("RGB", size)
    for y in range(0, size[1], PITCH):
        lattice.paste(row, (0, y))
    return lattice
