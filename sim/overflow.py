"""Work that a scenario brings and its staffed windows cannot do: how much, of which services, by which half hour.

Work flows like water here: every half hour brings its mean, windows do theirs without a break, whoever is not served
waits, and nobody leaves. What is left when the hall closes is left however the calling rule chooses: the best that any
rule could do is a flow (work from services and half hours to kinds of windows and half hours).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.core.calendar import clock_text
from engine.core.plan import MINUTE_MS, HallPlan, Name
from sim.kernel.shapes import Roster
from sim.recipe import corners
from sim.roster import staffed
from sim.scenario import Scenario
from sim.scenario_tables import SLOT_MINUTES

ENOUGH_MINUTES: Final = 0.5
"""Less work than this is none."""
# What a sum leaves over when all of it has been taken away, in minutes.
_NOTHING: Final = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Overflow:
    """How far a hall falls behind on a mean day if nobody leaves; work is in minutes of one window.

    `work[s, t]` comes for service s in half hour t, which begins at `slots[t]` (minutes from midnight); `behind[s, t]`
    is not done at its end, when the windows make the best of it. `capacity[t]` is how long windows are staffed.
    """

    services: tuple[str, ...]
    slots: tuple[int, ...]
    work: Floats
    capacity: Floats
    behind: Floats

    @property
    def left_minutes(self) -> float:
        """What is left when the hall closes."""
        return float(self.behind[:, -1].sum())

    @property
    def is_unstable(self) -> bool:
        """Whether more comes than can be done."""
        return self.left_minutes > ENOUGH_MINUTES

    @property
    def services_left(self) -> tuple[str, ...]:
        """The services whose work is left, most of it first."""
        left = self.behind[:, -1]
        return tuple(self.services[place] for place in np.argsort(-left, kind="stable") if left[place] > ENOUGH_MINUTES)

    def sentence(self) -> Name:
        """What a planner is told."""
        left, closes = round(self.left_minutes), clock_text(self.slots[-1] + SLOT_MINUTES)
        since = self.slots[int(np.argmax(self.behind.sum(axis=0) > ENOUGH_MINUTES))]
        services = ", ".join(self.services_left)
        return Name(
            f"工作量超出窗口能力：若无人离开，到 {closes} 还剩 {left} 分钟未办"
            f"（自 {clock_text(since)} 起积压；业务：{services}）",
            f"more work than the staffed windows can do: if nobody left, {left} minutes of it would be undone at "
            f"{closes} (behind since {clock_text(since)}; services: {services})",
        )

    def to_json(self) -> dict[str, Any]:
        """What `simulate --json` says of it under `overflow`."""
        sentence = self.sentence()
        told = {"left_minutes": round(self.left_minutes, 1), "services": list(self.services_left)}
        return {**told, "zh": sentence.zh, "en": sentence.en}


def overflow(scenario: Scenario, plan: HallPlan, roster: Roster | None = None, factor: float = 1.0) -> Overflow:
    """How far the hall falls behind on a day that is `factor` times as busy as an ordinary one.

    Without a roster the windows are staffed as the scenario says.
    """
    skills, spans = _kinds(plan, roster or staffed(scenario, plan))
    opens = min(minute for minute in (*(span.start for span in plan.hours), scenario.scenario.opens))
    day = scenario.scenario
    closes = max((span.end for span in plan.hours), default=day.opens + day.slot_minutes * len(day.shape))
    slots = np.arange(opens // SLOT_MINUTES * SLOT_MINUTES, closes, SLOT_MINUTES)
    edges = np.append(slots, closes)
    capacity = np.array([_minutes_within(of_kind, edges) for of_kind in spans])
    work = np.outer(_minutes_of_visits(scenario, plan) * factor, _arriving(scenario, edges))
    able = np.array([[service.service_id in skill for skill in skills] for service in plan.services])
    behind = _left(work, able, capacity, at_best=False)
    if behind[:, -1].sum() > ENOUGH_MINUTES:
        behind = _left(work, able, capacity, at_best=True)
    return Overflow(
        tuple(service.service_id for service in plan.services),
        tuple(slots.tolist()),
        work,
        capacity.sum(axis=0),
        np.maximum(behind, 0.0),
    )


def _kinds(plan: HallPlan, roster: Roster) -> tuple[list[frozenset[str]], list[list[tuple[int, int]]]]:
    """What each kind of window serves, the least flexible first, and the spans of all its windows."""
    kinds: dict[frozenset[str], list[tuple[int, int]]] = {}
    for window, spans in zip(plan.windows, roster.spans, strict=True):
        kinds.setdefault(frozenset(each for tier in window.tiers for each in tier), []).extend(spans)
    skills = sorted(kinds, key=len)
    return skills, [kinds[skill] for skill in skills]


def _minutes_within(spans: list[tuple[int, int]], edges: Floats) -> Floats:
    """How long windows with these spans are staffed between one edge and the next, added up."""
    begins, ends = (np.array([span[side] for span in spans]).reshape(-1, 1) / MINUTE_MS for side in (0, 1))
    within: Floats = np.clip(np.minimum(ends, edges[1:]) - np.maximum(begins, edges[:-1]), 0, None).sum(axis=0)
    return within


def _arriving(scenario: Scenario, edges: Floats) -> Floats:
    """Which share of the day's visitors comes between one edge and the next; whoever comes earlier stands there."""
    shares, minutes = corners(scenario.scenario, scenario.pulse)
    # A pulse at an edge belongs to what begins there.
    come = np.interp(edges - 1e-9, minutes, shares)
    come[0] = 0.0
    return np.diff(come)


