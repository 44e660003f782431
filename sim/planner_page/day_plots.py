"""The day in pictures: who comes, who is staffed, how long people wait, who leaves, how busy the windows are."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from engine.core.plan import Name
from sim.planner_page import drawing, words
from sim.planner_page.drawing import ALARM, COLOURS, INK, axis, labels_of, line, middles_of, time_axis
from sim.planner_page.parts import LANGUAGES, Drawing, Language, Plot, Table, said
from sim.staffing.result import Band, Slot, Staffing

NOBODY = Name("–", "–")
_MINUTE_S = 60.0


def both(draw: Callable[[Language], Drawing]) -> dict[Language, Drawing]:
    """A drawing in each language."""
    return {language: draw(language) for language in LANGUAGES}


def totals(counts: Sequence[Sequence[int]], slots: int) -> list[int]:
    """Windows of all groups by slot."""
    return [sum(row[slot] for row in counts) for slot in range(slots)]


def runs(slots: Sequence[Slot], values: Sequence[int]) -> list[tuple[str, int]]:
    """Half hours one behind the other with the same value, as one span each."""
    placed = [(slot, value if slot.open_minutes else None) for slot, value in zip(slots, values, strict=True)]
    spans = []
    for value, run in groupby(placed, key=lambda pair: pair[1]):
        members = [slot for slot, _ in run]
        if value is not None:
            spans.append((words.span_of(members[0], members[-1]), value))
    return spans


def arrivals(staffing: Staffing) -> Plot:
    """How many come by half hour, with the band of eight days of ten."""
    slots, bands = staffing.slots, staffing.arrivals
    fullest = max(range(len(slots)), key=lambda place: bands[place].mean)
    most, label = bands[fullest], labels_of([slots[fullest]])[0]
    x = middles_of(slots)

    def draw(language: Language) -> Drawing:
        name = said(Name("平均人数", "Mean"), language)
        traces = [
            {"type": "bar", "x": x, "y": [each.mean for each in bands], "name": name, "width": 0.44,
             "marker": {"color": COLOURS[4], "line": {"color": COLOURS[0], "width": 1}},
             "error_y": {"type": "data", "symmetric": False, "color": INK, "thickness": 1.5, "width": 4,
                         "array": [each.high - each.mean for each in bands],
                         "arrayminus": [max(0.0, each.mean - each.low) for each in bands]},
             "hovertemplate": "%{y:.1f}"},
        ]  # fmt: skip
        people = axis(Name("每半小时人数", "People per half hour"), language, rangemode="tozero")
        return drawing.drawing(traces, xaxis=time_axis(slots, language), yaxis=people, showlegend=False)

    rows = [
        [words.same(label), words.same(words.count(round(each.mean, 1))), words.same(words.band_ends(each))]
        for label, each in zip(labels_of(slots), bands, strict=True)
    ]
    return Plot(
        "arrivals",
        Name("什么时候来多少人", "Who comes when"),
        Name(
            f"{label} 来的人最多，平均 {words.count(round(most.mean, 1))} 人；十天里有八天在"
            f" {words.band_ends(most)} 人之间（黑色细线）。",
            f"Most come at {label}: {words.count(round(most.mean, 1))} on average, and {words.band_ends(most)} on eight"
            " days of ten (the thin black lines).",
        ),
        Table((Name("时段", "Half hour"), Name("平均人数", "Mean"), Name("十天中八天", "Eight days of ten")), rows),
        both(draw),
        height=340,
    )


def staffing_plot(staffing: Staffing) -> Plot:
    """Windows by group and half hour, stacked; with shifts, how many clerks sit."""
    slots, groups = staffing.slots, staffing.groups
    total = totals(staffing.needed, len(slots))
    spans = runs(slots, total)
    most = max(spans, key=lambda pair: pair[1])
    x = middles_of(slots)

    def draw(language: Language) -> Drawing:
        traces: list[Drawing] = [
            {"type": "bar", "x": x, "y": list(row), "name": drawing.short(said(group.name, language)), "width": 0.5,
             "marker": drawing.mark(place), "hovertemplate": "%{y}"}
            for place, (group, row) in enumerate(zip(groups, staffing.needed, strict=True)) if any(row)
        ]  # fmt: skip
        if staffing.shifts is not None:
            seated = totals(staffing.shifts.coverage, len(slots))
            traces.append(_steps(slots, seated, said(Name("排班后在岗", "Seated by shifts"), language), INK, "solid"))
        if staffing.erlang is not None:
            asked = totals(staffing.erlang.needed, len(slots))
            traces.append(
                _steps(slots, asked, said(Name("Erlang C 要求", "Erlang C asks for"), language), ALARM, "dash")
            )
        windows = axis(Name("窗口数", "Windows"), language, rangemode="tozero")
        layout = {"xaxis": time_axis(slots, language), "yaxis": windows, "barmode": "stack", "bargap": 0}
        return drawing.drawing(traces, **layout)

    return Plot(
        "staffing",
        Name("什么时候开多少窗口", "How many windows when"),
        Name(
            f"{most[0]} 最多，同时开 {most[1]} 个窗口。每种颜色（与纹样）是一组可互相替换的窗口。"
            f"{_lines_seen(staffing).zh}",
            f"The most are {most[1]} windows, at {most[0]}. Each colour (and pattern) is a group of windows that can"
            f" stand in for each other. {_lines_seen(staffing).en}".rstrip(),
        ),
        _staffing_table(staffing, total),
        both(draw),
        height=460,
        is_open=True,
    )


def _lines_seen(staffing: Staffing) -> Name:
    zh, en = [], []
    if staffing.shifts is not None:
        zh.append("黑线是排班后实际在岗的窗口数")
        en.append("the black line is how many are seated by the shifts")
    if staffing.erlang is not None:
        zh.append("红色虚线是逐时段 Erlang C 公式的要求")
        en.append("the dashed red line is what Erlang C asks for by the half hour")
    return Name("；".join(zh) + "。" if zh else "", words.sentence("; ".join(en)) if en else "")


def _steps(slots: Sequence[Slot], values: Sequence[int], name: str, colour: str, dash: str) -> Drawing:
    x = [*drawing.hours_of(slots), slots[-1].end_minute / _MINUTE_S]
    return {"type": "scatter", "mode": "lines", "x": x, "y": [*values, values[-1]], "name": name,
            "line": {"color": colour, "width": 3, "dash": dash, "shape": "hv"}, "hovertemplate": "%{y}"}  # fmt: skip


def _staffing_table(staffing: Staffing, total: Sequence[int]) -> Table:
    columns = [Name("时段", "Half hour"), *(group.name for group in staffing.groups), Name("合计", "All")]
    asked = None
    if staffing.erlang is not None:
        asked = totals(staffing.erlang.needed, len(staffing.slots))
        columns.append(Name("Erlang C", "Erlang C"))
    rows = []
    for place, label in enumerate(labels_of(staffing.slots)):
        if staffing.slots[place].open_minutes:
            counts = [row[place] for row in staffing.needed] + [total[place]]
            counts += [asked[place]] if asked is not None else []
            rows.append([words.same(label), *(words.same(str(each)) for each in counts)])
    return Table(columns, rows)


def waits(staffing: Staffing) -> Plot:
    """Mean wait and 90% wait by half hour of drawing a number, with bands and the strictest line that is promised."""
    slots = staffing.slots
    x = middles_of(slots)
    limits = [target.target.limit_s for target in staffing.reached if target.target.limit_s]

    def draw(language: Language) -> Drawing:
        traces: list[Drawing] = []
        for name, key, colour in (
            (Name("九成的人不超过", "90% wait at most"), "p90_s", COLOURS[5]),
            (Name("平均", "Mean"), "mean_s", COLOURS[0]),
        ):
            bands: list[Band | None] = [getattr(each, key) for each in staffing.waits]
            traces += drawing.band(x, _ends(bands, "low"), _ends(bands, "high"), colour)
            dash = {"dash": "dot"} if key == "mean_s" else {}
            shown = said(name, language)
            traces.append(line(x, _ends(bands, "mean"), shown, colour, line=dash, hovertemplate="%{y:.1f}"))
        layout: dict[str, Any] = {
            "xaxis": time_axis(slots, language),
            "yaxis": axis(Name("等候（分钟）", "Wait (minutes)"), language, rangemode="tozero"),
        }
        if limits:
            layout |= _target_line(min(limits) / _MINUTE_S, language)
        return drawing.drawing(traces, **layout)

    return Plot(
        "waits",
        Name("等多久（按取号时段）", "How long people wait, by when they drew a number"),
        _waits_seen(staffing),
        Table(
            (Name("时段", "Half hour"), Name("平均等候（分钟）", "Mean wait (min)"),
             Name("十天中八天", "Eight days of ten"), Name("九成不超过（分钟）", "90% at most (min)"),
             Name("十天中八天", "Eight days of ten")),
            [[words.same(label), *_wait_cells(each.mean_s), *_wait_cells(each.p90_s)]
             for label, each in zip(labels_of(slots), staffing.waits, strict=True)],
        ),
        both(draw),
        height=420,
    )  # fmt: skip


def _waits_seen(staffing: Staffing) -> Name:
    known = [(each.p90_s.mean, place) for place, each in enumerate(staffing.waits) if each.p90_s is not None]
    if not known:
        return Name("没有人被办理。", "Nobody was served.")
    longest, place = max(known)
    label = labels_of([staffing.slots[place]])[0]
    return Name(
        f"{label} 取号的人等得最久：九成不超过 {longest / _MINUTE_S:.1f} 分钟（各天平均）。"
        "阴影是十天中八天的范围：单独一天会比平均好或差。",
        f"Whoever draws a number at {label} waits longest: 90% at most {longest / _MINUTE_S:.1f} minutes (mean of the"
        " days). The shades hold eight days of ten: a single day is better or worse than the mean.",
    )


def _wait_cells(band: Band | None) -> tuple[Name, Name]:
    if band is None:
        return NOBODY, NOBODY
    return words.same(f"{band.mean / _MINUTE_S:.1f}"), words.same(words.band_ends(band, _MINUTE_S))


def _ends(bands: Sequence[Band | None], key: str) -> list[float | None]:
    return [None if band is None else getattr(band, key) / _MINUTE_S for band in bands]


def _target_line(value: float, language: Language) -> dict[str, Any]:
    text = said(Name(f"目标 {value:g} 分钟", f"Target {value:g} min"), language)
    return {
        "shapes": [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value,
                    "line": {"color": ALARM, "width": 2, "dash": "dash"}}],
        "annotations": [{"xref": "paper", "x": 1, "y": value, "xanchor": "right", "yanchor": "bottom", "text": text,
                         "showarrow": False, "font": {"color": ALARM, "size": drawing.TEXT},
                         "bgcolor": "rgba(255,255,255,0.8)"}],
    }  # fmt: skip


def abandonment(staffing: Staffing) -> Plot | None:
    """The share that goes away unserved by half hour; None when it was not measured."""
    known = [(band.mean, place) for place, band in enumerate(staffing.abandoned) if band is not None]
    if not known:
        return None
    slots, (worst, place) = staffing.slots, max(known)
    x, label = middles_of(slots), labels_of([slots[place]])[0]
    bands = staffing.abandoned

    def draw(language: Language) -> Drawing:
        means = [None if band is None else band.mean for band in bands]
        lows = [None if band is None else band.low for band in bands]
        highs = [None if band is None else band.high for band in bands]
        name = said(Name("平均", "Mean"), language)
        traces = [*drawing.band(x, lows, highs, COLOURS[2]), line(x, means, name, "#00734f", hovertemplate="%{y:.1%}")]
        share = axis(Name("未办理就离开", "Left unserved"), language, tickformat=".0%", rangemode="tozero")
        return drawing.drawing(traces, xaxis=time_axis(slots, language), yaxis=share, showlegend=False)

    gone = words.percent(staffing.outcomes.gone)
    return Plot(
        "abandonment",
        Name("有多少人未办理就离开", "How many go away unserved"),
        Name(
            f"全天有 {gone} 的人未办理就离开；{label} 取号的人最多，达 {words.percent(worst)}。",
            f"Over the day {gone} go away unserved; of those who draw a number at {label} it is the most,"
            f" {words.percent(worst)}.",
        ),
        Table(
            (Name("时段", "Half hour"), Name("平均", "Mean"), Name("十天中八天", "Eight days of ten")),
            [[words.same(label), *_share_cells(each)] for label, each in zip(labels_of(slots), bands, strict=True)],
        ),
        both(draw),
        height=320,
    )


def _share_cells(band: Band | None) -> tuple[Name, Name]:
    if band is None:
        return NOBODY, NOBODY
    return words.same(words.percent(band.mean)), words.same(f"{words.percent(band.low)}–{words.percent(band.high)}")


def utilisation(staffing: Staffing) -> Plot:
    """How much of their staffed time windows are taken, by group and half hour, as a heat map."""
    slots, groups = staffing.slots, staffing.groups
    cells = [
        (value, group, slot)
        for group, row in enumerate(staffing.utilisation)
        for slot, value in enumerate(row)
        if value is not None
    ]

    def draw(language: Language) -> Drawing:
        names = [drawing.short(said(group.name, language)) for group in groups]
        hover = f"{said(Name('%{y}<br>%{customdata}：忙 %{z:.0%}', '%{y}<br>%{customdata}: %{z:.0%} busy'), language)}"
        trace = {
            "type": "heatmap", "x": middles_of(slots), "y": _distinct(names),
            "z": [list(row) for row in staffing.utilisation],
            "customdata": [labels_of(slots) for _ in groups],
            "zmin": 0, "zmax": 1, "colorscale": "Cividis", "xgap": 2, "ygap": 2,
            "hovertemplate": hover + "<extra></extra>",
            "colorbar": {"tickformat": ".0%", "thickness": 14, "tickvals": [0, 0.5, 1]},
        }  # fmt: skip
        rows = {"fixedrange": True, "autorange": "reversed", "automargin": True, "showgrid": False, "type": "category"}
        layout = {"xaxis": time_axis(slots, language), "yaxis": rows, "hovermode": "closest"}
        return drawing.drawing([trace], **layout)

    return Plot(
        "utilisation",
        Name("窗口有多忙", "How busy the windows are"),
        _busiest(staffing, max(cells)) if cells else Name("没有窗口有人。", "No window is staffed."),
        Table(
            (Name("窗口组", "Windows"), *(words.same(slot.label) for slot in slots)),
            [
                [group.name, *(NOBODY if value is None else words.same(f"{value:.0%}") for value in row)]
                for group, row in zip(groups, staffing.utilisation, strict=True)
            ],
        ),
        both(draw),
        height=max(240, 110 + 30 * len(groups)),
    )


def _busiest(staffing: Staffing, cell: tuple[float, int, int]) -> Name:
    value, group, slot = cell
    name, label = staffing.groups[group].name, labels_of([staffing.slots[slot]])[0]
    return Name(
        f"最忙的是{name.zh}，{label} 有 {value:.0%} 的时间在办理。颜色越亮越忙；空白是没有人的时段。",
        f"Busiest are {name.en}: taken {value:.0%} of the time at {label}. The brighter, the busier; blank is"
        " unstaffed.",
    )


def _distinct(names: list[str]) -> list[str]:
    """Names of rows, of which none may be there twice: what was cut off alike gets its place."""
    return [name if names.count(name) == 1 else f"{name} ({place})" for place, name in enumerate(names, 1)]
