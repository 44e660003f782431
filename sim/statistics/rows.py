"""The figures of each day as rows, for tables of any kind: one for all visits, one for each part of them."""

from collections.abc import Iterator
from typing import Any, Final

from engine.core.calendar import MIDNIGHT
from engine.core.plan import HallPlan, Span
from sim.scenario import Scenario
from sim.statistics import batch as b
from sim.statistics.batch import Batch
from sim.statistics.estimates import name_of
from sim.statistics.experiment import Experiment
from sim.statistics.part import ALL, Kind, Part

COLUMNS: Final = {
    "day": int,
    "date": str,
    "part": str,
    "name": str,
    "visitors": int,
    "served": int,
    "within_target": int,
    "abandoned": int,
    "no_shows": int,
    "turned_away": int,
    "unserved_at_close": int,
    "wait_total_s": float,
    "wait_mean_s": float,
    "within_target_share": float,
}
"""The columns and what stands in them; nothing where nobody was served."""
COUNTED: Final = (b.VISITORS, b.SERVED, b.WITHIN, b.ABANDONED, b.NO_SHOW, b.TURNED_AWAY, b.UNSERVED)
PART_NAMES: Final[dict[Kind, str]] = {"all": "day", "lane": "lane", "service": "service", "slot": "half-hour"}

Row = tuple[Any, ...]


def parts_told(experiment: Experiment) -> tuple[Part, ...]:
    """The parts that have a row on each day, whether or not anybody came: the same for all days."""
    plan, scenario = experiment.plan, experiment.scenario
    lanes = [Part("lane", place) for place, lane in enumerate(plan.lanes) if lane.lane_id in scenario.lanes]
    services = [Part("service", place) for place in range(len(plan.services))]
    hours = _open(plan, scenario)
    slots = range(hours.start // b.SLOT_MINUTES, -(-hours.end // b.SLOT_MINUTES))
    return (ALL, *lanes, *services, *(Part("slot", slot) for slot in slots))


def rows_of(experiment: Experiment, batch: Batch) -> Iterator[tuple[Kind, Row]]:
    """The rows of a batch of days, in order, each with the kind of its part."""
    parts = [(part, name_of(experiment.plan, part)) for part in parts_told(experiment)]
    for place in range(batch.days):
        number = batch.first + place
        date = experiment.date_of(number).isoformat()
        for part, name in parts:
            yield part.kind, (number, date, PART_NAMES[part.kind], name, *_figures(batch, place, part))


def _figures(batch: Batch, place: int, part: Part) -> Row:
    of_kind = {"lane": batch.lanes, "service": batch.services, "slot": batch.slots}
    counts = batch.lanes[place].sum(axis=0) if part == ALL else of_kind[part.kind][place, part.place]
    total = counts.tolist()
    served, wait_s = total[b.SERVED], total[b.WAIT_MS] / 1_000
    shares = (round(wait_s / served, 3), round(total[b.WITHIN] / served, 6)) if served else (None, None)
    return (*(total[each] for each in COUNTED), wait_s, *shares)


def _open(plan: HallPlan, scenario: Scenario) -> Span:
    """From the first to the last minute in which anybody may draw a number."""
    day = scenario.scenario
    begins = [day.opens, *(pulse.at for pulse in scenario.pulse), *(span.start for span in plan.hours)]
    ends = [day.opens + day.slot_minutes * len(day.shape), *(span.end for span in plan.hours)]
    ends += [pulse.at + 1 for pulse in scenario.pulse]
    if not plan.hours and not scenario.conduct.is_plain:
        # Whoever comes back, or comes for a result, may do so until midnight.
        ends.append(MIDNIGHT)
    return Span(min(begins), min(MIDNIGHT, max(ends)))
