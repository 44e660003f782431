"""Plots of the fits, as the JSON objects that plotly draws, each with the same figures as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from engine.core.plan import Name
from sim.learning.families import density
from sim.learning.gathered import Gathered
from sim.learning.handling import EMPIRICAL, Handling
from sim.learning.learned import Learned
from sim.learning.patience import Patience, surviving
from sim.learning.sample import Floats, Sample

SERVICES_DRAWN: Final = 24
BINS: Final = 40
POINTS: Final = 160
ROW_HEIGHT: Final = 42
TAIL: Final = 0.99
"""A histogram ends where all but one visit in a hundred have."""

SEEN: Final = "#4f7f9f"
FITTED: Final = "#b5462f"
BAND: Final = "rgba(181, 70, 47, 0.18)"

Figure = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot, what it shows, and its figures: headings and rows of words."""

    key: str
    title: Name
    says: Name
    figure: Figure
    headings: tuple[Name, ...]
    rows: Sequence[tuple[str, ...]]


def arrivals_plot(learned: Learned) -> Plot:
    """Visits of each half hour, seen and expected, with how far single days should be from it."""
    slots = learned.rates.slots
    times = [_clock(slot.minute) for slot in slots]
    expected = np.array([slot.expected for slot in slots])
    spread = 2 * np.sqrt(np.array([slot.dispersion_expected for slot in slots]) * expected)
    whiskers = {"array": _list(spread), "arrayminus": _list(np.minimum(spread, expected))}
    data = [
        _bars(times, [slot.observed for slot in slots], "实测 seen"),
        {**_line(times, expected, "期望 expected"), "error_y": {"type": "data", "thickness": 1, **whiskers}},
    ]
    headings = (
        Name("时段", "from"),
        Name("实测", "seen"),
        Name("期望", "expected"),
        Name("离散", "var/mean"),
        Name("期望离散", "expected"),
        Name("卡方", "chi²"),
        Name("p 值", "p"),
    )
    rows = []
    for each in slots:
        values = (each.dispersion, each.dispersion_expected, each.chi2, each.p)
        rows.append((_clock(each.minute), f"{each.observed:.2f}", f"{each.expected:.2f}", *map(_text, values)))
    return Plot(
        "arrivals",
        Name("每半小时到访（日均）", "Visits of each half hour, a day"),
        Name(
            "条为实测，线为情景的期望，须线为单日大致的范围",
            "Bars were seen; the line is expected by the scenario, whiskers say how far single days go",
        ),
        {"data": data, "layout": _layout(Name("时段", "from"), Name("人次", "visits"))},
        headings,
        rows,
    )


def days_plot(gathered: Gathered, learned: Learned) -> Plot:
    """Visits of each day of the log, and how many such a day has on average."""
    arrivals, rates = gathered.arrivals, learned.rates
    names = [f"{day:%Y-%m-%d}" for day in arrivals.days]
    totals = [int(quarters.sum()) for quarters in arrivals.quarters]
    mean = rates.per_day * np.array([rates.factor(day) for day in arrivals.days])
    variance = rates.level_variance[0] if rates.level_variance else 0.0
    spread = 2 * np.sqrt(mean + mean**2 * variance)
    data = [
        _band(names, np.maximum(0, mean - spread), mean + spread),
        {"type": "scatter", "mode": "markers", "x": names, "y": totals, "name": "实测 seen", "marker": {"color": SEEN}},
        _line(names, mean, "期望 expected"),
    ]
    layout = _layout(Name("日期", "day"), Name("人次", "visits"))
    layout["xaxis"]["tickformat"] = "%m-%d"
    return Plot(
        "days",
        Name("每天到访", "Visits of each day"),
        Name(
            "点为实测，线为情景的期望，带为各天自然起伏的范围",
            "Dots were seen; the line is expected by the scenario, the band says how far days vary by themselves",
        ),
        {"data": data, "layout": layout},
        (Name("日期", "day"), Name("实测", "seen"), Name("期望", "expected")),
        [(name, f"{total:,}", f"{at:,.1f}") for name, total, at in zip(names, totals, mean, strict=True)],
    )


