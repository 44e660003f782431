"""Text as dots: sixteen rows, as many columns as the words need, each dot lit or dark."""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

ROWS: Final = 16
FONTS: Final = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/unifont/unifont.ttf",
    "C:/Windows/Fonts/simsun.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
)
"""Fonts with Hanzi, those that read best at sixteen dots first."""

_TALLEST = "热情为您服务国号窗口A0"
_SIMPLIFIED = 2
"""Noto's collection holds one face per script; the third is that of simplified Chinese."""


class NoFont(LookupError):
    """This machine has no font with Hanzi."""


class Typeface:
    """A font at the largest size whose signs fit into sixteen dots."""

    def __init__(self, path: Path | None = None) -> None:
        file = path or next((Path(font) for font in FONTS if Path(font).exists()), None)
        if file is None or not file.exists():
            raise NoFont(str(path or "install a font with Hanzi, for example fonts-noto-cjk, or name one with --font"))
        face = _SIMPLIFIED if file.name.startswith("Noto") and file.suffix == ".ttc" else 0
        for size in range(ROWS, 7, -1):
            self._font = ImageFont.truetype(str(file), size, index=face)
            _, top, _, bottom = self._font.getbbox(_TALLEST, mode="1")
            if bottom - top <= ROWS:
                self._y = (ROWS - (bottom - top)) // 2 - top
                return
        raise NoFont(f"{file} has no signs of sixteen dots")

    def dots(self, text: str) -> Image.Image:
        """A black and white picture of the text, one pixel per dot, sixteen high and as wide as its words."""
        picture = Image.new("1", (max(1, round(self._font.getlength(text, mode="1"))), ROWS))
        pen = ImageDraw.Draw(picture)
        pen.fontmode = "1"  # a dot is lit or it is not
        pen.text((0, self._y), text, font=self._font, fill=1)
        return picture
