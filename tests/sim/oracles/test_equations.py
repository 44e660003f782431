"""Each formula against the equations it solves, solved another way: a formula copied with a slip is found here."""

import doctest
import importlib
import pkgutil
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.stats import expon, lognorm, poisson

import sim.oracles
from sim.oracles import over_time
from sim.oracles.erlang import Pooled, erlang_b, erlang_c, halfin_whitt
from sim.oracles.lanes import Station
from sim.oracles.leaving import Impatient
from tests.sim.oracles import chains, head_ages


@pytest.mark.parametrize("name", [each.name for each in pkgutil.iter_modules(sim.oracles.__path__)])
def test_published_figures_in_the_docstrings_are_what_the_formulas_give(name: str) -> None:
    ran = doctest.testmod(importlib.import_module(f"sim.oracles.{name}"))

    assert ran.attempted > 0
    assert ran.failed == 0


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (3, 2.7), (4, 6.0)])
def test_erlang_b_is_the_chance_that_a_loss_system_is_full(servers: int, load: float) -> None:
    present = chains.one_queue(load, 1.0, servers, 0.0, most=servers)

    assert erlang_b(servers, load) == pytest.approx(present[-1], rel=1e-9)


@pytest.mark.parametrize(("servers", "load"), [(1, 0.6), (3, 2.4), (12, 9.0)])
def test_erlang_c_and_its_waits_follow_from_the_number_present(servers: int, load: float) -> None:
    present = chains.one_queue(load, 1.0, servers, 0.0, most=300)
    pooled = Pooled(load, 1.0, servers)

    # Whoever finds n ≥ c there waits for n − c + 1 departures at rate c: a sum of exponentials.
    over = sum(p * poisson.cdf(n - servers, servers * 0.4) for n, p in enumerate(present) if n >= servers)
    assert pooled.waiting_share == pytest.approx(sum(present[servers:]), rel=1e-6)
    assert pooled.queue_mean == pytest.approx(sum((n - servers) * p for n, p in enumerate(present) if n > servers))
    assert pooled.wait_over(0.4) == pytest.approx(over, rel=1e-6)
    assert pooled.wait_over(pooled.wait_within(0.99)) == pytest.approx(0.01)


def test_share_within_no_time_at_all_needs_no_time() -> None:
    assert Pooled(0.5, 1.0, 1).wait_within(0.4) == 0.0
    assert Pooled(0.5, 1.0, 1).wait_within(1.0) == np.inf


def test_square_root_rule_is_the_limit_of_erlang_c() -> None:
    gaps = [abs(erlang_c(servers, _load_leaving(servers, 1.0)) - halfin_whitt(1.0)) for servers in (100, 10_000)]

    # The error of the limit shrinks as the root of the number of windows grows.
    assert gaps[0] < 0.02
    assert gaps[1] == pytest.approx(gaps[0] / 10, rel=0.05)


def _load_leaving(servers: int, beta: float) -> float:
    """The load a for which a + β √a windows are `servers`."""
    return ((-beta + np.sqrt(beta * beta + 4 * servers)) / 2) ** 2


@pytest.mark.parametrize(
    ("arrivals", "servers", "leaving"), [(0.8, 1, 0.5), (4.4, 4, 0.5), (3.0, 4, 2.0), (9.0, 3, 0.1)]
)
def test_erlang_a_follows_from_the_number_present(arrivals: float, servers: int, leaving: float) -> None:
    present = chains.one_queue(arrivals, 1.0, servers, leaving, most=200)
    hall = Impatient(arrivals, 1.0, servers, leaving)

    left = sum(leaving * (n - servers) * p for n, p in enumerate(present) if n > servers) / arrivals
    served_share, served_waits = _served_from_each_place(servers, leaving, 201 - servers)
    waited = sum(p * wait for p, wait in zip(present[servers:], served_waits, strict=True))
    served = sum(present[:servers]) + sum(p * s for p, s in zip(present[servers:], served_share, strict=True))
    assert hall.present[:20] == pytest.approx(present[:20], abs=1e-9)
    assert hall.leaving_share == pytest.approx(left, rel=1e-6)
    assert hall.leaving_share == pytest.approx(1 - served, rel=1e-6)
    assert hall.served_wait_mean == pytest.approx(waited / served, rel=1e-6)


def _served_from_each_place(servers: int, leaving: float, places: int) -> tuple[list[float], list[float]]:
    """For each place in the queue: the chance to be served, and that chance times the wait, step by step."""
    shares, waits = [1.0], [0.0]
    for place in range(1, places + 1):
        rate, ahead = servers + place * leaving, servers + (place - 1) * leaving
        share = ahead / rate * shares[-1]
        waits.append(share / rate + ahead / rate * waits[-1])
        shares.append(share)
    return shares[1:], waits[1:]