def service_plot(handling: Handling, sample: Sample, name: Name) -> Plot:
    """Times at the window for one service, and the density of what the scenario has for them."""
    minutes = sample.minutes()
    longest = float(np.quantile(minutes, TAIL)) or 1.0
    counts, edges = np.histogram(minutes, BINS, (0, longest))
    middles = (edges[:-1] + edges[1:]) / 2
    share = counts / len(minutes) / (edges[1] - edges[0])
    points = np.linspace(longest / POINTS, longest, POINTS)
    data = [
        _bars(_list(middles), _list(share), "实测 seen"),
        _line(_list(points), _density(handling, points), handling.family),
    ]
    fit = handling.fit
    tests = f"KS p {_text(fit.ks_p)}, AD p {_text(fit.ad_p)}" if fit else "–"
    figures = (
        (Name("次数", "visits"), f"{handling.count:,}"),
        (Name("均值（分）", "mean (min)"), _text(handling.observed_mean)),
        (Name("变异系数", "cv"), _text(handling.observed_cv)),
        (Name("分布", "family"), handling.family),
        (Name("写入均值（分）", "mean written (min)"), _text(handling.mean)),
        (Name("写入变异系数", "cv written"), _text(handling.cv)),
        (Name("检验", "tests"), tests),
    )
    return Plot(
        f"service-{handling.service_id}",
        name,
        Name(
            f"{handling.count:,} 次，{handling.family}，{tests}",
            f"{handling.count:,} visits, {handling.family}, {tests}",
        ),
        {"data": data, "layout": _layout(Name("分钟", "minutes"), Name("密度", "density"))},
        (Name("指标", "figure"), Name("值", "value")),
        [(f"{words.zh} {words.en}", value) for words, value in figures],
    )


def patience_plot(patience: Patience) -> Plot:
    """The share who would still wait, by Kaplan and Meier, and by the fit."""
    minutes, seen = patience.curve
    fitted = np.asarray(surviving(patience, np.array(minutes)), np.float64)
    data = [
        {**_line(minutes, np.array(seen), "Kaplan–Meier"), "line": {"color": SEEN, "shape": "hv"}},
        _line(minutes, fitted, patience.family),
    ]
    return Plot(
        "patience",
        Name("还愿意等的占比", "Share who would still wait"),
        _of_patience(patience),
        {
            "data": data,
            "layout": _layout(Name("等候分钟", "minutes waited"), Name("占比", "share"), rangemode="tozero"),
        },
        (Name("分钟", "minutes"), Name("实测", "seen"), Name("拟合", "fitted")),
        [(f"{at:.1f}", f"{share:.3f}", f"{fit:.3f}") for at, share, fit in zip(minutes, seen, fitted, strict=True)][
            ::8
        ],
    )


def _of_patience(patience: Patience) -> Name:
    if patience.left == patience.count:
        return Name(f"{patience.count:,} 人的耐心都已知", f"how long each of {patience.count:,} would wait is known")
    return Name(
        f"{patience.count:,} 人中 {patience.left:,} 人离开；其余被叫到，只知其等得更久",
        f"{patience.left:,} of {patience.count:,} left; of the others one knows that they would have waited longer",
    )


