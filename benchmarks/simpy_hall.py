"""HALL-1 as a SimPy user would write it: the peer of the exact world, with the same rule over the same trace.

SimPy's own resources know no skills, no aging and no choice of window, so all of these bring their own dispatcher. Two
do the whole job: windows that are somebody, visitors who leave when their patience ends, and a line for each visitor
that says where and when they were called and how it ended. `as_documented` waits for the call or the end of patience
like the reneging customers of SimPy's own examples; `tuned` gives leaving a bare callback. `least` is the least that
SimPy can do: no processes but for the arrivals, leaving noticed only when somebody's turn comes, two sums at the end.
"""

import random
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from engine.core.plan import HallPlan
from sim.visits import Visit


@dataclass(slots=True, eq=False)
class Line:
    """What became of a visitor."""

    visit: Visit
    order: int
    called: simpy.Event | None = None
    window_id: str | None = None
    called_ms: int | None = None
    finished_ms: int | None = None
    outcome: str = "waiting"


@dataclass(slots=True)
class Queue:
    """The visitors of one service and lane, in order of arrival."""

    credit: int
    rate: int
    waiting: deque[Line] = field(default_factory=deque)


@dataclass(slots=True)
class Team:
    """The windows that serve the same services: those that are free, longest idle first."""

    queues: list[Queue]
    free: deque[str] = field(default_factory=deque)


class Dispatcher:
    """Who is served next, and where."""

    def __init__(self, plan: HallPlan) -> None:
        self.queues = {
            (service.service_id, lane.lane_id): Queue(lane.credit * 60_000, lane.rate)
            for service in plan.services
            for lane in plan.lanes
        }
        teams: dict[tuple[str, ...], Team] = {}
        for window in plan.windows:
            services = window.tiers[0]
            if services not in teams:
                queues = [self.queues[service, lane.lane_id] for service in services for lane in plan.lanes]
                teams[services] = Team(queues)
            teams[services].free.append(window.window_id)
        by_flexibility = sorted(teams, key=len)
        self.able = {
            service.service_id: [teams[services] for services in by_flexibility if service.service_id in services]
            for service in plan.services
        }

    def free_team(self, service_id: str) -> Team | None:
        """The least flexible team with a free window."""
        for team in self.able[service_id]:
            if team.free:
                return team
        return None

    def next_for(self, team: Team, now_ms: int) -> Line | None:
        """The most urgent head among the team's queues, taken out of its queue; who has lost patience goes."""
        best: Line | None = None
        best_queue: Queue | None = None
        best_points = 0
        for queue in team.queues:
            waiting = queue.waiting
            while waiting and _has_left(waiting[0], now_ms):
                waiting.popleft()
            if waiting:
                head = waiting[0]
                points = queue.credit + queue.rate * (now_ms - head.visit.arrived_ms)
                if best is None or points > best_points or (points == best_points and head.order < best.order):
                    best, best_queue, best_points = head, queue, points
        if best_queue is not None:
            best_queue.waiting.popleft()
        return best


def _has_left(line: Line, now_ms: int) -> bool:
    patience_ms = line.visit.patience_ms
    return patience_ms is not None and line.visit.arrived_ms + patience_ms < now_ms


Visitor = Callable[[simpy.Environment, Dispatcher, Line], Generator[simpy.Event, Any, None]]


def as_documented(plan: HallPlan, visits: Sequence[Visit]) -> list[Line]:
    """A process per visitor, who waits for the call or for the end of patience."""
    return _whole_job(plan, visits, _documented_visitor)


def tuned(plan: HallPlan, visits: Sequence[Visit]) -> list[Line]:
    """A process per visitor, whose leaving is a callback that finds out whether they still wait."""
    return _whole_job(plan, visits, _tuned_visitor)


def _whole_job(plan: HallPlan, visits: Sequence[Visit], visitor: Visitor) -> list[Line]:
    env = simpy.Environment()
    dispatcher = Dispatcher(plan)
    lines: list[Line] = []

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for order, visit in enumerate(visits):
            yield env.timeout(visit.arrived_ms - env.now)
            line = Line(visit, order)
            lines.append(line)
            env.process(visitor(env, dispatcher, line))

    env.process(arrivals())
    env.run()
    return lines


