"""The quickest loop: one queue for windows that are all alike, first come first served, so that nothing is to choose.

Whoever stands first goes to the window that is free first, or has been free longest, of all the windows (Kiefer and
Wolfowitz, 1955).
"""

import numpy as np

from sim.kernel.compiled import Number, inner, uncounted
from sim.kernel.plain import LATEST, TIME_BITS, WINDOW_BITS, WINDOWS_MAX, Room, day_begins_ms
from sim.kernel.queues import ARRIVES, LASTS, LEAVES, NO_QUEUE, fact
from sim.kernel.shapes import NEVER
from sim.kernel.staff import StaffTables
from sim.kernel.tables import HallTables
from sim.kernel.tournament import NONE, TOP, enter


@inner
def serve_pooled(hall: HallTables, staff: StaffTables, count: Number, room: Room) -> Number:
    """As `sim.kernel.plain.serve`, for a hall whose windows all open at one moment and stay open."""
    hall, staff, room = uncounted(hall), uncounted(staff), uncounted(room)
    busy, facts, queue_of, called_ms, window_of = (
        room.busy, room.visitors.facts, room.visitors.queue, room.called_ms, room.window
    )  # fmt: skip
    windows = len(staff.at_ms)
    opens_ms = max(np.int64(staff.at_ms[0]), day_begins_ms(hall, facts))
    busy[:] = NONE
    for place in range(windows):
        window = staff.window[place]
        enter(busy, window, opens_ms << TIME_BITS | place << WINDOW_BITS | window)
        room.spans.window[place], room.spans.from_ms[place], room.spans.to_ms[place] = window, opens_ms, NEVER
    noted = windows
    for visit in range(count):
        arrives_ms = np.int64(facts[fact(visit, ARRIVES)])
        free_ms = busy[TOP] >> TIME_BITS
        now_ms = max(arrives_ms, free_ms)
        called_ms[visit] = NEVER
        if now_ms > facts[fact(visit, LEAVES)] or now_ms >= hall.closes_ms or queue_of[visit] == NO_QUEUE:
            continue
        window = busy[TOP] & (WINDOWS_MAX - 1)
        called_ms[visit] = now_ms
        window_of[visit] = window
        ends_ms = min(now_ms + facts[fact(visit, LASTS)], LATEST)
        enter(busy, window, ends_ms << TIME_BITS | noted << WINDOW_BITS | window)
        noted += 1
    return windows
