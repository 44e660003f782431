"""A plan as `[[roster]]` tables: to be put into a scenario, which then lives by it."""

from typing import Final

import numpy as np

from engine.core.plan import HallPlan
from sim.scenario import Scenario
from sim.staffing.grid import Staff, grid_of
from sim.staffing.result import Staffing

# In a hall without hours the windows of the last half hour stay for whoever still waits.
_MIDNIGHT: Final = 24 * 60


def roster_text(staffing: Staffing, plan: HallPlan, scenario: Scenario) -> str:
    """The tables, windows with the same spans together; with shifts, the windows that these staff."""
    grid = grid_of(plan, scenario)
    counts = staffing.needed if staffing.shifts is None else staffing.shifts.coverage
    staff: Staff = np.array(counts, dtype=np.int64)
    last = grid.hours[-1][1]
    windows_of: dict[tuple[str, ...], list[str]] = {}
    for window, spans in zip(plan.windows, grid.open_minutes(staff), strict=True):
        texts = tuple(f"{_time(start)}-{_time(end if plan.hours or end < last else _MIDNIGHT)}" for start, end in spans)
        windows_of.setdefault(texts, []).append(window.window_id)
    head = [
        f"# {staffing.verdict.zh}",
        f"# {staffing.verdict.en}",
        f"# {', '.join(each.target.text for each in staffing.reached)}; seed {staffing.seed}",
    ]
    tables = [
        f"[[roster]]\nwindows = [{_quoted(windows)}]\nspans = [{_quoted(spans)}]"
        for spans, windows in windows_of.items()
    ]
    return "\n".join(head) + "\n\n" + "\n\n".join(tables) + "\n"


def _quoted(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
