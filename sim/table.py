"""The figures of a run as tables for people, on stderr."""

from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

HEADINGS: Final = (
    ("visitors", "人次\nvisitors"),
    ("served", "办结\nserved"),
    ("abandoned", "离开\nleft"),
    ("no_shows", "过号\nno-shows"),
    ("wait_mean_s", "平均等候\nmean"),
    ("wait_p50_s", "\nP50"),
    ("wait_p90_s", "\nP90"),
    ("within_target", "达标\nin time"),
)

MILLION: Final = 1_000_000


def print_figures(figures: dict[str, Any]) -> None:
    """One line for everybody, one per lane and per service, and how busy the windows were."""
    table = Table(caption=_caption(figures), caption_justify="left", box=SIMPLE_HEAD, padding=0)
    table.add_column("", no_wrap=True)
    for _, heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    known = figures.get("intervals", {})
    _add(table, "全部 all", figures, known.get("all", {}))
    for group in ("by_lane", "by_service"):
        table.add_section()
        for name, part in figures[group].items():
            _add(table, name, part, known.get(group, {}).get(name, {}))
    Console(stderr=True).print(table)


def _add(table: Table, name: str, part: dict[str, Any], intervals: dict[str, Any]) -> None:
    table.add_row(name, *(figure_text(key, part[key]) + _give_or_take(key, intervals.get(key)) for key, _ in HEADINGS))


def _give_or_take(key: str, interval: dict[str, float] | None) -> str:
    """How far the figure may be off; the farther end of its interval."""
    if interval is None:
        return ""
    off = max(interval["high"] - interval["value"], interval["value"] - interval["low"])
    # Of what happened always or never it is only known how seldom the other may be; that is for the JSON to tell.
    is_certain = key == "within_target" and interval["value"] in (0, 1)
    return "" if is_certain else f"\n±{figure_text(key, off)}"


def figure_text(key: str, value: float | None) -> str:
    """A figure as people write it: shares in percent, waits in minutes and seconds, counts in full up to a million."""
    if value is None:
        return "–"
    if key == "within_target":
        return f"{value:.1%}"
    if key.startswith("wait_"):
        return minutes_text(value)
    return f"{value:,}" if value < MILLION else f"{value / MILLION:,.2f}M"


def minutes_text(seconds: float) -> str:
    """Seconds as minutes and seconds.

    >>> minutes_text(125.4)
    '2:05'
    """
    return f"{round(seconds) // 60}:{round(seconds) % 60:02d}"


def _caption(figures: dict[str, Any]) -> str:
    busy = figures["window_utilisation"]
    parts = [
        f"窗口利用率 windows busy {busy:.1%}" if busy is not None else "",
        f"达标线 target {minutes_text(figures['target_s'])}",
        f"拒绝 turned away {figures['turned_away']:,}" if figures["turned_away"] else "",
        f"未办 unserved at close {figures['unserved_at_close']:,}" if figures["unserved_at_close"] else "",
        f"± {figures['intervals']['confidence']:.4g} 置信 confidence" if "intervals" in figures else "",
        f"{figures['days']:,} 天 days · {figures['events']:,} events · {figures['user_s']:.2f} s CPU",
    ]
    return " · ".join(part for part in parts if part)
