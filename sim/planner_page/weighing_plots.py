"""What else was weighed, in pictures: more visitors, longer visits, a window more or less."""

from collections.abc import Callable, Sequence
from typing import Any

from engine.core.plan import Name
from sim.planner_page import drawing, words
from sim.planner_page.day_plots import both
from sim.planner_page.drawing import ALARM, COLOURS, INK, axis, labels_of
from sim.planner_page.parts import Drawing, Language, Plot, Table, said
from sim.staffing.result import CurvePoint, Reached, Sensitivity, Staffing
from sim.staffing.target_words import measured_of

_ROW_HEIGHT = 250
_TIMES_SHOWN = 1.5
_MARGIN = 1.08
_WHAT = {"arrivals": Name("来人", "Visitors"), "service_times": Name("办理时间", "Handling time")}
_LOOK = {"arrivals": (COLOURS[0], "circle", "solid"), "service_times": (COLOURS[5], "diamond", "dot")}
_SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up", "pentagon", "hexagon", "triangle-down")
_KEPT = Name("做到", "kept")
_NOTHING = Name("", "")
_RED = Name("红色虚线是目标", "the dashed red line is the target")
_MISSED = Name("做不到", "not kept")


def sensitivity(staffing: Staffing) -> Plot | None:
    """Each target against how many come and how long they take; None when it was not asked for."""
    if not staffing.sensitivity:
        return None
    lines = {
        what: sorted(
            [(each.factor, each.reached) for each in staffing.sensitivity if each.what == what]
            + [(1.0, staffing.reached)],
            key=lambda pair: pair[0],
        )
        for what in _WHAT
        if any(each.what == what for each in staffing.sensitivity)
    }

    def traces_of(place: int, language: Language) -> list[Drawing]:
        traces = []
        for what, points in lines.items():
            colour, symbol, dash = _LOOK[what]
            traces.append(
                _measured(
                    [factor for factor, _ in points], [reached[place] for _, reached in points],
                    said(_WHAT[what], language), colour, symbol, dash,
                )
            )  # fmt: skip
        return traces

    x = {"tickformat": ".0%", "tickvals": [0.8, 0.9, 1.0, 1.1, 1.2]}
    return Plot(
        "sensitivity",
        Name("人再多一点、办得再慢一点会怎样", "If more come, or visits take longer"),
        _sensitivity_seen(staffing) if staffing.holds else _near_seen(staffing.sensitivity),
        Table(
            (
                Name("如果", "If"),
                *(measured_of(each.target) for each in staffing.reached),
                Name("目标", "Targets"),
            ),
            [
                [Name(f"{_WHAT[each.what].zh} {each.factor:.0%}", f"{_WHAT[each.what].en} {each.factor:.0%}"),
                 *(words.interval_of(reached) for reached in each.reached), _KEPT if each.holds else _MISSED]
                for each in staffing.sensitivity
            ],
        ),
        _by_target(staffing, traces_of, Name("占场景设定的比例", "Part of what the scenario says"), x),
        height=90 + _ROW_HEIGHT * len(staffing.reached),
    )  # fmt: skip


def _near_seen(cases: Sequence[Sensitivity]) -> Name:
    """Of a plan that does not keep the targets: what would have to be otherwise."""
    zh, en = ["本方案做不到目标"], ["the plan does not keep the targets"]
    for what, name in _WHAT.items():
        kept = [1 - each.factor for each in cases if each.what == what and each.factor < 1 and each.holds]
        if kept:
            zh.append(f"{name.zh}少 {min(kept):.0%} 才能做到")
            en.append(f"with {min(kept):.0%} less {name.en.lower()} it would")
    return Name("；".join([*zh, _RED.zh]) + "。", words.sentence("; ".join([*en, _RED.en])))