def waits_plot(check: dict[str, Any], names: Mapping[str, Name]) -> Plot:
    """Mean waits in the log and in the simulation, side by side, from the top down."""
    rows = check["rows"]
    labels = [f"{names[row['name']].zh}<br>{row['name']}" if row["name"] in names else "全部<br>all" for row in rows]
    margins = [(row["margin_s"] or 0) / 60 for row in rows]
    seen = _bars([row["mean_s"] / 60 for row in rows], labels, "记录 log")
    simulated = [None if row["mean_simulated_s"] is None else row["mean_simulated_s"] / 60 for row in rows]
    below = [min(margin, each or 0) for margin, each in zip(margins, simulated, strict=True)]
    whiskers = {"type": "data", "array": margins, "arrayminus": below, "thickness": 1}
    data = [
        {**seen, "orientation": "h"},
        {**_bars(simulated, labels, "仿真 simulated", FITTED), "orientation": "h", "error_x": whiskers},
    ]
    layout = _layout(Name("分钟", "minutes"), Name("", ""))
    layout |= {"height": 120 + ROW_HEIGHT * len(rows), "barmode": "group"}
    layout["yaxis"]["autorange"] = "reversed"
    kept = (
        Name("未用于学习的日子", "days that were kept from learning")
        if check["is_held_out"]
        else Name("学习所用的日子，天数太少无法留出", "the very days learnt from, too few to keep any")
    )
    columns = ("mean_s", "mean_simulated_s", "margin_s", "p90_s", "p90_simulated_s")
    return Plot(
        "waits",
        Name("平均等候：记录与仿真", "Mean waits: log and simulation"),
        Name(
            f"{check['days']} 天，{kept.zh}；须线为两者之差的 99% 区间，碰到蓝条末端即相符",
            f"{check['days']} days: {kept.en}; whiskers are a 99% interval of the difference: where they reach the end "
            "of the blue bar, both agree",
        ),
        {"data": data, "layout": layout},
        (
            Name("业务", "service"),
            Name("人次", "visits"),
            Name("均值（秒）", "mean (s)"),
            Name("仿真均值", "simulated"),
            Name("±99%", "of the difference"),
            Name("P90（秒）", "P90 (s)"),
            Name("仿真 P90", "simulated"),
        ),
        [(row["name"], f"{row['served']:,}", *(_text(row[key]) for key in columns)) for row in rows],
    )


def _density(handling: Handling, points: Floats) -> Floats:
    """What the scenario has: between the quantiles of an empirical time the density is even."""
    if handling.family in ("lognormal", "gamma", "exponential"):
        return density(handling.family, handling.mean, handling.cv, points)  # type: ignore[arg-type]
    assert handling.basis == EMPIRICAL
    edges = np.array(handling.minutes)[:: len(handling.minutes) // 20]
    share = np.diff(np.linspace(0, 1, len(handling.minutes))[:: len(handling.minutes) // 20])
    heights = share / np.maximum(np.diff(edges), 1e-9)
    place = np.searchsorted(edges, points, side="right") - 1
    inside = (place >= 0) & (place < len(heights))
    return np.where(inside, heights[np.clip(place, 0, len(heights) - 1)], 0.0)


def _bars(x: Any, y: Any, name: str, colour: str = SEEN) -> Figure:
    return {"type": "bar", "x": x, "y": y, "name": name, "marker": {"color": colour}}


def _band(x: list[str], low: Floats, high: Floats) -> Figure:
    return {
        "type": "scatter",
        "x": [*x, *reversed(x)],
        "y": [*_list(high), *reversed(_list(low))],
        "fill": "toself",
        "fillcolor": BAND,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "name": "范围 band",
    }


def _line(x: Any, y: Floats, name: str) -> Figure:
    return {"type": "scatter", "mode": "lines", "x": x, "y": _list(y), "name": name, "line": {"color": FITTED}}


def _layout(x: Name, y: Name, **more: Any) -> Figure:
    return {
        "margin": {"l": 52, "r": 12, "t": 30, "b": 48},
        "height": 320,
        "font": {"family": "inherit", "size": 12},
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"title": {"text": f"{x.zh} {x.en}"}, "fixedrange": True, "automargin": True},
        "yaxis": {"title": {"text": f"{y.zh} {y.en}"}, "fixedrange": True, "automargin": True, **more},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }


def _list(values: Floats) -> list[float]:
    return [round(float(each), 5) for each in values]


def _text(value: float | None) -> str:
    """
    >>> _text(None), _text(0.5), _text(123.4)
    ('–', '0.500', '123')
    """
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) >= 10 else f"{value:.3f}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
