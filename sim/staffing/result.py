"""What a staffing plan says: windows by group and half hour, what was measured of them, and what else was weighed.

Everything here is frozen and speaks plain numbers, so that a table, a JSON object and a page can be drawn
from it alone. Times of day are minutes from local midnight, lengths of time seconds, shares numbers from 0 to 1. Series
"by slot" are as long as `Staffing.slots`; tables "by group and slot" have a row for each of `Staffing.groups`. An
interval is at 95%: between its ends lies the figure of 95 of 100 other sets of as many days. A band is about single
days: between its ends lie eight of ten.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from engine.core.plan import Name

SLOT_MINUTES: Final = 30
HALF_HOURS_PER_HOUR: Final = 2

Measure = Literal["wait", "within", "abandoned"]
Counts = tuple[tuple[int, ...], ...]
"""By group and slot."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is promised of the visitors in its scope.

    `wait`: `share` of the served wait at most `limit_s` seconds, said as a quantile (`p90_wait<=15m`). `within`: the
    same, said as a share (`within(15m)>=90%`). `abandoned`: at most `share` of those who came go away without having
    been served; `limit_s` is 0. With `per_slot` every half hour of issue must hold by itself.
    """

    text: str
    measure: Measure
    share: float
    limit_s: float = 0.0
    lane: str | None = None
    service: str | None = None
    per_slot: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A half hour of the day, `label` being its beginning, `08:30`; `open_minutes` of it the hall is open."""

    label: str
    start_minute: int
    end_minute: int
    open_minutes: int


@dataclass(frozen=True, slots=True)
class WindowGroup:
    """Windows that are alike (services, rule, zone): which of them are staffed makes no difference.

    `fixed` groups are not planned: a partner's remote windows, windows that open with the tide. Their rows in tables
    say how many are there.
    """

    group_id: str
    name: Name
    windows: tuple[str, ...]
    services: tuple[str, ...]
    zone: str
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A figure's mean over days, and between which ends it lies on eight days of ten."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SlotWaits:
    """How long the served of one half hour of issue waited, in seconds; None where nobody was served on any day."""

    mean_s: Band | None
    p50_s: Band | None
    p90_s: Band | None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of those who came: shares that add up to 1."""

    served: float
    left: float
    no_show: float
    turned_away: float
    unserved_at_close: float

    @property
    def gone(self) -> float:
        """Who went away unserved, but for those who were not there when they were called."""
        return self.left + self.turned_away + self.unserved_at_close


@dataclass(frozen=True, slots=True)
class Reached:
    """What a plan reaches of a target: seconds for `wait`, a share otherwise, with the interval at 95%.

    `held` says that the whole interval is on the right side. Of a target by half hour, it is the half hour that does
    worst, named by `slot` (its place in `Staffing.slots`).
    """

    target: Target
    value: float
    low: float
    high: float
    held: bool
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class DaySpread:
    """How one target's figure varies from day to day: days are what people live through, not means.

    `good_days` is the share of days on which the day by itself kept to the target.
    """

    target: Target
    mean: float
    sd: float
    p10: float
    p50: float
    p90: float
    good_days: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What the targets would become with `change` windows more (or less) in one group all day, or in one half hour.

    `group` and `slot` are places in `Staffing.groups` and `.slots`; `slot` None means every half hour in which the
    group is staffed.
    """

    group: int
    slot: int | None
    change: int
    window_half_hours: float
    reached: tuple[Reached, ...]

    @property
    def holds(self) -> bool:
        return all(each.held for each in self.reached)


@dataclass(frozen=True, slots=True)
class ErlangPlan:
    """What the usual formula asks for: Erlang C by itself in every half hour, each group with its part of the load.

    `needed` may be more than the hall has; `reached` is what a simulation of it gives, with no more windows than there
    are. `pooled_half_hours` is what the formula would ask for if every window could serve everybody.
    """

    needed: Counts
    window_half_hours: float
    pooled_half_hours: float
    is_more_than_there_are: bool
    reached: tuple[Reached, ...]

    @property
    def holds(self) -> bool:
        return all(each.held for each in self.reached)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the plan reaches when `what` is `factor` times what the scenario says."""

    what: Literal["arrivals", "service_times"]
    factor: float
    reached: tuple[Reached, ...]

    @property
    def holds(self) -> bool:
        return all(each.held for each in self.reached)


@dataclass(frozen=True, slots=True)
class Seat:
    """A stretch of a shift at one group of windows."""

    group: int
    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One clerk's day: where they sit when; what is between two seats, or is named here, is a break."""

    clerk: str
    contract: Name
    start_minute: int
    end_minute: int
    breaks: tuple[tuple[int, int], ...]
    seats: tuple[Seat, ...]
    paid_minutes: int


@dataclass(frozen=True, slots=True)
class Shifts:
    """Shifts that cover the plan, and what they reach when simulated.

    `coverage` by group and slot is at least the need. `is_best`: no cheaper set of shifts exists; otherwise the search
    for one was ended early, and `gap` is by what part of its hours it may be too dear.
    """

    shifts: tuple[Shift, ...]
    coverage: Counts
    clerk_hours: float
    is_best: bool
    gap: float
    reached: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why no plan keeps to the targets: the one that fails by most with every window open, and what would help.

    `windows_missing` by group is how many windows more, at the fullest half hour, a plan that keeps to the
    targets would need; empty when not even twice the windows would do.
    """

    worst: Reached
    windows_missing: tuple[int, ...]
    why: Name


@dataclass(frozen=True, slots=True)
class Staffing:
    """A plan for one hall and one scenario.

    When `holds` is False, `needed` is the nearest plan and `shortfall` says why there is none. What needs runs of its
    own (`curve`, `erlang`, `sensitivity`, `shifts`) is empty or None when it was not asked for; `shifts_refused` says
    why there are no shifts although they were.
    """

    hall_id: str
    hall: Name
    scenario: Name
    seed: int
    search_days: int
    confirm_days: int
    core: Literal["fast", "exact"]
    core_why: Name | None
    slots: tuple[Slot, ...]
    groups: tuple[WindowGroup, ...]
    needed: Counts
    window_half_hours: float
    half_hours_there_are: float
    holds: bool
    is_interrupted: bool
    reached: tuple[Reached, ...]
    spread: tuple[DaySpread, ...]
    outcomes: Outcomes
    visitors: Band
    arrivals: tuple[Band, ...]
    waits: tuple[SlotWaits, ...]
    utilisation: tuple[tuple[float | None, ...], ...]
    overtime_minutes: Band
    curve: tuple[CurvePoint, ...]
    erlang: ErlangPlan | None
    sensitivity: tuple[Sensitivity, ...]
    shifts: Shifts | None
    shifts_refused: Name | None
    shortfall: Shortfall | None
    verdict: Name
    notes: tuple[Name, ...]
    seconds: float
    abandoned: tuple[Band | None, ...] = ()
    """By slot of issue, the share of a day's visitors who went away unserved; None where nobody came on any day."""

    def to_json(self) -> dict[str, Any]:
        """The object that `jiaohao plan --json` prints: the fields by name, tuples as lists, None as null."""
        return asdict(self)
