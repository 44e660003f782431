"""Counts what comes of days in the exact world, as the compiled kernel counts it."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from sim.clerk import Clerk
from sim.result import TURNED_AWAY, outcome_of
from sim.statistics import batch as b
from sim.statistics.batch import Batch, Counts, Waits
from sim.statistics.estimates import ENDS
from sim.visits import Visit

COLUMNS: Final = 6


class Watcher:
    """Sees the days of a world end, one after the other; `take` says what came of those since it was last asked."""

    def __init__(self, plan: HallPlan, clerks: Sequence[Clerk], target_ms: Millis) -> None:
        self._lanes = {lane.lane_id: place for place, lane in enumerate(plan.lanes)}
        self._services = {service.service_id: place for place, service in enumerate(plan.services)}
        self._clerks = clerks
        self._target_ms = target_ms
        self._midnight_ms: Millis = 0
        self._first = 0
        self._days = 0
        self._rows: list[tuple[int, ...]] = []
        """By visit: day, half hour, service, lane, the figure that counts its end, and the wait."""
        self._times_before = self._times()

    def begin_day(self, midnight_ms: Millis) -> None:
        """Whatever ends from now on belongs to this day."""
        self._midnight_ms = midnight_ms
        self._days += 1

    def count_day(self, hall: Hall) -> None:
        """Take in the tickets of a hall's day."""
        for ticket in hall.tickets.values():
            wait_ms = (ticket.first_called_ms or 0) - ticket.issued_ms
            self._count(ticket.issued_ms, ticket.service_id, ticket.lane_id, outcome_of(ticket), wait_ms)

    def count_turned_away(self, turned_away: Iterable[tuple[Visit, str]]) -> None:
        """Take in those who got no ticket."""
        for visit, _ in turned_away:
            self._count(visit.arrived_ms, visit.service_id, visit.lane_id, TURNED_AWAY, 0)

    def take(self, user_s: float) -> Batch:
        """What came of the days since the last batch, which took so much processor time."""
        rows = np.array(self._rows, np.int64).reshape(-1, COLUMNS)
        _, slot, service, lane, end, wait_ms = rows.T
        times = self._times()
        busy_ms, open_ms = times - self._times_before
        is_served = end == b.SERVED
        issue = (column[is_served].astype(np.int16) for column in (slot, service, lane))
        taken = Batch(
            first=self._first,
            lanes=self._counted(rows, lane, len(self._lanes)),
            services=self._counted(rows, service, len(self._services)),
            slots=self._counted(rows, slot, b.SLOTS),
            waits=Waits(wait_ms[is_served].astype(np.int32), *issue),
            busy_ms=busy_ms,
            open_ms=open_ms,
            user_s=user_s,
        )
        self._first, self._days, self._rows, self._times_before = self._first + self._days, 0, [], times
        return taken

    def _count(self, at_ms: Millis, service_id: str, lane_id: str, outcome: str, wait_ms: Millis) -> None:
        slot = min((at_ms - self._midnight_ms) // b.SLOT_MS, b.SLOTS - 1)
        place = self._services[service_id], self._lanes[lane_id]
        self._rows.append((self._days - 1, slot, *place, ENDS[outcome], wait_ms))

    def _counted(self, rows: Counts, place: Counts, places: int) -> Counts:
        """By day, place and figure."""
        day, _, _, _, end, wait_ms = rows.T
        cell, is_served = day * places + place, end == b.SERVED
        chosen = {
            b.VISITORS: end >= 0,
            b.WITHIN: is_served & (wait_ms <= self._target_ms),
            **{figure: end == figure for figure in ENDS.values()},
        }
        counts = np.zeros((self._days * places, b.FIGURES), np.int64)
        for figure, is_counted in chosen.items():
            counts[:, figure] = np.bincount(cell[is_counted], minlength=len(counts))
        counts[:, b.WAIT_MS] = np.bincount(cell[is_served], wait_ms[is_served], len(counts))
        return counts.reshape(self._days, places, b.FIGURES)

    def _times(self) -> Counts:
        """How long each window has been taken and open."""
        return np.array([[clerk.busy_ms for clerk in self._clerks], [clerk.open_ms for clerk in self._clerks]])
