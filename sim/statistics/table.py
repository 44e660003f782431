"""What many days say, as tables for people, on stderr."""

from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from sim.table import minutes_text, print_figures

COMPARED: Final = {
    "wait_mean_s": "平均等候 mean wait",
    "wait_p50_s": "等候中位数 P50",
    "wait_p90_s": "等候 P90",
    "within_target": "达标 in target",
    "abandoned_share": "离开 left",
    "no_show_share": "过号 no-shows",
    "turned_away_share": "拒绝 turned away",
    "unserved_share": "未办 unserved at close",
    "window_utilisation": "窗口利用率 windows busy",
    "visitors_per_day": "每日人次 visitors a day",
}
OF_LANES: Final = ("wait_mean_s", "wait_p90_s", "within_target", "abandoned_share")


def print_simulated(figures: dict[str, Any]) -> None:
    """The figures, how well they are known, and what became of what was asked for."""
    print_figures(figures)
    console = Console(stderr=True, highlight=False)
    for line in (*_half_widths(figures), *_warm_up(figures)):
        console.print(line, soft_wrap=True, markup=False)


def print_compared(figures: dict[str, Any], names: tuple[str, str]) -> None:
    """Each figure of both scenarios, and the difference with its interval; of lanes, what matters most."""
    caption = f"A {names[0]} · B {names[1]} · {figures['days']:,} 天 days · {figures['confidence']:.4g} 置信 confidence"
    table = Table(caption=caption, caption_justify="left", box=SIMPLE_HEAD, padding=0)
    table.add_column("", no_wrap=True)
    for heading in ("A", "B", "差 B − A", "自 from", "至 to", ""):
        table.add_column(heading, justify="right", no_wrap=True)
    parts = figures["difference"]
    _add_compared(table, "", parts["all"][""])
    for name, found in parts["by_lane"].items():
        table.add_section()
        _add_compared(table, f"{name} · ", {each: found[each] for each in OF_LANES})
    console = Console(stderr=True, highlight=False)
    console.print(table)
    console.print("* 差异明显：区间不含 0 / a clear difference: the interval leaves 0 out", soft_wrap=True)


def _add_compared(table: Table, prefix: str, found: dict[str, Any]) -> None:
    for figure, heading in COMPARED.items():
        each = found.get(figure)
        if each is not None:
            changes = (_text(figure, each[end], True) for end in ("difference", "low", "high"))
            both = (_text(figure, each["first"]), _text(figure, each["second"]))
            table.add_row(prefix + heading, *both, *changes, "*" if each["is_clear"] else "")


def _text(figure: str, value: float, is_signed: bool = False) -> str:
    size = abs(value)
    if figure.startswith("wait_"):
        text = minutes_text(size)
    else:
        text = f"{size:,.1f}" if figure == "visitors_per_day" else f"{size:.2%}"
    is_nothing = not text.strip("0:.%")
    return text if is_nothing or not is_signed else ("+" if value > 0 else "−") + text


def _half_widths(figures: dict[str, Any]) -> list[str]:
    found = figures.get("half_widths")
    if found is None:
        return []
    lines = []
    for asked in found["asked"]:
        reached = "–" if asked["reached"] is None else f"±{asked['reached']:g}"
        said = "已达到 reached" if asked["is_met"] else "未达到 not reached"
        lines.append(f"{asked['text']}: {reached}, {said}")
    if found["ended_by"] == "days":
        lines.append(
            f"天数上限 {found['looks'][-1]:,} 先到，请加大 --days / "
            f"The most days there may be, {found['looks'][-1]:,}, came first: write more --days"
        )
    return lines


def _warm_up(figures: dict[str, Any]) -> list[str]:
    found = figures.get("warm_up")
    if not found or found["wait_mean_s"] is None or not found["left_out_minutes"]:
        return []
    begins, mean = found["from"], minutes_text(found["wait_mean_s"]["value"])
    return [
        f"来客全天均匀，每天从空厅开始：不计 {begins} 前的预热，平均等候 {mean} / People come at one rate, and each "
        f"day begins empty: without the warm-up before {begins} the mean wait is {mean}"
    ]
