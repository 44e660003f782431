"""What goes into the kernel and what comes out of it, as columns of whole numbers.

Times are milliseconds since local midnight of the service day, lengths are milliseconds, both int32; `NEVER` is a time
that does not come. Services, lanes and windows are their places in the hall plan, channels their places in the
scenario. The columns of a day stand in the order of arrival.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int32]
Small = NDArray[np.uint8]
Flags = NDArray[np.uint8]

NEVER: Final = 2**31 - 1
"""As a time: it does not happen. As a length: for ever."""
NOBODY: Final = -1
"""In a column of places: none."""

SERVED, LEFT, NO_SHOW, DAY_CLOSED, TURNED_AWAY = range(5)
"""How a visit ended; the places of `sim.result.OUTCOMES`."""

DONE, TOLD_MISSING, PAPERS_FOLLOW, SENT_AWAY, CANNOT, ACCEPTED = range(6)
"""How the part of a visit at a window ends, by `OUTCOME_NAMES`."""
OUTCOME_NAMES: Final = ("done", "told-missing", "papers-follow", "turned-away", "cannot", "accepted")


class VisitColumns(NamedTuple):
    """The visitors of one day.

    `patience_ms` is how long somebody waits before leaving (`NEVER`: nobody leaves); who is `absent` does not appear
    when called; `window` is the one window that may serve the visit (-1: any); `pause_ms` is the pause the clerk takes
    after it.
    """

    arrived_ms: Whole
    service: Whole
    lane: Whole
    service_ms: Whole
    patience_ms: Whole
    absent: Flags
    channel: Small
    window: Whole
    pause_ms: Whole


class CourseColumns(NamedTuple):
    """What happens on each visit of a day beside waiting and being served, as `sim.visits.Course` says it.

    The further items of visit `i` are the rows `item_from[i] : item_from[i + 1]` of `item_service` and `item_ms`. A
    visit is put on hold `hold_after_ms` after it began, for `hold_ms` (`NEVER`: not at all); `transfer_to` is the
    service it is sent on to (-1: none); `form_ms` how long filling in the form takes (`NEVER`: it is filled in);
    `stage_ms` how long the back office works (`NEVER`: longer than anybody looks); `returns_ms` after being told what
    is missing the visitor is back (`NEVER`: not that day); `stars` 0 is no rating; `appointment_ms` is the slot
    (`NEVER`: no appointment), and whoever `missed` it does not come.
    """

    item_from: Whole
    item_service: Whole
    item_ms: Whole
    stays: Flags
    outcome: Small
    hold_after_ms: Whole
    hold_ms: Whole
    transfer_to: Whole
    form_ms: Whole
    stage_ms: Whole
    waits: Flags
    collect_ms: Whole
    returns_ms: Whole
    stars: Small
    on_behalf: Flags
    printed: Flags
    appointment_ms: Whole
    missed: Flags


class Roster(NamedTuple):
    """Which windows are staffed when: for each window of the plan its spans (from, to) in order, which do not touch.

    Windows open and close before anything else of that millisecond, in the plan's order; a visit that is at a window
    when its span ends is finished first. Within the spans the hall's hours do not matter to the windows.
    """

    spans: tuple[tuple[tuple[int, int], ...], ...]


class Calls(NamedTuple):
    """One row a ticket, in the order of issue, and those who got none in the order in which they came.

    `visit` is the row of the day's columns it came from. `window`, `called_ms`, `began_ms` and `finished_ms` tell its
    last call (-1 and `NEVER`: it did not happen), `first_called_ms` until when it waited; `rule` is the place of the
    rule that chose, in the window's policy (0: the plain rule; -1: never called).
    """

    visit: Whole
    service: Whole
    lane: Whole
    issued_ms: Whole
    window: Whole
    first_called_ms: Whole
    called_ms: Whole
    began_ms: Whole
    finished_ms: Whole
    outcome: Small
    rule: Whole


def blank_visits(count: int) -> VisitColumns:
    """Room for the visitors of a day: everybody patient, present, and content with any window."""
    return VisitColumns(
        arrived_ms=np.zeros(count, np.int32),
        service=np.zeros(count, np.int32),
        lane=np.zeros(count, np.int32),
        service_ms=np.zeros(count, np.int32),
        patience_ms=np.full(count, NEVER, np.int32),
        absent=np.zeros(count, np.uint8),
        channel=np.zeros(count, np.uint8),
        window=np.full(count, NOBODY, np.int32),
        pause_ms=np.zeros(count, np.int32),
    )


def blank_courses(count: int, items: int = 0) -> CourseColumns:
    """Room for the courses of a day's visits, with `items` further items in all; nothing happens on any of them."""
    return CourseColumns(
        item_from=np.zeros(count + 1, np.int32),
        item_service=np.zeros(items, np.int32),
        item_ms=np.zeros(items, np.int32),
        stays=np.zeros(count, np.uint8),
        outcome=np.full(count, DONE, np.uint8),
        hold_after_ms=np.full(count, NEVER, np.int32),
        hold_ms=np.full(count, NEVER, np.int32),
        transfer_to=np.full(count, NOBODY, np.int32),
        form_ms=np.full(count, NEVER, np.int32),
        stage_ms=np.full(count, NEVER, np.int32),
        waits=np.zeros(count, np.uint8),
        collect_ms=np.zeros(count, np.int32),
        returns_ms=np.full(count, NEVER, np.int32),
        stars=np.zeros(count, np.uint8),
        on_behalf=np.zeros(count, np.uint8),
        printed=np.ones(count, np.uint8),
        appointment_ms=np.full(count, NEVER, np.int32),
        missed=np.zeros(count, np.uint8),
    )