def _sensitivity_seen(staffing: Staffing) -> Name:
    cases = staffing.sensitivity
    zh, en = [], []
    for what, name in _WHAT.items():
        more = sorted((each.factor - 1, each.holds) for each in cases if each.what == what and each.factor > 1)
        kept = [by for by, holds in more if holds]
        missed = [by for by, holds in more if not holds]
        if kept and (not missed or kept[-1] < missed[0]):
            zh.append(f"{name.zh}多 {kept[-1]:.0%} 仍能做到")
            en.append(f"with {kept[-1]:.0%} more {name.en.lower()} the targets are still kept")
        if missed:
            zh.append(f"{name.zh}多 {missed[0]:.0%} 就做不到")
            en.append(f"with {missed[0]:.0%} more {name.en.lower()} the targets are not kept")
    return Name("；".join([*zh, _RED.zh]) + "。", words.sentence("; ".join([*en, _RED.en])))


def cost_curve(staffing: Staffing) -> Plot | None:
    """What a window more or less in one group all day makes of each target; None when it was not asked for."""
    points = [point for point in staffing.curve if point.slot is None]
    if not points:
        return None
    groups = list(dict.fromkeys(point.group for point in points))

    def traces_of(place: int, language: Language) -> list[Drawing]:
        traces = []
        for order, group in enumerate(groups):
            mine = [(point.window_half_hours / 2, point.reached[place]) for point in points if point.group == group]
            mine = sorted([*mine, (staffing.window_half_hours / 2, staffing.reached[place])], key=lambda pair: pair[0])
            name = drawing.short(said(staffing.groups[group].name, language))
            colour, symbol = COLOURS[order % len(COLOURS)], _SYMBOLS[order % len(_SYMBOLS)]
            hours, reached = [hour for hour, _ in mine], [each for _, each in mine]
            traces.append(_measured(hours, reached, name, colour, symbol, "solid"))
        plan = said(Name("本方案", "This plan"), language)
        mine_now = [staffing.reached[place]]
        traces.append(_measured([staffing.window_half_hours / 2], mine_now, plan, INK, "star", "solid", size=15))
        return traces

    return Plot(
        "cost",
        Name("多一个、少一个窗口的代价与效果", "What a window more or less costs and does"),
        _cost_seen(staffing, points),
        Table(
            (Name("变化", "Change"), Name("窗口小时", "Window hours"),
             *(measured_of(each.target) for each in staffing.reached), Name("目标", "Targets")),
            [[_change(staffing, point), words.same(words.count(point.window_half_hours / 2)),
              *(words.interval_of(reached) for reached in point.reached), _KEPT if point.holds else _MISSED]
             for point in staffing.curve],
        ),
        _by_target(staffing, traces_of, Name("每天的窗口小时", "Window hours a day"), {}),
        height=120 + _ROW_HEIGHT * len(staffing.reached),
    )  # fmt: skip


def _change(staffing: Staffing, point: CurvePoint) -> Name:
    group = staffing.groups[point.group].name
    when = Name("全天", "all day")
    if point.slot is not None:
        when = words.same(labels_of([staffing.slots[point.slot]])[0])
    return Name(f"{group.zh}{when.zh} {point.change:+d}", f"{group.en} {when.en} {point.change:+d}")


def _cost_seen(staffing: Staffing, points: Sequence[CurvePoint]) -> Name:
    if not staffing.holds:
        return _cost_near(staffing, points)
    fewer = [point for point in points if point.change < 0]
    spare = [point for point in fewer if point.holds]
    if not fewer:
        return Name("各组都没有可减的窗口。", "There is no window to take out of any group.")
    if not spare:
        return Name(
            "任何一组全天少一个窗口，目标就做不到：没有一个是多余的。",
            "With one window less all day in any group the targets are not kept: none of them is idle.",
        )
    named = words.joined([staffing.groups[point.group].name for point in spare], "、", ", ")
    rest = Name("；换成别的组就做不到", "; in the other groups they were not") if len(spare) < len(fewer) else _NOTHING
    return Name(
        f"{named.zh}全天少一个窗口，在这些模拟日里目标仍然做到{rest.zh}。",
        f"With one window less all day in {named.en} the targets were still kept on these days{rest.en}.",
    )


