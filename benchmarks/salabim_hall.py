"""HALL-1 and M/M/3 as a salabim user would write them: a component a visitor, with the dispatcher of the SimPy peer.

salabim's own resources and queues know no skills, no aging and no choice of window either. Of what happens in the same
millisecond windows come before leaving and leaving before arrivals: that is its `priority`, smaller first.
"""

import random
from collections.abc import Generator, Sequence
from typing import Any, Final

import salabim

from benchmarks.simpy_hall import Dispatcher, Line, Team
from engine.core.plan import HallPlan
from sim.visits import Visit

AT_WINDOW: Final = -2
LEAVING: Final = -1


class Visitor(salabim.Component):
    """Somebody who takes a free window, or waits to be activated with one until patience ends."""

    line: Line
    dispatcher: Dispatcher
    seat: tuple[Team, str] | None = None

    def process(self) -> Generator[None, None, None]:
        line, dispatcher = self.line, self.dispatcher
        team = dispatcher.free_team(line.visit.service_id)
        if team is not None:
            self.seat = team, team.free.popleft()
        else:
            line.called = self
            dispatcher.queues[line.visit.service_id, line.visit.lane_id].waiting.append(line)
            yield self.hold(line.visit.patience_ms, priority=LEAVING)
            if self.seat is None:
                line.finished_ms, line.outcome = round(self.env.now()), "left"
                return
        team, line.window_id = self.seat
        line.called_ms = round(self.env.now())
        yield self.hold(line.visit.service_ms, priority=AT_WINDOW)
        line.finished_ms, line.outcome = round(self.env.now()), "served"
        following = dispatcher.next_for(team, line.finished_ms)
        if following is None:
            team.free.append(line.window_id)
        else:
            called: Any = following.called
            called.seat = team, line.window_id
            called.activate(priority=AT_WINDOW)


class Arrivals(salabim.Component):
    """Lets the visitors of a trace come."""

    def setup(self, visits: Sequence[Visit], dispatcher: Dispatcher, lines: list[Line]) -> None:
        self.visits, self.dispatcher, self.lines = visits, dispatcher, lines

    def process(self) -> Generator[None, None, None]:
        for order, visit in enumerate(self.visits):
            yield self.hold(till=visit.arrived_ms)
            line = Line(visit, order)
            self.lines.append(line)
            visitor = Visitor()
            visitor.line, visitor.dispatcher = line, self.dispatcher


def run(plan: HallPlan, visits: Sequence[Visit]) -> list[Line]:
    """The whole job: a line for each visitor."""
    env = salabim.Environment(trace=False, yieldless=False)
    lines: list[Line] = []
    Arrivals(visits=visits, dispatcher=Dispatcher(plan), lines=lines)
    env.run()
    return lines


def mmc(seed: int, customers: int) -> float:
    """M/M/3 at 90% in salabim's documented way, a resource with three places; the mean wait in mean services."""
    chance = random.Random(seed)
    env = salabim.Environment(trace=False, yieldless=False)
    servers = salabim.Resource("servers", capacity=3)
    waits: list[float] = []

    class Customer(salabim.Component):
        def process(self) -> Generator[None, None, None]:
            came = env.now()
            yield self.request(servers)
            waits.append(env.now() - came)
            yield self.hold(chance.expovariate(1))
            self.release(servers)

    class Coming(salabim.Component):
        def process(self) -> Generator[None, None, None]:
            for _ in range(customers):
                yield self.hold(chance.expovariate(2.7))
                Customer()

    Coming()
    env.run()
    return sum(waits) / len(waits)
