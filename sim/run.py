"""One run from visits to figures: a world, the result it adds up to, and the files that are written on the way."""

import os
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan
from engine.wire.extension import Record
from sim.clerk import Clerk
from sim.kernel.shapes import Roster
from sim.result import CallsFile, Result
from sim.visits import TARGET_MS, Habits, Order, Visit
from sim.world import World


class Watch(Protocol):
    """Sees the days of a run as they end."""

    def count_day(self, hall: Hall) -> None:
        """A service day of the hall is over; it still knows the day's tickets."""

    def count_turned_away(self, turned_away: Iterable[tuple[Visit, str]]) -> None:
        """These got no ticket."""


class Run:
    """Visits let into a hall, in one go or day by day; `figures` at any time says what came of them so far."""

    def __init__(
        self,
        plan: HallPlan,
        habits: Habits,
        *,
        record: Record | None = None,
        calls: CallsFile | None = None,
        target_ms: Millis = TARGET_MS,
        roster: Roster | None = None,
    ) -> None:
        self._result = Result(target_ms)
        self._watch: Watch = self._result
        self._calls = calls
        records: list[Record] = [calls.record] if calls else []
        records += [record] if record else []
        self._world = World(plan, habits=habits, record=_to_all(records), day_over=self._count_day, roster=roster)
        self._user_s = 0.0

    @property
    def clerks(self) -> list[Clerk]:
        """Who sits at the windows, in the plan's order."""
        return list(self._world.clerks.values())

    @property
    def events(self) -> int:
        """How many facts there have been."""
        return self._world.hall.position

    def watched_by(self, watch: Watch) -> None:
        """Let somebody else see the days from now on; `figures` will not know of them."""
        self._watch = watch

    def add(self, visits: Iterable[Visit], orders: Iterable[Order] = ()) -> None:
        """Let these visits and orders happen, until the last visitor has gone."""
        began_s = os.times().user
        self._world.run(visits, orders)
        self._user_s += os.times().user - began_s
        self._count_turned_away()

    def figures(self) -> dict[str, Any]:
        """The JSON object of the contract."""
        return self._result.figures(self.clerks, events=self.events, user_s=self._user_s)

    def _count_day(self, hall: Hall) -> None:
        self._watch.count_day(hall)
        if self._calls is not None:
            self._calls.write_day(hall)

    def _count_turned_away(self) -> None:
        turned_away = self._world.turned_away
        self._watch.count_turned_away(turned_away)
        if self._calls is not None:
            self._calls.write_turned_away(turned_away)
        turned_away.clear()


def _to_all(records: Sequence[Record]) -> Record | None:
    """One record that tells all of these; None for none, which costs the world nothing."""
    if len(records) <= 1:
        return records[0] if records else None

    def record(actor: str, events: Sequence[Event], at_ms: Millis) -> None:
        for each in records:
            each(actor, events, at_ms)

    return record
