"""Answers of the simulator to programs: figures as the commands print them, and the same as tables.

docs/reference/python.md names every column. Tables are made when they are first asked for.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.core.plan import HallPlan, Name
from sim import given
from sim.beforehand import told_beforehand
from sim.scenario import Scenario
from sim.staffing.result import Staffing
from sim.statistics.comparison import Compared
from sim.statistics.simulation import Simulated

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Simulation:
    """Days of a scenario, and what came of them."""

    simulated: Simulated

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The JSON object of `jiaohao simulate --json`."""
        given = self.simulated.trial.experiment
        return {**self.simulated.to_json(), **told_beforehand(given.scenario, given.plan)}

    @property
    def scenario(self) -> Scenario:
        """The scenario, under the roster that was asked for."""
        return self.simulated.trial.experiment.scenario

    @property
    def hall(self) -> HallPlan:
        """The hall in which it happened."""
        return self.simulated.trial.experiment.plan

    @cached_property
    def per_day(self) -> "DataFrame":
        """A row for each day."""
        from sim.frames import days_frame

        return days_frame(self.simulated.trial)

    @cached_property
    def per_slot(self) -> "DataFrame":
        """A row for each half hour of the day in which anybody drew a number, of all days together."""
        from sim.frames import parts_frame

        return parts_frame(self.figures, "by_slot", "half_hour", {})

    @cached_property
    def by_service(self) -> "DataFrame":
        """A row for each service that anybody came for."""
        from sim.frames import parts_frame

        names = {service.service_id: service.name for service in self.hall.services}
        return parts_frame(self.figures, "by_service", "service", names)

    @cached_property
    def by_lane(self) -> "DataFrame":
        """A row for each lane."""
        from sim.frames import parts_frame

        return parts_frame(self.figures, "by_lane", "lane", {lane.lane_id: lane.name for lane in self.hall.lanes})

    @cached_property
    def by_window(self) -> "DataFrame":
        """How much of its open time each window was taken by a visit."""
        from sim.frames import windows_frame

        return windows_frame(self.figures, self.hall)

    def __repr__(self) -> str:
        from sim.cards import simulation_line

        return simulation_line(self.figures)

    def _repr_html_(self) -> str:
        from sim.cards import simulation_card

        return simulation_card(self.scenario, self.hall, self.figures)


@dataclass(frozen=True)
class Comparison:
    """The same visitors in two halls or under two rosters, and what the second changes."""

    compared: Compared

    @cached_property
    def figures(self) -> dict[str, Any]:
        """The JSON object of `jiaohao compare --json`."""
        return self.compared.to_json()

    @cached_property
    def differences(self) -> "DataFrame":
        """A row for each figure of all visits, of each lane and of each service: before, after, the difference."""
        from sim.frames import differences_frame

        return differences_frame(self.figures)

    def by_slot(self, figure: str = "wait_mean_s") -> "DataFrame":
        """One figure by half hour: before, after, the difference; raises `ValueError` for one there is none of."""
        from sim.frames import COMPARED, slot_differences_frame

        return slot_differences_frame(self.compared, given.one_of("figure", figure, COMPARED))

    def __repr__(self) -> str:
        from sim.cards import comparison_line

        return comparison_line(self.figures)

    def _repr_html_(self) -> str:
        from sim.cards import comparison_card

        return comparison_card(self.figures)


@dataclass(frozen=True)
class StaffingPlan:
    """How many windows at which half hour keep targets, and shifts that staff them; `staffing` has all of it."""

    staffing: Staffing
    scenario: Scenario
    hall: HallPlan
    first_day: date

    @property
    def holds(self) -> bool:
        """Whether the plan keeps every target; when not, it is the nearest there is."""
        return self.staffing.holds

    @property
    def verdict(self) -> Name:
        """What came of it, in both languages."""
        return self.staffing.verdict

    @property
    def figures(self) -> dict[str, Any]:
        """The JSON object of `jiaohao plan --json`."""
        return self.staffing.to_json()

    @cached_property
    def needed(self) -> "DataFrame":
        """Windows to staff, by group of windows (rows) and half hour (columns)."""
        from sim.frames import needed_frame

        return needed_frame(self.staffing)

    @cached_property
    def groups(self) -> "DataFrame":
        """Which windows a group has, and what they serve."""
        from sim.frames import groups_frame

        return groups_frame(self.staffing)

    @cached_property
    def reached(self) -> "DataFrame":
        """What was measured of each target, with its interval."""
        from sim.frames import reached_frame

        return reached_frame(self.staffing)

    @cached_property
    def per_slot(self) -> "DataFrame":
        """Each half hour under the plan: windows, visitors and waits, with what they are on eight days of ten."""
        from sim.frames import plan_slots_frame

        return plan_slots_frame(self.staffing)

    @cached_property
    def shifts(self) -> "DataFrame":
        """A row for each clerk; empty when no shifts can be made."""
        from sim.frames import shifts_frame

        return shifts_frame(self.staffing)

    @cached_property
    def roster(self) -> dict[str, list[str]]:
        """Spans by window, as the shifts staff them: what `simulate` and `Loaded.with_roster` take."""
        tables = tomllib.loads(self._roster_text())["roster"]
        spans = {window: table["spans"] for table in tables for window in table["windows"]}
        return {window.window_id: spans[window.window_id] for window in self.hall.windows}

    def save_roster(self, path: str | PathLike[str]) -> Path:
        """Write the roster as `[[roster]]` tables, which fit into a scenario; raises `OSError` where it cannot."""
        Path(path).write_text(self._roster_text(), "utf-8")
        return Path(path)

    def html(self, path: str | PathLike[str]) -> Path:
        """Write the plan as a page that opens offline; raises `OSError` where it cannot."""
        from sim.planner_page import page_of

        Path(path).write_text(page_of(self.staffing, self.scenario, self.hall, self.first_day), "utf-8")
        return Path(path)

    def _roster_text(self) -> str:
        from sim.staffing.roster_file import roster_text

        return roster_text(self.staffing, self.hall, self.scenario)

    def __repr__(self) -> str:
        from sim.cards import plan_line

        return plan_line(self.staffing)

    def _repr_html_(self) -> str:
        from sim.cards import plan_card

        return plan_card(self.staffing)
