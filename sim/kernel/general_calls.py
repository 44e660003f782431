"""What came of a day in the general loop, as the rows that every loop gives."""

import numpy as np

from sim.kernel.general_room import Room
from sim.kernel.shapes import NEVER, NOBODY, TURNED_AWAY, Calls, VisitColumns


def calls_of(room: Room, visits: VisitColumns) -> Calls:
    """The tickets of the day in the order of issue, and behind them who got none."""
    day = room.day[0]
    tickets = room.tickets[: day["tickets"]]
    refused = room.log.refused[: day["turned_away"]]
    rows, count = refused["visit"], len(refused)
    nobody, never = np.full(count, NOBODY, np.int32), np.full(count, NEVER, np.int32)
    return Calls(
        visit=np.concatenate([tickets["visit"], rows]),
        service=np.concatenate([tickets["service"], refused["service"]]),
        lane=np.concatenate([tickets["lane"], visits.lane[rows]]),
        issued_ms=np.concatenate([tickets["issued_ms"], refused["at_ms"]]),
        window=np.concatenate([tickets["window"], nobody]),
        first_called_ms=np.concatenate([tickets["first_called_ms"], never]),
        called_ms=np.concatenate([tickets["called_ms"], never]),
        began_ms=np.concatenate([tickets["began_ms"], never]),
        finished_ms=np.concatenate([tickets["finished_ms"], never]),
        outcome=np.concatenate([tickets["outcome"], np.full(count, TURNED_AWAY)]).astype(np.uint8),
        rule=np.concatenate([tickets["rule"], nobody]),
    )
