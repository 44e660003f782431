"""The simulator for programs and notebooks: load a scenario, let its days happen, compare, plan.

Nothing here simulates: it is the engines of the commands `simulate`, `compare` and `plan`, with the same days, figures
and refusals. What is wrong with a file is a `BadFile`, with anything else a `ValueError`; both say it in Chinese and
English, with the way out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from engine.core.plan import HallPlan, Name, numbered_window
from engine.halls import load_hall, read_text
from engine.wire.bad_file import BadFile, Problem
from sim import given
from sim.answers import Comparison, Simulation, StaffingPlan
from sim.bad_option import BadOption
from sim.day import habits_of
from sim.kernel.limits import Inexpressible
from sim.networks.picking import hall_and_scenario, seed_for
from sim.roster import roster_of
from sim.roster_text import roster_tables, spans_by_window
from sim.run import Run
from sim.scenario import Scenario
from sim.scenario_fit import check_against
from sim.staffing.contracts import check_contracts
from sim.staffing.evaluators import evaluators_on
from sim.staffing.planning import Request, plan_staffing
from sim.staffing.targets import read_targets
from sim.statistics import comparison, simulation
from sim.statistics.cores import Core
from sim.statistics.exact import ExactCore
from sim.statistics.experiment import FIRST_DAY, Experiment
from sim.statistics.fast import FastCore
from sim.statistics.options import CONFIDENCE_MAX, CONFIDENCE_MIN
from sim.statistics.simulation import CONFIDENCE
from sim.statistics.stopping import read_half_widths

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["Comparison", "Loaded", "Simulation", "StaffingPlan", "compare", "load", "plan", "simulate"]

WhichCore = Literal["fast", "exact"]
Roster = Mapping[str, Sequence[str]] | str | PathLike[str]
"""Spans such as `"09:00-12:00"` by window, or a file of `[[roster]]` tables. It takes the place of the scenario's own
roster and lunch rota; a window it does not name follows the hall's hours, one without spans is never staffed."""

DAYS: Final = 200
DAYS_MAX: Final = 100_000
CAP_DAYS: Final = 10_000
"""How many days there may be at most when nobody says, and it is asked for half-widths."""
CONFIRM_DAYS_MIN: Final = 20
WORKERS_MAX: Final = 1_024
MINUTES_PER_DAY: Final = 24 * 60
MINUTE_MS: Final = 60_000
SCENARIO_EXAMPLE: Final = 'load("hongtang")'
ROSTER_EXAMPLE: Final = '{"w01": ["09:00-12:00"]}'
SPANS_EXAMPLE: Final = '["09:00-12:00"]'
HALF_WIDTH_EXAMPLE: Final = '"wait_mean<=5s"'
TARGETS_EXAMPLE: Final = '"p90_wait<=15m"'


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scenario and the hall it is about, which fit each other; `name` is what was loaded."""

    name: str
    scenario: Scenario
    hall: HallPlan

    @property
    def windows(self) -> "DataFrame":
        """The hall's windows by id: number, zone, names, and the services they serve."""
        from sim.frames import hall_windows

        return hall_windows(self.hall)

    def with_roster(self, roster: Roster) -> "Loaded":
        """The same days with windows staffed by a roster; raises `BadFile`, `ValueError` for what is none."""
        if isinstance(roster, Mapping):
            spans = {window: given.texts(f"roster[{window!r}]", each, SPANS_EXAMPLE) for window, each in roster.items()}
            text, source = roster_tables(spans), "roster"
        else:
            source = given.path("roster", roster, ROSTER_EXAMPLE)
            text = _text_of(source)
        scenario = self.scenario.with_roster(text, source)
        check_against(scenario, self.hall, source)
        return replace(self, scenario=scenario)

    def with_window_like(self, window: str, spans: Sequence[str]) -> "Loaded":
        """The same days with one window more, which serves what `window` does and is staffed in these spans.

        Raises `BadFile` for bad spans, `ValueError` when there is no such window.
        """
        known = {each.window_id: each for each in self.hall.windows}
        given.one_of("window", window, known)
        given.texts("spans", spans, SPANS_EXAMPLE)
        copies = sum(each.startswith(f"{window}+") for each in known)
        new_id, number = f"{window}+{copies + 1}", max(each.number for each in known.values()) + 1
        copy = replace(known[window], window_id=new_id, number=number, name=numbered_window(number))
        hall = replace(self.hall, windows=(*self.hall.windows, copy))
        text = roster_tables({**spans_by_window(self.scenario), new_id: spans})
        changed = self.scenario.with_roster(text, "roster").model_copy(update={"clerks": self.scenario.clerks})
        check_against(changed, hall, "roster")
        return Loaded(self.name, changed, hall)

    def __repr__(self) -> str:
        from sim.cards import loaded_line

        return loaded_line(self.name, self.scenario, self.hall)

    def _repr_html_(self) -> str:
        from sim.cards import loaded_card

        return loaded_card(self.scenario, self.hall)


def load(name_or_path: str | PathLike[str]) -> Loaded:
    """A shipped scenario, the one in this file, or one site of a network such as `"ningbo/street-001"`, with its hall.

    Raises `BadFile`, which names every mistake, and `ValueError` for what is neither a name nor a path.
    """
    name = given.path("name_or_path", name_or_path, SCENARIO_EXAMPLE)
    hall, scenario = hall_and_scenario(load_hall, name)
    check_contracts(scenario.contracts, hall, name, scenario.line_of)
    return Loaded(name, scenario, hall)


