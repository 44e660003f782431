"""The shifts as a Gantt chart: a bar a clerk, coloured by where they sit, with the breaks left open."""

from engine.core.plan import Name
from sim.planner_page import drawing, words
from sim.planner_page.day_plots import both
from sim.planner_page.drawing import SOFT, time_axis
from sim.planner_page.parts import Drawing, Language, Plot, Table, said
from sim.staffing.result import Shift, Shifts, Staffing

_HOUR = 60
# More would be too small to read on a sheet.
_CLERKS_MAX = 45
_ROW, _ABOVE, _AXIS = 26, 64, 62


def shift_plots(staffing: Staffing) -> list[Plot]:
    """As many as there are sheets to fill; none when no shifts were asked for, or there are none."""
    shifts = staffing.shifts
    if shifts is None:
        return []
    order = sorted(shifts.shifts, key=lambda shift: (shift.start_minute, shift.end_minute, shift.clerk))
    parts = [order[start : start + _CLERKS_MAX] for start in range(0, len(order), _CLERKS_MAX)]
    return [_shift_plot(staffing, shifts, part, place, len(parts)) for place, part in enumerate(parts, 1)]


def _shift_plot(staffing: Staffing, shifts: Shifts, order: list[Shift], part: int, parts: int) -> Plot:
    def draw(language: Language) -> Drawing:
        traces: list[Drawing] = [_presence(order, said(Name("休息", "Break"), language))]
        for place, group in enumerate(staffing.groups):
            seats = [(shift.clerk, seat) for shift in order for seat in shift.seats if seat.group == place]
            if seats:
                traces.append({
                    "type": "bar", "orientation": "h", "name": drawing.short(said(group.name, language)),
                    "y": [clerk for clerk, _ in seats],
                    "base": [seat.from_minute / _HOUR for _, seat in seats],
                    "x": [(seat.to_minute - seat.from_minute) / _HOUR for _, seat in seats],
                    "customdata": [f"{_clock(seat.from_minute)}–{_clock(seat.to_minute)}" for _, seat in seats],
                    "hovertemplate": "%{y} %{customdata}", "marker": drawing.mark(place), "width": 0.72,
                })  # fmt: skip
        rows = {"type": "category", "categoryorder": "array", "categoryarray": [shift.clerk for shift in order],
                "autorange": "reversed", "fixedrange": True, "automargin": True, "dtick": 1}  # fmt: skip
        layout = {
            "xaxis": _hours(staffing, order, language), "yaxis": rows, "barmode": "overlay",
            "margin": {"l": 64, "r": 16, "t": _ABOVE, "b": 12},
            "legend": {"orientation": "h", "x": 0, "y": 1 + _AXIS / (_ROW * len(order)), "yanchor": "bottom"},
        }  # fmt: skip
        return drawing.drawing(traces, **layout, hovermode="closest")

    best = Name("没有更省的排法", "no cheaper set exists") if shifts.is_best else Name(
        f"最多还能省 {shifts.gap:.1%}", f"at most {shifts.gap:.1%} could be saved"
    )  # fmt: skip
    count, hours = len(shifts.shifts), words.count(shifts.clerk_hours)
    which = Name(f"（{part}/{parts}）", f" ({part}/{parts})") if parts > 1 else Name("", "")
    return Plot(
        "shifts" if part == 1 else f"shifts-{part}",
        Name(f"谁什么时候坐哪里{which.zh}", f"Who sits where when{which.en}"),
        Name(
            f"{count} 人、{hours} 个工时排满本方案，{best.zh}。空白框是休息。",
            f"{count} clerks with {hours} paid hours cover the plan; {best.en}. Empty frames are breaks.",
        ),
        Table(
            (Name("人员", "Clerk"), Name("合同", "Contract"), Name("上班", "From"), Name("下班", "To"),
             Name("休息", "Breaks"), Name("窗口", "Windows"), Name("计薪小时", "Paid hours")),
            [_row(shift, staffing) for shift in order],
        ),
        both(draw),
        height=_ABOVE + 12 + _ROW * len(order),
        is_open=True,
    )  # fmt: skip


def _presence(order: list[Shift], name: str) -> Drawing:
    """From coming to going, as an empty frame behind the seats: what shows through is a break."""
    return {
        "type": "bar", "orientation": "h", "name": name, "y": [shift.clerk for shift in order],
        "base": [shift.start_minute / _HOUR for shift in order],
        "x": [(shift.end_minute - shift.start_minute) / _HOUR for shift in order],
        "marker": {"color": "#ffffff", "line": {"color": SOFT, "width": 1}}, "hoverinfo": "skip", "width": 0.72,
    }  # fmt: skip


def _hours(staffing: Staffing, order: list[Shift], language: Language) -> Drawing:
    axis = time_axis(staffing.slots, language)
    first, last = axis["range"]
    starts, ends = (shift.start_minute / _HOUR for shift in order), (shift.end_minute / _HOUR for shift in order)
    return axis | {"range": [min(first, *starts), max(last, *ends)], "side": "top", "showgrid": True}


def _row(shift: Shift, staffing: Staffing) -> list[Name]:
    breaks = words.same("、".join(f"{_clock(start)}–{_clock(end)}" for start, end in shift.breaks) or "–")
    groups = [staffing.groups[place].name for place in dict.fromkeys(seat.group for seat in shift.seats)]
    return [
        words.same(shift.clerk), shift.contract, words.same(_clock(shift.start_minute)),
        words.same(_clock(shift.end_minute)), breaks, words.joined(groups, "；", "; "),
        words.same(words.count(shift.paid_minutes / _HOUR)),
    ]  # fmt: skip


def _clock(minute: int) -> str:
    """
    >>> _clock(545)
    '09:05'
    """
    return f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"
