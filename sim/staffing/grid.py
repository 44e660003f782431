"""A hall as a planner sees it: groups of windows that are alike, half hours of the day, and rosters made of counts.

A plan is a count for each group and half hour. Which windows of a group are staffed makes no difference, so the first
of them in the hall plan's order are: a window that is staffed at a low count stays staffed when the count grows.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.core.plan import MINUTE_MS, HallPlan, Name, WindowPlan
from sim.kernel.shapes import NEVER, Roster
from sim.scenario import Scenario
from sim.staffing.result import SLOT_MINUTES, Slot, WindowGroup

Staff = NDArray[np.int64]
"""Windows by group and slot."""
Spans = tuple[tuple[int, int], ...]

# So many staffings of a window, or of a group, are remembered as spans.
_KNOWN_MAX: Final = 2_000

# Whose staff is not the hall's to plan: a partner's clerks, and windows that open and close with the number waiting.
_FIXED: Final = ("remote", "tidal")


@dataclass(frozen=True)
class Grid:
    """The groups and half hours of one hall and scenario; `hours` are the spans it is open, in minutes."""

    plan: HallPlan
    slots: tuple[Slot, ...]
    groups: tuple[WindowGroup, ...]
    hours: Spans
    _known_spans: dict[tuple[bool, ...], Spans] = field(default_factory=dict, repr=False, compare=False)
    _known_moments: dict[tuple[int, tuple[int, ...]], tuple[Spans, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def first_slot(self) -> int:
        """The half hour of the day with which the slots begin, counted from midnight."""
        return self.slots[0].start_minute // SLOT_MINUTES

    @cached_property
    def most(self) -> Staff:
        """Every window there is, while the hall is open."""
        sizes = np.array([len(group.windows) for group in self.groups], dtype=np.int64)
        return sizes[:, None] * (self.weights > 0)[None, :]

    @cached_property
    def least(self) -> Staff:
        """No window of a planned group, every window of a fixed one."""
        return np.where(self.is_planned[:, None], 0, self.most)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """How much of each half hour the hall is open: 0 to 1, by slot."""
        return np.array([slot.open_minutes / SLOT_MINUTES for slot in self.slots])

    @cached_property
    def is_planned(self) -> NDArray[np.bool_]:
        """Which groups are the hall's to plan."""
        return np.array([not group.fixed for group in self.groups], dtype=bool)

    @cached_property
    def serves(self) -> NDArray[np.bool_]:
        """Which group can serve which service of the hall, by group and service."""
        return np.array(
            [[service.service_id in group.services for service in self.plan.services] for group in self.groups]
        )

    def cost(self, staff: Staff) -> float:
        """Window-half-hours of the planned groups, while the hall is open."""
        return float((staff * self.weights)[self.is_planned].sum())

    def roster(self, staff: Staff) -> Roster:
        """When each window is staffed; who holds a ticket at the end is served by the last slot's windows."""
        rows = [self._moments(group, tuple(counts)) for group, counts in enumerate(staff.tolist())]
        return Roster(self._in_order(rows))

    def open_minutes(self, staff: Staff) -> tuple[Spans, ...]:
        """By window of the hall: its spans in minutes from midnight; a partner's window keeps the partner's hours."""
        return self._in_order([self._minutes(group, tuple(counts)) for group, counts in enumerate(staff.tolist())])

    def _in_order(self, rows: Sequence[Sequence[Spans]]) -> tuple[Spans, ...]:
        """What stands by group and window in the order of the hall's windows."""
        of_groups = [spans for row in rows for spans in row]
        return tuple(of_groups[place] for place in self._places)

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """Where each window of the hall stands among those of the groups."""
        of_groups = [window_id for group in self.groups for window_id in group.windows]
        return tuple(of_groups.index(window.window_id) for window in self.plan.windows)

    def _moments(self, group: int, counts: tuple[int, ...]) -> tuple[Spans, ...]:
        """The windows of a group by their spans in milliseconds; mostly one group differs from the plan before."""
        known = self._known_moments.get((group, counts))
        if known is None:
            _make_room(self._known_moments)
            is_remote, last = self._windows(group)[0].remote is not None, self.hours[-1][1]
            known = self._known_moments[group, counts] = tuple(
                tuple(
                    (start * MINUTE_MS, NEVER if end == last and not is_remote else end * MINUTE_MS)
                    for start, end in spans
                )
                for spans in self._minutes(group, counts)
            )
        return known

    def _minutes(self, group: int, counts: tuple[int, ...]) -> tuple[Spans, ...]:
        """The windows of a group by their spans in minutes."""
        return tuple(
            _partner_hours(window) or self._spans(tuple(count > place for count in counts))
            for place, window in enumerate(self._windows(group))
        )

    def _windows(self, group: int) -> list[WindowPlan]:
        ids = set(self.groups[group].windows)
        return [window for window in self.plan.windows if window.window_id in ids]

    def _spans(self, is_staffed: tuple[bool, ...]) -> Spans:
        """The spans of a window that is staffed in these slots; the same few come again and again."""
        known = self._known_spans.get(is_staffed)
        if known is None:
            _make_room(self._known_spans)
            known = self._known_spans[is_staffed] = self._joined(is_staffed)
        return known

    def _joined(self, is_staffed: tuple[bool, ...]) -> Spans:
        spans: list[tuple[int, int]] = []
        for place, slot in enumerate(self.slots):
            for opens, closes in self.hours if is_staffed[place] else ():
                start, end = max(opens, slot.start_minute), min(closes, slot.end_minute)
                if start >= end:
                    continue
                if spans and spans[-1][1] == start:
                    spans[-1] = (spans[-1][0], end)
                else:
                    spans.append((start, end))
        return tuple(spans)