def simulate(
    loaded: Loaded,
    *,
    days: int | None = None,
    seed: int = 1,
    core: WhichCore = "fast",
    roster: Roster | None = None,
    half_width: str | Sequence[str] = (),
    confidence: float = CONFIDENCE,
    workers: int | None = None,
    first_day: date = FIRST_DAY,
    target_minutes: float = 15,
) -> Simulation:
    """Days of a scenario, and what came of them.

    With `half_width`, such as `"wait_mean<=5s"`, no more days than it takes to know the figures so well, and `days` at
    most. What the fast core cannot express happens in the exact one: `core` of the figures says which it was. Raises
    `BadFile` for a bad roster and `ValueError` for anything else that cannot be used.
    """
    loaded, confidence = _loaded("loaded", loaded), _confidence(confidence)
    experiment = _experiment(loaded if roster is None else loaded.with_roster(roster), seed, first_day, target_minutes)
    experiment = replace(experiment, seed=seed_for(loaded.name, experiment.seed))
    with given.named_as_argument():
        asked = read_half_widths(given.texts("half_width", half_width, HALF_WIDTH_EXAMPLE), experiment.plan)
    count = given.whole("days", (CAP_DAYS if asked else DAYS) if days is None else days, 1, DAYS_MAX)
    chosen, reasons = _core(experiment, core, workers)
    return Simulation(
        simulation.simulate(chosen, experiment, count, core_reason=reasons, confidence=confidence, half_widths=asked)
    )


def compare(
    before: Loaded,
    after: Loaded,
    *,
    days: int = 2 * DAYS,
    seed: int = 1,
    core: WhichCore = "fast",
    confidence: float = CONFIDENCE,
    workers: int | None = None,
    first_day: date = FIRST_DAY,
    target_minutes: float = 15,
) -> Comparison:
    """The same visitors on the same days in two halls, or under two rosters: what `after` changes, with intervals.

    Raises `ValueError` for what cannot be used.
    """
    halls, confidence = (_loaded("before", before), _loaded("after", after)), _confidence(confidence)
    count = given.whole("days", days, 2, DAYS_MAX)
    one, two = (_experiment(each, seed, first_day, target_minutes) for each in halls)
    (core_one, why_one), (core_two, why_two) = (_core(each, core, workers) for each in (one, two))
    compared = comparison.compare(
        (core_one, core_two), (one, two), count, reasons=(why_one, why_two), confidence=confidence
    )
    return Comparison(compared)


def plan(
    loaded: Loaded,
    targets: str | Sequence[str],
    *,
    days: int | None = None,
    seed: int = 1,
    with_curves: bool = True,
    first_day: date = FIRST_DAY,
) -> StaffingPlan:
    """The fewest windows by half hour that keep targets such as `"p90_wait<=15m"`, and shifts that staff them.

    `days` are those of the confirmation. Without `with_curves` it is quicker, and cost curve and sensitivity are left
    out. Raises `ValueError` for a target, or anything else, that cannot be used.
    """
    loaded, first = _loaded("loaded", loaded), given.first_day("first_day", first_day)
    wanted = read_targets(given.texts("targets", targets, TARGETS_EXAMPLE), loaded.hall)
    count = None if days is None else given.whole("days", days, CONFIRM_DAYS_MIN, DAYS_MAX)
    request = Request(wanted, given.whole("seed", seed, 0), count, with_curves)
    staffing = plan_staffing(loaded.hall, loaded.scenario, request, evaluators_on(first))
    return StaffingPlan(staffing, loaded.scenario, loaded.hall, first)


def _loaded(option: str, loaded: Loaded) -> Loaded:
    """What was loaded; raises `BadOption` for anything else."""
    if not isinstance(loaded, Loaded):
        example = f'load("{loaded}")' if isinstance(loaded, str) and loaded.isidentifier() else SCENARIO_EXAMPLE
        raise given.unusable(option, loaded, Name(f"请先写 {example}", f"load it first: {example}"))
    return loaded


def _confidence(confidence: float) -> float:
    return given.number("confidence", confidence, CONFIDENCE_MIN, CONFIDENCE_MAX)


def _experiment(loaded: Loaded, seed: int, first_day: date, target_minutes: float) -> Experiment:
    target_ms = round(given.number("target_minutes", target_minutes, 0, MINUTES_PER_DAY) * MINUTE_MS)
    first = given.first_day("first_day", first_day)
    return Experiment(loaded.hall, loaded.scenario, given.whole("seed", seed, 0), first, target_ms)


def _core(experiment: Experiment, core: WhichCore, workers: int | None) -> tuple[Core, tuple[Name, ...]]:
    """The core that lets an experiment happen, and why it is not the fast one although it was asked for."""
    given.one_of("core", core, get_args(WhichCore))
    threads = None if workers is None else given.whole("workers", workers, 1, WORKERS_MAX)
    if threads is not None and core != "fast":
        what = Name("精确内核逐日进行", "the exact core lives one day after the other")
        raise BadOption("workers", what, Name('请加 core="fast"', 'write core="fast"'))
    reasons: tuple[Name, ...] = ()
    if core == "fast":
        try:
            return FastCore(experiment, threads), reasons
        except Inexpressible as no:
            reasons = no.features
    hall, scenario = experiment.plan, experiment.scenario
    run = Run(hall, habits_of(scenario), target_ms=experiment.target_ms, roster=roster_of(scenario, hall))
    return ExactCore(experiment, run), reasons


def _text_of(path: str) -> str:
    """The text of a roster file; raises `BadFile`."""
    if not Path(path).exists():
        what, fix = Name("没有这个文件", "no such file"), Name("请检查路径", "check the path")
        raise BadFile((Problem(path, 1, "", what, fix),))
    return read_text(path, ())
