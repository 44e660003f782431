"""The goodness table for people, on stderr."""

from collections.abc import Iterable
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

NOT_SEEN: Final = "–"
WIDTH: Final = 110
"""Of what is written to a file, where no terminal sets it."""
AGREES: Final = {True: "是 yes", False: "否 no", None: NOT_SEEN}


def print_goodness(told: dict[str, Any]) -> None:
    """Times at the window, half hours, patience, the check, and every note; `told` is what `--json` prints."""
    console = Console(stderr=True)
    if not console.is_terminal:
        console.width = max(console.width, WIDTH)
    console.print(_headline(told), highlight=False)
    console.print(_distributions(told["distributions"]))
    console.print(_half_hours(told["half_hours"]))
    if told["patience"]:
        console.print(_patience(told["patience"]), highlight=False)
    if told["held_out"]:
        console.print(_held_out(told["held_out"]))
    for note in told["notes"]:
        console.print(f"· {note['zh']}\n  {note['en']}", highlight=False, markup=False)


def _headline(told: dict[str, Any]) -> str:
    parts = [
        f"{told['days']} 天 days · {told['visits']:,} 人次 visits · 日均 a day {told['visits_per_day']:.1f}",
        f"离散 over-dispersion {_number(told['over_dispersion'])}",
    ]
    parts += [f"聚集 pulse {_clock(each['at_minute'])} {each['share']:.1%}" for each in told["pulses"]]
    return " · ".join(parts)


def _distributions(rows: list[dict[str, Any]]) -> Table:
    table = _table(
        "办理时长（分钟） · Times at the window (minutes)",
        ("业务\nservice", "n", "均值\nmean", "变异\ncv", "分布\nfamily", "KS", "p", "AD", "p"),
    )
    for row in rows:
        numbers = (row["mean"], row["cv"])
        tests = (row["ks"], row["ks_p"], row["ad"], row["ad_p"])
        table.add_row(row["service"], f"{row['n']:,}", *map(_number, numbers), row["family"], *map(_number, tests))
    return table


def _half_hours(rows: list[dict[str, Any]]) -> Table:
    table = _table(
        "每半小时到访（日均） · Visits of each half hour (a day)",
        ("时段\nfrom", "实测\nseen", "期望\nexpected", "离散\nvar/mean", "期望\nexpected", "chi²", "p"),
    )
    for row in rows:
        values = (row["dispersion"], row["dispersion_expected"], row["chi2"], row["p"])
        counts = (row["observed"], row["expected"])
        table.add_row(_clock(row["minute"]), *map(_number, (*counts, *values)))
    return table


def _patience(patience: dict[str, Any]) -> str:
    return (
        f"耐心 patience: {patience['family']}, 均值 mean {patience['mean']:.1f} min, "
        f"离开 left {patience['left']:,}/{patience['n']:,}, KS {patience['ks']:.3f}, p {patience['ks_p']:.3f}"
    )


def _held_out(check: dict[str, Any]) -> Table:
    held_out = "未用于学习的 held-out" if check["is_held_out"] else "学习所用的 the same"
    table = _table(
        f"{check['days']} 天{held_out} days · 各仿真 {check['times']} 次 times each · 等候（秒） waits (s)",
        ("业务\nservice", "n", "均值\nmean", "仿真\nsimulated", "±99%", "P90", "仿真\nsimulated", "相符\nagrees"),
    )
    for row in check["rows"]:
        means, tails = (row["mean_s"], row["mean_simulated_s"], row["margin_s"]), (row["p90_s"], row["p90_simulated_s"])
        agrees = AGREES[row["agrees"]]
        table.add_row(row["name"], f"{row['served']:,}", *map(_seconds, (*means, *tails)), agrees)
    return table


def _table(title: str, headings: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left", no_wrap=place == 0)
    return table


def _number(value: float | None) -> str:
    """
    >>> _number(None), _number(12.3456), _number(0.005)
    ('–', '12.3', '0.005')
    """
    if value is None:
        return NOT_SEEN
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def _seconds(value: float | None) -> str:
    return NOT_SEEN if value is None else f"{value:,.0f}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