def grid_of(plan: HallPlan, scenario: Scenario) -> Grid:
    """The half hours in which somebody may come or the hall is open, and the groups of its windows.

    A hall without hours is open while the scenario says that people come.
    """
    day = scenario.scenario
    comes_from, comes_until = day.opens, day.opens + day.slot_minutes * len(day.shape)
    hours = tuple(sorted((span.start, span.end) for span in plan.hours)) or ((comes_from, comes_until),)
    first = min(comes_from, hours[0][0]) // SLOT_MINUTES
    last = -(-max(comes_until, hours[-1][1]) // SLOT_MINUTES)
    slots = tuple(_slot(place * SLOT_MINUTES, hours) for place in range(first, last))
    return Grid(plan, slots, _groups(plan), hours)


def with_more_windows(plan: HallPlan, times: int) -> HallPlan:
    """The hall as if each window that is its to plan were there `times` times."""
    number = max(window.number for window in plan.windows)
    copies = [
        replace(window, window_id=f"{window.window_id}+{copy}", number=number + copy * len(plan.windows) + place)
        for copy in range(1, times)
        for place, window in enumerate(plan.windows, 1)
        if window.kind not in _FIXED
    ]
    return replace(plan, windows=(*plan.windows, *copies))


def _make_room(known: dict[Any, Any]) -> None:
    """Forget what is remembered when it is too much; what comes again and again will come again."""
    if len(known) >= _KNOWN_MAX:
        known.clear()


def _slot(start: int, hours: Spans) -> Slot:
    end = start + SLOT_MINUTES
    open_minutes = sum(max(0, min(closes, end) - max(opens, start)) for opens, closes in hours)
    return Slot(f"{start // 60:02d}:{start % 60:02d}", start, end, open_minutes)


def _partner_hours(window: WindowPlan) -> Spans:
    return tuple(sorted((span.start, span.end) for span in window.remote.hours)) if window.remote is not None else ()


def _groups(plan: HallPlan) -> tuple[WindowGroup, ...]:
    alike: dict[Hashable, list[WindowPlan]] = {}
    for window in plan.windows:
        key = (window.tiers, window.policy_id, window.zone_id, window.help_after_ms, window.tide, window.remote)
        alike.setdefault(key, []).append(window)
    return tuple(
        WindowGroup(
            group_id=windows[0].window_id,
            name=_group_name(windows),
            windows=tuple(window.window_id for window in windows),
            services=tuple(service for tier in windows[0].tiers for service in tier),
            zone=windows[0].zone_id,
            fixed=windows[0].kind in _FIXED,
        )
        for windows in alike.values()
    )


def _group_name(windows: Iterable[WindowPlan]) -> Name:
    """By their numbers: `Windows 1-4, 7`."""
    numbers = sorted(window.number for window in windows)
    runs: list[str] = []
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in run]
        runs.append(f"{members[0]}–{members[-1]}" if len(members) > 1 else f"{members[0]}")
    word = "Window" if len(numbers) == 1 else "Windows"
    return Name(f"{'、'.join(runs)}号窗口", f"{word} {', '.join(runs)}")
