"""What a run was like: visits and waits by lane and service, how busy the windows were; and the calls file.

Everything is read off the hall at the end of each day, when it still knows every ticket: watching the facts go by would
cost as much as the hall itself. A wait lasts from the ticket to the call; its figures are over those who were served.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import floor
from typing import TYPE_CHECKING, Any, Final, TextIO

from engine.core import calendar, calling
from engine.core.events import CallReason, Event, Millis, TicketCalled
from engine.core.transitions import CANCELLED, FINISHED, MISSED
from sim.visits import TARGET_MS, Visit

if TYPE_CHECKING:
    from engine.core.hall import Hall
    from engine.core.model import Ticket
    from sim.clerk import Clerk

QUANTILES: Final = (0.5, 0.9)
"""Which quantiles of the wait are told."""

SERVED: Final = "served"
LEFT: Final = "left"
NO_SHOW: Final = "no-show"
DAY_CLOSED: Final = "day-closed"
TURNED_AWAY: Final = "turned-away"
OUTCOMES: Final = (SERVED, LEFT, NO_SHOW, DAY_CLOSED, TURNED_AWAY)

CALL_COLUMNS: Final = (
    "number",
    "service",
    "lane",
    "window",
    "issued_at",
    "called_at",
    "began_at",
    "finished_at",
    "outcome",
    "reason",
    "points",
    "runner_up",
)


@dataclass(slots=True)
class Tally:
    """Some of the visits: how each ended, and how long those who were served had waited."""

    ends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    waits_ms: list[Millis] = field(default_factory=list)

    def count(self, outcome: str, wait_ms: Millis = 0) -> None:
        self.ends[outcome] += 1
        if outcome == SERVED:
            self.waits_ms.append(wait_ms)

    def figures(self, target_ms: Millis) -> dict[str, Any]:
        """Counts, waits in seconds and the share within target; None where nobody was served."""
        waits_ms = sorted(self.waits_ms)
        quantiles_ms = [_quantile_ms(waits_ms, share) for share in QUANTILES] if waits_ms else None
        return visit_figures(self.ends, sum(waits_ms), bisect_right(waits_ms, target_ms), quantiles_ms)


def visit_figures(
    ends: Mapping[str, int], wait_ms: Millis, within: int, quantiles_ms: Sequence[float] | None
) -> dict[str, Any]:
    """What is told of some visits, from how they ended, the sum of the waits of those who were served, how many of them
    were within target, and the quantiles of their waits (None: nobody was served, or they are not known)."""
    served = ends[SERVED]
    p50_ms, p90_ms = quantiles_ms or (None, None)
    return {
        "visitors": sum(ends.values()),
        "served": served,
        "abandoned": ends[LEFT],
        "no_shows": ends[NO_SHOW],
        "turned_away": ends[TURNED_AWAY],
        "unserved_at_close": ends[DAY_CLOSED],
        "wait_mean_s": round(wait_ms / served / 1_000, 3) if served else None,
        "wait_p50_s": None if p50_ms is None else round(p50_ms / 1_000, 3),
        "wait_p90_s": None if p90_ms is None else round(p90_ms / 1_000, 3),
        "within_target": round(within / served, 6) if served else None,
    }


def _quantile_ms(ordered_ms: Sequence[Millis], share: float) -> float:
    """A quantile, on the line between its two neighbours (Hyndman and Fan's seventh definition).

    >>> _quantile_ms([0, 1_000, 2_000, 4_000], 0.5)
    1500.0
    """
    place = share * (len(ordered_ms) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered_ms) - 1)
    return ordered_ms[below] + (place - below) * (ordered_ms[above] - ordered_ms[below])


class Result:
    """The tallies of a run that may last many days."""

    def __init__(self, target_ms: Millis = TARGET_MS) -> None:
        self.all = Tally()
        self.days = 0
        self._target_ms = target_ms
        self._by_lane: dict[str, Tally] = {}
        self._by_service: dict[str, Tally] = {}

    def count_day(self, hall: "Hall") -> None:
        """Take in the tickets of a hall's day."""
        self.days += 1
        for ticket in hall.tickets.values():
            # Whoever has several items, or comes back, has waited for the first call; later waits are not counted.
            wait_ms = (ticket.first_called_ms or 0) - ticket.issued_ms
            self._count(ticket.lane_id, ticket.service_id, outcome_of(ticket), wait_ms)

    def count_turned_away(self, turned_away: Iterable[tuple[Visit, str]]) -> None:
        """Take in those who got no ticket."""
        for visit, _ in turned_away:
            self._count(visit.lane_id, visit.service_id, TURNED_AWAY, 0)

    def _count(self, lane_id: str, service_id: str, outcome: str, wait_ms: Millis) -> None:
        self.all.count(outcome, wait_ms)
        self._by_lane.setdefault(lane_id, Tally()).count(outcome, wait_ms)
        self._by_service.setdefault(service_id, Tally()).count(outcome, wait_ms)

    def figures(self, clerks: "Iterable[Clerk]", *, events: int, user_s: float) -> dict[str, Any]:
        """The JSON object of `replay` and `simulate`; lengths of time in seconds, shares between 0 and 1."""
        clerks = list(clerks)
        return {
            **self.all.figures(self._target_ms),
            "target_s": self._target_ms / 1_000,
            "by_lane": {lane: tally.figures(self._target_ms) for lane, tally in sorted(self._by_lane.items())},
            "by_service": {name: tally.figures(self._target_ms) for name, tally in sorted(self._by_service.items())},
            "window_utilisation": share_of(sum(c.busy_ms for c in clerks), sum(c.open_ms for c in clerks)),
            "by_window": {clerk.window_id: share_of(clerk.busy_ms, clerk.open_ms) for clerk in clerks},
            "days": self.days,
            "events": events,
            "user_s": round(user_s, 3),
        }


def share_of(part: float, whole: float) -> float | None:
    """A part of a whole, to six digits; None of nothing."""
    return round(part / whole, 6) if whole else None


def outcome_of(ticket: "Ticket") -> str:
    """How a visit ended, of a hall whose day is closed or that was interrupted."""
    if ticket.state == FINISHED:
        return SERVED if ticket.outcome != DAY_CLOSED else DAY_CLOSED
    if ticket.state == MISSED:
        return NO_SHOW
    return LEFT if ticket.state == CANCELLED and ticket.outcome == LEFT else DAY_CLOSED


class CallsFile:
    """One line a visit: when and where it was called, why, and how it ended."""

    def __init__(self, file: TextIO, timezone: str) -> None:
        self._timezone = timezone
        self._reasons: dict[str, CallReason] = {}
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(CALL_COLUMNS)

    def record(self, actor: str, events: Sequence[Event], at_ms: Millis) -> None:
        """Remember why a ticket was called; a hall forgets."""
        for event in events:
            if isinstance(event, TicketCalled):
                self._reasons[event.ticket_id] = event.reason

    def write_day(self, hall: "Hall") -> None:
        """Write the tickets of a day in the order of issue."""
        numbers = {ticket.ticket_id: ticket.number for ticket in hall.tickets.values()}
        self._writer.writerows(self._row(ticket, numbers) for ticket in hall.tickets.values())
        self._reasons.clear()

    def write_turned_away(self, turned_away: Iterable[tuple[Visit, str]]) -> None:
        """Write those who got no ticket: when they came, and the code of the refusal."""
        for visit, code in turned_away:
            came_at = calendar.iso(self._timezone, visit.arrived_ms)
            row = ("", visit.service_id, visit.lane_id, "", came_at, "", "", "", TURNED_AWAY, code, "", "")
            self._writer.writerow(row)

    def _row(self, ticket: "Ticket", numbers: dict[str, str]) -> tuple[object, ...]:
        reason = self._reasons.get(ticket.ticket_id)
        return (
            ticket.number,
            ticket.service_id,
            ticket.lane_id,
            ticket.window_id or "",
            calendar.iso(self._timezone, ticket.issued_ms),
            self._moment(ticket.called_ms),
            self._moment(ticket.began_ms),
            self._moment(ticket.finished_ms),
            outcome_of(ticket),
            reason.rule if reason else "",
            round(calling.points(reason.urgency), 3) if reason else "",
            numbers.get(reason.runner_up, "") if reason and reason.runner_up else "",
        )

    def _moment(self, at_ms: Millis | None) -> str:
        return "" if at_ms is None else calendar.iso(self._timezone, at_ms)
