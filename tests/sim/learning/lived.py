"""Scenarios that are known, the days they make, and those days as the journal that a hall would have kept."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from engine.core.events import Event, Millis
from engine.core.plan import HallPlan, Span
from engine.wire.extension import Told
from engine.wire.records import Row, row_of
from sim.day import Days, habits_of
from sim.learning.gathered import Gathered
from sim.learning.journal import JournalDays
from sim.learning.learned import Learned, learn
from sim.learning.tickets_log import LogDays
from sim.roster import roster_of
from sim.scenario import Scenario, read_scenario
from sim.trace import write_trace
from sim.world import World
from tests.builders import plan, window

MONDAY: Final = date(2026, 1, 5)
WINDOWS: Final = [window(f"w{number:02d}", ["social", "tax", "young"]) for number in range(1, 9)]
HALL: Final = plan(windows=WINDOWS, hours=(Span(8 * 60 + 30, 17 * 60),))
"""Eight windows that serve everything: enough for everybody below."""

DAY: Final = """
[scenario]
name = "a day"
hall = "hall"
visits_per_day = {visits}
opens = "09:00"
shape = [3, 4, 4, 3, 2, 0, 0, 3, 3, 2]
over_dispersion = {dispersion}
"""
SERVICES: Final = """
[services.social]
share = 0.5
mean_minutes = 6
cv = 0.8
[services.tax]
share = 0.3
distribution = "gamma"
mean_minutes = 9
cv = 0.5
[services.young]
share = 0.2
distribution = "exponential"
mean_minutes = 4
"""
LANES: Final = """
[lanes]
ordinary = 0.9
priority = 0.1
"""


def scenario(*tables: str, visits: int = 300, dispersion: float = 3, services: str = SERVICES) -> Scenario:
    """A scenario of `HALL`; tables are added to those above."""
    text = "\n".join([DAY.format(visits=visits, dispersion=dispersion), services, LANES, *tables])
    return read_scenario(text, "known.toml")


def entries(
    known: Scenario, days: int, *, seed: int = 1, hall: HallPlan = HALL, first: date = MONDAY
) -> Iterator[Told]:
    """The journal of so many days of a scenario, one day in memory at a time."""
    told: list[Told] = []
    position = 0

    def record(actor: str, events: Sequence[Event], at_ms: Millis) -> None:
        nonlocal position
        position += len(events)
        told.append((position, at_ms, [row_of(event) for event in events]))

    world = World(hall, habits=habits_of(known), record=record, roster=roster_of(known, hall))
    for day in Days(known, hall, seed, first, days):
        world.run(day.visits, day.orders)
        yield from told
        told.clear()


def gathered(told: Iterator[Told]) -> Gathered:
    """What a journal adds up to."""
    whole = Gathered()
    for day in JournalDays(told, "journal"):
        whole.add(day)
    return whole


def learnt(known: Scenario, days: int, *, seed: int = 1, hall: HallPlan = HALL, first: date = MONDAY) -> Learned:
    """What the journal of so many days of a scenario teaches."""
    learned = learn(gathered(entries(known, days, seed=seed, hall=hall, first=first)), hall)
    assert learned is not None
    return learned


def learnt_from_trace(known: Scenario, days: int, path: Path, *, seed: int = 1, hall: HallPlan = HALL) -> Learned:
    """What the trace of the same days teaches."""
    drawn = Days(known, hall, seed, MONDAY, days)
    write_trace(path, drawn.planned(), hall, as_iso=True, with_courses=not known.conduct.is_plain)
    whole = Gathered()
    for day in LogDays(path, hall):
        whole.add(day)
    learned = learn(whole, hall)
    assert learned is not None
    return learned


def entry(position: int, at_ms: Millis, *rows: Row) -> Told:
    """One entry by hand."""
    return position, at_ms, list(rows)