def _documented_visitor(
    env: simpy.Environment, dispatcher: Dispatcher, line: Line
) -> Generator[simpy.Event, Any, None]:
    visit = line.visit
    team = dispatcher.free_team(visit.service_id)
    if team is not None:
        window_id = team.free.popleft()
    else:
        called = _queue_up(env, dispatcher, line)
        if visit.patience_ms is None:
            yield called
        else:
            yield called | env.timeout(visit.patience_ms)
        if not called.triggered:
            line.finished_ms, line.outcome = env.now, "left"
            return
        team, window_id = called.value
    yield from _be_served(env, dispatcher, line, team, window_id)


def _tuned_visitor(env: simpy.Environment, dispatcher: Dispatcher, line: Line) -> Generator[simpy.Event, Any, None]:
    visit = line.visit

    def leave(timeout: simpy.Event) -> None:
        if line.outcome == "waiting":
            line.finished_ms, line.outcome = env.now, "left"

    team = dispatcher.free_team(visit.service_id)
    if team is not None:
        window_id = team.free.popleft()
    else:
        called = _queue_up(env, dispatcher, line)
        if visit.patience_ms is not None:
            env.timeout(visit.patience_ms).callbacks.append(leave)
        team, window_id = yield called
    yield from _be_served(env, dispatcher, line, team, window_id)


def _queue_up(env: simpy.Environment, dispatcher: Dispatcher, line: Line) -> simpy.Event:
    line.called = env.event()
    dispatcher.queues[line.visit.service_id, line.visit.lane_id].waiting.append(line)
    return line.called


def _be_served(
    env: simpy.Environment, dispatcher: Dispatcher, line: Line, team: Team, window_id: str
) -> Generator[simpy.Event, Any, None]:
    line.window_id, line.called_ms, line.outcome = window_id, env.now, "serving"
    yield env.timeout(line.visit.service_ms)
    line.finished_ms, line.outcome = env.now, "served"
    following = dispatcher.next_for(team, env.now)
    if following is None:
        team.free.append(window_id)
    else:
        assert following.called is not None
        following.outcome = "called"
        following.called.succeed((team, window_id))


def least(plan: HallPlan, visits: Sequence[Visit]) -> tuple[int, int]:
    """A bare timeout per visit, and what follows as its callback; how many were served, and their waits in all."""
    env = simpy.Environment()
    dispatcher = Dispatcher(plan)
    served = waited_ms = 0

    def serve(visit: Visit, team: Team) -> None:
        nonlocal served, waited_ms
        served += 1
        waited_ms += env.now - visit.arrived_ms
        env.timeout(visit.service_ms, team).callbacks.append(finish)

    def finish(timeout: simpy.Event) -> None:
        team = timeout.value
        following = dispatcher.next_for(team, env.now)
        if following is None:
            team.free.append("")
        else:
            serve(following.visit, team)

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for order, visit in enumerate(visits):
            yield env.timeout(visit.arrived_ms - env.now)
            team = dispatcher.free_team(visit.service_id)
            if team is None:
                dispatcher.queues[visit.service_id, visit.lane_id].waiting.append(Line(visit, order))
            else:
                team.free.popleft()
                serve(visit, team)

    env.process(arrivals())
    env.run()
    return served, waited_ms


def mmc(seed: int, customers: int) -> float:
    """M/M/3 at 90% as SimPy documents it, a resource with three places; the mean wait in mean services."""
    chance = random.Random(seed)
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=3)
    waits: list[float] = []

    def customer() -> Generator[simpy.Event, Any, None]:
        came = env.now
        with servers.request() as request:
            yield request
            waits.append(env.now - came)
            yield env.timeout(chance.expovariate(1))

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for _ in range(customers):
            yield env.timeout(chance.expovariate(2.7))
            env.process(customer())

    env.process(arrivals())
    env.run()
    return sum(waits) / len(waits)
