"""A plan as a table in the terminal: half hours down, groups of windows across, then what it keeps."""

from collections.abc import Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from sim.staffing.result import Band, Reached, Slot, Staffing
from sim.staffing.words import reached_text, shift_words

# Letters that a column of windows takes, and those that the half hour and what concerns all take.
_COLUMN: Final = 8
_MARGIN: Final = 44


def print_staffing(staffing: Staffing, console: Console) -> None:
    """The windows by half hour and group, the targets, Erlang C beside them, the shifts, the verdict and the notes."""
    groups = range(len(staffing.groups))
    at_once = max(1, (console.width - _MARGIN) // _COLUMN)
    for first in groups[::at_once]:
        console.print(_windows(staffing, groups[first : first + at_once]))
    console.print(_caption(staffing), markup=False)
    console.print(_targets(staffing))
    if staffing.shifts is not None:
        words = shift_words(staffing.shifts)
        console.print(f"班次 shifts: {words.zh} / {words.en}")
    if staffing.shifts_refused is not None:
        console.print(f"班次 shifts: {staffing.shifts_refused.zh} / {staffing.shifts_refused.en}")
    for note in staffing.notes:
        console.print(f"· {note.zh}\n  {note.en}", style="dim", markup=False)
    console.print(f"\n{staffing.verdict.zh}\n{staffing.verdict.en}", style="bold", markup=False)


def _windows(staffing: Staffing, groups: range) -> Table:
    """These groups of windows; beside the last of them what concerns all."""
    is_last = groups[-1] == len(staffing.groups) - 1
    table = Table(box=SIMPLE_HEAD)
    table.add_column("半小时\nhalf hour", no_wrap=True)
    for group in (staffing.groups[place] for place in groups):
        table.add_column(f"{group.name.zh.removesuffix('号窗口')}\n/{len(group.windows)}", justify="right")
    for heading in ("合计\nall", "来人\ncome", "P90 等候\nP90 wait") if is_last else ():
        table.add_column(heading, justify="right", no_wrap=True)
    for place, slot in enumerate(staffing.slots):
        if slot.open_minutes or staffing.arrivals[place].mean:
            counts = [str(staffing.needed[group][place]) for group in groups]
            table.add_row(slot.label, *counts, *(_of_all(staffing, place) if is_last else ()))
    return table


def _of_all(staffing: Staffing, slot: int) -> tuple[str, str, str]:
    planned = sum(row[slot] for row, group in zip(staffing.needed, staffing.groups, strict=True) if not group.fixed)
    come, wait = staffing.arrivals[slot].mean, staffing.waits[slot].p90_s
    return str(planned), f"{come:.1f}", _minutes(wait)


def _minutes(band: Band | None) -> str:
    """
    >>> _minutes(Band(125.4, 60.0, 200.0))
    '2:05'
    """
    return "–" if band is None else f"{round(band.mean) // 60}:{round(band.mean) % 60:02d}"


def _caption(staffing: Staffing) -> str:
    return " · ".join(
        (
            f"{staffing.window_half_hours:g} 窗口半小时 window-half-hours",
            f"现有 there are {staffing.half_hours_there_are:g}",
            f"日均 {staffing.visitors.mean:.0f} 人 visitors a day",
            f"验证 confirmed on {staffing.confirm_days} 天 days",
            f"{staffing.seconds:.1f} s",
        )
    )


def _targets(staffing: Staffing) -> Table:
    """What the plan reaches of each target, beside Erlang C and the shifts."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("目标 target", no_wrap=True)
    table.add_column("本方案 this plan")
    columns: list[Sequence[Reached]] = [staffing.reached]
    if staffing.erlang is not None:
        table.add_column(f"Erlang C ({staffing.erlang.window_half_hours:g})")
        columns.append(staffing.erlang.reached)
    if staffing.shifts is not None and staffing.shifts.reached:
        table.add_column("排班后 with shifts")
        columns.append(staffing.shifts.reached)
    for place, reached in enumerate(staffing.reached):
        table.add_row(reached.target.text, *(_cell(column[place], staffing.slots) for column in columns), style=None)
    return table


def _cell(reached: Reached, slots: Sequence[Slot]) -> str:
    mark = "[green]✓[/]" if reached.held else "[red]✗[/]"
    return f"{mark} {reached_text(reached, slots).replace('[', chr(92) + '[')}"
