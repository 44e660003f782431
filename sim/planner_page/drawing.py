"""How plots look: colours that everybody can tell apart and that print without colour, one type, one time axis."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from engine.core.plan import Name
from sim.planner_page.parts import Drawing, Language, said
from sim.staffing.result import Slot

INK: Final = "#0f2430"
SOFT: Final = "#3a4d57"
LINE: Final = "#bcc8cd"
ALARM: Final = "#9b1209"
# M. Okabe and K. Ito, "Color Universal Design", 2008: told apart with any of the common kinds of colour vision.
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#6a7c85")
# A second sign beside colour, for grey paper and for more groups than colours.
PATTERNS: Final = ("", "/", ".", "x", "\\", "-", "|", "+")
TYPE: Final = '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif'
TEXT: Final = 16
_MINUTES: Final = 60
_NAME_MAX: Final = 14
_HOUR_STEPS: Final = ((9, 1), (18, 2))


def drawing(traces: Sequence[dict[str, Any]], **layout: Any) -> Drawing:
    """Traces in the house's look; `layout` adds to it."""
    shared: dict[str, Any] = {
        "font": {"family": TYPE, "size": TEXT, "color": INK},
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 64, "r": 16, "t": 16, "b": 56},
        "hovermode": "x unified",
        "hoverlabel": {"font": {"size": TEXT, "family": TYPE}},
        # On paper; on a screen the page writes the legend itself, which wraps on a phone.
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
        "separators": ".,",
    }  # fmt: skip
    return {"data": list(traces), "layout": shared | layout}


def time_axis(slots: Sequence[Slot], language: Language) -> dict[str, Any]:
    """The day from the first half hour to the last, in hours from midnight."""
    first, last = slots[0].start_minute / _MINUTES, slots[-1].end_minute / _MINUTES
    step = next((step for hours, step in _HOUR_STEPS if last - first <= hours), 3)
    hours = [hour for hour in range(int(first), int(last) + 1) if hour >= first and hour % step == 0]
    return {
        **axis(Name("时刻（时）", "Hour of the day"), language),
        "range": [first, last],
        "tickvals": hours,
        "ticktext": [str(hour) for hour in hours],
        "showgrid": False,
    }


def axis(title: Name, language: Language, **more: Any) -> dict[str, Any]:
    """An axis with a title, which may not be moved."""
    return {
        "title": {"text": said(title, language), "standoff": 8},
        "fixedrange": True,
        "gridcolor": LINE,
        "linecolor": SOFT,
        "zerolinecolor": SOFT,
        "automargin": True,
        **more,
    }


def hours_of(slots: Sequence[Slot]) -> list[float]:
    """Where half hours begin, in hours."""
    return [slot.start_minute / _MINUTES for slot in slots]


def middles_of(slots: Sequence[Slot]) -> list[float]:
    """The middles of half hours, in hours."""
    return [(slot.start_minute + slot.end_minute) / 2 / _MINUTES for slot in slots]


def labels_of(slots: Sequence[Slot]) -> list[str]:
    """Half hours in words: `08:30–09:00`."""
    return [f"{slot.label}–{slot.end_minute // _MINUTES:02d}:{slot.end_minute % _MINUTES:02d}" for slot in slots]


def mark(place: int) -> dict[str, Any]:
    """Colour and pattern of a group of windows by its place."""
    pattern = PATTERNS[(place % len(COLOURS) + place // len(COLOURS)) % len(PATTERNS)]
    return {
        "color": COLOURS[place % len(COLOURS)],
        "line": {"color": "#ffffff", "width": 1},
        "pattern": {
            "shape": pattern,
            "fillmode": "overlay",
            "fgcolor": INK,
            "fgopacity": 0.55,
            "size": 7,
            "solidity": 0.25,
        },
    }


def short(text: str) -> str:
    """A name that leaves room for the plot beside it.

    >>> short("1、2、5、8–11、14–19号窗口")
    '1、2、5、8–11、14…'
    """
    return text if len(text) <= _NAME_MAX else text[: _NAME_MAX - 1].rstrip("、, ") + "…"


def band(x: Sequence[float], low: Sequence[float | None], high: Sequence[float | None], colour: str) -> list[Drawing]:
    """What lies between two borders, without a word in the legend; open where there are no values."""
    border: dict[str, Any] = {
        "type": "scatter", "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip",
    }  # fmt: skip
    traces: list[Drawing] = []
    for is_known, run in groupby(zip(x, low, high, strict=True), key=lambda each: each[1] is not None):
        if is_known:
            at, lows, highs = (list(column) for column in zip(*run, strict=True))
            traces.append({**border, "x": at, "y": lows})
            traces.append({**border, "x": at, "y": highs, "fill": "tonexty", "fillcolor": _faint(colour)})
    return traces


def line(x: Sequence[float], y: Sequence[float | None], name: str, colour: str, **more: Any) -> Drawing:
    """A line with marks, broken where there is no value."""
    look = {"color": colour, "width": 3, **more.pop("line", {})}
    return {"type": "scatter", "mode": "lines+markers", "x": list(x), "y": list(y), "name": name, "line": look,
            "marker": {"size": 7, "color": colour}, "connectgaps": False, **more}  # fmt: skip


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.22)"
