"""The quickest way to count a day: one queue, windows that are all alike, and visitors who differ in nothing that
matters but when they come, how long they take and how long they wait.

Nothing is chosen and nothing but sums is asked for, so each visitor is looked at once, in the order of arrival: called,
served and counted. Calls follow one another in time as arrivals do, and so the half hours of both are carried along.
"""

from typing import Final

import numpy as np

from sim.kernel.compiled import Number, inlined_inner, inner, uncounted
from sim.kernel.plain import TIME_BITS, WINDOW_BITS, WINDOWS_MAX
from sim.kernel.shapes import NEVER, VisitColumns, Whole
from sim.kernel.staff import StaffTables
from sim.kernel.tables import HallTables
from sim.kernel.tally import (
    ABANDONED,
    FIGURES,
    SERVED,
    SLOT_MS,
    TURNED_AWAY,
    UNSERVED,
    WAIT_MS,
    WITHIN,
    Counts,
    count_span,
    slot_of,
)
from sim.kernel.tournament import NONE

AT_HAND: Final = 4
"""So many windows, those that are free first, need no memory."""
ALWAYS: Final = 2**62
"""After every day."""


@inner
def live(
    hall: HallTables, staff: StaffTables, visits: VisitColumns, count: Number, counts: Counts, day: Number,
    waits: Number,
) -> Number:  # fmt: skip
    """Let a day happen and count it; the answer is how many waits there are by now.

    The numbers of the day begin at `day` in `counts.visitors`. Without a column of patience nobody leaves.
    """
    hall, staff, visits, counts = uncounted(hall), uncounted(staff), uncounted(visits), uncounted(counts)
    arrived_ms, service_ms, patience_ms = visits.arrived_ms, visits.service_ms, visits.patience_ms
    visitors, wait_ms, busy_ms = counts.visitors, counts.wait_ms, counts.busy_ms
    closes_ms, walk_ms, gap_ms = np.int64(hall.closes_ms), np.int64(hall.walk_ms), np.int64(hall.gap_ms)
    some_leave, windows = len(patience_ms) > 0, len(staff.at_ms)
    opens_ms = max(np.int64(staff.at_ms[0]), min(np.int64(arrived_ms[0]), np.int64(hall.opens_ms)))
    # The windows in order of when they are free, as the other loops have them.
    first = second = third = fourth = np.int64(NONE)
    for place in range(windows - 1, -1, -1):
        key = opens_ms << TIME_BITS | place << WINDOW_BITS | np.int64(staff.window[place])
        first, second, third, fourth = key, first, second, third
    last_ms, calls_row, calls_until_ms = np.int64(0), np.int64(0), np.int64(0)
    admitted = _first_from(arrived_ms, 0, count, hall.issuing_ends_ms)
    begins = 0
    while begins < admitted:
        slot = slot_of(counts, arrived_ms[begins])
        ends = _first_from(arrived_ms, begins, admitted, _until_ms(counts, slot))
        row, before = day + slot * FIGURES, waits
        for visit in range(begins, ends):
            here = np.uint64(visit)
            arrives_ms = np.int64(arrived_ms[here])
            leaves_ms = arrives_ms + patience_ms[here] if some_leave else np.int64(NEVER)
            now_ms = max(arrives_ms, first >> TIME_BITS)
            ends_ms = now_ms + (walk_ms + service_ms[here])
            if now_ms > leaves_ms or now_ms >= closes_ms:
                visitors[row + (ABANDONED if leaves_ms < closes_ms else UNSERVED)] += 1
                last_ms = max(last_ms, min(leaves_ms, closes_ms))
                continue
            window = first & (WINDOWS_MAX - 1)
            key = (ends_ms + gap_ms) << TIME_BITS | (visit + windows) << WINDOW_BITS | window
            first = min(key, second)
            second = min(max(key, second), third)
            third = min(max(key, third), fourth)
            fourth = max(key, fourth)
            over_ms = min(ends_ms, closes_ms)
            last_ms = max(last_ms, over_ms)
            if over_ms > calls_until_ms:
                calls_slot = slot_of(counts, now_ms)
                calls_row, calls_until_ms = calls_slot * counts.windows, _until_ms(counts, calls_slot)
                count_span(counts, busy_ms, window, now_ms, over_ms)
            else:
                busy_ms[np.uint64(calls_row + window)] += over_ms - now_ms
            if ends_ms >= closes_ms:
                visitors[row + UNSERVED] += 1
            else:
                wait_ms[np.uint64(waits)] = now_ms - arrives_ms
                waits += 1
        _count_waits(counts, row, slot, before, waits)
        begins = ends
    for visit in range(admitted, count):
        visitors[day + slot_of(counts, arrived_ms[visit]) * FIGURES + TURNED_AWAY] += 1
    _count_open(hall, staff, counts, opens_ms, last_ms)
    return waits


@inner
def _count_open(hall: HallTables, staff: StaffTables, counts: Counts, opens_ms: Number, last_ms: Number) -> None:
    """Count for how long windows were open: until nobody was left, but not before issuing ended, where it does."""
    over_ms = max(last_ms, np.int64(hall.issuing_ends_ms)) if hall.has_hours else last_ms
    if opens_ms < over_ms:
        for window in staff.window:
            count_span(counts, counts.open_ms, window, opens_ms, over_ms)


@inner
def _count_waits(counts: Counts, row: Number, slot: Number, begins: Number, ends: Number) -> None:
    """Count those who were served of those who came in a slot."""
    wait_ms = uncounted(counts).wait_ms[begins:ends]
    uncounted(counts).wait_cell[begins:ends] = slot
    target_ms = np.int64(counts.target_ms)
    within, waited_ms = np.int64(0), np.int64(0)
    for each in wait_ms:
        within += each <= target_ms
        waited_ms += each
    counts.visitors[row + SERVED] += ends - begins
    counts.visitors[row + WITHIN] += within
    counts.visitors[row + WAIT_MS] += waited_ms


@inner
def _first_from(column: Whole, begins: Number, ends: Number, at_ms: Number) -> Number:
    """The first place from `begins` on whose moment is not before this one, in a column in order; or `ends`."""
    while begins < ends:
        middle = (begins + ends) >> 1
        if column[middle] < at_ms:
            begins = middle + 1
        else:
            ends = middle
    return begins


@inlined_inner
def _until_ms(counts: Counts, slot: Number) -> Number:
    """When a slot ends; the last one never does."""
    return (counts.first_slot + slot + 1) * SLOT_MS if slot < counts.slots - 1 else ALWAYS
