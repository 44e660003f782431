"""What came of days, added up in whole numbers, so that days may be added in any order.

A visitor counts in the half hour of issue; what windows did counts in the half hours in which they did it. A wait lasts
from the ticket to the call, and its figures are over those who were served.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core import calendar
from engine.core.plan import MINUTE_MS, SECOND_MS, HallPlan
from sim.kernel import shapes
from sim.kernel.compiled import Number, inlined_inner, inner, uncounted
from sim.kernel.plain import Room
from sim.kernel.shapes import NEVER, Flags, VisitColumns, Whole
from sim.kernel.tables import HallTables, Long
from sim.scenario import Scenario

VISITORS, SERVED, WITHIN, ABANDONED, NO_SHOW, TURNED_AWAY, UNSERVED, WAIT_MS = range(8)
"""What is counted: who came, who was served, who of these waited no longer than the target, who left, did not appear,
got no number, was left at the close; and the waits of the served in milliseconds."""
FIGURES: Final = 8

SLOT_MINUTES: Final = 30
SLOT_MS: Final = SLOT_MINUTES * MINUTE_MS
WAITS_MAX: Final = 20_000_000
"""So many single waits are kept; of more it is known how many lasted how many whole seconds."""
BINS: Final = 8 * 3_600 + 1
"""Whole seconds of eight hours, and whatever is longer."""

FIGURE_OF: Final = np.zeros(5, np.int64)
for _outcome, _figure in (
    (shapes.SERVED, SERVED),
    (shapes.LEFT, ABANDONED),
    (shapes.NO_SHOW, NO_SHOW),
    (shapes.DAY_CLOSED, UNSERVED),
    (shapes.TURNED_AWAY, TURNED_AWAY),
):
    FIGURE_OF[_outcome] = _figure


class Counts(NamedTuple):
    """Where days are counted, one number after the other: `visitors` by day, slot, service, lane and figure, all but
    how many came, which is the sum of those who ended in any way; what windows did by slot and window; and the single
    waits of the served, each with its cell, (slot × services + service) × lanes + lane."""

    first_slot: int
    slots: int
    services: int
    lanes: int
    windows: int
    target_ms: int
    visitors: Long
    busy_ms: Long
    open_ms: Long
    wait_ms: Whole
    wait_cell: Whole


@dataclass(frozen=True)
class Tally:
    """What came of successive days.

    `counts` by day, slot, service, lane and figure; `busy_ms` and `open_ms` by slot and window, of all days together.
    Slots are half hours from `first_slot` on (0 is midnight); what lies outside of them counts in the nearest.
    `wait_ms` and `wait_cell` are the single waits of day after day, the first `waits_until[d]` of them of the days up
    to and with d; empty when there are more than `WAITS_MAX`, and then `lasting` is what `waits` gives.
    """

    first_slot: int
    counts: Long
    busy_ms: Long
    open_ms: Long
    wait_ms: Whole
    wait_cell: Whole
    waits_until: Long
    lasting: Long | None
    user_s: float

    @property
    def days(self) -> int:
        return len(self.counts)

    @cached_property
    def waits(self) -> NDArray[np.int64]:
        """How many served waited how many whole seconds, by service, lane and second; the last counts the rest."""
        if self.lasting is not None:
            return self.lasting
        _, _, services, lanes, _ = self.counts.shape
        seconds = np.minimum(self.wait_ms // SECOND_MS, BINS - 1)
        cells = (self.wait_cell % (services * lanes)).astype(np.int64) * BINS + seconds
        return np.bincount(cells, minlength=services * lanes * BINS).reshape(services, lanes, BINS)


class Slots(NamedTuple):
    """The half hours that are told apart: so many from the `first` on."""

    first: int
    number: int


def slots_of(plan: HallPlan, scenario: Scenario) -> Slots:
    """From when somebody may come until the day closes."""
    table = scenario.scenario
    comes = [table.opens, *(pulse.at for pulse in scenario.pulse), *(span.start for span in plan.hours)]
    ends = max((span.end for span in plan.hours), default=calendar.MIDNIGHT) + plan.rules.overtime_ms // MINUTE_MS
    first = min(comes) // SLOT_MINUTES
    return Slots(first, max(-(-ends // SLOT_MINUTES) - first, 1))


def counts_for(plan: HallPlan, slots: Slots, days: int, waits: int, target_ms: int) -> Counts:
    """Where to count so many days with so many visitors."""
    services, lanes, windows = len(plan.services), len(plan.lanes), len(plan.windows)
    return Counts(
        first_slot=slots.first,
        slots=slots.number,
        services=services,
        lanes=lanes,
        windows=windows,
        target_ms=target_ms,
        visitors=np.zeros(days * slots.number * services * lanes * FIGURES, np.int64),
        busy_ms=np.zeros(slots.number * windows, np.int64),
        open_ms=np.zeros(slots.number * windows, np.int64),
        wait_ms=np.empty(waits, np.int32),
        wait_cell=np.empty(waits, np.int32),
    )


def tally_of(counts: Counts, until: Long, user_s: float) -> Tally:
    """What was counted, when so many waits have been noted after each day."""
    waits = int(until[-1])
    figures = counts.visitors.reshape(len(until), counts.slots, counts.services, counts.lanes, FIGURES)
    figures[..., VISITORS] = figures[..., FIGURE_OF].sum(axis=-1)
    return Tally(
        first_slot=counts.first_slot,
        counts=figures,
        busy_ms=counts.busy_ms.reshape(counts.slots, counts.windows),
        open_ms=counts.open_ms.reshape(counts.slots, counts.windows),
        wait_ms=counts.wait_ms[:waits],
        wait_cell=counts.wait_cell[:waits],
        waits_until=until,
        lasting=None,
        user_s=user_s,
    )


def merged(parts: Sequence[Tally]) -> Tally:
    """What came of parts that follow each other."""
    until = np.concatenate([part.waits_until for part in parts])
    lengths = [int(part.waits_until[-1]) for part in parts]
    before = np.cumsum([0, *lengths[:-1]])
    until += np.repeat(before, [part.days for part in parts])
    keeps = sum(lengths) <= WAITS_MAX
    none = np.empty(0, np.int32)
    return Tally(
        first_slot=parts[0].first_slot,
        counts=np.concatenate([part.counts for part in parts]),
        busy_ms=np.sum([part.busy_ms for part in parts], axis=0),
        open_ms=np.sum([part.open_ms for part in parts], axis=0),
        wait_ms=np.concatenate([part.wait_ms for part in parts]) if keeps else none,
        wait_cell=np.concatenate([part.wait_cell for part in parts]) if keeps else none,
        waits_until=until,
        lasting=None if keeps else np.sum([part.waits for part in parts], axis=0),
        user_s=sum(part.user_s for part in parts),
    )


@inlined_inner
def slot_of(counts: Counts, at_ms: Number) -> Number:
    """The slot of a moment."""
    return min(max(np.int64(np.uint64(at_ms) // np.uint64(SLOT_MS)) - counts.first_slot, 0), counts.slots - 1)


@inlined_inner
def count_visitor(
    counts: Counts,
    day: Number,
    waits: Number,
    at_ms: Number,
    service: Number,
    lane: Number,
    outcome: Number,
    wait_ms: Number,
) -> Number:  # fmt: skip
    """Count a visitor by when they came and what became of them; the answer is how many waits there are by now.

    The numbers of the day begin at `day` in `counts.visitors`.
    """
    cell = (slot_of(counts, at_ms) * counts.services + service) * counts.lanes + lane
    row = np.uint64(day + cell * FIGURES)
    counts.visitors[row + np.uint64(FIGURE_OF[outcome])] += 1
    if outcome != shapes.SERVED:
        return waits
    counts.visitors[row + np.uint64(WITHIN)] += wait_ms <= counts.target_ms
    counts.visitors[row + np.uint64(WAIT_MS)] += wait_ms
    counts.wait_ms[np.uint64(waits)] = wait_ms
    counts.wait_cell[np.uint64(waits)] = cell
    return waits + 1


@inlined_inner
def count_span(counts: Counts, table: Long, window: Number, from_ms: Number, to_ms: Number) -> None:
    """Spread a time over the slots in which it lies."""
    slot, last = slot_of(counts, from_ms), slot_of(counts, to_ms)
    while slot < last:
        until_ms = (counts.first_slot + slot + 1) * SLOT_MS
        table[np.uint64(slot * counts.windows + window)] += until_ms - from_ms
        from_ms = until_ms
        slot += 1
    table[np.uint64(slot * counts.windows + window)] += to_ms - from_ms


@inner
def count_plain(
    hall: HallTables, visits: VisitColumns, turned_away: Flags, count: Number, room: Room, spans: Number,
    counts: Counts, day: Number, waits: Number,
) -> Number:  # fmt: skip
    """Count a day of the quick loops; the answer is how many waits there are by now."""
    hall, visits, room, counts = uncounted(hall), uncounted(visits), uncounted(room), uncounted(counts)
    closes_ms, last_ms = np.int64(hall.closes_ms), np.int64(0)
    for visit in range(count):
        arrived_ms, called_ms = np.int64(visits.arrived_ms[visit]), np.int64(room.called_ms[visit])
        ends_ms = arrived_ms
        if turned_away[visit]:
            outcome = shapes.TURNED_AWAY
        elif called_ms == NEVER:
            ends_ms = arrived_ms + visits.patience_ms[visit]
            outcome = shapes.LEFT if ends_ms < closes_ms else shapes.DAY_CLOSED
        else:
            is_absent = visits.absent[visit] != 0
            ends_ms = called_ms + (hall.absent_ms if is_absent else hall.walk_ms + visits.service_ms[visit])
            outcome = shapes.NO_SHOW if is_absent else shapes.SERVED
            if ends_ms >= closes_ms:
                outcome = shapes.DAY_CLOSED
            count_span(counts, counts.busy_ms, room.window[visit], called_ms, min(ends_ms, closes_ms))
        if outcome != shapes.TURNED_AWAY:
            last_ms = max(last_ms, min(ends_ms, closes_ms))
        waits = count_visitor(
            counts, day, waits, arrived_ms, visits.service[visit], visits.lane[visit], outcome, called_ms - arrived_ms
        )
    # Nobody is left: the day closes, but not before issuing has ended, where the hall has hours.
    over_ms = max(last_ms, np.int64(hall.issuing_ends_ms)) if hall.has_hours else last_ms
    for span in range(spans):
        from_ms, to_ms = np.int64(room.spans.from_ms[span]), min(np.int64(room.spans.to_ms[span]), over_ms)
        if from_ms < to_ms:
            count_span(counts, counts.open_ms, room.spans.window[span], from_ms, to_ms)
    return waits
