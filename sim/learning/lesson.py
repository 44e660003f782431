"""A log learnt from: read once, day by day, into what teaches and what checks; a scenario and how good it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from engine.core.plan import HallPlan, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.findings import choose_among
from sim.learning.check import DAYS_LEAST, Check, check, is_kept_out
from sim.learning.gathered import Gathered
from sim.learning.goodness import goodness
from sim.learning.journal import WALK_IN, JournalDays
from sim.learning.learned import Learned, learn
from sim.learning.notes import notes_of
from sim.learning.scenario_text import scenario_text
from sim.learning.seen import SeenDay
from sim.learning.tickets_log import LogDays
from sim.scenario import Scenario, read_scenario
from sim.scenario_fit import channels_of, check_against

Days = JournalDays | LogDays

DOUBTFUL: Final = 0.1
"""A log of which more is impossible teaches nothing."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of a log: the text of a scenario, what was learnt, and the JSON object that says how good it is."""

    text: str
    learned: Learned
    told: dict[str, Any]


class Gatherer:
    """Days of a log, gathered as a whole and once more in two parts: those to learn from and those to check with."""

    def __init__(self, source: str) -> None:
        self.everything, self.taught, self.kept_out = Gathered(), Gathered(), Gathered()
        self._source = source

    def take(self, days: Iterable[SeenDay]) -> None:
        """Gather every day; raises `BadFile` when nobody came on any of them."""
        for day in days:
            place = len(self.everything.arrivals.days)
            self.everything.add(day)
            (self.kept_out if is_kept_out(place) else self.taught).add(day)
        if not self.everything.visits:
            what = Name("没有一次来访", "there is no visit in it")
            fix = Name("请给出至少有一天已关门、有人来办的记录", "name a log of at least one closed day with visits")
            raise BadFile((Problem(self._source, 1, "", what, fix),))


def teach(days: Days, gatherer: Gatherer, plan: HallPlan, *, hall: str, out: str) -> Lesson:
    """Learn from days that were gathered; `hall` is how the scenario `out` names its hall.

    Raises `BadFile` where the log is too doubtful, where nobody was served, or where the hall is not the log's.
    """
    everything = gatherer.everything
    _require_credible(days, everything)
    _require_channels(everything, plan, days.doubts.source)
    learned = _learned(everything, plan, days.doubts.source)
    notes = notes_of(everything, learned, plan, days.doubts, days.unfinished)
    name = Name(f"{plan.name.zh}的平常一天", f"An ordinary day at {plan.name.en}")
    text = scenario_text(learned, name, hall, days.doubts.source, notes)
    scenario = _read(text, plan, out)
    compared = _checked(gatherer, learned, scenario, plan, hall, out)
    return Lesson(text, learned, goodness(learned, compared, notes))


def _require_credible(days: Days, gathered: Gathered) -> None:
    doubts = days.doubts
    if doubts.count > DOUBTFUL * gathered.visits:
        fix = Name("请先核对记录的时钟", "look at the clock of whoever wrote it")
        problems = [Problem(doubts.source, place, "position", what, fix) for place, what in doubts.named]
        what = Name(
            f"{gathered.visits} 次来访中有 {doubts.count} 处不可能",
            f"{doubts.count} impossibilities in {gathered.visits} visits",
        )
        raise BadFile((Problem(doubts.source, 1, "", what, fix), *problems))


def _require_channels(gathered: Gathered, plan: HallPlan, source: str) -> None:
    """Raise `BadFile` for channels that a scenario for this hall cannot have."""
    known = channels_of(plan)
    problems = [
        Problem(source, 1, "channel", Name(f"大厅没有“{name}”", f"the hall has no “{name}”"), choose_among(name, known))
        for name in sorted(gathered.channels)
        if name not in (*known, WALK_IN)
    ]
    if problems:
        raise BadFile(tuple(problems))


def _learned(gathered: Gathered, plan: HallPlan, source: str) -> Learned:
    learned = learn(gathered, plan)
    if learned is None:
        what = Name("看不出任何一次办理用了多久", "it does not show how long any visit took")
        fix = Name(
            "请在映射文件中写 service_s，或 began_at 和 finished_at", "name service_s, or began_at and finished_at"
        )
        raise BadFile((Problem(source, 1, "", what, fix),))
    return learned


def _read(text: str, plan: HallPlan, out: str) -> Scenario:
    scenario = read_scenario(text, out)
    check_against(scenario, plan, out)
    return scenario


def _checked(
    gatherer: Gatherer, learned: Learned, scenario: Scenario, plan: HallPlan, hall: str, out: str
) -> Check | None:
    """Compare with days that a scenario was not learnt from; with the same ones where there are too few to keep any."""
    everything = gatherer.everything
    if len(everything.arrivals.days) < DAYS_LEAST:
        return check(scenario, plan, everything, is_held_out=False)
    taught = learn(gatherer.taught, plan)
    if taught is None:
        return None
    name = Name("学习", "Learning")
    taught_scenario = _read(scenario_text(taught, name, hall, "", []), plan, out)
    return check(taught_scenario, plan, gatherer.kept_out, is_held_out=True)
