"""What shows of an answer by itself: in a notebook a heading and a small table, in Chinese and English, and one line
where there is only room for that."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from engine.core.plan import HallPlan, Name
from sim.scenario import Scenario
from sim.staffing.result import Staffing
from sim.table import HEADINGS, figure_text, minutes_text

INTERVAL: Final = Name("区间", "interval")
COMPARED: Final = {
    "wait_mean_s": Name("平均等候", "mean wait"),
    "wait_p90_s": Name("九成等候不超过", "P90 of the wait"),
    "within_target": Name("达标率", "in time"),
    "abandoned_share": Name("离开率", "left"),
    "window_utilisation": Name("窗口利用率", "windows busy"),
}


def loaded_card(scenario: Scenario, hall: HallPlan) -> str:
    """What was loaded, in one line."""
    name, day = scenario.scenario.name, scenario.scenario
    en = f"{len(hall.windows)} windows, {len(hall.services)} services, {day.visits_per_day} visits a day"
    zh = f"{len(hall.windows)} 个窗口，{len(hall.services)} 项业务，每天约 {day.visits_per_day} 人次"
    return str(_heading(Name(name.zh, name.en)) + _line(f"{zh} · {en}"))


def loaded_line(name: str, scenario: Scenario, hall: HallPlan) -> str:
    """What was loaded, as Python shows it."""
    day = scenario.scenario
    return f"<Loaded {name!r}: {len(hall.windows)} windows, {len(hall.services)} services, {day.visits_per_day} a day>"


def simulation_line(figures: Mapping[str, Any]) -> str:
    """The figures of everybody, as Python shows them."""
    waits = ", ".join(
        f"{name} {figure_text(key, figures[key])}"
        for name, key in (("mean wait", "wait_mean_s"), ("P90", "wait_p90_s"), ("in time", "within_target"))
    )
    return f"<Simulation: {figures['days']} days, {figures['core']} core, {figures['visitors']:,} visitors, {waits}>"


def comparison_line(figures: Mapping[str, Any]) -> str:
    """Whether waits differ, as Python shows it."""
    found, made = figures["difference"]["all"][""]["wait_mean_s"], f"<Comparison: {figures['days']} days, mean wait"
    if found is None:
        return f"{made} unknown>"
    clear = "clear" if found["is_clear"] else "not clear"
    return f"{made} {minutes_text(found['first'])}, then {minutes_text(found['second'])}: {clear}>"


def plan_line(staffing: Staffing) -> str:
    """Whether the plan holds and what it takes, as Python shows it."""
    most = max((sum(counts) for counts in zip(*staffing.needed, strict=True)), default=0)
    verdict = "holds" if staffing.holds else "does not hold"
    clerks = f", {len(staffing.shifts.shifts)} clerks" if staffing.shifts is not None else ""
    return f"<StaffingPlan: {verdict}, {len(staffing.slots)} half hours, at most {most} windows{clerks}>"


def simulation_card(scenario: Scenario, hall: HallPlan, figures: Mapping[str, Any]) -> str:
    """The figures of everybody and of each lane and service, with how far they may be off."""
    intervals = figures["intervals"]
    rows = [_figures_row(Name("全部", "all"), figures, intervals["all"])]
    named = {
        "by_lane": {lane.lane_id: lane.name for lane in hall.lanes},
        "by_service": {service.service_id: service.name for service in hall.services},
    }
    for group, names in named.items():
        rows += [_figures_row(names[key], part, intervals[group][key]) for key, part in figures[group].items()]
    head = ["", *(heading.replace("\n", " ") for _, heading in HEADINGS)]
    name = scenario.scenario.name
    core = Name("快速内核", "fast core") if figures["core"] == "fast" else Name("精确内核", "exact core")
    made = (
        f"{figures['days']:,} 天 days · 种子 seed {figures['seed']} · {core.zh} {core.en} · "
        f"达标线 target {minutes_text(figures['target_s'])} · ± {intervals['confidence']:.4g} 置信 confidence"
    )
    return str(_heading(Name(name.zh, name.en)) + _table(head, rows) + _line(made))


def _figures_row(name: Name, part: Mapping[str, Any], intervals: Mapping[str, Any]) -> list[str]:
    cells = [f"{name.zh} {name.en}"]
    for key, _ in HEADINGS:
        found = intervals.get(key)
        cells.append(figure_text(key, part[key]) + ("" if found is None else f" ± {figure_text(key, _off(found))}"))
    return cells


def _off(interval: Mapping[str, float]) -> float:
    """How far the figure may be off: the farther end of its interval."""
    return max(interval["high"] - interval["value"], interval["value"] - interval["low"])


def comparison_card(figures: Mapping[str, Any]) -> str:
    """What differs, and whether it is more than chance."""
    rows = []
    for key, name in COMPARED.items():
        found = figures["difference"]["all"][""].get(key)
        if found is not None:
            ends = f"{_signed(key, found['low'])} … {_signed(key, found['high'])}"
            clear = "是 yes" if found["is_clear"] else "否 no"
            numbers = (_said(key, found["first"]), _said(key, found["second"]), _signed(key, found["difference"]))
            rows.append([f"{name.zh} {name.en}", *numbers, ends, clear])
    head = ["", "之前 before", "之后 after", "差 difference", f"{INTERVAL.zh} {INTERVAL.en}", "确有差别 clear"]
    made = f"{figures['days']:,} 天 days · 相同来访者 the same visitors · {figures['confidence']:.4g} 置信 confidence"
    return str(_heading(Name("比较", "Comparison")) + _table(head, rows) + _line(made))


def _said(key: str, value: float) -> str:
    return minutes_text(value) if key.endswith("_s") else f"{value:.1%}"


def _signed(key: str, value: float) -> str:
    return ("−" if value < 0 else "+") + _said(key, abs(value))


def plan_card(staffing: Staffing) -> str:
    """The verdict, what was reached of each target, and the windows by half hour."""
    rows = [
        [each.target.text, _reached(each.target.measure, each.value),
         f"{_reached(each.target.measure, each.low)} … {_reached(each.target.measure, each.high)}",
         "做到 kept" if each.held else "未做到 not kept"]
        for each in staffing.reached
    ]  # fmt: skip
    reached = _table(["目标 target", "结果 reached", f"{INTERVAL.zh} {INTERVAL.en}", ""], rows)
    windows = [
        [f"{group.name.zh} {group.name.en}", *(str(count) for count in counts)]
        for group, counts in zip(staffing.groups, staffing.needed, strict=True)
    ]
    needed = _table(["窗口 windows", *(slot.label for slot in staffing.slots)], windows)
    return str(_heading(staffing.scenario) + _line(f"{staffing.verdict.zh} {staffing.verdict.en}") + reached + needed)


def _reached(measure: str, value: float) -> str:
    return minutes_text(value) if measure == "wait" else f"{value:.1%}"


def _heading(name: Name) -> Markup:
    return Markup("<h4>{} · {}</h4>").format(name.zh, name.en)


def _line(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    lines = [_row("th", head), *(_row("td", row) for row in rows)]
    return Markup("<table>{}</table>").format(Markup("").join(lines))


def _row(tag: str, cells: Sequence[str]) -> Markup:
    return Markup("<tr>{}</tr>").format(
        Markup("").join(Markup(f"<{tag}>") + escape(cell) + Markup(f"</{tag}>") for cell in cells)
    )
