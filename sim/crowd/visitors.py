"""Simulated visitors: they draw numbers through the kiosk's door, and some give up by their phone."""

import asyncio
from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush
from typing import Any, Final

from engine.core.events import Millis
from engine.core.plan import HallPlan
from sim.crowd.doors import HttpDoor
from sim.crowd.present import Present
from sim.day import Days
from sim.scenario import Scenario
from sim.visits import Visit

AT_THE_DOOR: Final = 6
"""So many draw a number the moment the crowd comes in, so that there is something to see at once."""
LOOK_AGAIN_S: Final = 0.5


class Visitors:
    """Everybody who comes, day after day."""

    def __init__(
        self, door: HttpDoor, phones: HttpDoor, present: Present, scenario: Scenario, plan: HallPlan, seed: int
    ) -> None:
        self._door = door
        self._phones = phones
        self._present = present
        self._scenario = scenario
        self._plan = plan
        self._seed = seed
        self._tokens: dict[str, str] = {}
        """Of everybody who waits, by number: what their phone knows them by."""
        self._leaving: list[tuple[Millis, str]] = []
        present.heed.append(self._hear)

    async def come(self) -> None:
        """Draw each day's visits and let them come at their time, until cancelled."""
        await self._present.is_known.wait()
        seen: str | None = None
        while True:
            day = self._present.day
            if self._present.phase == "open" and day is not None and day != seen:
                seen = day
                self._tokens.clear()
                self._leaving.clear()
                await self._come_on(day)
            await asyncio.sleep(LOOK_AGAIN_S)

    async def leave(self) -> None:
        """Give tickets up when their visitors' patience is over, until cancelled."""
        while True:
            now_ms = self._present.clock.now_ms()
            while self._leaving and self._leaving[0][0] <= now_ms:
                _, number = heappop(self._leaving)
                token = self._tokens.pop(number, None)
                if token is not None:
                    await self._phones.delete(f"/tickets/{token}")
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _come_on(self, day: str) -> None:
        for visit in self._visits_from_now(day):
            await self._present.clock.sleep_until(visit.arrived_ms)
            if self._present.day != day or self._present.phase != "open":
                return
            await self._draw(visit)

    def _visits_from_now(self, day: str) -> list[Visit]:
        """The rest of the day's visits, and before them those who stand at the door already."""
        date = datetime.strptime(day, "%Y%m%d").date()
        days = Days(self._scenario, self._plan, self._seed, date, 1, begins=date.toordinal())
        visits = days.day(0).visits
        now_ms = self._present.clock.now_ms()
        come = [visit for visit in visits if visit.arrived_ms <= now_ms]
        later = [visit for visit in visits if visit.arrived_ms > now_ms]
        at_door = come[-AT_THE_DOOR:]
        missing = AT_THE_DOOR - len(at_door)
        return at_door + [_at(visit, now_ms) for visit in later[:missing]] + later[missing:]

    async def _draw(self, visit: Visit) -> None:
        body: dict[str, Any] = {"service": visit.service_id, "lane": visit.lane_id, "channel": visit.channel}
        answer = await self._door.post("/tickets", body)
        if not answer.is_done or visit.patience_ms is None:
            return
        number = answer.body["number"]
        self._tokens[number] = answer.body["token"]
        heappush(self._leaving, (self._present.clock.now_ms() + visit.patience_ms, number))

    def _hear(self, kind: str, payload: dict[str, Any]) -> None:
        if kind == "called":
            self._tokens.pop(payload["ticket"], None)


def _at(visit: Visit, now_ms: Millis) -> Visit:
    return replace(visit, arrived_ms=now_ms)
