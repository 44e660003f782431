"""What is simulated and what it must come to; beside each the mistakes that the gate must notice.

`pace` makes everything so much quicker, rates and visits alike: a day of the compiled kernel holds more visitors than
one of the exact world, and the formulas do not mind.
"""

from collections.abc import Callable
from dataclasses import dataclass

from engine.core.plan import HallPlan
from sim.oracles import over_time
from sim.oracles.erlang import Pooled, erlang_b, erlang_c
from sim.oracles.lanes import Station
from sim.oracles.leaving import Impatient
from sim.scenario import Scenario
from tests.sim.oracles import gate, head_ages
from tests.sim.oracles.gate import Statistic
from tests.sim.oracles.stations import (
    OPEN_MINUTES,
    SLOTS,
    WARM_UP_MINUTES,
    by_priority,
    exponential,
    per_minute,
    scenario,
    station,
    with_room_for,
)

Given = tuple[HallPlan, Scenario]

ENDLESS = 1_000_000
"""Points that nobody gathers in a day."""


@dataclass(frozen=True)
class Case:
    """A hall and its days, the statistics with their formulas, and halls or days that are wrong in one point."""

    plan: HallPlan
    scenario: Scenario
    expected: dict[str, tuple[Statistic, float]]
    wrong: dict[str, Given]
    warm_up_minutes: int = WARM_UP_MINUTES


def first_come(pace: float) -> Case:
    """Erlang C: three windows; two lanes that differ in nothing."""
    days = scenario(1.5 * pace, exponential(1.5 / pace), shares=(0.5, 0.5))
    plan = station(3, (0, 0), (1, 1))
    pooled = Pooled(per_minute(days), pace / 1.5, 3)
    expected = {
        "mean": (gate.wait_minutes(), pooled.wait_mean),
        "ordinary": (gate.wait_minutes(0), pooled.wait_mean),
        "second": (gate.wait_minutes(1), pooled.wait_mean),
        "must wait": (gate.wait_over(0), pooled.waiting_share),
        "over a service": (gate.wait_over(1.5 / pace), pooled.wait_over(1.5 / pace)),
    }
    wrong = {
        "one lane first": (station(3, (ENDLESS, 0), (1, 1)), days),
        "a window too many": (station(4, (0, 0), (1, 1)), days),
    }
    return Case(plan, days, expected, wrong)


def many_windows(pace: float) -> Case:
    """Halfin and Whitt: 100 windows and as much work as leaves β = 1; Erlang C is what β tends to."""
    days = scenario(1.0 * pace, exponential(90.5 / pace))
    load = per_minute(days) * 90.5 / pace
    expected = {"must wait": (gate.wait_over(0), erlang_c(100, load))}
    return Case(station(100), days, expected, {"two windows fewer": (station(98), days)})


def priority(pace: float) -> Case:
    """Cobham with two windows, the lanes in the proportions of the County Hospital."""
    days = scenario(1.0 * pace, exponential(1.5 / pace), shares=(0.1, 0.3, 0.6))
    plan = station(2, (0, 0, 0), (1, 1, 1))
    rates = [share * per_minute(days) for share in (0.1, 0.3, 0.6)]
    waits = Station.pooled(rates, pace / 1.5, 2).by_priority()
    wrong = {"first come": (plan, days), "the last two swapped": (by_priority(plan, (0, 2, 1)), days)}
    return Case(by_priority(plan, (0, 1, 2)), days, _by_lane(waits), wrong)


def priority_any_service(pace: float) -> Case:
    """Cobham with one window and services of two kinds, neither exponential."""
    means, cvs, shares, lanes = (1.0 / pace, 2.0 / pace), (0.5, 0.8), (0.6, 0.4), (0.3, 0.7)
    services = f"""
[services.a]
share = {shares[0]}
mean_minutes = {means[0]}
distribution = "gamma"
cv = {cvs[0]}
[services.b]
share = {shares[1]}
mean_minutes = {means[1]}
distribution = "lognormal"
cv = {cvs[1]}
"""
    days = scenario(0.5 * pace, services, shares=lanes)
    plan = station(1, (0, 0), (1, 1), ("a", "b"))
    mean = sum(share * m for share, m in zip(shares, means, strict=True))
    second = sum(share * m * m * (1 + cv * cv) for share, m, cv in zip(shares, means, cvs, strict=True))
    rates = [share * per_minute(days) for share in lanes]
    waits = Station.single(rates, (mean, mean), (second, second)).by_priority()
    wrong = {"first come": (plan, days), "swapped": (by_priority(plan, (1, 0)), days)}
    return Case(by_priority(plan, (0, 1)), days, _by_lane(waits), wrong)


def aging(pace: float) -> Case:
    """Kleinrock with two windows: lanes that gather three points a minute, two, and one."""
    days = scenario(1.0 * pace, exponential(1.6 / pace), shares=(0.2, 0.3, 0.5))
    rates = [share * per_minute(days) for share in (0.2, 0.3, 0.5)]
    waits = Station.pooled(rates, pace / 1.6, 2).by_aging((3, 2, 1))
    wrong = {
        "rates swapped": (station(2, (0, 0, 0), (2, 3, 1)), days),
        "first come": (station(2, (0, 0, 0), (1, 1, 1)), days),
        "strictly": (station(2, (2 * ENDLESS, ENDLESS, 0), (3, 2, 1)), days),
    }
    return Case(station(2, (0, 0, 0), (3, 2, 1)), days, _by_lane(waits), wrong)


