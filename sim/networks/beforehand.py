"""What is told of a network whatever its days bring: sites that cannot do their work, people who come in vain."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.core.plan import Name
from sim.networks.network import Network
from sim.networks.sites import Site
from sim.outside_hours import outside_hours
from sim.overflow import Overflow, overflow

WORST: Final = 3
"""So many of the sites that cannot do their work are named."""


@dataclass(frozen=True, slots=True)
class Overloaded:
    """How many of the sites bring more work than their windows can do on a mean day, and those with most of it left."""

    count: int
    sites: int
    worst: dict[str, Overflow]

    def sentence(self) -> Name:
        """What a planner is told."""
        left = {site_id: round(found.left_minutes) for site_id, found in self.worst.items()}
        zh = "、".join(f"{site_id}（{minutes} 分钟）" for site_id, minutes in left.items())
        en = ", ".join(f"{site_id} ({minutes} minutes)" for site_id, minutes in left.items())
        return Name(
            f"{self.sites} 个站点中有 {self.count} 个工作量超出窗口能力：若无人离开，闭厅时未办最多的是 {zh}",
            f"{self.count} of {self.sites} sites have more work than their staffed windows can do: if nobody left, "
            f"most would be undone at {en}",
        )

    def to_json(self) -> dict[str, Any]:
        """What `simulate --json` says of it under `overflow`."""
        worst = {
            site_id: {"left_minutes": round(found.left_minutes, 1), "services": list(found.services_left)}
            for site_id, found in self.worst.items()
        }
        sentence = self.sentence()
        return {"sites": self.count, "worst": worst, "zh": sentence.zh, "en": sentence.en}


def overloaded(sites: Sequence[Site]) -> Overloaded:
    """The sites that cannot do their work.

    Sites of a kind with equally many windows differ in how many come, and the more come the more is left: of such ones
    it takes few to know all, however many they are.
    """
    alike: dict[tuple[int, int], list[Site]] = defaultdict(list)
    for site in sites:
        alike[site.kind, len(site.plan.windows)].append(site)
    count, found = 0, dict[str, Overflow]()

    def is_done(site: Site) -> bool:
        if site.site_id not in found:
            found[site.site_id] = overflow(site.scenario, site.plan)
        return not found[site.site_id].is_unstable

    for group in alike.values():
        busiest = sorted(group, key=lambda site: -site.scenario.scenario.visits_per_day)
        # The busiest ones are asked first, for they are those that are named.
        too_busy = next((place for place, site in enumerate(busiest[:WORST]) if is_done(site)), None)
        count += bisect_left(busiest, True, key=is_done) if too_busy is None else too_busy
    worst = sorted(found.items(), key=lambda each: -each[1].left_minutes)[:WORST]
    return Overloaded(count, len(sites), {site_id: each for site_id, each in worst if each.is_unstable})


def told_beforehand(network: Network, sites: Sequence[Site]) -> dict[str, dict[str, Any]]:
    """The keys that `simulate --json` has for it; none when all is well.

    Who comes in vain is told by kind: all sites of one have the same hours, and people come to them at the same times.
    """
    of_kinds = {network.kind[site.kind].id: outside_hours(site.scenario, site.plan) for site in _one_of_each(sites)}
    in_vain = {kind: found.to_json() for kind, found in of_kinds.items() if found.is_worth_telling}
    work = overloaded(sites)
    return {
        **({"overflow": work.to_json()} if work.count else {}),
        **({"outside_hours": in_vain} if in_vain else {}),
    }


def _one_of_each(sites: Sequence[Site]) -> list[Site]:
    return list({site.kind: site for site in sites}.values())
