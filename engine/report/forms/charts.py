"""Charts as inline SVG: bars and a line, with their values written at them, readable in print and without colour."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from markupsafe import Markup, escape

_WIDTH, _HEIGHT, _TOP, _BOTTOM, _LEFT = 720, 240, 26, 30, 8
_DIGIT: Final = 10
_BAR_MAX: Final = 72
_GAP: Final = 12


@dataclass(frozen=True, slots=True)
class Bars:
    """One series of bars; `shown` are the values as people read them, for those that are written at their bar."""

    name: str
    style: str
    values: Sequence[float]
    shown: Sequence[str]


def bars(title: str, labels: Sequence[str], series: Sequence[Bars]) -> Markup:
    """Bars side by side over their labels; only the first series has its values written above it."""
    top = max((value for each in series for value in each.values), default=0) or 1
    slot = (_WIDTH - 2 * _LEFT) / max(1, len(labels))
    width = min(_BAR_MAX, slot * 0.8 / max(1, len(series)))
    step = _step(series[0].shown, slot)
    peak = max(range(len(labels)), key=lambda index: series[0].values[index], default=0)
    parts = []
    for place, each in enumerate(series):
        for index, value in enumerate(each.values):
            height = (_HEIGHT - _TOP - _BOTTOM) * value / top
            x = _LEFT + slot * (index + 0.5) + width * (place - len(series) / 2)
            y = _HEIGHT - _BOTTOM - height
            parts.append(
                f'<rect class="{each.style}" x="{x:.1f}" y="{y:.1f}" width="{width * 0.94:.1f}" height="{height:.1f}"/>'
            )
            if place == 0 and value and index % step == peak % step:
                centre = x + width * len(series) / 2
                parts.append(f'<text class="value" x="{centre:.1f}" y="{y - 5:.1f}">{escape(each.shown[index])}</text>')
    return _framed(title, [*parts, *_axis(labels, slot)])


def line(title: str, labels: Sequence[str], values: Sequence[float | None], shown: Sequence[str]) -> Markup:
    """Shares from 0 to 1 as a line; where there is no value the line is broken."""
    slot = (_WIDTH - 2 * _LEFT) / max(1, len(labels))
    step = _step(shown, slot)
    points = [
        None if value is None else (_LEFT + slot * (index + 0.5), _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value))
        for index, value in enumerate(values)
    ]
    parts = []
    for before, after in pairwise(points):
        if before and after:
            parts.append(f'<path class="line" d="M{before[0]:.1f} {before[1]:.1f}L{after[0]:.1f} {after[1]:.1f}"/>')
    for index, point in enumerate(points):
        if point:
            parts.append(f'<circle class="dot" cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3.5"/>')
            if index % step == 0:
                parts.append(
                    f'<text class="value" x="{point[0]:.1f}" y="{point[1] - 8:.1f}">{escape(shown[index])}</text>'
                )
    return _framed(title, [*parts, *_axis(labels, slot)])


def _step(texts: Sequence[str], slot: float) -> int:
    """Every how many texts there is room for one; a full-width letter takes nearly two digits."""
    widest = max((sum(1 + (letter > "\u2e7f") for letter in text) for text in texts), default=1)
    return max(1, math.ceil((widest * _DIGIT + _GAP) / slot))


def _axis(labels: Sequence[str], slot: float) -> list[str]:
    y = _HEIGHT - _BOTTOM
    parts = [f'<path class="axis" d="M{_LEFT} {y}H{_WIDTH - _LEFT}"/>']
    step = _step(labels, slot)
    for index, label in enumerate(labels):
        if index % step == 0:
            x = _LEFT + slot * (index + 0.5)
            parts.append(f'<text class="label" x="{x:.1f}" y="{y + 20}">{escape(label)}</text>')
    return parts


def _framed(title: str, parts: Sequence[str]) -> Markup:
    # Everything inside is made of numbers here, and of words that were escaped above.
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
