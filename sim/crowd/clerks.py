"""Simulated clerks: each looks at its window as it is now and does what a clerk does next."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from itertools import pairwise
from random import Random
from typing import Any, Final

from engine.core import calendar
from engine.core.events import Millis
from engine.core.plan import MINUTE_MS, SECOND_MS, HallPlan, Span, WindowPlan
from sim.crowd.doors import Answer, ClerkByHttp, Orders
from sim.crowd.present import Present
from sim.scenario import Scenario

SLOW_SHARE: Final = 0.08
"""Of the called, those who must be called twice."""
HOLD_SHARE: Final = 0.03
TRANSFER_SHARE: Final = 0.02
LATE_SHARE: Final = 0.3
"""Of those who missed their call, those who come later and may wait again."""
ERRAND_MINUTES: Final = (4.0, 15.0)
LUNCHES: Final = (Span(11 * 60 + 30, 12 * 60), Span(12 * 60, 12 * 60 + 30))
"""Where a hall has no break of its own, half of the clerks eat after the other half."""
GLANCE_S: Final = 5.0
LULL_S: Final = 0.5

Later = Callable[[Coroutine[Any, Any, None]], object]


class Clerk:
    """One clerk; `later` starts what is to happen without them, such as a visitor coming back."""

    def __init__(
        self,
        window: WindowPlan,
        place: int,
        orders: Orders,
        present: Present,
        scenario: Scenario,
        plan: HallPlan,
        chance: Random,
        later: Later,
    ) -> None:
        self.window_id = window.window_id
        self.services = frozenset(service_id for tier in window.tiers for service_id in tier)
        self.idle_since_s: float | None = None
        """Since when nobody has come, on our own clock; None for a clerk who has something to do."""
        self._orders = orders
        self._present = present
        self._scenario = scenario
        self._chance = chance
        self._later = later
        self._timezone = plan.timezone
        self._prefixes = {service.prefix: service.service_id for service in plan.services}
        self._elsewhere = sorted(
            {service_id for other in plan.windows for tier in other.tiers for service_id in tier} - self.services
        )
        self._breaks = _breaks(plan, place)
        self._stirred = asyncio.Event()
        self._ticket: dict[str, Any] | None = None
        self._news = 0

    def stir(self) -> None:
        """Something happened at this window, or somebody may be waiting for it."""
        self._news += 1
        self.idle_since_s = None
        self._stirred.set()

    async def work(self) -> None:
        """Look, act, look again, until cancelled."""
        await self._present.is_known.wait()
        while True:
            window = self._present.windows.get(self.window_id)
            state = window.state if window is not None else "unknown"
            act = self._acts.get(state)
            if act is None or not await act(self):
                await self._rest(LULL_S)

    # --- what a clerk does in each state of the window; False when there was nothing to do ---

    async def _open(self) -> bool:
        return self._present.phase != "closed" and await self._do("open")

    async def _resume(self) -> bool:
        return self._break_end() is None and await self._do("resume")

    async def _call(self) -> bool:
        if self._break_end() is not None:
            return await self._do("pause", reason="lunch")
        if self._present.phase == "closed":
            return False
        news = self._news
        answer = await self._ask("call-next")
        if answer.is_done:
            self._ticket = answer.body["ticket"]
        elif answer.code == "nobody-waiting" and news == self._news:
            await self._be_idle()
        return answer.is_done or answer.code == "nobody-waiting"

    async def _be_idle(self) -> None:
        """Wait until stirred, or until a break begins, which stirs nobody."""
        self.idle_since_s = time.monotonic()
        while not await self._rest(GLANCE_S) and self._break_end() is None:
            pass
        self.idle_since_s = None

    async def _meet(self) -> bool:
        ticket, clock, scenario = self._ticket, self._present.clock, self._scenario
        if self._chance.random() < scenario.no_show.share:
            wait_ms = round(scenario.no_show.wait_seconds * SECOND_MS)
            await clock.sleep(wait_ms // 2)
            await self._do("recall")
            await clock.sleep(wait_ms // 2)
            if self._chance.random() < LATE_SHARE and ticket is not None:
                self._visit_again(ticket, "reinstate", place="back")
            return await self._do("no-show")
        await clock.sleep(round(scenario.clerks.walk_seconds * SECOND_MS))
        if self._chance.random() < SLOW_SHARE:
            await self._do("recall")
            await clock.sleep(round(self._chance.uniform(10, 40) * SECOND_MS))
        return await self._do("begin")

    async def _serve(self) -> bool:
        await self._present.clock.sleep(self._length_ms())
        whim = self._chance.random()
        if whim < HOLD_SHARE and self._ticket is not None and isinstance(self._orders, ClerkByHttp):
            self._visit_again(self._ticket, "resume")
            done = await self._do("hold", kind="no-papers")
        elif whim < HOLD_SHARE + TRANSFER_SHARE and self._elsewhere:
            done = await self._do("transfer", service=self._chance.choice(self._elsewhere), place="back")
        else:
            done = await self._do("finish")
        self._ticket = None
        await self._present.clock.sleep(round(self._scenario.clerks.gap_seconds * SECOND_MS))
        return done

    _acts: Final = {"closed": _open, "paused": _resume, "idle": _call, "called": _meet, "serving": _serve}

    # --- leaves ---

    async def _do(self, verb: str, **args: Any) -> bool:
        return (await self._ask(verb, **args)).is_done

    async def _ask(self, verb: str, **args: Any) -> Answer:
        answer = await self._orders.order(verb, **args)
        if answer.is_done:
            # Over MQTT a transfer is answered with the ticket alone: its window is free.
            window = answer.body.get("window") or {"id": self.window_id, "state": "idle", "ticket": None}
            self._present.saw(window, answer.body["position"])
        return answer

    async def _rest(self, seconds: float) -> bool:
        """Whether the clerk was stirred within so many of our seconds."""
        self._stirred.clear()
        try:
            async with asyncio.timeout(seconds):
                return await self._stirred.wait()
        except TimeoutError:
            return False

    def _length_ms(self) -> Millis:
        """How long this visit takes; a ticket found at the window after an interruption is known by its prefix."""
        window = self._present.windows[self.window_id]
        if self._ticket is not None and self._ticket["number"] == window.ticket:
            service_id = self._ticket["service"]["id"]
        else:
            service_id = self._prefixes.get((window.ticket or "").rstrip("0123456789"), "")
        table = self._scenario.services.get(service_id) or next(iter(self._scenario.services.values()))
        # A gamma time of the service's mean and variation stands for all the distributions here.
        shape = table.cv**-2
        return round(self._chance.gammavariate(shape, table.mean_minutes / shape) * MINUTE_MS)

    def _visit_again(self, ticket: dict[str, Any], verb: str, **args: Any) -> None:
        """The visitor comes back after a while and is let in again; somebody with a screen does that."""
        if isinstance(self._orders, ClerkByHttp):
            self._later(self._after_errand(self._orders, f"/tickets/{ticket['ticket_id']}/{verb}", args))

    async def _after_errand(self, orders: ClerkByHttp, path: str, args: dict[str, Any]) -> None:
        await self._present.clock.sleep(round(self._chance.uniform(*ERRAND_MINUTES) * MINUTE_MS))
        await orders.door.post(path, args)

    def _break_end(self) -> int | None:
        """The minute at which the present break ends; None outside breaks."""
        minute = calendar.minute_of_day(self._timezone, self._present.clock.now_ms())
        return next((span.end for span in self._breaks if span.start <= minute < span.end), None)


def _breaks(plan: HallPlan, place: int) -> tuple[Span, ...]:
    spans = sorted(plan.hours, key=lambda span: span.start)
    between = tuple(Span(before.end, after.start) for before, after in pairwise(spans))
    return between or (LUNCHES[place % len(LUNCHES)],)