def _cost_near(staffing: Staffing, points: Sequence[CurvePoint]) -> Name:
    """Of a plan that does not keep the targets: whether a window more in one group would."""
    names = [staffing.groups[point.group].name for point in points if point.holds]
    if not names:
        return Name(
            "本方案做不到目标，任何一组全天多一个窗口也做不到。",
            "The plan does not keep the targets, nor would it with one window more all day in any one group.",
        )
    named = words.joined(names, "、", ", ")
    return Name(
        f"本方案做不到目标；{named.zh}改变一个窗口就能做到。",
        f"The plan does not keep the targets; with one window changed in {named.en} it would.",
    )


def _measured(
    x: Sequence[float], reached: Sequence[Reached], name: str, colour: str, symbol: str, dash: str, size: int = 10
) -> Drawing:
    """Values of a target with their intervals."""
    per = 60.0 if reached[0].target.measure == "wait" else 1.0
    return {
        "type": "scatter", "mode": "lines+markers", "x": list(x), "y": [each.value / per for each in reached],
        "name": name, "legendgroup": name, "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"color": colour, "symbol": symbol, "size": size, "line": {"color": INK, "width": 1}},
        "error_y": {"type": "data", "symmetric": False, "color": colour, "thickness": 1.5, "width": 4,
                    "array": [(each.high - each.value) / per for each in reached],
                    "arrayminus": [(each.value - each.low) / per for each in reached]},
        "hovertemplate": "%{y:.1f}" if per > 1 else "%{y:.1%}",
    }  # fmt: skip


def _by_target(
    staffing: Staffing, traces_of: Callable[[int, Language], list[Drawing]], title: Name, x: dict[str, Any]
) -> dict[Language, Drawing]:
    """A panel for each target, one below the other, with the line at which it turns."""

    def draw(language: Language) -> Drawing:
        targets = [each.target for each in staffing.reached]
        traces: list[Drawing] = []
        layout: dict[str, Any] = {"shapes": [], "annotations": [], "hovermode": "closest"}
        share = 1 / len(targets)
        for place, target in enumerate(targets):
            mark = "" if place == 0 else str(place + 1)
            for trace in traces_of(place, language):
                traces.append(trace | {"xaxis": f"x{mark}", "yaxis": f"y{mark}", "showlegend": place == 0})
            is_wait = target.measure == "wait"
            top = 1 - place * share - 0.12 * share
            format_ = {} if is_wait else {"tickformat": ".0%"}
            unit = Name("分钟", "Minutes") if is_wait else Name("占比", "Share")
            limit = words.limit_of(target) / (60.0 if is_wait else 1.0)
            most = _top(traces_of(place, language), limit)
            layout[f"yaxis{mark}"] = axis(
                unit, language, domain=[1 - (place + 0.8) * share, top], range=[0, most], **format_
            )
            layout[f"xaxis{mark}"] = axis(title, language, anchor=f"y{mark}", **x)
            layout["shapes"].append(
                {"type": "line", "xref": f"x{mark} domain", "yref": f"y{mark}", "x0": 0, "x1": 1, "y0": limit,
                 "y1": limit, "line": {"color": ALARM, "width": 2, "dash": "dash"}}
            )  # fmt: skip
            text = said(measured_of(target), language)
            layout["annotations"].append(
                {"xref": f"x{mark} domain", "yref": f"y{mark} domain", "x": 0, "y": 1, "xanchor": "left",
                 "yanchor": "bottom", "text": text, "showarrow": False, "font": {"size": drawing.TEXT}}
            )  # fmt: skip
        layout["margin"] = {"l": 64, "r": 16, "t": 16, "b": 12}
        return drawing.drawing(traces, **layout)

    return both(draw)


def _top(traces: Sequence[Drawing], limit: float) -> float:
    """The end of an axis that shows all values and the limit; an interval that is many times as long is cut off."""
    values = [value for trace in traces for value in trace["y"]]
    highs = [value + by for trace in traces for value, by in zip(trace["y"], trace["error_y"]["array"], strict=True)]
    shown = max(*values, limit)
    most: float = max(shown, min(max(highs), _TIMES_SHOWN * shown))
    return _MARGIN * most
