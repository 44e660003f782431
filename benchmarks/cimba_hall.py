"""HALL-1 and M/M/3 as a Cimba user would write them, with the same rule over the same trace.

Cimba compiles methods of models with numba and runs them on an engine in C. Its stores and resources know no skills, no
aging and no choice of window, so the dispatcher is written in its compiled language, on its arrays. `ByProcesses` is
its documented way: a process a window, which holds for a visit and is suspended while nobody comes. `ByEvents` is the
quickest that it can do: bare events and no process.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import cimba as cb
import numpy as np
from cimba import inputs
from numpy.typing import NDArray

from benchmarks.hall1_trace import LEFT, Trace

RING: Final = 32
WINDOWS_BEFORE_ARRIVALS: Final = 1


class Hall(cb.Model):
    """Queues as lists threaded through the visitors, teams in order of flexibility, a ring of free windows a team."""

    arrived: cb.Array[int]
    queue: cb.Array[int]
    service: cb.Array[int]
    leaves: cb.Array[int]
    following: cb.Array[int]
    called: cb.Array[int]
    window: cb.Array[int]
    head: cb.Array[int]
    tail: cb.Array[int]
    credit: cb.Array[int]
    rate: cb.Array[int]
    team_of: cb.Array[int]
    may_serve: cb.Array[int]
    may_serve_from: cb.Array[int]
    able: cb.Array[int]
    able_from: cb.Array[int]
    free: cb.Array[int]
    free_head: cb.Array[int]
    free_tail: cb.Array[int]
    calls: cb.Dataset
    is_told: bool = False
    served: cb.Output[float]
    waited_ms: cb.Output[float]

    @cb.function
    def free_window(self, visitor: int) -> int:
        """The window that a newcomer walks up to; without one they join their queue, and the answer is -1."""
        queue = self.queue[visitor]
        for place in range(self.able_from[queue], self.able_from[queue + 1]):
            team = self.able[place]
            head = self.free_head[team]
            if head < self.free_tail[team]:
                self.free_head[team] = head + 1
                return self.free[team * RING + head % RING]
        self.following[visitor] = -1
        if self.head[queue] < 0:
            self.head[queue] = visitor
        else:
            self.following[self.tail[queue]] = visitor
        self.tail[queue] = visitor
        return -1

    @cb.function
    def next_for(self, window: int, now: int) -> int:
        """The most urgent head that a window may serve; -1, and the window is free, when nobody waits."""
        team = self.team_of[window]
        best = -1
        best_queue = -1
        for place in range(self.may_serve_from[team], self.may_serve_from[team + 1]):
            queue = self.may_serve[place]
            head = self.head[queue]
            while head >= 0 and self.leaves[head] < now:
                head = self.following[head]
                self.head[queue] = head
            if head >= 0:
                # Urgency above, order of issue below: the larger number wins, and of equals who came first.
                points = self.credit[queue] + self.rate[queue] * (now - self.arrived[head])
                rank = (points + 1) * 16_777_216 - head
                if rank > best:
                    best = rank
                    best_queue = queue
        if best < 0:
            tail = self.free_tail[team]
            self.free[team * RING + tail % RING] = window
            self.free_tail[team] = tail + 1
            return -1
        visitor = self.head[best_queue]
        self.head[best_queue] = self.following[visitor]
        return visitor

    @cb.function
    def note(self, visitor: int, window: int, now: int) -> None:
        self.called[visitor] = now
        self.window[visitor] = window

    @cb.on_end
    def close(self) -> None:
        served = 0
        waited_ms = 0
        for visitor in range(len(self.arrived)):
            if self.window[visitor] >= 0:
                served += 1
                waited_ms += self.called[visitor] - self.arrived[visitor]
            if self.is_told:
                self.calls.record(float(self.window[visitor]))
                self.calls.record(float(self.called[visitor]))
        self.served = float(served)
        self.waited_ms = float(waited_ms)


class Window(cb.Model):
    """A window that is woken when its visit has ended."""

    hall: cb.Ref["ByEvents"]
    place: int

    @cb.event
    def finish(self) -> None:
        self.hall.finished(self.place)


class ByEvents(Hall):
    """A day of bare events."""

    windows: list[Window]
    coming: int = 0

    @cb.on_start
    def open(self) -> None:
        cb.schedule(self.arrive, float(self.arrived[0]), 0)

    @cb.event
    def arrive(self) -> None:
        visitor = self.coming
        self.coming = visitor + 1
        if visitor + 1 < len(self.arrived):
            cb.schedule(self.arrive, float(self.arrived[visitor + 1] - self.arrived[visitor]), 0)
        window = self.free_window(visitor)
        if window >= 0:
            self.note(visitor, window, self.arrived[visitor])
            cb.schedule(self.windows[window].finish, float(self.service[visitor]), WINDOWS_BEFORE_ARRIVALS)

    @cb.function
    def finished(self, window: int) -> None:
        now = int(cb.now())
        visitor = self.next_for(window, now)
        if visitor >= 0:
            self.note(visitor, window, now)
            cb.schedule(self.windows[window].finish, float(self.service[visitor]), WINDOWS_BEFORE_ARRIVALS)


class Clerk(cb.Model):
    """A window with a process of its own."""

    hall: cb.Ref["ByProcesses"]
    place: int
    visitor: int = -1
    pointer: int = 0

    @cb.process(priority=WINDOWS_BEFORE_ARRIVALS)
    def work(self) -> None:
        self.pointer = cb.this_process().pointer
        while True:
            now = int(cb.now())
            self.visitor = self.hall.next_for(self.place, now)
            if self.visitor >= 0:
                self.hall.note(self.visitor, self.place, now)
            while self.visitor < 0:
                cb.suspend()
            cb.hold(float(self.hall.service[self.visitor]))


class ByProcesses(Hall):
    """A day of processes."""

    clerks: list[Clerk]

    @cb.process
    def visitors(self) -> None:
        before = 0
        for visitor in range(len(self.arrived)):
            cb.hold(float(self.arrived[visitor] - before))
            before = self.arrived[visitor]
            window = self.free_window(visitor)
            if window >= 0:
                self.note(visitor, window, before)
                self.clerks[window].visitor = visitor
                cb.Process(self.clerks[window].pointer).resume()


def by_events(trace: Trace) -> ByEvents:
    """The day, ready to run."""
    hall = _with_tables(ByEvents(), trace, windows_are_free=True)
    hall.windows = [_at(Window(), hall, place) for place in range(len(trace.plan.windows))]
    return hall


def by_processes(trace: Trace) -> ByProcesses:
    """The day, ready to run."""
    hall = _with_tables(ByProcesses(), trace, windows_are_free=False)
    hall.clerks = [_at(Clerk(), hall, place) for place in range(len(trace.plan.windows))]
    return hall


def runs_of(hall: Hall, times: int) -> Callable[[], tuple[int, int]]:
    """The same day so many times on one worker, compiled: how many are served, and how long they wait in all."""
    experiment = cb.Experiment(hall, replications=times)

    def run() -> tuple[int, int]:
        results = experiment.run(workers=1, on_failure="raise")
        return round(results[hall].served[0, 0]), round(results[hall].waited_ms[0, 0])

    run()
    return run


def calls(hall: Hall) -> NDArray[np.int64]:
    """A row a visitor: the place of the window in the plan (-1: left) and the moment of the call."""
    hall.is_told = True
    hall.calls.capture()
    _, values = cb.Experiment(hall).run(workers=1, on_failure="raise")[hall].calls.trial(0, 0)
    return np.asarray(values).astype(np.int64).reshape(-1, 2)


def _at(window: Any, hall: Hall, place: int) -> Any:
    window.hall, window.place = hall, place
    return window


def _with_tables(hall: Any, trace: Trace, *, windows_are_free: bool) -> Any:
    moments, queues, services, patience = trace.columns.T
    hall.arrived, hall.queue, hall.service = _array(moments), _array(queues), _array(services)
    hall.leaves = _array(moments + patience)
    hall.following, hall.called = cb.Array(len(moments)), cb.Array(len(moments))
    hall.window = cb.Array([LEFT] * len(moments))
    lanes, plan = len(trace.plan.lanes), trace.plan
    hall.head, hall.tail = (cb.Array([-1] * lanes * len(plan.services)) for _ in range(2))
    hall.credit = _array([lane.credit * 60 for lane in plan.lanes] * len(plan.services))
    hall.rate = _array([lane.rate // 1_000 for lane in plan.lanes] * len(plan.services))
    kinds = sorted(dict.fromkeys(window.tiers[0] for window in plan.windows), key=len)
    places = {service.service_id: place for place, service in enumerate(plan.services)}
    served = [[lanes * places[name] + lane for name in kind for lane in range(lanes)] for kind in kinds]
    able = [[team for team, mine in enumerate(served) if queue in mine] for queue in range(lanes * len(places))]
    hall.may_serve, hall.may_serve_from = _flat(served)
    hall.able, hall.able_from = _flat(able)
    team_of = [kinds.index(window.tiers[0]) for window in plan.windows]
    hall.team_of = _array(team_of)
    rings = [[place for place, mine in enumerate(team_of) if mine == team] for team in range(len(kinds))]
    hall.free = _array([each for ring in rings for each in ring + [0] * (RING - len(ring))])
    hall.free_head = cb.Array(len(kinds))
    hall.free_tail = _array([len(ring) if windows_are_free else 0 for ring in rings])
    hall.calls = cb.Dataset()
    return hall


def _array(values: Sequence[int] | NDArray[np.int64]) -> Any:
    return cb.Array([int(value) for value in values])


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
    """Rows behind one another, and where each begins."""
    return _array([each for row in rows for each in row]), _array(np.cumsum([0, *map(len, rows)]))


class Station(cb.Model):
    """M/M/3 in Cimba's documented way: arrivals put their moment into a store, three servers take it out."""

    customers: int
    gap: cb.Input[float] = inputs.dist.exponential(mean=1 / 2.7)
    lasts: cb.Input[float] = inputs.dist.exponential(mean=1)
    waiting: cb.Store[float]
    waited: float = 0.0
    served: int = 0
    wait_mean: cb.Output[float]

    @cb.process
    def arrivals(self) -> None:
        for _ in range(self.customers):
            cb.hold(self.gap.next())
            self.waiting.put(cb.now())

    @cb.process(copies=3)
    def servers(self) -> None:
        while True:
            came = self.waiting.get()
            self.waited += cb.now() - came
            self.served += 1
            cb.hold(self.lasts.next())

    @cb.on_end
    def close(self) -> None:
        self.wait_mean = self.waited / self.served


def runs_of_station(customers: int, seed: int) -> Callable[[], float]:
    """M/M/3 at 90% with so many customers, compiled: their mean wait, in mean services."""
    station = Station()
    station.customers, station.waiting = customers, cb.Store()
    experiment = cb.Experiment(station, seed=seed)

    def run() -> float:
        return float(experiment.run(workers=1, on_failure="raise")[station].wait_mean[0, 0])

    run()
    return run
