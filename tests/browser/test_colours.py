"""The colours of every page: enough contrast for eyes of seventy-five."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "engine" / "http" / "static" / "shared" / "tokens.css"


@pytest.mark.parametrize("theme", [":root", ':root[data-theme="dark"]'])
@pytest.mark.parametrize(
    ("words", "ground", "ratio"),
    [
        ("ink", "paper", 7), ("ink", "ground", 7), ("on-lamp", "lamp", 7), ("on-fill", "fill", 7),
        ("ink-soft", "paper", 4.5), ("ink-soft", "ground", 4.5), ("alarm", "alarm-ground", 4.5),
        ("line-strong", "paper", 3), ("focus", "paper", 3), ("focus", "ground", 3),
    ],
)  # fmt: skip
def test_colours_keep_their_contrast(theme: str, words: str, ground: str, ratio: float) -> None:
    """WCAG 2.2: AAA for text and numbers, AA for what is said softly, 3:1 for edges and the focus."""
    colours = _colours(":root") | _colours(theme)

    assert _contrast(colours[words], colours[ground]) >= ratio


def _colours(selector: str) -> dict[str, str]:
    block = TOKENS.read_text("utf-8").split(f"\n{selector} {{", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