def head_start(pace: float) -> Case:
    """The first lane has a head start of two services; the lanes gather alike."""
    return _with_head_start(pace, (1.0, 1.0))


def head_start_and_aging(pace: float) -> Case:
    """The hall's plain rule: a head start of two services, and two points a minute to one."""
    return _with_head_start(pace, (2.0, 1.0))


def endless_head_start(pace: float) -> Case:
    """A head start that nobody can make up for is strict priority."""
    case = head_start(pace)
    rates = [per_minute(case.scenario) / 2] * 2
    waits = Station.pooled(rates, pace, 1).by_priority()
    wrong = {"first come": (station(1, (0, 0), (1, 1)), case.scenario)}
    return Case(station(1, (ENDLESS, 0), (1, 1)), case.scenario, _by_lane(waits), wrong)


def _with_head_start(pace: float, slopes: tuple[float, float]) -> Case:
    """One window, 0.6 of whose time is taken; points are per minute, and a service lasts 1 / pace minutes."""
    days = scenario(0.6 * pace, exponential(1 / pace), shares=(0.5, 0.5))
    plan = station(1, (2 / pace, 0), slopes)
    rate = per_minute(days) / 2
    in_services = head_ages.waits((rate / pace, rate / pace), 1.0, 1, (2.0, 0.0), slopes)
    all_wait = Station.pooled((rate, rate), pace, 1).first_come()
    expected = _by_lane([wait / pace for wait in in_services])
    if slopes[0] == slopes[1]:
        expected["everybody"] = (gate.wait_minutes(), all_wait)
    wrong = {
        "none": (station(1, (0, 0), slopes), days),
        "half": (station(1, (1 / pace, 0), slopes), days),
        "to the other": (station(1, (0, 2 / pace), slopes), days),
    }
    return Case(plan, days, expected, wrong)


def impatience(pace: float) -> Case:
    """Erlang A: four windows with work for 4.4, and patience for two services."""
    days = scenario(1.5 * pace, exponential(4.4 / 1.5 / pace), patience_minutes=8.8 / 1.5 / pace)
    service_rate = pace * 1.5 / 4.4
    hall = Impatient(per_minute(days), service_rate, 4, service_rate / 2)
    expected = {
        "leave": (gate.leaving_share, hall.leaving_share),
        "everybody": (gate.wait_minutes(), hall.wait_mean),
        "the served": (gate.served_wait_minutes, hall.served_wait_mean),
        "must wait": (gate.wait_over(0), hall.waiting_share),
    }
    longer = days.model_copy(update={"patience": days.patience.model_copy(update={"mean_minutes": 10 / 1.5 / pace})})
    return Case(station(4), days, expected, {"longer patience": (station(4), longer)})


def no_room(pace: float) -> Case:
    """Erlang B: nobody may wait in a hall with room for those at its four windows, whatever the services are."""
    services = f'[services.a]\nshare = 1\nmean_minutes = {3 / pace}\ndistribution = "lognormal"\ncv = 1.5'
    days = scenario(1.0 * pace, services)
    expected = {"turned away": (gate.turned_away_share, erlang_b(4, per_minute(days) * 3 / pace))}
    return Case(
        with_room_for(station(4), 4), days, expected, {"room for one more": (with_room_for(station(4), 5), days)}
    )


def changing_day(pace: float) -> Case:
    """Eick, Massey and Whitt: people leave as fast as they are served, so the number present is a Poisson number."""
    shape = [1 + 3 * (slot % 8 < 3) for slot in range(SLOTS)]
    stay = 20 / pace**0.5
    days = scenario(0.8 * pace, exponential(stay), patience_minutes=stay, shape=shape)
    edges = [30.0 * slot for slot in range(SLOTS + 1)]
    rates = [per_minute(days) * OPEN_MINUTES / 30 * each / sum(shape) for each in shape]
    means = {
        minute: over_time.present_mean(minute, edges, rates, over_time.exponential(stay))
        for minute in range(20, OPEN_MINUTES, 50)
    }
    expected: dict[str, tuple[Statistic, float]] = {
        f"present at {minute}": (gate.present_at(minute), means[minute]) for minute in (20, 120, 370, 620, 1_020)
    }
    expected["dispersion"] = gate.dispersion(means), 1.0
    servers = round(0.5 * max(rates) * stay)
    shorter = days.model_copy(update={"patience": days.patience.model_copy(update={"mean_minutes": stay / 2})})
    return Case(station(servers), days, expected, {"shorter patience": (station(servers), shorter)}, warm_up_minutes=0)


def _by_lane(waits: list[float]) -> dict[str, tuple[Statistic, float]]:
    return {f"lane {lane}": (gate.wait_minutes(lane), wait) for lane, wait in enumerate(waits)}


CASES: dict[str, Callable[[float], Case]] = {
    each.__name__: each
    for each in (
        first_come,
        many_windows,
        priority,
        priority_any_service,
        aging,
        head_start,
        head_start_and_aging,
        endless_head_start,
        impatience,
        no_room,
        changing_day,
    )
}