def _minutes_of_visits(scenario: Scenario, plan: HallPlan) -> Floats:
    """How long the visits of an ordinary day take windows, by service, with what they go on to."""
    clerks, no_show, conduct = scenario.clerks, scenario.no_show, scenario.conduct
    around = (clerks.call_seconds + clerks.gap_seconds) / 60 + clerks.pauses.share * clerks.pauses.minutes
    walk, here = clerks.walk_seconds / 60, 1 - no_show.share
    again = (clerks.call_seconds + clerks.gap_seconds) / 60 + walk
    services = {service.service_id: place for place, service in enumerate(plan.services)}
    visits, mean = np.zeros(len(services)), np.zeros(len(services))
    for service_id, table in scenario.services.items():
        visits[services[service_id]] = scenario.scenario.visits_per_day * table.share
        mean[services[service_id]] = table.mean_minutes
    others = visits[None, :] * (1 - np.eye(len(visits)))
    errands = others / np.maximum(others.sum(axis=1, keepdims=True), 1e-12)
    combined, transferred = conduct.combined.share, (1 - conduct.combined.share) * conduct.transfers.share
    minutes = visits * (around + no_show.share * no_show.wait_seconds / 60 + here * (walk + mean))
    # Items and transfers bring their work to other services, each after a call of its own unless the clerk goes on.
    items = combined * (conduct.combined.items - 1) * (mean + again * (1 - conduct.combined.stays))
    minutes += here * (visits @ errands) * (items + transferred * (mean + again))
    minutes += visits * here * conduct.holds.share * again
    minutes += visits * here * conduct.outcomes.told_missing * conduct.outcomes.returns * (mean + again)
    office = conduct.back_office
    for place, service in enumerate(plan.services):
        if service.back_office is not None and service.back_office.collect_service_id is not None:
            collected = visits[place] * here * (1 - combined) * office.share * office.same_day
            minutes[services[service.back_office.collect_service_id]] += collected * (office.collect_minutes + again)
    return minutes


