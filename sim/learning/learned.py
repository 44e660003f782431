"""Everything learnt from days that were gathered: what a scenario will say."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from numpy.random import default_rng

from engine.core.plan import HallPlan, Span
from sim.learning.clerks import Habits, learn_habits, learn_roster
from sim.learning.conduct import Tables, learn_conduct, shares_of
from sim.learning.gathered import Gathered
from sim.learning.handling import Handling, learn_handling
from sim.learning.journal import WALK_IN
from sim.learning.patience import Patience, learn_patience
from sim.learning.rates import Rates, learn_rates

SEED: Final = 1
PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares that add up to 1, and the counts they come from, the largest first."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def items(self) -> list[tuple[str, float, int]]:
        """Each with its share and its count."""
        shares = shares_of(list(self.counts.values()), PLACES)
        return [(name, share, count) for (name, count), share in zip(self.counts.items(), shares, strict=True)]


@dataclass(frozen=True, slots=True)
class Learned:
    """A scenario as it was learnt; None is what the log does not show.

    `no_show` is the share of the `called` who were not there; `roster` lists windows that are staffed alike, with their
    spans, where these are not the hall's hours.
    """

    visits: int
    rates: Rates
    services: Shares
    lanes: Shares
    channels: Shares | None
    handling: dict[str, Handling]
    patience: Patience | None
    no_show: float | None
    called: int
    habits: Habits
    roster: list[tuple[tuple[str, ...], tuple[Span, ...]]] | None
    conduct: Tables


def learn(gathered: Gathered, plan: HallPlan) -> Learned | None:
    """What these days teach of a hall; None when nobody was served, or nobody came."""
    services = _in_order_of(gathered.services, [service.service_id for service in plan.services])
    handling = learn_handling(gathered.handling, list(services), SEED)
    if handling is None:
        return None
    channels = _by_count(Counter({name: n for name, n in gathered.channels.items() if name != WALK_IN}))
    return Learned(
        gathered.visits,
        learn_rates(gathered.arrivals, services),
        Shares(services),
        Shares(_in_order_of(gathered.lanes, [lane.lane_id for lane in plan.lanes])),
        Shares(channels) if channels else None,
        handling,
        _patience(gathered),
        gathered.absent / gathered.called if gathered.called else None,
        gathered.called,
        learn_habits(gathered, plan),
        learn_roster(gathered, plan),
        learn_conduct(gathered.conduct, gathered.beside, plan, len(gathered.arrivals.days), gathered.visits),
    )


def tells_patience(gathered: Gathered) -> bool:
    """Whether the log says how long those waited who did not leave, or how long everybody would have.

    A log that tells only of those who left makes everybody as impatient as they were.
    """
    return gathered.known_waits > 0 or gathered.known_patience == gathered.visits


def _patience(gathered: Gathered) -> Patience | None:
    if not tells_patience(gathered):
        return None
    return learn_patience(gathered.left_s, gathered.stayed_s, default_rng([SEED, 1]))


def _in_order_of(counts: Counter[str], order: list[str]) -> dict[str, int]:
    """What was seen, in the order of the plan; what it does not have comes last."""
    known = {name: counts[name] for name in order if counts[name]}
    return known | {name: count for name, count in sorted(counts.items()) if name not in known and count}


def _by_count(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common())
