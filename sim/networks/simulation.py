"""Days of all sites of a network: a few days of one hall at a time, over threads, added up as they come."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from time import thread_time
from typing import Any, Final, Literal

from engine.core.events import Millis
from engine.core.plan import SECOND_MS, Name
from sim.day import habits_of
from sim.kernel.kernel import Kernel
from sim.kernel.limits import Inexpressible
from sim.networks.network import Network
from sim.networks.seen import Seen, seen_of_batch, seen_of_tally
from sim.networks.sites import Site, seed_of, sites_of
from sim.roster import roster_of
from sim.run import Run
from sim.statistics.exact import ExactCore
from sim.statistics.experiment import FIRST_DAY, Experiment
from sim.statistics.simulation import Nobody, Watching
from sim.visits import TARGET_MS

DAYS_PER_UNIT: Final = 125
"""A thread takes so many days of one hall at a time: half an ordinary year."""

Which = Literal["exact", "fast"]


@dataclass(frozen=True, slots=True)
class Request:
    """So many days of each site. Day 0 is `first`; the same seed gives the same days; a wait of at most `target_ms` is
    within target. `threads` None: as many as there are processors."""

    days: int
    seed: int = 1
    core: Which = "fast"
    first: date = FIRST_DAY
    target_ms: Millis = TARGET_MS
    threads: int | None = None


@dataclass(slots=True)
class SimulatedNetwork:
    """What came of a network: of all visits of each site, and of all parts of the visits of each kind.

    `reasons` say by kind why the exact core took over there.
    """

    network: Network
    sites: Sequence[Site]
    request: Request
    seen: list[Seen]
    by_kind: list[Seen]
    reasons: dict[int, tuple[Name, ...]] = field(default_factory=dict)
    is_interrupted: bool = False

    def add(self, place: int, seen: Seen) -> None:
        """Take in days of the site at a place."""
        self.seen[place].add(seen, parts=False)
        self.by_kind[self.sites[place].kind].add(seen)

    def to_json(self) -> dict[str, Any]:
        """The JSON object of `simulate` for a network; docs/reference/network.md describes each key."""
        everything = Seen()
        for seen in self.by_kind:
            everything.add(seen)
        figures: dict[str, Any] = {
            **everything.figures(),
            "target_s": self.request.target_ms / SECOND_MS,
            **{f"by_{part}": {name: everything.figures(part, name) for name in everything.names_of(part)}
               for part in ("lane", "service", "slot")},
            "window_utilisation": everything.utilisation,
            "network": {"zh": self.network.network.name.zh, "en": self.network.network.name.en},
            "sites": len(self.sites),
            "windows": sum(len(site.plan.windows) for site in self.sites),
            "by_kind": {kind.id: self._of_kind(place) for place, kind in enumerate(self.network.kind)},
            "by_site": dict(self._by_site()),
            "days": self.request.days if not self.is_interrupted else max(seen.days for seen in self.seen),
            "hall_days": everything.days,
            "events": everything.happenings(),
            "user_s": round(everything.user_s, 3),
            "seed": self.request.seed,
            "core": self.request.core,
        }  # fmt: skip
        if self.reasons:
            figures["core_reason"] = {
                self.network.kind[place].id: [{"zh": name.zh, "en": name.en} for name in names]
                for place, names in self.reasons.items()
            }
        if self.is_interrupted:
            figures["interrupted"] = True
        return figures

    def _of_kind(self, place: int) -> dict[str, Any]:
        sites = [site for site in self.sites if site.kind == place]
        kind, seen = self.network.kind[place], self.by_kind[place]
        return {
            "name": {"zh": kind.name.zh, "en": kind.name.en},
            "sites": len(sites),
            "windows": sum(len(site.plan.windows) for site in sites),
            **seen.figures(),
            "window_utilisation": seen.utilisation,
            "hall_days": seen.days,
        }

    def _by_site(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each site, the one where fewest were served in time first; those where nobody was, last."""
        told = [(site, seen, seen.figures()) for site, seen in zip(self.sites, self.seen, strict=True)]

        def badness(each: tuple[Site, Seen, dict[str, Any]]) -> tuple[bool, float, float]:
            within, mean_s = each[2]["within_target"], each[2]["wait_mean_s"]
            return within is None, within or 0.0, -(mean_s or 0.0)

        for site, seen, figures in sorted(told, key=badness):
            yield (
                site.site_id,
                {
                    "kind": self.network.kind[site.kind].id,
                    "name": {"zh": site.name.zh, "en": site.name.en},
                    "windows": len(site.plan.windows),
                    "visits_per_day": site.scenario.scenario.visits_per_day,
                    **figures,
                    "window_utilisation": seen.utilisation,
                    "days": seen.days,
                },
            )