def _left(work: Floats, able: NDArray[np.bool_], capacity: Floats, *, at_best: bool) -> Floats:
    """What is not done by the end of each half hour, by service and half hour.

    The least flexible windows take whatever there is; `at_best` says that all share the work so that least is undone,
    at the close and, that given, on the way there.
    """
    flow = _Flow(work, able, capacity)
    for slot in range(work.shape[1]):
        for kind in range(len(capacity)):
            flow.share(kind, slot)
        for kind in range(len(capacity) if at_best else 0):
            flow.fill(kind, slot)
    return flow.behind


Place = tuple[int, int]
"""A kind of window and a half hour."""


class _Flow:
    """Work given to windows, half hour by half hour, as much of it as can be given.

    Whenever windows have time and nothing waits that they can do, they take over work of others, earlier ones too, who
    then do something else (an augmenting path: L. R. Ford and D. R. Fulkerson, "Maximal flow through a network",
    Canadian Journal of Mathematics 8, 1956). What an earlier half hour can do at most it goes on doing: that no more
    can be done by its end than this is why the sum of all that is behind is least in each.
    """

    def __init__(self, work: Floats, able: NDArray[np.bool_], capacity: Floats) -> None:
        self.behind = np.cumsum(work, axis=1)
        self._spare = capacity.copy()
        self._able = able
        self._done = np.zeros((len(work), *capacity.shape))

    def share(self, kind: int, slot: int) -> None:
        """Let windows of a kind take of all that waits for them alike."""
        waits = self.behind[:, slot] * self._able[:, kind]
        total = waits.sum()
        if total > 0:
            taken = waits * min(1.0, self._spare[kind, slot] / total)
            self._done[:, kind, slot] += taken
            self.behind[:, slot:] -= taken[:, None]
            self._spare[kind, slot] -= taken.sum()

    def fill(self, kind: int, slot: int) -> None:
        """Let windows of a kind that have time take over work of others, while that lets anything be done."""
        while self._spare[kind, slot] > _NOTHING and self.behind[:, slot].max() > _NOTHING:
            path = self._path((kind, slot))
            if not path:
                return
            self._take_over(path)

    def _path(self, begins: Place) -> list[tuple[Place, int]]:
        """Whose time goes to which service, from the windows with time on; the last service has work that waits."""
        came_from: dict[Place, tuple[Place, int]] = {}
        seen, now = [begins], begins[1]
        for place in seen:
            for service in np.flatnonzero(self._able[:, place[0]]).tolist():
                tight = np.flatnonzero(self.behind[service, place[1] : now + 1] <= _NOTHING)
                if not len(tight):
                    return self._back([(place, service)], came_from, begins)
                # All of it has been done by then: windows that did it until then may do something else.
                given = self._done[service, :, : place[1] + int(tight[0]) + 1]
                for by_kind, in_slot in np.argwhere(given > _NOTHING).tolist():
                    other = (by_kind, in_slot)
                    if other != begins and other not in came_from:
                        came_from[other] = (place, service)
                        seen.append(other)
        return []

    @staticmethod
    def _back(
        path: list[tuple[Place, int]], came_from: dict[Place, tuple[Place, int]], begins: Place
    ) -> list[tuple[Place, int]]:
        while path[-1][0] != begins:
            path.append(came_from[path[-1][0]])
        return path[::-1]

    def _take_over(self, path: list[tuple[Place, int]]) -> None:
        (kind, now), (last, waiting) = path[0][0], path[-1]
        amount = min(self._spare[kind, now], self.behind[waiting, last[1] : now + 1].min())
        for (place, service), (other, _) in pairwise(path):
            amount = min(amount, self._done[service, other[0], other[1]])
            if other[1] > place[1]:
                amount = min(amount, self.behind[service, place[1] : other[1]].min())
        for (place, service), (other, _) in pairwise(path):
            self._do(service, place, amount)
            self._do(service, other, -amount)
        self._do(waiting, last, amount)
        self._spare[kind, now] -= amount

    def _do(self, service: int, place: Place, amount: float) -> None:
        self._done[service, place[0], place[1]] += amount
        self.behind[service, place[1] :] -= amount
