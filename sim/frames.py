"""Answers as pandas tables: a row for each day, half hour, service, lane, window or shift.

Names of columns end in their unit, as the figures of docs/reference/python.md do: `_s` seconds, `_share` 0 to 1,
`_minutes`, `_hours`; `_low` and `_high` behind it are the ends of the interval. What is not known is NaN.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from engine.core.calendar import clock_text
from engine.core.plan import SECOND_MS, HallPlan, Name
from sim.staffing.result import Band, Reached, Shift, Staffing
from sim.statistics import batch as b
from sim.statistics.comparison import Compared
from sim.statistics.estimates import FIGURES, name_of
from sim.statistics.observed import Observed
from sim.statistics.part import ALL
from sim.statistics.rows import COUNTED
from sim.statistics.trial import Trial

COUNTS: Final = ("visitors", "served", "abandoned", "no_shows", "turned_away", "unserved_at_close")
WAITS: Final = ("wait_mean_s", "wait_p50_s", "wait_p90_s")
SHARE_OF: Final = {
    "abandoned_share": "abandoned",
    "no_show_share": "no_shows",
    "turned_away_share": "turned_away",
    "unserved_share": "unserved_at_close",
}
"""Which of the visitors' shares is of which count."""
OF_DAY: Final = (
    "visitors", "served", "within_target", "abandoned", "no_shows", "turned_away", "unserved_at_close",
)  # fmt: skip
"""What is counted on each day, in the order of `COUNTED`."""
SHARE_DIGITS: Final = 6
IN_TABLES: Final = {"within_target": "within_target_share"}
"""Figures that tables name otherwise: there a count of the day has this name."""
COMPARED: Final = {IN_TABLES.get(figure, figure): figure for figure in FIGURES}
"""What a comparison has by half hour: its name in tables, and which figure it is."""


def parts_frame(figures: Mapping[str, Any], group: str, index: str, names: Mapping[str, Name]) -> pd.DataFrame:
    """The figures of `group` ("by_lane", "by_service", "by_slot"), each part in a row; those with `names` say them."""
    known = figures["intervals"][group]
    rows = {
        name: {**_named(names.get(name)), **_row(part, known[name], figures["days"])}
        for name, part in figures[group].items()
    }
    return _frame(rows, index)


def _named(name: Name | None) -> dict[str, str]:
    return {} if name is None else {"zh": name.zh, "en": name.en}


def _row(part: Mapping[str, Any], intervals: Mapping[str, Any], days: int) -> dict[str, Any]:
    """Counts of all days, then each figure with the ends of its interval."""
    values = {
        **{name: part[name] for name in WAITS},
        "within_target_share": part["within_target"],
        **{share: round(part[count] / part["visitors"], SHARE_DIGITS) for share, count in SHARE_OF.items()},
        "visitors_per_day": part["visitors"] / days,
    }
    row: dict[str, Any] = {name: part[name] for name in COUNTS}
    for name, value in values.items():
        found = intervals["within_target" if name == "within_target_share" else name]
        row |= {name: value, **_ends(name, found)}
    return row


def _ends(name: str, interval: Mapping[str, float] | None) -> dict[str, float | None]:
    return {f"{name}_{end}": None if interval is None else interval[end] for end in ("low", "high")}


def windows_frame(figures: Mapping[str, Any], hall: HallPlan) -> pd.DataFrame:
    """How much of its open time each window was taken."""
    known = figures["intervals"]["by_window"]
    rows = {
        window.window_id: {
            "number": window.number,
            "taken_share": figures["by_window"][window.window_id],
            **_ends("taken_share", known[window.window_id]),
        }
        for window in hall.windows
    }
    return _frame(rows, "window")


def days_frame(trial: Trial) -> pd.DataFrame:
    """Each day by itself: what was counted, and the waits of those who were served."""
    counts = trial.observed.counts(ALL)
    frame = pd.DataFrame(counts[:, COUNTED], columns=list(OF_DAY))
    frame.insert(0, "date", pd.to_datetime([trial.experiment.date_of(day) for day in range(len(counts))]))
    served = np.where(counts[:, b.SERVED] > 0, counts[:, b.SERVED], np.nan)
    frame["wait_total_s"] = counts[:, b.WAIT_MS] / SECOND_MS
    frame["wait_mean_s"] = frame["wait_total_s"] / served
    frame["within_target_share"] = frame["within_target"] / served
    return frame.rename_axis("day")


def hall_windows(hall: HallPlan) -> pd.DataFrame:
    """The windows of a hall and what they serve."""
    rows = {
        window.window_id: {
            "number": window.number,
            **_named(window.name),
            "zone": window.zone_id,
            "services": " ".join(service for tier in window.tiers for service in tier),
        }
        for window in hall.windows
    }
    return _frame(rows, "window")


# --- comparisons ---