@pytest.mark.parametrize("servers", [1, 2, 3])
def test_cobham_is_what_the_chain_of_two_lanes_gives(servers: int) -> None:
    rates, service_rate = (0.3, 0.35), 1 / servers

    waits = chains.two_lanes(rates, service_rate, servers, most=(30, 80))

    assert Station.pooled(rates, service_rate, servers).by_priority() == pytest.approx(waits, rel=1e-4)


def test_aging_is_what_the_ages_of_the_heads_give() -> None:
    rates, slopes = (0.3, 0.3), (3.0, 1.0)

    waits = head_ages.waits(rates, 0.5, 2, (0.0, 0.0), slopes)

    assert Station.pooled(rates, 0.5, 2).by_aging(slopes) == pytest.approx(waits, rel=0.006)


def test_head_start_without_aging_shifts_waits_but_not_their_mean() -> None:
    rates = (0.3, 0.3)
    station = Station.pooled(rates, 1.0, 1)

    waits = head_ages.waits(rates, 1.0, 1, (2.0, 0.0), (1.0, 1.0))

    assert station.in_all(waits) == pytest.approx(station.first_come(), rel=0.002)
    assert station.by_priority()[0] < waits[0] < station.first_come() < waits[1] < station.by_priority()[1]


def test_aging_lies_between_first_come_and_priority() -> None:
    station = Station.single((0.2, 0.3), (1.0, 1.5), (2.0, 3.0))

    assert station.by_aging((1.0, 1.0)) == pytest.approx([station.first_come()] * 2)
    assert station.by_aging((1e9, 1.0)) == pytest.approx(station.by_priority(), rel=1e-6)


@pytest.mark.parametrize("slopes", [(1.0, 1.0), (2.0, 1.0), (1.0, 5.0)])
def test_work_waits_as_long_in_any_order(slopes: tuple[float, float]) -> None:
    station = Station.single((0.2, 0.3), (1.0, 1.5), (2.0, 3.0))

    assert station.in_all(station.by_aging(slopes)) == pytest.approx(station.first_come())
    assert station.in_all(station.by_priority()) == pytest.approx(station.first_come())


def test_one_exponential_window_is_both_kinds_of_station() -> None:
    single, pooled = Station.single((0.3, 0.4), (1, 1), (2, 2)), Station.pooled((0.3, 0.4), 1, 1)

    assert single.by_priority() == pytest.approx(pooled.by_priority())


def test_number_present_is_poisson_where_people_leave_as_fast_as_they_are_served() -> None:
    edges, rates, servers, most = (0.0, 2.0, 3.0, 6.0), (3.0, 9.0, 1.0), 2, 40
    numbers = np.arange(most + 1)

    def flow(t: float, p: np.ndarray) -> np.ndarray:
        up = rates[min(int(np.searchsorted(edges, t, side="right")) - 1, 2)] * p
        up[-1] = 0.0
        down = (np.minimum(numbers, servers) + np.maximum(numbers - servers, 0)) * p
        return np.concatenate(([0.0], up[:-1])) - up + np.concatenate((down[1:], [0.0])) - down

    p = (numbers == 0).astype(float)
    for begins, ends in pairwise(edges):
        p = solve_ivp(flow, (begins, ends - 1e-12), p, rtol=1e-8, atol=1e-10).y[:, -1]
        mean = over_time.present_mean(ends, edges, rates, over_time.exponential(1.0))
        assert p == pytest.approx(poisson.pmf(numbers, mean), abs=1e-6)


@pytest.mark.parametrize("longest", [0.0, 0.3, 2.0, 30.0])
def test_limited_stays_are_the_integral_of_the_chance_to_be_there_still(longest: float) -> None:
    sigma = np.sqrt(np.log(1 + 0.8**2))
    stay = lognorm(sigma, scale=2.0 * np.exp(-sigma * sigma / 2))

    assert over_time.lognormal(2.0, 0.8)(longest) == pytest.approx(quad(stay.sf, 0, longest)[0], abs=1e-6)
    assert over_time.exponential(2.0)(longest) == pytest.approx(quad(expon(scale=2.0).sf, 0, longest)[0], abs=1e-6)


@pytest.mark.parametrize("load", [3.0, 3.5])
def test_windows_that_cannot_keep_up_have_no_steady_state(load: float) -> None:
    with pytest.raises(ValueError, match="no steady state"):
        erlang_c(3, load)
    with pytest.raises(ValueError, match="no steady state"):
        Pooled(load, 1.0, 3)
    with pytest.raises(ValueError, match="no steady state"):
        Station.single((load,), (0.5,), (0.5,))