def simulate_network(network: Network, request: Request, watching: Watching | None = None) -> SimulatedNetwork:
    """Let the days of all sites happen; once `watching` says stop, what has been begun is finished and the rest left.

    Figures do not depend on the number of threads. Where the fast core cannot express a kind of sites, the exact one
    takes over for it.
    """
    watching = watching or Nobody()
    sites = sites_of(network)
    done = SimulatedNetwork(network, sites, request, [Seen() for _ in sites], [Seen() for _ in network.kind])
    watching.expect(len(sites) * request.days)
    kernels = dict(_kernels(done)) if request.core == "fast" else {}
    for place, seen in _in_turn(kernels, request, sites, watching):
        done.add(place, seen)
    for place in (place for place in range(len(sites)) if place not in kernels):
        for seen in _exactly(sites[place], request, watching):
            done.add(place, seen)
    done.is_interrupted = any(seen.days < request.days for seen in done.seen)
    return done


def _kernels(done: SimulatedNetwork) -> Iterator[tuple[int, Kernel]]:
    """A kernel for each site that the fast core can express, by place; why it cannot express others is noted."""
    for place, site in enumerate(done.sites):
        try:
            yield place, Kernel(site.plan, site.scenario)
        except Inexpressible as no:
            done.reasons[site.kind] = no.features


def _in_turn(
    kernels: dict[int, Kernel], request: Request, sites: Sequence[Site], watching: Watching
) -> Iterator[tuple[int, Seen]]:
    """What came of one unit after the other in the fast core; a few more than are asked for are under way.

    Days go by at all sites before later ones do, so that whoever stops has seen something of each.
    """
    threads = request.threads or os.cpu_count() or 1
    units = _units(list(kernels), request.days)
    under_way: deque[tuple[int, Future[Seen]]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            while not watching.stopped():
                for place, days in islice(units, 2 * threads - len(under_way)):
                    under_way.append((place, pool.submit(_quickly, kernels[place], sites[place], days, request)))
                if not under_way:
                    return
                place, future = under_way.popleft()
                seen = future.result()
                watching.done(seen.days)
                yield place, seen
        finally:
            for _, future in under_way:
                future.cancel()


def _units(places: Sequence[int], days: int) -> Iterator[tuple[int, range]]:
    """The place of a site and some of its days, one after the other."""
    for begins in range(0, days, DAYS_PER_UNIT):
        for place in places:
            yield place, range(begins, min(begins + DAYS_PER_UNIT, days))


def _quickly(kernel: Kernel, site: Site, days: range, request: Request) -> Seen:
    began_s = thread_time()
    seed = seed_of(request.seed, site.site_id)
    tally = kernel.run(seed, days, first=request.first, threads=1, target_ms=request.target_ms)
    seen = seen_of_tally(tally, site.plan)
    seen.user_s = tally.user_s + thread_time() - began_s
    return seen


def _exactly(site: Site, request: Request, watching: Watching) -> Iterator[Seen]:
    """The days of a site in the exact world, which lives through one after the other."""
    if watching.stopped():
        return
    experiment = Experiment(
        site.plan, site.scenario, seed_of(request.seed, site.site_id), request.first, request.target_ms
    )
    run = Run(
        site.plan, habits_of(site.scenario), target_ms=request.target_ms, roster=roster_of(site.scenario, site.plan)
    )
    core = ExactCore(experiment, run)
    before = 0
    for batch in core.batches((range(day, day + 1) for day in range(request.days)), watching.stopped, watching.done):
        seen = seen_of_batch(batch, site.plan)
        seen.user_s, seen.events, before = batch.user_s, core.events() - before, core.events()
        yield seen