def differences_frame(figures: Mapping[str, Any]) -> pd.DataFrame:
    """Each figure of all visits, of lanes and of services in both, and their difference with its interval."""
    rows = [
        {"part": part, "name": name, "figure": IN_TABLES.get(figure, figure), **(found or {})}
        for part, named in figures["difference"].items()
        for name, each in named.items()
        for figure, found in each.items()
    ]
    columns = ["part", "name", "figure", "first", "second", "difference", "low", "high", "is_clear", "gain"]
    return pd.DataFrame(rows, columns=columns).set_index(["part", "name", "figure"])


def slot_differences_frame(compared: Compared, figure: str) -> pd.DataFrame:
    """One figure of `COMPARED` by half hour of issue in both, and the difference with its interval."""
    first, second = compared.first.observed, compared.second.observed
    rows = {}
    for part in [part for part in _slots(first) if part in _slots(second)]:
        found = compared.difference(COMPARED[figure], part, part)
        if found is not None:
            rows[name_of(first.plan, part)] = {
                f"{figure}_first": found.first,
                f"{figure}_second": found.second,
                f"{figure}_difference": found.interval.value,
                f"{figure}_difference_low": found.interval.low,
                f"{figure}_difference_high": found.interval.high,
                "is_clear": found.is_clear,
            }
    return _frame(rows, "half_hour")


def _slots(observed: Observed) -> list[Any]:
    return list(observed.parts_of("slot"))


# --- plans ---


def needed_frame(staffing: Staffing) -> pd.DataFrame:
    """Windows to staff: a row for each group of windows that are alike, a column for each half hour."""
    return pd.DataFrame(
        list(staffing.needed),
        index=pd.Index([group.group_id for group in staffing.groups], name="group"),
        columns=pd.Index([slot.label for slot in staffing.slots], name="half_hour"),
    )


def groups_frame(staffing: Staffing) -> pd.DataFrame:
    """The groups: their names, windows and services; a fixed one is not the hall's to plan."""
    rows = {
        group.group_id: {
            **_named(group.name),
            "windows": " ".join(group.windows),
            "services": " ".join(group.services),
            "zone": group.zone,
            "is_fixed": group.fixed,
        }
        for group in staffing.groups
    }
    return _frame(rows, "group")


def reached_frame(staffing: Staffing) -> pd.DataFrame:
    """What was measured of each target; waits in seconds, the others as shares."""
    return _frame({each.target.text: _reached(each, staffing) for each in staffing.reached}, "target")


def _reached(each: Reached, staffing: Staffing) -> dict[str, Any]:
    return {
        "value": each.value,
        "low": each.low,
        "high": each.high,
        "unit": "s" if each.target.measure == "wait" else "share",
        "is_held": each.held,
        "half_hour": "" if each.slot is None else staffing.slots[each.slot].label,
    }


def plan_slots_frame(staffing: Staffing) -> pd.DataFrame:
    """Each half hour under the plan: windows staffed, who comes, how long they wait; eight days of ten lie between
    `_low` and `_high`."""
    rows = {}
    for place, slot in enumerate(staffing.slots):
        waits = staffing.waits[place]
        rows[slot.label] = {
            "windows": sum(row[place] for row in staffing.needed),
            **_band("visitors", staffing.arrivals[place]),
            **_band("wait_mean_s", waits.mean_s),
            **_band("wait_p50_s", waits.p50_s),
            **_band("wait_p90_s", waits.p90_s),
        }
    return _frame(rows, "half_hour")


def _band(name: str, band: Band | None) -> dict[str, float | None]:
    if band is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high"))
    return {name: band.mean, f"{name}_low": band.low, f"{name}_high": band.high}


def shifts_frame(staffing: Staffing) -> pd.DataFrame:
    """Each clerk's day; empty when there are no shifts."""
    shifts = staffing.shifts.shifts if staffing.shifts is not None else ()
    columns = ["contract_zh", "contract_en", "starts", "ends", "breaks", "seats", "paid_hours"]
    rows = [_shift(shift, staffing) for shift in shifts]
    index = pd.Index([shift.clerk for shift in shifts], name="clerk")
    return pd.DataFrame(rows, columns=columns, index=index)


def _shift(shift: Shift, staffing: Staffing) -> dict[str, Any]:
    groups = staffing.groups
    return {
        "contract_zh": shift.contract.zh,
        "contract_en": shift.contract.en,
        "starts": clock_text(shift.start_minute),
        "ends": clock_text(shift.end_minute),
        "breaks": _spans(shift.breaks),
        "seats": ", ".join(
            f"{groups[seat.group].group_id} {clock_text(seat.from_minute)}-{clock_text(seat.to_minute)}"
            for seat in shift.seats
        ),
        "paid_hours": shift.paid_minutes / 60,
    }


def _spans(spans: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{clock_text(start)}-{clock_text(end)}" for start, end in spans)


def _frame(rows: Mapping[str, Mapping[str, Any]], index: str) -> pd.DataFrame:
    """Rows by name, in their order; None of a number is NaN."""
    frame = pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name=index, dtype=object))
    return frame.map(lambda value: np.nan if value is None else value)
